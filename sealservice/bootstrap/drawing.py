"""How seals are drawn here: by their designs, and loudly as test seals in demonstrations."""

from dataclasses import replace
from functools import cache, partial

from sealservice.config import Environment, Settings
from sealservice.seals.artwork import DEMONSTRATION_LINE, Artwork, SealTexts, draw
from sealservice.seals.colour import Colour
from sealservice.seals.design import load_design
from sealservice.seals.service import Draw


def seal_drawing(settings: Settings) -> Draw:
    """Return ``draw(design, texts, colour)`` for this installation."""
    is_stand_in = settings.environment is Environment.DEMONSTRATION
    return cache(partial(_drawn, DEMONSTRATION_LINE if is_stand_in else None))


def _drawn(mark: str | None, design: str, texts: SealTexts, colour: Colour) -> Artwork:
    return draw(load_design(design), replace(texts, mark=mark), colour)
