"""The persons of licenses, their roles, and the mandates between them; see ``tables.py``."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

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

_LIVE: Final = text("ended_at IS NULL")
_LIVE_PRINCIPAL: Final = text("ended_at IS NULL AND role NOT IN ('administrator', 'agent')")

persons = Table(
    "persons",
    metadata,
    key(),
    organisation(),
    needed("name", Text),
    needed("document_digest", Text),
    needed("document_hint", Text),
    moment("created_at"),
    UniqueConstraint("organisation_id", "document_digest"),
    digest("document_digest"),
)

license_holders = Table(
    "license_holders",
    metadata,
    key(),
    organisation(),
    refers("license_id", "licenses.id"),
    refers("person_id", "persons.id"),
    needed("role", Text),
    moment("created_at"),
    moment("ended_at", needed=False),
    Column("ended_reason", Text),
    one_of(
        "role",
        "legal_representative",
        "person_in_charge",
        "operator",
        "executive_partner",
        "investor",
        "administrator",
        "agent",
    ),
    CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="end"),
    Index(None, "license_id"),
    Index(None, "person_id"),
    Index(
        "license_holders_person_key",
        "license_id",
        "person_id",
        unique=True,
        postgresql_where=_LIVE,
    ),
    Index(
        "license_holders_principal_key",
        "license_id",
        unique=True,
        postgresql_where=_LIVE_PRINCIPAL,
    ),
)

mandates = Table(
    "mandates",
    metadata,
    key(),
    organisation(),
    refers("license_id", "licenses.id"),
    refers("giver_id", "license_holders.id"),
    refers("receiver_id", "license_holders.id"),
    refers("parent_id", "mandates.id", needed=False),
    needed("acts", ARRAY(Text)),
    Column("matters", ARRAY(Text)),
    Column("seals", ARRAY(Text)),
    Column("relying_parties", ARRAY(Text)),
    Column("uses", Integer),
    moment("starts_at"),
    moment("ends_at"),
    needed("may_delegate", Boolean),
    moment("created_at"),
    needed("actor_kind", Text),
    needed("actor_id", Text),
    moment("revoked_at", needed=False),
    Column("revoked_reason", Text),
    CheckConstraint(
        "cardinality(acts) > 0 AND acts <@ ARRAY"
        "['use_seal', 'sign_data', 'show_license', 'release_face', 'log_in']",
        name="acts",
    ),
    CheckConstraint("uses > 0", name="uses"),
    CheckConstraint("starts_at < ends_at", name="term"),
    CheckConstraint("giver_id <> receiver_id", name="giver"),
    CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revocation"),
    Index(None, "license_id", "id"),
    Index(None, "receiver_id"),
    Index(None, "parent_id"),
    Index(None, "ends_at"),
)

mandate_uses = Table(
    "mandate_uses",
    metadata,
    Column("mandate_id", Text, ForeignKey("mandates.id"), nullable=False),
    needed("subject", Text),
    moment("at"),
    PrimaryKeyConstraint("mandate_id", "subject"),
)

license_notices = Table(
    "license_notices",
    metadata,
    key(),
    organisation(),
    refers("license_id", "licenses.id"),
    refers("mandate_id", "mandates.id", needed=False),
    moment("ends_at"),
    moment("created_at"),
    UniqueConstraint("license_id", "mandate_id", "ends_at", postgresql_nulls_not_distinct=True),
)

license_endings = Table(
    "license_endings",
    metadata,
    key(),
    organisation(),
    refers("license_id", "licenses.id"),
    needed("status", Text),
    needed("reason", Text),
    needed("actor_kind", Text),
    needed("actor_id", Text),
    moment("created_at"),
    moment("expires_at"),
    Column("outcome", Text),
    moment("settled_at", needed=False),
    Column("settled_kind", Text),
    Column("settled_by", Text),
    one_of("status", "revoked", "cancelled"),
    one_of("outcome", "confirmed", "dismissed"),
    CheckConstraint(
        "(outcome IS NULL) = (settled_at IS NULL) AND (outcome IS NULL) = (settled_by IS NULL)"
        " AND (outcome IS NULL) = (settled_kind IS NULL)",
        name="settled",
    ),
    CheckConstraint(
        "outcome IS DISTINCT FROM 'confirmed'"
        " OR (settled_kind, settled_by) IS DISTINCT FROM (actor_kind, actor_id)",
        name="two_people",
    ),
    Index(None, "license_id", "id"),
)
