"""Persons of a license are named, and their roles ended; a license is ended by two."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.kernel.actor import Actor, ActorKind, Permission, PermissionMissing, operator
from sealservice.kernel.fields import FieldsInvalid
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
from sealservice.licenses.naming import PersonNamed
from sealservice.licenses.persons import HolderRole, LicenseHolder, document_digest
from sealservice.licenses.usage import UsageAsked, UsageService
from tests.world_mandates import CLERK, MandateWorld, MemoryUsageFacts

ADMINISTRATOR, AGENT = HolderRole.ADMINISTRATOR, HolderRole.AGENT
PRINCIPAL = HolderRole.LEGAL_REPRESENTATIVE


@pytest.fixture
def world() -> MandateWorld:
    """Give a license whose principal is not named yet."""
    world = MandateWorld()
    del world.people.rows[world.principal.id]
    return world


def _name(world: MandateWorld, role: HolderRole, name: str, number: str) -> LicenseHolder:
    return world.naming.name(CLERK, world.license.id, PersonNamed(role, name, number))


def test_a_person_is_named_without_keeping_their_number(world: MandateWorld) -> None:
    """A slow digest, salted by organisation, and four letters stay; blanks do not count."""
    holder = _name(world, AGENT, " 甲 ", " 3501 0019x ")
    assert (holder.person.name, holder.person.document_hint) == ("甲", "019X")
    assert holder.person.document_digest == document_digest("org_a", "35010019Ｘ")
    assert holder.person.document_digest != document_digest("org_b", "35010019X")
    assert "35010019" not in str(holder)


def test_principal_is_whom_the_face_names(world: MandateWorld) -> None:
    """One at a time, in the role of this entity, by the name on the face."""
    right = world.license.representative
    with pytest.raises(PrincipalNotOnFace):
        _name(world, PRINCIPAL, "别人", "9")
    with pytest.raises(RoleOfAnotherEntity):
        _name(world, HolderRole.OPERATOR, right, "8")
    first = _name(world, PRINCIPAL, right, "1")
    with pytest.raises(PrincipalExists):
        _name(world, PRINCIPAL, right, "2")
    with pytest.raises(PersonHasRole):
        _name(world, AGENT, right, "1")
    world.naming.end(CLERK, world.license.id, first.id, "离任")
    with pytest.raises(RoleEnded):
        world.naming.end(CLERK, world.license.id, first.id, "再次")
    assert _name(world, PRINCIPAL, right, "2").is_principal


def test_sixth_administrator_is_refused(world: MandateWorld) -> None:
    """A license has five; a place is free again when one's role ends."""
    five = [_name(world, ADMINISTRATOR, f"管{n}", str(n)) for n in range(5)]
    with pytest.raises(TooManyAdministrators):
        _name(world, ADMINISTRATOR, "第六", "6")
    world.naming.end(CLERK, world.license.id, five[0].id, "离职")
    _name(world, ADMINISTRATOR, "第六", "6")


def test_what_is_wrong_with_a_person_is_named(world: MandateWorld) -> None:
    """Empty and unprintable fields, unknown licenses and people, and who may not."""
    for bad in (("", "1"), ("甲", ""), ("甲\u202e", "1"), ("甲" * 61, "1"), ("甲", "1" * 41)):
        with pytest.raises(FieldsInvalid):
            _name(world, AGENT, *bad)
    named = PersonNamed(AGENT, "甲", "1")
    with pytest.raises(LicenseNotFound):
        world.naming.name(CLERK, "lic_none", named)
    with pytest.raises(LicenseHolderNotFound):
        world.naming.end(CLERK, world.license.id, "lho_none", "离职")
    reader = Actor(ActorKind.STAFF, "stf_1", "org_a", frozenset({Permission.LICENSES_READ}))
    with pytest.raises(PermissionMissing):
        world.naming.name(reader, world.license.id, named)
    stranger = operator("stranger", "org_b")
    with pytest.raises(LicenseNotFound):
        world.naming.of_license(stranger, world.license.id)


def test_holders_give_and_revoke_their_own_mandates_and_no_others(world: MandateWorld) -> None:
    """Somebody signed in as a person of the license acts for themself, not for colleagues."""
    principal = _name(world, PRINCIPAL, world.license.representative, "1")
    agent, other = _name(world, AGENT, "甲", "2"), _name(world, AGENT, "乙", "3")
    chain = world.give(principal, agent)
    nobody = Actor(ActorKind.STAFF, "x", "org_a", frozenset(), holder=other.id)
    with pytest.raises(PermissionMissing):
        world.service.revoke(nobody, chain.mandate.id, "越权")
    wish = replace(nobody, holder=principal.id)
    assert world.service.show(wish, chain.mandate.id) == chain
    world.service.revoke(replace(nobody, holder=agent.id), chain.mandate.id, "不再办理")


def test_usage_is_for_auditors_the_registry_and_the_licenses_own(world: MandateWorld) -> None:
    """Principal and administrators read it; agents, clerks and strangers do not."""
    usage = UsageService(world.licenses, world.people, MemoryUsageFacts(world.audit))
    principal = _name(world, PRINCIPAL, world.license.representative, "1")
    agent = _name(world, AGENT, "甲", "2")
    asked = UsageAsked(world.license.id)
    auditor = Actor(ActorKind.STAFF, "a", "org_a", frozenset({Permission.AUDIT_READ}))
    nobody = Actor(ActorKind.STAFF, "n", "org_a", frozenset({Permission.LICENSES_READ}))
    assert {line.holder_id for line in usage.page(auditor, asked, None, 9)} == {
        principal.id,
        agent.id,
    }
    assert len(usage.page(replace(nobody, holder=principal.id), asked, None, 9)) == 2
    for who in (nobody, replace(nobody, holder=agent.id), replace(nobody, holder="lho_x")):
        with pytest.raises(PermissionMissing):
            usage.page(who, asked, None, 9)
    with pytest.raises(LicenseNotFound):
        usage.page(replace(auditor, organisation_id="org_b", permissions=nobody.permissions),
                   asked, None, 9)  # fmt: skip
    later = replace(asked, since=world.now + timedelta(days=999))
    assert usage.page(auditor, later, None, 9) == []
