"""Name the persons of a license, and end their roles.

1. The registry names persons (``licenses:write``), by an identity document seen at the counter.
2. The principal has the role that the type of entity has, and the name that the face shows.
3. A license has one principal, at most five administrators, and nobody in two roles at a time;
   the license is locked while that is looked at.
4. A role ends for good; who acted by it, or by a mandate out of it, stops in the same moment.
"""

from dataclasses import dataclass, replace
from typing import Final

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.fields import FieldsInvalid, text_problems
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.delegation import is_on_face
from sealservice.licenses.errors import LicenseNotFound
from sealservice.licenses.mandate_errors import (
    LicenseHolderNotFound,
    PersonHasRole,
    PrincipalExists,
    PrincipalNotOnFace,
    RoleEnded,
    RoleOfAnotherEntity,
    TooManyAdministrators,
)
from sealservice.licenses.model import ENTITY_NAMES, License
from sealservice.licenses.persons import (
    PRINCIPAL_ROLES,
    ROLE_NAMES,
    HolderRole,
    LicenseHolder,
    Person,
    document_digest,
    document_hint,
)
from sealservice.licenses.ports import LicenseStore, PersonStore
from sealservice.limits import Limits

_REASON: Final = Text("原因", "Reason")
_NAME: Final = Text("姓名", "Name")
_DOCUMENT: Final = Text("证件号码", "Document number")


@dataclass(frozen=True, slots=True)
class PersonNamed:
    """A person as they were named at the counter."""

    role: HolderRole
    name: str
    document_number: str
    """Of the identity document; not kept."""


@dataclass(frozen=True, slots=True)
class PersonService:
    """Use cases around the persons of a license."""

    licenses: LicenseStore
    persons: PersonStore
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits

    def name(self, actor: Actor, license_id: str, named: PersonNamed) -> LicenseHolder:
        """Give a person a role in a license.

        Raises:
            PermissionMissing, LicenseNotFound, FieldsInvalid.
            RoleOfAnotherEntity, PrincipalNotOnFace: not this license's principal.
            PrincipalExists, PersonHasRole, TooManyAdministrators: the role is taken.
        """
        actor.require(Permission.LICENSES_WRITE)
        person = self._person(actor, named)
        with self.transaction():
            license_ = self.licenses.lock(actor.organisation_id, license_id, exclusive=True)
            if license_ is None:
                raise LicenseNotFound(license_id=license_id)
            holder = LicenseHolder(
                id=new_id("lho"),
                organisation_id=actor.organisation_id,
                license_id=license_id,
                person=self.persons.person(person),
                role=named.role,
                created_at=self.clock(),
            )
            # Who was known by this document before is who is named now, by the name given now.
            self._require_free(license_, holder, named.name.strip())
            self.persons.add(holder)
            self.audit.append(actor, Fact.PERSON_NAMED, holder.id, _outline(holder))
        return holder

    def of_license(self, actor: Actor, license_id: str) -> list[LicenseHolder]:
        """Return the persons of a license, those whose roles ended included.

        Raises:
            PermissionMissing, LicenseNotFound.
        """
        actor.require(Permission.LICENSES_READ)
        if self.licenses.get(actor.organisation_id, license_id) is None:
            raise LicenseNotFound(license_id=license_id)
        return self.persons.of_license(actor.organisation_id, license_id)

    def end(self, actor: Actor, license_id: str, holder_id: str, reason: str) -> LicenseHolder:
        """End a person's role in a license.

        Raises:
            PermissionMissing, LicenseHolderNotFound, RoleEnded, FieldsInvalid.
        """
        actor.require(Permission.LICENSES_WRITE)
        reason = reason.strip()
        if problems := text_problems("reason", _REASON, reason, self.limits.reason_letters):
            raise FieldsInvalid(problems)
        with self.transaction():
            holder = self.persons.get(actor.organisation_id, holder_id)
            if holder is None or holder.license_id != license_id:
                raise LicenseHolderNotFound(holder_id=holder_id)
            now = self.clock()
            if not self.persons.end(holder_id, now, reason):
                raise RoleEnded(holder_id=holder_id)
            detail: JsonObject = {"license_id": holder.license_id, "reason": reason}
            self.audit.append(actor, Fact.HOLDER_ENDED, holder_id, detail)
        return replace(holder, ended_at=now, ended_reason=reason)

    def _person(self, actor: Actor, named: PersonNamed) -> Person:
        name, number = named.name.strip(), named.document_number.strip()
        limits = self.limits
        problems = [
            *text_problems("name", _NAME, name, limits.name_letters),
            *text_problems("document_number", _DOCUMENT, number, limits.document_number_letters),
        ]
        if problems:
            raise FieldsInvalid(problems)
        return Person(
            id=new_id("per"),
            organisation_id=actor.organisation_id,
            name=name,
            document_digest=document_digest(actor.organisation_id, number),
            document_hint=document_hint(number),
            created_at=self.clock(),
        )

    def _require_free(self, license_: License, holder: LicenseHolder, name: str) -> None:
        live = [one for one in self._holders(license_) if one.is_live]
        if holder.is_principal:
            _require_principal(license_, holder, name)
        known = next((one for one in live if one.person.id == holder.person.id), None)
        if known is not None:
            role = ROLE_NAMES[known.role]
            raise PersonHasRole(role_zh=role.zh, role_en=role.en, holder_id=known.id)
        principal = next((one for one in live if one.is_principal), None)
        if holder.is_principal and principal is not None:
            role = ROLE_NAMES[principal.role]
            raise PrincipalExists(role_zh=role.zh, role_en=role.en, holder_id=principal.id)
        administrators = sum(one.role is HolderRole.ADMINISTRATOR for one in live)
        greatest = self.limits.license_administrators
        if holder.role is HolderRole.ADMINISTRATOR and administrators >= greatest:
            raise TooManyAdministrators(greatest=greatest)

    def _holders(self, license_: License) -> list[LicenseHolder]:
        return self.persons.of_license(license_.organisation_id, license_.id)


def _require_principal(license_: License, holder: LicenseHolder, name: str) -> None:
    expected = PRINCIPAL_ROLES[license_.entity_type]
    entity, role, right = (
        ENTITY_NAMES[license_.entity_type],
        ROLE_NAMES[holder.role],
        ROLE_NAMES[expected],
    )
    if holder.role is not expected:
        raise RoleOfAnotherEntity(
            entity_zh=entity.zh,
            entity_en=entity.en,
            role_zh=role.zh,
            role_en=role.en,
            expected_zh=right.zh,
            expected_en=right.en,
        )
    if name != holder.person.name or not is_on_face(holder, license_):
        raise PrincipalNotOnFace(role_zh=right.zh, role_en=right.en, name=license_.representative)


def _outline(holder: LicenseHolder) -> JsonObject:
    return {
        "license_id": holder.license_id,
        "person_id": holder.person.id,
        "role": holder.role.value,
    }
