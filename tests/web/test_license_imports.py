"""The pages that import licenses: taken in, watched, refused rows shown and handed over."""

import csv
import io

import httpx
import pytest

from sealservice.identity.model import Role
from tests.edge_client import EdgeClient
from tests.licenses.faces import csv_of, face
from tests.web.conftest import OWN, form_token, sign_in
from tests.world_edges import EdgeWorld

PAGE = "/admin/licenses/imports"


def _send(client: EdgeClient, data: bytes, name: str = "licenses.csv") -> httpx.Response:
    token = form_token(client.get(PAGE).text)
    sent = {"form_token": token}
    return client.post(PAGE, data=sent, files={"file": (name, data, "text/csv")}, headers=OWN)


def test_a_file_is_imported_and_its_refused_rows_handed_over(
    world: EdgeWorld, client: EdgeClient
) -> None:
    """The page reloads until it is done; refused rows stand there and in a harmless CSV."""
    sign_in(world, client, Role.REGISTRAR)
    answer = _send(client, csv_of([face(1), {**face(2), "uscc": "=1+1"}]), "<b>.csv")
    assert answer.status_code == 303
    page = answer.headers["location"]
    waiting = client.get(page).text
    assert "hx-trigger" in waiting
    world.imports.run(page.rsplit("/", 1)[1])
    shown = client.get(page).text
    assert "hx-trigger" not in shown
    part = client.get(page, headers={"HX-Request": "true"}).text
    assert part.startswith('<div id="import">')
    assert "&lt;b&gt;.csv" in shown
    assert "第 3 行" in shown
    file = client.get(f"{page}/failures.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(file)))
    assert [row[:3] for row in rows[1:]] == [["3", "'=1+1", "face_invalid"]]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 is no list", b"[{"])
def test_a_file_that_is_none_is_told_on_the_page(
    world: EdgeWorld, client: EdgeClient, data: bytes
) -> None:
    """It is refused whole, with the reason where the file was chosen."""
    sign_in(world, client, Role.REGISTRAR)
    answer = _send(client, data)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert world.imports.imports.unfinished() == []


@pytest.mark.security
def test_clerks_import_nothing_and_strangers_see_nothing(
    world: EdgeWorld, client: EdgeClient
) -> None:
    """Without the permission there is no form; another organisation's import is not found."""
    sign_in(world, client, Role.REGISTRAR)
    page = _send(client, csv_of([face(1)])).headers["location"]
    token = form_token(client.get(page).text)
    sent = {"form_token": token}
    link = world.identity.signin_link(world.theirs.id, Role.REGISTRAR, name="他方")
    assert client.post(f"/login/{link}", headers=OWN).status_code == 303
    assert client.get(page).status_code == 404
    assert client.get(f"{page}/failures.csv").status_code == 404
    sign_in(world, client, Role.CLERK, name="李明")
    assert client.get(PAGE).status_code == 403
    file = {"file": ("a.csv", csv_of([face(2)]), "text/csv")}
    assert client.post(PAGE, data=sent, files=file, headers=OWN).status_code == 403
