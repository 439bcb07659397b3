"""A served world and a browser to look at it with."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.chromium import CHROMIUM, FLAGS
from tests.e2e.demonstrated import Demonstrated, demonstration
from tests.world_edges import EdgeWorld

Result = TypeVar("Result")

START_SECONDS = 20


@dataclass
class Served:
    """A world at an address of this machine."""

    world: EdgeWorld
    url: str


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """Serve a world over HTTP for the whole run."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://localhost:{listener.getsockname()[1]}"
        world = EdgeWorld(public_url=url)
        config = uvicorn.Config(world.web(), log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        end = time.monotonic() + START_SECONDS
        while not server.started and time.monotonic() < end:
            time.sleep(0.02)
        yield Served(world, url)
        server.should_exit = True
        thread.join(START_SECONDS)


def apart(function: Callable[[], Result]) -> Result:
    """Call a function in another thread: in this one the browser's event loop is running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function).result()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give Debian's Chromium, and leave no event loop running for the modules after this one."""
    if CHROMIUM is None:
        pytest.skip("needs the program chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page whose complaints are written down."""

    page: Page
    complaints: list[str] = field(default_factory=list)


SIZES = {"desktop": (1280, 800), "phone": (390, 844)}


@pytest.fixture(params=SIZES)
def context(
    browser: Browser, served: Served, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Give a window of each size, its reader preferring Chinese."""
    width, height = SIZES[request.param]
    context = browser.new_context(
        base_url=served.url, viewport={"width": width, "height": height}, locale="zh-CN"
    )
    yield context
    context.close()


@pytest.fixture
def watched(context: BrowserContext) -> Watched:
    """Give a page that writes down console errors, refused contents and failed scripts."""
    watched = Watched(context.new_page())

    def complain(text: str) -> None:
        watched.complaints.append(text)

    watched.page.on("console", lambda m: complain(m.text) if m.type == "error" else None)
    watched.page.on("pageerror", lambda error: complain(str(error)))
    return watched


@pytest.fixture(scope="session")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstrated]:
    """Give one home for the whole run, in which the demonstration was run."""
    with demonstration(tmp_path_factory.mktemp("demonstration") / "home") as demonstrated:
        yield demonstrated
