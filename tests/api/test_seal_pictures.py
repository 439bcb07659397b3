"""Seals after a picture, by the API: shown before, applied for, remade; and what is refused."""

import struct
import zlib
from functools import cache
from io import BytesIO

import httpx
import pytest
from PIL import Image

from sealservice.kernel.actor import Permission
from sealservice.limits import Limits
from sealservice.seals.model import SealState
from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.seals.drawings import sample
from tests.world_edges import PUBLIC_URL, EdgeWorld, bearer

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">%b</svg>'
CIRCLE = b'<circle cx="4" cy="4" r="3"/>'


def header_of(width: int, height: int) -> bytes:
    """Return a PNG file of this size that holds no pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    begin = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body
    return begin + struct.pack(">I", zlib.crc32(body)) + struct.pack(">I", 9) + b"IDAT" + bytes(13)


@cache
def scan() -> bytes:
    """Return a seal on grey paper, at 300 dpi."""
    seal = Image.open(BytesIO(sample("department").png(300)))
    sheet = Image.new("RGB", (seal.width + 60, seal.height + 60), "#e8e4da")
    sheet.paste(seal, (30, 30), seal)
    written = BytesIO()
    sheet.save(written, "PNG")
    return written.getvalue()


def bring(
    caller: Caller, path: str, data: bytes, media_type: str = "image/png", **query: object
) -> httpx.Response:
    """Send a picture as a raw body."""
    sent = {"Idempotency-Key": f"key-{next(caller.numbers)}", "Content-Type": media_type}
    headers = bearer(caller.key, **sent)
    asked = {name: str(value) for name, value in query.items()}
    return caller.client.post(f"/api/v1{path}", params=asked, content=data, headers=headers)


def test_result_is_shown_before_anything_is_made(world: EdgeWorld, ours: Caller) -> None:
    """The ink alone, its size, and every finding in both languages; no seal comes of it."""
    answer = bring(ours, "/seals/picture-checks", scan(), width_mm=38)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["width_mm"], round(shown["height_mm"])) == (38, 38)
    assert shown["svg"].startswith("<svg")
    kinds = {finding["kind"]: finding for finding in shown["findings"]}
    assert "#e8e4da" in kinds["background"]["zh"]
    assert "#e8e4da" in kinds["background"]["en"]
    assert world.seals.rows == {}


def test_seal_is_applied_for_after_a_picture(world: EdgeWorld, ours: Caller) -> None:
    """Raw or in a form, the same picture gives the drawing that was shown; a repetition nothing."""
    wish = {"license_id": world.license(world.ours).id, "width_mm": 38, "kind": "department"}
    shown = bring(ours, "/seals/picture-checks", scan(), width_mm=38).json()
    made = bring(ours, "/seals/from-picture", scan(), **wish, text="档案室")
    assert made.status_code == 201, made.text
    assert (made.json()["design"], made.json()["state"]) == ("imported", "applied")
    drawing = world.seals.artwork(made.json()["id"])
    assert drawing is not None
    assert drawing.sha256 == shown["artwork_sha256"]
    form = {"file": ("章.png", scan(), "image/png")}
    headers = bearer(ours.key, **{"Idempotency-Key": "form"})
    again = [
        ours.client.post(
            "/api/v1/seals/from-picture", params={**wish, "text": "财务室"}, files=form,
            headers=headers,
        ).json()["id"]
        for _ in range(2)
    ]  # fmt: skip
    assert again[0] == again[1] != made.json()["id"]


def test_seal_is_remade_after_a_picture(world: EdgeWorld, ours: Caller) -> None:
    """The new seal has the picture; the old one stops, and its history says why and on what."""
    seal = world.seal(world.ours)
    asked = {"width_mm": 40, "reason": "更换章面", "reference": "决议〔2026〕3号"}
    answer = bring(ours, f"/seals/{seal.id}/remake-from-picture", scan(), **asked)
    assert (answer.status_code, answer.json()["replaces"]) == (201, seal.id)
    assert answer.json()["design"] == "imported"
    assert world.seals.rows[seal.id].state is SealState.SUSPENDED
    lines = ours.get(f"/seals/{answer.json()['id']}/events").json()["data"]
    assert lines[0]["evidence"]["reference"] == "决议〔2026〕3号"


UNFIT = (
    (SVG % b'<image href="http://x.example/a.png"/>', "40", 422, "seal_svg_refused"),
    (SVG % b'<path fill="url(http://x.example/#a)" d="M0 0h9v9z"/>', "40", 422,
     "seal_svg_refused"),
    (b'<!DOCTYPE svg SYSTEM "http://x.example/a.dtd">' + SVG % CIRCLE, "40", 422,
     "seal_svg_refused"),
    (header_of(10_000, 10_000), "40", 413, "seal_picture_too_large"),
    (b"%PDF-1.7 not a picture", "40", 422, "seal_picture_unreadable"),
    (b"", "40", 422, "seal_picture_missing"),
    (sample("department").png(96), "38", 422, "seal_picture_unsuitable"),
    (SVG % CIRCLE, "0", 422, "seal_size_invalid"),
    (SVG % CIRCLE, "nan", 422, "seal_size_invalid"),
    (SVG % CIRCLE, "1e999", 422, "seal_size_invalid"),
    (SVG % CIRCLE, "-40", 422, "seal_size_invalid"),
    (SVG % CIRCLE, "wide", 422, "request_invalid"),
    (SVG % CIRCLE, "", 422, "request_invalid"),
)  # fmt: skip


@pytest.mark.security
def test_unfit_pictures_are_refused_in_both_languages(world: EdgeWorld, ours: Caller) -> None:
    """References, 100 megapixels, other files, nothing, too coarse, no width: each is named."""
    for data, width, status, code in UNFIT:
        wish = {"license_id": world.license(world.ours).id, "width_mm": width}
        answer = bring(ours, "/seals/from-picture", data, "application/octet-stream", **wish)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert not answer.json()["detail"].isascii()
    assert world.seals.rows == {}


@pytest.mark.security
def test_picture_over_the_limit_is_not_read(world: EdgeWorld) -> None:
    """A body over the limit is 413, raw or in a form; other media types are 415."""
    world = EdgeWorld(limits=Limits(seal_picture_bytes=10_000))
    client = EdgeClient(world.web(), PUBLIC_URL)
    caller = Caller(client, world.identity.key(world.ours.id))
    for size in (10_001, 200_000):
        answer = bring(caller, "/seals/picture-checks", bytes(size), width_mm=40)
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    form = {"file": ("a.png", bytes(10_001), "image/png")}
    query = {"width_mm": 40}
    path = "/api/v1/seals/picture-checks"
    answer = client.post(path, params=query, files=form, headers=bearer(caller.key))
    assert answer.status_code == 413
    answer = bring(caller, "/seals/picture-checks", scan()[:99], "image/gif", width_mm=40)
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")
    assert "image/svg+xml" in answer.json()["detail"]


@pytest.mark.security
def test_only_who_may_apply_has_pictures_read(world: EdgeWorld, client: EdgeClient) -> None:
    """A key that only reads gets 403; another organisation's seal and license are not found."""
    reader = Caller(client, world.identity.key(world.ours.id, Permission.SEALS_READ))
    answer = bring(reader, "/seals/picture-checks", SVG % CIRCLE, width_mm=40)
    assert answer.status_code == 403
    ours = Caller(client, world.identity.key(world.ours.id))
    theirs = world.seal(world.theirs)
    asked = {"width_mm": 40, "reason": "更换"}
    answer = bring(ours, f"/seals/{theirs.id}/remake-from-picture", SVG % CIRCLE, **asked)
    assert (answer.status_code, answer.json()["code"]) == (404, "seal_not_found")
    wish = {"width_mm": 40, "license_id": theirs.license_id}
    answer = bring(ours, "/seals/from-picture", SVG % CIRCLE, **wish)
    assert answer.status_code == 404
