"""Which picture an appearance shows, told by the digest of its drawing (VERIFICATION 4.26).

A seal's drawing is a form XObject with the registered operators, and perhaps a stencil that it
paints; an appearance is that drawing, or one that draws nothing but it, whole or cut to a slice.
Equal digests mean the registered picture, to the last stroke. Pictures of a picture (a scan, a
screen shot) have other digests: they may look alike, and prove nothing.
"""

import hashlib
import re
from typing import Final

from pyhanko.pdf_utils import generic

_NUMBER: Final = rb"-?[0-9]{1,12}(?:\.[0-9]{1,6})?\s+"
_DRAWS_ONE: Final = re.compile(
    rb"\s*q\s+(?:(?:" + _NUMBER + rb"){4}re\s+W\s+n\s+)?(?:" + _NUMBER + rb"){6}cm\s+"
    rb"(/[A-Za-z0-9]{1,64})\s+Do\s+Q\s*"
)
_STENCIL: Final = "/Stencil"


def picture_digest(widget: generic.DictionaryObject) -> str | None:
    """Return the SHA-256 of the drawing that a widget shows; None: it shows no form XObject."""
    shown = _form(_entry(_entry(widget, "/AP"), "/N"))
    if shown is None:
        return None
    found = _DRAWS_ONE.fullmatch(shown.data)
    if found is None:
        return _digest(shown)
    inner = _form(_entry(_objects(shown), found.group(1).decode("ascii")))
    return None if inner is None else _digest(inner)


def _digest(drawing: generic.StreamObject) -> str:
    digest = hashlib.sha256(drawing.data)
    stencil = _entry(_objects(drawing), _STENCIL)
    if isinstance(stencil, generic.StreamObject):
        digest.update(f"{int(stencil['/Width'])} {int(stencil['/Height'])}\n".encode("ascii"))
        digest.update(stencil.data)
    return digest.hexdigest()


def _objects(drawing: generic.StreamObject) -> generic.PdfObject | None:
    return _entry(_entry(drawing, "/Resources"), "/XObject")


def _form(value: generic.PdfObject | None) -> generic.StreamObject | None:
    return value if isinstance(value, generic.StreamObject) else None


def _entry(holder: generic.PdfObject | None, name: str) -> generic.PdfObject | None:
    if not isinstance(holder, generic.DictionaryObject) or name not in holder:
        return None
    value: generic.PdfObject = holder[name]
    return value
