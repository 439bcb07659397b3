"""Credentials and sealed PDFs of licenses in PostgreSQL."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql

from sealservice.infra.sql.credential_tables import license_credentials, license_pdfs
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.licenses import license_of
from sealservice.infra.sql.tables import licenses
from sealservice.kernel.clock import Clock
from sealservice.licenses.credential import Credential
from sealservice.licenses.model import License, LicenseStatus
from sealservice.licenses.pdf import LicensePdf
from sealservice.licenses.status_list import PLACES, Status

_TABLE: Final = license_credentials.c
_HALF: Final = PLACES // 2
"""A list that is half full gets no more, so that lots rarely meet a place that is taken."""


@dataclass(frozen=True, slots=True)
class SqlCredentialStore:
    """Implements ``CredentialStore``."""

    database: Database

    def add(self, credential: Credential) -> Credential:
        """Insert a credential and return it with the place that it got by lot."""
        with self.database.transaction():
            connection = self.database.connection()
            count = connection.execute(select(func.count()).select_from(license_credentials))
            number = int(count.scalar_one()) // _HALF
            while True:
                placed = replace(credential, list=number, place=secrets.randbelow(PLACES))
                insertion = (
                    postgresql.insert(license_credentials)
                    .values(asdict(placed))
                    .on_conflict_do_nothing(index_elements=["list", "place"])
                    .returning(_TABLE.id)
                )
                if connection.execute(insertion).first() is not None:
                    return placed

    def get(self, credential_id: str) -> Credential | None:
        """Return a credential."""
        query = select(license_credentials).where(_TABLE.id == credential_id)
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().first()
        return Credential(**row) if row else None

    def mark_signed(self, credential_id: str, at: datetime) -> bool:
        """Write down that a credential is signed; return whether it was not before."""
        unsigned = (_TABLE.id == credential_id) & _TABLE.signed_at.is_(None)
        change = update(license_credentials).where(unsigned).values(signed_at=at)
        with self.database.transaction():
            return self.database.connection().execute(change).rowcount == 1

    def statuses(self, number: int) -> Mapping[int, Status] | None:
        """Return the places of a list that are not valid; None: there is no such list."""
        of_list = _TABLE.list == number
        different = or_(
            licenses.c.status != LicenseStatus.ACTIVE.value, licenses.c.version != _TABLE.version
        )
        query = (
            select(_TABLE.place, licenses.c.status, licenses.c.version == _TABLE.version)
            .join(licenses, licenses.c.id == _TABLE.license_id)
            .where(of_list, different)
        )
        exists = select(_TABLE.id).where(of_list).limit(1)
        with self.database.transaction():
            if self.database.connection().execute(exists).first() is None:
                return None
            rows = self.database.connection().execute(query).all()
        return {place: _status(status, is_present) for place, status, is_present in rows}


@dataclass(frozen=True, slots=True)
class SqlLicensePdfs:
    """Implements ``LicensePdfs`` and ``PdfShelf``."""

    database: Database
    clock: Clock

    def get(self, license_id: str, version: int) -> LicensePdf | None:
        """Return the PDF of a version."""
        table = license_pdfs.c
        query = (
            select(table.license_id, table.version, table.face_sha256, table.pdf)
            .where(table.license_id == license_id)
            .where(table.version == version)
        )
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().first()
        return LicensePdf(**row) if row else None

    def add(self, pdf: LicensePdf) -> bool:
        """Keep a PDF, unless there is one of its version; return whether it was kept."""
        insertion = (
            postgresql.insert(license_pdfs)
            .values({**asdict(pdf), "created_at": self.clock()})
            .on_conflict_do_nothing()
            .returning(license_pdfs.c.version)
        )
        with self.database.transaction():
            return self.database.connection().execute(insertion).first() is not None

    def license(self, license_id: str) -> License | None:
        """Return a license, whosever it is; for whoever has its printed address."""
        query = select(licenses).where(licenses.c.id == license_id)
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().first()
        return license_of(row) if row else None


def _status(status: str, is_present: bool) -> Status:  # noqa: FBT001 - a column
    if status == LicenseStatus.SUSPENDED.value and is_present:
        return Status.SUSPENDED
    return Status.INVALID
