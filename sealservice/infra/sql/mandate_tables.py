"""The persons of licenses, their roles, and the mandates between them; see ``tables.py``."""

from typing import Final

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, UniqueConstraint, text

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
