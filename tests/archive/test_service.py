"""Archiving: once for each order, locked or not at all, fetched as recorded or not at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.archive.errors import AlreadyStored, LockMissing, RecordDamaged, RecordNotFound
from sealservice.archive.model import RecordFacts
from sealservice.archive.service import ArchiveService
from sealservice.kernel.actor import Actor, ActorKind, PermissionMissing, operator
from sealservice.kernel.clock import utc_now
from sealservice.kernel.facts import Fact
from tests.world_archive import (
    MemoryAuditLog,
    MemoryLockedStore,
    MemoryRecordStore,
    no_transaction,
)

PDF = b"%PDF-1.7 sealed"
CLERK = operator("clerk", "org_a")
FACTS = RecordFacts(
    order_id="ord_1",
    document_id="doc_1",
    filename="form.pdf",
    level="B-LTA",
    verdict="valid",
    seal_id="seal_1",
    uscc="914100000000000000",
    approval_kind="demonstration",
    report={},
)


@pytest.fixture
def archive() -> ArchiveService:
    """Give an archive in memory."""
    return ArchiveService(
        store=MemoryLockedStore(),
        records=MemoryRecordStore(),
        audit=MemoryAuditLog(),
        transaction=no_transaction,
        clock=utc_now,
        retention=timedelta(days=3650),
    )


def test_what_was_archived_is_fetched_and_both_leave_facts(archive: ArchiveService) -> None:
    """A record gives back its bytes; archiving and fetching are in the log."""
    version = archive.put("org_a", "ord_1", PDF)
    record = archive.add_record(CLERK, version, PDF, FACTS)
    assert archive.fetch(CLERK, record.id) == (record, PDF)
    assert archive.audit.words() == [Fact.RECORD_ARCHIVED, Fact.RECORD_FETCHED]  # type: ignore[attr-defined]


def test_a_second_run_of_an_order_finds_the_first_result(archive: ArchiveService) -> None:
    """An order takes one result: the second put is refused, the second row is the first one."""
    version = archive.put("org_a", "ord_1", PDF)
    with pytest.raises(AlreadyStored):
        archive.put("org_a", "ord_1", b"other")
    assert archive.stored("org_a", "ord_1") == version
    first = archive.add_record(CLERK, version, PDF, FACTS)
    assert archive.add_record(CLERK, version, PDF, FACTS) is first


def test_a_store_that_does_not_lock_is_refused(archive: ArchiveService) -> None:
    """Without its lock an object is no record."""
    archive.store.locks = False  # type: ignore[attr-defined]
    with pytest.raises(LockMissing, match="ord_1"):
        archive.put("org_a", "ord_1", PDF)


def test_the_record_says_until_when_the_store_really_locks(archive: ArchiveService) -> None:
    """A store may write the end of a lock differently from how it was asked for."""
    asked = archive.put("org_a", "ord_1", PDF).retained_until
    kept = asked.replace(microsecond=0) - timedelta(days=1)
    archive.store.locked_until = kept  # type: ignore[attr-defined]
    assert archive.put("org_a", "ord_2", PDF).retained_until == kept


def test_damaged_bytes_are_never_handed_out(archive: ArchiveService) -> None:
    """If the store gives other bytes than were recorded, fetching fails loudly."""
    version = archive.put("org_a", "ord_1", PDF)
    record = archive.add_record(CLERK, version, PDF, FACTS)
    archive.store.objects[version.object_key] = (version, PDF + b"x")  # type: ignore[attr-defined]
    with pytest.raises(RecordDamaged):
        archive.fetch(CLERK, record.id)


def test_somebody_elses_record_is_not_found(archive: ArchiveService) -> None:
    """Another organisation learns nothing, not even that the id exists."""
    record = archive.add_record(CLERK, archive.put("org_a", "ord_1", PDF), PDF, FACTS)
    with pytest.raises(RecordNotFound):
        archive.fetch(operator("spy", "org_b"), record.id)


def test_reading_needs_its_permission(archive: ArchiveService) -> None:
    """A key without records:read reads nothing."""
    with pytest.raises(PermissionMissing):
        archive.page(Actor(ActorKind.API_KEY, "k", "org_a", frozenset()), None, 10)


def test_pages_run_from_new_to_old(archive: ArchiveService) -> None:
    """A cursor goes on where the last page ended, without a gap."""
    ids = []
    for n in range(5):
        version = archive.put("org_a", f"ord_{n}", PDF)
        facts = replace(FACTS, order_id=f"ord_{n}")
        ids.append(archive.add_record(CLERK, version, PDF, facts).id)
    newest_first = sorted(ids, reverse=True)
    first = archive.page(CLERK, None, 3)
    rest = archive.page(CLERK, first[-1].id, 3)
    assert [r.id for r in first + rest] == newest_first
