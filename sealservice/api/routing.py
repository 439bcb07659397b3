"""How every route of the API answers: bounded bodies, and problems whatever goes wrong."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from sealservice.api.errors import ResourceNotFound
from sealservice.api.problems import problem_response
from sealservice.api.services import services_of
from sealservice.kernel.bodies import BodyBounds, bounded
from sealservice.kernel.fields import length_problem, unprintable_problem
from sealservice.limits import Limits

_ID_LETTERS: Final = 100
_FORM_OVERHEAD: Final = 64 * 1024


class ProblemRoute(APIRoute):
    """A route whose body is bounded and whose every failure is a problem."""

    def greatest_body(self, limits: Limits) -> int:
        """Return how many bytes a request may have."""
        return limits.body_bytes

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap what FastAPI would do."""
        answer = super().get_route_handler()

        async def answer_or_problem(request: Request) -> Response:
            limits = services_of(request).limits
            bounds = body_bounds(limits, self.greatest_body(limits))
            channel = bounded(request.receive, bounds)
            request = Request(request.scope, channel)
            try:
                _require_plausible(request)
                if self.body_field is not None:
                    await request.body()
                return await answer(request)
            except Exception as error:  # noqa: BLE001 (this is where every failure is answered)
                return problem_response(request, error)

        return answer_or_problem


class UploadRoute(ProblemRoute):
    """A route that takes a document, raw or in a form."""

    def greatest_body(self, limits: Limits) -> int:
        """Return the size of the largest document and of a form around it."""
        return limits.document_bytes + _FORM_OVERHEAD


class PictureRoute(ProblemRoute):
    """A route that takes the picture of a seal, raw or in a form."""

    def greatest_body(self, limits: Limits) -> int:
        """Return the size of the largest picture and of a form around it."""
        return limits.seal_picture_bytes + _FORM_OVERHEAD


class ImportRoute(ProblemRoute):
    """A route that takes a file of license faces, raw or in a form."""

    def greatest_body(self, limits: Limits) -> int:
        """Return the size of the largest such file and of a form around it."""
        return limits.import_bytes + _FORM_OVERHEAD


class VerifiedRoute(ProblemRoute):
    """A route that takes a document to be verified, raw or in a form."""

    def greatest_body(self, limits: Limits) -> int:
        """Return the size of the largest such document and of a form around it."""
        return limits.verified_bytes + _FORM_OVERHEAD


class ProblemRouter(APIRouter):
    """A router of such routes."""

    def __init__(self, tag: str, route_class: type[ProblemRoute] = ProblemRoute) -> None:
        super().__init__(tags=[tag], route_class=route_class)


def body_bounds(limits: Limits, greatest: int) -> BodyBounds:
    """Return the bounds of a body of at most ``greatest`` bytes."""
    return BodyBounds(greatest, limits.body_idle_seconds, limits.body_seconds)


def _require_plausible(request: Request) -> None:
    """Take ids that no id can look like for unknown ones, before a store sees them."""
    for value in map(str, request.path_params.values()):
        if unprintable_problem(value) or length_problem(value, _ID_LETTERS):
            raise ResourceNotFound
