"""Keys that are made inside a PKCS#11 token and never leave it.

To make a key (in this order; a failure leaves at most an object in the token that no row names):
1. The pair is generated in the token, sensitive and not extractable, for signing only, found by the
   id of its row and a label with its purpose, neither of which can be changed later.
2. After a new login, from what the token really keeps: its signature of a constant text must
   verify, and the private part must be protected as demanded. (SoftHSM on a full disk says yes,
   and has written half a key.)
3. The row is written.

Every signature is verified under the public key of its row before it is given out: a token that
was exchanged, or that makes a mistake (RSA-CRT), gives none.

RSA signatures by PKCS#1 v1.5 of the same bytes are the same each time. **Others are not**: for
ECDSA tokens draw a random number where our own store follows RFC 6979, and PSS has a random salt
wherever the key is. A signature is therefore kept in the transaction that logs it
(``sealing.signatures``), and no later run asks for another one. If a signer dies between the
token's answer and the commit, that answer is lost: it was logged nowhere, time-stamped by nobody
and released to nobody, and the next run has the same approved bytes signed.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from pkcs11 import PKCS11Error, exceptions

from sealservice.infra.keys.errors import TokenFull
from sealservice.infra.keys.rows import KeyRows, require_purpose
from sealservice.infra.keys.token import Login, Token, reason_of
from sealservice.infra.keys.token_objects import make_pair, require_protected
from sealservice.infra.keys.token_signatures import require_genuine, sign_in
from sealservice.kernel.ids import new_id
from sealservice.trust.errors import KeyUnreadable
from sealservice.trust.model import KeyAlgorithm, KeyPurpose, StoredKey

LOCATION: Final = "pkcs11"
"""What ``keys.location`` says of a key in a token."""
_PROBE: Final = b"sealservice-key-probe-v1\0"
_NO_ROOM: Final = (
    exceptions.DeviceMemory,
    exceptions.TokenWriteProtected,
    exceptions.FunctionFailed,
    exceptions.GeneralError,
    exceptions.ObjectHandleInvalid,
)
"""What tokens answer when they cannot keep a new object; SoftHSM has the last three."""


class TokenKeyStore:
    """Implements ``KeyStore``."""

    def __init__(self, rows: KeyRows, token: Token) -> None:
        self._rows = rows
        self._token = token
        self._opened: dict[str, TokenKey] = {}

    def generate(self, purpose: KeyPurpose, algorithm: KeyAlgorithm) -> StoredKey:
        """Make a new key pair in the token that will only ever serve ``purpose``.

        Raises:
            TokenMechanismMissing: the token could not use such a key; none is made.
            TokenFull: the token did not keep the key.
            TokenKeyExposed: the token did not protect it.
            TokenUnavailable, TokenBusy: and as ``Token.use``.
        """
        asked = StoredKey(new_id("key"), purpose, algorithm, LOCATION, spki=b"")
        stored = replace(asked, spki=self._token.use_anew(lambda login: self._made(login, asked)))
        self._token.use_anew(lambda login: self._prove(login, stored))
        self._rows.add(stored)
        return stored

    def open(self, key_id: str, purpose: KeyPurpose) -> "TokenKey":
        """Open a key for its purpose.

        Raises:
            KeyUnknown: there is no such key.
            KeyPurposeMismatch: the key was made for another purpose.
            KeyNotInToken: the token does not have it for this purpose.
            TokenUnavailable, TokenBusy: and as ``Token.use``.
        """
        opened = self._opened.get(key_id)
        if opened is None:  # two threads may both find it
            opened = self._opened.setdefault(key_id, self._read(key_id))
        require_purpose(opened.stored, purpose)
        return opened

    def list(self) -> tuple[StoredKey, ...]:
        """Return the keys that are in a token, oldest first."""
        return tuple(key for key in self._rows.list() if key.location == LOCATION)

    def _read(self, key_id: str) -> "TokenKey":
        key = TokenKey(self._rows.get(key_id), self._token)
        self._token.use(lambda login: login.private_key(key.stored))
        return key

    def _made(self, login: Login, asked: StoredKey) -> bytes:
        try:
            return make_pair(login, asked)
        except _NO_ROOM as error:
            raise TokenFull(token=login.token, reason=reason_of(error)) from error

    def _prove(self, login: Login, stored: StoredKey) -> None:
        """Require that the token kept what it made."""
        try:
            require_genuine(stored, _PROBE, sign_in(login, stored, _PROBE))
            require_protected(login, stored)
        except (PKCS11Error, KeyUnreadable) as error:
            raise TokenFull(token=login.token, reason=type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Implements ``SigningKey``."""

    stored: StoredKey
    token: Token = field(repr=False)

    @property
    def algorithm(self) -> KeyAlgorithm:
        """Return the kind of key."""
        return self.stored.algorithm

    @property
    def spki(self) -> bytes:
        """Return the DER SubjectPublicKeyInfo of the public part."""
        return self.stored.spki

    def sign(self, data: bytes) -> bytes:
        """Hash with SHA-256 and sign: DER ECDSA-Sig-Value (random), PKCS#1 v1.5, or PSS (random).

        Raises:
            TokenMechanismMissing: the token cannot sign in the way of this key.
            KeyNotInToken: the token does not have the key any more.
            KeyUnreadable: what the token gave back is not this key's signature.
            TokenUnavailable, TokenBusy: and as ``Token.use``.
        """
        signature = self.token.use(lambda login: sign_in(login, self.stored, data))
        require_genuine(self.stored, data, signature)
        return signature
