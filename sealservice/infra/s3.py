"""The object store, seen through four verbs: put once, get, when is it locked, is it there.

1. Nothing is ever overwritten: ``put_once`` sends ``If-None-Match: *`` (RFC 9110 13.1.2), so of
   many writers one wins. MinIO's SDK has no public way to send that header with a put; this is
   the one place that goes through its ``_execute``.
2. A run that crashed after its put may put again: the same bytes answer the version that is there.
3. Object lock protects versions, not keys: callers keep the version id and read that version.
4. Every call has a time-out and at most two retries; errors are translated here, once.
"""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.error import MinioException, S3Error
from minio.helpers import DictType

from sealservice.infra.s3_errors import (
    ObjectExists,
    ObjectNotFound,
    ObjectTooLarge,
    StoreUnavailable,
)
from sealservice.kernel.clock import rfc3339
from sealservice.limits import MEBIBYTE, Limits

MAX_OBJECT_BYTES: Final = 128 * MEBIBYTE
"""Largest object read into memory; a sealed document is its source and some hundred kilobytes."""
_LIMITS: Final = Limits()
_CONNECT_SECONDS: Final = 5
_RETRIES: Final = urllib3.Retry(
    total=2, redirect=0, backoff_factor=0.2, allowed_methods=None, status_forcelist=(502, 503, 504)
)
_MISSING: Final = frozenset({"NoSuchKey", "NoSuchVersion", "MethodNotAllowed"})
"""The last is S3's answer to reading a delete marker by its version."""
_UNLOCKED: Final = frozenset(
    {"NoSuchObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"}
)
_TAKEN: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


@dataclass(frozen=True, slots=True)
class S3Account:
    """Where the store is, and as whom to use it."""

    endpoint: str
    """``https://host:port``, or ``http://`` on the loopback."""
    access_key: str
    secret_key: str = field(repr=False)
    region: str = "us-east-1"


def s3_client(account: S3Account, limits: Limits = _LIMITS) -> Minio:
    """Return a client of the store with bounded waits."""
    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=limits.store_seconds)
    address = urlsplit(account.endpoint)
    return Minio(
        address.netloc,
        access_key=account.access_key,
        secret_key=account.secret_key,
        secure=address.scheme == "https",
        region=account.region,
        http_client=urllib3.PoolManager(timeout=timeout, retries=_RETRIES, maxsize=8),
    )


@contextmanager
def translated_errors(key: str) -> Iterator[None]:
    """Turn the client's errors into kernel errors.

    Raises:
        ObjectNotFound: no such object, or no such version of it.
        StoreUnavailable: the store did not answer, or not as it should.
    """
    try:
        yield
    except S3Error as error:
        if error.code in _MISSING:
            raise ObjectNotFound(key=key) from error
        raise StoreUnavailable(reason=error.code) from error
    except (MinioException, urllib3.exceptions.HTTPError) as error:
        raise StoreUnavailable(reason=type(error).__name__) from error


class ObjectStore:
    """Objects in buckets, as one account of the store."""

    def __init__(
        self, account: S3Account, limits: Limits = _LIMITS, max_bytes: int = MAX_OBJECT_BYTES
    ) -> None:
        self._client = s3_client(account, limits)
        self._max_bytes = max_bytes

    def put_once(
        self,
        bucket: str,
        key: str,
        data: bytes,
        retain_until: datetime | None = None,
        content_type: str = "application/octet-stream",
    ) -> str:
        """Store bytes under a new key and return the version id.

        Args:
            bucket: one of ``storage/buckets.yaml``.
            key: never used before, or used for these very bytes.
            data: the whole object.
            retain_until: lock the version in compliance mode until then; None leaves it to the
                bucket's own rule.
            content_type: media type served with the object.

        Raises:
            ObjectExists: the key holds other bytes.
            StoreUnavailable: the store did not answer, or not as it should.
        """
        headers = _put_headers(data, retain_until, content_type)
        try:
            with translated_errors(key):
                return self._conditional_put(bucket, key, data, headers)
        except _KeyTaken:
            return self._same_or_refuse(bucket, key, data)

    def get(self, bucket: str, key: str, version_id: str | None = None) -> bytes:
        """Return the bytes of a version, or of the latest one.

        Raises:
            ObjectNotFound: no such object, or no such version of it.
            ObjectTooLarge: it is larger than this process reads into memory.
            StoreUnavailable: the store did not answer, or not as it should.
        """
        with translated_errors(key):
            response = self._client.get_object(bucket, key, version_id=version_id)
            try:
                data = response.read(self._max_bytes + 1)
            finally:
                response.close()
                response.release_conn()
        if len(data) > self._max_bytes:
            raise ObjectTooLarge(key=key, limit=self._max_bytes)
        return data

    def retention(self, bucket: str, key: str, version_id: str) -> datetime | None:
        """Return until when a version is locked in compliance mode; None when it is not.

        Raises:
            ObjectNotFound: no such version.
            StoreUnavailable: the store did not answer, or not as it should.
        """
        try:
            with translated_errors(key):
                lock = self._client.get_object_retention(bucket, key, version_id)
        except StoreUnavailable as error:
            if error.fields["reason"] in _UNLOCKED:
                return None
            raise
        if lock is None or lock.mode != COMPLIANCE:
            return None
        return lock.retain_until_date.astimezone(UTC)

    def exists(self, bucket: str, key: str) -> bool:
        """Return whether the key has a current version."""
        try:
            with translated_errors(key):
                self._client.stat_object(bucket, key)
        except ObjectNotFound:
            return False
        return True

    def first_version(self, bucket: str, key: str) -> str | None:
        """Return the oldest version id under a key: the one ``put_once`` made.

        Later puts and delete markers by others do not change the answer. S3 lists the versions of
        a key in the order they were stored, the latest first (S3 API, ListObjectVersions).
        """
        with translated_errors(key):
            listed = self._client.list_objects(
                bucket, prefix=key, recursive=True, include_version=True
            )
            newest_first = [
                str(v.version_id) for v in listed if v.object_name == key and not v.is_delete_marker
            ]
        return newest_first[-1] if newest_first else None

    def _conditional_put(self, bucket: str, key: str, data: bytes, headers: DictType) -> str:
        try:
            answer = self._client._execute(  # noqa: SLF001 - rule 1 above
                "PUT", bucket_name=bucket, object_name=key, body=data, headers=headers
            )
        except S3Error as error:
            if error.code in _TAKEN:
                raise _KeyTaken from error
            raise
        version: str | None = answer.headers.get("x-amz-version-id")
        if not version:
            raise StoreUnavailable(reason=f"bucket {bucket} keeps no versions")
        return version

    def _same_or_refuse(self, bucket: str, key: str, data: bytes) -> str:
        version = self.first_version(bucket, key)
        if version is None or self.get(bucket, key, version) != data:
            raise ObjectExists(key=key)
        return version


class _KeyTaken(Exception):
    """The conditional put found something under its key."""


def _put_headers(data: bytes, retain_until: datetime | None, content_type: str) -> DictType:
    md5 = hashlib.md5(data, usedforsecurity=False).digest()
    headers: DictType = {
        "If-None-Match": "*",
        "Content-MD5": base64.b64encode(md5).decode(),
        "Content-Type": content_type,
    }
    if retain_until is not None:
        headers["x-amz-object-lock-mode"] = COMPLIANCE
        headers["x-amz-object-lock-retain-until-date"] = rfc3339(retain_until)
    return headers
