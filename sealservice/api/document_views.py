"""``/documents/{document_id}/…``: how its pages lie and look, and where texts stand in it."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.api.values import Line, Sent
from sealservice.kernel.actor import Actor, Permission
from sealservice.sealing.geometry import DisplayedBox
from sealservice.sealing.layout import Found, Layout, SearchResult
from sealservice.sealing.previews import picture_tag

router: APIRouter = ProblemRouter("documents")

Reader = Annotated[Actor, may(Permission.ORDERS_READ)]

_DECIMALS: Final = 4
_FOUND_SHOWN: Final = 500
_WEBP: Final = "image/webp"


class PageBox(BaseModel):
    """A box on a page as displayed, in mm from its bottom left corner."""

    page: int = Field(description="1 for the first page.")
    left_mm: float
    bottom_mm: float
    width_mm: float
    height_mm: float

    @classmethod
    def of(cls, box: DisplayedBox) -> "PageBox":
        """Show a box."""
        return cls(
            page=box.page + 1,
            left_mm=round(box.left, _DECIMALS),
            bottom_mm=round(box.bottom, _DECIMALS),
            width_mm=round(box.right - box.left, _DECIMALS),
            height_mm=round(box.top - box.bottom, _DECIMALS),
        )


class PageShown(BaseModel):
    """A page, as displayed."""

    width_mm: float
    height_mm: float
    rotation: int = Field(description="Its /Rotate, which the sizes already take into account.")


class FieldShown(BaseModel):
    """An empty signature field that a seal may fill."""

    name: str
    box: PageBox


class LayoutShown(BaseModel):
    """What somebody who places seals has to know of a document."""

    pages: list[PageShown]
    fields: list[FieldShown]
    signatures: int = Field(description="Signatures and document timestamps that are in it.")

    @classmethod
    def of(cls, layout: Layout) -> "LayoutShown":
        """Show a layout."""
        return cls(
            pages=[
                PageShown(
                    width_mm=round(page.width_mm, _DECIMALS),
                    height_mm=round(page.height_mm, _DECIMALS),
                    rotation=page.rotation,
                )
                for page in layout.pages
            ],
            fields=[FieldShown(name=one.name, box=PageBox.of(one.shown)) for one in layout.fields],
            signatures=layout.signatures,
        )


class SearchWanted(Sent):
    """A text, and the pages to look for it."""

    text: Line = Field(examples=["（盖章）"])
    pages: Line = Field(default="all", description="A page set: `1,3-5,last`, `odd`, `all`.")


class FoundShown(BaseModel):
    """A place where the text stands."""

    number: int = Field(description="In reading order, from 1; the `occurrence` of a placement.")
    line: str = Field(description="The line it stands in.")
    box: PageBox

    @classmethod
    def of(cls, found: Found) -> "FoundShown":
        """Show a place."""
        return cls(number=found.number, line=found.line, box=PageBox.of(found.shown))


class SearchShown(BaseModel):
    """What a search found."""

    count: int
    found: list[FoundShown] = Field(description=f"The first {_FOUND_SHOWN} of them.")
    nearest: list[str] = Field(description="Texts that come close, when it is nowhere.")

    @classmethod
    def of(cls, result: SearchResult) -> "SearchShown":
        """Show a result."""
        found = [FoundShown.of(one) for one in result.found[:_FOUND_SHOWN]]
        return cls(count=len(result.found), found=found, nearest=[*result.nearest])


@router.get(
    "/documents/{document_id}/layout",
    responses=problems(401, 403, 404),
    summary="Show how the pages of a document lie",
)
def layout(services: Services, actor: Reader, document_id: str) -> LayoutShown:
    """Show the size of each page as displayed, and the signature fields that are there."""
    return LayoutShown.of(services.previews.layout(actor, document_id))


@router.get(
    "/documents/{document_id}/pages/{page}",
    response_class=Response,
    responses={
        200: {"content": {_WEBP: {"schema": {"type": "string", "contentMediaType": _WEBP}}}},
        304: {"description": "The picture that `If-None-Match` names is still right."},
        **problems(401, 403, 404, 422),
    },
    summary="Show a page of a document as a picture",
)
def picture(
    request: Request,
    services: Services,
    actor: Reader,
    document_id: str,
    page: Annotated[int, Path(ge=1, le=100_000)],
    width: Annotated[int, Query(ge=16, le=4_000, description="Pixels.")] = 800,
) -> Response:
    """Draw a page as it is displayed, as WebP. Very high pages come narrower than asked for."""
    document = services.orders.document(actor, document_id)
    tag = picture_tag(document, page, width)
    headers = {"ETag": tag, "Cache-Control": "private, max-age=86400"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    drawn = services.previews.picture(actor, document_id, page, width)
    return Response(drawn, media_type=_WEBP, headers=headers)


@router.post(
    "/documents/{document_id}/searches",
    responses=problems(400, 401, 403, 404, 413, 422),
    summary="Find a text in a document",
)
def search(
    services: Services, actor: Reader, document_id: str, wanted: SearchWanted
) -> SearchShown:
    """Say where a text stands; widths of letters and white space do not matter. Stores nothing."""
    found = services.previews.search(actor, document_id, wanted.text, wanted.pages)
    return SearchShown.of(found)
