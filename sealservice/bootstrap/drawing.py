"""How an official seal is drawn here: by its design, and loudly a test one in demonstrations."""

from collections.abc import Callable
from functools import cache, partial

from sealservice.config import Environment, Settings
from sealservice.seals.artwork import DEMONSTRATION_LINE, Artwork, SealTexts, draw
from sealservice.seals.design import load_design
from sealservice.seals.model import SealKind


def official_seal(settings: Settings) -> Callable[[str, str], Artwork]:
    """Return ``draw(name, seal_code)`` for this installation."""
    is_stand_in = settings.environment is Environment.DEMONSTRATION
    return cache(partial(_official, DEMONSTRATION_LINE if is_stand_in else None))


def _official(mark: str | None, name: str, seal_code: str) -> Artwork:
    design = load_design(SealKind.OFFICIAL.value)
    return draw(design, SealTexts(name=name, mark=mark, code=seal_code))
