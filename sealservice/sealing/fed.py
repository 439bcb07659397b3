"""A document whose digest is taken once, whoever needs it: every later one begins with its state.

A sealed document begins with the document as it came. So the digest that a signature covers, the
one that the check of it takes, and the one of a document timestamp go on from the same state; it
can be fed while an upload arrives, and the document is never joined with what follows it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

_USUAL: Final = "sha256"


class State(Protocol):
    """The state of a digest; hashlib's own has no public name."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take in more bytes."""
        ...

    def digest(self) -> bytes:
        """Return the digest of all that was taken in."""
        ...

    def copy(self) -> "State":
        """Return the same state once more."""
        ...


@dataclass(frozen=True, slots=True)
class Fed:
    """A document and the states of the digests it was fed to."""

    source: bytes
    _states: dict[str, State] = field(default_factory=dict)

    @classmethod
    def of_chunks(cls, chunks: Iterable[bytes]) -> "Fed":
        """Join a document that arrives in chunks, taking its SHA-256 meanwhile."""
        state, kept = hashlib.sha256(), bytearray()
        for chunk in chunks:
            state.update(chunk)
            kept += chunk
        return cls(bytes(kept), {_USUAL: state})

    def state(self, digest: str = _USUAL) -> State:
        """Return a state, by hashlib's name of the digest, to which the document was fed."""
        found = self._states.get(digest)
        if found is None:
            found = self._states[digest] = hashlib.new(digest, self.source)
        return found.copy()

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the document, 64 lower-case hexadecimal letters."""
        return self.state().digest().hex()
