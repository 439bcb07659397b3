"""Seals by the API: kinds, changes, history, picture, and what is refused."""

import itertools
from typing import Any

import pytest

from sealservice.seals.model import SealState
from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.world_edges import EdgeWorld


def apply(world: EdgeWorld, ours: Caller, **wish: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Apply for a seal of our license."""
    answer = ours.post("/seals", {"license_id": world.license(world.ours).id, **wish})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.parametrize(
    ("wish", "title"),
    [
        ({}, "济源市示例科技有限公司 公章"),
        ({"kind": "contract", "number": 2}, "济源市示例科技有限公司 合同专用章（2）"),
        ({"kind": "finance", "design": "finance-square"}, "济源市示例科技有限公司 财务专用章"),
        ({"kind": "department", "text": "办公室"}, "济源市示例科技有限公司 部门章办公室"),
        ({"kind": "personal_name", "text": "李华"}, "济源市示例科技有限公司 个人名章李华"),
    ],
)
def test_every_kind_is_applied_for(
    world: EdgeWorld, ours: Caller, wish: dict[str, Any], title: str
) -> None:
    """The answer says what the seal is called, who makes it, and that it is not usable yet."""
    seal = apply(world, ours, **wish)
    assert (seal["title"], seal["state"]) == (title, "applied")
    assert seal["maker"] == {"name": "示例制章单位", "code": "007"}
    assert seal["seal_code"][4:7] == "007"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"number": 1}, "seal_fields_unfit"),
        ({"kind": "department"}, "seal_fields_unfit"),
        ({"kind": "contract", "number": 0}, "seal_fields_unfit"),
        ({"kind": "contract", "number": 100}, "seal_fields_unfit"),
        ({"kind": "contract", "text": "甲"}, "seal_fields_unfit"),
        ({"kind": "contract", "design": "official"}, "seal_fields_unfit"),
        ({"kind": "personal_name", "text": "😀"}, "seal_glyph_missing"),
        ({"kind": "department", "text": "部" * 61}, "fields_invalid"),
    ],
)
def test_texts_that_do_not_fit_are_refused(
    world: EdgeWorld, ours: Caller, wish: dict[str, Any], code: str
) -> None:
    """What a kind does not take, or lacks, is named; nothing is applied for."""
    answer = ours.post("/seals", {"license_id": world.license(world.ours).id, **wish})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert world.seals.rows == {}


@pytest.mark.parametrize("wish", [{"kind": "stamp"}, {"colour": "green"}, {"number": "1"}])
def test_unknown_words_are_named(world: EdgeWorld, ours: Caller, wish: dict[str, Any]) -> None:
    """A kind or colour that does not exist, or a number as text, is refused by its name."""
    answer = ours.post("/seals", {"license_id": world.license(world.ours).id, **wish})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/{next(iter(wish))}"


def test_a_second_official_seal_is_refused(world: EdgeWorld, ours: Caller) -> None:
    """A license has one; the refusal names it and the way to replace it."""
    first = world.seal(world.ours)
    answer = ours.post("/seals", {"license_id": first.license_id})
    assert (answer.status_code, answer.json()["code"]) == (409, "seal_exists")
    assert first.id in answer.json()["detail"]


def test_suspended_at_once_resumed_by_the_signer(world: EdgeWorld, ours: Caller) -> None:
    """Suspending is done when it is answered; resuming is a request that waits for the signer."""
    seal = world.seal(world.ours)
    suspended = ours.post(f"/seals/{seal.id}/suspend", {"reason": "保管人休假"})
    assert (suspended.status_code, suspended.json()["state"]) == (200, "suspended")
    asked = ours.post(f"/seals/{seal.id}/resume", {"reason": "保管人返岗"})
    assert asked.status_code == 202
    assert ours.get(f"/seals/{seal.id}").json()["state"] == "suspended"
    assert asked.json()["id"] in world.seal_queue.asked
    again = ours.get(f"/seals/{seal.id}/requests/{asked.json()['id']}")
    assert again.json() == asked.json()


def test_history_says_who_why_and_when(world: EdgeWorld, ours: Caller) -> None:
    """Each line has its change, states, reason, evidence, actor and moment."""
    seal = world.seal(world.ours)
    given = {"reason": "公司解散", "reference": "股东会决议〔2026〕3号"}
    assert ours.post(f"/seals/{seal.id}/cancel", given).json()["state"] == "cancelled"
    lines = ours.get(f"/seals/{seal.id}/events").json()["data"]
    assert [line["change"] for line in lines] == ["apply", "cancel"]
    last = lines[-1]
    assert (last["before"], last["after"], last["reason"]) == ("active", "cancelled", "公司解散")
    assert last["evidence"] == {
        "reference": "股东会决议〔2026〕3号",
        "revocation_reason": "cessation_of_operation",
    }
    assert (last["actor_kind"], world.seals.rows[seal.id].state) == (
        "api_key",
        SealState.CANCELLED,
    )


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ("resume", {"reason": "误操作"}),
        ("activate", {"reason": "启用"}),
    ],
)
def test_wrong_turns_are_refused(
    world: EdgeWorld, ours: Caller, change: str, body: dict[str, str]
) -> None:
    """An active seal is neither resumed nor activated: 409, in words, and nothing is asked."""
    seal = world.seal(world.ours)
    asked = list(world.seal_queue.asked)
    answer = ours.post(f"/seals/{seal.id}/{change}", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "seal_change_refused")
    assert "可用" in answer.json()["detail"]
    assert "active" not in answer.json()["detail"]
    assert world.seal_queue.asked == asked


@pytest.mark.parametrize("reason", ["", "   ", "长" * 201, "换\n行", "a\u202eb", "\x00"])
def test_reasons_must_be_fit_to_keep(world: EdgeWorld, ours: Caller, reason: str) -> None:
    """Empty, over-long and unprintable reasons are refused, and the seal stays as it is."""
    seal = world.seal(world.ours)
    answer = ours.post(f"/seals/{seal.id}/suspend", {"reason": reason})
    assert answer.status_code == 422
    assert answer.json()["code"] == "fields_invalid"
    assert world.seals.rows[seal.id].state is SealState.ACTIVE


@pytest.mark.parametrize("number", ["", " ", "-12", "41 90", "4190;", "号" * 101, "1\u200b2"])
def test_filing_numbers_have_a_shape(world: EdgeWorld, ours: Caller, number: str) -> None:
    """A filing number is digits, letters, characters, hyphens and brackets."""
    seal = world.seal(world.ours)
    answer = ours.post(f"/seals/{seal.id}/filing", {"number": number})
    assert answer.status_code == 422, answer.text


def test_filing_an_active_seal_records_its_number(world: EdgeWorld, ours: Caller) -> None:
    """Where filing is only recorded, the number may come while the seal is in use."""
    seal = world.seal(world.ours)
    answer = ours.post(f"/seals/{seal.id}/filing", {"number": "豫公章备〔2026〕第000123号"})
    assert (answer.status_code, answer.json()["change"]) == (202, "file")


def test_remaking_stops_the_old_one(world: EdgeWorld, ours: Caller) -> None:
    """The old seal cannot be used from now on; the new one says whose place it takes."""
    seal = world.seal(world.ours)
    answer = ours.post(f"/seals/{seal.id}/remake", {"reason": "法定代表人变更"})
    assert (answer.status_code, answer.json()["replaces"]) == (201, seal.id)
    assert world.seals.rows[seal.id].state is SealState.SUSPENDED


def test_picture_is_the_drawing(world: EdgeWorld, ours: Caller) -> None:
    """The SVG has the seal's size and comes with our policy."""
    seal = world.seal(world.ours)
    answer = ours.get(f"/seals/{seal.id}/picture")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert 'width="40mm"' in answer.text


def test_a_license_takes_its_seals_along(
    world: EdgeWorld, ours: Caller, client: EdgeClient
) -> None:
    """Suspending a license suspends its seal; revoking it cancels the seal; then nothing more."""
    seal = world.seal(world.ours)
    paused = ours.post(f"/licenses/{seal.license_id}/suspend", {"reason": "年报逾期"})
    assert (paused.status_code, paused.json()["status"]) == (200, "suspended")
    assert world.seals.rows[seal.id].state is SealState.SUSPENDED
    asked = ours.post(f"/licenses/{seal.license_id}/revoke", {"reason": "吊销"}).json()
    colleague = Caller(client, world.identity.key(world.ours.id), itertools.count(100))
    end = f"/licenses/{seal.license_id}/endings/{asked['id']}"
    revoked = colleague.post(f"{end}/confirm")
    assert revoked.json()["status"] == "revoked"
    assert world.seals.rows[seal.id].state is SealState.CANCELLED
    again = ours.post(f"/licenses/{seal.license_id}/resume", {"reason": "误操作"})
    assert (again.status_code, again.json()["code"]) == (409, "license_status_refused")
    assert "revoked" not in again.json()["detail"]
