"""Archive a sealed document, and fetch exactly those bytes again.

To archive (each step may be repeated after a crash without doubling anything):
1. Ask whether an earlier run of the same order stored its result (``stored``); that result stands.
2. Else put the bytes under the order's own key, once, and read back the version: same digest, lock
   in compliance mode (``put``).
3. Insert the row, unless an earlier run did (``add_record``).
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from sealservice.archive.errors import LockMissing, RecordDamaged, RecordNotFound
from sealservice.archive.model import Record, RecordFacts, StoredVersion
from sealservice.archive.ports import LockedStore, RecordStore
from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock, rfc3339
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction


@dataclass(frozen=True, slots=True)
class ArchiveService:
    """Use cases of the archive."""

    store: LockedStore
    records: RecordStore
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    retention: timedelta

    def stored(self, organisation_id: str, order_id: str) -> StoredVersion | None:
        """Return what an earlier run of the order stored, if anything (step 1)."""
        return self.store.first(_object_key(organisation_id, order_id))

    def put(self, organisation_id: str, order_id: str, pdf: bytes) -> StoredVersion:
        """Store and lock an order's sealed bytes (step 2); the lock is told as the store has it.

        Raises:
            AlreadyStored: another run was faster; start over and take its result.
            RecordDamaged: the store gave back other bytes than it got.
            LockMissing: the store did not lock the version.
        """
        object_key = _object_key(organisation_id, order_id)
        version = self.store.put_once(object_key, pdf, self.clock() + self.retention)
        if self.store.get(version) != pdf:
            raise RecordDamaged(record_id=object_key)
        locked_until = self.store.retained_until(version)
        if locked_until is None:
            raise LockMissing(object_key=object_key)
        return replace(version, retained_until=locked_until)

    def read(self, version: StoredVersion) -> bytes:
        """Return the bytes of a stored version."""
        return self.store.get(version)

    def add_record(
        self, actor: Actor, version: StoredVersion, pdf: bytes, facts: RecordFacts
    ) -> Record:
        """Write the row and its audit fact (step 3); joins the caller's transaction."""
        with self.transaction():
            known = self.records.by_order(facts.order_id)
            if known is not None:
                return known
            record = Record(
                id=new_id("rec"),
                organisation_id=actor.organisation_id,
                stored=version,
                sha256=sha256_hex(pdf),
                size=len(pdf),
                facts=facts,
                created_at=self.clock(),
            )
            self.records.add(record)
            self.audit.append(actor, Fact.RECORD_ARCHIVED, record.id, _outline(record))
        return record

    def show(self, actor: Actor, record_id: str) -> Record:
        """Return one record.

        Raises:
            RecordNotFound: there is none of that id in the actor's organisation.
        """
        actor.require(Permission.RECORDS_READ)
        record = self.records.by_id(actor.organisation_id, record_id)
        if record is None:
            raise RecordNotFound(record_id=record_id)
        return record

    def page(self, actor: Actor, before: str | None, limit: int) -> list[Record]:
        """Return records newest first, older than the id ``before``."""
        actor.require(Permission.RECORDS_READ)
        return self.records.page(actor.organisation_id, before, limit)

    def fetch(self, actor: Actor, record_id: str) -> tuple[Record, bytes]:
        """Return a record with the bytes of its recorded version, whatever its key holds now.

        Raises:
            RecordNotFound: there is none of that id in the actor's organisation.
            RecordDamaged: the stored bytes are not the recorded ones.
        """
        record = self.show(actor, record_id)
        pdf = self.store.get(record.stored)
        if sha256_hex(pdf) != record.sha256:
            raise RecordDamaged(record_id=record_id)
        with self.transaction():
            self.audit.append(actor, Fact.RECORD_FETCHED, record.id, {"sha256": record.sha256})
        return record, pdf


def _object_key(organisation_id: str, order_id: str) -> str:
    return f"{organisation_id}/{order_id}.pdf"


def _outline(record: Record) -> JsonObject:
    return {
        "order_id": record.facts.order_id,
        "object_key": record.stored.object_key,
        "version_id": record.stored.version_id,
        "sha256": record.sha256,
        "size": record.size,
        "retained_until": rfc3339(record.stored.retained_until),
    }
