"""How a drawing is stored: as one JSON object, exact to the last byte."""

import base64
import zlib
from typing import cast

from sealservice.kernel.json import JsonObject
from sealservice.seals.artwork import Artwork
from sealservice.seals.stencil import Stencil


def kept(artwork: Artwork) -> JsonObject:
    """Return the JSON object that ``artwork_of`` reads."""
    drawing: JsonObject = {
        "width_mm": artwork.width_mm,
        "height_mm": artwork.height_mm,
        "operators": artwork.operators.decode("ascii"),
    }
    if artwork.stencil is not None:
        drawing["stencil"] = {
            "width": artwork.stencil.width,
            "height": artwork.stencil.height,
            "deflated": base64.b64encode(zlib.compress(artwork.stencil.bits, 9)).decode("ascii"),
        }
    return drawing


def artwork_of(drawing: JsonObject) -> Artwork:
    """Return the drawing that was kept."""
    return Artwork(
        float(cast("float", drawing["width_mm"])),
        float(cast("float", drawing["height_mm"])),
        cast("str", drawing["operators"]).encode("ascii"),
        _stencil_of(cast("JsonObject | None", drawing.get("stencil"))),
    )


def _stencil_of(stencil: JsonObject | None) -> Stencil | None:
    if stencil is None:
        return None
    bits = zlib.decompress(base64.b64decode(cast("str", stencil["deflated"])))
    return Stencil(cast("int", stencil["width"]), cast("int", stencil["height"]), bits)
