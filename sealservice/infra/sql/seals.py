"""Seals in PostgreSQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import certificates, seals
from sealservice.seals.artwork import Artwork
from sealservice.seals.colour import Colour
from sealservice.seals.errors import SealCodeTaken, SealExists
from sealservice.seals.kept import artwork_of, kept
from sealservice.seals.kinds import ONLY_ONE
from sealservice.seals.lifecycle import LIVE
from sealservice.seals.model import KIND_NAMES, Seal, SealKind, SealMakerName, SealState

_COLUMNS = tuple(column for column in seals.c if column is not seals.c.artwork)
"""A drawing is large; it is read by itself."""


@dataclass(frozen=True, slots=True)
class SqlSealStore:
    """Implements ``SealStore``."""

    database: Database

    def add(self, seal: Seal, picture: Artwork | None = None) -> None:
        """Insert a seal that was applied for, with the picture that was brought along, if any.

        Raises:
            SealCodeTaken: another seal has its code.
        """
        drawing = {"artwork": kept(picture)} if picture else {}
        insertion = (
            insert(seals)
            .values(_row(seal) | drawing)
            .on_conflict_do_nothing(index_elements=["seal_code"])
            .returning(seals.c.id)
        )
        with self.database.transaction():
            if self.database.connection().execute(insertion).first() is None:
                raise SealCodeTaken(seal_code=seal.seal_code)

    def make(self, seal: Seal, artwork: Artwork) -> None:
        """Write a seal that was made, and keep its drawing for good.

        Raises:
            SealExists: the license has a live seal of this kind and text.
        """
        with self.database.transaction():
            try:
                with self.database.connection().begin_nested():
                    self._update(seal.id, _row(seal) | {"artwork": kept(artwork)})
            except IntegrityError as error:
                twin = self.twin(seal.license_id, seal.kind, seal.line)
                if twin is None:
                    raise
                name = KIND_NAMES[seal.kind]
                raise SealExists(kind_zh=name.zh, kind_en=name.en, seal_id=twin.id) from error

    def write(self, seal: Seal) -> None:
        """Write what may change about a seal; only the signer can."""
        self._update(seal.id, _row(seal))

    def move(self, seal_id: str, state: SealState) -> None:
        """Write a seal's state alone."""
        self._update(seal_id, {"state": state.value})

    def artwork(self, seal_id: str) -> Artwork | None:
        """Return the drawing of a seal that was made, or the picture it is to have."""
        query = select(seals.c.artwork).where(seals.c.id == seal_id)
        with self.database.transaction():
            drawing = self.database.connection().scalar(query)
        return None if drawing is None else artwork_of(drawing)

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

    def lock_of_license(self, license_id: str) -> list[Seal]:
        """Return all seals of a license in order of birth, held ``FOR UPDATE``."""
        query = select(*_COLUMNS).where(seals.c.license_id == license_id)
        return self._all(query.order_by(seals.c.id).with_for_update())

    def twin(self, license_id: str, kind: SealKind, line: str) -> Seal | None:
        """Return the live seal of a license that has this kind and text."""
        same = [seals.c.license_id == license_id, seals.c.kind == kind.value]
        if kind not in ONLY_ONE:
            same.append(seals.c.line == line)
        live = seals.c.state.in_([state.value for state in LIVE])
        return self._one(select(*_COLUMNS).where(*same, live))

    def of_license(self, organisation_id: str, license_id: str) -> list[Seal]:
        """Return all seals of a license in order of birth; nothing is locked."""
        query = select(*_COLUMNS).where(seals.c.organisation_id == organisation_id)
        return self._all(query.where(seals.c.license_id == license_id).order_by(seals.c.id))

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

    def unrevoked(self) -> list[str]:
        """Return the ids of cancelled seals whose certificate is not revoked yet."""
        query = (
            select(*_COLUMNS)
            .join(certificates, certificates.c.sha256 == seals.c.certificate_sha256)
            .where(seals.c.state == SealState.CANCELLED.value, certificates.c.revoked_at.is_(None))
        )
        return [seal.id for seal in self._all(query.order_by(seals.c.id))]

    def _update(self, seal_id: str, values: dict[str, Any]) -> None:
        change = update(seals).where(seals.c.id == seal_id).values(values)
        with self.database.transaction():
            self.database.connection().execute(change)

    def _one(self, query: Select[Any]) -> Seal | None:
        found = self._all(query)
        return found[0] if found else None

    def _all(self, query: Select[Any]) -> list[Seal]:
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [_seal(row) for row in rows]


def _row(seal: Seal) -> dict[str, object]:
    return {
        "id": seal.id,
        "organisation_id": seal.organisation_id,
        "license_id": seal.license_id,
        "kind": seal.kind.value,
        "name": seal.name,
        "state": seal.state.value,
        "seal_code": seal.seal_code,
        "width_mm": seal.width_mm,
        "height_mm": seal.height_mm,
        "design": seal.design,
        "colour": seal.colour.value,
        "line": seal.line,
        "maker_name": seal.maker.name,
        "maker_code": seal.maker.code,
        "artwork_sha256": seal.artwork_sha256,
        "key_id": seal.key_id,
        "certificate_sha256": seal.certificate_sha256,
        "failure": seal.failure,
        "created_at": seal.created_at,
        "activated_at": seal.activated_at,
        "expires_at": seal.expires_at,
        "filing_number": seal.filing_number,
        "replaces": seal.replaces,
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
        width_mm=float(row["width_mm"]),
        height_mm=float(row["height_mm"]),
        design=row["design"],
        colour=Colour(row["colour"]),
        line=row["line"],
        maker=SealMakerName(row["maker_name"], row["maker_code"]),
        artwork_sha256=row["artwork_sha256"],
        key_id=row["key_id"],
        certificate_sha256=row["certificate_sha256"],
        failure=row["failure"],
        activated_at=row["activated_at"],
        expires_at=row["expires_at"],
        filing_number=row["filing_number"],
        replaces=row["replaces"],
    )
