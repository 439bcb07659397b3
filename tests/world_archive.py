"""The archive's and the audit log's outside world, in memory."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sealservice.archive.errors import AlreadyStored
from sealservice.archive.model import Record, Renewal, StoredVersion
from sealservice.audit.model import AuditFact
from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import utc_now
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonValue


@contextmanager
def no_transaction() -> Iterator[None]:
    """Stand for a transaction where nothing can be undone."""
    yield


@dataclass
class MemoryAuditLog:
    """Implements ``AuditLog`` and ``AuditReader``."""

    facts: list[AuditFact] = field(default_factory=list)

    def append(
        self, actor: Actor, fact: Fact, subject: str, detail: Mapping[str, JsonValue]
    ) -> None:
        """Keep a fact."""
        self.facts.append(
            AuditFact(
                id=new_id("fact"),
                at=utc_now(),
                organisation_id=actor.organisation_id,
                actor_kind=actor.kind.value,
                actor_id=actor.id,
                fact=fact,
                subject=subject,
                detail=dict(detail),
            )
        )

    def about(self, organisation_id: str, subjects: tuple[str, ...]) -> list[AuditFact]:
        """Return all facts about the given ids, oldest first."""
        return [
            fact
            for fact in self.facts
            if fact.organisation_id == organisation_id and fact.subject in subjects
        ]

    def words(self) -> list[Fact]:
        """Return what happened, in order."""
        return [fact.fact for fact in self.facts]


@dataclass
class MemoryLockedStore:
    """Implements ``LockedStore``."""

    objects: dict[str, tuple[StoredVersion, bytes]] = field(default_factory=dict)
    locks: bool = True
    locked_until: datetime | None = None
    """What it says of every version; None: what was asked for."""

    def put_once(self, object_key: str, data: bytes, retained_until: datetime) -> StoredVersion:
        """Store bytes under a key never used before."""
        if object_key in self.objects:
            raise AlreadyStored(object_key=object_key)
        version = StoredVersion("records", object_key, new_id("v"), retained_until)
        self.objects[object_key] = (version, data)
        return version

    def first(self, object_key: str) -> StoredVersion | None:
        """Return the version under a key, if there is one."""
        found = self.objects.get(object_key)
        return found[0] if found else None

    def get(self, version: StoredVersion) -> bytes:
        """Return the bytes of one version."""
        return self.objects[version.object_key][1]

    def retained_until(self, version: StoredVersion) -> datetime | None:
        """Return until when a version is locked."""
        return (self.locked_until or version.retained_until) if self.locks else None


@dataclass
class MemoryRecordStore:
    """Implements ``RecordStore``."""

    rows: dict[str, Record] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Insert a record."""
        if self.by_order(record.facts.order_id) is not None:
            raise ValueError(record.facts.order_id)
        self.rows[record.id] = record

    def by_id(self, organisation_id: str, record_id: str) -> Record | None:
        """Return one record of an organisation."""
        found = self.rows.get(record_id)
        return found if found and found.organisation_id == organisation_id else None

    def by_order(self, order_id: str) -> Record | None:
        """Return the record of an order."""
        return next((r for r in self.rows.values() if r.facts.order_id == order_id), None)

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[Record]:
        """Return up to ``limit`` records, newest first, older than the id ``before``."""
        mine = (r for r in self.rows.values() if r.organisation_id == organisation_id)
        older = [r for r in mine if before is None or r.id < before]
        return sorted(older, key=lambda r: r.id, reverse=True)[:limit]


@dataclass
class MemoryRenewalStore:
    """Implements ``RenewalStore``; what is due is known of the records that it is given."""

    records: dict[str, Record] = field(default_factory=dict)
    rows: list[Renewal] = field(default_factory=list)

    def due(self, before: datetime, after: str, limit: int) -> list[Record]:
        """Return the records that end before a moment."""
        records = sorted(self.records.values(), key=lambda record: record.id)
        return [r for r in records if r.id > after and self._end(r) < before][:limit]

    def of_record(self, record_id: str) -> list[Renewal]:
        """Return the copies of a record."""
        return [row for row in self.rows if row.record_id == record_id]

    def add(self, renewal: Renewal) -> None:
        """Insert a copy."""
        self.rows.append(renewal)

    def _end(self, record: Record) -> datetime:
        newest = self.of_record(record.id)[-1:]
        if newest and newest[0].renew_before:
            return newest[0].renew_before
        signatures = record.facts.report["signatures"]
        assert isinstance(signatures, list)
        assert isinstance(signatures[0], dict)
        return datetime.fromisoformat(str(signatures[0]["augment_before"]))
