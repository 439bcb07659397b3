"""``/webhook-endpoints`` and their deliveries: who is told of changes, and whether they heard."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.listing import Page, PageAsked
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.api.values import Failure, Line, Sent
from sealservice.kernel.actor import Actor, Permission
from sealservice.notifications.model import Attempt, Delivery, DeliveryState, Endpoint, EventType

router: APIRouter = ProblemRouter("webhooks")

Administrator = Annotated[Actor, may(Permission.ADMIN)]
Events = Annotated[
    list[Annotated[EventType, Field(strict=False)]],
    Field(max_length=len(EventType), description="Types of events; empty: all of them."),
]


class EndpointWanted(Sent):
    """An address to be told of changes."""

    url: Line = Field(
        description="`https://` and in the public network.",
        examples=["https://bank.example.com/hooks"],
    )
    events: Events = Field(default=[], examples=[["license.suspended", "license.revoked"]])


class EndpointShown(BaseModel):
    """An address that is told of changes."""

    id: str = Field(examples=["whe_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    url: str
    events: list[EventType] = Field(description="Empty: all types.")
    everywhere: bool = Field(description="Whether it hears of all organisations.")
    created_at: datetime
    disabled_at: datetime | None
    disabled_why: Failure | None = Field(
        description="Why nothing is sent there any more; null: somebody switched it off."
    )

    @classmethod
    def of(cls, endpoint: Endpoint) -> "EndpointShown":
        """Show an endpoint."""
        why = endpoint.disabled_why
        return cls(
            id=endpoint.id,
            url=endpoint.url,
            events=sorted(endpoint.events),
            everywhere=endpoint.everywhere,
            created_at=endpoint.created_at,
            disabled_at=endpoint.disabled_at,
            disabled_why=Failure.model_validate(why) if why else None,
        )


class EndpointIssued(EndpointShown):
    """A new endpoint; only this answer holds its secret."""

    secret: str | None = Field(
        description="Signs the notices (Standard Webhooks), shown this once. Null when the "
        "request is repeated.",
        examples=["whsec_…"],
    )


class SecretIssued(BaseModel):
    """A new signing secret."""

    secret: str | None = Field(
        description="Shown this once; the one before signs as well for 24 hours. Null when the "
        "request is repeated.",
        examples=["whsec_…"],
    )


class AttemptShown(BaseModel):
    """One try to deliver."""

    number: int
    at: datetime
    status: int | None = Field(description="HTTP status; null: there was no answer.")
    problem: Failure | None = Field(description="Null: it was taken.")

    @classmethod
    def of(cls, attempt: Attempt) -> "AttemptShown":
        """Show an attempt."""
        problem = Failure.model_validate(attempt.problem) if attempt.problem else None
        return cls(number=attempt.number, at=attempt.at, status=attempt.status, problem=problem)


class DeliveryShown(BaseModel):
    """A notice on its way to an endpoint."""

    id: str = Field(examples=["whd_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    endpoint_id: str
    event_id: str = Field(description="The `webhook-id` of the notice.")
    type: EventType
    body: str = Field(description="The very text that is signed and sent.")
    state: DeliveryState
    next_at: datetime | None = Field(description="When it is tried next; null: it is over.")
    attempts: list[AttemptShown]

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryShown":
        """Show a delivery."""
        return cls(
            id=delivery.id,
            endpoint_id=delivery.endpoint_id,
            event_id=delivery.event.id,
            type=delivery.event.type,
            body=delivery.event.body,
            state=delivery.state,
            next_at=delivery.next_at,
            attempts=[AttemptShown.of(attempt) for attempt in delivery.attempts],
        )


@router.post(
    "/webhook-endpoints",
    status_code=201,
    response_model=EndpointIssued,
    responses=problems(400, 401, 403, 409, 413, 422, 503),
    summary="Add a webhook endpoint",
)
def add(
    services: Services, actor: Administrator, once: OnceOnly, wanted: EndpointWanted
) -> Response:
    """Have an address told of changes. Keep the secret: it is not shown again."""

    def work() -> Created:
        endpoint, secret = services.webhooks.add(actor, wanted.url, frozenset(wanted.events))
        shown = EndpointShown.of(endpoint).model_dump()
        issued = EndpointIssued(**shown, secret=secret)
        return Created(issued, kept=EndpointIssued(**shown, secret=None))

    return once.run(actor, wanted, work)


@router.get(
    "/webhook-endpoints", responses=problems(401, 403, 422), summary="List webhook endpoints"
)
def page(services: Services, actor: Administrator, paging: PageAsked) -> Page[EndpointShown]:
    """List the organisation's endpoints, disabled ones included."""
    return paging.page(
        lambda after, limit: services.webhooks.page(actor, after, limit),
        EndpointShown.of,
        lambda endpoint: endpoint.id,
    )


@router.get(
    "/webhook-endpoints/{endpoint_id}",
    responses=problems(401, 403, 404),
    summary="Show a webhook endpoint",
)
def show(services: Services, actor: Administrator, endpoint_id: str) -> EndpointShown:
    """Show an endpoint, and why it is disabled if it is."""
    return EndpointShown.of(services.webhooks.show(actor, endpoint_id))


@router.put(
    "/webhook-endpoints/{endpoint_id}",
    responses=problems(400, 401, 403, 404, 413, 422),
    summary="Change a webhook endpoint",
)
def change(
    services: Services, actor: Administrator, endpoint_id: str, wanted: EndpointWanted
) -> EndpointShown:
    """Give an endpoint another address, or other events."""
    events = frozenset(wanted.events)
    return EndpointShown.of(services.webhooks.change(actor, endpoint_id, wanted.url, events))


@router.post(
    "/webhook-endpoints/{endpoint_id}/disable",
    responses=problems(401, 403, 404),
    summary="Disable a webhook endpoint",
)
def disable(services: Services, actor: Administrator, endpoint_id: str) -> EndpointShown:
    """Send nothing there until it is enabled; what happens meanwhile is not told."""
    return EndpointShown.of(services.webhooks.disable(actor, endpoint_id))


@router.post(
    "/webhook-endpoints/{endpoint_id}/enable",
    responses=problems(401, 403, 404),
    summary="Enable a webhook endpoint",
)
def enable(services: Services, actor: Administrator, endpoint_id: str) -> EndpointShown:
    """Send there again, also what was pending."""
    return EndpointShown.of(services.webhooks.enable(actor, endpoint_id))


@router.post(
    "/webhook-endpoints/{endpoint_id}/secrets",
    status_code=201,
    response_model=SecretIssued,
    responses=problems(400, 401, 403, 404, 409, 422, 503),
    summary="Replace the secret of a webhook endpoint",
)
def rotate(services: Services, actor: Administrator, once: OnceOnly, endpoint_id: str) -> Response:
    """Make a new secret. Notices carry signatures of both for 24 hours."""

    def work() -> Created:
        secret = services.webhooks.new_secret(actor, endpoint_id)
        return Created(SecretIssued(secret=secret), kept=SecretIssued(secret=None))

    return once.run(actor, f"secret of {endpoint_id}", work)


@router.delete(
    "/webhook-endpoints/{endpoint_id}",
    status_code=204,
    responses=problems(401, 403, 404),
    summary="Remove a webhook endpoint",
)
def remove(services: Services, actor: Administrator, endpoint_id: str) -> None:
    """Tell an address nothing any more, also nothing that is pending."""
    services.webhooks.remove(actor, endpoint_id)


@router.get(
    "/webhook-endpoints/{endpoint_id}/deliveries",
    responses=problems(401, 403, 404, 422),
    summary="List the deliveries to a webhook endpoint",
)
def deliveries(
    services: Services, actor: Administrator, endpoint_id: str, paging: PageAsked
) -> Page[DeliveryShown]:
    """List deliveries, newest first; those that are over are kept for 90 days."""
    return paging.page(
        lambda before, limit: services.webhooks.deliveries_to(actor, endpoint_id, before, limit),
        DeliveryShown.of,
        lambda delivery: delivery.id,
    )


@router.post(
    "/webhook-deliveries/{delivery_id}/redeliver",
    status_code=202,
    responses=problems(401, 403, 404, 409),
    summary="Send a notice again",
)
def redeliver(services: Services, actor: Administrator, delivery_id: str) -> DeliveryShown:
    """Send the notice of a delivery that is over once more, under the same `webhook-id`."""
    return DeliveryShown.of(services.webhooks.redeliver(actor, delivery_id))
