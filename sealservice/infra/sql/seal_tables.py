"""Seals, what happened to them, and what the signer is asked to do with them."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from sealservice.infra.sql.columns import (
    key,
    metadata,
    moment,
    needed,
    one_of,
    organisation,
    refers,
)

_LIVE: Final = text("state IN ('made', 'filed', 'active', 'suspended')")
_ONLY_ONE: Final = text(f"{_LIVE} AND kind IN ('official', 'legal_representative')")

seals = Table(
    "seals",
    metadata,
    key(),
    organisation(),
    refers("license_id", "licenses.id"),
    needed("kind", Text),
    needed("name", Text),
    needed("line", Text),
    needed("state", Text),
    needed("seal_code", Text),
    needed("maker_name", Text),
    needed("maker_code", Text),
    needed("design", Text),
    needed("colour", Text),
    needed("width_mm", Numeric(5, 2)),
    needed("height_mm", Numeric(5, 2)),
    Column("artwork", JSONB),
    Column("artwork_sha256", Text),
    refers("key_id", "keys.id", needed=False),
    refers("certificate_sha256", "certificates.sha256", needed=False),
    refers("replaces", "seals.id", needed=False),
    Column("filing_number", Text),
    Column("failure", JSONB),
    moment("created_at"),
    moment("activated_at", needed=False),
    moment("expires_at", needed=False),
    UniqueConstraint("seal_code"),
    CheckConstraint("width_mm > 0 AND height_mm > 0", name="size"),
    CheckConstraint(
        "activated_at IS NULL OR (artwork IS NOT NULL AND certificate_sha256 IS NOT NULL)",
        name="activated",
    ),
    CheckConstraint(
        "state NOT IN ('made', 'filed', 'active', 'suspended') OR (artwork IS NOT NULL"
        " AND key_id IS NOT NULL AND certificate_sha256 IS NOT NULL AND expires_at IS NOT NULL)",
        name="made",
    ),
    one_of(
        "kind", "official", "contract", "finance", "personnel", "invoice", "legal_representative",
        "department", "branch", "personal_name",
    ),
    one_of("state", "applied", "made", "filed", "active", "suspended", "cancelled", "failed"),
    one_of("colour", "red", "blue", "black"),
    Index(None, "license_id"),
    Index(None, "organisation_id", "created_at"),
    Index(
        "seals_told_apart_idx", "license_id", "kind", "line", unique=True, postgresql_where=_LIVE
    ),
    Index("seals_only_one_idx", "license_id", "kind", unique=True, postgresql_where=_ONLY_ONE),
)  # fmt: skip

seal_events = Table(
    "seal_events",
    metadata,
    key(),
    Column("sequence", BigInteger, Identity(always=True), nullable=False),
    organisation(),
    refers("seal_id", "seals.id"),
    needed("change", Text),
    Column("before", Text),
    needed("after", Text),
    needed("reason", Text),
    needed("evidence", JSONB),
    needed("actor_kind", Text),
    needed("actor_id", Text),
    moment("at"),
    UniqueConstraint("sequence"),
    Index(None, "seal_id", "sequence"),
)

seal_requests = Table(
    "seal_requests",
    metadata,
    key(),
    organisation(),
    refers("seal_id", "seals.id"),
    needed("change", Text),
    needed("reason", Text),
    needed("evidence", JSONB),
    needed("actor_kind", Text),
    needed("actor_id", Text),
    moment("created_at"),
    moment("answered_at", needed=False),
    Column("failure", JSONB),
    one_of("change", "file", "activate", "resume"),
    CheckConstraint("failure IS NULL OR answered_at IS NOT NULL", name="answer"),
    Index(None, "seal_id"),
    Index("seal_requests_open_idx", "id", postgresql_where=text("answered_at IS NULL")),
)
