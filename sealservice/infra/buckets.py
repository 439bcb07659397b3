"""Bring the store's buckets to what ``storage/buckets.yaml`` says; a second run changes nothing.

1. A missing bucket is made; object lock can only be given to a bucket at its birth.
2. Versioning and the default retention are set when they differ.
3. A bucket that should lock and was made without a lock cannot be mended: refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from minio import Minio
from minio.commonconfig import ENABLED
from minio.objectlockconfig import YEARS, ObjectLockConfig
from minio.versioningconfig import VersioningConfig

from sealservice.infra.s3 import S3Account, s3_client, translated_errors
from sealservice.kernel.resources import resource
from sealservice.limits import Limits


@dataclass(frozen=True, slots=True)
class BucketRule:
    """How one bucket must be."""

    name: str
    lock_mode: str | None
    """``COMPLIANCE`` or ``GOVERNANCE``; None for no lock."""
    lock_years: int


def bucket_rules() -> tuple[BucketRule, ...]:
    """Read ``storage/buckets.yaml``."""
    listed: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        resource("storage/buckets.yaml").read_text("utf-8")
    )
    return tuple(_rule(name, wanted.get("object_lock", {})) for name, wanted in listed.items())


def _rule(name: str, lock: Mapping[str, Any]) -> BucketRule:
    return BucketRule(name, lock.get("mode"), int(lock.get("years", 0)))


def ensure_buckets(account: S3Account, limits: Limits) -> None:
    """Make or mend every bucket; the account must be the store's administrator.

    Raises:
        StoreUnavailable: the store did not answer, or a bucket cannot be mended.
    """
    client = s3_client(account, limits)
    for rule in bucket_rules():
        with translated_errors(rule.name):
            _ensure(client, rule)


def _ensure(client: Minio, rule: BucketRule) -> None:
    if not client.bucket_exists(rule.name):
        client.make_bucket(rule.name, object_lock=rule.lock_mode is not None)
    if client.get_bucket_versioning(rule.name).status != ENABLED:
        client.set_bucket_versioning(rule.name, VersioningConfig(ENABLED))
    if rule.lock_mode is not None:
        _ensure_lock(client, rule)


def _ensure_lock(client: Minio, rule: BucketRule) -> None:
    present = client.get_object_lock_config(rule.name)
    wanted = ObjectLockConfig(rule.lock_mode, rule.lock_years, YEARS)
    if _facts(present) != _facts(wanted):
        client.set_object_lock_config(rule.name, wanted)


def _facts(lock: ObjectLockConfig) -> tuple[object, ...]:
    return lock.mode, lock.duration, lock.duration_unit
