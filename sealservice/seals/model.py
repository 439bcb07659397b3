"""A seal: a picture, a key and a certificate, bound to one license."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sealservice.kernel.json import JsonObject


class SealKind(StrEnum):
    """What a seal is for; each kind has its own drawing."""

    OFFICIAL = "official"


class SealState(StrEnum):
    """Where a seal is in its life."""

    APPLIED = "applied"
    ACTIVE = "active"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal of one license."""

    id: str
    organisation_id: str
    license_id: str
    kind: SealKind
    name: str
    """The text on its arc: the full name on the license."""
    state: SealState
    seal_code: str
    """13 digits, unique, given by the maker."""
    created_at: datetime
    diameter_mm: float
    artwork_sha256: str | None = None
    key_id: str | None = None
    certificate_sha256: str | None = None
    failure: JsonObject | None = None
    """``code``, ``zh``, ``en`` of the refusal that ended its making."""
    activated_at: datetime | None = None
