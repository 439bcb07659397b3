"""Found organisations, add staff, let people and programs in, and shut them out again.

To sign in by a link (whoever has a passkey needs none, see ``staff_passkeys.py``):
1. The link is burnt: of two uses exactly one succeeds.
2. A session that the browser already had ends, so a planted one is worth nothing.
3. A new session begins with a new random token; the browser learns it, the store only its digest.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sealservice.audit.ports import AuditLog
from sealservice.config import Environment
from sealservice.identity.errors import (
    ApiKeyDaysOutside,
    ApiKeyExpired,
    ApiKeyNotFound,
    ApiKeyRevoked,
    ApiKeyUnknown,
    OperatorNeeded,
    RolesMissing,
    ScopeNotHeld,
    ScopesMissing,
    SessionInvalid,
    SigninLinkInvalid,
    StaffNotFound,
)
from sealservice.identity.model import (
    KEY_PREFIXES,
    ApiKey,
    Organisation,
    Role,
    Session,
    SigninLink,
    Staff,
    hint_of,
    new_secret,
)
from sealservice.identity.ports import ApiKeyStore, OrganisationStore, SigninStore, StaffStore
from sealservice.kernel.actor import Actor, ActorKind, Permission
from sealservice.kernel.clock import Clock, rfc3339
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.fields import (
    FieldProblem,
    FieldsInvalid,
    length_problem,
    unprintable_problem,
)
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.kernel.transaction import Transaction
from sealservice.limits import Limits

_NAME_LETTERS: Final = 100
_NAME_MISSING: Final = Text("没有填写", "is missing")


@dataclass(frozen=True, slots=True)
class StaffService:
    """Use cases around organisations, their staff and its sign-in."""

    organisations: OrganisationStore
    staff: StaffStore
    signins: SigninStore
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits

    def create_organisation(self, actor: Actor, name: str) -> Organisation:
        """Found an organisation; the fact is written in its own log.

        Raises:
            OperatorNeeded: the actor is not the operator of the installation.
            FieldsInvalid: the name is empty, too long or not printable.
        """
        if actor.kind is not ActorKind.OPERATOR:
            raise OperatorNeeded
        organisation = Organisation(new_id("org"), _name(name), self.clock())
        founder = replace(actor, organisation_id=organisation.id)
        with self.transaction():
            self.organisations.add(organisation)
            detail = {"name": organisation.name}
            self.audit.append(founder, Fact.ORGANISATION_CREATED, organisation.id, detail)
        return organisation

    def create_staff(self, actor: Actor, name: str, roles: frozenset[Role]) -> Staff:
        """Add a person to the actor's organisation.

        Raises:
            PermissionMissing: the actor is no administrator.
            RolesMissing: no role was given.
            FieldsInvalid: the name is empty, too long or not printable.
        """
        actor.require(Permission.ADMIN)
        if not roles:
            raise RolesMissing
        staff = Staff(new_id("stf"), actor.organisation_id, _name(name), roles, self.clock())
        with self.transaction():
            self.staff.add(staff)
            detail: JsonObject = {"name": staff.name, "roles": [*sorted(roles)]}
            self.audit.append(actor, Fact.STAFF_CREATED, staff.id, detail)
        return staff

    def create_signin_link(self, actor: Actor, staff_id: str) -> str:
        """Return a new secret that lets a person sign in once, within a quarter of an hour.

        Raises:
            PermissionMissing: the actor is no administrator.
            StaffNotFound: there is no such person in the organisation.
        """
        actor.require(Permission.ADMIN)
        secret = new_secret()
        expires_at = self.clock() + timedelta(minutes=self.limits.signin_link_minutes)
        with self.transaction():
            if self.staff.by_id(actor.organisation_id, staff_id) is None:
                raise StaffNotFound(staff_id=staff_id)
            self.signins.add_link(
                SigninLink(digest_of(secret), staff_id, actor.organisation_id, expires_at)
            )
            detail = {"expires_at": rfc3339(expires_at)}
            self.audit.append(actor, Fact.SIGNIN_LINK_CREATED, staff_id, detail)
        return secret

    def sign_in(self, link_secret: str, earlier_session: str | None = None) -> tuple[str, Staff]:
        """Burn a link and return the secret of a new session, and whose it is.

        Raises:
            SigninLinkInvalid: the link is unknown, used or expired.
        """
        with self.transaction():
            staff = self.signins.burn_link(digest_of(link_secret), self.clock())
            if staff is None:
                raise SigninLinkInvalid
            return self.begin_session(staff, earlier_session), staff

    def begin_session(self, staff: Staff, earlier_session: str | None = None) -> str:
        """End the session that the browser had and return the secret of a new one."""
        secret, now = new_secret(), self.clock()
        expires_at = now + timedelta(hours=self.limits.session_hours)
        with self.transaction():
            if earlier_session is not None:
                self.signins.end_session(digest_of(earlier_session), now)
            session = Session(digest_of(secret), staff.id, staff.organisation_id, now, expires_at)
            self.signins.add_session(session)
            self.audit.append(staff.actor, Fact.STAFF_SIGNED_IN, staff.id, {})
        return secret

    def session(self, session_secret: str) -> Staff:
        """Return who is signed in; ``.actor`` is the person as one who acts.

        Raises:
            SessionInvalid: there is no live session with this secret.
        """
        staff = self.signins.session(digest_of(session_secret), self.clock())
        if staff is None:
            raise SessionInvalid
        return staff

    def sign_out(self, session_secret: str) -> None:
        """End a session; one that is no more stays ended."""
        digest, now = digest_of(session_secret), self.clock()
        with self.transaction():
            staff = self.signins.session(digest, now)
            if staff is not None:
                self.signins.end_session(digest, now)
                self.audit.append(staff.actor, Fact.STAFF_SIGNED_OUT, staff.id, {})


@dataclass(frozen=True, slots=True)
class ApiKeyService:
    """Use cases around the keys of programs."""

    keys: ApiKeyStore
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits
    environment: Environment

    def create_api_key(
        self, actor: Actor, name: str, scopes: frozenset[Permission], days: int | None = None
    ) -> tuple[ApiKey, str]:
        """Issue a key for the actor's organisation; its secret is returned here and never again.

        Raises:
            PermissionMissing: the actor is no administrator.
            ScopesMissing, ApiKeyDaysOutside, FieldsInvalid: the wish is not acceptable.
            ScopeNotHeld: a key asks for a key that may do more than itself.
        """
        actor.require(Permission.ADMIN)
        lifetime = self._lifetime(days)
        _require_grantable(actor, scopes)
        secret, now = new_secret(KEY_PREFIXES[self.environment]), self.clock()
        key = ApiKey(
            id=new_id("key"),
            organisation_id=actor.organisation_id,
            name=_name(name),
            digest=digest_of(secret),
            hint=hint_of(secret),
            scopes=scopes,
            created_at=now,
            expires_at=now + lifetime,
        )
        with self.transaction():
            self.keys.add(key)
            self.audit.append(actor, Fact.API_KEY_CREATED, key.id, _outline(key))
        return key, secret

    def list_api_keys(self, actor: Actor, after: str | None, limit: int) -> list[ApiKey]:
        """Return up to ``limit`` keys of the organisation, after the id ``after``.

        Raises:
            PermissionMissing: the actor is no administrator.
        """
        actor.require(Permission.ADMIN)
        return self.keys.page(actor.organisation_id, after, limit)

    def revoke_api_key(self, actor: Actor, key_id: str) -> None:
        """Take a key back at once; one that was taken back before stays so.

        Raises:
            PermissionMissing: the actor is no administrator.
            ApiKeyNotFound: there is none of that id in the organisation.
        """
        actor.require(Permission.ADMIN)
        with self.transaction():
            if not self.keys.revoke(actor.organisation_id, key_id, self.clock()):
                raise ApiKeyNotFound(key_id=key_id)
            self.audit.append(actor, Fact.API_KEY_REVOKED, key_id, {})

    def authenticate_api_key(self, secret: str) -> Actor:
        """Return the bearer of a key as one who acts.

        Raises:
            ApiKeyUnknown, ApiKeyRevoked, ApiKeyExpired: the key lets nobody in.
        """
        key = self.keys.by_digest(digest_of(secret))
        if key is None:
            raise ApiKeyUnknown
        if key.revoked_at is not None:
            raise ApiKeyRevoked(hint=key.hint)
        if key.expires_at <= self.clock():
            raise ApiKeyExpired(hint=key.hint, expired_at=rfc3339(key.expires_at))
        return key.actor

    def _lifetime(self, days: int | None) -> timedelta:
        chosen = self.limits.api_key_days if days is None else days
        if not 1 <= chosen <= self.limits.api_key_days_greatest:
            raise ApiKeyDaysOutside(days=chosen, greatest=self.limits.api_key_days_greatest)
        return timedelta(days=chosen)


def _require_grantable(actor: Actor, scopes: frozenset[Permission]) -> None:
    if not scopes:
        raise ScopesMissing
    lacking = scopes - actor.permissions
    if actor.kind is ActorKind.API_KEY and lacking:
        raise ScopeNotHeld(scopes=", ".join(sorted(lacking)))


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return sha256_hex(secret.encode())


def _name(value: str) -> str:
    name = value.strip()
    problem = unprintable_problem(name) or length_problem(name, _NAME_LETTERS)
    if not name or problem:
        reason = problem or _NAME_MISSING
        text = Text(f"名称：{reason.zh}", f"name: {reason.en}")
        raise FieldsInvalid([FieldProblem("name", text)])
    return name


def _outline(key: ApiKey) -> JsonObject:
    return {
        "name": key.name,
        "hint": key.hint,
        "scopes": [*sorted(key.scopes)],
        "expires_at": rfc3339(key.expires_at),
    }
