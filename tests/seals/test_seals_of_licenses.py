"""Seals go with their license: its pauses, its end, and every change of what its face shows."""

from dataclasses import replace

import pytest

from sealservice.kernel.actor import Actor, ActorKind, Permission
from sealservice.kernel.json import JsonValue
from sealservice.licenses.errors import LicenseStatusRefused
from sealservice.licenses.model import face_to_json
from sealservice.seals.errors import LicenseNotInForce, SealOutdated
from sealservice.seals.lifecycle import usable
from sealservice.seals.model import Grounds, SealChange, SealKind, SealState
from sealservice.seals.service import SealWish
from tests.world_seals import REGISTRAR, SealWorld

READER = Actor(ActorKind.STAFF, "reader", "org_a", frozenset({Permission.SEALS_READ}))
WHY = Grounds("测试原因")


@pytest.fixture
def world() -> SealWorld:
    """Give a world in which seals are in use as soon as they are made."""
    return SealWorld()


def test_license_and_seals_are_suspended_and_resumed_together(world: SealWorld) -> None:
    """Only the seals that the license took along come back with it."""
    official, contract = world.made(), world.made(SealWish(SealKind.CONTRACT))
    world.changes.suspend(REGISTRAR, contract.id, WHY)
    world.license_service.suspend(REGISTRAR, world.license.id, "年报逾期")
    assert world.now(official).state is SealState.SUSPENDED
    with pytest.raises(LicenseNotInForce):
        world.service.apply(REGISTRAR, world.license.id, SealWish(SealKind.FINANCE))
    world.license_service.resume(REGISTRAR, world.license.id, "已补报")
    for request_id in world.history.unanswered():
        world.answering.answer(request_id)
    assert world.now(official).state is SealState.ACTIVE
    assert world.now(contract).state is SealState.SUSPENDED


@pytest.mark.parametrize("end", ["revoke", "cancel"])
def test_the_end_of_a_license_is_the_end_of_its_seals(world: SealWorld, end: str) -> None:
    """Seals in use and seals that are being made are cancelled; nothing brings a license back."""
    made = world.made()
    waiting = world.service.apply(REGISTRAR, world.license.id, SealWish(SealKind.CONTRACT))
    getattr(world.license_service, end)(REGISTRAR, world.license.id, "到此为止")
    assert world.now(made).state is SealState.CANCELLED
    assert world.making.make(waiting.id).state is SealState.CANCELLED
    for change in ("suspend", "resume", "revoke", "cancel"):
        with pytest.raises(LicenseStatusRefused):
            getattr(world.license_service, change)(REGISTRAR, world.license.id, "再来")


def _with_face(world: SealWorld, **lines: str) -> dict[str, JsonValue]:
    return {**face_to_json(world.license.face), **lines}


def test_a_new_name_stops_every_seal_until_it_is_remade(world: SealWorld) -> None:
    """Seals in use stop with the change, none is resumed or made; a remade one has the new name."""
    official, contract = world.made(), world.made(SealWish(SealKind.CONTRACT))
    waiting = world.service.apply(REGISTRAR, world.license.id, SealWish(SealKind.FINANCE))
    face = _with_face(world, name="示例新名称有限公司")
    world.license_service.change(REGISTRAR, world.license.id, face, "名称变更")
    assert {world.now(seal).state for seal in (official, contract)} == {SealState.SUSPENDED}
    renamed = world.licenses.rows[world.license.id]
    with pytest.raises(SealOutdated, match="made anew"):
        usable(world.now(official), renamed, official.id, world.clock())
    asked = world.changes.ask(REGISTRAR, official.id, SealChange.RESUME, WHY)
    world.answering.answer(asked.id)
    refusal = world.changes.request(READER, official.id, asked.id).failure or {}
    assert refusal["code"] == "seal_outdated"
    assert (world.making.make(waiting.id).failure or {})["code"] == "seal_outdated"
    remade = world.making.make(world.service.remake(REGISTRAR, official.id, WHY).id)
    assert (remade.name, remade.state) == ("示例新名称有限公司", SealState.ACTIVE)
    assert world.now(official).state is SealState.CANCELLED


def test_a_new_representative_stops_that_name_seal_alone(world: SealWorld) -> None:
    """The official seal bears the entity's name, which stays; other lines stop nothing."""
    official = world.made()
    named = world.made(SealWish(SealKind.LEGAL_REPRESENTATIVE))
    face = _with_face(world, business_scope="印章刻制。")
    world.license_service.change(REGISTRAR, world.license.id, face, "经营范围变更")
    assert world.now(named).state is SealState.ACTIVE
    face = _with_face(world, legal_representative="李华")
    world.license_service.change(REGISTRAR, world.license.id, face, "法定代表人变更")
    assert world.now(named).state is SealState.SUSPENDED
    assert world.now(official).state is SealState.ACTIVE


@pytest.mark.security
def test_a_seal_of_another_name_is_not_usable(world: SealWorld) -> None:
    """Whatever its state says: a seal that shows another name than its license is refused."""
    seal = world.made()
    face = replace(world.license.face, name="另一家公司")
    with pytest.raises(SealOutdated):
        usable(seal, replace(world.license, face=face), seal.id, seal.created_at)
