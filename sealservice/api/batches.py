"""``/batches``: many documents sealed alike, under one approval of the closed list."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.events import DESCRIPTION, LastEventId
from sealservice.api.listing import MOST, Page, PageAsked
from sealservice.api.orders import Approval, TermsWanted
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.api.values import Failure, Id
from sealservice.kernel.actor import Actor, Permission
from sealservice.sealing.batch_model import Batch, BatchCounts, BatchItem, BatchState
from sealservice.sealing.model import Level, OrderState
from sealservice.seals.intent import Intent

_OVER: Final = (BatchState.DONE, BatchState.FAILED)
router: APIRouter = ProblemRouter("batches")

Reader = Annotated[Actor, may(Permission.ORDERS_READ)]
Writer = Annotated[Actor, may(Permission.ORDERS_READ, Permission.ORDERS_WRITE)]


class BatchWanted(TermsWanted):
    """Which documents are to be sealed alike."""

    document_ids: list[Id] = Field(
        description="In order, at most 10,000 (`batch_documents` among the limits).",
        examples=[["doc_01kaqc5y6w8m9n3p4q5r6s7t8v", "doc_01kaqc5y6w8m9n3p4q5r6s7t8w"]],
    )


class BatchShown(BaseModel):
    """A batch, and how far it came."""

    id: str = Field(examples=["bat_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    state: BatchState
    level: Level
    purpose: str
    total: int = Field(description="Documents asked for.")
    refused: int = Field(description="Documents that cannot be sealed: not part of the list.")
    prepared: int = Field(description="Documents of the list, which closes as `pending`.")
    done: int
    failed: int
    intent: dict[str, Any] | None = Field(
        description="What the holder approves, word for word, once the list is closed: "
        "`list.root` is the root of the Merkle tree (RFC 9162) over the orders' canonical intents."
    )
    challenge: str | None = Field(
        description='Base64 of `SHA-256("eseal-intent-v1\\0" || JCS(intent))`: the 32 bytes that '
        "the holder signs, once for the whole list."
    )
    created_at: datetime
    expires_at: datetime = Field(description="Until when the list can be approved.")
    finished_at: datetime | None
    failure: Failure | None

    @classmethod
    def of(cls, batch: Batch, counts: BatchCounts) -> "BatchShown":
        """Show a batch."""
        challenge = Intent.read(batch.intent).challenge if batch.intent else None
        return cls(
            id=batch.id,
            state=batch.state,
            level=batch.request.level,
            purpose=batch.request.purpose,
            total=batch.total,
            refused=counts.refused,
            prepared=counts.prepared,
            done=counts.done,
            failed=counts.failed,
            intent=json.loads(batch.intent) if batch.intent else None,
            challenge=base64.b64encode(challenge).decode() if challenge else None,
            created_at=batch.created_at,
            expires_at=batch.expires_at,
            finished_at=batch.finished_at,
            failure=Failure.of(batch.failure),
        )


class BatchItemShown(BaseModel):
    """One document of a batch."""

    position: int = Field(description="Its place in `document_ids`, from 1.")
    document_id: str
    filename: str
    sha256: str
    order_id: str | None = Field(description="Null: not looked at yet, or refused.")
    state: OrderState | None = Field(description="Of the order.")
    record_id: str | None = Field(description="The sealed document's record, when `done`.")
    refused: bool = Field(description="Whether it is not part of the list.")
    failure: Failure | None = Field(description="Why it was refused, or failed.")

    @classmethod
    def of(cls, item: BatchItem) -> "BatchItemShown":
        """Show one document."""
        return cls(
            position=item.position,
            document_id=item.document_id,
            filename=item.filename,
            sha256=item.sha256,
            order_id=item.order_id,
            state=item.state,
            record_id=item.record_id,
            refused=item.is_refused,
            failure=Failure.of(item.failure),
        )


class BatchItems(BaseModel):
    """Some documents of a batch, in order."""

    data: list[BatchItemShown]
    next_after: int | None = Field(
        description="To be sent as `after` for the next ones; null behind the last one."
    )


@router.post(
    "/batches",
    status_code=202,
    response_model=BatchShown,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
    summary="Place a batch",
)
def place(services: Services, actor: Writer, once: OnceOnly, wanted: BatchWanted) -> Response:
    """Have many documents sealed alike. They are prepared in the background: ask for the batch.

    A document that cannot be sealed is refused with its reason and left out; the others make up
    the list that the holder approves. A strange or unknown id refuses the whole request.
    """

    def work() -> Created:
        batch = services.batches.place(actor, wanted.request_for(""), wanted.document_ids)
        return Created(_shown(services, actor, batch.id), status=202)

    return once.run(actor, wanted, work)


@router.get("/batches", responses=problems(401, 403, 422), summary="List batches")
def page(services: Services, actor: Reader, paging: PageAsked) -> Page[BatchShown]:
    """List the organisation's batches, newest first."""
    return paging.page(
        lambda before, limit: services.batches.page(actor, before, limit),
        lambda batch: _shown(services, actor, batch.id),
        lambda batch: batch.id,
    )


@router.get("/batches/{batch_id}", responses=problems(401, 403, 404), summary="Show a batch")
def show(services: Services, actor: Reader, batch_id: str) -> BatchShown:
    """Show how far a batch came, and what its holder is asked to approve."""
    return _shown(services, actor, batch_id)


@router.get(
    "/batches/{batch_id}/events",
    response_class=Response,
    responses={**DESCRIPTION, **problems(401, 403, 404)},
    summary="Follow a batch",
)
def events(services: Services, actor: Reader, batch_id: str, last: LastEventId = None) -> Response:
    """Tell of a batch whenever it changes, until it has its outcome or two minutes are over."""
    services.batches.show(actor, batch_id)

    def look() -> tuple[BatchShown, bool]:
        shown = _shown(services, actor, batch_id)
        return shown, shown.state in _OVER

    return services.streams.stream(look, last, services.limits, actor.organisation_id)


@router.get(
    "/batches/{batch_id}/items",
    responses=problems(401, 403, 404, 422),
    summary="List the documents of a batch",
)
def items(
    services: Services,
    actor: Reader,
    batch_id: str,
    after: Annotated[int, Query(ge=0, description="Behind this position.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    *,
    only_failed: Annotated[bool, Query(description="Only refused and failed ones.")] = False,
) -> BatchItems:
    """List what became of each document, in order."""
    found = services.batches.items(actor, batch_id, after, limit + 1, only_failed=only_failed)
    shown = [BatchItemShown.of(item) for item in found[:limit]]
    return BatchItems(data=shown, next_after=shown[-1].position if len(found) > limit else None)


@router.post(
    "/batches/{batch_id}/approvals",
    status_code=201,
    response_model=BatchShown,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
    summary="Approve a batch",
)
def approve(
    services: Services, actor: Writer, once: OnceOnly, batch_id: str, approval: Approval
) -> Response:
    """Hand in the holder's approval of the closed list. Sealing then runs in the background."""

    def work() -> Created:
        services.batches.approve(actor, batch_id, approval.assertion)
        return Created(_shown(services, actor, batch_id))

    return once.run(actor, approval, work)


def _shown(services: Services, actor: Actor, batch_id: str) -> BatchShown:
    return BatchShown.of(*services.batches.show(actor, batch_id))
