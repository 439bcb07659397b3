"""The verdict in a real browser: what is seen and heard, with scripts and without."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from sealservice.identity.model import Role
from tests.e2e.conftest import Served, Watched, apart
from tests.e2e.test_pages import check, sign_in
from tests.world_verification import blank_pdf, update

pytestmark = pytest.mark.browser


def _raise_the_amount(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    forged = b"BT /F1 24 Tf 72 700 Td (Amount: 900, page 1) Tj ET"
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=forged))
    writer.update_container(page)


@pytest.fixture(scope="module")
def tampered(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file whose page was exchanged after it was sealed."""
    file = tmp_path_factory.mktemp("tampered") / "改过的合同.pdf"
    sealed = apart(lambda: served.world.signed.archival(blank_pdf()))
    file.write_bytes(apart(lambda: update(sealed, _raise_the_amount)))
    return file


def test_tampering_is_shown_side_by_side(watched: Watched, tampered: Path) -> None:
    """The page as sealed and as it is now stand beside each other, the change outlined in both."""
    watched.page.goto("/verify")
    watched.page.set_input_files("#file", tampered)
    expect(watched.page.get_by_role("heading", name="无效", exact=True)).to_be_focused()
    for name in (re.compile("盖章时的图像"), re.compile("现在的图像")):
        expect(watched.page.get_by_role("img", name=name)).to_have_count(1)
    expect(watched.page.locator(".outline.change")).not_to_have_count(0)
    watched.page.get_by_text("技术细节").first.click()
    watched.page.get_by_role("radio", name="范围与修订").first.check(force=True)
    expect(watched.page.get_by_text("ByteRange").first).to_be_visible()
    expect(watched.page.get_by_text("消息代码").first).to_be_hidden()
    check(watched)


def test_screen_reader_hears_the_verdict_first(watched: Watched, tampered: Path) -> None:
    """The focus is on the verdict, described by its sentence; nothing else is announced."""
    watched.page.goto("/verify")
    watched.page.set_input_files("#file", tampered)
    heading = watched.page.get_by_role("heading", name="无效", exact=True)
    expect(heading).to_be_focused()
    expect(heading).to_have_accessible_description(re.compile("^签章无效"))
    assert watched.page.locator("#verdict[aria-live], #verdict [aria-live]").count() == 0


def test_without_scripts(browser: Browser, served: Served, tampered: Path) -> None:
    """The button sends the form; the title of the page that comes begins with the verdict."""
    context = browser.new_context(base_url=served.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/verify")
    page.set_input_files("#file", tampered)
    page.get_by_role("button", name="开始验章").click()
    expect(page).to_have_title(re.compile("^无效 · 改过的合同.pdf"))
    expect(page.locator(".outline.change")).not_to_have_count(0)
    context.close()


def test_report_is_kept_with_its_link(watched: Watched, served: Served, tampered: Path) -> None:
    """Whoever is signed in has a report kept; its page shows the verdict and gives the receipt."""
    sign_in(served, watched.page, Role.CLERK)
    watched.page.goto("/verify")
    box = watched.page.get_by_label(re.compile("保留验章报告"))
    box.check()
    expect(box).to_have_css("opacity", "1")
    check(watched)
    watched.page.set_input_files("#file", tampered)
    watched.page.get_by_role("link", name="/verify/ver_").click()
    expect(watched.page).to_have_url(re.compile(r"/verify/ver_[0-9a-z]{26}$"))
    expect(watched.page.get_by_role("heading", name="无效", exact=True)).to_be_visible()
    check(watched)
    with watched.page.expect_download() as download:
        watched.page.get_by_role("link", name="打印验章回执（PDF）").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
