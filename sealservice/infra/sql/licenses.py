"""E-licenses and their holders in PostgreSQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ProgrammingError

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import holders, license_faces, licenses
from sealservice.licenses.errors import HolderEnrolmentRefused, LicenseAlreadyRegistered
from sealservice.licenses.face_json import parse_face
from sealservice.licenses.model import (
    FaceVersion,
    Holder,
    HolderKind,
    License,
    LicenseStatus,
    face_to_json,
)
from sealservice.licenses.uscc import Uscc

_FORBIDDEN = "42501"
"""SQLSTATE: insufficient privilege."""


@dataclass(frozen=True, slots=True)
class SqlLicenseStore:
    """Implements ``LicenseStore``."""

    database: Database

    def add(self, license_: License) -> None:
        """Insert a license.

        Raises:
            LicenseAlreadyRegistered: the organisation has one with this credit code.
        """
        insertion = (
            postgresql.insert(licenses)
            .values(_license_row(license_))
            .on_conflict_do_nothing(index_elements=["organisation_id", "uscc"])
            .returning(licenses.c.id)
        )
        with self.database.transaction():
            if self.database.connection().execute(insertion).first() is None:
                raise LicenseAlreadyRegistered(uscc=license_.uscc)

    def get(self, organisation_id: str, license_id: str) -> License | None:
        """Return one license of an organisation."""
        return self._one(_licenses_of(organisation_id).where(licenses.c.id == license_id))

    def lock(
        self, organisation_id: str, license_id: str, *, exclusive: bool = False
    ) -> License | None:
        """Return a license and hold it unchanged until the transaction ends."""
        query = _licenses_of(organisation_id).where(licenses.c.id == license_id)
        return self._one(query.with_for_update(read=not exclusive))

    def set_status(self, license_id: str, status: LicenseStatus) -> None:
        """Write a license's status."""
        change = update(licenses).where(licenses.c.id == license_id).values(status=status.value)
        with self.database.transaction():
            self.database.connection().execute(change)

    def set_face(self, license_: License) -> None:
        """Write the face, its name and the number of its version."""
        row = _license_row(license_)
        changed = {name: row[name] for name in ("face", "name", "version")}
        change = update(licenses).where(licenses.c.id == license_.id).values(changed)
        with self.database.transaction():
            self.database.connection().execute(change)

    def add_version(self, version: FaceVersion) -> None:
        """Keep a version of a face for good."""
        with self.database.transaction():
            self.database.connection().execute(insert(license_faces).values(_version_row(version)))

    def versions(self, organisation_id: str, license_id: str) -> list[FaceVersion]:
        """Return the versions of a license's face, oldest first."""
        query = (
            select(license_faces)
            .where(license_faces.c.organisation_id == organisation_id)
            .where(license_faces.c.license_id == license_id)
            .order_by(license_faces.c.version)
        )
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [_version(row) for row in rows]

    def by_uscc(self, organisation_id: str, uscc: Uscc) -> License | None:
        """Return the organisation's license with a credit code."""
        return self._one(_licenses_of(organisation_id).where(licenses.c.uscc == uscc))

    def page(self, organisation_id: str, after: str | None, limit: int) -> list[License]:
        """Return up to ``limit`` licenses in the order of their ids, after the id ``after``."""
        query = _licenses_of(organisation_id).where(licenses.c.id > (after or ""))
        return self._all(query.order_by(licenses.c.id).limit(limit))

    def _one(self, query: Select[Any]) -> License | None:
        found = self._all(query)
        return found[0] if found else None

    def _all(self, query: Select[Any]) -> list[License]:
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [license_of(row) for row in rows]


@dataclass(frozen=True, slots=True)
class SqlHolderStore:
    """Implements ``HolderStore``."""

    database: Database

    def add(self, holder: Holder) -> None:
        """Insert a holder.

        Raises:
            HolderEnrolmentRefused: only the operator's role may, not a running process's.
        """
        with self.database.transaction():
            try:
                self.database.connection().execute(insert(holders).values(_holder_row(holder)))
            except ProgrammingError as error:
                if getattr(error.orig, "sqlstate", None) != _FORBIDDEN:
                    raise
                raise HolderEnrolmentRefused(license_id=holder.license_id) from None

    def get(self, organisation_id: str, holder_id: str) -> Holder | None:
        """Return one holder of an organisation, revoked or not."""
        return self._one(_holders_of(organisation_id).where(holders.c.id == holder_id))

    def lock(self, organisation_id: str, holder_id: str) -> Holder | None:
        """Return a holder and hold it unchanged until the transaction ends (``FOR SHARE``)."""
        query = _holders_of(organisation_id).where(holders.c.id == holder_id)
        return self._one(query.with_for_update(read=True))

    def of_license(self, organisation_id: str, license_id: str) -> list[Holder]:
        """Return the holders of a license in the order of their ids, revoked ones included."""
        query = _holders_of(organisation_id).where(holders.c.license_id == license_id)
        return self._all(query.order_by(holders.c.id))

    def _one(self, query: Select[Any]) -> Holder | None:
        found = self._all(query)
        return found[0] if found else None

    def _all(self, query: Select[Any]) -> list[Holder]:
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [_holder(row) for row in rows]


def _licenses_of(organisation_id: str) -> Select[Any]:
    return select(licenses).where(licenses.c.organisation_id == organisation_id)


def _holders_of(organisation_id: str) -> Select[Any]:
    return select(holders).where(holders.c.organisation_id == organisation_id)


def _license_row(license_: License) -> dict[str, object]:
    return {
        "id": license_.id,
        "organisation_id": license_.organisation_id,
        "uscc": license_.uscc,
        "entity_type": license_.entity_type.value,
        "name": license_.name,
        "face": face_to_json(license_.face),
        "status": license_.status.value,
        "version": license_.version,
        "created_at": license_.created_at,
    }


def license_of(row: RowMapping | dict[str, Any]) -> License:
    """Return the license of a row."""
    return License(
        id=row["id"],
        organisation_id=row["organisation_id"],
        face=parse_face(row["face"]),
        status=LicenseStatus(row["status"]),
        version=row["version"],
        created_at=row["created_at"],
    )


def _version_row(version: FaceVersion) -> dict[str, object]:
    return {
        "license_id": version.license_id,
        "organisation_id": version.organisation_id,
        "version": version.version,
        "face": face_to_json(version.face),
        "reason": version.reason,
        "actor_kind": version.actor_kind,
        "actor_id": version.actor_id,
        "at": version.at,
    }


def _version(row: RowMapping) -> FaceVersion:
    return FaceVersion(**{**row, "face": parse_face(row["face"])})


def _holder_row(holder: Holder) -> dict[str, object]:
    return {
        "id": holder.id,
        "organisation_id": holder.organisation_id,
        "license_id": holder.license_id,
        "name": holder.name,
        "kind": holder.kind.value,
        "spki": holder.spki,
        "created_at": holder.created_at,
        "revoked_at": holder.revoked_at,
        "license_holder_id": holder.license_holder_id,
    }


def _holder(row: RowMapping) -> Holder:
    return Holder(
        id=row["id"],
        organisation_id=row["organisation_id"],
        license_id=row["license_id"],
        name=row["name"],
        kind=HolderKind(row["kind"]),
        spki=row["spki"],
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
        license_holder_id=row["license_holder_id"],
    )
