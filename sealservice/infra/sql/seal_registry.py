"""What verification asks the database: whose seal a certificate is, and the newest CRLs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import crls, licenses, seals
from sealservice.seals.model import SealState
from sealservice.verification.ports import RegisteredSeal

_NOT_YET = "not_yet_active"


@dataclass(frozen=True, slots=True)
class SqlSealRegistry:
    """Implements ``SealRegistry`` and ``StatusLists``."""

    database: Database

    def seal_of(self, certificate_sha256: str, at: datetime) -> RegisteredSeal | None:
        """Return the seal of a certificate as it stood at a moment, or None: not ours."""
        query = (
            select(
                seals.c.id,
                seals.c.kind,
                seals.c.state,
                seals.c.activated_at,
                licenses.c.uscc,
                licenses.c.status,
            )
            .join(licenses, licenses.c.id == seals.c.license_id)
            .where(seals.c.certificate_sha256 == certificate_sha256)
        )
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().first()
        return None if row is None else _seal(row, at)

    def crls(self) -> tuple[bytes, ...]:
        """Return the newest DER CRL of each of our authorities."""
        with self.database.transaction():
            return tuple(self.database.connection().scalars(select(crls.c.der)))


def _seal(row: RowMapping, at: datetime) -> RegisteredSeal:
    active = row["state"] == SealState.ACTIVE.value
    too_early = active and row["activated_at"].replace(microsecond=0) > at
    return RegisteredSeal(
        seal_id=row["id"],
        type=row["kind"],
        status=_NOT_YET if too_early else row["state"],
        uscc=row["uscc"],
        license_status=row["status"],
    )
