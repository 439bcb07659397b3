"""``/licenses/{id}/endings``: revoking and cancelling, which take two people."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.licenses import LicenseShown, StatusReason
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.kernel.actor import Actor, Permission
from sealservice.licenses.endings import Ending, Outcome
from sealservice.licenses.model import LicenseStatus

router: APIRouter = ProblemRouter("licenses")

Reader = Annotated[Actor, may(Permission.LICENSES_READ)]
Writer = Annotated[Actor, may(Permission.LICENSES_WRITE)]

_ANSWERS: Final = problems(400, 401, 403, 404, 409, 413, 422)


class EndingShown(BaseModel):
    """A request to end a license, which another person confirms."""

    id: str = Field(examples=["end_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    license_id: str
    status: LicenseStatus = Field(description="What the license is to be: revoked or cancelled.")
    reason: str
    actor_kind: str
    actor_id: str = Field(description="Who asked, and so cannot confirm.")
    created_at: datetime
    expires_at: datetime
    outcome: Outcome | None
    settled_at: datetime | None
    settled_kind: str | None
    settled_by: str | None

    @classmethod
    def of(cls, ending: Ending) -> "EndingShown":
        """Show a request."""
        return cls.model_validate(ending, from_attributes=True)


class Endings(BaseModel):
    """The requests to end one license, newest first."""

    data: list[EndingShown]


_ASKS: Final = (
    (
        "revoke",
        LicenseStatus.REVOKED,
        "Ask to revoke an e-license",
        "Ask to write down that the authority took the license away (吊销). Another confirms.",
    ),
    (
        "cancel",
        LicenseStatus.CANCELLED,
        "Ask to cancel an e-license",
        "Ask to write down that the entity gave the license up (注销). A second person confirms.",
    ),
)


def _asking(status: LicenseStatus) -> Callable[..., Response]:
    def asked(
        services: Services, actor: Writer, once: OnceOnly, license_id: str, given: StatusReason
    ) -> Response:
        def work() -> Created:
            ending = services.endings.ask(actor, license_id, status, given.reason)
            return Created(EndingShown.of(ending), status=202)

        return once.run(actor, given, work)

    return asked


for _name, _status, _summary, _told in _ASKS:
    router.post(
        f"/licenses/{{license_id}}/{_name}",
        name=_name,
        status_code=202,
        response_model=EndingShown,
        responses=_ANSWERS,
        summary=_summary,
        description=_told,
    )(_asking(_status))


@router.get(
    "/licenses/{license_id}/endings",
    responses=problems(401, 403, 404),
    summary="List the requests to end an e-license",
)
def endings(services: Services, actor: Reader, license_id: str) -> Endings:
    """List every request to end the license, newest first, and what became of it."""
    found = services.endings.of_license(actor, license_id)
    return Endings(data=[EndingShown.of(ending) for ending in found])


@router.post(
    "/licenses/{license_id}/endings/{ending_id}/confirm",
    response_model=LicenseShown,
    responses=_ANSWERS,
    summary="Confirm the end of an e-license",
)
def confirm(
    services: Services, actor: Writer, once: OnceOnly, license_id: str, ending_id: str
) -> Response:
    """End the license, as another person asked; who asked is refused."""

    def work() -> Created:
        license_ = services.endings.confirm(actor, license_id, ending_id)
        return Created(LicenseShown.of(license_), status=200)

    return once.run(actor, "", work)


@router.post(
    "/licenses/{license_id}/endings/{ending_id}/dismiss",
    response_model=EndingShown,
    responses=_ANSWERS,
    summary="Dismiss a request to end an e-license",
)
def dismiss(
    services: Services, actor: Writer, once: OnceOnly, license_id: str, ending_id: str
) -> Response:
    """Leave the license as it is."""

    def work() -> Created:
        ending = services.endings.dismiss(actor, license_id, ending_id)
        return Created(EndingShown.of(ending), status=200)

    return once.run(actor, "", work)
