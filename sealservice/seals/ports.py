"""What seals need from outside: rows, a history, and somebody with keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sealservice.kernel.actor import Actor
from sealservice.kernel.json import JsonObject
from sealservice.seals.artwork import Artwork
from sealservice.seals.model import Seal, SealEvent, SealKind, SealRequest, SealState
from sealservice.trust.model import RevocationList, RevocationReason


class SealStore(Protocol):
    """The rows of seals."""

    def add(self, seal: Seal, picture: Artwork | None = None) -> None:
        """Insert a seal that was applied for, with the picture that was brought along, if any.

        Raises:
            SealCodeTaken: another seal has its code.
        """
        ...

    def make(self, seal: Seal, artwork: Artwork) -> None:
        """Write a seal that was made, and keep its drawing for good.

        Raises:
            SealExists: the license has a live seal of this kind and text.
        """
        ...

    def write(self, seal: Seal) -> None:
        """Write what may change about a seal; only the signer can."""
        ...

    def move(self, seal_id: str, state: SealState) -> None:
        """Write a seal's state alone."""
        ...

    def artwork(self, seal_id: str) -> Artwork | None:
        """Return the drawing of a seal that was made, or the picture it is to have."""
        ...

    def by_id(self, seal_id: str, organisation_id: str | None = None) -> Seal | None:
        """Return a seal; with an organisation given, only if it belongs to that one."""
        ...

    def lock(self, seal_id: str, *, exclusive: bool = False) -> Seal | None:
        """Return a seal and hold it unchanged until the transaction ends.

        ``FOR SHARE``; exclusive, when the caller is about to change it: ``FOR UPDATE``.
        """
        ...

    def lock_of_license(self, license_id: str) -> list[Seal]:
        """Return all seals of a license in order of birth, held ``FOR UPDATE``."""
        ...

    def twin(self, license_id: str, kind: SealKind, line: str) -> Seal | None:
        """Return the live seal of a license that has this kind and text."""
        ...

    def of_license(self, organisation_id: str, license_id: str) -> list[Seal]:
        """Return all seals of a license in order of birth; nothing is locked."""
        ...

    def page(self, organisation_id: str, after: str | None, limit: int) -> list[Seal]:
        """Return up to ``limit`` seals in order of birth, behind the id ``after``."""
        ...

    def unmade(self) -> list[str]:
        """Return the ids of seals that were applied for and are not made yet."""
        ...

    def unrevoked(self) -> list[str]:
        """Return the ids of cancelled seals whose certificate is not revoked yet."""
        ...


class SealHistory(Protocol):
    """What happened to seals, and what the signer was asked to do."""

    def add_event(self, event: SealEvent) -> None:
        """Add a line; it is never changed."""
        ...

    def events(self, seal_id: str) -> list[SealEvent]:
        """Return the lines of a seal, oldest first."""
        ...

    def add_request(self, request: SealRequest) -> None:
        """Insert a request that waits for its answer."""
        ...

    def request(self, request_id: str, *, lock: bool = False) -> SealRequest | None:
        """Return a request; locked, nobody else answers it meanwhile."""
        ...

    def answer(self, request_id: str, at: datetime, failure: JsonObject | None) -> None:
        """Write what became of a request."""
        ...

    def requests(self, seal_id: str) -> list[SealRequest]:
        """Return the requests about a seal, oldest first."""
        ...

    def unanswered(self) -> list[str]:
        """Return the ids of requests without an answer, oldest first."""
        ...


class SealMaker(Protocol):
    """The signer process, asked through its queue, in the caller's transaction."""

    def ask(self, seal_id: str, /) -> None:
        """Have a seal made."""
        ...

    def answer(self, request_id: str, /) -> None:
        """Have a request answered."""
        ...

    def revoke(self, seal_id: str, /) -> None:
        """Have the certificate of a cancelled seal revoked."""
        ...


@dataclass(frozen=True, slots=True)
class IssuedSeal:
    """A new key and the certificate for it."""

    key_id: str
    certificate_sha256: str
    not_after: datetime


class SealIssuer(Protocol):
    """Generates seal keys and certifies them; only the signer process has one."""

    def issue(self, actor: Actor, *, name: str, uscc: str, title: str) -> IssuedSeal:
        """Make a key and have the seal CA certify it, in the caller's transaction.

        Args:
            actor: who asked for it.
            name: full name on the license.
            uscc: its credit code.
            title: what the certificate calls the seal: name and kind.
        """
        ...


class SealRevoker(Protocol):
    """Revokes certificates; only the signer process has one."""

    def revoke(self, sha256: str, reason: RevocationReason, actor: Actor) -> RevocationList:
        """Revoke a certificate and publish the list that says so.

        Raises:
            AlreadyRevoked: it was revoked before.
        """
        ...
