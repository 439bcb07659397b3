"""Placing seals in a real browser: what was seen is what is sealed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import typst
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from sealservice.bootstrap.processes import web_running
from tests.e2e.demonstrated import Demonstrated
from tests.e2e.placing import Clerk, differ, ink, opened, signed_in, widget
from tests.e2e.test_pages import RULES

pytestmark = [pytest.mark.engines, pytest.mark.browser, pytest.mark.timeout(600)]

PHONE = {"width": 390, "height": 844}
TEXT = """
#set page(paper: "a4", margin: 25mm)
#set text(font: "Noto Serif CJK SC", size: 11pt)
= 采购合同
甲方（盖章）： #h(5cm) 乙方（盖章）：
#pagebreak()
= 第二页
日期
#pagebreak()
= 第三页
丙方（盖章）：
"""


@pytest.fixture(scope="module")
def url(demonstrated: Demonstrated) -> Iterator[str]:
    """Serve the demonstration."""
    with web_running(demonstrated.installation):
        yield demonstrated.installation.public_url


@pytest.fixture(scope="module")
def session(demonstrated: Demonstrated, url: str, browser: Browser) -> Any:  # noqa: ANN401
    """Sign in a clerk once, and give the cookies."""
    return signed_in(demonstrated, browser, url)


@pytest.fixture
def clerk(browser: Browser, url: str, session: Any) -> Iterator[Clerk]:  # noqa: ANN401
    """Give a clerk at a desk."""
    with opened(browser, url, session) as clerk:
        yield clerk


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a contract of three pages, black on white."""
    path = tmp_path_factory.mktemp("documents") / "采购合同.pdf"
    path.write_bytes(typst.compile(TEXT.encode()))
    return path


@pytest.fixture(scope="module")
def turned(contract: Path) -> Path:
    """Give the same contract, its pages lying on their side and cropped."""
    path = contract.with_name("turned.pdf")
    with pikepdf.open(contract) as document:
        for page in document.pages:
            page.obj["/Rotate"] = 90
            page.obj["/CropBox"] = [20, 30, 575, 812]
        document.save(path)
    return path


def check(page: Page) -> None:
    """Assert that a page is accessible and not too wide."""
    results = Axe().run(page, options=RULES)
    assert results.violations_count == 0, results.generate_report()
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) == 0


def dragged(clerk: Clerk, right: float, down: float) -> None:
    """Drag the first seal by so many pixels with the mouse."""
    box = clerk.impression()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    clerk.page.mouse.move(x, y)
    clerk.page.mouse.down()
    clerk.page.mouse.move(x + right / 2, y + down, steps=3)
    clerk.page.mouse.move(x + right, y + down, steps=3)
    with clerk.answered():
        clerk.page.mouse.up()
    clerk.settle()


def touched(clerk: Clerk, right: float, down: float) -> None:
    """Drag the first seal by so many pixels with a finger."""
    box = clerk.impression()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = clerk.page.context.new_cdp_session(clerk.page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [*points]})

    touch("touchStart", {"x": x, "y": y})
    for part in (0.3, 0.7, 1.0):
        touch("touchMove", {"x": x + right * part, "y": y + down * part})
    with clerk.answered():
        touch("touchEnd")
    clerk.settle()


def sealed_as_seen(clerk: Clerk, tmp_path: Path) -> None:
    """Seal, and assert that the seal is where the page showed it."""
    seen, told = clerk.seen(), clerk.told()
    page = int(clerk.page.locator("#page").input_value())
    assert differ(seen, told) < 0.1
    pdf = clerk.seal()
    assert widget(pdf)[0] == page
    assert differ(widget(pdf)[1], seen) < 0.1
    (tmp_path / "sealed.pdf").write_bytes(pdf)
    assert differ(ink(tmp_path / "sealed.pdf", page), seen) < 0.3
    assert clerk.complaints == []


@pytest.mark.parametrize(("press", "percent"), [("smaller", 50), ("larger", 100), ("larger", 200)])
@pytest.mark.parametrize("document", ["contract", "turned"])
def test_dragged_seal_is_sealed_where_it_was_seen(
    clerk: Clerk, request: pytest.FixtureRequest, document: str, press: str, percent: int,
    tmp_path: Path,
) -> None:  # fmt: skip
    """At half, full and double size, on upright and on turned and cropped pages, to 0.1 mm."""
    clerk.choose(request.getfixturevalue(document))
    shown = clerk.page.locator("#percent")
    for _ in range(8):
        if shown.text_content() != f"{percent} %":
            clerk.page.click(f"#{press}")
    expect(shown).to_have_text(f"{percent} %")
    before = clerk.told()
    dragged(clerk, -61, -33)
    after = clerk.told()
    pixels_per_mm = 96 / 25.4 * percent / 100
    assert after[0] - before[0] == pytest.approx(-61 / pixels_per_mm, abs=0.01)
    assert after[1] - before[1] == pytest.approx(33 / pixels_per_mm, abs=0.01)
    sealed_as_seen(clerk, tmp_path)


def test_on_a_phone_a_finger_does_the_same(
    browser: Browser, url: str, session: Any, contract: Path, tmp_path: Path  # noqa: ANN401
) -> None:  # fmt: skip
    """At the width of a phone the seal follows the finger, and is sealed where it was seen."""
    options = {"has_touch": True, "is_mobile": True, "device_scale_factor": 3}
    with opened(browser, url, session, viewport=PHONE, **options) as clerk:
        clerk.choose(contract)
        before = clerk.told()
        touched(clerk, -70, -90)
        after = clerk.told()
        assert before[0] - after[0] > 30
        assert after[1] - before[1] > 40
        check(clerk.page)
        sealed_as_seen(clerk, tmp_path)


def test_keyboard_moves_by_points(clerk: Clerk, contract: Path) -> None:
    """Arrow keys move the seal by 1 pt, with Shift by 10; fields and status follow."""
    clerk.choose(contract)
    before = clerk.told()
    clerk.page.locator(".impression").focus()
    with clerk.answered():
        for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowUp", "ArrowDown"):
            clerk.page.keyboard.press(key)
    clerk.settle()
    after = clerk.told()
    assert after[0] - before[0] == pytest.approx(-2 * 25.4 / 72, abs=0.002)
    assert after[1] - before[1] == pytest.approx(9 * 25.4 / 72, abs=0.002)
    expect(clerk.page.locator(".impression")).to_be_focused()
    centre = (after[0] + after[2]) / 2, (after[1] + after[3]) / 2
    expect(clerk.page.locator("#status")).to_contain_text(f"第 1 页，中心距左 {centre[0]:.1f} 毫米")
    clerk.kind("coordinate")
    field = clerk.page.locator("[data-bind=x_mm]")
    assert float(field.input_value()) == pytest.approx(centre[0], abs=0.002)


def test_typed_millimetres_move_the_seal(clerk: Clerk, contract: Path) -> None:
    """Numbers go both ways, from any corner; outside of the page is refused, or moved inside."""
    clerk.choose(contract)
    clerk.kind("coordinate")
    with clerk.answered():
        clerk.page.fill("[data-bind=x_mm]", "60")
    with clerk.answered():
        clerk.page.fill("[data-bind=y_mm]", "100.5")
    clerk.settle()
    assert differ(clerk.told(), (40, 80.5, 80, 120.5)) < 0.001
    with clerk.answered():
        clerk.page.select_option("[data-bind=origin]", "top-right")
    assert float(clerk.page.locator("[data-bind=x_mm]").input_value()) == pytest.approx(
        150, abs=0.01
    )
    assert differ(clerk.told(), (40, 80.5, 80, 120.5)) < 0.01
    with clerk.answered():
        clerk.page.fill("[data-bind=x_mm]", "5")
    expect(clerk.page.get_by_role("alert")).to_contain_text("超出页面")
    check(clerk.page)
    with clerk.answered():
        clerk.page.get_by_role("button", name="移入页内").click()
    clerk.settle()
    assert clerk.told()[2] == pytest.approx(210, abs=0.02)
    expect(clerk.page.locator("#trouble")).to_be_hidden()


def test_seal_stops_at_the_edge(clerk: Clerk, contract: Path) -> None:
    """What is dragged out of the page stays in it, and the page says so."""
    clerk.choose(contract)
    dragged(clerk, 900, 0)
    assert clerk.told()[2] == pytest.approx(210, abs=0.05)
    expect(clerk.page.locator("#edge-hint")).to_be_visible()
    expect(clerk.page.locator("#trouble")).to_be_hidden()


def test_keyword_is_chosen_by_its_number(clerk: Clerk, contract: Path, tmp_path: Path) -> None:
    """Half-width brackets find full-width ones; the number clicked on the page is sealed."""
    clerk.choose(contract)
    clerk.kind("keyword")
    clerk.page.fill("#keyword", "(盖章)")
    with clerk.answered():
        clerk.page.keyboard.press("Enter")
    expect(clerk.page.locator("#candidates button")).to_have_count(3)
    expect(clerk.page.locator("#page")).to_have_value("3")
    with clerk.answered():
        clerk.page.locator("#candidates button").first.click()
    with clerk.answered():
        clerk.page.locator(".candidate", has_text="2").click()
    clerk.settle()
    check(clerk.page)
    sealed_as_seen(clerk, tmp_path)


def test_keyword_that_was_only_typed_is_shown(clerk: Clerk, contract: Path) -> None:
    """Whoever types another text without searching sees the seal on that text's last place."""
    clerk.choose(contract)
    clerk.kind("keyword")
    clerk.page.fill("#keyword", "盖章")
    with clerk.answered():
        clerk.page.click("#search")
    clerk.page.locator("#candidates button").first.click()
    expect(clerk.page.locator("#candidates [aria-pressed=true]")).to_have_count(1)
    clerk.settle()
    with clerk.answered():
        clerk.page.fill("#keyword", "（盖章）")
    expect(clerk.page.locator("#places li")).to_contain_text("第 3 页")
    expect(clerk.page.locator("#trouble")).to_be_hidden()


def test_keyword_that_is_nowhere(clerk: Clerk, contract: Path) -> None:
    """The page says so, offers what comes close, and finds that."""
    clerk.choose(contract)
    clerk.kind("keyword")
    clerk.page.fill("#keyword", "甲方（签章）")
    clerk.page.click("#search")
    expect(clerk.page.locator("#found")).to_contain_text("没有找到“甲方（签章）”")
    near = clerk.page.locator("#nearest button").first
    expect(near).to_be_visible()
    check(clerk.page)
    with clerk.answered():
        near.click()
    clerk.settle()


def test_straddling_slices_are_shown_and_sealed(
    clerk: Clerk, contract: Path, tmp_path: Path
) -> None:
    """Three pages show three slices, whole again beside them; the sealed pages show the same."""
    clerk.choose(contract)
    with clerk.answered():
        clerk.kind("straddle")
    clerk.settle()
    expect(clerk.page.locator("#whole .slice")).to_have_count(3)
    expect(clerk.page.locator("#whole-text")).to_contain_text("第 1–3 页的 3 片合成一枚")
    check(clerk.page)
    expect(clerk.page.locator(".leaves .mark-box")).to_have_count(3)
    dragged(clerk, 0, -40)
    seen = []
    for page in (1, 2, 3):
        expect(clerk.page.locator("#page")).to_have_value(str(page))
        seen.append(clerk.seen())
        clerk.page.click("#after", force=page == 3)
    (tmp_path / "sealed.pdf").write_bytes(clerk.seal())
    slices = [ink(tmp_path / "sealed.pdf", page) for page in (1, 2, 3)]
    assert differ(slices[1], seen[1]) < 0.3
    for inked, shown in zip(slices, seen, strict=True):  # a circle's outer slices are less high
        assert (inked[0], inked[2]) == pytest.approx((shown[0], shown[2]), abs=0.3)
        assert inked[1] + inked[3] == pytest.approx(shown[1] + shown[3], abs=0.5)
    assert clerk.complaints == []


def test_several_places_are_listed_and_removed(clerk: Clerk, contract: Path) -> None:
    """Places are added, chosen, removed; all of them are in the order."""
    clerk.choose(contract)
    clerk.page.click("#after")
    with clerk.answered():
        clerk.page.click("#more")
    clerk.page.click("#after")
    with clerk.answered():
        clerk.page.click("#more")
    expect(clerk.page.locator("#places li")).to_have_count(3)
    with clerk.answered():
        clerk.page.get_by_role("button", name="删除第 2 处").click()
    expect(clerk.page.locator("#places li")).to_have_count(2)
    clerk.page.fill("[name=purpose]", "采购")
    clerk.page.get_by_role("button", name="下一步：授权").click()
    clerk.page.wait_for_url("**/orders/*")
    expect(clerk.page.get_by_text("共 2 处")).to_be_visible()
    expect(clerk.page.get_by_text("第 3 页，中心距左")).to_be_visible()
    check(clerk.page)
