"""What the archive needs: a store that locks, and rows that find."""

from datetime import datetime
from typing import Protocol

from sealservice.archive.model import Record, Renewal, StoredVersion


class LockedStore(Protocol):
    """A write-once store whose versions cannot be removed before their time."""

    def put_once(self, object_key: str, data: bytes, retained_until: datetime) -> StoredVersion:
        """Store bytes, locked, under a key never used before.

        Raises:
            AlreadyStored: an earlier run was there first; ask ``first`` for what it stored.
        """
        ...

    def first(self, object_key: str) -> StoredVersion | None:
        """Return the oldest version under a key (the one ``put_once`` made), if there is one."""
        ...

    def get(self, version: StoredVersion) -> bytes:
        """Return the bytes of one version."""
        ...

    def retained_until(self, version: StoredVersion) -> datetime | None:
        """Return until when a version is locked in compliance mode; None when it is not."""
        ...


class RecordStore(Protocol):
    """The rows of the archive."""

    def add(self, record: Record) -> None:
        """Insert a record; its order may have only one."""
        ...

    def by_id(self, organisation_id: str, record_id: str) -> Record | None:
        """Return one record of an organisation."""
        ...

    def by_order(self, order_id: str) -> Record | None:
        """Return the record of an order, if it has one yet."""
        ...

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[Record]:
        """Return up to ``limit`` records, newest first, older than the id ``before``."""
        ...


class RenewalStore(Protocol):
    """The rows of renewed copies."""

    def due(self, before: datetime, after: str, limit: int) -> list[Record]:
        """Return up to ``limit`` B-LTA records whose proof ends before a moment, by id.

        What counts is the newest copy of each; ``after`` is the last id that was seen, or empty.
        """
        ...

    def of_record(self, record_id: str) -> list[Renewal]:
        """Return the renewed copies of a record, oldest first."""
        ...

    def add(self, renewal: Renewal) -> None:
        """Insert a renewed copy; a record has one of each number."""
        ...
