"""The object store: put once, read versions, locks that hold."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.error import S3Error
from minio.retention import Retention

from sealservice.bootstrap.embedded.engines import Engines
from sealservice.infra.buckets import ensure_buckets
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import ObjectStore, S3Account, s3_client
from sealservice.infra.s3_errors import (
    ObjectExists,
    ObjectNotFound,
    ObjectTooLarge,
    StoreUnavailable,
)
from sealservice.kernel.ids import new_id
from sealservice.limits import Limits

pytestmark = pytest.mark.engines

WRITERS = 16


def _tomorrow() -> datetime:
    return (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)


def test_put_once_answers_a_version_that_reads_back(objects: ObjectStore) -> None:
    """What was put under a key is what its version reads."""
    key = new_id("test")
    version = objects.put_once("documents", key, b"bytes", content_type="application/pdf")
    assert objects.get("documents", key, version) == b"bytes"
    assert objects.exists("documents", key)
    assert not objects.exists("documents", new_id("test"))


def test_same_bytes_again_answer_the_same_version(objects: ObjectStore) -> None:
    """A run that crashed after its put may put the same bytes again."""
    key = new_id("test")
    version = objects.put_once("records", key, b"bytes", _tomorrow())
    assert objects.put_once("records", key, b"bytes", _tomorrow()) == version
    assert objects.first_version("records", key) == version


def test_other_bytes_under_a_taken_key_are_refused(objects: ObjectStore) -> None:
    """Nothing is overwritten."""
    key = new_id("test")
    version = objects.put_once("records", key, b"first")
    with pytest.raises(ObjectExists):
        objects.put_once("records", key, b"second")
    assert objects.get("records", key) == b"first"
    assert objects.first_version("records", key) == version


def test_of_racing_writers_one_wins(objects: ObjectStore) -> None:
    """Sixteen writers with different bytes at once: one version, fifteen refusals."""
    key, start = new_id("test"), Barrier(WRITERS)

    def write(number: int) -> str | None:
        start.wait()
        try:
            return objects.put_once("records", key, str(number).encode())
        except ObjectExists:
            return None

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = list(pool.map(write, range(WRITERS)))
    winners = [number for number, version in enumerate(outcomes) if version]
    assert len(winners) == 1
    assert objects.get("records", key, outcomes[winners[0]]) == str(winners[0]).encode()


def test_lock_is_the_one_asked_for_or_the_buckets_own(objects: ObjectStore) -> None:
    """A record is locked until the moment asked for, else for ten years; a document is not."""
    locked, default, free = new_id("test"), new_id("test"), new_id("test")
    until = _tomorrow()
    version = objects.put_once("records", locked, b"x", until)
    assert objects.retention("records", locked, version) == until
    version = objects.put_once("records", default, b"x")
    ten_years = objects.retention("records", default, version)
    assert ten_years is not None
    assert ten_years - datetime.now(UTC) > timedelta(days=3600)
    version = objects.put_once("documents", free, b"x")
    assert objects.retention("documents", free, version) is None


@pytest.mark.security
@pytest.mark.parametrize("kind", list(ProcessKind))
def test_locked_version_cannot_be_removed(
    engines: Engines, objects: ObjectStore, kind: ProcessKind
) -> None:
    """No identity of the store, its administrator included, removes a locked version."""
    key = new_id("test")
    version = objects.put_once("records", key, b"kept", _tomorrow())
    client = s3_client(engines.accounts[kind])
    with pytest.raises(S3Error) as refused:
        client.remove_object("records", key, version)
    assert refused.value.code == "AccessDenied"
    assert objects.get("records", key, version) == b"kept"


@pytest.mark.security
@pytest.mark.parametrize(
    "lock",
    [
        Retention(COMPLIANCE, datetime.now(UTC) + timedelta(minutes=5)),
        Retention(GOVERNANCE, datetime.now(UTC) + timedelta(days=3)),
    ],
    ids=["shorter", "weaker"],
)
@pytest.mark.parametrize("kind", [ProcessKind.ADMIN, ProcessKind.SIGNER])
def test_lock_cannot_be_loosened(
    engines: Engines, objects: ObjectStore, lock: Retention, kind: ProcessKind
) -> None:
    """A compliance lock is neither shortened nor turned into one that can be bypassed."""
    key, until = new_id("test"), _tomorrow()
    version = objects.put_once("records", key, b"kept", until)
    with pytest.raises(S3Error):
        s3_client(engines.accounts[kind]).set_object_retention("records", key, lock, version)
    assert objects.retention("records", key, version) == until


@pytest.mark.security
def test_put_and_delete_on_the_key_leave_the_version(
    engines: Engines, objects: ObjectStore
) -> None:
    """Whatever somebody with Write does to the key, the recorded version reads back."""
    key = new_id("test")
    version = objects.put_once("records", key, b"recorded", _tomorrow())
    client = s3_client(engines.accounts[ProcessKind.SIGNER])
    client.put_object("records", key, io.BytesIO(b"forged"), 6)
    client.remove_object("records", key)
    assert not objects.exists("records", key)
    assert objects.get("records", key, version) == b"recorded"
    assert objects.first_version("records", key) == version


@pytest.mark.security
@pytest.mark.parametrize(
    ("kind", "bucket"),
    [
        (ProcessKind.WEB, "records"),
        (ProcessKind.WORKER, "records"),
        (ProcessKind.CHECKER, "records"),
        (ProcessKind.CHECKER, "documents"),
    ],
)
def test_identities_write_only_where_their_work_is(
    engines: Engines, kind: ProcessKind, bucket: str
) -> None:
    """Only the signer writes records; the checker writes nothing."""
    with pytest.raises(StoreUnavailable, match="AccessDenied"):
        ObjectStore(engines.accounts[kind]).put_once(bucket, new_id("test"), b"x")


@pytest.mark.security
def test_strangers_are_refused(engines: Engines) -> None:
    """A wrong secret opens nothing, and no bucket is made by writing to it."""
    endpoint = engines.accounts[ProcessKind.ADMIN].endpoint
    stranger = ObjectStore(S3Account(endpoint, "admin", "guessed"))
    with pytest.raises(StoreUnavailable):
        stranger.get("records", "anything")
    with pytest.raises(StoreUnavailable):
        ObjectStore(engines.accounts[ProcessKind.ADMIN]).put_once("elsewhere", "key", b"x")


def test_missing_object_or_version_is_named(objects: ObjectStore) -> None:
    """A key or version that is not there is refused with the key in both languages."""
    key = new_id("test")
    with pytest.raises(ObjectNotFound) as missing:
        objects.get("documents", key)
    assert key in missing.value.message.zh
    objects.put_once("documents", key, b"x")
    with pytest.raises(ObjectNotFound):
        objects.get("documents", key, "0" * 32)


def test_object_over_the_limit_is_not_read(engines: Engines, objects: ObjectStore) -> None:
    """No object larger than the limit is taken into memory."""
    key = new_id("test")
    objects.put_once("documents", key, bytes(11))
    with pytest.raises(ObjectTooLarge):
        ObjectStore(engines.accounts[ProcessKind.SIGNER], max_bytes=10).get("documents", key)


def test_store_that_does_not_answer_is_unavailable() -> None:
    """A closed port is one kind of error, soon, and never endless retries."""
    nowhere = ObjectStore(S3Account("http://127.0.0.1:9", "a", "b"))
    with pytest.raises(StoreUnavailable):
        nowhere.get("records", "key")


def test_buckets_are_mended_and_left_alone(engines: Engines) -> None:
    """A second run changes nothing; a default lock somebody removed comes back."""
    account = engines.accounts[ProcessKind.ADMIN]
    client = s3_client(account)
    client.delete_object_lock_config("records")
    ensure_buckets(account, Limits())
    ensure_buckets(account, Limits())
    lock = client.get_object_lock_config("records")
    assert (lock.mode, lock.duration, lock.duration_unit) == (COMPLIANCE, 10, "Years")
