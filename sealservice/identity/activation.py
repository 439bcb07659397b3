"""A license's way into a phone: code, claim, proof, passkey.

1. The registry issues a code for one person in one role of one license. The code is a locator, by
   which it is found, and 50 random bits, of which only a slow digest is kept.
2. A phone claims it: of two phones with one code exactly one does. From then on the code is worth
   nothing; the phone holds a secret of its own, and shows a match code.
3. Somebody proves who holds the phone: the clerk at the counter, to whom the match code is told,
   sees the identity document. What is kept of a proof is who confirmed it, how and when: no picture
   and no number.
4. The phone enrols a passkey, and the activation is done. Every step has its time.
"""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sealservice.kernel.text import Text

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32
_TYPED: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LOCATOR: Final = 6
_SECRET: Final = 10
_GROUP: Final = 4
_MATCH_DIGITS: Final = 4
_WORK: Final = 2**14
"""N of scrypt: 16 MiB and some 40 ms a digest."""


class ActivationState(StrEnum):
    """How far an activation got."""

    ISSUED = "issued"
    CLAIMED = "claimed"
    """A phone has it and waits for the proof."""
    PROVEN = "proven"
    """The phone may enrol its passkey."""
    DONE = "done"
    REFUSED = "refused"
    """The person was not who they should be."""
    CANCELLED = "cancelled"
    """Another code took its place, or too many wrong ones were tried."""


class ProofMethod(StrEnum):
    """How somebody was proven to be who they are."""

    COUNTER = "counter"
    """A clerk saw the identity document."""
    FACE = "face"
    """A provider compared a face; its outcome is all that reaches us."""
    DEMONSTRATION = "demonstration"
    """Nobody was: a stand-in, refused in production."""


METHOD_NAMES: Final = {
    ProofMethod.COUNTER: Text("窗口核验", "at the counter"),
    ProofMethod.FACE: Text("人脸核验", "by a face provider"),
    ProofMethod.DEMONSTRATION: Text(
        "演示人脸核验，未核验任何人", "demonstration, nobody was checked"
    ),
}

OPEN: Final = frozenset({ActivationState.ISSUED, ActivationState.CLAIMED, ActivationState.PROVEN})


@dataclass(frozen=True, slots=True)
class Activation:
    """One license on its way to one person's phone."""

    id: str
    organisation_id: str
    license_id: str
    holder_id: str
    locator: str
    digest: str
    state: ActivationState
    created_at: datetime
    expires_at: datetime
    wrong_codes: int = 0
    claim_digest: str | None = None
    match_code: str | None = None
    claimed_at: datetime | None = None
    proof_method: ProofMethod | None = None
    proof_by: str | None = None
    """Who confirmed: the id of the clerk, or a provider's reference."""
    proven_at: datetime | None = None
    ended_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Return whether it can still go on."""
        return self.state in OPEN and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Claim:
    """What a phone writes into an activation that it takes."""

    digest: str
    """Of the phone's own secret."""
    match_code: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody was confirmed to be who they are."""

    method: ProofMethod
    by: str
    at: datetime


def new_code() -> str:
    """Return a random code as it is shown: ``XXXX-XXXX-XXXX-XXXX``, 80 bits of which 30 locate."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LOCATOR + _SECRET))
    return "-".join(letters[i : i + _GROUP] for i in range(0, len(letters), _GROUP))


def code_parts(typed: str) -> tuple[str, str] | None:
    """Return locator and secret of a code as somebody typed it; None: it is none."""
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_TYPED)
    letters = "".join(plain.replace("-", "").split())
    if len(letters) != _LOCATOR + _SECRET or not set(letters) <= set(_ALPHABET):
        return None
    return letters[:_LOCATOR], letters[_LOCATOR:]


def code_digest(locator: str, secret: str) -> str:
    """Return what is kept of a code, 64 hexadecimal letters."""
    salt = f"sealservice-activation-v1\0{locator}".encode()
    return hashlib.scrypt(secret.encode(), salt=salt, n=_WORK, r=8, p=1, dklen=32).hex()


def new_match_code() -> str:
    """Return four random digits, which tell the clerk whose phone this is."""
    return f"{secrets.randbelow(10**_MATCH_DIGITS):0{_MATCH_DIGITS}d}"
