"""``/admin/licenses/{id}/usage``: what was done with a license, filtered, and as a table."""

from datetime import datetime, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from sealservice.licenses.usage import USAGE_NAMES, UsageAsked, UsageKind, usage_csv
from sealservice.web.mandate_forms import CHINA
from sealservice.web.pages import language_of, render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import SignedIn

router: APIRouter = PageRouter()

_ROWS: Final = 50
_MOST_ROWS: Final = 10_000
_DAY: Final = r"^(\d{4}-\d{2}-\d{2})?$"

Before = Annotated[str | None, Query(pattern=r"^[a-z]{2,8}_[0-9a-z]{26}$")]
Day = Annotated[str, Query(pattern=_DAY)]
Person = Annotated[str, Query(max_length=100)]


@router.get("/admin/licenses/{license_id}/usage")
def usage(  # noqa: PLR0913, PLR0917 - each filter is a parameter of the address
    request: Request,
    services: Services,
    staff: SignedIn,
    license_id: str,
    kind: str = "",
    person: Person = "",
    since: Day = "",
    until: Day = "",
    before: Before = None,
) -> Response:
    """Show the log, newest first."""
    asked = _asked(license_id, kind, person, since, until)
    lines = services.usage.page(staff.actor, asked, before, _ROWS + 1)
    chosen = {"kind": kind, "person": person, "since": since, "until": until}
    return render(
        request,
        "license_usage.html",
        license_id=license_id,
        lines=lines[:_ROWS],
        following=lines[_ROWS - 1].id if len(lines) > _ROWS else None,
        names={
            one.id: one
            for one in services.persons.persons.of_license(staff.actor.organisation_id, license_id)
        },
        kinds=USAGE_NAMES,
        chosen=chosen,
        query=urlencode({name: value for name, value in chosen.items() if value}),
    )


@router.get("/admin/licenses/{license_id}/usage.csv")
def table(  # noqa: PLR0913, PLR0917 - each filter is a parameter of the address
    request: Request,
    services: Services,
    staff: SignedIn,
    license_id: str,
    kind: str = "",
    person: Person = "",
    since: Day = "",
    until: Day = "",
) -> Response:
    """Return the newest 10,000 lines as a table for spreadsheets."""
    asked = _asked(license_id, kind, person, since, until)
    lines = services.usage.page(staff.actor, asked, None, _MOST_ROWS)
    return Response(
        usage_csv(lines, language_of(request)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="usage-{license_id}.csv"'},
    )


def _asked(license_id: str, kind: str, person: str, since: str, until: str) -> UsageAsked:
    last = _day(until)
    return UsageAsked(
        license_id=license_id,
        kind=UsageKind(kind) if kind in set(UsageKind) else None,
        holder_id=person or None,
        since=_day(since),
        until=last + timedelta(days=1) if last else None,
    )


def _day(typed: str) -> datetime | None:
    """Return the beginning of a day in China; None if there is no such day."""
    try:
        return datetime.strptime(typed, "%Y-%m-%d").replace(tzinfo=CHINA)
    except ValueError:
        return None
