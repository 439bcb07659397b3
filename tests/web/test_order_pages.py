"""The page of an order shows what its pages will look like."""

from sealservice.identity.model import Role
from sealservice.kernel.actor import operator
from sealservice.sealing.model import CoordinatePlacement, OrderRequest, SealUse, StraddlePlacement
from sealservice.web.order_pages import PAGES_SHOWN
from tests.edge_client import EdgeClient
from tests.web.conftest import sign_in
from tests.world_edges import EdgeWorld
from tests.world_verification import blank_pdf


def test_an_order_shows_its_pages_as_they_will_look(world: EdgeWorld, client: EdgeClient) -> None:
    """Every page with its picture, over it the drawings where they go; of slices what shows."""
    actor, seal = operator("root", world.ours.id), world.seal(world.ours)
    pdf = world.api_services.orders.store_document(actor, "合同.pdf", blank_pdf(pages=8))
    places = (CoordinatePlacement("1", 50, 50), StraddlePlacement(at_mm=150))
    order = world.api_services.orders.place(
        actor, OrderRequest(pdf.id, (SealUse(seal.id, places),))
    )
    sign_in(world, client, Role.CLERK)
    shown = client.get(f"/orders/{order.id}").text
    assert shown.count(f'<image href="/seal/{pdf.id}/pages/') == PAGES_SHOWN
    assert f'href="/seal/{pdf.id}/pages/1?width=480" width="209.903" height="297.039"' in shown
    assert '<svg x="30.000" y="227.039" width="40.000" height="40.000" viewBox="0 0 40' in shown
    assert '<svg x="204.903" y="127.039" width="5.000" height="40.000" viewBox="0.000 0' in shown
    assert 'viewBox="5.000 0.000 5.000 40.000"' in shown
    assert "另有 2 页未显示" in shown
