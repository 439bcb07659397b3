"""The tables of verification: kept and signed reports, rogue uses, second opinions (``tables``)."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
)

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

signed_reports = Table(
    "signed_reports",
    metadata,
    Column("report_id", Text, ForeignKey("reports.id"), primary_key=True),
    organisation(),
    needed("number", BigInteger),
    needed("jws", LargeBinary),
    needed("receipt", LargeBinary),
    moment("created_at"),
    UniqueConstraint("number"),
)

receipt_numbers: Final = Sequence("receipt_numbers", metadata=metadata, data_type=BigInteger)

rogue_uses = Table(
    "rogue_uses",
    metadata,
    key("signature_sha256"),
    refers("seal_id", "seals.id"),
    organisation(),
    needed("document_sha256", Text),
    moment("found_at"),
    digest("signature_sha256"),
    digest("document_sha256"),
    Index(None, "seal_id"),
)

second_opinions = Table(
    "second_opinions",
    metadata,
    key(),
    refers("record_id", "records.id"),
    organisation(),
    needed("judges", Text),
    needed("disagreements", Text),
    needed("agrees", Boolean),
    moment("checked_at"),
    Index(None, "record_id", "checked_at"),
)
