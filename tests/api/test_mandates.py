"""Persons, mandates, ends by two and seen versions, over the API."""

import itertools
from typing import Any

import httpx
import pytest

from sealservice.licenses.model import LicenseStatus
from tests.api.conftest import Caller
from tests.api.test_tenancy import mandate
from tests.edge_client import EdgeClient
from tests.world_edges import EdgeWorld
from tests.world_licenses import sample_face
from tests.world_verification import blank_pdf


class License:
    """A license with two people, by the API."""

    def __init__(self, world: EdgeWorld, caller: Caller) -> None:
        self.world, self.caller = world, caller
        self.seal = world.seal(world.ours)
        self.path = f"/licenses/{self.seal.license_id}"
        self.principal = self.name("legal_representative", sample_face()["legal_representative"])
        self.agent = self.name("agent", "甲")

    def name(self, role: str, name: str) -> str:
        """Name a person."""
        wanted = {"role": role, "name": name, "document_number": f"3501{name}"}
        answer = self.caller.post(f"{self.path}/persons", wanted)
        assert answer.status_code == 201, answer.text
        assert "3501" not in answer.text
        return str(answer.json()["id"])

    def give(self, **narrowed: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """Give the agent a mandate for seals."""
        wish = {**mandate(self.principal, self.agent), "acts": ["use_seal"], **narrowed}
        answer = self.caller.post(f"{self.path}/mandates", wish)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def may(self, person: str, **query: str) -> httpx.Response:
        """Ask whether a person may use a seal now."""
        asked = "&".join(f"{name}={value}" for name, value in {"act": "use_seal", **query}.items())
        return self.caller.get(f"{self.path}/persons/{person}/permission?{asked}")


@pytest.fixture
def license_(world: EdgeWorld, ours: Caller) -> License:
    """Give a license with two people."""
    return License(world, ours)


def test_whoever_asks_learns_who_may_act_now(license_: License) -> None:
    """200 with the mandate, or 403 with the reason, from one request to the next."""
    assert license_.may(license_.principal).json() == {"mandate_id": None}
    assert license_.may(license_.agent).json()["code"] == "mandate_missing"
    given = license_.give(matters=["tax"])
    assert given["state"] == "live"
    assert license_.may(license_.agent).json()["code"] == "mandate_does_not_cover"
    assert license_.may(license_.agent, matter="tax").json() == {"mandate_id": given["id"]}
    assert license_.may(license_.agent, matter="tax", seal_id="seal_x").status_code == 403
    license_.caller.post(f"/mandates/{given['id']}/revoke", {"reason": "收回"})
    refused = license_.may(license_.agent, matter="tax")
    assert (refused.status_code, refused.json()["code"]) == (403, "mandate_not_live")
    license_.caller.post(f"{license_.path}/suspend", {"reason": "核查"})
    assert license_.may(license_.principal).json()["code"] == "license_not_live"
    kinds = [one["kind"] for one in license_.caller.get(f"{license_.path}/usage").json()["data"]]
    assert kinds.count("denied") == 5
    assert "mandate_given" in kinds


def test_an_order_names_the_mandate_it_is_placed_by(license_: License) -> None:
    """The intent tells it; a revoked one is refused before anything is prepared."""
    given = license_.give()
    document = license_.caller.upload(blank_pdf()).json()["id"]
    placement = {"type": "coordinate", "pages": "1", "x": 50, "y": 50}
    order = {
        "document_id": document,
        "seals": [{"seal_id": license_.seal.id, "placements": [placement]}],
        "mandate": {"mandate_id": given["id"], "matter": "tax"},
    }
    placed = license_.caller.post("/sealing-orders", order)
    assert placed.status_code == 201, placed.text
    named = placed.json()["intent"]["actor"]["mandate"]
    assert named == {"mandate_id": given["id"], "matter": "tax"}
    license_.caller.post(f"/mandates/{given['id']}/revoke", {"reason": "收回"})
    refused = license_.caller.post("/sealing-orders", order)
    assert (refused.status_code, refused.json()["code"]) == (403, "mandate_not_live")


@pytest.mark.security
def test_one_key_alone_ends_no_license(license_: License, client: EdgeClient) -> None:
    """Who asked is refused, also when confirming twice; another key confirms, once."""
    world, path = license_.world, license_.path
    asked = license_.caller.post(f"{path}/cancel", {"reason": "注销"})
    assert asked.status_code == 202
    end = f"{path}/endings/{asked.json()['id']}"
    alone = license_.caller.post(f"{end}/confirm")
    assert (alone.status_code, alone.json()["code"]) == (403, "ending_needs_another")
    assert world.licenses.rows[license_.seal.license_id].status is LicenseStatus.ACTIVE
    other = Caller(client, world.identity.key(world.ours.id), itertools.count(1_000))
    assert other.post(f"{path}/revoke", {"reason": "再"}).json()["code"] == "ending_asked_before"
    assert other.post(f"{end}/confirm").json()["status"] == "cancelled"
    assert other.post(f"{end}/dismiss").json()["code"] == "ending_over"
    (told,) = license_.caller.get(f"{path}/endings").json()["data"]
    assert told["outcome"] == "confirmed"
    assert told["settled_by"] != told["actor_id"]


def test_a_face_is_changed_over_the_version_that_was_seen(license_: License) -> None:
    """``If-Match`` with an older ETag is answered 412, and nothing is overwritten."""
    seen = license_.caller.get(license_.path).headers["etag"]
    change = {"face": {**sample_face(), "name": "甲改名有限公司"}, "reason": "甲"}
    done = license_.caller.post(f"{license_.path}/change", change, **{"If-Match": seen})
    assert done.status_code == 200
    late = {"face": {**sample_face(), "name": "乙改名有限公司"}, "reason": "乙"}
    refused = license_.caller.post(f"{license_.path}/change", late, **{"If-Match": seen})
    assert (refused.status_code, refused.json()["code"]) == (412, "face_changed_meanwhile")
    odd = license_.caller.post(f"{license_.path}/change", late, **{"If-Match": "*"})
    assert odd.status_code == 422
    assert license_.caller.get(license_.path).json()["name"] == "甲改名有限公司"


def test_usage_comes_as_a_table(license_: License) -> None:
    """UTF-8 with a byte order mark, in the language asked for, filtered alike."""
    license_.give()
    answer = license_.caller.get(f"{license_.path}/usage.csv?kind=mandate_given&language=en")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert (len(lines), lines[0].split(",")[0]) == (2, "time")
    empty = license_.caller.get(f"{license_.path}/usage.csv?until=2020-01-01T00:00:00")
    assert len(empty.content.decode("utf-8-sig").splitlines()) == 1
