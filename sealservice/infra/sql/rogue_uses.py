"""Rogue uses of seals in PostgreSQL; they are only ever added."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.report_tables import rogue_uses
from sealservice.infra.sql.tables import seals
from sealservice.verification.alarms import RogueUse


@dataclass(frozen=True, slots=True)
class SqlRogueUses:
    """Implements ``RogueUses``."""

    database: Database

    def add(self, use: RogueUse) -> str | None:
        """Insert a use; return the seal's organisation, or None: the use is known already."""
        owner = select(seals.c.organisation_id).where(seals.c.id == use.seal_id)
        row = {**asdict(use), "organisation_id": owner.scalar_subquery()}
        query = insert(rogue_uses).values(row).on_conflict_do_nothing()
        with self.database.transaction():
            added = self.database.connection().execute(
                query.returning(rogue_uses.c.organisation_id)
            )
            return added.scalar_one_or_none()

    def of_organisation(self, organisation_id: str) -> Sequence[RogueUse]:
        """Return the uses of all seals of an organisation, newest first."""
        mine = rogue_uses.c.organisation_id == organisation_id
        query = select(rogue_uses).where(mine).order_by(rogue_uses.c.found_at.desc())
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [
            RogueUse(
                row["seal_id"], row["signature_sha256"], row["document_sha256"], row["found_at"]
            )
            for row in rows
        ]
