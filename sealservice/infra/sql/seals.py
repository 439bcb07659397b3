"""Seals in PostgreSQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.dialects.postgresql import insert

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import seals
from sealservice.seals.artwork import Artwork
from sealservice.seals.errors import SealCodeTaken
from sealservice.seals.model import Seal, SealKind, SealState

_COLUMNS = tuple(column for column in seals.c if column is not seals.c.artwork)
"""A drawing is large; it is read by itself."""


@dataclass(frozen=True, slots=True)
class SqlSealStore:
    """Implements ``SealStore``."""

    database: Database

    def add(self, seal: Seal) -> None:
        """Insert a seal that was applied for.

        Raises:
            SealCodeTaken: another seal has its code.
        """
        insertion = (
            insert(seals)
            .values(_row(seal))
            .on_conflict_do_nothing(index_elements=["seal_code"])
            .returning(seals.c.id)
        )
        with self.database.transaction():
            if self.database.connection().execute(insertion).first() is None:
                raise SealCodeTaken(seal_code=seal.seal_code)

    def activate(self, seal: Seal, artwork: Artwork) -> None:
        """Write the state of a seal that was made, and keep its drawing for good."""
        self._write(seal, artwork=_drawing(artwork))

    def fail(self, seal: Seal) -> None:
        """Write the state of a seal that could not be made."""
        self._write(seal)

    def artwork(self, seal_id: str) -> Artwork | None:
        """Return the drawing of a seal that was made."""
        query = select(seals.c.artwork).where(seals.c.id == seal_id)
        with self.database.transaction():
            kept = self.database.connection().scalar(query)
        if kept is None:
            return None
        return Artwork(kept["width_mm"], kept["height_mm"], kept["operators"].encode("ascii"))

    def by_id(self, seal_id: str, organisation_id: str | None = None) -> Seal | None:
        """Return a seal; with an organisation given, only if it belongs to that one."""
        query = select(*_COLUMNS).where(seals.c.id == seal_id)
        if organisation_id is not None:
            query = query.where(seals.c.organisation_id == organisation_id)
        return self._one(query)

    def lock(self, seal_id: str, *, exclusive: bool = False) -> Seal | None:
        """Return a seal and hold it unchanged until the transaction ends."""
        query = select(*_COLUMNS).where(seals.c.id == seal_id)
        return self._one(query.with_for_update(read=not exclusive))

    def page(self, organisation_id: str, after: str | None, limit: int) -> list[Seal]:
        """Return up to ``limit`` seals in order of birth, behind the id ``after``."""
        query = select(*_COLUMNS).where(seals.c.organisation_id == organisation_id)
        if after is not None:
            query = query.where(seals.c.id > after)
        return self._all(query.order_by(seals.c.id).limit(limit))

    def unmade(self) -> list[str]:
        """Return the ids of seals that were applied for and are not made yet."""
        query = select(*_COLUMNS).where(seals.c.state == SealState.APPLIED.value)
        return [seal.id for seal in self._all(query.order_by(seals.c.id))]

    def _write(self, seal: Seal, **drawing: object) -> None:
        change = update(seals).where(seals.c.id == seal.id).values(**_row(seal), **drawing)
        with self.database.transaction():
            self.database.connection().execute(change)

    def _one(self, query: Select[Any]) -> Seal | None:
        found = self._all(query)
        return found[0] if found else None

    def _all(self, query: Select[Any]) -> list[Seal]:
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [_seal(row) for row in rows]


def _drawing(artwork: Artwork) -> dict[str, object]:
    return {
        "width_mm": artwork.width_mm,
        "height_mm": artwork.height_mm,
        "operators": artwork.operators.decode("ascii"),
    }


def _row(seal: Seal) -> dict[str, object]:
    return {
        "id": seal.id,
        "organisation_id": seal.organisation_id,
        "license_id": seal.license_id,
        "kind": seal.kind.value,
        "name": seal.name,
        "state": seal.state.value,
        "seal_code": seal.seal_code,
        "diameter_mm": seal.diameter_mm,
        "artwork_sha256": seal.artwork_sha256,
        "key_id": seal.key_id,
        "certificate_sha256": seal.certificate_sha256,
        "failure": seal.failure,
        "created_at": seal.created_at,
        "activated_at": seal.activated_at,
    }


def _seal(row: RowMapping) -> Seal:
    return Seal(
        id=row["id"],
        organisation_id=row["organisation_id"],
        license_id=row["license_id"],
        kind=SealKind(row["kind"]),
        name=row["name"],
        state=SealState(row["state"]),
        seal_code=row["seal_code"],
        created_at=row["created_at"],
        diameter_mm=float(row["diameter_mm"]),
        artwork_sha256=row["artwork_sha256"],
        key_id=row["key_id"],
        certificate_sha256=row["certificate_sha256"],
        failure=row["failure"],
        activated_at=row["activated_at"],
    )
