"""Staff sign in with passkeys; a one-time link enrols one.

1. A link shows that an administrator knows who opens it. Enrolling burns it, keeps the passkey and
   begins a session, all in one transaction: of two browsers with one link exactly one gets in.
2. A passkey that was enrolled signs in; the session before ends.
3. In a demonstration a link alone may sign in, so that it can be walked through on any machine.
   Production refuses that.
4. Whoever tries links or passkeys that are none is slowed down by address.
"""

from dataclasses import dataclass, field

from sealservice.config import Environment
from sealservice.identity.ceremonies import PasskeyService
from sealservice.identity.errors import SigninLinkInvalid, StaffNotFound
from sealservice.identity.model import Staff
from sealservice.identity.passkey_errors import PasskeyNeeded
from sealservice.identity.passkeys import Owner, OwnerKind
from sealservice.identity.service import StaffService, digest_of
from sealservice.identity.throttle import Throttle
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.json import JsonObject

_PURPOSE = "staff"


@dataclass(frozen=True, slots=True)
class StaffPasskeys:
    """Use cases around the passkeys of staff."""

    staff: StaffService
    passkeys: PasskeyService
    throttle: Throttle
    environment: Environment = field(default=Environment.PRODUCTION)

    def options_for_link(self, address: str, link_secret: str) -> JsonObject:
        """Return what a browser needs to make the passkey that a link lets it enrol.

        Raises:
            SigninLinkInvalid, TooManyAttempts, PasskeysTooMany.
        """
        with self.throttle.counted(_PURPOSE, address):
            return self.passkeys.enrolment_options(owner_of(self._invited(link_secret)))

    def enrol(
        self, address: str, link_secret: str, response: JsonObject, name: str, earlier: str | None
    ) -> tuple[str, Staff]:
        """Enrol a passkey by a link; return the secret of the session that begins, and whose.

        Raises:
            SigninLinkInvalid, TooManyAttempts, ChallengeInvalid, PasskeyNotAccepted, PasskeyKnown,
            PasskeysTooMany, FieldsInvalid.
        """
        with self.throttle.counted(_PURPOSE, address):
            owner = owner_of(self._invited(link_secret))
            new = self.passkeys.verify_enrolment(owner, response)
            with self.staff.transaction():
                secret, staff = self.staff.sign_in(link_secret, earlier)
                self.passkeys.keep(staff.actor, owner, new, name)
        return secret, staff

    def options(self) -> JsonObject:
        """Return what a browser needs to ask for a passkey."""
        return self.passkeys.sign_in_options(OwnerKind.STAFF)

    def sign_in(self, address: str, response: JsonObject, earlier: str | None) -> tuple[str, Staff]:
        """Return the secret of a new session of the passkey's owner.

        Raises:
            TooManyAttempts, ChallengeInvalid, PasskeyNotAccepted, PasskeyFrozen, PasskeyCloned.
        """
        with self.throttle.counted(_PURPOSE, address):
            passkey = self.passkeys.recognise(OwnerKind.STAFF, response)
            staff = self.staff.staff.by_id(passkey.organisation_id, passkey.owner_id)
            if staff is None:
                raise StaffNotFound(staff_id=passkey.owner_id)
            return self.staff.begin_session(staff, earlier), staff

    def sign_in_by_link(
        self, address: str, link_secret: str, earlier: str | None
    ) -> tuple[str, Staff]:
        """Sign in by a link alone: a demonstration's stand-in for a passkey.

        Raises:
            PasskeyNeeded: in production.
            SigninLinkInvalid, TooManyAttempts.
        """
        if self.environment is Environment.PRODUCTION:
            raise PasskeyNeeded
        with self.throttle.counted(_PURPOSE, address):
            return self.staff.sign_in(link_secret, earlier)

    def freeze_all(self, actor: Actor, staff_id: str) -> None:
        """Freeze all passkeys of a member of staff and end their sessions.

        Raises:
            PermissionMissing: the actor is no administrator.
            StaffNotFound: there is no such person in the organisation.
        """
        actor.require(Permission.ADMIN)
        with self.staff.transaction():
            staff = self.staff.staff.by_id(actor.organisation_id, staff_id)
            if staff is None:
                raise StaffNotFound(staff_id=staff_id)
            self.passkeys.freeze_all(actor, owner_of(staff))
            self.staff.signins.end_sessions_of(staff_id, self.staff.clock())

    def _invited(self, link_secret: str) -> Staff:
        staff = self.staff.signins.link(digest_of(link_secret), self.staff.clock())
        if staff is None:
            raise SigninLinkInvalid
        return staff


def owner_of(staff: Staff) -> Owner:
    """Return a member of staff as one who owns passkeys."""
    return Owner(OwnerKind.STAFF, staff.id, staff.organisation_id, staff.name)
