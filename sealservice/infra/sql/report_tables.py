"""The tables of kept verification reports, see ``tables``."""

from sqlalchemy import Index, LargeBinary, PrimaryKeyConstraint, Table, Text

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

reports = Table(
    "reports",
    metadata,
    key(),
    organisation(),
    needed("filename", Text),
    needed("sha256", Text),
    needed("verdict", Text),
    needed("content", Text),
    moment("created_at"),
    digest("sha256"),
    one_of("verdict", "valid", "unconfirmed", "invalid", "unsigned", "unreadable"),
    Index(None, "organisation_id", "created_at"),
)

report_forms = Table(
    "report_forms",
    metadata,
    refers("report_id", "reports.id"),
    needed("form", Text),
    organisation(),
    needed("media_type", Text),
    needed("filename", Text),
    needed("data", LargeBinary),
    PrimaryKeyConstraint("report_id", "form"),
)
