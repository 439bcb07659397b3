"""How every page answers: bounded bodies, and an error page whatever goes wrong."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from sealservice.kernel.bodies import BodyBounds, bounded
from sealservice.kernel.fields import length_problem, unprintable_problem
from sealservice.limits import Limits
from sealservice.web.errors import PageNotFound
from sealservice.web.failures import failure_data, failure_page
from sealservice.web.services import services_of

_FORM_OVERHEAD: Final = 64 * 1024
_ID_LETTERS: Final = 100


class PageRoute(APIRoute):
    """A route whose body is bounded and whose every failure is a page."""

    def greatest_body(self, limits: Limits) -> int:
        """Return how many bytes a request may have."""
        return limits.body_bytes

    def failed(self, request: Request, error: Exception) -> Response:
        """Return what tells of an error."""
        return failure_page(request, error)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap what FastAPI would do."""
        answer = super().get_route_handler()

        async def answer_or_failure(request: Request) -> Response:
            limits = services_of(request).limits
            greatest = self.greatest_body(limits)
            bounds = BodyBounds(greatest, limits.body_idle_seconds, limits.body_seconds)
            request = Request(request.scope, bounded(request.receive, bounds))
            try:
                _require_plausible(request)
                if self.body_field is not None:
                    await request.body()
                return await answer(request)
            except Exception as error:  # noqa: BLE001 (this is where every failure is answered)
                return self.failed(request, error)

        return answer_or_failure


class UploadRoute(PageRoute):
    """A route that takes a document in a form."""

    def greatest_body(self, limits: Limits) -> int:
        """Return the size of the largest document and of the form around it."""
        return limits.document_bytes + _FORM_OVERHEAD


class PictureRoute(PageRoute):
    """A route that takes the picture of a seal in a form."""

    def greatest_body(self, limits: Limits) -> int:
        """Return the size of the largest picture and of the form around it."""
        return limits.seal_picture_bytes + _FORM_OVERHEAD


class VerifiedRoute(PageRoute):
    """A route that takes a document to be verified in a form."""

    def greatest_body(self, limits: Limits) -> int:
        """Return the size of the largest such document and of the form around it."""
        return limits.verified_bytes + _FORM_OVERHEAD


class FacesRoute(PageRoute):
    """A route that takes a file of licenses in a form."""

    def greatest_body(self, limits: Limits) -> int:
        """Return the size of the largest such file and of the form around it."""
        return limits.import_bytes + _FORM_OVERHEAD


class DataRoute(PageRoute):
    """A route that answers a script of a page, in JSON also when something goes wrong."""

    def failed(self, request: Request, error: Exception) -> Response:
        """Return the sentence that the script is to show."""
        return failure_data(request, error)


class PageRouter(APIRouter):
    """A router of pages, which no API description mentions."""

    def __init__(self, route_class: type[PageRoute] = PageRoute) -> None:
        super().__init__(route_class=route_class, include_in_schema=False)


def _require_plausible(request: Request) -> None:
    """Take ids that no id can look like for unknown ones, before a store sees them."""
    for value in map(str, request.path_params.values()):
        if unprintable_problem(value) or length_problem(value, _ID_LETTERS):
            raise PageNotFound
