"""What this installation trusts beside its own roots: certificates and lists that were added.

    anchors/NAME.pem            certificates, each added by hand
    lists/NAME/list             the list as it was published
    lists/NAME/signers.pem      who may sign its successors
    lists/NAME/state.json       territory, sequence number, times, address, digest
    lists/NAME/anchors.pem      its anchors, as they were read when it was taken in

1. A list is verified when it is taken in (``trust_lists``); later only its times are looked at.
2. A list never goes back: a lower sequence number is refused, and so is another list of the same.
3. A stale list is left out, and every report says that it was.
4. A list's signers and territory are said when it is first added; a refresh cannot change them.
5. Everything is written beside its place and then renamed, the state last: a list that was half
   taken in is the old one, whose successor may come again.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sealservice.kernel.clock import Clock, rfc3339
from sealservice.kernel.digests import sha256_hex
from sealservice.verification.anchors import (
    TrustAnchor,
    TrustAnchors,
    read_anchors,
    trust_anchors,
)
from sealservice.verification.errors import (
    AnchorUnreadable,
    TrustListRolledBack,
    TrustListUnknown,
    TrustStoreBroken,
)
from sealservice.verification.trust_lists import TrustList, read_list

_MODE: Final = 0o600
_STATE: Final = "state.json"
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OTHER: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME: Final = 48


@dataclass(frozen=True, slots=True)
class ListState:
    """What is known of a list that was taken in."""

    name: str
    scheme: str
    territory: str
    sequence: int
    issued: str
    next_update: str
    sha256: str
    """Of the file."""
    url: str | None
    """Where its successor is published."""

    def is_stale(self, now: datetime) -> bool:
        """Return whether its next update has passed."""
        return datetime.fromisoformat(self.next_update) <= now


@dataclass(frozen=True, slots=True)
class TrustStore:
    """The folder of what was added."""

    folder: Path
    clock: Clock

    def add_anchors(self, anchors: Iterable[TrustAnchor]) -> None:
        """Trust certificates."""
        for anchor in anchors:
            _write(self.folder / "anchors" / f"{anchor.sha256[:16]}.pem", _pem([anchor]))

    def add_list(
        self, data: bytes, signers: bytes, territory: str | None, url: str | None
    ) -> ListState:
        """Trust a list and its successors.

        Args:
            data: the list.
            signers: certificates, PEM or DER; one of them must have signed it, and its successors.
            territory: of which it must be; None: any, and its successors of the same.
            url: where its successors are published.

        Raises:
            AnchorUnreadable: a signer cannot be read.
            TrustListInvalid, TrustListStale, TrustListTerritory, TrustListRolledBack.
        """
        known = trust_anchors("signers", [signers]).anchors
        taken = read_list(data, [one.der for one in known], self.clock(), territory)
        name = _name(f"{taken.territory}-{taken.scheme}")
        return self._keep(name, data, taken, _pem(known), url)

    def refresh(self, name: str, data: bytes) -> ListState:
        """Take in the successor of a list.

        Raises:
            TrustListUnknown: there is none of that name.
            TrustListInvalid, TrustListStale, TrustListTerritory, TrustListRolledBack.
        """
        state = self.state(name)
        signers = _content(self._list(name) / "signers.pem")
        known = trust_anchors("signers", [signers]).anchors
        taken = read_list(data, [one.der for one in known], self.clock(), state.territory)
        return self._keep(name, data, taken, signers, state.url)

    def state(self, name: str) -> ListState:
        """Return what is known of one list.

        Raises:
            TrustListUnknown: there is none of that name.
            TrustStoreBroken: it cannot be read.
        """
        file = self._list(name) / _STATE
        if not _NAME.fullmatch(name) or not file.is_file():
            raise TrustListUnknown(name=name)
        try:
            return ListState(**json.loads(_content(file)))
        except (TypeError, ValueError):
            raise TrustStoreBroken(file=file) from None

    def lists(self) -> Iterator[ListState]:
        """Return all lists, by name.

        Raises:
            TrustStoreBroken: one cannot be read.
        """
        for folder in sorted((self.folder / "lists").glob("*/")):
            if (folder / _STATE).is_file():
                yield self.state(folder.name)

    def added(self) -> tuple[TrustAnchor, ...]:
        """Return the certificates that were added by hand."""
        folder = self.folder / "anchors"
        return read_anchors(folder).anchors if folder.is_dir() else ()

    def anchors_of(self, name: str) -> tuple[TrustAnchor, ...]:
        """Return the anchors of a list, stale or not.

        Raises:
            TrustStoreBroken: they cannot be read.
        """
        file = self._list(name) / "anchors.pem"
        content = _content(file)
        try:
            return trust_anchors(name, [content] if content else []).anchors
        except AnchorUnreadable:
            raise TrustStoreBroken(file=file) from None

    def with_roots(self, roots: TrustAnchors) -> TrustAnchors:
        """Return roots together with everything that was added and is current.

        Raises:
            AnchorUnreadable, TrustStoreBroken: part of it cannot be read.
        """
        now = self.clock()
        lists = list(self.lists())
        current = [one for one in lists if not one.is_stale(now)]
        stale = [one.name for one in lists if one.is_stale(now)]
        anchors = [*roots.anchors, *self.added()]
        for one in current:
            anchors += self.anchors_of(one.name)
        only = current[0] if len(current) == 1 else None
        return TrustAnchors(
            name=" + ".join([roots.name, *(one.name for one in current)]),
            anchors=tuple({anchor.sha256: anchor for anchor in anchors}.values()),
            sequence=only.sequence if only else roots.sequence,
            issued=only.issued if only else roots.issued,
            left_out=", ".join(stale) or None,
            until=min(
                (one.next_update for one in current), key=datetime.fromisoformat, default=None
            ),
        )

    def _keep(
        self, name: str, data: bytes, taken: TrustList, signers: bytes, url: str | None
    ) -> ListState:
        folder = self._list(name)
        state = ListState(
            name=name,
            scheme=taken.scheme,
            territory=taken.territory,
            sequence=taken.sequence,
            issued=rfc3339(taken.issued),
            next_update=rfc3339(taken.next_update),
            sha256=sha256_hex(data),
            url=url,
        )
        if (folder / _STATE).is_file():
            _hold_forward(self.state(name), state)
        _write(folder / "list", data)
        _write(folder / "signers.pem", signers)
        _write(folder / "anchors.pem", _pem(taken.anchors))
        _write(folder / _STATE, json.dumps(asdict(state), ensure_ascii=False, indent=2).encode())
        return state

    def _list(self, name: str) -> Path:
        return self.folder / "lists" / name


def _hold_forward(known: ListState, found: ListState) -> None:
    is_older = found.sequence < known.sequence
    is_another = found.sequence == known.sequence and found.sha256 != known.sha256
    if is_older or is_another:
        raise TrustListRolledBack(found=found.sequence, known=known.sequence)


def _name(words: str) -> str:
    """Return words as the name of a folder, e.g. ``cn-fujian-seal-authorities``.

    What is not Latin, or too long, is told by the digest of all of it.
    """
    plain = _OTHER.sub("-", words.lower()).strip("-")
    if words.isascii() and len(plain) <= _LONGEST_NAME:
        return plain
    cut = plain[:_LONGEST_NAME].strip("-")
    return f"{cut}-{sha256_hex(words.encode())[:8]}".strip("-")


def _pem(anchors: Iterable[TrustAnchor]) -> bytes:
    loaded = (x509.load_der_x509_certificate(anchor.der) for anchor in anchors)
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in loaded)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise TrustStoreBroken(file=file) from None


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    with part.open("xb") as stream:
        part.chmod(_MODE)
        stream.write(content)
    part.replace(file)
