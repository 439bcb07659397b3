"""Places as options say them: keys, quoting, units, which seal's they are, and every misuse."""

import pytest

from sealservice.cli.errors import Misuse
from sealservice.cli.placements import parsed, seal_uses
from sealservice.sealing.model import (
    CoordinatePlacement,
    Edge,
    FieldPlacement,
    KeywordPlacement,
    Origin,
    Placement,
    SealUse,
    StraddlePlacement,
)


@pytest.mark.parametrize(
    ("option", "written", "placement"),
    [
        ("--at", "page=1,x=120mm,y=40mm", CoordinatePlacement("1", 120, 40)),
        ("--at", "pages=1,3-5,last,x=1,y=2", CoordinatePlacement("1,3-5,last", 1, 2)),
        ("--at", r"x=1,y=2,pages=1\,3-5", CoordinatePlacement("1,3-5", 1, 2)),
        ("--at", "page=-1,x=72pt,y=-36 pt", CoordinatePlacement("-1", 25.4, -12.7)),
        (
            "--at",
            " page = 1 , x = 1.5 , y = 2 , origin = top-right , clamp ",
            CoordinatePlacement("1", 1.5, 2, Origin.TOP_RIGHT, clamp=True),
        ),
        ("--at", "page=1,x=1,y=2,clamp=no", CoordinatePlacement("1", 1, 2)),
        ("--keyword", "（盖章）", KeywordPlacement("（盖章）")),
        ("--keyword", "甲方,乙方 = 双方", KeywordPlacement("甲方,乙方 = 双方")),
        ("--keyword", r"text=甲方\,乙方\=双方\\", KeywordPlacement("甲方,乙方=双方\\")),
        (
            "--keyword",
            "text=（盖章）,occurrence=first,dx=5mm,dy=-2,pages=2-",
            KeywordPlacement("（盖章）", "first", 5, -2, "2-"),
        ),
        ("--keyword", "text=章,occurrence=all", KeywordPlacement("章", "all")),
        ("--keyword", "text=章,occurrence=-2", KeywordPlacement("章", -2)),
        ("--straddle", "", StraddlePlacement()),
        ("--straddle", "edge=right,pages=all,at=150mm", StraddlePlacement(at_mm=150)),
        (
            "--straddle",
            "edge=top,pages=odd,last,per-seal=12,duplex,margin=3,min-slice=2",
            StraddlePlacement(
                Edge.TOP, "odd,last", None, 12, duplex=True, margin_mm=3, smallest_slice_mm=2
            ),
        ),
        ("--field", "PartyA.Seal,1=x", FieldPlacement("PartyA.Seal,1=x")),
    ],
)
def test_what_places_mean(option: str, written: str, placement: Placement) -> None:
    """Each way of writing a place gives that place."""
    assert parsed(option, written) == placement


def test_clamp_holds_for_those_that_do_not_say_otherwise() -> None:
    """One option clamps all; a place may keep out of it."""
    assert parsed("--at", "page=1,x=1,y=2", clamp=True) == CoordinatePlacement(
        "1", 1, 2, clamp=True
    )
    assert parsed("--at", "page=1,x=1,y=2,clamp=no", clamp=True) == CoordinatePlacement("1", 1, 2)
    assert parsed("--keyword", "章", clamp=True) == KeywordPlacement("章", clamp=True)


@pytest.mark.parametrize(
    ("option", "written", "said"),
    [
        ("--at", "page=1,x=1,y=2,z=3", "knows no “z”; it knows page, pages, x"),
        ("--at", "page=1,x=1,x=2,y=2", "has “x” twice"),
        ("--at", "page=1,pages=2,x=1,y=2", "has “pages” twice"),
        ("--at", "page=1,x=1", "lacks “y”"),
        ("--at", "x=1,y=1", "lacks “pages”"),
        ("--at", "page=1,x=,y=1", "lacks “x”"),
        ("--at", "", "lacks “pages”"),
        ("--at", "page=1,x=1,,y=1", "must be key=value"),
        ("--at", "1,120,40", "“1” must be key=value"),
        ("--at", "page=1,x=12cm,y=1", "“x=12cm” is no length"),
        ("--at", "page=1,x=nan,y=1", "“x=nan” is no length"),
        ("--at", "page=1,x=inf,y=1", "“x=inf” is no length"),
        ("--at", "page=1,x=1e3,y=1", "“x=1e3” is no length"),
        ("--at", "page=1,x=１２,y=1", "is no length"),
        ("--at", "page=1,x=1,y=1,origin=middle", "none of bottom-left, bottom-right"),
        ("--at", "page=1,x=1,y=1,clamp=perhaps", "none of yes, no"),
        ("--at", "page=1,x=1,y=1,text=章", "knows no “text”"),
        ("--keyword", "txt=盖章", "knows no “txt”"),
        ("--keyword", "text=", "lacks “text”"),
        ("--keyword", "text=甲方,乙方", "“乙方” must be key=value; a comma in a value is written"),
        ("--keyword", "text=章,occurrence=second", "none of first, last, all"),
        ("--keyword", "occurrence=1", "lacks “text”"),
        ("--straddle", "edge=inside", "none of left, right, top, bottom"),
        ("--straddle", "right", "“right” must be key=value"),
        ("--straddle", "per-seal=many", "is no whole number"),
        ("--straddle", "per-seal=2.5", "is no whole number"),
        ("--straddle", "duplex=2", "none of yes, no"),
        ("--straddle", "y=150", "knows no “y”"),
    ],
)
def test_misuse(option: str, written: str, said: str) -> None:
    """What is not understood is named, with what would be, in both languages."""
    with pytest.raises(Misuse) as caught:
        parsed(option, written)
    assert said in caught.value.message.en
    assert option in caught.value.message.zh
    assert "sealservice seal-pdf --help" in caught.value.message.zh


def test_places_belong_to_the_seal_before_them() -> None:
    """Those behind a seal are its; those before the first one, too; order is kept."""
    first = KeywordPlacement("甲")
    uses = seal_uses(
        [
            ("keyword", "甲"),
            ("seal", "A"),
            ("at", "page=1,x=1,y=1"),
            ("seal", "B"),
            ("straddle", "edge=left"),
            ("field", "F"),
            ("seal", "A"),
            ("keyword", "乙"),
        ],
        clamp=False,
    )
    assert uses == (
        SealUse("A", (first, CoordinatePlacement("1", 1, 1), KeywordPlacement("乙"))),
        SealUse("B", (StraddlePlacement(Edge.LEFT), FieldPlacement("F"))),
    )


def test_a_seal_without_a_place() -> None:
    """Every seal that is named has a place, or the call is misuse."""
    with pytest.raises(Misuse, match="say where “B” goes"):
        seal_uses([("seal", "A"), ("keyword", "章"), ("seal", "B")], clamp=False)
