"""The tables of batches; see ``tables.py``."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
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

batches = Table(
    "batches",
    metadata,
    key(),
    organisation(),
    needed("request", JSONB),
    needed("total", Integer),
    needed("state", Text),
    needed("actor_kind", Text),
    needed("actor_id", Text),
    moment("created_at"),
    moment("expires_at"),
    Column("intent", LargeBinary),
    Column("nonce", Text),
    Column("leaves", LargeBinary),
    moment("consumed_at", needed=False),
    moment("finished_at", needed=False),
    Column("failure", JSONB),
    UniqueConstraint("nonce"),
    CheckConstraint("total > 0", name="total"),
    one_of("state", "preparing", "pending", "sealing", "done", "failed"),
    CheckConstraint(
        "(intent IS NULL) = (nonce IS NULL) AND (intent IS NULL) = (leaves IS NULL)"
        " AND (intent IS NOT NULL OR state IN ('preparing', 'failed'))",
        name="closed",
    ),
    Index(None, "organisation_id", "id"),
)

batch_items = Table(
    "batch_items",
    metadata,
    refers("batch_id", "batches.id"),
    needed("position", Integer),
    refers("document_id", "documents.id"),
    PrimaryKeyConstraint("batch_id", "position"),
    CheckConstraint("position > 0", name="position"),
    Index(None, "document_id"),
)

batch_refusals = Table(
    "batch_refusals",
    metadata,
    refers("batch_id", "batches.id"),
    needed("position", Integer),
    needed("refusal", JSONB),
    PrimaryKeyConstraint("batch_id", "position"),
)

batch_assertions = Table(
    "batch_assertions",
    metadata,
    Column("batch_id", Text, ForeignKey("batches.id"), primary_key=True),
    organisation(),
    needed("kind", Text),
    needed("assertion", JSONB),
    moment("created_at"),
)

consumed_lists = Table(
    "consumed_lists",
    metadata,
    key("nonce"),
    refers("batch_id", "batches.id"),
    moment("consumed_at"),
    UniqueConstraint("batch_id"),
)
