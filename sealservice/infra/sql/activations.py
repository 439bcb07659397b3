"""Activations in PostgreSQL: each step is one UPDATE whose condition is the step before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Update, case, insert, select, update

from sealservice.identity.activation import (
    OPEN,
    Activation,
    ActivationState,
    Claim,
    Proof,
    ProofMethod,
)
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.mandate_rows import names_of
from sealservice.infra.sql.wallet_tables import activations

_IS_OPEN = activations.c.state.in_(sorted(OPEN))


@dataclass(frozen=True, slots=True)
class SqlActivationStore:
    """Implements ``ActivationStore``."""

    database: Database

    def add(self, activation: Activation) -> None:
        """Insert an activation; one that is open for the same holder is cancelled."""
        row = {name: getattr(activation, name) for name in names_of(activations)}
        with self.database.transaction():
            self.cancel([activation.holder_id], activation.created_at)
            self.database.connection().execute(insert(activations).values(row))

    def cancel(self, holder_ids: Sequence[str], now: datetime) -> None:
        """Cancel what is open for any of these holders; a step under way ends first."""
        change = (
            update(activations)
            .where(activations.c.holder_id.in_(holder_ids), _IS_OPEN)
            .values(state=ActivationState.CANCELLED.value, ended_at=now)
        )
        with self.database.transaction():
            self.database.connection().execute(change)

    def get(self, organisation_id: str, activation_id: str) -> Activation | None:
        """Return one activation of an organisation."""
        ours = activations.c.organisation_id == organisation_id
        return self._one(ours & (activations.c.id == activation_id))

    def by_locator(self, locator: str) -> Activation | None:
        """Return the activation whose code begins so."""
        return self._one(activations.c.locator == locator)

    def by_claim(self, claim_digest: str) -> Activation | None:
        """Return the activation that a phone's secret belongs to."""
        return self._one(activations.c.claim_digest == claim_digest)

    def open_ones(self, organisation_id: str, now: datetime) -> list[Activation]:
        """Return what is not over, newest first."""
        query = (
            select(activations)
            .where(activations.c.organisation_id == organisation_id, _IS_OPEN)
            .where(activations.c.expires_at > now)
            .order_by(activations.c.created_at.desc(), activations.c.id)
        )
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [_activation(row) for row in rows]

    def count_wrong(self, activation_id: str, greatest: int, now: datetime) -> None:
        """Count a wrong code; with the last of them the activation is cancelled."""
        count = activations.c.wrong_codes + 1
        is_last = count >= greatest
        change = (
            update(activations)
            .where(activations.c.id == activation_id)
            .where(activations.c.state == ActivationState.ISSUED.value)
            .values(
                wrong_codes=count,
                state=case((is_last, ActivationState.CANCELLED.value), else_=activations.c.state),
                ended_at=case((is_last, now), else_=activations.c.ended_at),
            )
        )
        self._changed(change)

    def claim(self, activation_id: str, claim: Claim) -> bool:
        """Give an issued activation to a phone; False: it is not issued, or expired."""
        return self._step(
            activation_id, ActivationState.ISSUED, claim.at,
            state=ActivationState.CLAIMED.value, claim_digest=claim.digest,
            match_code=claim.match_code, claimed_at=claim.at, expires_at=claim.expires_at,
        )  # fmt: skip

    def prove(self, activation_id: str, proof: Proof) -> bool:
        """Write the proof of a claimed activation; False: it is not claimed, or expired."""
        return self._step(
            activation_id, ActivationState.CLAIMED, proof.at,
            state=ActivationState.PROVEN.value, proof_method=proof.method.value,
            proof_by=proof.by, proven_at=proof.at,
        )  # fmt: skip

    def refuse(self, activation_id: str, now: datetime) -> bool:
        """End an open activation as refused; False: it is over."""
        change = (
            update(activations)
            .where(activations.c.id == activation_id, _IS_OPEN)
            .values(state=ActivationState.REFUSED.value, ended_at=now)
        )
        return self._changed(change)

    def finish(self, activation_id: str, now: datetime) -> bool:
        """End a proven activation as done; False: it is not proven, or expired."""
        return self._step(
            activation_id, ActivationState.PROVEN, now,
            state=ActivationState.DONE.value, ended_at=now,
        )  # fmt: skip

    def _step(
        self, activation_id: str, before: ActivationState, now: datetime, **values: object
    ) -> bool:
        change = (
            update(activations)
            .where(activations.c.id == activation_id, activations.c.state == before.value)
            .where(activations.c.expires_at > now)
            .values(values)
        )
        return self._changed(change)

    def _changed(self, change: Update) -> bool:
        with self.database.transaction():
            return self.database.connection().execute(change).rowcount == 1

    def _one(self, condition: ColumnElement[bool]) -> Activation | None:
        query = select(activations).where(condition)
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().one_or_none()
        return _activation(row) if row else None


def _activation(row: RowMapping) -> Activation:
    values: dict[str, Any] = dict(row)
    values["state"] = ActivationState(values["state"])
    method = values["proof_method"]
    values["proof_method"] = ProofMethod(method) if method else None
    return Activation(**values)
