"""The tables of webhooks; see ``tables.py``."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from sealservice.infra.sql.columns import (
    key,
    metadata,
    moment,
    needed,
    one_of,
    organisation,
    refers,
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    key(),
    organisation(),
    needed("url", Text),
    needed("events", ARRAY(Text)),
    moment("created_at"),
    needed("everywhere", Boolean),
    moment("disabled_at", needed=False),
    Column("disabled_why", JSONB(none_as_null=True)),
    moment("removed_at", needed=False),
    Index(None, "organisation_id", "id"),
)

webhook_recipients = Table(
    "webhook_recipients", metadata, key(), needed("public_key", LargeBinary), moment("created_at")
)

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    key(),
    refers("endpoint_id", "webhook_endpoints.id"),
    needed("sealed", LargeBinary),
    refers("recipient", "webhook_recipients.id"),
    moment("created_at"),
    moment("retires_at", needed=False),
    Index(None, "endpoint_id"),
)

webhook_events = Table(
    "webhook_events",
    metadata,
    key(),
    organisation(),
    needed("type", Text),
    needed("body", Text),
    moment("at"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    key(),
    refers("endpoint_id", "webhook_endpoints.id"),
    refers("event_id", "webhook_events.id"),
    needed("state", Text),
    moment("started_at"),
    moment("next_at", needed=False),
    needed("tries", Integer),
    moment("delivered_at", needed=False),
    one_of("state", "pending", "delivered", "failed"),
    CheckConstraint("(state = 'pending') = (next_at IS NOT NULL)", name="next"),
    Index(None, "endpoint_id", "id"),
    Index(None, "event_id"),
    Index(None, "next_at", postgresql_where=text("next_at IS NOT NULL")),
)

webhook_attempts = Table(
    "webhook_attempts",
    metadata,
    Column(
        "delivery_id", Text, ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), nullable=False
    ),
    needed("number", Integer),
    moment("at"),
    Column("status", Integer),
    Column("problem", JSONB(none_as_null=True)),
    PrimaryKeyConstraint("delivery_id", "number"),
)
