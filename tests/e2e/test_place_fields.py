"""Two seals of one license in the fields that a document holds ready for them, in one order."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pyhanko.pdf_utils.reader import PdfFileReader

from sealservice.bootstrap.processes import web_running
from tests.e2e.demonstrated import Demonstrated
from tests.e2e.placing import Clerk, opened, signed_in
from tests.sealing.pages import prepared_form

pytestmark = [pytest.mark.engines, pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def clerk(demonstrated: Demonstrated, browser: Browser) -> Iterator[Clerk]:
    """Give a clerk who may choose among two seals."""
    made = demonstrated.call(
        "seal", "make", "--license", demonstrated.license_id, "--kind", "finance", "--number", "7",
    )  # fmt: skip
    assert made.status == 0, made.err
    with web_running(demonstrated.installation):
        url = demonstrated.installation.public_url
        session: Any = signed_in(demonstrated, browser, url)
        with opened(browser, url, session) as clerk:
            yield clerk


def signed_fields(pdf: bytes) -> set[str]:
    """Return the full names of the fields that hold a signature."""
    return {one.field_name for one in PdfFileReader(io.BytesIO(pdf)).embedded_signatures}


def another(clerk: Clerk, field: str, seal: str) -> None:
    """Add a place: a field, filled by a seal."""
    with clerk.answered():
        clerk.page.click("#more")
    with clerk.answered():
        clerk.page.select_option("select[name=field]", field)
    with clerk.answered():
        clerk.page.locator(".seal-choice", has_text=seal).click()
    clerk.settle()
    expect(clerk.page.locator("#places li").nth(1)).to_contain_text(seal)


def test_two_seals_fill_two_fields(clerk: Clerk, tmp_path: Path) -> None:
    """What only a signature refuses is told at once until mended; then each seal fills its field.

    A field apart from its widget is filled by the first signature of a document or by none.
    """
    form = tmp_path / "form.pdf"
    form.write_bytes(prepared_form())
    page = clerk.page
    page.goto("/seal/new")
    page.set_input_files("#file", form)
    page.wait_for_url("**/place")
    expect(page.locator("#place.scripted:not([aria-busy])")).to_be_visible()
    with clerk.answered():
        clerk.kind("field")
    another(clerk, "乙方签章", "财务专用章")
    expect(page.locator("#trouble")).to_contain_text("该域与其外观分属两个对象")
    with clerk.answered():
        page.get_by_role("button", name="下一步：授权").click()
    clerk.settle()
    expect(page.locator("#trouble")).to_contain_text("该域与其外观分属两个对象")
    clerk.complaints.clear()  # the browser's word on the answer's status
    with clerk.answered():
        page.get_by_role("button", name="删除第 2 处").click()
    with clerk.answered():
        page.select_option("select[name=field]", "乙方签章")
    expect(page.locator("#trouble")).to_be_hidden()
    another(clerk, "甲方.签章", "财务专用章")
    expect(page.locator("#trouble")).to_be_hidden()
    sealed = clerk.seal()
    assert clerk.complaints == []
    headings = page.locator(".order-seal h3").all_inner_texts()
    assert [re.sub(r".* ", "", heading) for heading in headings] == ["公章", "财务专用章（7）"]
    assert signed_fields(sealed) >= {"甲方.签章", "乙方签章"}
