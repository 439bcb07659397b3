"""What goes wrong while a document is chosen and seals are placed, in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import Browser, expect

from sealservice.bootstrap.processes import web_running
from tests.e2e.demonstrated import Demonstrated
from tests.e2e.placing import Clerk, opened, signed_in

pytestmark = [pytest.mark.engines, pytest.mark.browser, pytest.mark.timeout(600)]

PAGES = 300
MOST_PICTURES = 30
"""Of 300 pages: the one at hand, and those in small that are in view or near it."""


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
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with documents that can and that cannot be sealed."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "text.pdf").write_bytes(b"no PDF at all")
    for name, pages in (("good", 1), ("long", PAGES)):
        with pikepdf.new() as document:
            for _ in range(pages):
                document.add_blank_page(page_size=(595, 842))
            document.save(folder / f"{name}.pdf")
    with pikepdf.open(folder / "good.pdf") as document:
        document.save(folder / "encrypted.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    with pikepdf.open(folder / "good.pdf") as document:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        document.Root["/OpenAction"] = script
        document.save(folder / "script.pdf")
    return folder


@pytest.mark.parametrize(
    ("name", "told"),
    [("text", "不是可读取的 PDF"), ("encrypted", "已加密"), ("script", "JavaScript")],
)
def test_unfit_document_is_refused_in_plain_words(
    clerk: Clerk, files: Path, name: str, told: str
) -> None:
    """The page names the file and says what is wrong with it; another one may follow at once."""
    clerk.page.goto("/seal/new")
    clerk.page.set_input_files("#file", files / f"{name}.pdf")
    problem = clerk.page.get_by_role("alert")
    expect(problem).to_contain_text(told)
    expect(problem).to_contain_text(f"{name}.pdf")
    clerk.page.set_input_files("#file", files / "good.pdf")
    clerk.page.wait_for_url("**/place")


def test_long_document_asks_only_for_what_is_seen(clerk: Clerk, files: Path) -> None:
    """Of 300 pages few pictures are asked for, and others when one goes there."""
    asked: list[str] = []
    clerk.page.on("request", lambda r: asked.append(r.url) if "/pages/" in r.url else None)
    clerk.choose(files / "long.pdf")
    clerk.page.wait_for_load_state("networkidle")
    assert 2 <= len(asked) <= MOST_PICTURES
    with clerk.page.expect_response(lambda r: "/pages/299?width=240" in r.url):
        clerk.page.fill("#page", "299")
        clerk.page.keyboard.press("Enter")
    clerk.page.wait_for_load_state("networkidle")
    assert len(asked) <= 2 * MOST_PICTURES
    with clerk.answered():
        clerk.kind("straddle")
    expect(clerk.page.locator("#whole-text")).to_contain_text("共 15 枚")
    assert len(asked) <= 2 * MOST_PICTURES
    assert clerk.complaints == []


def test_session_that_ends_loses_nothing(clerk: Clerk, files: Path) -> None:
    """The page says that one has to sign in again, and keeps what was placed."""
    clerk.choose(files / "good.pdf")
    clerk.page.context.clear_cookies()
    clerk.kind("coordinate")
    with clerk.answered():
        clerk.page.fill("[data-bind=x_mm]", "77")
    expect(clerk.page.get_by_role("alert")).to_contain_text("登录已过期")
    expect(clerk.page.locator("[data-bind=x_mm]")).to_have_value("77")
    expect(clerk.page.locator(".impression")).to_have_count(1)


@pytest.mark.security
def test_requests_of_scripts_need_the_sessions_token(clerk: Clerk, url: str, files: Path) -> None:
    """Without the token, or from elsewhere, nothing is resolved, searched or placed."""
    clerk.choose(files / "good.pdf")
    address = clerk.page.locator("#place").get_attribute("data-address")
    token = clerk.page.locator("#place [name=form_token]").input_value()
    for what in ("resolution", "searches", "place"):
        for origin, sent in ((url, "0" * 64), ("http://evil.test", token)):
            answer = clerk.page.request.post(
                f"{url}{address}/{what}",
                form={"form_token": sent, "placements": "[]", "text": "a"},
                headers={"Origin": origin},
            )
            assert answer.status == 403


def test_without_scripts_one_place_can_be_typed(
    browser: Browser, url: str, session: Any, files: Path  # noqa: ANN401
) -> None:  # fmt: skip
    """The visible fields are enough to place a seal by coordinates."""
    with opened(browser, url, session, java_script_enabled=False) as clerk:
        clerk.page.goto("/seal/new")
        clerk.page.set_input_files("#file", files / "good.pdf")
        clerk.page.get_by_role("button", name="继续").click()
        clerk.page.fill("[name=x_mm]", "100")
        clerk.page.fill("[name=y_mm]", "120")
        clerk.page.get_by_role("button", name="下一步：授权").click()
        expect(clerk.page.get_by_text("中心距左 100.0 毫米、距下 120.0 毫米")).to_be_visible()
