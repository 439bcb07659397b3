"""Batches and what they ask for, as they stand in rows and JSON columns."""

from typing import Any, Final

from sqlalchemy import RowMapping

from sealservice.infra.sql.order_rows import kept_restrictions, kept_use, restrictions_of, use_of
from sealservice.infra.sql.tables import batches
from sealservice.sealing.batch_model import Batch, BatchItem, BatchState
from sealservice.sealing.model import Level, OrderRequest, OrderState
from sealservice.sealing.terms import OnTsaFailure

COLUMNS: Final = [column for column in batches.c if column.name != "leaves"]
"""All but the leaves, which are large."""


def batch_row(batch: Batch) -> dict[str, object]:
    """Return the columns of a new batch."""
    return {
        "id": batch.id,
        "organisation_id": batch.organisation_id,
        "request": _kept_request(batch.request),
        "total": batch.total,
        "state": batch.state.value,
        "actor_kind": batch.actor_kind,
        "actor_id": batch.actor_id,
        "created_at": batch.created_at,
        "expires_at": batch.expires_at,
    }


def batch_of(row: RowMapping) -> Batch:
    """Return a batch out of its row."""
    return Batch(
        id=row["id"],
        organisation_id=row["organisation_id"],
        request=_request_of(row["request"]),
        total=row["total"],
        state=BatchState(row["state"]),
        actor_kind=row["actor_kind"],
        actor_id=row["actor_id"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        intent=None if row["intent"] is None else bytes(row["intent"]),
        nonce=row["nonce"],
        consumed_at=row["consumed_at"],
        finished_at=row["finished_at"],
        failure=row["failure"],
    )


def item_of(row: RowMapping) -> BatchItem:
    """Return one document of a batch."""
    state = row["state"]
    return BatchItem(**{**row, "state": None if state is None else OrderState(state)})


def _kept_request(request: OrderRequest) -> dict[str, Any]:
    return {
        "seals": [kept_use(use) for use in request.seals],
        "level": request.level.value,
        "purpose": request.purpose,
        "restrictions": kept_restrictions(request.restrictions),
        "on_tsa_failure": request.on_tsa_failure.value,
    }


def _request_of(kept: dict[str, Any]) -> OrderRequest:
    return OrderRequest(
        document_id="",
        seals=tuple(map(use_of, kept["seals"])),
        level=Level(kept["level"]),
        purpose=kept["purpose"],
        restrictions=restrictions_of(kept["restrictions"]),
        on_tsa_failure=OnTsaFailure(kept["on_tsa_failure"]),
    )
