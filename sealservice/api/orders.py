"""``/sealing-orders``: have a document sealed, once its holder approves."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.events import DESCRIPTION, LastEventId
from sealservice.api.listing import Page, PageAsked
from sealservice.api.placements import ImpressionLocated, PlacementWanted
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.api.values import Base64, Failure, Id, Line, Sent
from sealservice.kernel.actor import ActingBy, Actor, Permission
from sealservice.sealing.model import (
    Impression,
    Level,
    Order,
    OrderRequest,
    OrderSignature,
    OrderState,
    SealUse,
)
from sealservice.sealing.orders import Rehearsal
from sealservice.sealing.terms import (
    Certification,
    FieldLock,
    LockScope,
    OnTsaFailure,
    Restrictions,
)
from sealservice.seals.approval import ApprovalKind, Assertion
from sealservice.seals.errors import ApprovalInvalid
from sealservice.seals.intent import Intent

router: APIRouter = ProblemRouter("sealing-orders")

_OVER: Final = (OrderState.DONE, OrderState.FAILED)
MOST_SEALS: Final = 20
MOST_PLACEMENTS: Final = 100
MOST_FIELDS: Final = 1_000

Reader = Annotated[Actor, may(Permission.ORDERS_READ)]
Writer = Annotated[Actor, may(Permission.ORDERS_READ, Permission.ORDERS_WRITE)]


class SealWanted(Sent):
    """One seal, and all the places where it is to show."""

    seal_id: Id = Field(examples=["seal_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    placements: list[PlacementWanted] = Field(min_length=1, max_length=MOST_PLACEMENTS)

    @property
    def use(self) -> SealUse:
        """Return the seal's use as sealing knows it."""
        return SealUse(self.seal_id, tuple(one.placement for one in self.placements))


class LockWanted(Sent):
    """Form fields to lock."""

    scope: Annotated[LockScope, Field(strict=False)]
    fields: list[Line] = Field(
        default_factory=list, max_length=MOST_FIELDS, description="Full names; none for `all`."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> "LockWanted":
        if not self.lock.is_whole:
            raise PydanticCustomError("lock_fields", "fields do not fit the scope")
        return self

    @property
    def lock(self) -> FieldLock:
        """Return the lock as sealing knows it."""
        return FieldLock(self.scope, tuple(self.fields))


class TermsWanted(Sent):
    """With which seals, where, and how well."""

    seals: list[SealWanted] = Field(
        min_length=1,
        max_length=MOST_SEALS,
        description="In the order in which they sign; all of one license.",
    )
    level: Annotated[Level, Field(strict=False)] = Field(
        default=Level.B_LTA, description="PAdES baseline level; never silently lowered."
    )
    purpose: Line | Literal[""] = Field(
        default="", description="Shown to the holder.", examples=["银行开户"]
    )
    certification: Annotated[Certification, Field(strict=False)] | None = Field(
        default=None,
        description="What the document's first signature allows afterwards (DocMDP).",
    )
    lock: LockWanted | None = Field(
        default=None, description="Form fields that the order's last signature locks (FieldMDP)."
    )

    on_tsa_failure: Annotated[OnTsaFailure, Field(strict=False)] = Field(
        default=OnTsaFailure.FAIL,
        description="What becomes of it, once approved, when no timestamp or no status of a "
        "certificate can be had: `fail`, or `wait` and ask again for up to a day.",
    )

    def request_for(self, document_id: str) -> OrderRequest:
        """Return the request as sealing knows it."""
        lock = self.lock.lock if self.lock else None
        return OrderRequest(
            document_id=document_id,
            seals=tuple(one.use for one in self.seals),
            level=self.level,
            purpose=self.purpose,
            restrictions=Restrictions(self.certification, lock),
            on_tsa_failure=self.on_tsa_failure,
        )


class MandateUsed(Sent):
    """By which mandate of the license somebody acts, and in what."""

    mandate_id: Id = Field(examples=["mnd_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    matter: Id | None = Field(default=None, description="Code of the matter (事项).")
    relying_party: Id | None = None

    @property
    def acting(self) -> ActingBy:
        """Return it as the kernel knows it."""
        return ActingBy(self.mandate_id, self.matter, self.relying_party)


class OrderWanted(TermsWanted):
    """What is to be sealed, with which seals, where, and how well."""

    document_id: Id = Field(examples=["doc_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    mandate: MandateUsed | None = Field(
        default=None, description="The mandate by which the seals are asked for; null: none."
    )

    @property
    def request(self) -> OrderRequest:
        """Return the request as sealing knows it."""
        return self.request_for(self.document_id)


class ImpressionShown(BaseModel):
    """One place where a seal shows, in user space of its page: points, /Rotate not applied."""

    page: int = Field(description="1 for the first page.")
    left: float
    bottom: float
    right: float
    top: float
    rotation: int = Field(description="The page's /Rotate.")
    window_mm: tuple[float, float, float, float] | None = Field(
        description="Left, bottom, right, top of the part of the upright seal that shows; "
        "null: all of it."
    )

    @classmethod
    def of(cls, impression: Impression) -> "ImpressionShown":
        """Show where an impression is."""
        box, window = impression.box, impression.window
        return cls(
            page=box.page + 1,
            left=box.left,
            bottom=box.bottom,
            right=box.right,
            top=box.top,
            rotation=box.rotation,
            window_mm=window and (window.left, window.bottom, window.right, window.top),
        )


class LockShown(BaseModel):
    """Form fields that a signature locks."""

    scope: LockScope
    fields: list[str]


class SignatureShown(BaseModel):
    """One signature that the order makes."""

    seal_id: str
    field: str = Field(description="The signature field's name.", examples=["Seal1"])
    impressions: list[ImpressionShown] = Field(
        description="The first is the field; the others are content of their pages."
    )
    certification: Certification | None
    lock: LockShown | None

    @classmethod
    def of(cls, signature: OrderSignature) -> "SignatureShown":
        """Show a signature, without what only sealing needs."""
        restrictions = signature.restrictions
        lock = restrictions.lock
        return cls(
            seal_id=signature.seal_id,
            field=signature.field,
            impressions=[ImpressionShown.of(impression) for impression in signature.impressions],
            certification=restrictions.certification,
            lock=lock and LockShown(scope=lock.scope, fields=list(lock.fields)),
        )


class SignatureRehearsed(BaseModel):
    """One signature that an order would make."""

    seal_id: str
    field: str
    impressions: list[ImpressionLocated]


class OrderRehearsed(BaseModel):
    """What an order would make."""

    signatures: list[SignatureRehearsed]

    @classmethod
    def of(cls, rehearsal: Rehearsal) -> "OrderRehearsed":
        """Show signatures with both measures of their impressions."""
        return cls(
            signatures=[
                SignatureRehearsed(
                    seal_id=one.signature.seal_id,
                    field=one.signature.field,
                    impressions=[ImpressionLocated.of(each) for each in one.shown],
                )
                for one in rehearsal.signatures
            ]
        )


class OrderShown(BaseModel):
    """A sealing order."""

    id: str = Field(examples=["ord_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    document_id: str
    level: Level
    state: OrderState
    signatures: list[SignatureShown] = Field(description="In the order in which they are made.")
    purpose: str
    intent: dict[str, Any] = Field(description="What the holder approves, word for word.")
    challenge: str = Field(
        description='Base64 of `SHA-256("eseal-intent-v1\\0" || JCS(intent))`: the 32 bytes that '
        "the holder signs."
    )
    created_at: datetime
    expires_at: datetime = Field(description="Until when it can be approved.")
    record_id: str | None = Field(description="The sealed document's record, when `done`.")
    failure: Failure | None
    hindrance: Failure | None = Field(
        description="What a signed order waits for (`on_tsa_failure`: `wait`); it is tried again "
        "by itself."
    )

    @classmethod
    def of(cls, order: Order) -> "OrderShown":
        """Show an order, without what only sealing needs."""
        challenge = Intent.read(order.intent).challenge
        return cls(
            id=order.id,
            document_id=order.document_id,
            level=order.level,
            state=order.state,
            signatures=[SignatureShown.of(signature) for signature in order.signatures],
            purpose=order.purpose,
            intent=json.loads(order.intent),
            challenge=base64.b64encode(challenge).decode(),
            created_at=order.created_at,
            expires_at=order.expires_at,
            record_id=order.record_id,
            failure=Failure.of(order.failure),
            hindrance=Failure.of(order.hindrance),
        )


class Approval(Sent):
    """A holder's approval. Demonstration holders only, until passkeys arrive."""

    kind: Annotated[ApprovalKind, Field(strict=False)]
    holder_id: Id
    signature: Base64 = Field(
        description="Base64 of a DER ECDSA signature (P-256, SHA-256) over the challenge."
    )

    @property
    def assertion(self) -> Assertion:
        """Return the assertion as sealing knows it."""
        try:
            return Assertion(self.holder_id, base64.b64decode(self.signature, validate=True))
        except ValueError:
            raise ApprovalInvalid from None


@router.post(
    "/sealing-orders",
    status_code=201,
    response_model=OrderShown,
    responses={
        200: {"model": OrderRehearsed, "description": "What `dry_run` resolved."},
        **problems(400, 401, 403, 404, 409, 413, 422),
    },
    summary="Place a sealing order",
)
def place(
    services: Services,
    actor: Writer,
    once: OnceOnly,
    wanted: OrderWanted,
    *,
    dry_run: Annotated[bool, Query(description="Only resolve the places; store nothing.")] = False,
) -> Response:
    """Prepare the sealing of a document. Everything that can be refused is refused now."""
    actor = actor.acting_by(wanted.mandate.acting if wanted.mandate else None)
    if dry_run:
        rehearsed = services.orders.rehearsed_order(actor, wanted.request)
        return JSONResponse(OrderRehearsed.of(rehearsed).model_dump(mode="json"))

    def prepare() -> Order:
        return services.orders.prepared_order(actor, wanted.request)

    def work(prepared: Order) -> Created:
        return Created(OrderShown.of(services.orders.keep_order(actor, prepared)))

    return once.run_prepared(actor, wanted, prepare, work)


@router.get("/sealing-orders", responses=problems(401, 403, 422), summary="List sealing orders")
def page(services: Services, actor: Reader, paging: PageAsked) -> Page[OrderShown]:
    """List the organisation's orders, newest first."""
    return paging.page(
        lambda before, limit: services.orders.page(actor, before, limit),
        OrderShown.of,
        lambda order: order.id,
    )


@router.get(
    "/sealing-orders/{order_id}",
    responses=problems(401, 403, 404),
    summary="Show a sealing order",
)
def show(services: Services, actor: Reader, order_id: str) -> OrderShown:
    """Show one order: where it is, and what its holder is asked to approve."""
    return OrderShown.of(services.orders.show(actor, order_id))


@router.get(
    "/sealing-orders/{order_id}/events",
    response_class=Response,
    responses={**DESCRIPTION, **problems(401, 403, 404)},
    summary="Follow a sealing order",
)
def events(services: Services, actor: Reader, order_id: str, last: LastEventId = None) -> Response:
    """Tell of an order whenever it changes, until it has its outcome or two minutes are over."""
    services.orders.show(actor, order_id)

    def look() -> tuple[OrderShown, bool]:
        order = services.orders.show(actor, order_id)
        return OrderShown.of(order), order.state in _OVER

    return services.streams.stream(look, last, services.limits, actor.organisation_id)


@router.post(
    "/sealing-orders/{order_id}/approvals",
    status_code=201,
    response_model=OrderShown,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
    summary="Approve a sealing order",
)
def approve(
    services: Services, actor: Writer, once: OnceOnly, order_id: str, approval: Approval
) -> Response:
    """Hand in the holder's approval. Sealing then runs in the background: ask for the order."""

    def work() -> Created:
        order = services.orders.approve(actor, order_id, approval.assertion)
        return Created(OrderShown.of(order))

    return once.run(actor, approval, work)
