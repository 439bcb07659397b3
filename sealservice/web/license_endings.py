"""``/admin/licenses/{id}/endings/…``: the second person confirms the end of a license, or not."""

from enum import StrEnum

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from sealservice.web.routing import PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

router: APIRouter = PageRouter()


class Answer(StrEnum):
    """What the second person says."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"


@router.post(
    "/admin/licenses/{license_id}/endings/{ending_id}/{answer}",
    dependencies=[OwnForm, SessionForm],
)
def settle(
    services: Services, staff: SignedIn, license_id: str, ending_id: str, answer: Answer
) -> Response:
    """End the license, or leave it, then show it again."""
    if answer is Answer.CONFIRM:
        services.endings.confirm(staff.actor, license_id, ending_id)
    else:
        services.endings.dismiss(staff.actor, license_id, ending_id)
    return RedirectResponse(f"/admin/licenses/{license_id}", 303)
