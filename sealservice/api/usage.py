"""``/licenses/{id}/usage``: what was done with a license, as JSON or CSV."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel

from sealservice.api.callers import may
from sealservice.api.listing import Page, PageAsked
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.facts import Fact
from sealservice.kernel.language import preferred_language
from sealservice.licenses.usage import UsageAsked, UsageKind, UsageLine, usage_csv

router: APIRouter = ProblemRouter("licenses")

Reader = Annotated[Actor, may(Permission.LICENSES_READ)]
_MOST_ROWS: Final = 10_000
"""Of one CSV file; narrower periods give the rest."""


class UsageShown(BaseModel):
    """One line of the usage log."""

    id: str
    at: datetime
    kind: UsageKind
    fact: Fact
    actor_kind: str
    actor_id: str
    holder_id: str | None
    mandate_id: str | None
    subject: str
    reason: str | None

    @classmethod
    def of(cls, line: UsageLine) -> "UsageShown":
        """Show a line."""
        return cls.model_validate(line, from_attributes=True)


def _asked(
    license_id: str,
    *,
    kind: UsageKind | None = None,
    person_id: Annotated[str | None, Query(max_length=100)] = None,
    since: datetime | None = None,
    until: Annotated[datetime | None, Query(description="Before this moment.")] = None,
) -> UsageAsked:
    return UsageAsked(license_id, kind, person_id, zoned(since), zoned(until))


def zoned(moment: datetime | None) -> datetime | None:
    """Read a time without a zone as UTC, as all times of this API are."""
    if moment is None or moment.tzinfo:
        return moment
    return datetime.fromisoformat(f"{moment.isoformat()}+00:00")


Asked = Annotated[UsageAsked, Depends(_asked)]


@router.get(
    "/licenses/{license_id}/usage",  # noqa: FAST003 - part of what is asked
    responses=problems(401, 403, 404, 422),
    summary="Show the usage log of an e-license",
)
def usage(services: Services, actor: Reader, asked: Asked, paging: PageAsked) -> Page[UsageShown]:
    """List what was done with the license, newest first; needs `audit:read` or `licenses:write`."""
    return paging.page(
        lambda before, limit: services.usage.page(actor, asked, before, limit),
        UsageShown.of,
        lambda line: line.id,
    )


@router.get(
    "/licenses/{license_id}/usage.csv",  # noqa: FAST003 - part of what is asked
    responses=problems(401, 403, 404, 422),
    response_class=Response,
    summary="Download the usage log of an e-license",
)
def table(services: Services, actor: Reader, asked: Asked, language: str = "zh") -> Response:
    """Return the newest 10,000 lines as a table for spreadsheets (UTF-8 with byte order mark)."""
    lines = services.usage.page(actor, asked, None, _MOST_ROWS)
    return Response(
        usage_csv(lines, preferred_language(language)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="usage.csv"'},
    )
