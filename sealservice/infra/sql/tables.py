"""Every table, in one place; ``storage/migrations`` makes them, a test compares the two.

Ids are texts of ``kernel/ids.py``, moments are ``timestamptz``, digests are 64 hexadecimal letters.
``organisation_id`` stands on every row that belongs to an organisation.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from sealservice.infra.sql.batch_tables import batch_assertions as batch_assertions  # noqa: PLC0414 - handed on
from sealservice.infra.sql.batch_tables import batch_items as batch_items  # noqa: PLC0414 - handed on
from sealservice.infra.sql.batch_tables import batch_refusals as batch_refusals  # noqa: PLC0414 - handed on
from sealservice.infra.sql.batch_tables import batches as batches  # noqa: PLC0414 - handed on
from sealservice.infra.sql.batch_tables import consumed_lists as consumed_lists  # noqa: PLC0414 - handed on
from sealservice.infra.sql.columns import digest as _digest
from sealservice.infra.sql.columns import key as _key
from sealservice.infra.sql.columns import metadata as metadata  # noqa: PLC0414 - handed on
from sealservice.infra.sql.columns import moment as _moment
from sealservice.infra.sql.columns import needed as _needed
from sealservice.infra.sql.columns import one_of as _one_of
from sealservice.infra.sql.columns import organisation as _organisation
from sealservice.infra.sql.columns import refers as _refers
from sealservice.infra.sql.credential_tables import license_credentials as license_credentials  # noqa: PLC0414 - handed on
from sealservice.infra.sql.license_tables import import_failures as import_failures  # noqa: PLC0414 - handed on
from sealservice.infra.sql.license_tables import license_imports as license_imports  # noqa: PLC0414 - handed on
from sealservice.infra.sql.mandate_tables import license_holders as license_holders  # noqa: PLC0414 - handed on
from sealservice.infra.sql.mandate_tables import persons as persons  # noqa: PLC0414 - handed on
from sealservice.infra.sql.renewal_tables import record_renewals as record_renewals  # noqa: PLC0414 - handed on
from sealservice.infra.sql.report_tables import report_forms as report_forms  # noqa: PLC0414 - handed on
from sealservice.infra.sql.report_tables import reports as reports  # noqa: PLC0414 - handed on
from sealservice.infra.sql.seal_tables import seal_events as seal_events  # noqa: PLC0414 - handed on
from sealservice.infra.sql.seal_tables import seal_requests as seal_requests  # noqa: PLC0414 - handed on
from sealservice.infra.sql.seal_tables import seals as seals  # noqa: PLC0414 - handed on
from sealservice.infra.sql.wallet_tables import activations as activations  # noqa: PLC0414 - handed on
from sealservice.infra.sql.wallet_tables import attempts as attempts  # noqa: PLC0414 - handed on
from sealservice.infra.sql.wallet_tables import holder_keys as holder_keys  # noqa: PLC0414 - handed on
from sealservice.infra.sql.wallet_tables import passkey_challenges as passkey_challenges  # noqa: PLC0414 - handed on
from sealservice.infra.sql.wallet_tables import passkeys as passkeys  # noqa: PLC0414 - handed on
from sealservice.infra.sql.wallet_tables import wallet_sessions as wallet_sessions  # noqa: PLC0414 - handed on
from sealservice.infra.sql.webhook_tables import webhook_endpoints as webhook_endpoints  # noqa: PLC0414 - handed on

# Who ---------------------------------------------------------------------------------------------

organisations = Table(
    "organisations", metadata, _key(), _needed("name", Text), _moment("created_at")
)

staff = Table(
    "staff",
    metadata,
    _key(),
    _organisation(),
    _needed("name", Text),
    _needed("roles", ARRAY(Text)),
    _moment("created_at"),
    CheckConstraint(
        "roles <@ ARRAY['administrator', 'registrar', 'clerk', 'archivist', 'auditor']",
        name="roles",
    ),
    Index(None, "organisation_id"),
)

signin_links = Table(
    "signin_links",
    metadata,
    _key("digest"),
    _refers("staff_id", "staff.id"),
    _organisation(),
    _moment("expires_at"),
    _moment("used_at", needed=False),
    _digest("digest"),
)

sessions = Table(
    "sessions",
    metadata,
    _key("digest"),
    _refers("staff_id", "staff.id"),
    _organisation(),
    _moment("created_at"),
    _moment("expires_at"),
    _moment("ended_at", needed=False),
    _digest("digest"),
)

api_keys = Table(
    "api_keys",
    metadata,
    _key(),
    _organisation(),
    _needed("name", Text),
    _needed("digest", Text),
    _needed("hint", Text),
    _needed("scopes", ARRAY(Text)),
    _moment("created_at"),
    _moment("expires_at", needed=False),
    _moment("revoked_at", needed=False),
    UniqueConstraint("digest"),
    _digest("digest"),
    Index(None, "organisation_id"),
)

idempotency = Table(
    "idempotency",
    metadata,
    _organisation(),
    _needed("key", Text),
    _needed("request_digest", Text),
    _needed("status", Integer),
    Column("media_type", Text),
    Column("body", LargeBinary),
    _moment("created_at"),
    PrimaryKeyConstraint("organisation_id", "key"),
    Index(None, "created_at"),
)

# What happened -----------------------------------------------------------------------------------

audit_facts = Table(
    "audit_facts",
    metadata,
    _key(),
    Column("sequence", BigInteger, Identity(always=True), nullable=False),
    _moment("at"),
    _refers("organisation_id", "organisations.id", needed=False),
    _needed("actor_kind", Text),
    _needed("actor_id", Text),
    _needed("fact", Text),
    _needed("subject", Text),
    _needed("detail", JSONB),
    UniqueConstraint("sequence"),
    Index(None, "subject"),
    Index(None, "organisation_id", "sequence"),
)

# Trust -------------------------------------------------------------------------------------------

keys = Table(
    "keys",
    metadata,
    _key(),
    _needed("purpose", Text),
    _needed("algorithm", Text),
    _needed("location", Text),
    _needed("spki", LargeBinary),
    _moment("created_at"),
    _one_of("location", "envelope", "pkcs11"),
)

key_material = Table(
    "key_material",
    metadata,
    Column("key_id", Text, ForeignKey("keys.id"), primary_key=True),
    _needed("wrapped", LargeBinary),
    _needed("nonce", LargeBinary),
    _needed("kek_id", Text),
    CheckConstraint("octet_length(nonce) = 12", name="nonce"),
)

certificates = Table(
    "certificates",
    metadata,
    _key("sha256"),
    Column("unit", Text),
    _refers("key_id", "keys.id", needed=False),
    _refers("issuer_sha256", "certificates.sha256", needed=False),
    _needed("serial", Text),
    _needed("der", LargeBinary),
    _needed("subject", Text),
    _needed("purpose", Text),
    _moment("not_before"),
    _moment("not_after"),
    _moment("revoked_at", needed=False),
    Column("revocation_reason", Text),
    _moment("created_at"),
    UniqueConstraint("issuer_sha256", "serial"),
    _digest("sha256"),
    CheckConstraint("not_before < not_after", name="validity"),
    CheckConstraint("(revoked_at IS NULL) = (revocation_reason IS NULL)", name="revocation"),
    Index(None, "unit"),
    Index(None, "key_id"),
)

crls = Table(
    "crls",
    metadata,
    Column("issuer_sha256", Text, ForeignKey("certificates.sha256"), primary_key=True),
    _needed("der", LargeBinary),
    _needed("number", BigInteger),
    _moment("this_update"),
    _moment("next_update"),
    CheckConstraint("this_update < next_update", name="validity"),
)

# Licenses (seals: seal_tables.py) ----------------------------------------------------------------

licenses = Table(
    "licenses",
    metadata,
    _key(),
    _organisation(),
    _needed("uscc", Text),
    _needed("entity_type", Text),
    _needed("name", Text),
    _needed("face", JSONB),
    _needed("status", Text),
    _needed("version", Integer),
    _moment("created_at"),
    UniqueConstraint("organisation_id", "uscc"),
    CheckConstraint("uscc ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'", name="uscc"),
    CheckConstraint("version >= 1", name="version"),
    _one_of("status", "active", "suspended", "cancelled", "revoked"),
)

license_faces = Table(
    "license_faces",
    metadata,
    Column("license_id", Text, ForeignKey("licenses.id"), nullable=False),
    _needed("version", Integer),
    _organisation(),
    _needed("face", JSONB),
    _needed("reason", Text),
    _needed("actor_kind", Text),
    _needed("actor_id", Text),
    _moment("at"),
    PrimaryKeyConstraint("license_id", "version"),
    CheckConstraint("version >= 1", name="version"),
)

holders = Table(
    "holders",
    metadata,
    _key(),
    _organisation(),
    _refers("license_id", "licenses.id"),
    _needed("name", Text),
    _needed("kind", Text),
    _needed("spki", LargeBinary),
    _moment("created_at"),
    _moment("revoked_at", needed=False),
    _refers("license_holder_id", "license_holders.id", needed=False),
    Index(None, "license_id"),
)

# Sealing -----------------------------------------------------------------------------------------

documents = Table(
    "documents",
    metadata,
    _key(),
    _organisation(),
    _needed("filename", Text),
    _needed("sha256", Text),
    _needed("size", BigInteger),
    _needed("pages", Integer),
    _needed("object_key", Text),
    _moment("created_at"),
    _digest("sha256"),
    CheckConstraint("size > 0 AND pages > 0", name="size"),
    Index(None, "organisation_id", "created_at"),
    Index(None, "organisation_id", "sha256"),
)

sealing_orders = Table(
    "sealing_orders",
    metadata,
    _key(),
    _organisation(),
    _refers("document_id", "documents.id"),
    _refers("seal_id", "seals.id"),
    _needed("level", Text),
    _needed("state", Text),
    _needed("tail_key", Text),
    _needed("intent", LargeBinary),
    _needed("intent_sha256", Text),
    _needed("nonce", Text),
    _moment("expires_at"),
    _moment("consumed_at", needed=False),
    Column("failure", JSONB),
    Column("record_id", Text),
    _needed("purpose", Text),
    _moment("created_at"),
    _moment("updated_at"),
    _needed("seals", JSONB),
    _needed("signatures", JSONB),
    _moment("released_at", needed=False),
    Column("hindrance", JSONB),
    UniqueConstraint("nonce"),
    _one_of("level", "B-B", "B-T", "B-LT", "B-LTA"),
    _one_of("state", "pending", "sealing", "done", "failed"),
    _digest("intent_sha256"),
    _refers("batch_id", "batches.id", needed=False),
    Column("position", Integer),
    UniqueConstraint("batch_id", "position"),
    CheckConstraint("(batch_id IS NULL) = (position IS NULL)", name="position"),
    Index(None, "organisation_id", "created_at"),
    Index(None, "document_id"),
    Index(None, "seal_id"),
)

assertions = Table(
    "assertions",
    metadata,
    Column("order_id", Text, ForeignKey("sealing_orders.id"), primary_key=True),
    _organisation(),
    _needed("kind", Text),
    _needed("assertion", JSONB),
    _moment("created_at"),
)

consumed_approvals = Table(
    "consumed_approvals",
    metadata,
    _key("nonce"),
    _refers("order_id", "sealing_orders.id"),
    _moment("consumed_at"),
    UniqueConstraint("order_id"),
)

order_signatures = Table(
    "order_signatures",
    metadata,
    _refers("order_id", "sealing_orders.id"),
    _needed("position", Integer),
    _organisation(),
    _refers("seal_id", "seals.id"),
    _needed("signed_attributes", LargeBinary),
    _needed("signed_attributes_sha256", Text),
    _needed("signature", LargeBinary),
    Column("container", LargeBinary),
    Column("timestamp_token", LargeBinary),
    _moment("timestamp_time", needed=False),
    Column("timestamp_chain", ARRAY(LargeBinary)),
    _moment("created_at"),
    PrimaryKeyConstraint("order_id", "position"),
    _digest("signed_attributes_sha256"),
    CheckConstraint("position >= 0", name="position"),
    CheckConstraint(
        "(timestamp_token IS NULL) = (timestamp_time IS NULL)"
        " AND (timestamp_token IS NULL) = (timestamp_chain IS NULL)"
        " AND (timestamp_token IS NULL OR container IS NOT NULL)",
        name="timestamp",
    ),
    Index(None, "seal_id"),
)

# Archive -----------------------------------------------------------------------------------------

records = Table(
    "records",
    metadata,
    _key(),
    _organisation(),
    _refers("order_id", "sealing_orders.id", needed=False),
    _refers("document_id", "documents.id", needed=False),
    _needed("filename", Text),
    _needed("bucket", Text),
    _needed("object_key", Text),
    _needed("version_id", Text),
    _needed("sha256", Text),
    _needed("size", BigInteger),
    _moment("retained_until"),
    _needed("level", Text),
    _needed("verdict", Text),
    _refers("seal_id", "seals.id", needed=False),
    Column("uscc", Text),
    _needed("approval_kind", Text),
    _needed("report", JSONB),
    _moment("created_at"),
    UniqueConstraint("order_id"),
    UniqueConstraint("bucket", "object_key", "version_id"),
    _digest("sha256"),
    CheckConstraint("size > 0", name="size"),
    Index(None, "organisation_id", "created_at"),
    Index(None, "seal_id", "sha256"),
)
