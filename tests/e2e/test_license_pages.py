"""The pages of licenses in a real browser, at the width of a desk and of a phone."""

from pathlib import Path

import pytest

from sealservice.identity.model import Role
from sealservice.kernel.actor import operator
from sealservice.licenses.uscc import check_letter
from tests.e2e.conftest import Served, Watched, apart
from tests.e2e.test_pages import check, sign_in
from tests.licenses.faces import csv_of, face
from tests.world_licenses import sample_face

pytestmark = pytest.mark.browser


def _registered(served: Served, serial: int) -> str:
    """Register a license of no other test, and return its id."""
    code = f"91350100MB{serial:07d}"
    face = {**sample_face(), "uscc": code + check_letter(code)}
    registrar = operator("registrar", served.world.ours.id)
    return served.world.api_services.licenses.register(registrar, face).id


def test_license_pages_are_accessible(watched: Watched, served: Served) -> None:
    """List, face, versions, an action opened, and both forms fit and break no rule of ours."""
    width = (watched.page.viewport_size or {})["width"]
    page = f"/admin/licenses/{apart(lambda: _registered(served, width))}"
    sign_in(served, watched.page, Role.REGISTRAR)
    for address in ("/admin/licenses", "/admin/licenses/new?kind=partnership", f"{page}/change"):
        watched.page.goto(address)
        check(watched)
    watched.page.get_by_label("名称", exact=True).fill("名称变更后的示例有限公司")
    watched.page.get_by_label("原因").fill("名称变更")
    watched.page.get_by_role("button", name="变更照面信息").click()
    watched.page.wait_for_url(f"**{page}")
    watched.page.locator("details summary").first.click()
    check(watched)
    watched.page.goto(f"{page}?lang=en")
    check(watched)


def test_import_pages_are_accessible(watched: Watched, served: Served, tmp_path: Path) -> None:
    """A file is chosen, its import runs and ends with a refused row; all of it fits."""
    file = tmp_path / "执照.csv"
    file.write_bytes(csv_of([face(8_001), {**face(8_002), "established_on": "昨天"}]))
    sign_in(served, watched.page, Role.REGISTRAR)
    watched.page.goto("/admin/licenses/imports")
    check(watched)
    watched.page.get_by_label("把文件拖到这里").set_input_files(file)
    watched.page.wait_for_url("**/imports/imp_*")
    check(watched)
    apart(lambda: served.world.imports.run(watched.page.url.rsplit("/", 1)[1]))
    watched.page.get_by_text("导入完成").wait_for()
    check(watched)
