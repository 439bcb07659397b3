"""The pages of seals: who sees them, what their forms do, and what is refused."""

import pytest

from sealservice.identity.model import Role
from sealservice.seals.model import SealState
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN, form_token, sign_in
from tests.world_edges import EdgeWorld


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_administrator_suspends_a_seal(
    world: EdgeWorld, client: EdgeClient, language: str
) -> None:
    """The list leads to the seal; its form suspends it, and the history says why."""
    seal = world.seal(world.ours)
    sign_in(world, client, Role.ADMINISTRATOR)
    assert seal.id in client.get(f"/admin/seals?lang={language}").text
    page = client.get(f"/admin/seals/{seal.id}").text
    sent = {"form_token": form_token(page), "reason": "保管人<b>休假"}
    answer = client.post(f"/admin/seals/{seal.id}/suspend", data=sent, headers=OWN)
    assert answer.status_code == 303
    assert world.seals.rows[seal.id].state is SealState.SUSPENDED
    assert "保管人&lt;b&gt;休假" in client.get(f"/admin/seals/{seal.id}").text


@pytest.mark.security
def test_the_owner_sees_a_rogue_use(world: EdgeWorld, client: EdgeClient) -> None:
    """The page of a seal that was used without a record says so, and what to do."""
    seal = world.seal(world.ours)
    sign_in(world, client, Role.CLERK)
    assert "无用章记录" not in client.get(f"/admin/seals/{seal.id}").text
    world.rogue_alarm.found(seal.id, "a" * 64, "b" * 64)
    page = client.get(f"/admin/seals/{seal.id}").text
    assert "无用章记录" in page
    assert "b" * 64 in page


def test_a_clerk_only_looks(world: EdgeWorld, client: EdgeClient) -> None:
    """Without the permission there are no forms, and a form of one's own making is refused."""
    seal = world.seal(world.ours)
    sign_in(world, client, Role.CLERK)
    page = client.get(f"/admin/seals/{seal.id}").text
    assert "/suspend" not in page
    sent = {"form_token": form_token(page), "reason": "越权"}
    answer = client.post(f"/admin/seals/{seal.id}/suspend", data=sent, headers=OWN)
    assert answer.status_code == 403
    assert world.seals.rows[seal.id].state is SealState.ACTIVE


@pytest.mark.security
def test_nothing_foreign_and_nothing_forged(world: EdgeWorld, client: EdgeClient) -> None:
    """Another organisation's seal is not found; a form without its token does nothing."""
    ours, theirs = world.seal(world.ours), world.seal(world.theirs)
    sign_in(world, client, Role.ADMINISTRATOR)
    assert client.get(f"/admin/seals/{theirs.id}").status_code == 404
    assert client.get(f"/admin/seals/{theirs.id}/picture.svg").status_code == 404
    answer = client.post(f"/admin/seals/{ours.id}/cancel", data={"reason": "x"}, headers=OWN)
    assert answer.status_code == 403
    assert world.seals.rows[ours.id].state is SealState.ACTIVE
