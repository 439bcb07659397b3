"""A seal from its picture to its cancellation, in a real browser at the width of desk and phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sealservice.identity.model import Role
from tests.e2e.conftest import Served, Watched, apart
from tests.e2e.test_pages import check, sign_in
from tests.seals.drawings import sample
from tests.world_signer import sign_all

pytestmark = pytest.mark.browser


def _do(page: Page, name: str, **fields: str) -> None:
    """Open one of the forms of a seal, fill it in and send it."""
    form = page.locator("details").filter(has=page.locator("summary", has_text=name))
    form.locator("summary").click()
    for field, value in fields.items():
        form.locator(f'[name="{field}"]').fill(value)
    form.get_by_role("checkbox").check()
    form.get_by_role("button", name=name).click()


def test_clerk_brings_a_picture_and_leads_the_seal_through_its_life(
    watched: Watched, served: Served, tmp_path: Path
) -> None:
    """Looked at, applied for, made, filed, in use: shown without a click, accessible throughout."""
    world, page = served.world, watched.page
    width = page.viewport_size and page.viewport_size["width"]
    (tmp_path / "seal.png").write_bytes(sample("contract").png(200))
    apart(lambda: world.license(world.ours))
    sign_in(served, page, Role.ADMINISTRATOR)
    page.goto("/admin/seals")
    page.get_by_role("link", name="申请制章").click()
    expect(page.locator('[name="text"]')).to_be_hidden()
    page.select_option('[name="kind"]', "department")
    page.fill('[name="text"]', f"档案{width}室")
    page.get_by_label("用已有印章的图片").check()
    page.set_input_files("#picture", tmp_path / "seal.png")
    page.fill('[name="width_mm"]', "")
    page.get_by_role("button", name="查看效果").click()
    expect(page.get_by_role("alert")).to_contain_text("毫米无效")
    watched.complaints.clear()  # the browser tells of the refusal's status
    page.fill('[name="width_mm"]', "38")
    page.get_by_role("button", name="查看效果").click()
    result = page.get_by_role("img", name="印章效果")
    expect(result).to_be_visible()
    assert result.evaluate("image => image.complete && image.naturalWidth > 0")
    expect(page.locator(".findings .concern").first).to_contain_text("碰到图片边缘")
    check(watched)
    page.get_by_role("button", name="提交申请").click()
    chip = page.locator("#state .chip").first
    expect(chip).to_have_text("制作中")
    apart(lambda: sign_all(world))
    expect(chip).to_have_text("待备案", timeout=15_000)
    expect(page.get_by_text("下一步：向公安机关备案")).to_be_visible()
    steps = [
        ("登记备案号", "待启用", {"number": "4190012026000123"}),
        ("启用", "可用", {}),
    ]
    for name, state, more in steps:
        _do(page, name, reason=f"因故{name}", reference="决议〔2026〕3号", **more)
        apart(lambda: sign_all(world))
        expect(chip).to_have_text(state, timeout=15_000)
        expect(page.locator(".timeline")).to_contain_text(f"因故{name}")
    check(watched)
