"""``/problems/{code}``: where the ``type`` of a problem leads (RFC 9457 3.1.1)."""

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sealservice.kernel.errors import SealserviceError
from sealservice.web.errors import PageNotFound
from sealservice.web.pages import language_of, render
from sealservice.web.routing import PageRouter

router: APIRouter = PageRouter()


@router.get("/problems/{code}")
def explain(request: Request, code: str) -> Response:
    """Explain one code in the reader's language.

    Raises:
        PageNotFound: nothing here has that code.
    """
    for error in _below(SealserviceError):
        if error.code == code:
            text = error.text.to(language_of(request))
            return render(request, "problem.html", code=code, text=text)
    raise PageNotFound


def _below(kind: type[SealserviceError]) -> Iterator[type[SealserviceError]]:
    yield kind
    for special in kind.__subclasses__():
        yield from _below(special)
