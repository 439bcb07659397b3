"""The tables of credentials and sealed PDFs of licenses; see ``tables.py``."""

from sqlalchemy import (
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
    digest,
    key,
    metadata,
    moment,
    needed,
    organisation,
    refers,
)

license_credentials = Table(
    "license_credentials",
    metadata,
    key(),
    organisation(),
    refers("license_id", "licenses.id"),
    needed("version", Integer),
    needed("holder", JSONB),
    needed("list", Integer),
    needed("place", Integer),
    moment("created_at"),
    moment("expires_at"),
    moment("signed_at", needed=False),
    UniqueConstraint("list", "place"),
    Index(None, "license_id"),
)

license_pdfs = Table(
    "license_pdfs",
    metadata,
    refers("license_id", "licenses.id"),
    needed("version", Integer),
    needed("face_sha256", Text),
    needed("pdf", LargeBinary),
    moment("created_at"),
    PrimaryKeyConstraint("license_id", "version"),
    digest("face_sha256"),
)
