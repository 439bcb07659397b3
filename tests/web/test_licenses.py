"""The pages of licenses: registered, changed, ended; what was typed is never lost."""

import pytest

from sealservice.identity.model import Role
from sealservice.licenses.model import EntityType, License, LicenseStatus
from sealservice.seals.model import SealState
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN, form_token, sign_in
from tests.world_edges import EdgeWorld
from tests.world_licenses import face_json

NEW = "/admin/licenses/new"


def _token(client: EdgeClient) -> str:
    return form_token(client.get("/verify").text)


def _post(client: EdgeClient, path: str, **typed: str):  # noqa: ANN202 - an httpx.Response
    return client.post(path, data={"form_token": _token(client), **typed}, headers=OWN)


def _typed(entity_type: EntityType, **lines: str) -> dict[str, str]:
    face = face_json(entity_type)
    return {name: str(value) for name, value in face.items() if name != "entity_type"} | lines


def _only(world: EdgeWorld) -> License:
    (license_,) = world.licenses.page(world.ours.id, None, 2)
    return license_


@pytest.mark.parametrize("kind", EntityType)
def test_a_license_of_each_kind_is_registered(
    world: EdgeWorld, client: EdgeClient, kind: EntityType
) -> None:
    """The form asks for the lines of that kind, and its license is shown then."""
    sign_in(world, client, Role.REGISTRAR)
    form = client.get(f"{NEW}?kind={kind.value}").text
    typed = _typed(kind)
    assert all(f'name="{name}"' in form for name in typed)
    answer = _post(client, f"{NEW}?kind={kind.value}", **typed)
    assert answer.status_code == 303
    shown = client.get(answer.headers["location"]).text
    assert _only(world).entity_type is kind
    assert _only(world).uscc in shown


def test_what_was_typed_is_kept_when_it_is_refused(world: EdgeWorld, client: EdgeClient) -> None:
    """A wrong line is named and marked; the other lines stand in the form again, as text."""
    sign_in(world, client, Role.REGISTRAR)
    typed = _typed(EntityType.COMPANY, uscc="91350100M000100Y44", name="<b>公司</b>")
    answer = _post(client, f"{NEW}?kind=company", **typed)
    assert answer.status_code == 422
    assert "统一社会信用代码（uscc）" in answer.text
    assert "&lt;b&gt;公司&lt;/b&gt;" in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert world.licenses.page(world.ours.id, None, 1) == []


def test_a_new_name_is_a_new_version_and_stops_the_seal(
    world: EdgeWorld, client: EdgeClient
) -> None:
    """The page shows what changed and why; the seal of the old name is suspended."""
    seal = world.seal(world.ours)
    sign_in(world, client, Role.REGISTRAR)
    path = f"/admin/licenses/{seal.license_id}"
    assert "readonly" in client.get(f"{path}/change").text
    typed = _typed(EntityType.COMPANY, name="示例新名称有限公司", reason="名称变更")
    assert _post(client, f"{path}/change", **typed).status_code == 303
    shown = client.get(path).text
    assert "<ins>示例新名称有限公司</ins>" in shown
    assert "名称变更" in shown
    assert world.seals.rows[seal.id].state is SealState.SUSPENDED
    again = _post(client, f"{path}/change", **typed)
    assert again.status_code == 409
    assert "示例新名称有限公司" in again.text


@pytest.mark.parametrize(
    ("turns", "status"),
    [
        (["suspend"], LicenseStatus.SUSPENDED),
        (["suspend", "resume"], LicenseStatus.ACTIVE),
    ],
)
def test_the_status_changes_by_forms(
    world: EdgeWorld, client: EdgeClient, turns: list[str], status: LicenseStatus
) -> None:
    """Each form does what it says; at its end a license has none."""
    path = f"/admin/licenses/{world.seal(world.ours).license_id}"
    sign_in(world, client, Role.REGISTRAR)
    for turn in turns:
        assert f"{path}/{turn}" in client.get(path).text
        assert _post(client, f"{path}/{turn}", reason="测试").status_code == 303
    assert _only(world).status is status
    assert f"{path}/change" in client.get(path).text


@pytest.mark.security
@pytest.mark.parametrize(
    ("turn", "status"),
    [("revoke", LicenseStatus.REVOKED), ("cancel", LicenseStatus.CANCELLED)],
)
def test_end_takes_two_people(
    world: EdgeWorld, client: EdgeClient, turn: str, status: LicenseStatus
) -> None:
    """Who asks cannot confirm; a colleague can, once; at its end a license has no forms."""
    path = f"/admin/licenses/{world.seal(world.ours).license_id}"
    sign_in(world, client, Role.REGISTRAR)
    assert _post(client, f"{path}/{turn}", reason="测试").status_code == 303
    assert _only(world).status is LicenseStatus.ACTIVE
    ending = next(iter(world.endings.rows.values()))
    shown = client.get(path).text
    assert f"{ending.id}/dismiss" in shown
    assert f"{ending.id}/confirm" not in shown
    assert _post(client, f"{path}/endings/{ending.id}/confirm").status_code == 403
    again = _post(client, f"{path}/{turn}", reason="再次申请的原因")
    assert again.status_code == 409
    assert 'value="再次申请的原因"' in again.text
    sign_in(world, client, Role.REGISTRAR, name="李明")
    assert f"{ending.id}/confirm" in client.get(path).text
    assert _post(client, f"{path}/endings/{ending.id}/confirm").status_code == 303
    assert _only(world).status is status
    assert _post(client, f"{path}/endings/{ending.id}/confirm").status_code == 409
    assert f"{path}/change" not in client.get(path).text


def test_what_two_clerks_edit_at_once_is_not_overwritten(
    world: EdgeWorld, client: EdgeClient
) -> None:
    """The second of two changes is refused, keeps what was typed, and then says what it is over."""
    path = f"/admin/licenses/{world.seal(world.ours).license_id}/change"
    sign_in(world, client, Role.REGISTRAR)
    first = {**_typed(EntityType.COMPANY, name="甲改名有限公司", reason="甲"), "version": "1"}
    second = {
        **_typed(EntityType.COMPANY, name="乙改名有限公司", reason="乙的原因"),
        "version": "1",
    }
    assert 'name="version" value="1"' in client.get(path).text
    assert _post(client, path, **first).status_code == 303
    refused = _post(client, path, **second)
    assert refused.status_code == 409
    assert "乙改名有限公司" in refused.text
    assert "乙的原因" in refused.text
    assert 'name="version" value="2"' in refused.text
    assert _only(world).name == "甲改名有限公司"
    assert _post(client, path, **{**second, "version": "2"}).status_code == 303


@pytest.mark.security
def test_neither_strangers_nor_readers_change_a_license(
    world: EdgeWorld, client: EdgeClient
) -> None:
    """A clerk looks only; another organisation's license is not found; forged forms do nothing."""
    theirs = world.seal(world.theirs).license_id
    path = f"/admin/licenses/{world.seal(world.ours).license_id}"
    sign_in(world, client, Role.CLERK)
    assert "form method" not in client.get(path).text.split("<main", 1)[1]
    typed = _typed(EntityType.COMPANY, name="新", reason="越权")
    for way in (f"{path}/change", f"{path}/revoke", f"{NEW}?kind=company"):
        assert _post(client, way, **typed).status_code == 403
    assert client.get(f"/admin/licenses/{theirs}").status_code == 404
    sign_in(world, client, Role.REGISTRAR, name="李明")
    assert _post(client, f"/admin/licenses/{theirs}/revoke", reason="x").status_code == 404
    forged = client.post(f"{path}/revoke", data={"reason": "x"}, headers=OWN)
    assert forged.status_code == 403
    assert _only(world).status is LicenseStatus.ACTIVE
