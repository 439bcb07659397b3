"""Errors as pages: what happened, what to do next, and the request's number."""

import logging
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from sealservice.identity.passkey_errors import TooManyAttempts
from sealservice.kernel.bodies import BodyTooSlow
from sealservice.kernel.errors import (
    Conflict,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Refused,
    SealserviceError,
    TooLarge,
    TryAgain,
    Unavailable,
)
from sealservice.web.errors import FormInvalid, PageNotFound
from sealservice.web.pages import is_partial, language_of, render, request_id
from sealservice.web.services import services_of
from sealservice.web.texts import catalogue

_LOG: Final = logging.getLogger(__name__)
_STATUSES: Final[tuple[tuple[type[SealserviceError], int], ...]] = (
    (TooManyAttempts, 429),
    (BodyTooSlow, 408),
    (TooLarge, 413),
    (NotFound, 404),
    (Conflict, 409),
    (Refused, 422),
    (NotAuthenticated, 401),
    (NotAllowed, 403),
    (Unavailable, 503),
    (TryAgain, 503),
)
_WITH_TITLE: Final = frozenset({401, 403, 404, 413, 500, 503})


def failure_page(request: Request, error: Exception) -> Response:
    """Return the page, or the part of one, that tells of an error."""
    known, status = _told(request, error)
    page = render(
        request,
        "_failure.html" if is_partial(request) else "failure.html",
        status,
        title_key=f"failure.{status if status in _WITH_TITLE else 'other'}",
        # Which part is away, and why, is for the log.
        message=None if isinstance(known, Unavailable) else known.to(language_of(request)),
    )
    page.headers.update(_when(request, known))
    return page


def failure_data(request: Request, error: Exception) -> Response:
    """Return the sentence that tells of an error, for a script of a page."""
    known, status = _told(request, error)
    language = language_of(request)
    away = catalogue()["failure.unavailable"]
    text = away.to(language) if isinstance(known, Unavailable) else known.to(language)
    return JSONResponse({"error": text, "code": known.code}, status, _when(request, known))


def status_of(error: SealserviceError) -> int:
    """Return the status that tells of an error, RFC 9110 15."""
    kinds = (status for kind, status in _STATUSES if isinstance(error, kind))
    return next(kinds, 500)


def install(app: FastAPI) -> None:
    """Answer addresses and methods that no route knows with a page, too."""

    async def answer(request: Request, error: Exception) -> Response:
        return failure_page(request, error)

    app.add_exception_handler(HTTPException, answer)


def _when(request: Request, known: SealserviceError) -> dict[str, str]:
    """Return when to try again, RFC 9110 10.2.3: no later than a whole period from now."""
    if not isinstance(known, TooManyAttempts):
        return {}
    return {"Retry-After": str(services_of(request).limits.attempts_minutes * 60)}


def _told(request: Request, error: Exception) -> tuple[SealserviceError, int]:
    """Return what is known of an error, and its status; our own mistakes go to the log."""
    known = _known(error)
    status = status_of(known)
    if status >= 500:  # noqa: PLR2004 (RFC 9110 15.6: server errors)
        _LOG.error("request %s failed", request_id(request), exc_info=error)
    return known, status


def _known(error: Exception) -> SealserviceError:
    if isinstance(error, SealserviceError):
        return error
    if isinstance(error, HTTPException) and error.status_code in {404, 405}:
        return PageNotFound()
    if isinstance(error, HTTPException | RequestValidationError):
        return FormInvalid()
    return SealserviceError()
