"""In a tagged document the seal's widget is in the structure tree, and nothing else changes."""

import io
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from sealservice.sealing.model import CoordinatePlacement, FieldPlacement, Level
from tests.sealing.pages import saved, tagged_form, typeset
from tests.sealing.press_checks import accepted
from tests.world_press import PressWorld

FIRST, SECOND = CoordinatePlacement("1", 30, 60), CoordinatePlacement("1", 100, 60)


def tagged(shape: str = "as typeset") -> bytes:
    """Return a tagged page whose structure tree is kept in one of the ways that are allowed."""
    with pikepdf.open(io.BytesIO(typeset(standard="ua-1"))) as document:
        root = document.Root.StructTreeRoot
        numbers = root.ParentTree.Nums
        if shape == "kids":
            leaf = document.make_indirect(Dictionary(Limits=[0, 0], Nums=numbers))
            root.ParentTree = document.make_indirect(Dictionary(Kids=[leaf]))
        elif shape == "indirect arrays":
            root.ParentTree.Nums = document.make_indirect(Array(numbers))
            root.K[0].K = document.make_indirect(Array(root.K[0].K))
        elif shape == "one kid":
            root.K = root.K[0]
        elif shape == "no tree of parents":
            del root.ParentTree, root.ParentTreeNextKey
        elif shape == "wrong next key":
            root.ParentTreeNextKey = Name.Wrong
        elif shape == "two documents":
            part = Dictionary(Type=Name.StructElem, S=Name.Part, P=root, K=Array())
            root.K.append(document.make_indirect(part))
        elif shape == "page without tabs":
            del document.pages[0].obj.Tabs
        return saved(document)


def under(tree: pikepdf.Object) -> dict[int, Any]:
    """Return what a number tree leads to."""
    numbers = list(tree.get("/Nums", []))
    found = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    for kid in tree.get("/Kids", []):
        found |= under(kid)
    return found


def element_of(document: pikepdf.Pdf, annotation: pikepdf.Object) -> pikepdf.Object:
    """Return the structure element of an annotation, found as a screen reader finds it."""
    root = document.Root.StructTreeRoot
    keys = under(root.ParentTree)
    key = int(annotation.StructParent)
    element = keys[key]
    assert key == max(keys)
    assert int(root.ParentTreeNextKey) == key + 1
    assert (element.K.Type, element.K.Obj.objgen) == ("/OBJR", annotation.objgen)
    assert element.Pg.objgen == element.K.Pg.objgen == document.pages[0].obj.objgen
    kids = element.P.K if isinstance(element.P.K, Array) else [element.P.K]
    assert [kid for kid in kids if kid == element] == [kids[-1]]
    return element


@pytest.mark.parametrize(
    ("shape", "parent"),
    [
        ("as typeset", "/Document"),
        ("kids", "/Document"),
        ("indirect arrays", "/Document"),
        ("one kid", "/Document"),
        ("no tree of parents", "/Document"),
        ("wrong next key", "/Document"),
        ("two documents", None),
        ("page without tabs", "/Document"),
    ],
)
def test_the_first_seal_is_a_form_element(
    world: PressWorld, shape: str, parent: str | None
) -> None:
    """Its widget is found from the tree and the tree from it, however the tree is kept."""
    source = tagged(shape)
    pdf = accepted(world.seal(source, Level.B_LTA, FIRST), world, ["Seal1"])
    with pikepdf.open(io.BytesIO(source)) as before, pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0].obj
        (widget,) = (one for one in page.Annots if one.get("/T") == "Seal1")
        element = element_of(document, widget)
        assert element.S == "/Form"
        assert element.P.get("/S") == parent
        assert str(widget.TU) == world.die.label
        assert page.Tabs == "/S"
        old = under(before.Root.StructTreeRoot.get("/ParentTree", Dictionary()))
        new = under(document.Root.StructTreeRoot.ParentTree)
        assert set(new) - set(old) == {int(widget.StructParent)}


def test_a_later_seal_leaves_the_tree_alone(world: PressWorld) -> None:
    """What somebody signed is not changed: everybody accepts both seals (ADR 8)."""
    once = world.seal(tagged(), Level.B_LTA, FIRST)
    pdf = accepted(world.seal(once, Level.B_LTA, SECOND), world, ["Seal1", "Seal2"])
    with pikepdf.open(io.BytesIO(once)) as before, pikepdf.open(io.BytesIO(pdf)) as after:
        old, new = (one.Root.StructTreeRoot for one in (before, after))
        for here, there in ((old, new), (old.K[0], new.K[0]), (old.ParentTree, new.ParentTree)):
            assert here.unparse(resolved=True) == there.unparse(resolved=True)
        (widget,) = (one for one in after.pages[0].Annots if one.get("/T") == "Seal2")
        assert "/StructParent" not in widget


def test_prepared_fields_of_a_tagged_form_keep_their_tags(world: PressWorld) -> None:
    """Fields that the author tagged are filled one after the other; the tree stays as it is."""
    source = tagged_form("PartyA", "PartyB")
    once = world.seal(source, Level.B_LTA, FieldPlacement("PartyB"))
    twice = world.seal(once, Level.B_LTA, FieldPlacement("PartyA"))
    accepted(twice, world, ["PartyB", "PartyA"])
    with pikepdf.open(io.BytesIO(source)) as before, pikepdf.open(io.BytesIO(twice)) as after:
        old, new = before.Root.StructTreeRoot, after.Root.StructTreeRoot
        assert set(under(old.ParentTree)) == set(under(new.ParentTree))
        assert len(old.K[0].K) == len(new.K[0].K)


def test_a_stamp_in_a_tagged_document_is_an_annotation_element(world: PressWorld) -> None:
    """Where a page's content cannot be added to, its stamp is in the tree, too."""
    with pikepdf.open(io.BytesIO(tagged())) as document:
        document.pages[0].contents_add(b"q")
        source = saved(document)
    pdf = world.seal(source, Level.B_B, FIRST, SECOND)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (stamp,) = (one for one in document.pages[0].Annots if one.Subtype == "/Stamp")
        element = element_of(document, stamp)
        assert element.S == "/Annot"
        assert str(stamp.Contents) == world.die.label


@pytest.mark.parametrize("tree", [Name.Wrong, Array(), Dictionary()])
def test_what_is_no_tree_is_left_alone(world: PressWorld, tree: object) -> None:
    """A catalog that says it has a structure tree, but has none, is sealed as before."""
    with pikepdf.open(io.BytesIO(tagged())) as document:
        document.Root.StructTreeRoot = tree
        source = saved(document)
    pdf = world.seal(source, Level.B_B, FIRST)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "/StructParent" not in document.pages[0].Annots[0]
