"""What seals need from outside: rows, and somebody with keys who makes them."""

from dataclasses import dataclass
from typing import Protocol

from sealservice.kernel.actor import Actor
from sealservice.seals.artwork import Artwork
from sealservice.seals.model import Seal


class SealStore(Protocol):
    """The rows of seals."""

    def add(self, seal: Seal) -> None:
        """Insert a seal that was applied for.

        Raises:
            SealCodeTaken: another seal has its code.
        """
        ...

    def activate(self, seal: Seal, artwork: Artwork) -> None:
        """Write the state of a seal that was made, and keep its drawing for good."""
        ...

    def fail(self, seal: Seal) -> None:
        """Write the state of a seal that could not be made."""
        ...

    def artwork(self, seal_id: str) -> Artwork | None:
        """Return the drawing of a seal that was made."""
        ...

    def by_id(self, seal_id: str, organisation_id: str | None = None) -> Seal | None:
        """Return a seal; with an organisation given, only if it belongs to that one."""
        ...

    def lock(self, seal_id: str, *, exclusive: bool = False) -> Seal | None:
        """Return a seal and hold it unchanged until the transaction ends.

        ``FOR SHARE``; exclusive, when the caller is about to change it: ``FOR UPDATE``.
        """
        ...

    def page(self, organisation_id: str, after: str | None, limit: int) -> list[Seal]:
        """Return up to ``limit`` seals in order of birth, behind the id ``after``."""
        ...

    def unmade(self) -> list[str]:
        """Return the ids of seals that were applied for and are not made yet."""
        ...


class SealMaker(Protocol):
    """The signer process, asked through its queue."""

    def ask(self, seal_id: str, /) -> None:
        """Enqueue the making of a seal, in the caller's transaction."""
        ...


@dataclass(frozen=True, slots=True)
class IssuedSeal:
    """A new key and the certificate for it."""

    key_id: str
    certificate_sha256: str


class SealIssuer(Protocol):
    """Generates seal keys and certifies them; only the signer process has one."""

    def issue(self, actor: Actor, *, name: str, uscc: str) -> IssuedSeal:
        """Make a key and have the seal CA certify it, in the caller's transaction."""
        ...
