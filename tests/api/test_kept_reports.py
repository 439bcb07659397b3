"""Reports: under which policy and as of when, who may have one kept, and in which forms it is."""

import json

import pytest

from sealservice.kernel.actor import Permission
from sealservice.kernel.facts import Fact
from tests.api.conftest import Caller
from tests.api.test_tenancy import kept
from tests.edge_client import EdgeClient
from tests.world_edges import EdgeWorld, bearer
from tests.world_verification import blank_pdf

KIND = {"Content-Type": "application/pdf"}
PATH = "/api/v1/verifications"


@pytest.fixture
def signed(world: EdgeWorld) -> bytes:
    """Give a file with a valid signature."""
    return world.signed.archival(blank_pdf())


def test_policy_and_moment_are_chosen_in_the_query(client: EdgeClient, signed: bytes) -> None:
    """The report names the policy and the moment; what is neither is refused by name."""
    asked = {"policy": "strict-bank", "at": "2026-05-01T08:00:00+08:00"}
    report = client.post(PATH, params=asked, content=signed, headers=KIND).json()
    assert report["policy"]["name"] == "strict-bank"
    assert report["validation_time"] == "2026-05-01T00:00:00Z"
    for wrong in ({"policy": "/etc/passwd"}, {"at": "2026-05-01T08:00:00"}, {"keep": "perhaps"}):
        answer = client.post(PATH, params=wrong, content=signed, headers=KIND)
        assert answer.status_code == 422, wrong


def test_nothing_is_kept_unless_asked(world: EdgeWorld, client: EdgeClient, signed: bytes) -> None:
    """Without a wish there is no report to be had later, not even for who sent its key along."""
    answer = client.post(PATH, content=signed, headers={**KIND, **bearer("esk_test_wrong")})
    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert world.reports.rows == {}


@pytest.mark.security
def test_keeping_needs_a_key_with_its_scope(
    world: EdgeWorld, client: EdgeClient, signed: bytes
) -> None:
    """Nobody writes to our database without a key, or with one that is for something else."""
    other = bearer(world.identity.key(world.ours.id, Permission.RECORDS_READ))
    for headers, status in (({}, 401), (bearer("esk_test_wrong"), 401), (other, 403)):
        answer = client.post(f"{PATH}?keep=true", content=signed, headers={**KIND, **headers})
        assert answer.status_code == status
    assert world.reports.rows == {}


def test_kept_report_is_the_one_that_was_answered(
    world: EdgeWorld, ours: Caller, signed: bytes
) -> None:
    """It is had again as it was, in every form; keeping it is an audit fact."""
    report_id = kept(ours, signed)
    report = ours.get(f"/verifications/{report_id}").json()
    assert (report["report_id"], report["verdict"]) == (report_id, "valid")
    for form in ("json", "detailed", "diagnostic"):
        answer = ours.get(f"/verifications/{report_id}/report?format={form}")
        assert json.loads(answer.content)
        assert answer.headers["content-disposition"].startswith("attachment")
    xml = ours.get(f"/verifications/{report_id}/report?format=etsi")
    assert xml.headers["content-type"] == "application/xml"
    assert b"ValidationReport" in xml.content[:500]
    receipt = ours.get(f"/verifications/{report_id}/report?format=pdf")
    assert receipt.content.startswith(b"%PDF-1.7")
    facts = [fact for fact in world.identity.audit.facts if fact.fact is Fact.REPORT_KEPT]
    assert [fact.subject for fact in facts] == [report_id]


def test_file_is_not_in_what_is_kept(world: EdgeWorld, ours: Caller) -> None:
    """What stands on the pages is in no form of the report."""
    kept(ours, world.signed.archival(blank_pdf("Secret: 4711")))
    assert world.reports.files
    assert not any(b"Secret: 4711" in file.data for file in world.reports.files.values())
