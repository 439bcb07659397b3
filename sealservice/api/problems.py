"""Errors as problems (RFC 9457): stable codes, both languages, no inner workings.

1. The kind of an error decides the status; a few errors have one of their own.
2. ``detail`` is in the language of Accept-Language; ``code`` and ``type`` never change.
3. An unknown id and somebody else's id give the same answer.
4. Whatever was not foreseen is a 500 that says nothing but the request's number; the log has more.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from sealservice.api.errors import (
    IdempotencyKeyInFlight,
    IdempotencyKeyMissing,
    MediaTypeUnsupported,
    MethodNotAllowed,
    RequestInvalid,
    ResourceNotFound,
    ServiceUnavailable,
)
from sealservice.api.field_errors import FieldError, field_errors
from sealservice.api.services import services_of
from sealservice.kernel.bodies import BodyMalformed, BodyTooSlow
from sealservice.kernel.errors import (
    CannotWrite,
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
from sealservice.kernel.fields import FieldsInvalid
from sealservice.kernel.ids import new_id
from sealservice.kernel.language import preferred_language
from sealservice.kernel.text import Language, Text
from sealservice.licenses.ending_errors import FaceChangedMeanwhile

MEDIA_TYPE: Final = "application/problem+json"

_LOG: Final = logging.getLogger(__name__)
_RETRY_SECONDS: Final = "5"
_STATUSES: Final[tuple[tuple[type[SealserviceError], int], ...]] = (
    (IdempotencyKeyMissing, 400),
    (IdempotencyKeyInFlight, 409),
    (BodyMalformed, 400),
    (MethodNotAllowed, 405),
    (BodyTooSlow, 408),
    (MediaTypeUnsupported, 415),
    (TooLarge, 413),
    (NotFound, 404),
    (FaceChangedMeanwhile, 412),
    (Conflict, 409),
    (Refused, 422),
    (NotAuthenticated, 401),
    (NotAllowed, 403),
    (Unavailable, 503),
    (TryAgain, 503),
    (CannotWrite, 500),
    (SealserviceError, 500),
)
_TITLES: Final = {
    400: Text("请求格式有误", "Malformed request"),
    401: Text("未通过身份验证", "Not authenticated"),
    403: Text("没有权限", "Not allowed"),
    404: Text("未找到", "Not found"),
    405: Text("不支持的方法", "Method not allowed"),
    408: Text("请求超时", "Request timed out"),
    409: Text("与现有状态冲突", "Conflict"),
    412: Text("内容已被他人更改", "Changed meanwhile"),
    413: Text("内容过大", "Too large"),
    415: Text("不支持的内容类型", "Unsupported media type"),
    422: Text("内容不可接受", "Not acceptable as given"),
    500: Text("内部错误", "Internal error"),
    503: Text("服务暂不可用", "Temporarily unavailable"),
}
_HTTP_ERRORS: Final[Mapping[int, type[SealserviceError]]] = {
    400: BodyMalformed,
    404: ResourceNotFound,
    405: MethodNotAllowed,
}


class Problem(BaseModel):
    """A refusal, RFC 9457."""

    type: str = Field(examples=["https://seal.example/problems/keyword_not_found"])
    title: str = Field(examples=["内容不可接受"])
    status: int = Field(examples=[422])
    detail: str = Field(description="What happened and what to do next.")
    instance: str = Field(examples=["/api/v1/sealing-orders"])
    code: str = Field(description="Stable word for programs.", examples=["keyword_not_found"])
    request_id: str = Field(description="To be named when asking for help.")
    errors: list[FieldError] | None = Field(
        default=None, description="Which fields of the request are wrong."
    )


def problem_response(request: Request, error: Exception) -> Response:
    """Return the problem that an error amounts to; unforeseen ones are logged with their trace."""
    known = _known(error)
    status = next(status for kind, status in _STATUSES if isinstance(known, kind))
    if status >= 500:  # noqa: PLR2004 (RFC 9110 15.6: server errors)
        _LOG.error("request %s failed", request_id(request), exc_info=error)
    language = preferred_language(request.headers.get("accept-language", ""))
    problem = _problem(request, known, status, language)
    errors = _errors(error, language)
    problem = problem.model_copy(update={"errors": errors}) if errors else problem
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status,
        headers={**_headers(known, status, language), **_allowed_methods(request, error)},
        media_type=MEDIA_TYPE,
    )


def install(app: FastAPI) -> None:
    """Answer addresses and methods that no route knows with a problem, too."""

    async def answer(request: Request, error: Exception) -> Response:
        return problem_response(request, error)

    app.add_exception_handler(HTTPException, answer)


def request_id(request: Request) -> str:
    """Return the request's number, which the outermost layer gave it."""
    number: str | None = getattr(request.state, "request_id", None)
    if number is None:
        number = request.state.request_id = new_id("req")
    return number


def _known(error: Exception) -> SealserviceError:
    if isinstance(error, Unavailable):
        return ServiceUnavailable()
    if isinstance(error, SealserviceError):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        return _HTTP_ERRORS.get(error.status_code, SealserviceError)()
    return SealserviceError()


def _invalid(error: RequestValidationError) -> SealserviceError:
    if any(item["type"] == "json_invalid" for item in error.errors()):
        return BodyMalformed()
    if any(item["loc"] == ("header", "Idempotency-Key") for item in error.errors()):
        return IdempotencyKeyMissing()
    return RequestInvalid()


def _problem(request: Request, error: SealserviceError, status: int, language: Language) -> Problem:
    return Problem(
        type=f"{services_of(request).public_url}/problems/{error.code}",
        title=_TITLES[status].to(language),
        status=status,
        detail=error.to(language),
        instance=request.url.path,
        code=error.code,
        request_id=request_id(request),
    )


def _errors(error: Exception, language: Language) -> list[FieldError]:
    if isinstance(error, RequestValidationError):
        return field_errors(error.errors(), language)
    if isinstance(error, FieldsInvalid):
        return [
            FieldError(pointer=f"/{problem.field}", detail=problem.text.to(language))
            for problem in error.problems
        ]
    return []


def _headers(error: SealserviceError, status: int, language: Language) -> dict[str, str]:
    headers = {"Content-Language": language.value, "Cache-Control": "no-store"}
    if status == 401:  # noqa: PLR2004
        challenge = 'Bearer realm="sealservice"'
        missing = error.code == "api_key_missing"
        headers["WWW-Authenticate"] = (
            challenge if missing else f'{challenge}, error="invalid_token"'
        )
    if status in {503, 409} and isinstance(error, TryAgain | Unavailable):
        headers["Retry-After"] = _RETRY_SECONDS
    if status in {408, 413}:
        headers["Connection"] = "close"
    return headers


def _allowed_methods(request: Request, error: Exception) -> Mapping[str, str]:
    """Return the header of a 405, RFC 9110 15.5.6.

    The router knows only the methods of the first route with this path; the description, of all.
    """
    if not isinstance(error, HTTPException) or "Allow" not in (error.headers or {}):
        return {}
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    for template, methods in request.app.openapi()["paths"].items():
        if compile_path(template)[0].fullmatch(path):
            return {"Allow": ", ".join(sorted(map(str.upper, methods)))}
    return error.headers or {}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of the problems an operation may answer with."""
    return {status: _described(status) for status in _always(statuses)}


def _always(statuses: Iterable[int]) -> list[int]:
    return sorted({*statuses, 500, 503})


def _described(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _TITLES[status].en, "content": {MEDIA_TYPE: {"schema": schema}}}
