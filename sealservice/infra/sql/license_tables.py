"""The tables of imports of licenses; see ``tables.py``."""

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
)
from sqlalchemy.dialects.postgresql import JSONB

from sealservice.infra.sql.columns import digest, key, metadata, moment, needed, organisation

license_imports = Table(
    "license_imports",
    metadata,
    key(),
    organisation(),
    needed("filename", Text),
    needed("sha256", Text),
    needed("rows", Integer),
    Column("file", LargeBinary),
    needed("actor_kind", Text),
    needed("actor_id", Text),
    moment("created_at"),
    needed("done", Integer),
    needed("registered", Integer),
    needed("unchanged", Integer),
    needed("failed", Integer),
    moment("finished_at", needed=False),
    digest("sha256"),
    CheckConstraint("done = registered + unchanged + failed AND done <= rows", name="done"),
    CheckConstraint("(finished_at IS NULL) = (file IS NOT NULL)", name="file"),
    Index(None, "organisation_id", "id"),
)

import_failures = Table(
    "import_failures",
    metadata,
    Column("import_id", Text, ForeignKey("license_imports.id"), nullable=False),
    needed("row", Integer),
    needed("uscc", Text),
    needed("refusal", JSONB),
    PrimaryKeyConstraint("import_id", "row"),
)
