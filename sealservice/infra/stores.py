"""The two buckets, each seen through the port of the feature that uses it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sealservice.archive.errors import AlreadyStored, LockMissing
from sealservice.archive.model import StoredVersion
from sealservice.infra.s3 import ObjectStore
from sealservice.infra.s3_errors import ObjectExists

DOCUMENTS: Final = "documents"
RECORDS: Final = "records"
_PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True)
class S3LockedStore:
    """Implements ``archive.ports.LockedStore`` on the locked bucket."""

    store: ObjectStore

    def put_once(self, object_key: str, data: bytes, retained_until: datetime) -> StoredVersion:
        """Store bytes, locked, under a key never used before.

        Raises:
            AlreadyStored: the key holds other bytes.
        """
        try:
            version_id = self.store.put_once(RECORDS, object_key, data, retained_until, _PDF)
        except ObjectExists:
            raise AlreadyStored(object_key=object_key) from None
        return StoredVersion(RECORDS, object_key, version_id, retained_until)

    def first(self, object_key: str) -> StoredVersion | None:
        """Return the oldest version under a key, if there is one.

        Raises:
            LockMissing: it is not locked, so it is no record and cannot become one.
        """
        version_id = self.store.first_version(RECORDS, object_key)
        if version_id is None:
            return None
        locked = self.store.retention(RECORDS, object_key, version_id)
        if locked is None:
            raise LockMissing(object_key=object_key)
        return StoredVersion(RECORDS, object_key, version_id, locked)

    def get(self, version: StoredVersion) -> bytes:
        """Return the bytes of one version."""
        return self.store.get(version.bucket, version.object_key, version.version_id)

    def retained_until(self, version: StoredVersion) -> datetime | None:
        """Return until when a version is locked in compliance mode; None when it is not."""
        return self.store.retention(version.bucket, version.object_key, version.version_id)


@dataclass(frozen=True, slots=True)
class S3WorkingStore:
    """Implements ``sealing.ports.WorkingStore`` on the bucket of sources and tails."""

    store: ObjectStore

    def put(self, object_key: str, data: bytes) -> None:
        """Store bytes; storing the same bytes again changes nothing."""
        self.store.put_once(DOCUMENTS, object_key, data)

    def get(self, object_key: str) -> bytes:
        """Return the bytes that were stored first, whatever the key holds now."""
        version_id = self.store.first_version(DOCUMENTS, object_key)
        return self.store.get(DOCUMENTS, object_key, version_id)
