"""``/seals/{id}/…``: what is done to a seal that exists, and what was done."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.seals import SealShown
from sealservice.api.services import ApiServices, Services
from sealservice.api.values import Failure, JsonEnum, Sent
from sealservice.kernel.actor import Actor, Permission
from sealservice.seals.lifecycle import grounds_of
from sealservice.seals.model import Grounds, SealChange, SealEvent, SealRequest, SealState
from sealservice.trust.model import RevocationReason

router: APIRouter = ProblemRouter("seals")

Reader = Annotated[Actor, may(Permission.SEALS_READ)]
Writer = Annotated[Actor, may(Permission.SEALS_WRITE)]

_REFERENCE = "What shows that it may be done, e.g. the number of a resolution."


class ReasonGiven(Sent):
    """Why something is done."""

    reason: str = Field(examples=["印章遗失，暂停使用"])
    reference: str | None = Field(None, description=_REFERENCE)

    def grounds(self, services: ApiServices) -> Grounds:
        """Return reason and reference, once they are fit to be kept."""
        return grounds_of(self.reason, services.limits, reference=self.reference)


class CancellationWanted(ReasonGiven):
    """Why a seal is ended, and what its revoked certificate is to say."""

    revocation_reason: JsonEnum[RevocationReason] = RevocationReason.CESSATION_OF_OPERATION


class FilingGiven(ReasonGiven):
    """The police filing of a seal (备案)."""

    reason: str = "公安机关备案"
    number: str = Field(examples=["4190012026000123"], description="备案号.")

    def grounds(self, services: ApiServices) -> Grounds:
        """Return the number too."""
        return grounds_of(
            self.reason, services.limits, number=self.number, reference=self.reference
        )


class SealEventShown(BaseModel):
    """One line of a seal's history."""

    id: str
    change: SealChange
    before: SealState | None
    after: SealState
    reason: str
    evidence: dict[str, Any]
    actor_kind: str
    actor_id: str
    at: datetime

    @classmethod
    def of(cls, event: SealEvent) -> "SealEventShown":
        """Show a line."""
        return cls(
            id=event.id,
            change=event.change,
            before=event.before,
            after=event.after,
            reason=event.grounds.reason,
            evidence=event.grounds.evidence,
            actor_kind=event.actor_kind,
            actor_id=event.actor_id,
            at=event.at,
        )


class SealEvents(BaseModel):
    """What happened to one seal, oldest first."""

    data: list[SealEventShown]


class SealRequestShown(BaseModel):
    """A change that the signer was asked for, and its answer once there is one."""

    id: str
    seal_id: str
    change: SealChange
    reason: str
    created_at: datetime
    answered_at: datetime | None
    failure: Failure | None = Field(description="Why it was refused; null when it was done.")

    @classmethod
    def of(cls, request: SealRequest) -> "SealRequestShown":
        """Show a request."""
        return cls(
            id=request.id,
            seal_id=request.seal_id,
            change=request.change,
            reason=request.grounds.reason,
            created_at=request.created_at,
            answered_at=request.answered_at,
            failure=Failure.of(request.failure),
        )


_CHANGED = problems(400, 401, 403, 404, 409, 413, 422)


@router.post(
    "/seals/{seal_id}/suspend",
    status_code=200,
    response_model=SealShown,
    responses=_CHANGED,
    summary="Suspend an e-seal",
)
def suspend(
    services: Services, actor: Writer, once: OnceOnly, seal_id: str, given: ReasonGiven
) -> Response:
    """Make a seal unusable, at once, until it is resumed (停用)."""

    def work() -> Created:
        suspended = services.seal_changes.suspend(actor, seal_id, given.grounds(services))
        return Created(SealShown.of(suspended), status=200)

    return once.run(actor, given, work)


@router.post(
    "/seals/{seal_id}/cancel",
    status_code=200,
    response_model=SealShown,
    responses=_CHANGED,
    summary="Cancel an e-seal",
)
def cancel(
    services: Services, actor: Writer, once: OnceOnly, seal_id: str, given: CancellationWanted
) -> Response:
    """End a seal for good, at once (注销); its certificate is revoked in the background."""

    def work() -> Created:
        grounds, reason = given.grounds(services), given.revocation_reason
        cancelled = services.seal_changes.cancel(actor, seal_id, grounds, reason)
        return Created(SealShown.of(cancelled), status=200)

    return once.run(actor, given, work)


@router.post(
    "/seals/{seal_id}/filing",
    status_code=202,
    response_model=SealRequestShown,
    responses=_CHANGED,
    summary="Record the filing of an e-seal",
)
def file(
    services: Services, actor: Writer, once: OnceOnly, seal_id: str, given: FilingGiven
) -> Response:
    """Ask for the number of a police filing (备案) to be recorded."""
    return once.run(actor, given, lambda: _asked(services, actor, seal_id, SealChange.FILE, given))


@router.post(
    "/seals/{seal_id}/activate",
    status_code=202,
    response_model=SealRequestShown,
    responses=_CHANGED,
    summary="Put a filed e-seal to use",
)
def activate(
    services: Services, actor: Writer, once: OnceOnly, seal_id: str, given: ReasonGiven
) -> Response:
    """Ask for a seal that was filed to be put to use (启用)."""
    return once.run(
        actor, given, lambda: _asked(services, actor, seal_id, SealChange.ACTIVATE, given)
    )


@router.post(
    "/seals/{seal_id}/resume",
    status_code=202,
    response_model=SealRequestShown,
    responses=_CHANGED,
    summary="Resume a suspended e-seal",
)
def resume(
    services: Services, actor: Writer, once: OnceOnly, seal_id: str, given: ReasonGiven
) -> Response:
    """Ask for a suspended seal to be usable again (恢复)."""
    return once.run(
        actor, given, lambda: _asked(services, actor, seal_id, SealChange.RESUME, given)
    )


@router.post(
    "/seals/{seal_id}/remake",
    status_code=201,
    response_model=SealShown,
    responses=_CHANGED,
    summary="Have an e-seal made anew",
)
def remake(
    services: Services, actor: Writer, once: OnceOnly, seal_id: str, given: ReasonGiven
) -> Response:
    """Apply for the seal that takes this one's place, which cannot be used from now on."""

    def work() -> Created:
        remade = services.seals.remake(actor, seal_id, given.grounds(services))
        return Created(SealShown.of(remade))

    return once.run(actor, given, work)


@router.get(
    "/seals/{seal_id}/events", responses=problems(401, 403, 404), summary="Show a seal's history"
)
def events(services: Services, actor: Reader, seal_id: str) -> SealEvents:
    """Show who did what to a seal, when, why and on what evidence, oldest first."""
    found = services.seal_changes.events(actor, seal_id)
    return SealEvents(data=[SealEventShown.of(event) for event in found])


@router.get(
    "/seals/{seal_id}/requests/{request_id}",
    responses=problems(401, 403, 404),
    summary="Show what became of a request",
)
def request(services: Services, actor: Reader, seal_id: str, request_id: str) -> SealRequestShown:
    """Show a request that the signer was given, and its answer once there is one."""
    return SealRequestShown.of(services.seal_changes.request(actor, seal_id, request_id))


def _asked(
    services: ApiServices, actor: Actor, seal_id: str, change: SealChange, given: ReasonGiven
) -> Created:
    grounds = given.grounds(services)
    request = services.seal_changes.ask(actor, seal_id, change, grounds)
    return Created(SealRequestShown.of(request), status=202)
