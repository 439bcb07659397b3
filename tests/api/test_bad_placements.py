"""Bad documents and senseless places over the API: refused by code, in both languages, in time."""

from dataclasses import dataclass
from typing import Any, cast

import pytest

from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.sealing.unfit import UNFIT, small_page
from tests.world_edges import PUBLIC_URL, EdgeWorld, bearer
from tests.world_verification import blank_pdf

Body = dict[str, Any]
PLACE: Body = {"type": "coordinate", "pages": "1", "x": 60, "y": 50}


def keyword(text: str, **more: object) -> Body:
    """Return a place on a text."""
    return {"type": "keyword", "text": text, **more}


@dataclass(frozen=True)
class Desk:
    """A caller with a seal, whose documents are kept for all tests here."""

    caller: Caller
    seal_id: str

    def refused(self, pdf: bytes, place: Body) -> Body:
        """Rehearse an order; return the problem it ends in, which is told in both languages."""
        document = self.caller.upload(pdf).json()
        seals = [{"seal_id": self.seal_id, "placements": [place]}]
        wanted = {"document_id": document["id"], "seals": seals}
        told = []
        for language in ("zh", "en"):
            headers = {"Accept-Language": language}
            answer = self.caller.post("/sealing-orders?dry_run=true", wanted, **headers)
            assert answer.status_code == 422, answer.text
            told.append(answer.json())
        assert told[0]["detail"] != told[1]["detail"]
        return cast("Body", told[1])


@pytest.fixture(scope="module")
def desk() -> Desk:
    """Give a desk."""
    world = EdgeWorld()
    client = EdgeClient(world.web(), PUBLIC_URL)
    caller = Caller(client, world.identity.key(world.ours.id))
    return Desk(caller, world.seal(world.ours).id)


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"pages": "0"}, "page_set_invalid", "0"),
        ({"pages": "999"}, "placement_outside", "999"),
        ({"pages": "1,x"}, "page_set_invalid", "x"),
        ({"pages": "even"}, "page_set_invalid", "even"),
        ({"pages": ""}, "request_invalid", ""),
        ({"x": 5}, "placement_outside", "left edge"),
        ({"x": -50}, "placement_outside", "left edge"),
        ({"y": 10_000}, "placement_outside", "upper edge"),
        ({"x": 1e300}, "request_invalid", ""),
        ({"x": "NaN"}, "request_invalid", ""),
        ({"x": None}, "request_invalid", ""),
        ({"x": True}, "request_invalid", ""),
        ({"origin": "middle"}, "request_invalid", ""),
        ({"unit": "cm"}, "request_invalid", ""),
    ],
)
def test_senseless_coordinates(desk: Desk, changed: Body, code: str, said: str) -> None:
    """Page 0 and 999, numbers that are none, points off the page: named by what is wrong."""
    problem = desk.refused(blank_pdf(), {**PLACE, **changed})
    assert problem["code"] == code
    assert said in problem["detail"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_does_not_have(desk: Desk, number: str) -> None:
    """A body with such a number is refused before anything is read of it."""
    place = f'{{"type": "coordinate", "pages": "1", "x": {number}, "y": 50}}'
    seals = f'[{{"seal_id": "{desk.seal_id}", "placements": [{place}]}}]'
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"key-{number}"}
    answer = desk.caller.client.post(
        "/api/v1/sealing-orders?dry_run=true",
        content=f'{{"document_id": "doc", "seals": {seals}}}',
        headers=bearer(desk.caller.key, **headers),
    )
    assert answer.json()["code"] in ("body_malformed", "request_invalid")


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("Amuont", "keyword_not_found", "nearest texts: “Amount”"),
        ("😀", "keyword_not_found", "😀"),
        ("   ", "keyword_not_found", ""),
        ("", "request_invalid", ""),
        ("字" * 1_000, "request_invalid", ""),
        ("a\x07b", "request_invalid", ""),
        ("a\u202eb", "request_invalid", ""),
    ],
)
def test_texts_that_are_nowhere(desk: Desk, text: str, code: str, said: str) -> None:
    """The nearest texts are named; what is no text to search for is refused as such."""
    problem = desk.refused(blank_pdf(), keyword(text))
    assert problem["code"] == code
    assert said in problem["detail"]


@pytest.mark.parametrize("clamp", [False, True])
def test_a_seal_larger_than_its_page(desk: Desk, *, clamp: bool) -> None:
    """Both sizes are named, also when the seal may be moved."""
    problem = desk.refused(small_page(), {**PLACE, "x": 17, "y": 17, "clamp": clamp})
    assert problem["code"] == "placement_outside"
    assert "35.3×35.3 mm" in problem["detail"]


@pytest.mark.parametrize("name", UNFIT)
def test_documents_that_cannot_be_sealed(desk: Desk, name: str) -> None:
    """They are refused when they are stored, by what is wrong with them."""
    make, code = UNFIT[name]
    answer = desk.caller.upload(make())
    assert answer.json()["code"] == code
    assert answer.status_code in (413, 422)


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("", "document.pdf"),
        ("合同😀" + "长" * 100 + ".pdf", "合同😀" + "长" * 100 + ".pdf"),
        ("a\x07.pdf", "a.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
    ],
)
def test_filenames(desk: Desk, filename: str, kept: str) -> None:
    """What cannot be shown is left out of a name; an empty one is replaced, a long one cut."""
    answer = desk.caller.upload(blank_pdf(), filename)
    assert (answer.status_code, answer.json()["filename"]) == (201, kept)


def test_a_filename_without_end_is_cut_in_the_middle(desk: Desk) -> None:
    """What it begins with, and what kind of file it is, can still be read."""
    name = desk.caller.upload(blank_pdf(), "合同" + "长" * 300 + ".pdf").json()["filename"]
    assert name.startswith("合同长")
    assert name.endswith("长.pdf")
    assert "…" in name
    assert len(name) < 200
