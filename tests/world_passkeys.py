"""Passkeys in memory, and an authenticator made of software."""

import hashlib
import json
import secrets
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from sealservice.identity.ceremonies import PasskeyService
from sealservice.identity.passkey_errors import PasskeyKnown
from sealservice.identity.passkeys import (
    Ceremony,
    Challenge,
    FreezeReason,
    OwnerKind,
    Passkey,
    Site,
)
from sealservice.identity.throttle import Throttle
from sealservice.kernel.clock import Clock, utc_now
from sealservice.kernel.json import JsonObject
from sealservice.limits import Limits
from tests.world_archive import MemoryAuditLog, no_transaction

_PRESENT, _VERIFIED, _SYNCABLE, _ATTESTED = 1, 4, 8, 64


@dataclass
class MemoryPasskeyStore:
    """Implements ``PasskeyStore``."""

    rows: dict[str, Passkey] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, passkey: Passkey) -> None:
        """Insert a passkey."""
        if self.by_credential(passkey.credential_id):
            raise PasskeyKnown
        self.rows[passkey.id] = passkey

    def by_credential(self, credential_id: str) -> Passkey | None:
        """Return the passkey of a credential."""
        found = (row for row in self.rows.values() if row.credential_id == credential_id)
        return next(found, None)

    def of_owner(self, kind: OwnerKind, owner_id: str) -> list[Passkey]:
        """Return an owner's passkeys in order of birth."""
        mine = (r for r in self.rows.values() if (r.owner_kind, r.owner_id) == (kind, owner_id))
        return sorted(mine, key=lambda row: row.id)

    def advance(self, passkey_id: str, count: int, now: datetime) -> bool:
        """Write the counter of a use, if it advances."""
        with self.lock:
            row = self.rows[passkey_id]
            if row.frozen_at or not (row.sign_count < count or row.sign_count == count == 0):
                return False
            self.rows[passkey_id] = replace(row, sign_count=count, last_used_at=now)
            return True

    def freeze(self, passkey_id: str, reason: FreezeReason, now: datetime) -> bool:
        """Freeze a passkey for good."""
        row = self.rows[passkey_id]
        if row.frozen_at:
            return False
        self.rows[passkey_id] = replace(row, frozen_at=now, frozen_reason=reason)
        return True


@dataclass
class MemoryChallengeStore:
    """Implements ``ChallengeStore``."""

    rows: dict[str, Challenge] = field(default_factory=dict)

    def add(self, challenge: Challenge) -> None:
        """Insert a challenge."""
        self.rows[challenge.digest] = challenge

    def burn(self, digest: str, ceremony: Ceremony, now: datetime) -> Challenge | None:
        """Take a challenge away and return it."""
        found = self.rows.get(digest)
        if found is None or found.ceremony is not ceremony or found.expires_at <= now:
            return None
        return self.rows.pop(digest, None)


@dataclass
class MemoryAttemptStore:
    """Implements ``AttemptStore``."""

    counts: Counter[tuple[str, datetime]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, subject: str, period: datetime) -> int:
        """Count one more."""
        with self.lock:
            self.counts[subject, period] += 1
            return self.counts[subject, period]

    def forgive(self, subject: str, period: datetime) -> None:
        """Take one back."""
        with self.lock:
            self.counts[subject, period] -= 1


@dataclass
class PasskeyWorld:
    """Passkeys over memory."""

    public_url: str
    audit: MemoryAuditLog
    clock: Clock = utc_now
    limits: Limits = field(default_factory=Limits)
    store: MemoryPasskeyStore = field(default_factory=MemoryPasskeyStore)
    challenges: MemoryChallengeStore = field(default_factory=MemoryChallengeStore)
    attempts: MemoryAttemptStore = field(default_factory=MemoryAttemptStore)

    def __post_init__(self) -> None:
        self.service = PasskeyService(
            self.store, self.challenges, self.audit, no_transaction, self.clock, self.limits,
            Site(self.public_url),
        )  # fmt: skip
        self.throttle = Throttle(self.attempts, self.clock, self.limits)


@dataclass
class Authenticator:
    """Makes one passkey and answers with it; whatever it does may be bent for a test."""

    origin: str
    rp_id: str
    verifies_user: bool = True
    syncs: bool = False
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user: str = ""

    @property
    def name(self) -> str:
        """Return the id of its credential, base64url."""
        return bytes_to_base64url(self.credential_id)

    def create(self, options: JsonObject) -> JsonObject:
        """Return a RegistrationResponseJSON."""
        user = options["user"]
        assert isinstance(user, dict)
        self.user = str(user["id"])
        length = len(self.credential_id).to_bytes(2, "big")
        data = self._data(_ATTESTED) + bytes(16) + length + self.credential_id + self._cose()
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        answer: JsonObject = {
            "clientDataJSON": bytes_to_base64url(self._client("webauthn.create", options)),
            "attestationObject": bytes_to_base64url(attested),
        }
        return self._response(answer)

    def get(self, options: JsonObject) -> JsonObject:
        """Return an AuthenticationResponseJSON."""
        if not self.syncs:
            self.count += 1
        data, client = self._data(0), self._client("webauthn.get", options)
        signed = data + hashlib.sha256(client).digest()
        answer: JsonObject = {
            "clientDataJSON": bytes_to_base64url(client),
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(self.key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": self.user,
        }
        return self._response(answer)

    def _response(self, answer: JsonObject) -> JsonObject:
        return {"id": self.name, "rawId": self.name, "type": "public-key", "response": answer}

    def _client(self, kind: str, options: JsonObject) -> bytes:
        challenge = bytes_to_base64url(base64url_to_bytes(str(options["challenge"])))
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, flags: int) -> bytes:
        flags |= _PRESENT | (_VERIFIED if self.verifies_user else 0)
        flags |= _SYNCABLE if self.syncs else 0
        name = hashlib.sha256(self.rp_id.encode()).digest()
        return name + bytes([flags]) + self.count.to_bytes(4, "big")

    def _cose(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (value.to_bytes(32, "big") for value in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
