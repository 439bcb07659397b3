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


def test_pages_of_people_and_ends_are_accessible(watched: Watched, served: Served) -> None:
    """People are named, a mandate is given and refused, an end is asked for; all of it fits."""
    page, width = watched.page, (watched.page.viewport_size or {})["width"]
    address = f"/admin/licenses/{apart(lambda: _registered(served, 90_000 + width))}"
    sign_in(served, page, Role.REGISTRAR)
    page.goto(f"{address}/people")
    check(watched)
    for role, name in (
        ("legal_representative", str(sample_face()["legal_representative"])),
        ("agent", "陈晨"),
    ):
        form = page.locator("form", has=page.locator('[name="document_number"]'))
        if not form.is_visible():
            page.locator("summary", has_text="登记人员").click()
        form.locator('[name="role"]').select_option(role)
        form.locator('[name="name"]').fill(name)
        form.locator('[name="document_number"]').fill(f"3501{name}{width}")
        form.get_by_role("button").click()
        page.get_by_role("heading", name=name).first.wait_for()
    page.locator("summary", has_text="登记授权").click()
    form = page.locator("form", has=page.locator('[name="giver_id"]'))
    form.locator('[name="uses"]').fill("20")
    form.get_by_role("button").click()
    page.get_by_role("alert").wait_for()
    watched.complaints.clear()  # the browser itself tells of the status
    check(watched)
    form.locator('[value="use_seal"]').check()
    form.get_by_role("button").click()
    page.get_by_text("0 / 20").wait_for()
    check(watched)
    page.goto(f"{address}/usage?lang=en")
    check(watched)
    page.goto(f"{address}?lang=zh")
    page.locator("summary", has_text="登记注销").click()
    form = page.locator('form[action$="/cancel"]')
    form.locator('[name="reason"]').fill("主体申请注销")
    form.get_by_role("checkbox").check()
    form.get_by_role("button").click()
    page.get_by_text("注销待确认").wait_for()
    check(watched)
