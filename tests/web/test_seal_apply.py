"""Seals from the application to the end, on the pages: who, why, on what evidence."""

import re
from functools import cache

import httpx
import pytest

from sealservice.identity.model import Role
from sealservice.kernel.actor import operator
from sealservice.limits import Limits
from sealservice.seals.model import SealState
from tests.edge_client import EdgeClient
from tests.seals.drawings import sample
from tests.web.conftest import OWN, form_token, sign_in
from tests.world_edges import PUBLIC_URL, EdgeWorld
from tests.world_signer import sign_all

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">%b</svg>'
CIRCLE = SVG % b'<circle cx="4" cy="4" r="3"/>'
NEW = "/admin/seals/new"


@cache
def scan() -> bytes:
    """Return a drawing of a seal at 300 dpi."""
    return sample("department").png(300)


def send(
    client: EdgeClient, path: str, picture: bytes | None = None, **fields: str
) -> httpx.Response:
    """Send a form of a page that was opened before."""
    token = form_token(client.get(NEW).text)
    files = {"picture": ("章.png", picture, "image/png")} if picture is not None else None
    return client.post(path, data={"form_token": token, **fields}, files=files, headers=OWN)


def only_seal(world: EdgeWorld) -> str:
    """Return the id of the one seal there is."""
    (seal_id,) = world.seals.rows
    return seal_id


def test_seal_goes_its_whole_way(world: EdgeWorld, client: EdgeClient) -> None:
    """Applied, made, filed, active, suspended, active, cancelled: each by a form, each with why."""
    license_ = world.license(world.ours)
    sign_in(world, client, Role.ADMINISTRATOR)
    wish = {"license_id": license_.id, "kind": "contract", "number": "2", "reason": "新增合同章"}
    answer = send(client, NEW, **wish, reference="决议〔2026〕1号", step="apply")
    seal_id = only_seal(world)
    page = f"/admin/seals/{seal_id}"
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert f"{page}/state" in client.get(page).text
    sign_all(world)
    assert "下一步：向公安机关备案" in client.get(page).text
    steps = [
        ("file", {"number": "4190012026000123"}, SealState.FILED),
        ("activate", {}, SealState.ACTIVE),
        ("suspend", {}, SealState.SUSPENDED),
        ("resume", {}, SealState.ACTIVE),
        ("cancel", {"revocation": "key_compromise"}, SealState.CANCELLED),
    ]
    for change, more, after in steps:
        given = {"reason": f"理由-{change}", "reference": f"依据-{change}", **more}
        assert send(client, f"{page}/{change}", **given).status_code == 303
        sign_all(world)
        assert world.seals.rows[seal_id].state is after
    shown = client.get(page).text
    for told in ("新增合同章", "决议〔2026〕1号", "4190012026000123", "理由-cancel", "依据-resume"):
        assert told in shown
    events = world.seal_history.events(seal_id)
    assert len(events) == 7
    assert events[-1].grounds.evidence["revocation_reason"] == "key_compromise"
    assert len(world.identity.audit.about(world.ours.id, (seal_id,))) >= len(events)
    assert "/cancel" not in shown


def test_design_is_shown_before(world: EdgeWorld, client: EdgeClient) -> None:
    """“Look” draws the seal with the license's name and keeps nothing, script or none."""
    license_ = world.license(world.ours)
    sign_in(world, client, Role.ADMINISTRATOR)
    answer = send(client, NEW, license_id=license_.id, kind="official", reason="x", step="check")
    assert "data:image/svg+xml;base64," in answer.text
    assert "<form" in answer.text
    token = form_token(answer.text)
    data = {"form_token": token, "license_id": license_.id, "reason": "x", "step": "check"}
    part = client.post(NEW, data=data, headers={**OWN, "HX-Request": "true"})
    assert "data:image/svg+xml;base64," in part.text
    assert "<form" not in part.text
    assert world.seals.rows == {}


def test_picture_is_seen_before_it_becomes_a_seal(world: EdgeWorld, client: EdgeClient) -> None:
    """Sent unseen it is shown first; with the digest of what was seen it is made."""
    wish = {"license_id": world.license(world.ours).id, "kind": "department", "text": "档案室"}
    wish |= {"look": "picture", "width_mm": "38", "reason": "启用电子章", "step": "apply"}
    sign_in(world, client, Role.ADMINISTRATOR)
    shown = send(client, NEW, scan(), **wish)
    assert shown.status_code == 200
    assert "请先核对下面的效果" in shown.text
    assert "已去除白色或透明的背景" in shown.text
    assert "档案室" in shown.text
    assert world.seals.rows == {}
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', shown.text)
    assert seen is not None
    other = send(client, NEW, scan(), **{**wish, "width_mm": "37"}, seen=seen[1])
    assert other.status_code == 200
    assert send(client, NEW, scan(), **wish, seen=seen[1]).status_code == 303
    artwork = world.seals.artwork(only_seal(world))
    assert artwork is not None
    assert artwork.sha256 == seen[1]


def test_remade_after_a_picture(world: EdgeWorld, client: EdgeClient) -> None:
    """The old seal stops, the new one has the picture; made, it replaces the old one for good."""
    old = world.seal(world.ours)
    sign_in(world, client, Role.ADMINISTRATOR)
    path = f"/admin/seals/{old.id}/remake"
    wish = {"look": "picture", "width_mm": "40", "reason": "更名", "step": "apply"}
    shown = send(client, path, scan(), **wish)
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', shown.text)
    assert seen is not None
    assert world.seals.rows[old.id].state is SealState.ACTIVE
    answer = send(client, path, scan(), **wish, seen=seen[1])
    new_id = answer.headers["location"].rpartition("/")[2]
    assert world.seals.rows[old.id].state is SealState.SUSPENDED
    sign_all(world)
    assert world.seals.rows[old.id].state is SealState.CANCELLED
    assert world.seals.rows[new_id].artwork_sha256 == seen[1]
    assert old.id in client.get(f"/admin/seals/{new_id}").text
    assert new_id in client.get(f"/admin/seals/{old.id}").text


def test_remade_by_its_design(world: EdgeWorld, client: EdgeClient) -> None:
    """The successor can be looked at without touching the old seal; then it takes its place."""
    old = world.seal(world.ours)
    sign_in(world, client, Role.ADMINISTRATOR)
    path = f"/admin/seals/{old.id}/remake"
    assert "data:image/svg+xml" in send(client, path, reason="更名", step="check").text
    assert world.seals.rows[old.id].state is SealState.ACTIVE
    assert send(client, path, reason="更名", step="apply").status_code == 303
    assert world.seals.rows[old.id].state is SealState.SUSPENDED


UNFIT = (
    (SVG % b'<image href="http://x.example/a"/>', "40", 422, "引用（href）", "a reference (href)"),
    (b"not a picture", "40", 422, "只支持完好的 PNG", "must be an undamaged PNG"),
    (b"", "40", 422, "没有印章图片", "There is no picture"),
    (None, "40", 422, "没有印章图片", "There is no picture"),
    (scan, "60", 422, "分辨率不足", "scan it more finely"),
    (CIRCLE, "0", 422, "印章宽度 0 毫米无效", "A seal 0 mm wide"),
    (CIRCLE, "NaN", 422, "印章宽度 nan 毫米无效", "A seal nan mm wide"),
    (CIRCLE, "宽", 422, "毫米无效", "mm wide is not possible"),
    (CIRCLE, "", 422, "印章宽度 — 毫米无效", "A seal — mm wide"),
    (bytes(20_001), "40", 413, "请求内容过大", "The request is too large"),
)  # fmt: skip


@pytest.mark.security
def test_refusals_keep_the_form(world: EdgeWorld) -> None:
    """Each is said in the reader's language above the form, which keeps what was typed."""
    world = EdgeWorld(limits=Limits(seal_picture_bytes=20_000))
    client = EdgeClient(world.web(), PUBLIC_URL)
    sign_in(world, client, Role.ADMINISTRATOR)
    small = sample("department").png(120)
    wish = {"license_id": world.license(world.ours).id, "kind": "department", "text": "档案<室",
            "look": "picture", "reason": "理由<b>", "step": "check"}  # fmt: skip
    for picture, width, status, zh, en in UNFIT:
        data = small if callable(picture) else picture
        for language, told in (("zh", zh), ("en", en)):
            answer = send(client, f"{NEW}?lang={language}", data, **wish, width_mm=width)
            assert (answer.status_code, told in answer.text) == (status, True), answer.text[-3000:]
            assert "<b>" not in answer.text
        if status != 413:
            assert "档案&lt;室" in answer.text
            assert "理由&lt;b&gt;" in answer.text
    assert world.seals.rows == {}


def test_texts_that_do_not_fit_are_refused_on_the_page(
    world: EdgeWorld, client: EdgeClient
) -> None:
    """No text where one is needed, a number that is none, a twin, a reason left out: said there."""
    seal = world.seal(world.ours)
    sign_in(world, client, Role.ADMINISTRATOR)
    wish = {"license_id": seal.license_id, "kind": "department", "reason": "x", "step": "apply"}
    for more, told in (
        ({}, "缺少名称"),
        ({"text": "甲", "number": "二"}, "应为整数"),
        ({"text": "甲", "number": "100"}, "1 至 99"),
        ({"text": "甲", "reason": " "}, "不能为空"),
        ({"kind": "official"}, "该执照已有公章"),
        ({"text": "😀"}, "没有对应的宋体字形"),
        ({"license_id": "lic_x", "text": "甲"}, "lic_x"),
    ):
        answer = send(client, NEW, **{**wish, **more})
        assert answer.status_code in {404, 409, 422}
        assert told in answer.text
    assert list(world.seals.rows) == [seal.id]
    refused = send(client, f"/admin/seals/{seal.id}/file", number="41 90", reason="备案")
    assert refused.status_code == 422
    assert 'value="41 90"' in refused.text
    late = send(client, f"/admin/seals/{seal.id}/activate", reason="启用")
    assert (late.status_code, "不能“启用”" in late.text) == (409, True)


def test_seal_that_could_not_be_made_says_why(world: EdgeWorld, client: EdgeClient) -> None:
    """A license that ended meanwhile ends the making; the page tells it in both languages."""
    license_ = world.license(world.ours)
    sign_in(world, client, Role.ADMINISTRATOR)
    send(client, NEW, license_id=license_.id, reason="x", step="apply")
    stop = world.api_services.licenses.suspend
    stop(operator("root", world.ours.id), license_.id, "年报逾期")
    sign_all(world)
    page = f"/admin/seals/{only_seal(world)}"
    assert "营业执照不在有效状态" in client.get(page).text
    assert "its license is not in force" in client.get(f"{page}?lang=en").text
    assert f"{page}/remake" not in client.get(page).text


def test_page_of_a_license_leads_to_the_application(world: EdgeWorld, client: EdgeClient) -> None:
    """The license is chosen then; a foreign or unknown one is not offered."""
    license_, theirs = world.license(world.ours), world.license(world.theirs)
    sign_in(world, client, Role.REGISTRAR)
    address = f"{NEW}?license={license_.id}"
    assert address in client.get(f"/admin/licenses/{license_.id}").text
    assert f'value="{license_.id}" selected' in client.get(address).text
    for other in (theirs.id, "lic_x", "%00"):
        page = client.get(f"{NEW}?license={other}")
        assert (page.status_code, theirs.id in page.text) == (200, False)


@pytest.mark.security
def test_only_who_may_applies(world: EdgeWorld, client: EdgeClient) -> None:
    """A clerk gets 403 from the form and from a form of one's own making; a foreign seal is 404."""
    theirs = world.seal(world.theirs)
    world.license(world.ours)
    sign_in(world, client, Role.CLERK)
    assert client.get(NEW).status_code == 403
    token = form_token(client.get("/admin/seals").text)
    sent = {"form_token": token, "license_id": world.license(world.ours).id, "reason": "x"}
    assert client.post(NEW, data=sent, headers=OWN).status_code == 403
    administrator = EdgeClient(world.web(), PUBLIC_URL)
    sign_in(world, administrator, Role.ADMINISTRATOR)
    assert administrator.get(f"/admin/seals/{theirs.id}/remake").status_code == 404
    assert administrator.post(NEW, data={**sent, "form_token": ""}, headers=OWN).status_code == 403
    assert {*world.seals.rows} == {theirs.id}
