"""Who belongs to which organisation, what each role may do, and the secrets that prove it.

1. No secret is kept: links, sessions and API keys are stored as the SHA-256 of 256 random bits.
   That many bits need no salt and no slow hash, and the look-up by digest takes the same time
   whatever an attacker guesses.
2. Duties are apart: whoever manages people (administrator) neither seals nor reads records, and
   whoever audits changes nothing.
3. An administrator is not above the others: ``admin`` implies no other permission.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sealservice.config import Environment
from sealservice.kernel.actor import Actor, ActorKind, Permission

_SECRET_BYTES: Final = 32
_HINT_LETTERS: Final = 4

KEY_PREFIXES: Final = {
    Environment.DEMONSTRATION: "esk_test_",
    Environment.PRODUCTION: "esk_live_",
}


class Role(StrEnum):
    """What a member of staff is there for."""

    ADMINISTRATOR = "administrator"
    REGISTRAR = "registrar"
    CLERK = "clerk"
    ARCHIVIST = "archivist"
    AUDITOR = "auditor"


ROLE_PERMISSIONS: Final = {
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.VERIFY,
            Permission.ADMIN,
            Permission.LICENSES_READ,
            Permission.SEALS_READ,
            Permission.SEALS_WRITE,
        }
    ),
    Role.REGISTRAR: frozenset(
        {
            Permission.VERIFY,
            Permission.LICENSES_READ,
            Permission.LICENSES_WRITE,
            Permission.SEALS_READ,
            Permission.SEALS_WRITE,
        }
    ),
    Role.CLERK: frozenset(
        {
            Permission.VERIFY,
            Permission.LICENSES_READ,
            Permission.SEALS_READ,
            Permission.DOCUMENTS_WRITE,
            Permission.ORDERS_READ,
            Permission.ORDERS_WRITE,
            Permission.RECORDS_READ,
        }
    ),
    Role.ARCHIVIST: frozenset(
        {
            Permission.VERIFY,
            Permission.ORDERS_READ,
            Permission.RECORDS_READ,
            Permission.AUDIT_READ,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Permission.VERIFY,
            Permission.LICENSES_READ,
            Permission.SEALS_READ,
            Permission.ORDERS_READ,
            Permission.RECORDS_READ,
            Permission.AUDIT_READ,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Organisation:
    """A tenant: everything stored belongs to exactly one."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Staff:
    """A person who works for an organisation."""

    id: str
    organisation_id: str
    name: str
    roles: frozenset[Role]
    created_at: datetime

    @property
    def actor(self) -> Actor:
        """Return this person as one who acts, with what all their roles permit."""
        permissions = frozenset[Permission]().union(*(ROLE_PERMISSIONS[r] for r in self.roles))
        return Actor(ActorKind.STAFF, self.id, self.organisation_id, permissions)


@dataclass(frozen=True, slots=True)
class SigninLink:
    """A link that lets one person sign in once."""

    digest: str
    staff_id: str
    organisation_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser."""

    digest: str
    staff_id: str
    organisation_id: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's key: what it may do, until when; the key itself is not in here."""

    id: str
    organisation_id: str
    name: str
    digest: str
    hint: str
    """The last letters, by which its owner tells it from others."""
    scopes: frozenset[Permission]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Return this key's bearer as one who acts."""
        return Actor(ActorKind.API_KEY, self.id, self.organisation_id, self.scopes)


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits in URL-safe letters, behind a prefix that names their use."""
    return prefix + secrets.token_urlsafe(_SECRET_BYTES)


def hint_of(secret: str) -> str:
    """Return the last letters of a secret."""
    return secret[-_HINT_LETTERS:]
