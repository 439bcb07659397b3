"""What verification asks the database: whose seal a certificate is, and the newest CRLs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, ScalarSelect, func, select

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import (
    crls,
    licenses,
    order_signatures,
    records,
    seal_events,
    seals,
)
from sealservice.seals.model import SealState
from sealservice.verification.decision import SEAL_NOT_YET
from sealservice.verification.ports import RegisteredSeal

_BEFORE_USE = frozenset({SealState.APPLIED.value, SealState.MADE.value, SealState.FILED.value})


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
                seals.c.expires_at,
                seals.c.artwork_sha256,
                licenses.c.uscc,
                licenses.c.status,
                _state_at(at).label("state"),
            )
            .join(licenses, licenses.c.id == seals.c.license_id)
            .where(seals.c.certificate_sha256 == certificate_sha256)
        )
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().first()
        return None if row is None else _seal(row, at)

    def shown(self, pictures_sha256: frozenset[str]) -> frozenset[str]:
        """Return those of some pictures that a seal is registered with."""
        query = select(seals.c.artwork_sha256).where(seals.c.artwork_sha256.in_(pictures_sha256))
        with self.database.transaction():
            return frozenset(self.database.connection().scalars(query))

    def is_recorded(self, seal_id: str, signature_sha256: str, document_sha256: str) -> bool:
        """Return whether a use of a seal was recorded: this signature, or this very file.

        Signatures are kept one by one since migration 0003; what was sealed before is known by its
        record.
        """
        digest = func.encode(func.sha256(order_signatures.c.signature), "hex")
        signature = select(order_signatures.c.seal_id).where(
            order_signatures.c.seal_id == seal_id, digest == signature_sha256
        )
        file = select(records.c.seal_id).where(
            records.c.seal_id == seal_id, records.c.sha256 == document_sha256
        )
        query = select(signature.exists() | file.exists())
        with self.database.transaction():
            return bool(self.database.connection().scalar(query))

    def crls(self) -> tuple[bytes, ...]:
        """Return the newest DER CRL of each of our authorities."""
        with self.database.transaction():
            return tuple(self.database.connection().scalars(select(crls.c.der)))


def _state_at(at: datetime) -> ScalarSelect[str]:
    """Return the state that the last line before a moment tells; signatures know whole seconds."""
    return (
        select(seal_events.c.after)
        .where(
            seal_events.c.seal_id == seals.c.id,
            func.date_trunc("second", seal_events.c.at) <= at,
        )
        .order_by(seal_events.c.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )


def _seal(row: RowMapping, at: datetime) -> RegisteredSeal:
    state = row["state"] or SealState.APPLIED.value
    over = row["expires_at"] is not None and row["expires_at"] <= at
    status = SealState.EXPIRED.value if over else state
    return RegisteredSeal(
        seal_id=row["id"],
        type=row["kind"],
        status=SEAL_NOT_YET if state in _BEFORE_USE else status,
        uscc=row["uscc"],
        license_status=row["status"],
        picture_sha256=row["artwork_sha256"],
    )
