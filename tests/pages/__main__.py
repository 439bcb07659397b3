"""Take a picture of every page, at a desk and on a phone: ``make pages``.

A demonstration is made in a new home and served; a clerk and an administrator go through all pages
in Debian's Chromium. The pictures replace those in docs/images/pages, which docs/pages.md shows.
``ARGS="--only verify"`` takes those again whose name begins so.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from sealservice.bootstrap.processes import web_running
from tests.e2e.chromium import CHROMIUM, FLAGS
from tests.e2e.demonstrated import Demonstrated, demonstration
from tests.pages.camera import DESKTOP, PHONE, Camera
from tests.pages.walk import NAMES, Walk, contract, invitation, signed_in
from tests.pages.wallet_walk import WalletWalk

FOLDER: Final = Path(__file__).parents[2] / "docs" / "images" / "pages"


def main() -> None:
    """Read the arguments and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="pictures whose names begin so")
    only = parser.parse_args().only
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        demonstration(Path(name) / "home") as made,
        web_running(made.installation),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        _walk(made, browser, Path(name), only)
        browser.close()
    size = sum(path.stat().st_size for path in FOLDER.glob("*.webp"))
    sys.stdout.write(f"{FOLDER}: {size / 1024:.0f} KiB\n")


def _walk(made: Demonstrated, browser: Browser, folder: Path, only: str) -> None:
    url = made.installation.public_url
    source = contract(folder)
    people: dict[str, Any] = {
        role: signed_in(browser, url, invitation(made, role)) for role in NAMES
    }
    for window in (DESKTOP, PHONE):
        camera = Camera(window, FOLDER, only)
        Walk(camera, browser, url, people, source, made).all()
        WalletWalk(camera, browser, url, people["registrar"], made).all()


if __name__ == "__main__":
    main()
