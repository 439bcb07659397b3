"""The rows of renewed copies in PostgreSQL: which records are due, and what is kept of a copy."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.archive.model import Record, RecordFacts, Renewal, StoredVersion
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.renewals import SqlRenewalStore
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.ids import new_id
from tests.contracts.test_order_store import Stores, stores  # noqa: F401 - a fixture
from tests.world_licenses import NOON

pytestmark = pytest.mark.engines
ENDS = NOON + timedelta(days=30)


def recorded(stores: Stores, level: str = "B-LTA") -> Record:  # noqa: F811 - the fixture's value
    """Return a record whose first signature is proven until ``ENDS``."""
    order = stores.order()
    signatures = [
        {"kind": "signature", "augment_before": "2031-01-01T00:00:00Z"},
        {"kind": "signature", "augment_before": ENDS.isoformat()},
        {"kind": "document_timestamp", "augment_before": "2020-01-01T00:00:00Z"},
        {"kind": "signature", "augment_before": None},
    ]
    facts = RecordFacts(
        order.id, order.document_id, "a.pdf", level, "valid", stores.seal_id, "", "demonstration",
        {"signatures": [*signatures]},
    )  # fmt: skip
    version = StoredVersion("records", new_id("key"), "v", NOON)
    record = Record(new_id("rec"), order.organisation_id, version, sha256_hex(b"a"), 1, facts, NOON)
    stores.records.add(record)
    return record


@pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
def test_records_are_due_by_their_newest_copy(stores: Stores, database: Database) -> None:  # noqa: F811 - likewise
    """By the least of their signatures' ends, only at B-LTA, page by page; a copy counts anew."""
    renewals = SqlRenewalStore(database)
    first, second = sorted((recorded(stores), recorded(stores)), key=lambda record: record.id)
    recorded(stores, "B-LT")
    after, late = first.id[:-1], ENDS + timedelta(seconds=1)
    assert renewals.due(ENDS, after, 10) == []
    assert renewals.due(late, after, 1) == [first]
    assert renewals.due(late, first.id, 10) == [second]
    made = Renewal(
        record_id=first.id,
        organisation_id=first.organisation_id,
        number=1,
        stored=StoredVersion("records", new_id("key"), "v", NOON),
        sha256=sha256_hex(b"ab"),
        size=2,
        previous_sha256=first.sha256,
        renew_before=ENDS + timedelta(days=365),
        report={"version": 1},
        created_at=NOON,
    )
    renewals.add(made)
    assert renewals.due(late, after, 10) == [second]
    stored = replace(made.stored, object_key=new_id("key"))
    again = replace(made, number=2, stored=stored, renew_before=ENDS)
    renewals.add(again)
    assert renewals.of_record(first.id) == [made, again]
    assert renewals.due(late, after, 10) == [first, second]
