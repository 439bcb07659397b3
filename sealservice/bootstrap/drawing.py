"""How seals are drawn here: by designs or pictures, and loudly as test seals in demonstrations."""

from dataclasses import replace
from functools import lru_cache, partial
from typing import Final

from sealservice.config import Environment, Settings
from sealservice.kernel.sandbox import Sandbox
from sealservice.seals.artwork import DEMONSTRATION_LINE, Artwork, SealTexts, draw
from sealservice.seals.colour import Colour
from sealservice.seals.design import load_design
from sealservice.seals.findings import Imported
from sealservice.seals.imported import imported_picture
from sealservice.seals.service import Draw

_KEPT: Final = 64
"""Drawings that are kept at hand; each preview of a seal asks for one of its own."""


def seal_drawing(settings: Settings) -> Draw:
    """Return ``draw(design, texts, colour)`` for this installation."""
    return lru_cache(_KEPT)(partial(_drawn, _mark(settings)))


def brought_picture(
    settings: Settings, sandbox: Sandbox, data: bytes, width_mm: float, colour: Colour
) -> Imported:
    """Return the drawing of a seal that exists already, read in a confined child.

    Raises:
        Refused: as ``imported_picture``.
    """
    return sandbox.run(imported_picture, data, width_mm, colour, settings.limits, _mark(settings))


def _mark(settings: Settings) -> str | None:
    is_stand_in = settings.environment is Environment.DEMONSTRATION
    return DEMONSTRATION_LINE if is_stand_in else None


def _drawn(mark: str | None, design: str, texts: SealTexts, colour: Colour) -> Artwork:
    return draw(load_design(design), replace(texts, mark=mark), colour)
