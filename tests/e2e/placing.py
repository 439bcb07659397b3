"""A clerk at the pages of a demonstration, and where a seal is in the file that comes out."""

import io
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageChops
from playwright.sync_api import Browser, BrowserContext, FloatRect, Page, expect

from tests.e2e.demonstrated import Demonstrated

MM_PER_POINT = 25.4 / 72
DPI = 254
"""Ten pixels a millimetre."""
INK = 60
"""By how much the red of a pixel of ink is above its green."""

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top: mm on the page as displayed, from its bottom left."""


@dataclass
class Clerk:
    """A browser window in which somebody is signed in."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Write down console errors, refused contents and failed scripts."""
        self.page.on("console", lambda m: self._complain(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self._complain(str(error)))

    def _complain(self, text: str) -> None:
        self.complaints.append(text)

    def choose(self, file: Path) -> None:
        """Send a document that is fit to be sealed, and wait until its page is ready."""
        self.page.goto("/seal/new")
        self.page.set_input_files("#file", file)
        self.page.wait_for_url("**/place")
        self.settle()

    def settle(self) -> None:
        """Wait for the answer of the dry run."""
        expect(self.page.locator("#place.scripted:not([aria-busy])")).to_be_visible()
        expect(self.page.locator(".impression").first).to_be_attached()

    def answered(self) -> Any:  # noqa: ANN401 (playwright's own)
        """Return a context that waits for an answer of the dry run."""
        return self.page.expect_response(lambda response: response.url.endswith("/resolution"))

    def kind(self, kind: str) -> None:
        """Choose a way of placing."""
        self.page.locator(f".tab.{kind}").click()

    def impression(self, number: int = 0) -> FloatRect:
        """Return where a seal is on the screen."""
        seal = self.page.locator(".impression").nth(number)
        seal.scroll_into_view_if_needed()
        box = seal.bounding_box()
        assert box is not None
        return box

    def seen(self, number: int = 0) -> Rectangle:
        """Return where a seal on the page at hand is seen: measured on the screen, turned to mm."""
        sizes = self.page.evaluate("JSON.parse(document.getElementById('place').dataset.pages)")
        page = int(self.page.locator("#page").input_value())
        width, height = sizes[page - 1]
        seal = self.impression(number)
        paper = self.page.locator("#paper").bounding_box()
        assert paper is not None
        across, along = width / paper["width"], height / paper["height"]
        left = (seal["x"] - paper["x"]) * across
        top = height - (seal["y"] - paper["y"]) * along
        return left, top - seal["height"] * along, left + seal["width"] * across, top

    def told(self, number: int = 0) -> Rectangle:
        """Return what the server said of a seal on the page at hand."""
        said = self.page.locator(".impression").nth(number).evaluate("seal => ({...seal.dataset})")
        left, bottom = float(said["left"]), float(said["bottom"])
        return left, bottom, left + float(said["width"]), bottom + float(said["height"])

    def seal(self) -> bytes:
        """Go on to the approval, approve, wait, and return the sealed document."""
        self.page.get_by_role("button", name="下一步：授权").click()
        self.page.get_by_role("button", name="以演示持照人身份批准").click()
        download = self.page.get_by_role("link", name="下载已盖章文件")
        expect(download).to_be_visible(timeout=60_000)
        with self.page.expect_download() as downloaded:
            download.click()
        return downloaded.value.path().read_bytes()


def signed_in(demonstrated: Demonstrated, browser: Browser, url: str) -> Any:  # noqa: ANN401 (playwright's own)
    """Sign in a new clerk, and return the cookies."""
    added = demonstrated.call("--json", "staff", "add", "--name", "王芳", "--role", "clerk").value
    link = demonstrated.call("--json", "staff", "signin-link", added["id"]).value
    context = browser.new_context(base_url=url)
    page = context.new_page()
    page.goto(next(value for value in link.values() if str(value).startswith("http")))
    page.get_by_role("button", name="演示登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("王芳")
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def opened(browser: Browser, url: str, state: Any, **options: Any) -> Iterator[Clerk]:  # noqa: ANN401 (playwright's own)
    """Give a window of a signed-in clerk."""
    size = options.pop("viewport", {"width": 1280, "height": 800})
    context: BrowserContext = browser.new_context(
        base_url=url, storage_state=state, viewport=size, locale="zh-CN", **options
    )
    yield Clerk(context.new_page())
    context.close()


def widget(pdf: bytes) -> tuple[int, Rectangle]:
    """Return page (from 1) and rectangle of the first signature that shows, as displayed."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages, 1):
            for annotation in page.get("/Annots", []):
                rectangle = [float(value) for value in annotation.get("/Rect", [0, 0, 0, 0])]
                if annotation.get("/FT") == "/Sig" and rectangle[2] > rectangle[0]:
                    return number, _displayed(page, rectangle)
    raise AssertionError


def _displayed(page: pikepdf.Page, rectangle: list[float]) -> Rectangle:
    """Turn a rectangle of user space as /Rotate turns the page (0 or 90 degrees clockwise)."""
    left, bottom, right, _ = (float(value) for value in page.cropbox)
    x1, y1, x2, y2 = rectangle
    if int(page.get("/Rotate", 0)) == 90:
        x1, y1, x2, y2 = y1 - bottom, right - x2, y2 - bottom, right - x1
    else:
        x1, y1, x2, y2 = x1 - left, y1 - bottom, x2 - left, y2 - bottom
    return x1 * MM_PER_POINT, y1 * MM_PER_POINT, x2 * MM_PER_POINT, y2 * MM_PER_POINT


def ink(pdf: Path, page: int) -> Rectangle:
    """Return what red ink covers of a page as poppler draws it."""
    command = ("pdftoppm", "-r", str(DPI), "-cropbox", "-f", str(page), "-l", str(page), str(pdf))
    drawn = subprocess.run(command, capture_output=True, check=True).stdout
    image = Image.open(io.BytesIO(drawn)).convert("RGB")
    red, green, _ = image.split()
    box = ImageChops.subtract(red, green).point(lambda value: 255 * (value > INK)).getbbox()
    assert box is not None
    left, top, right, bottom = (edge * 25.4 / DPI for edge in box)
    height = image.height * 25.4 / DPI
    return left, height - bottom, right, height - top


def differ(one: Rectangle, other: Rectangle) -> float:
    """Return the greatest distance between the same edges of two rectangles, in mm."""
    return max(abs(a - b) for a, b in zip(one, other, strict=True))
