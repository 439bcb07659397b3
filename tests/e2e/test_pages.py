"""The pages in a real browser, at the width of a desk and of a phone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sealservice.identity.model import Role
from tests.e2e.conftest import Served, Watched, apart
from tests.world_verification import blank_pdf

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def check(watched: Watched) -> None:
    """Assert that a page is accessible, not too wide, and has nothing to complain of."""
    results = Axe().run(watched.page, options=RULES)
    assert results.violations_count == 0, results.generate_report()
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert watched.page.evaluate(width) == 0
    assert watched.complaints == []


@pytest.fixture(scope="module")
def files(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a file of each verdict."""
    folder = tmp_path_factory.mktemp("files")
    signed = apart(lambda: served.world.signed.sign(blank_pdf()))
    made = {
        "valid": apart(lambda: served.world.signed.archival(blank_pdf())),
        "unconfirmed": signed,
        "invalid": signed.replace(b"Amount: 100", b"Amount: 900"),
        "unsigned": blank_pdf(),
        "unreadable": b"not a PDF",
    }
    for name, data in made.items():
        (folder / f"{name}.pdf").write_bytes(data)
    return folder


def sign_in(served: Served, page: Page, *roles: Role) -> None:
    """Sign in as a person would: open the link, press the button."""
    page.goto(f"/login/{served.world.identity.signin_link(served.world.ours.id, *roles)}")
    page.get_by_role("button", name="演示登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("王芳")


@pytest.mark.parametrize("path", ["/", "/verify", "/login", "/login/some-link"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_public_pages(watched: Watched, path: str, language: str) -> None:
    """Each public page in each language is accessible, fits, and breaks no rule of ours."""
    watched.page.goto(f"{path}?lang={language}")
    check(watched)


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        ("valid", "有效"),
        ("unconfirmed", "无法确认"),
        ("invalid", "无效"),
        ("unsigned", "未发现签章"),
        ("unreadable", "无法读取"),
    ],
)
def test_chosen_file_gets_its_verdict(
    watched: Watched, files: Path, verdict: str, word: str
) -> None:
    """Choosing a file shows the card without leaving the page, and puts the focus on it."""
    watched.page.goto("/verify")
    watched.page.set_input_files("#file", files / f"{verdict}.pdf")
    heading = watched.page.get_by_role("heading", name=word, exact=True)
    expect(heading).to_be_visible()
    expect(heading).to_be_focused()
    for summary in watched.page.get_by_text("技术细节").all():
        summary.click()
    check(watched)


def test_dropped_file_gets_its_verdict(watched: Watched, files: Path) -> None:
    """Dropping a file on the zone does the same as choosing it."""
    watched.page.goto("/verify")
    data = list((files / "unsigned.pdf").read_bytes())
    transfer = watched.page.evaluate_handle(
        """data => { const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(data)], "甲.pdf", {type: "application/pdf"}));
        return transfer; }""",
        data,
    )
    watched.page.dispatch_event(".drop-zone", "drop", {"dataTransfer": transfer})
    expect(watched.page.get_by_role("heading", name="未发现签章")).to_be_visible()
    expect(watched.page.locator(".verdict .filename")).to_have_text("甲.pdf")
    assert watched.complaints == []


def test_report_can_be_kept(watched: Watched, files: Path) -> None:
    """The report downloads as JSON although nothing is stored on the server."""
    watched.page.goto("/verify")
    watched.page.set_input_files("#file", files / "valid.pdf")
    with watched.page.expect_download() as download:
        watched.page.get_by_role("link", name="JSON").click()
    assert download.value.suggested_filename.startswith("ver_")
    assert '"verdict": "valid"' in download.value.path().read_text(encoding="utf-8")


def test_too_large_file_is_not_sent(watched: Watched, tmp_path: Path) -> None:
    """A file over the limit is refused before it is uploaded."""
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(200 * 1024 * 1024 + 1)
    watched.page.goto("/verify")
    sent: list[str] = []
    watched.page.on("request", lambda request: sent.append(request.method))
    watched.page.set_input_files("#file", large)
    expect(watched.page.get_by_role("alert")).to_contain_text("200 MB")
    assert "POST" not in sent


def test_language_is_switched_by_hand(watched: Watched) -> None:
    """The switch turns the page into English, and the next page is English, too."""
    watched.page.goto("/")
    watched.page.get_by_role("link", name="English").click()
    expect(watched.page.get_by_role("heading", level=1)).to_contain_text("Sealed with proof")
    watched.page.get_by_role("link", name="Verify", exact=True).click()
    expect(watched.page.locator("html")).to_have_attribute("lang", "en")
    assert watched.complaints == []


def test_pages_of_the_archive(watched: Watched, served: Served) -> None:
    """Sign in, find the record, read it, sign out: accessible all the way."""
    world = served.world
    record = apart(lambda: world.record(world.ours, world.signed.archival(blank_pdf())))
    sign_in(served, watched.page, Role.CLERK)
    check(watched)
    watched.page.get_by_role("link", name="全部档案").click()
    check(watched)
    watched.page.get_by_role("link", name=record.facts.filename).first.click()
    expect(watched.page.get_by_text(record.sha256).first).to_be_visible()
    check(watched)
    watched.page.get_by_role("button", name="退出").click()
    expect(watched.page.get_by_role("link", name="登录", exact=True)).to_be_visible()


def test_failure_pages_are_accessible(watched: Watched) -> None:
    """A page that is not there, and one that needs sign-in, are as good as the others."""
    for path in ("/nothing", "/records"):
        watched.page.goto(path)
        watched.complaints.clear()  # the browser itself tells of the status
        check(watched)


def test_works_without_scripts(browser: Browser, served: Served, files: Path) -> None:
    """With scripts switched off the form sends itself and a page with the verdict comes back."""
    context = browser.new_context(base_url=served.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/verify")
    page.set_input_files("#file", files / "valid.pdf")
    page.get_by_role("button", name="开始验章").click()
    expect(page.get_by_role("heading", name="有效", exact=True)).to_be_visible()
    context.close()


@pytest.mark.security
def test_names_run_no_script(watched: Watched, tmp_path: Path) -> None:
    """Markup in a file's name is shown as it is; nothing runs, and the policy has no complaint."""
    name = "<img src=x onerror=document.title='owned'>.pdf"
    (tmp_path / name).write_bytes(blank_pdf())
    watched.page.goto("/verify")
    watched.page.set_input_files("#file", tmp_path / name)
    expect(watched.page.locator(".verdict .filename")).to_have_text(name)
    assert watched.page.title() != "owned"
    assert watched.complaints == []


def test_keyboard_is_enough(watched: Watched) -> None:
    """The first tab stop leads past the navigation; the file can be reached by tabbing."""
    watched.page.goto("/verify")
    watched.page.keyboard.press("Tab")
    expect(watched.page.get_by_role("link", name="跳到正文")).to_be_focused()
    watched.page.keyboard.press("Enter")
    watched.page.keyboard.press("Tab")
    expect(watched.page.locator("#file")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_colour_schemes_have_contrast(
    context: BrowserContext, files: Path, scheme: str
) -> None:
    """Words are readable on a light and on a dark screen."""
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for verdict in ("valid", "unconfirmed", "invalid", "unsigned"):
        page.goto("/verify")
        page.set_input_files("#file", files / f"{verdict}.pdf")
        expect(page.locator(f".verdict.{verdict}")).to_be_visible()
        results = Axe().run(page, options=RULES)
        assert results.violations_count == 0, results.generate_report()
