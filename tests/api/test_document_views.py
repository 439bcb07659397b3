"""How a document's pages lie and look, and where its texts stand, by the API."""

import io

import pikepdf
import pytest
from PIL import Image

from sealservice.kernel.actor import Permission
from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.world_edges import EdgeWorld
from tests.world_verification import blank_pdf


@pytest.fixture
def document_id(ours: Caller) -> str:
    """Store a page of 595 x 842 points, turned by a quarter."""
    turned = io.BytesIO()
    with pikepdf.open(io.BytesIO(blank_pdf())) as document:
        document.pages[0].obj["/MediaBox"] = [0, 0, 595, 842]
        document.pages[0].obj["/Rotate"] = 90
        document.save(turned)
    identity: str = ours.upload(turned.getvalue()).json()["id"]
    return identity


def test_layout_is_as_displayed(ours: Caller, document_id: str) -> None:
    """Sizes are in mm and already turned."""
    shown = ours.get(f"/documents/{document_id}/layout").json()
    (page,) = shown["pages"]
    assert page["width_mm"] == pytest.approx(842 * 25.4 / 72, abs=0.001)
    assert page["height_mm"] == pytest.approx(595 * 25.4 / 72, abs=0.001)
    assert (page["rotation"], shown["fields"], shown["signatures"]) == (90, [], 0)


def test_picture_is_of_the_size_asked_for(ours: Caller, document_id: str) -> None:
    """WebP, as displayed, kept by nobody in between; an unchanged one is not sent again."""
    address = f"/documents/{document_id}/pages/1?width=421"
    answer = ours.get(address)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"].startswith("private")
    width, height = Image.open(io.BytesIO(answer.content)).size
    assert width == 421
    assert height == pytest.approx(421 * 595 / 842, abs=1)
    again = ours.get(address, **{"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("rest", ["0", "2", "999", "1?width=1", "1?width=100000", "x"])
def test_pictures_that_there_are_not(ours: Caller, document_id: str, rest: str) -> None:
    """A page that is not there and a width out of bounds are refused."""
    assert ours.get(f"/documents/{document_id}/pages/{rest}").status_code == 422


def test_search_counts_in_reading_order(ours: Caller, document_id: str) -> None:
    """What is found has number, line and box; what is not leads to what comes close."""
    address = f"/documents/{document_id}/searches"
    found = ours.post(address, {"text": "Ａmount"}).json()
    assert (found["count"], found["nearest"]) == (1, [])
    (one,) = found["found"]
    assert (one["number"], one["box"]["page"]) == (1, 1)
    assert "Amount" in one["line"]
    absent = ours.post(address, {"text": "Amounts 100"}).json()
    assert absent["found"] == []
    assert ours.post(address, {"text": ""}).status_code == 422
    assert ours.post(address, {"text": "a", "pages": "9"}).status_code == 422


def test_looking_needs_the_permission(
    world: EdgeWorld, client: EdgeClient, document_id: str
) -> None:
    """Who may not read orders sees no page of a document."""
    nobody = Caller(client, world.identity.key(world.ours.id, Permission.RECORDS_READ))
    for rest in ("layout", "pages/1"):
        assert nobody.get(f"/documents/{document_id}/{rest}").status_code == 403
    assert nobody.post(f"/documents/{document_id}/searches", {"text": "a"}).status_code == 403
