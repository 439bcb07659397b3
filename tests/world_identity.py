"""Identity's outside world, and kept answers, in memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from sealservice.config import Environment
from sealservice.identity.model import ApiKey, Organisation, Role, Session, SigninLink, Staff
from sealservice.identity.service import ApiKeyService, StaffService
from sealservice.kernel.actor import Actor, ActorKind, Permission, operator
from sealservice.kernel.clock import Clock, utc_now
from sealservice.kernel.idempotency import StoredAnswer
from sealservice.limits import Limits
from tests.world_archive import MemoryAuditLog, no_transaction


@dataclass
class MemoryOrganisationStore:
    """Implements ``OrganisationStore``."""

    rows: dict[str, Organisation] = field(default_factory=dict)

    def add(self, organisation: Organisation) -> None:
        """Insert an organisation."""
        self.rows[organisation.id] = organisation

    def by_id(self, organisation_id: str) -> Organisation | None:
        """Return one organisation."""
        return self.rows.get(organisation_id)

    def page(self, after: str | None, limit: int) -> list[Organisation]:
        """Return organisations in the order of their ids."""
        behind = (row for row in self.rows.values() if row.id > (after or ""))
        return sorted(behind, key=lambda row: row.id)[:limit]


@dataclass
class MemoryStaffStore:
    """Implements ``StaffStore``."""

    rows: dict[str, Staff] = field(default_factory=dict)

    def add(self, member: Staff) -> None:
        """Insert a member of staff."""
        self.rows[member.id] = member

    def by_id(self, organisation_id: str, staff_id: str) -> Staff | None:
        """Return one member of an organisation's staff."""
        found = self.rows.get(staff_id)
        return found if found and found.organisation_id == organisation_id else None


@dataclass
class MemorySigninStore:
    """Implements ``SigninStore``."""

    staff: MemoryStaffStore
    links: dict[str, SigninLink] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)

    def add_link(self, link: SigninLink) -> None:
        """Insert a link."""
        self.links[link.digest] = link

    def burn_link(self, digest: str, now: datetime) -> Staff | None:
        """Take a link away and return whom it lets in."""
        link = self.links.pop(digest, None)
        if link is None or link.expires_at <= now:
            return None
        return self.staff.rows[link.staff_id]

    def link(self, digest: str, now: datetime) -> Staff | None:
        """Return whom a link would let in."""
        link = self.links.get(digest)
        return None if link is None or link.expires_at <= now else self.staff.rows[link.staff_id]

    def add_session(self, session: Session) -> None:
        """Insert a session."""
        self.sessions[session.digest] = session

    def session(self, digest: str, now: datetime) -> Staff | None:
        """Return who is signed in."""
        session = self.sessions.get(digest)
        if session is None or session.expires_at <= now:
            return None
        return self.staff.rows[session.staff_id]

    def end_session(self, digest: str, now: datetime) -> None:  # noqa: ARG002 - gone is gone
        """End a session."""
        self.sessions.pop(digest, None)

    def end_sessions_of(self, staff_id: str, now: datetime) -> None:  # noqa: ARG002 - gone is gone
        """End every session of a person."""
        self.sessions = {k: s for k, s in self.sessions.items() if s.staff_id != staff_id}


@dataclass
class MemoryApiKeyStore:
    """Implements ``ApiKeyStore``."""

    rows: dict[str, ApiKey] = field(default_factory=dict)

    def add(self, key: ApiKey) -> None:
        """Insert a key."""
        self.rows[key.id] = key

    def by_digest(self, digest: str) -> ApiKey | None:
        """Return the key with this digest."""
        return next((row for row in self.rows.values() if row.digest == digest), None)

    def page(self, organisation_id: str, after: str | None, limit: int) -> list[ApiKey]:
        """Return keys in the order of their ids."""
        mine = (row for row in self.rows.values() if row.organisation_id == organisation_id)
        behind = (row for row in mine if row.id > (after or ""))
        return sorted(behind, key=lambda row: row.id)[:limit]

    def revoke(self, organisation_id: str, key_id: str, now: datetime) -> bool:
        """Revoke a key."""
        found = self.rows.get(key_id)
        if found is None or found.organisation_id != organisation_id:
            return False
        self.rows[key_id] = replace(found, revoked_at=found.revoked_at or now)
        return True


@dataclass
class MemoryIdempotencyStore:
    """Implements ``IdempotencyStore``."""

    answers: dict[tuple[str, str], StoredAnswer] = field(default_factory=dict)
    held: set[tuple[str, str]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def claimed(self, organisation_id: str, key: str) -> Iterator[bool]:
        """Hold a key while its work is done."""
        name = (organisation_id, key)
        with self.lock:
            is_ours = name not in self.held
            self.held.add(name)
        try:
            yield is_ours
        finally:
            if is_ours:
                self.held.discard(name)

    def answer(self, organisation_id: str, key: str, not_before: datetime) -> StoredAnswer | None:
        """Return the answer kept under a key."""
        found = self.answers.get((organisation_id, key))
        return found if found and found.created_at >= not_before else None

    def keep(self, organisation_id: str, key: str, answer: StoredAnswer) -> None:
        """Keep an answer."""
        self.answers[organisation_id, key] = answer


@dataclass
class IdentityWorld:
    """Both services of identity over memory."""

    clock: Clock = utc_now
    environment: Environment = Environment.DEMONSTRATION
    audit: MemoryAuditLog = field(default_factory=MemoryAuditLog)
    organisations: MemoryOrganisationStore = field(default_factory=MemoryOrganisationStore)
    people: MemoryStaffStore = field(default_factory=MemoryStaffStore)
    keys: MemoryApiKeyStore = field(default_factory=MemoryApiKeyStore)

    def __post_init__(self) -> None:
        self.signins = MemorySigninStore(self.people)
        self.staff = StaffService(
            self.organisations,
            self.people,
            self.signins,
            self.audit,
            no_transaction,
            self.clock,
            Limits(),
        )
        self.api_keys = ApiKeyService(
            self.keys, self.audit, no_transaction, self.clock, Limits(), self.environment
        )

    def organisation(self, name: str = "示例机构") -> Organisation:
        """Found an organisation."""
        return self.staff.create_organisation(operator("root", ""), name)

    def key(self, organisation_id: str, *scopes: Permission) -> str:
        """Issue an API key; without scopes it may do everything."""
        actor = Actor(ActorKind.OPERATOR, "root", organisation_id, frozenset({Permission.ADMIN}))
        wanted = frozenset(scopes or Permission)
        return self.api_keys.create_api_key(actor, "测试", wanted)[1]

    def signin_link(self, organisation_id: str, *roles: Role, name: str = "王芳") -> str:
        """Add a person and give them a sign-in link."""
        actor = operator("root", organisation_id)
        member = self.staff.create_staff(actor, name, frozenset(roles or {Role.CLERK}))
        return self.staff.create_signin_link(actor, member.id)
