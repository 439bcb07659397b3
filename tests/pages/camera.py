"""Windows of two sizes, and small pictures of what they show."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page

QUALITY: Final = 40
"""Of WebP; letters stay sharp enough to be read."""


@dataclass(frozen=True)
class Window:
    """A size of window, and of its pictures."""

    name: str
    width: int
    height: int
    tallest: int
    """Most CSS pixels of a page that are shown."""
    shown_width: int
    """Of its pictures, in pixels."""
    options: dict[str, Any]


DESKTOP: Final = Window("desktop", 1280, 800, 1300, 720, {})
PHONE: Final = Window(
    "phone", 390, 844, 1400, 320,
    {"device_scale_factor": 2, "has_touch": True, "is_mobile": True},
)  # fmt: skip


@dataclass(frozen=True)
class Camera:
    """Takes pictures of pages in one size of window."""

    window: Window
    folder: Path
    only: str = ""
    """Pictures of other names are not taken."""

    def take(self, page: Page, name: str) -> None:
        """Write down what a page looks like, from its top, as NAME-WINDOW.webp."""
        if not name.startswith(self.only):
            return
        page.wait_for_load_state("networkidle")
        page.evaluate("window.scrollTo(0, 0)")
        shot = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
        scale = shot.width / self.window.width
        cut = shot.crop((0, 0, shot.width, min(shot.height, round(self.window.tallest * scale))))
        height = round(cut.height * self.window.shown_width / cut.width)
        small = cut.resize((self.window.shown_width, height), Image.Resampling.LANCZOS)
        path = self.folder / f"{name}-{self.window.name}.webp"
        small.save(path, quality=QUALITY, method=6)

    @contextmanager
    def page(self, browser: Browser, url: str, cookies: Any = None) -> Iterator[Page]:  # noqa: ANN401 - playwright's
        """Open a page, of somebody signed in or not."""
        context = browser.new_context(
            base_url=url,
            storage_state=cookies,
            viewport={"width": self.window.width, "height": self.window.height},
            locale="zh-CN",
            color_scheme="light",
            **self.window.options,
        )
        yield context.new_page()
        context.close()
