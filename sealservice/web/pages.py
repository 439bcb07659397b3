"""Render a page: language, who is signed in, texts, and the numbers that help to ask for help.

The language is the first of: ``?lang=`` (kept in a cookie), that cookie, Chinese.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment as Templates
from jinja2 import FileSystemLoader, StrictUndefined

from sealservice.config import Environment
from sealservice.identity.model import Staff
from sealservice.kernel.ids import new_id
from sealservice.kernel.resources import resource
from sealservice.kernel.text import Language
from sealservice.verification.reports.numbers import receipt_number
from sealservice.web.services import services_of
from sealservice.web.texts import ChangeKind, translator

STATIC: Final = Path(__file__).parent / "static"
LANGUAGE_COOKIE: Final = "lang"

_CHINA: Final = timezone(timedelta(hours=8))
_YEAR_SECONDS: Final = 365 * 24 * 3600
_FINGERPRINT_LETTERS: Final = 10


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401 (values are what a template shows)
    """Return a page, or a part of one, in the reader's language."""
    language = language_of(request)
    context = {**_common(request, language), "status": status, **values}
    html = _templates().get_template(template).render(context)
    headers = {"Content-Language": language.value, "Cache-Control": "no-store"}
    response = HTMLResponse(html, status, headers=headers)
    if request.query_params.get("lang") in {*Language}:
        response.set_cookie(
            LANGUAGE_COOKIE,
            language.value,
            max_age=_YEAR_SECONDS,
            secure=services_of(request).is_secure,
            httponly=True,
            samesite="lax",
        )
    return response


def language_of(request: Request) -> Language:
    """Return the language in which a request is to be answered."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wanted is not None and wanted in {*Language}:
            return Language(wanted)
    return Language.ZH


def request_id(request: Request) -> str:
    """Return the request's number, which the outermost layer gave it."""
    number: str | None = getattr(request.state, "request_id", None)
    if number is None:
        number = request.state.request_id = new_id("req")
    return number


def is_partial(request: Request) -> bool:
    """Return whether htmx asks for a part of a page only."""
    return request.headers.get("hx-request") == "true"


def _common(request: Request, language: Language) -> dict[str, Any]:
    services = services_of(request)
    staff: Staff | None = getattr(request.state, "staff", None)
    return {
        "t": translator(language),
        "language": language,
        "staff": staff,
        "permissions": staff.actor.permissions if staff else frozenset(),
        "form_token": getattr(request.state, "form_token", ""),
        "is_demonstration": services.environment is Environment.DEMONSTRATION,
        "limits": services.limits,
        "path": request.url.path,
        "request_id": request_id(request),
        "static": _static_address,
    }


@cache
def _templates() -> Templates:
    templates = Templates(
        loader=FileSystemLoader(resource("templates/pages")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., object]] = {
        "moment": _moment,
        "receipt_number": receipt_number,
        "size": _size,
        "webp": _webp,
        "numbered": _numbered,
    }
    templates.filters.update(filters)
    templates.globals["known_changes"] = frozenset(ChangeKind)
    return templates


@cache
def _static_address(name: str) -> str:
    """Return an address that changes whenever the file does."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:_FINGERPRINT_LETTERS]}"


def _moment(value: datetime | str) -> str:
    """Write a moment in China's time, which has had one zone and no summer time since 1991."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{aware.astimezone(_CHINA):%Y-%m-%d %H:%M:%S} UTC+8"


def _numbered(things: Iterable[object]) -> list[tuple[int, object]]:
    return list(enumerate(things, start=1))


def _webp(picture: bytes) -> str:
    """Return a picture as an address that needs no second request, because nothing is kept."""
    return f"data:image/webp;base64,{base64.b64encode(picture).decode()}"


def _size(size: int) -> str:
    if size < 1 << 10:
        return f"{size} B"
    return f"{size / (1 << 10):.0f} KB" if size < 1 << 20 else f"{size / (1 << 20):.1f} MB"
