"""Content of pages that the fast press takes for balanced, pikepdf takes for balanced, too."""

import io
import random
from dataclasses import replace

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealservice.limits import Limits
from sealservice.sealing.balance import balanced_pages
from sealservice.sealing.model import Die, Impression, Mark, Window
from sealservice.sealing.press.content import require_balanced
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.press.work import Work
from sealservice.sealing.pyhanko_press import PyHankoPreparation
from tests.fuzz.mutations import damaged
from tests.sealing.press.conftest import MOMENT, placed
from tests.sealing.press.shapes import SHAPES
from tests.sealing.press.test_alike import require_alike

GOOD = b"""q 1 0 0 1 10.5 -.5 cm % a comment (q
/P <</MCID 0/A[1 2]/B(x\\)y)>> BDC BT /F1 12 Tf (q Q \\( ) Tj [(a) -20 <0a>] TJ ET EMC Q
/Im0 Do 0 0 10 10 re W* n f*"""
PIECES = (
    b"q ", b"Q ", b"BT ", b"ET ", b"/P BMC ", b"/P<</MCID 1>>BDC ", b"EMC ", b"1 0 0 RG ",
    b"(q) Tj ", b"% q\n", b"[(Q)] TJ ", b"<51> Tj ", b"/q Do ",
)  # fmt: skip


def is_taken(*streams: bytes) -> bool:
    """Return whether the fast press takes content for balanced."""
    try:
        require_balanced(list(streams), Work.of(Limits()))
    except Declined as declined:
        assert declined.reason in (Reason.CONTENT, Reason.DUPLICATE)  # noqa: PT017 - one outcome
        return False
    return True


def on_a_page(content: bytes) -> bytes:
    """Return a document of one page with that content."""
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(425, 567))
        document.pages[0].obj.Contents = document.make_stream(content)
        output = io.BytesIO()
        document.save(output)
        return output.getvalue()


def test_ordinary_content_is_taken() -> None:
    """Also in several streams, and none at all."""
    assert is_taken(GOOD)
    assert is_taken(b"q BT", b"ET", b"Q")
    assert is_taken()


@pytest.mark.parametrize(
    "content",
    [
        b"q", b"Q q", b"Q", b"BT", b"BT BT ET ET", b"BT q ET Q", b"/P BMC", b"EMC /P BMC",
        b"q " * 28 + b"Q " * 28, b"BI /W 1 ID x EI", b"[ q ] Q", b"<< /q", b"(open", b"<5x>",
        b"q2 q Q", b"q ]Q", b"/P<</A 1 0 R>>BDC EMC", b"q\x80Q",
        b"/P<</A 1/A 1>>BDC EMC", b"1.2.3 w", b"{ q } Q", b"(a(b)c) Tj",
    ],
)  # fmt: skip
def test_other_content_is_declined(content: bytes) -> None:
    """What leaves something open, and what could be read in two ways."""
    assert not is_taken(content)


@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=8),
    chance=st.one_of(st.none(), st.integers(0, 2**32)),
)
@settings(max_examples=150, deadline=None)
def test_what_is_taken_is_balanced(pieces: list[bytes], chance: int | None) -> None:
    """However content is put together, or damaged."""
    content = b"".join(pieces)
    if chance is not None:
        content = damaged(GOOD, random.Random(chance))  # noqa: S311 - not for a secret
    if is_taken(content):
        assert balanced_pages(on_a_page(content), [0]) == {0}


@pytest.mark.parametrize("shape", ["typeset, PDF/UA", "deep", "form, streams", "inherited"])
def test_places_on_pages(
    shape: str,
    die: Die,
    fast: FastPreparation,
    reference: PyHankoPreparation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Places and slices on an unsigned document are content of their pages, as with pyHanko."""
    monkeypatch.setattr(
        "sealservice.sealing.painting.secrets.token_hex", lambda size: "0" * 2 * size
    )
    source = SHAPES[shape]()
    with pikepdf.open(io.BytesIO(source)) as document:
        count = len(document.pages)
    first = placed(die).impressions[0]
    slices = [
        Impression(replace(first.box, page=page, left=10.0 + page, right=40.0), Window(0, 0, 9, 40))
        for page in (*range(count), 0)
    ]
    require_alike(source, (Mark(die, (first, *slices)),), fast, reference)


def test_the_name_of_a_drawing_is_drawn_by_lot(die: Die, fast: FastPreparation) -> None:
    """Nobody can use it in a document beforehand, also not by grinding for it."""
    one, other = placed(die), placed(die, left=200)
    mark = Mark(die, (*one.impressions, *other.impressions))
    source = SHAPES["deep"]()
    tails = {fast.prepare_here(source, (mark,), MOMENT)[0].revision.tail for _ in range(2)}
    assert len(tails) == 2


def test_content_that_is_not_balanced_is_declined(die: Die, fast: FastPreparation) -> None:
    """The other press shows the seal by a stamp there; also of content there can be too much."""
    one, other = placed(die), placed(die, left=200)
    mark = Mark(die, (*one.impressions, *other.impressions))
    for content, reason in ((b"q", Reason.CONTENT), (b"q Q " * 600_000, Reason.COST)):
        with pytest.raises(Declined, match=reason):
            fast.prepare_here(on_a_page(content), (mark,), MOMENT)
