"""Passkeys: who owns which, and what a ceremony with one proves.

1. Whoever has a passkey is a member of staff or a person of licenses; one credential has one owner.
2. A challenge is 32 random bytes of ours. Only its digest is kept, with what it is for; it is burnt
   by its first use, whatever comes of that, and after a few minutes without any.
3. The authenticator must have verified its user (PIN, finger, face), on our origin, for our name.
4. A signature counter that does not advance means that there are two of a passkey: it is frozen.
   Passkeys that are synced may leave it at 0 for ever, WebAuthn 6.1.1.
5. A frozen passkey stays frozen.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException

from sealservice.identity.passkey_errors import PasskeyNotAccepted
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.json import JsonObject

_CHALLENGE_BYTES: Final = 32
_ALGORITHMS: Final = (-7, -8, -257)
"""COSE: ECDSA with SHA-256, EdDSA, RSA with SHA-256."""
_SITE: Final = "sealservice"


class OwnerKind(StrEnum):
    """What somebody is who owns passkeys."""

    STAFF = "staff"
    PERSON = "person"


class Ceremony(StrEnum):
    """What a challenge is for."""

    ENROL = "enrol"
    SIGN_IN = "sign_in"


class FreezeReason(StrEnum):
    """Why a passkey was frozen."""

    LOST = "lost"
    """Its owner says so."""
    RECOVERED = "recovered"
    """The registry began anew with its owner."""
    CLONED = "cloned"
    """Its counter went back."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who has passkeys."""

    kind: OwnerKind
    id: str
    organisation_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Passkey:
    """A credential of WebAuthn; the public part of it."""

    id: str
    owner_kind: OwnerKind
    owner_id: str
    organisation_id: str
    credential_id: str
    """base64url."""
    public_key: bytes
    """COSE."""
    sign_count: int
    name: str
    """By which its owner tells it from others."""
    aaguid: str
    """Model of the authenticator."""
    is_synced: bool
    """Whether it may leave the device (backup eligible)."""
    created_at: datetime
    last_used_at: datetime | None = None
    frozen_at: datetime | None = None
    frozen_reason: FreezeReason | None = None

    @property
    def is_live(self) -> bool:
        """Return whether it lets its owner in."""
        return self.frozen_at is None


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge that waits for its answer; the challenge itself is not in here."""

    digest: str
    ceremony: Ceremony
    owner_kind: OwnerKind
    owner_id: str | None
    """Whose passkey is being enrolled; None when anybody of the kind may sign in."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What an authenticator told of a new credential."""

    credential_id: str
    public_key: bytes
    sign_count: int
    aaguid: str
    is_synced: bool


@dataclass(frozen=True, slots=True)
class Site:
    """Where ceremonies take place: ``public_url`` decides."""

    public_url: str

    @property
    def rp_id(self) -> str:
        """Return the name that passkeys are bound to."""
        return urlsplit(self.public_url).hostname or ""


def new_challenge() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(_CHALLENGE_BYTES)


def challenge_digest(challenge: bytes) -> str:
    """Return what is kept of a challenge."""
    return sha256_hex(challenge)


def challenge_of(response: JsonObject) -> bytes:
    """Return the challenge that a response says it answers.

    Raises:
        PasskeyNotAccepted: it has no such place.
    """
    try:
        inner = response["response"]
        if not isinstance(inner, dict):
            raise PasskeyNotAccepted
        encoded = inner["clientDataJSON"]
        return bytes(parse_client_data_json(base64url_to_bytes(str(encoded))).challenge)
    except (KeyError, TypeError, ValueError, WebAuthnException) as error:
        raise PasskeyNotAccepted from error


def enrolment_options(
    site: Site, owner: Owner, challenge: bytes, known: list[str], seconds: int
) -> JsonObject:
    """Return PublicKeyCredentialCreationOptionsJSON, WebAuthn 5.1.10.

    ``known`` are ids of credentials of the owner: their devices are not enrolled twice.
    """
    return {
        "rp": {"id": site.rp_id, "name": _SITE},
        "user": {
            "id": bytes_to_base64url(owner.id.encode()),
            "name": owner.name,
            "displayName": owner.name,
        },
        "challenge": bytes_to_base64url(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": one} for one in _ALGORITHMS],
        "timeout": seconds * 1000,
        "excludeCredentials": [{"type": "public-key", "id": one} for one in known],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def sign_in_options(site: Site, challenge: bytes, seconds: int) -> JsonObject:
    """Return PublicKeyCredentialRequestOptionsJSON, WebAuthn 5.1.10; the device names its user."""
    return {
        "rpId": site.rp_id,
        "challenge": bytes_to_base64url(challenge),
        "timeout": seconds * 1000,
        "userVerification": "required",
        "allowCredentials": [],
    }


def enrolled(site: Site, response: JsonObject, challenge: bytes) -> Enrolled:
    """Verify a registration, WebAuthn 7.1.

    Raises:
        PasskeyNotAccepted: wrong origin, name or challenge, user not verified, or not well formed.
    """
    try:
        found = verify_registration_response(
            credential=dict(response),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.public_url,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyNotAccepted from error
    return Enrolled(
        credential_id=bytes_to_base64url(found.credential_id),
        public_key=bytes(found.credential_public_key),
        sign_count=found.sign_count,
        aaguid=found.aaguid,
        is_synced=found.credential_device_type.value == "multi_device",
    )


def asserted_count(site: Site, response: JsonObject, challenge: bytes, passkey: Passkey) -> int:
    """Verify an assertion, WebAuthn 7.2, all but its counter, and return the counter.

    Raises:
        PasskeyNotAccepted: wrong origin, name, challenge, signature or user, user not verified.
    """
    try:
        found = verify_authentication_response(
            credential=dict(response),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.public_url,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=0,  # rule 4: ours to judge, and to keep
            require_user_verification=True,
        )
        _require_user(response, passkey)
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyNotAccepted from error
    return found.new_sign_count


def _require_user(response: JsonObject, passkey: Passkey) -> None:
    inner = response["response"]
    handle = inner.get("userHandle") if isinstance(inner, dict) else None
    if handle and base64url_to_bytes(str(handle)) != passkey.owner_id.encode():
        raise PasskeyNotAccepted
