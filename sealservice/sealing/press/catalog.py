"""What the catalog of a sealed document says of its version and extensions (ISO 32000-2 7.12)."""

import re
from typing import Final

from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.draft import Draft

_VERSION: Final = re.compile(rb"/?(\d)\.(\d)")
_OURS: Final = (1, 7)
_HEADER_VERSION: Final = slice(5, 8)
_ESIC: Final = b"<</Type/DeveloperExtensions/BaseVersion/1.7/ExtensionLevel 1>>"
"""ETSI EN 319 142-1 5.7: the document uses PAdES extensions."""


def require_known(draft: Draft) -> None:
    """Decline what a catalog may hold and we do not handle.

    Raises:
        Declined: PERMISSIONS.
    """
    if draft.root().get(b"/Perms") is not None:
        raise Declined(Reason.PERMISSIONS)


def raise_version(draft: Draft) -> None:
    """Say that a document is of PDF 1.7 or later.

    Raises:
        Declined: KIND.
    """
    root = draft.root()
    header = draft.reader.source[_HEADER_VERSION]
    said = _VERSION.fullmatch(root.entries().get(b"/Version", header))
    if said is None:
        raise Declined(Reason.KIND)
    if (int(said[1]), int(said[2])) < _OURS:
        root.set(b"/Version", b"/1.7")


def declare(draft: Draft) -> None:
    """Say that a document is of PDF 1.7 or later, and uses PAdES.

    Raises:
        Declined: KIND, EXTENSIONS.
    """
    raise_version(draft)
    extensions = draft.root().child(b"/Extensions")
    held = extensions.get(b"/ESIC")
    if held is None:
        extensions.set(b"/ESIC", _ESIC)
        return
    level = draft.reader.inside(held).get(b"/ExtensionLevel", b"")
    if not level.isdigit() or not int(level):
        raise Declined(Reason.EXTENSIONS)
