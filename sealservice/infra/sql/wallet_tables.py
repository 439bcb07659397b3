"""Passkeys, activations, and what wallets leave here; see ``tables.py``."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from sealservice.infra.sql.columns import (
    digest,
    key,
    metadata,
    moment,
    needed,
    one_of,
    organisation,
    refers,
)

_OPEN: Final = text("state IN ('issued', 'claimed', 'proven')")

passkeys = Table(
    "passkeys",
    metadata,
    key(),
    organisation(),
    refers("staff_id", "staff.id", needed=False),
    refers("person_id", "persons.id", needed=False),
    needed("credential_id", Text),
    needed("public_key", LargeBinary),
    needed("sign_count", BigInteger),
    needed("name", Text),
    needed("aaguid", Text),
    needed("is_synced", Boolean),
    moment("created_at"),
    moment("last_used_at", needed=False),
    moment("frozen_at", needed=False),
    Column("frozen_reason", Text),
    UniqueConstraint("credential_id"),
    CheckConstraint("num_nonnulls(staff_id, person_id) = 1", name="owner"),
    CheckConstraint("(frozen_at IS NULL) = (frozen_reason IS NULL)", name="freeze"),
    one_of("frozen_reason", "lost", "recovered", "cloned"),
    Index(None, "staff_id"),
    Index(None, "person_id"),
)

passkey_challenges = Table(
    "passkey_challenges",
    metadata,
    key("digest"),
    needed("ceremony", Text),
    needed("owner_kind", Text),
    Column("owner_id", Text),
    moment("expires_at"),
    moment("used_at", needed=False),
    digest("digest"),
    one_of("ceremony", "enrol", "sign_in"),
    one_of("owner_kind", "staff", "person"),
)

attempts = Table(
    "attempts",
    metadata,
    needed("subject", Text),
    moment("period"),
    needed("count", Integer),
    PrimaryKeyConstraint("subject", "period"),
    digest("subject"),
)

activations = Table(
    "activations",
    metadata,
    key(),
    organisation(),
    refers("license_id", "licenses.id"),
    refers("holder_id", "license_holders.id"),
    needed("locator", Text),
    needed("digest", Text),
    needed("state", Text),
    moment("created_at"),
    moment("expires_at"),
    needed("wrong_codes", Integer),
    Column("claim_digest", Text),
    Column("match_code", Text),
    moment("claimed_at", needed=False),
    Column("proof_method", Text),
    Column("proof_by", Text),
    moment("proven_at", needed=False),
    moment("ended_at", needed=False),
    UniqueConstraint("locator"),
    UniqueConstraint("claim_digest"),
    digest("digest"),
    one_of("state", "issued", "claimed", "proven", "done", "refused", "cancelled"),
    one_of("proof_method", "counter", "face", "demonstration"),
    CheckConstraint(
        "(claim_digest IS NULL) = (claimed_at IS NULL)"
        " AND (claim_digest IS NULL) = (match_code IS NULL)",
        name="claim",
    ),
    CheckConstraint(
        "(proof_method IS NULL) = (proven_at IS NULL)"
        " AND (proof_method IS NULL) = (proof_by IS NULL)"
        " AND (state NOT IN ('proven', 'done') OR proven_at IS NOT NULL)",
        name="proof",
    ),
    Index(None, "organisation_id", "state"),
    Index(None, "license_id"),
    Index("activations_open_key", "holder_id", unique=True, postgresql_where=_OPEN),
)

wallet_sessions = Table(
    "wallet_sessions",
    metadata,
    key("digest"),
    refers("person_id", "persons.id"),
    organisation(),
    refers("passkey_id", "passkeys.id"),
    moment("created_at"),
    moment("expires_at"),
    moment("ended_at", needed=False),
    digest("digest"),
)

holder_keys = Table(
    "holder_keys",
    metadata,
    key(),
    organisation(),
    refers("holder_id", "license_holders.id"),
    refers("passkey_id", "passkeys.id"),
    needed("jwk", JSONB),
    needed("thumbprint", Text),
    moment("created_at"),
    UniqueConstraint("holder_id", "thumbprint"),
)
