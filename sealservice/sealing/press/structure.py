"""Puts the widget of a seal into the structure tree of a tagged document that nobody has signed.

As ``sealing/structure.py``, whose rules these are, does for the other press:
1. A new /Form element with an object reference becomes the last kid of the document's element: of
   the only kid of the root if that is a /Document, of the root otherwise.
2. The widget's /StructParent is the next key of the parent tree, which leads to the element.
3. The page gets /Tabs /S unless it has another order.
A tree that is not made as the standard has it is declined.
"""

from collections.abc import Iterator
from typing import Final

from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.draft import Draft, Node, refer, written
from sealservice.sealing.press.syntax import Entries, integer, items, reference

_ROOT: Final = b"/StructTreeRoot"


def take_in(draft: Draft, widget: int, page: int) -> Entries:
    """Put a widget, by its number, into the tree; return what it has to say of that.

    Raises:
        Declined.
    """
    root = draft.root().child(_ROOT)
    if root.path:
        raise Declined(Reason.TAGGED)
    depth = draft.reader.limits.press_depth
    parent, key = _parent(root, depth), _next_key(root, depth)
    element = draft.number()
    draft.store(element, _element(widget, page, parent))
    only = parent.get(b"/K")
    if only is not None and not draft.followed(only).startswith(b"["):
        parent.set(b"/K", b"[%b]" % only)
    parent.append(b"/K", refer(element))
    _enter(root, key, element)
    on_page = Node(draft, page)
    if on_page.get(b"/Tabs") is None:
        on_page.set(b"/Tabs", b"/S")
    return {b"/StructParent": b"%d" % key}


def is_tagged(draft: Draft) -> bool:
    """Return whether a document has a structure tree."""
    return draft.root().get(_ROOT) is not None


def _parent(root: Node, depth: int) -> Node:
    """Return the element that gets one more kid."""
    held = root.get(b"/K")
    if held is None:
        return root
    value = root.draft.followed(held)
    kids = items(value, depth) if value.startswith(b"[") else [held]
    number = reference(kids[0]) if len(kids) == 1 else None
    if number is None:
        return root
    only = Node(root.draft, number)
    return only if only.followed(b"/S") == b"/Document" else root


def _element(widget: int, page: int, parent: Node) -> Entries:
    """Return a structure element with an object reference, of its parent's namespace."""
    shown = {b"/Type": b"/OBJR", b"/Obj": refer(widget), b"/Pg": refer(page)}
    element = {
        b"/Type": b"/StructElem",
        b"/S": b"/Form",
        b"/P": refer(parent.number),
        b"/Pg": refer(page),
        b"/K": written(shown),
    }
    namespace = parent.get(b"/NS")
    return element if namespace is None else {**element, b"/NS": namespace}


def _enter(root: Node, key: int, element: int) -> None:
    """Let a key, the greatest one, lead to an element in the parent tree."""
    draft, tree, written_key = root.draft, root.child(b"/ParentTree"), b"%d" % key
    if tree.get(b"/Kids") is None:
        tree.append(b"/Nums", written_key, refer(element))
    else:
        leaf = draft.number()
        limits, numbers = b"[%d %d]" % (key, key), b"[%d %b]" % (key, refer(element))
        draft.store(leaf, {b"/Limits": limits, b"/Nums": numbers})
        tree.append(b"/Kids", refer(leaf))
    root.set(b"/ParentTreeNextKey", b"%d" % (key + 1))


def _next_key(root: Node, depth: int) -> int:
    """Return a key that the parent tree has no entry for, nor for any greater one."""
    said = root.followed(b"/ParentTreeNextKey")
    least = 0 if said is None else integer(said)
    return max([least, *(key + 1 for key in _keys(root.child(b"/ParentTree"), depth))])


def _keys(node: Node, depth: int) -> Iterator[int]:
    """Yield the keys of a number tree."""
    if depth == 0:
        raise Declined(Reason.TAGGED)
    numbers, kids = node.followed(b"/Nums"), node.followed(b"/Kids")
    if numbers is not None:
        yield from map(integer, items(numbers, depth)[::2])
    for kid in [] if kids is None else items(kids, depth):
        number = reference(kid)
        if number is None:
            raise Declined(Reason.TAGGED)
        yield from _keys(Node(node.draft, number), depth - 1)
