"""The licenses' outside world, in memory, and a license to work with."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sealservice.kernel.resources import resource
from sealservice.licenses.errors import LicenseAlreadyRegistered
from sealservice.licenses.face_json import parse_face
from sealservice.licenses.model import (
    EntityType,
    FaceVersion,
    Holder,
    ImportFailure,
    License,
    LicenseImport,
    LicenseStatus,
)
from sealservice.licenses.uscc import Uscc

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
"""Noon in China."""


OWN_LINES = {
    EntityType.COMPANY: {
        "legal_representative": "法定代表人",
        "registered_capital": "注册资本",
        "domicile": "住所",
    },
    EntityType.BRANCH: {"person_in_charge": "负责人", "place_of_business": "经营场所"},
    EntityType.SOLE_TRADER: {"operator": "经营者", "place_of_business": "经营场所"},
    EntityType.PARTNERSHIP: {
        "executive_partner": "执行事务合伙人",
        "capital_contribution": "出资额",
        "main_place_of_business": "主要经营场所",
    },
    EntityType.SOLE_PROPRIETORSHIP: {
        "investor": "投资人",
        "capital_contribution": "出资额",
        "domicile": "住所",
    },
}
"""What a type of license shows beside the lines of every license, with its labels."""


def sample_face() -> dict[str, Any]:
    """Return the face of the fictional company that ships with the package."""
    text = resource("templates/samples/license.json").read_text(encoding="utf-8")
    face: dict[str, Any] = json.loads(text)
    return face


def face_json(entity_type: EntityType) -> dict[str, Any]:
    """Return a face with the lines of one entity type."""
    company = {*OWN_LINES[EntityType.COMPANY], "entity_type"}
    common = {name: value for name, value in sample_face().items() if name not in company}
    return {**common, "entity_type": entity_type.value, **OWN_LINES[entity_type]}


def sample_license(organisation_id: str = "org_a", license_id: str = "lic_1") -> License:
    """Return that company's license, registered at noon."""
    face = parse_face(sample_face())
    return License(license_id, organisation_id, face, LicenseStatus.ACTIVE, 1, NOON)


@dataclass
class MemoryLicenseStore:
    """Implements ``LicenseStore``."""

    rows: dict[str, License] = field(default_factory=dict)
    kept: list[FaceVersion] = field(default_factory=list)

    def add(self, license_: License) -> None:
        """Insert a license."""
        if self.by_uscc(license_.organisation_id, license_.uscc) is not None:
            raise LicenseAlreadyRegistered(uscc=license_.uscc)
        self.rows[license_.id] = license_

    def get(self, organisation_id: str, license_id: str) -> License | None:
        """Return one license of an organisation."""
        found = self.rows.get(license_id)
        return found if found and found.organisation_id == organisation_id else None

    def lock(
        self,
        organisation_id: str,
        license_id: str,
        *,
        exclusive: bool = False,  # noqa: ARG002 - nobody else is here
    ) -> License | None:
        """Return one license of an organisation."""
        return self.get(organisation_id, license_id)

    def set_status(self, license_id: str, status: LicenseStatus) -> None:
        """Write a license's status."""
        self.rows[license_id] = replace(self.rows[license_id], status=status)

    def set_face(self, license_: License) -> None:
        """Write the face and the number of its version."""
        row = self.rows[license_.id]
        self.rows[license_.id] = replace(row, face=license_.face, version=license_.version)

    def add_version(self, version: FaceVersion) -> None:
        """Keep a version of a face."""
        self.kept.append(version)

    def versions(self, organisation_id: str, license_id: str) -> list[FaceVersion]:
        """Return the versions of a license's face, oldest first."""
        place = (organisation_id, license_id)
        return [one for one in self.kept if (one.organisation_id, one.license_id) == place]

    def by_uscc(self, organisation_id: str, uscc: Uscc) -> License | None:
        """Return the organisation's license with a credit code."""
        mine = (row for row in self.rows.values() if row.organisation_id == organisation_id)
        return next((row for row in mine if row.uscc == uscc), None)

    def page(self, organisation_id: str, after: str | None, limit: int) -> list[License]:
        """Return up to ``limit`` licenses in the order of their ids, after the id ``after``."""
        mine = (row for row in self.rows.values() if row.organisation_id == organisation_id)
        behind = [row for row in mine if row.id > (after or "")]
        return sorted(behind, key=lambda row: row.id)[:limit]


@dataclass
class MemoryHolderStore:
    """Implements ``HolderStore``."""

    rows: dict[str, Holder] = field(default_factory=dict)

    def add(self, holder: Holder) -> None:
        """Insert a holder."""
        self.rows[holder.id] = holder

    def get(self, organisation_id: str, holder_id: str) -> Holder | None:
        """Return one holder of an organisation."""
        found = self.rows.get(holder_id)
        return found if found and found.organisation_id == organisation_id else None

    def lock(self, organisation_id: str, holder_id: str) -> Holder | None:
        """Return one holder of an organisation."""
        return self.get(organisation_id, holder_id)

    def of_license(self, organisation_id: str, license_id: str) -> list[Holder]:
        """Return the holders of a license in the order of their ids."""
        mine = (row for row in self.rows.values() if row.organisation_id == organisation_id)
        held = (row for row in mine if row.license_id == license_id)
        return sorted(held, key=lambda row: row.id)


@dataclass
class MemoryImportStore:
    """Implements ``ImportStore``."""

    rows: dict[str, LicenseImport] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    refused: dict[str, list[ImportFailure]] = field(default_factory=dict)

    def add(self, one: LicenseImport, packed: bytes) -> None:
        """Insert an import with its packed file."""
        self.rows[one.id], self.files[one.id], self.refused[one.id] = one, packed, []

    def get(self, import_id: str) -> LicenseImport | None:
        """Return an import."""
        return self.rows.get(import_id)

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[LicenseImport]:
        """Return up to ``limit`` imports, newest first, older than the id ``before``."""
        mine = (one for one in self.rows.values() if one.organisation_id == organisation_id)
        older = [one for one in mine if before is None or one.id < before]
        return sorted(older, key=lambda one: one.id, reverse=True)[:limit]

    def lock(self, import_id: str) -> LicenseImport | None:
        """Return an import."""
        return self.get(import_id)

    def file(self, import_id: str) -> bytes | None:
        """Return the packed file; None when the import is over."""
        return self.files.get(import_id)

    def advance(self, one: LicenseImport) -> None:
        """Write how far an import got; the file of one that is over is dropped."""
        self.rows[one.id] = one
        if one.finished_at is not None:
            del self.files[one.id]

    def add_failures(self, import_id: str, failures: list[ImportFailure]) -> None:
        """Keep refused rows."""
        self.refused[import_id] += failures

    def failures(self, import_id: str, after: int, limit: int) -> list[ImportFailure]:
        """Return up to ``limit`` refused rows behind row ``after``, in order."""
        return [one for one in self.refused[import_id] if one.row > after][:limit]

    def unfinished(self) -> list[str]:
        """Return the ids of imports that are not over."""
        return sorted(one.id for one in self.rows.values() if one.finished_at is None)
