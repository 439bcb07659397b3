"""A record: which bytes, where, locked until when, and what was true when they were archived."""

from dataclasses import dataclass
from datetime import datetime

from sealservice.kernel.json import JsonObject


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What the producer of a sealed document knows about it."""

    order_id: str
    document_id: str
    filename: str
    level: str
    """PAdES baseline level: B-B, B-T, B-LT or B-LTA."""
    verdict: str
    seal_id: str
    uscc: str
    approval_kind: str
    report: JsonObject
    """The verification report made from the bytes before their release."""


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One immutable version of an object."""

    bucket: str
    object_key: str
    version_id: str
    retained_until: datetime


@dataclass(frozen=True, slots=True)
class Renewal:
    """A copy of a record's document with more behind it that proves it for longer.

    The record itself, its bytes and its lock stay as they are.
    """

    record_id: str
    organisation_id: str
    number: int
    """1 for the first; each is made from the one before, the first from the record."""
    stored: StoredVersion
    sha256: str
    size: int
    previous_sha256: str
    """Of the bytes that it begins with."""
    renew_before: datetime | None
    """When the certificates behind its last timestamp end."""
    report: JsonObject
    """The verification report made from its bytes before they were stored."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """A sealed document in the archive."""

    id: str
    organisation_id: str
    stored: StoredVersion
    sha256: str
    size: int
    facts: RecordFacts
    created_at: datetime
