"""``/seal/{document_id}/place``: where the seals go, shown before anything is asked of anybody.

What the page shows is drawn from the dry run of the very places that the form sends, so the seals
end up where they were seen. Scripts get JSON; pictures and drawings never change under their
address, and are kept by the browser of whoever may see them, and by nobody in between.
"""

import json
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.errors import Refused
from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.kernel.text import Language
from sealservice.sealing.geometry import DisplayedBox
from sealservice.sealing.layout import Layout, SearchResult, Shown
from sealservice.sealing.model import Edge, Level, OrderRequest, Origin
from sealservice.sealing.previews import PlacePreview, Preview, picture_tag
from sealservice.web.errors import FormInvalid
from sealservice.web.failures import status_of
from sealservice.web.pages import language_of, render
from sealservice.web.place_forms import Kind, Line, PlaceForm, SentPlaces, places
from sealservice.web.routing import DataRoute, PageRouter
from sealservice.web.services import Services, WebServices
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

router: APIRouter = PageRouter()
data_router: APIRouter = PageRouter(DataRoute)

_KEPT: Final = "private, max-age=31536000, immutable"
_DECIMALS: Final = 4
_FOUND_SHOWN: Final = 500

Width = Annotated[int, Query(ge=16, le=4_000)]


@router.get("/seal/{document_id}/place")
def ask(request: Request, services: Services, staff: SignedIn, document_id: str) -> Response:
    """Show the document and the seals that may go on it."""
    staff.actor.require(Permission.ORDERS_WRITE)
    return _page(request, services, staff.actor, document_id, PlaceForm())


@router.post("/seal/{document_id}/place", dependencies=[OwnForm, SessionForm])
def place(
    request: Request, services: Services, staff: SignedIn, document_id: str, sent: SentPlaces
) -> Response:
    """Place the order, and go on to its approval; or say on the page why it cannot be."""
    actor = staff.actor
    actor.require(Permission.ORDERS_WRITE)
    services.orders.document(actor, document_id)
    most = services.limits.order_places
    try:
        wanted = OrderRequest(
            document_id,
            sent.uses(most),
            sent.level,
            sent.purpose,
            on_tsa_failure=sent.on_tsa_failure,
        )
        order = services.orders.place(actor, wanted)
    except Refused as refusal:
        return _page(request, services, actor, document_id, sent, refusal)
    return RedirectResponse(f"/orders/{order.id}", 303)


@router.get("/seal/{document_id}/pages/{page}")
def picture(
    request: Request,
    services: Services,
    staff: SignedIn,
    document_id: str,
    page: int,
    width: Width = 800,
) -> Response:
    """Show one page as a picture."""
    document = services.orders.document(staff.actor, document_id)
    tag = picture_tag(document, page, width)
    headers = {"ETag": tag, "Cache-Control": _KEPT}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    drawn = services.previews.picture(staff.actor, document_id, page, width)
    return Response(drawn, media_type="image/webp", headers=headers)


@router.get("/seal/drawings/{seal_id}")
def drawing(request: Request, services: Services, staff: SignedIn, seal_id: str) -> Response:
    """Show a seal's own drawing, at its true size."""
    artwork = services.previews.drawing(staff.actor, seal_id)
    headers = {"ETag": f'"{artwork.sha256[:32]}"', "Cache-Control": _KEPT}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(artwork.svg(), media_type="image/svg+xml", headers=headers)


@data_router.post("/seal/{document_id}/resolution", dependencies=[OwnForm, SessionForm])
def resolve(
    request: Request,
    services: Services,
    staff: SignedIn,
    document_id: str,
    placements: Annotated[str, Form()] = "",
) -> Response:
    """Say where every place that is wanted would be, or why it cannot be."""
    asked = places(placements, services.limits.order_places)
    wanted = tuple((sent.seal, sent.placement) for sent in asked)
    preview = services.previews.resolve(staff.actor, document_id, wanted)
    return JSONResponse(_preview_json(preview, language_of(request)))


@data_router.post("/seal/{document_id}/searches", dependencies=[OwnForm, SessionForm])
def search(
    services: Services,
    staff: SignedIn,
    document_id: str,
    text: Annotated[Line, Form()],
) -> Response:
    """Say where a text stands."""
    return JSONResponse(_found(services.previews.search(staff.actor, document_id, text, "all")))


def _page(
    request: Request,
    services: WebServices,
    actor: Actor,
    document_id: str,
    sent: PlaceForm,
    refusal: Refused | None = None,
) -> Response:
    layout = services.previews.layout(actor, document_id)
    return render(
        request,
        "seal_place.html",
        status_of(refusal) if refusal else 200,
        document=services.orders.document(actor, document_id),
        layout=layout,
        pages_json=_sizes(layout),
        seals=services.previews.offered(actor),
        kinds=[kind for kind in Kind if kind is not Kind.FIELD or layout.fields],
        origins=Origin,
        edges=Edge,
        levels=Level,
        sent=sent,
        initial=_kept(sent, services.limits.order_places),
        problem=refusal.to(language_of(request)) if refusal else None,
        may_apply=Permission.SEALS_WRITE in actor.permissions,
    )


def _sizes(layout: Layout) -> str:
    """Return [width, height] of each page in mm, as JSON."""
    sizes = [[round(p.width_mm, _DECIMALS), round(p.height_mm, _DECIMALS)] for p in layout.pages]
    return json.dumps(sizes, separators=(",", ":"))


def _kept(sent: PlaceForm, most: int) -> str:
    """Return the places that were sent, for the script to begin with; none when they are not."""
    try:
        return sent.placements if places(sent.placements, most) else "[]"
    except FormInvalid:
        return "[]"


def _preview_json(preview: Preview, language: Language) -> JsonObject:
    told: JsonObject = {"places": [_place_json(place, language) for place in preview.places]}
    if preview.refusal is not None:
        told["error"] = preview.refusal.to(language)
    return told


def _place_json(place: PlacePreview, language: Language) -> JsonObject:
    told: JsonObject = {"impressions": [_shown_json(shown) for shown in place.shown]}
    if place.refusal is not None:
        told |= {"error": place.refusal.to(language), "code": place.refusal.code}
    return told


def _shown_json(shown: Shown) -> JsonObject:
    window = shown.impression.window
    parts: JsonValue = None
    if window is not None:
        parts = [window.left, window.bottom, window.right, window.top]
    return {**_box_json(shown.box), "window": parts, "field": shown.impression.field}


def _box_json(box: DisplayedBox) -> JsonObject:
    """Return a box on the page as displayed, in mm from its bottom left; pages count from 1."""
    return {
        "page": box.page + 1,
        "left": round(box.left, _DECIMALS),
        "bottom": round(box.bottom, _DECIMALS),
        "width": round(box.right - box.left, _DECIMALS),
        "height": round(box.top - box.bottom, _DECIMALS),
    }


def _found(result: SearchResult) -> JsonObject:
    found: JsonValue = [
        {"number": one.number, "line": one.line, **_box_json(one.shown)}
        for one in result.found[:_FOUND_SHOWN]
    ]
    return {"found": found, "nearest": [*result.nearest]}
