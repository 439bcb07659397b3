"""What the catalog of a sealed document says of its version and extensions (ISO 32000-2 7.12)."""

import re
from typing import Final

from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.draft import Draft, refer
from sealservice.sealing.press.syntax import items, reference
from sealservice.trust.model import KeyAlgorithm

_VERSION: Final = re.compile(rb"/?(\d)\.(\d)")
_OURS: Final = (1, 7)
_HEADER_VERSION: Final = slice(5, 8)
_ESIC: Final = b"<</Type/DeveloperExtensions/BaseVersion/1.7/ExtensionLevel 1>>"
"""ETSI EN 319 142-1 5.7: the document uses PAdES extensions."""
_SECOND: Final = (2, 0)
_EDDSA: Final = (
    b"[<</Type/DeveloperExtensions/BaseVersion/2.0/ExtensionLevel 32002"
    b"/ExtensionRevision(:2022)/URL(https://www.iso.org/standard/45875.html)>>]"
)
"""ISO/TS 32002: EdDSA is an extension to PDF 2.0."""
_PERMISSIONS: Final = b"/Perms"
_DOC_MDP: Final = b"/DocMDP"
_LENIENT: Final = (b"2", b"3")
"""Filling in forms, and annotations; 2 unless something is said (ISO 32000-2 table 257)."""


def is_certified(draft: Draft) -> bool:
    """Return whether a signature certifies a document, one of the order that is made perhaps.

    Raises:
        Declined: PERMISSIONS, for usage rights, and where every change is forbidden.
    """
    held = draft.root().get(_PERMISSIONS)
    if held is None:
        return False
    entries = draft.root().child(_PERMISSIONS).entries()
    number = reference(entries.get(_DOC_MDP))
    if entries.keys() != {_DOC_MDP} or number is None:
        raise Declined(Reason.PERMISSIONS)
    if _forbids_everything(draft, number):
        raise Declined(Reason.PERMISSIONS)
    return True


def certify(draft: Draft, signature: int) -> None:
    """Say that a signature, by its number, certifies the document."""
    draft.root().child(_PERMISSIONS).set(_DOC_MDP, refer(signature))


def _forbids_everything(draft: Draft, signature: int) -> bool:
    """Return whether a certification is of the first kind; that is what is not understood, too."""
    held = draft.reader.dictionary(signature).get(b"/Reference", b"[]")
    for one in items(draft.followed(held), draft.reader.limits.press_depth):
        said = draft.reader.inside(one)
        if said.get(b"/TransformMethod") == _DOC_MDP:
            parameters = draft.reader.inside(said.get(b"/TransformParams", b"<<>>"))
            return draft.followed(parameters.get(b"/P", b"2")) not in _LENIENT
    return True


def raise_version(draft: Draft, least: tuple[int, int] = _OURS) -> None:
    """Say that a document is of PDF 1.7, or another least version, or later.

    Raises:
        Declined: KIND.
    """
    root = draft.root()
    header = draft.reader.source[_HEADER_VERSION]
    said = _VERSION.fullmatch(root.entries().get(b"/Version", header))
    if said is None:
        raise Declined(Reason.KIND)
    if (int(said[1]), int(said[2])) < least:
        root.set(b"/Version", b"/%d.%d" % least)


def declare(draft: Draft, algorithm: KeyAlgorithm) -> None:
    """Say that a document is of PDF 1.7 or later, and uses PAdES; for Ed25519 of 2.0, and EdDSA.

    Raises:
        Declined: KIND, EXTENSIONS.
    """
    extensions = draft.root().child(b"/Extensions")
    if algorithm is KeyAlgorithm.ED25519:
        raise_version(draft, _SECOND)
        if extensions.get(b"/ISO_") not in {None, _EDDSA}:
            raise Declined(Reason.EXTENSIONS)
        extensions.set(b"/ISO_", _EDDSA)
    else:
        raise_version(draft)
    held = extensions.get(b"/ESIC")
    if held is None:
        extensions.set(b"/ESIC", _ESIC)
        return
    level = draft.reader.inside(held).get(b"/ExtensionLevel", b"")
    if not level.isdigit() or not int(level):
        raise Declined(Reason.EXTENSIONS)
