"""The pages from a document to its order: who sees them, and what they say of whoever approves."""

import json

import pytest

from sealservice.config import Environment
from sealservice.identity.model import Organisation, Role
from sealservice.kernel.actor import operator
from sealservice.sealing.model import CoordinatePlacement, Order, OrderRequest, SealUse
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN, form_token, sign_in
from tests.web.test_passkey_login import enrolled
from tests.world_edges import PUBLIC_URL, EdgeWorld
from tests.world_identity import IdentityWorld
from tests.world_verification import blank_pdf

pytestmark = pytest.mark.security


def placements(seal_id: str) -> str:
    """Return one place of a seal, as the page's script sends it."""
    place = {"seal": seal_id, "type": "coordinate", "pages": "1", "x_mm": 50, "y_mm": 50}
    return json.dumps([place])


def stored(world: EdgeWorld, organisation: Organisation) -> str:
    """Store a document of an organisation, and return its id."""
    actor = operator("root", organisation.id)
    return world.api_services.orders.store_document(actor, "合同.pdf", blank_pdf()).id


def ordered(world: EdgeWorld, organisation: Organisation) -> Order:
    """Place an order of an organisation."""
    actor, seal = operator("root", organisation.id), world.seal(organisation)
    use = SealUse(seal.id, (CoordinatePlacement("1", 50, 50),))
    wanted = OrderRequest(stored(world, organisation), (use,))
    return world.api_services.orders.place(actor, wanted)


def test_foreign_documents_are_not_found(world: EdgeWorld, client: EdgeClient) -> None:
    """No page, picture, resolution or search of another organisation's document, nor of none."""
    world.seal(world.ours)
    theirs = stored(world, world.theirs)
    sign_in(world, client, Role.CLERK)
    sent = {"form_token": form_token(client.get("/").text), "text": "Amount"}
    for document in (theirs, "doc_00000000000000000000000000", "%00", "x" * 200):
        for rest in ("place", "pages/1"):
            assert client.get(f"/seal/{document}/{rest}").status_code == 404
        for rest in ("place", "resolution", "searches"):
            placed = {**sent, "placements": placements("seal_00000000000000000000000000")}
            answer = client.post(f"/seal/{document}/{rest}", data=placed, headers=OWN)
            assert answer.status_code == 404
            assert "合同" not in answer.text


def test_foreign_seals_are_not_found(world: EdgeWorld, client: EdgeClient) -> None:
    """Another organisation's seal has no drawing here, no resolution, and makes no order."""
    document, theirs = stored(world, world.ours), world.seal(world.theirs)
    ours = world.seal(world.ours)
    sign_in(world, client, Role.CLERK)
    page = client.get(f"/seal/{document}/place").text
    assert ours.id in page
    assert theirs.id not in page
    assert client.get(f"/seal/drawings/{theirs.id}").status_code == 404
    sent = {"form_token": form_token(page), "placements": placements(theirs.id)}
    for rest in ("resolution", "place"):
        answer = client.post(f"/seal/{document}/{rest}", data=sent, headers=OWN)
        assert answer.status_code == 404
    assert world.orders.rows == {}


def test_foreign_orders_are_not_found(world: EdgeWorld, client: EdgeClient) -> None:
    """Another organisation's order can be neither seen nor approved."""
    world.holder(world.theirs)
    order = ordered(world, world.theirs)
    sign_in(world, client, Role.CLERK)
    sent = {"form_token": form_token(client.get("/").text)}
    assert client.get(f"/orders/{order.id}").status_code == 404
    answer = client.post(f"/orders/{order.id}/approval", data=sent, headers=OWN)
    assert answer.status_code == 404
    assert world.orders.assertions == {}


def test_who_may_not_order_places_nothing(world: EdgeWorld, client: EdgeClient) -> None:
    """An auditor sees an order, without a button, and no page that asks for a new one."""
    world.holder(world.ours)
    order = ordered(world, world.ours)
    sign_in(world, client, Role.AUDITOR)
    page = client.get(f"/orders/{order.id}")
    assert page.status_code == 200
    assert "/approval" not in page.text
    for path in ("/seal/new", f"/seal/{order.document_id}/place"):
        assert client.get(path).status_code == 403
    sent = {"form_token": form_token(page.text)}
    answer = client.post(f"/orders/{order.id}/approval", data=sent, headers=OWN)
    assert answer.status_code == 403


def test_pictures_that_are_known_are_not_sent_again(world: EdgeWorld, client: EdgeClient) -> None:
    """A page and a drawing have tags; 304 without a body for whoever names the right one."""
    document, seal = stored(world, world.ours), world.seal(world.ours)
    sign_in(world, client, Role.CLERK)
    for path in (f"/seal/{document}/pages/1?width=100", f"/seal/drawings/{seal.id}"):
        first = client.get(path)
        assert first.headers["cache-control"].startswith("private")
        again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        other = client.get(path, headers={"If-None-Match": '"other"'})
        assert (other.status_code, other.content) == (200, first.content)


def test_production_has_no_button() -> None:
    """Where nobody stands in, the page says how the holder approves, and a forged form fails."""
    world = EdgeWorld(identity=IdentityWorld(environment=Environment.PRODUCTION))
    client = EdgeClient(world.web(), PUBLIC_URL)
    order = ordered(world, world.ours)
    enrolled(world, client, Role.CLERK)
    page = client.get(f"/orders/{order.id}").text
    assert "持照人用自己的密钥批准" in page
    assert f"POST /api/v1/sealing-orders/{order.id}/approvals" in page
    assert f"/orders/{order.id}/approval" not in page
    sent = {"form_token": form_token(page)}
    answer = client.post(f"/orders/{order.id}/approval", data=sent, headers=OWN)
    assert answer.status_code == 403
    assert world.orders.assertions == {}


def test_holder_who_is_not_enrolled(world: EdgeWorld, client: EdgeClient) -> None:
    """Without an enrolled holder there is no button but the command that enrols one."""
    order = ordered(world, world.ours)
    sign_in(world, client, Role.CLERK)
    page = client.get(f"/orders/{order.id}").text
    assert "演示持照人尚未登记" in page
    assert "sealservice license enrol" in page
    assert f"/orders/{order.id}/approval" not in page
    world.holder(world.ours)
    assert f"/orders/{order.id}/approval" in client.get(f"/orders/{order.id}").text


@pytest.mark.parametrize(("language", "title"), [("zh", "公章"), ("en", "official seal")])
def test_seals_of_one_owner_are_told_apart(
    world: EdgeWorld, client: EdgeClient, language: str, title: str
) -> None:
    """Where a seal is chosen and where its use is approved, its kind is named."""
    order = ordered(world, world.ours)
    sign_in(world, client, Role.CLERK)
    for path in (f"/seal/{order.document_id}/place", f"/orders/{order.id}"):
        assert title in client.get(f"{path}?lang={language}").text


def test_whoever_places_says_whether_the_order_may_wait(
    world: EdgeWorld, client: EdgeClient
) -> None:
    """The word is in what the holder approves, and on the page where that is read."""
    document, seal = stored(world, world.ours), world.seal(world.ours)
    sign_in(world, client, Role.CLERK)
    token = form_token(client.get(f"/seal/{document}/place").text)
    sent = {"form_token": token, "placements": placements(seal.id), "on_tsa_failure": "wait"}
    answer = client.post(f"/seal/{document}/place", data=sent, headers=OWN)
    (order,) = world.orders.rows.values()
    assert answer.headers["location"] == f"/orders/{order.id}"
    assert json.loads(order.intent)["on_tsa_failure"] == "wait"
    assert "自动重试" in client.get(f"/orders/{order.id}").text
