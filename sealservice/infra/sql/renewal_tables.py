"""The table of the renewed copies of records (``tables``)."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from sealservice.infra.sql.columns import digest, metadata, moment, needed, organisation, refers

record_renewals: Final = Table(
    "record_renewals",
    metadata,
    refers("record_id", "records.id"),
    needed("number", Integer),
    organisation(),
    needed("bucket", Text),
    needed("object_key", Text),
    needed("version_id", Text),
    moment("retained_until"),
    needed("sha256", Text),
    needed("size", BigInteger),
    needed("previous_sha256", Text),
    moment("renew_before", needed=False),
    Column("report", JSONB, nullable=False),
    moment("created_at"),
    PrimaryKeyConstraint("record_id", "number"),
    UniqueConstraint("bucket", "object_key", "version_id"),
    digest("sha256"),
    CheckConstraint("number > 0 AND size > 0", name="number"),
)
