"""Pages of kept reports: who may have one kept, and who may read it."""

import json

import pytest

from sealservice.identity.model import Role
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN, form_token, sign_in
from tests.web.test_pages import send
from tests.world_edges import PUBLIC_URL, EdgeWorld
from tests.world_verification import blank_pdf


def keep(client: EdgeClient, pdf: bytes, token: str):  # noqa: ANN201
    """Send the form with the wish that the report be kept."""
    files = {"file": ("合同.pdf", pdf, "application/pdf")}
    fields = {"keep": "yes", "form_token": token}
    return client.post("/verify", files=files, data=fields, headers=OWN)


def test_report_is_kept_when_asked(world: EdgeWorld, client: EdgeClient) -> None:
    """Its link shows it to anybody, with every form; the pictures of pages are not kept."""
    sign_in(world, client, Role.CLERK)
    answer = keep(
        client, world.signed.archival(blank_pdf()), form_token(client.get("/verify").text)
    )
    (report_id,) = world.reports.rows
    assert f"{PUBLIC_URL}/verify/{report_id}" in answer.text
    assert "data:image/webp" in answer.text
    stranger = EdgeClient(world.web(), PUBLIC_URL)
    page = stranger.get(f"/verify/{report_id}")
    assert page.status_code == 200
    assert "合同.pdf" in page.text
    assert "data:" not in page.text
    for form in ("json", "etsi"):
        file = stranger.get(f"/verify/{report_id}/report?format={form}")
        assert file.status_code == 200
        assert report_id in file.headers["content-disposition"]
    assert json.loads(stranger.get(f"/verify/{report_id}/report").content)["verdict"] == "valid"
    assert stranger.get(f"/verify/{report_id}/report?format=odd").status_code == 422


@pytest.mark.security
def test_only_a_form_of_the_session_has_a_report_kept(world: EdgeWorld, client: EdgeClient) -> None:
    """Nobody who is not signed in, and no page of another site, makes us keep anything."""
    assert 'name="keep"' not in client.get("/verify").text
    assert keep(client, blank_pdf(), "").status_code == 403
    sign_in(world, client, Role.CLERK)
    assert 'name="keep"' in client.get("/verify").text
    assert keep(client, blank_pdf(), "0" * 64).status_code == 403
    assert send(client, blank_pdf()).status_code == 200
    assert world.reports.rows == {}


def test_unknown_report_says_what_to_do(client: EdgeClient) -> None:
    """An old or wrong link is 404 with a sentence, not an empty page."""
    answer = client.get("/verify/ver_00000000000000000000000000")
    assert answer.status_code == 404
    assert "重新验章" in answer.text
