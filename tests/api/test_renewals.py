"""Renewed copies over the API: told and fetched, by their own organisation alone."""

from dataclasses import replace

from sealservice.archive.model import Record, Renewal
from sealservice.kernel.clock import utc_now
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from tests.api.conftest import Caller
from tests.world_edges import EdgeWorld


def renewed(world: EdgeWorld, record: Record) -> bytes:
    """Store a copy of a record, and return its bytes."""
    pdf = world.archive.read(record.stored) + b"%longer"
    stored = world.archive.put(record.organisation_id, f"{record.facts.order_id}.renewal-1", pdf)
    world.renewals.add(
        Renewal(
            record_id=record.id,
            organisation_id=record.organisation_id,
            number=1,
            stored=stored,
            sha256=sha256_hex(pdf),
            size=len(pdf),
            previous_sha256=record.sha256,
            renew_before=utc_now(),
            report={},
            created_at=utc_now(),
        )
    )
    return pdf


def test_copies_of_a_record(world: EdgeWorld, ours: Caller, theirs: Caller) -> None:
    """They are listed with their digests, and fetched; the record is what it was."""
    record = world.record(world.ours)
    path = f"/records/{record.id}/renewals"
    assert ours.get(path).json() == []
    pdf = renewed(world, record)
    (shown,) = ours.get(path).json()
    assert (shown["number"], shown["previous_sha256"]) == (1, record.sha256)
    fetched = ours.get(f"{path}/1/file")
    assert fetched.content == pdf
    assert world.identity.audit.words()[-1] is Fact.RECORD_FETCHED
    assert ours.get(f"/records/{record.id}/file").content == pdf.removesuffix(b"%longer")
    assert ours.get(f"{path}/2/file").json()["code"] == "renewal_not_found"
    assert theirs.get(path).status_code == 404
    assert theirs.get(f"{path}/1/file").status_code == 404


def test_damaged_copies_are_not_given_out(world: EdgeWorld, ours: Caller) -> None:
    """Bytes that are not the recorded ones are no copy."""
    record = world.record(world.ours)
    renewed(world, record)
    world.renewals.rows[0] = replace(world.renewals.rows[0], sha256="0" * 64)
    assert ours.get(f"/records/{record.id}/renewals/1/file").status_code == 500
