"""The face of a license by the API: changed, refused, and every version listed."""

import pytest

from tests.api.conftest import Caller
from tests.world_licenses import sample_face

RENAMED = {**sample_face(), "name": "示例新名称有限公司"}


@pytest.fixture
def license_id(ours: Caller) -> str:
    """Give a registered license."""
    return str(ours.post("/licenses", sample_face()).json()["id"])


def test_a_changed_face_is_shown_and_the_old_one_kept(ours: Caller, license_id: str) -> None:
    """The license answers with its new version; both versions say when, why and by whom."""
    changed = ours.post(f"/licenses/{license_id}/change", {"face": RENAMED, "reason": "名称变更"})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert ours.get(f"/licenses/{license_id}").json() == changed.json()
    kept = ours.get(f"/licenses/{license_id}/versions").json()["data"]
    assert [(one["version"], one["face"]["name"], one["reason"]) for one in kept] == [
        (1, sample_face()["name"], "登记"),
        (2, "示例新名称有限公司", "名称变更"),
    ]
    assert {one["actor_kind"] for one in kept} == {"api_key"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"face": sample_face(), "reason": "同样"}, 409, "face_unchanged"),
        ({"face": {**RENAMED, "uscc": "91350100M000100Y43"}, "reason": "换人"}, 422,
         "face_of_another_entity"),
        ({"face": {**RENAMED, "uscc": "9"}, "reason": "错码"}, 422, "face_invalid"),
        ({"face": RENAMED, "reason": " "}, 422, "fields_invalid"),
        ({"face": [], "reason": "不是对象"}, 422, "request_invalid"),
        ({"face": RENAMED}, 422, "request_invalid"),
        ({"face": RENAMED, "reason": "多", "version": 9}, 422, "request_invalid"),
    ],
)  # fmt: skip
def test_what_cannot_follow_is_refused(
    ours: Caller, license_id: str, body: dict[str, object], status: int, code: str
) -> None:
    """Each refusal has its code, and the license stays at its first version."""
    answer = ours.post(f"/licenses/{license_id}/change", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(ours.get(f"/licenses/{license_id}/versions").json()["data"]) == 1
