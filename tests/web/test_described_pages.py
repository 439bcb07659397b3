"""docs/pages.md tells of every page, and its pictures are there."""

import re
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from tests.world_edges import EdgeWorld

DOCS = Path(__file__).parents[2] / "docs"
TOLD = (DOCS / "pages.md").read_text("utf-8")
KIBIBYTES = 1_250


def test_every_address_is_told_of() -> None:
    """Whoever reads the page knows all addresses that browsers can go to."""
    app: object = EdgeWorld().web()
    while not isinstance(app, FastAPI):
        app = vars(app)["_app"]  # what a layer lies around
    routes: list[Any] = [
        one
        for router in app.routes
        if hasattr(router, "effective_route_contexts")
        for one in router.effective_route_contexts()
    ]
    known = {one.path for one in routes if "GET" in one.methods}
    assert len(known) > 20
    assert {path for path in known if f"`{path}`" not in TOLD} == set()


def test_pictures_are_there_and_small() -> None:
    """Each page has one from a desk and one from a phone; all together are small."""
    told = re.findall(r"!\[\]\((images/pages/[a-z-]+-(?:desktop|phone)\.webp)\)", TOLD)
    there = {str(path.relative_to(DOCS)) for path in (DOCS / "images" / "pages").iterdir()}
    assert (set(told), len(told)) == (there, len(there))
    assert sum((DOCS / name).stat().st_size for name in told) < KIBIBYTES * 1024
