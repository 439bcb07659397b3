"""Ceremonies: once is enough, twice changes nothing, and nothing is left half made."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.config import Environment
from sealservice.kernel.actor import Actor, ActorKind, PermissionMissing
from sealservice.kernel.facts import Fact
from sealservice.trust.domain import chain
from sealservice.trust.errors import CeremonyNotForProduction, UnitDiffers
from sealservice.trust.model import KeyAlgorithm, RevocationReason
from sealservice.trust.profiles import CeremonyPlan, Profile
from sealservice.trust.service import CeremonyService
from tests.world_trust import TrustWorld, performed, shipped_plan


def test_every_unit_gets_a_key_and_a_certificate() -> None:
    """A ceremony issues all units of its plan, each with a key of its own, up to the root."""
    world = TrustWorld()
    outcome = world.perform()
    assert [c.unit for c in outcome.issued] == [unit.name for unit in world.plan.units]
    assert len({c.key_id for c in outcome.issued}) == len(world.plan.units)
    assert [c.unit for c in chain(world.certificates, world.unit("tsa"))] == [
        "tsa",
        "time-stamping-ca",
        "root",
    ]


def test_every_key_and_certificate_is_in_the_log() -> None:
    """The log has each generated key, each issued certificate, and the ceremony at its end."""
    words = performed().audit.words()
    assert words.count(Fact.KEY_GENERATED) == words.count(Fact.CERTIFICATE_ISSUED) == 10
    assert words[-1] is Fact.CEREMONY_PERFORMED


def test_the_same_file_twice_changes_nothing() -> None:
    """A second performance issues nothing, generates nothing and logs nothing."""
    world = performed()
    before = (world.certificates.list(), world.keys.list(), tuple(world.audit.facts))
    outcome = world.perform()
    assert outcome.issued == ()
    assert len(outcome.unchanged) == len(world.plan.units)
    assert before == (world.certificates.list(), world.keys.list(), tuple(world.audit.facts))


def test_an_interrupted_domain_is_completed() -> None:
    """Units that are missing are issued; those that are there stay as they are."""
    world = performed()
    del world.certificates.rows[world.unit("tsa").sha256]
    assert [c.unit for c in world.perform().issued] == ["tsa"]


def _with_profile(plan: CeremonyPlan, name: str, changed: Profile) -> CeremonyPlan:
    units = (replace(u, profile=changed) if u.name == name else u for u in plan.units)
    return replace(plan, units=tuple(units))


def test_a_unit_made_by_other_rules_is_refused() -> None:
    """Another policy, lifetime, name or algorithm than the existing unit's is refused by name."""
    world = performed()
    profile = world.plan.unit("tsa").profile
    rsa = shipped_plan("demonstration-rsa").unit("tsa").profile
    renamed = (replace(u, common_name="Other") if u.name == "tsa" else u for u in world.plan.units)
    for plan, difference in (
        (_with_profile(world.plan, "tsa", replace(profile, policy="1.2.3")), "2.5.29.32"),
        (_with_profile(world.plan, "tsa", replace(profile, days=7)), "validity"),
        (_with_profile(world.plan, "tsa", rsa), "key algorithm"),
        (replace(world.plan, units=tuple(renamed)), "subject"),
        (replace(world.plan, organisation="Other"), "subject"),
    ):
        with pytest.raises(UnitDiffers) as refused:
            world.perform(plan)
        assert difference in str(refused.value.fields["difference"])


def test_a_unit_that_pads_otherwise_is_refused() -> None:
    """The certificates of PKCS#1 and PSS keys look alike; a plan with the other one is noticed."""
    world = performed("demonstration-rsa")
    profile = world.plan.unit("tsa").profile
    padded = replace(profile, algorithm=KeyAlgorithm.RSA3072_PSS)
    with pytest.raises(UnitDiffers, match="key algorithm"):
        world.perform(_with_profile(world.plan, "tsa", padded))


def test_a_refused_ceremony_leaves_nothing() -> None:
    """When the last unit is refused, the units before it are undone as well."""
    world = performed()
    del world.certificates.rows[world.unit("license-registry-ca").sha256]
    before = (world.certificates.list(), world.keys.list(), tuple(world.audit.facts))
    profile = world.plan.unit("tsa").profile
    with pytest.raises(UnitDiffers):
        world.perform(_with_profile(world.plan, "tsa", replace(profile, days=7)))
    assert before == (world.certificates.list(), world.keys.list(), tuple(world.audit.facts))


def test_an_expired_or_revoked_unit_gets_a_new_key() -> None:
    """A responder whose year is over, and a revoked time-stamping unit, are made anew."""
    world = performed()
    old = world.unit("tsa")
    world.revoke(old, RevocationReason.KEY_COMPROMISE)
    world.clock.advance(timedelta(days=366))
    issued = world.perform().issued
    assert sorted(c.unit for c in issued) == [
        "license-registry-ca-status", "seal-ca-status", "time-stamping-ca-status", "tsa",
    ]  # fmt: skip
    assert world.unit("tsa").key_id != old.key_id


def test_demonstration_ceremonies_refuse_production() -> None:
    """In production a demonstration file is refused before anything is generated."""
    world = TrustWorld(environment=Environment.PRODUCTION)
    with pytest.raises(CeremonyNotForProduction):
        world.perform()
    assert world.keys.list() == ()


def test_only_administrators_perform_ceremonies() -> None:
    """Without the permission nothing happens."""
    world = TrustWorld()
    clerk = Actor(ActorKind.STAFF, "clerk", "org", frozenset())
    with pytest.raises(PermissionMissing):
        CeremonyService(world.domain, world.environment).perform(world.plan, clerk)
    assert world.certificates.list() == ()
