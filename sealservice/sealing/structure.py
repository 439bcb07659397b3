"""Puts the annotations that show a seal into the structure tree of a tagged document.

PDF/UA-1 wants every widget inside a /Form element, and every other annotation inside an /Annot
element (ISO 14289-1 7.18.1, 7.18.4), and pages that go through them in the order of the structure
(7.18.3). So, for each of them (ISO 32000-2 14.7.5.3 and 14.7.5.4):
1. One that is in the tree already stays where its author put it.
2. A new element with an object reference becomes the last kid of the document's element: of the
   only kid of the root if that is a /Document, of the root otherwise.
3. The annotation's /StructParent is the next key of the parent tree, which leads to the element.
4. The page gets /Tabs /S unless it has another order.
Only a document that nobody signed is touched: the tree is no part of a form, so everybody takes
another element in it for a forbidden change (docs/adr/0008-structure-of-the-first-seal.md).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from sealservice.sealing.pdf_values import entry, raw_entry
from sealservice.sealing.reading import TREE_DEPTH

FORM, ANNOTATION = "/Form", "/Annot"
_ROOT: Final = "/StructTreeRoot"


@dataclass(frozen=True, slots=True)
class Structure:
    """The structure tree of a document that nobody has signed; there may be none."""

    writer: IncrementalPdfFileWriter

    @property
    def is_there(self) -> bool:
        """Return whether the document is tagged."""
        held = raw_entry(self.writer.root, _ROOT)
        is_object = isinstance(held, generic.IndirectObject)
        return is_object and isinstance(held.get_object(), generic.DictionaryObject)

    def take_in(self, annotation: generic.IndirectObject, page: int, kind: str) -> None:
        """Put an annotation into the tree, if there is one.

        ``page`` is the index of its page, 0 for the first; ``kind`` is ``FORM`` or ``ANNOTATION``.
        """
        taken = annotation.get_object()
        if not self.is_there or "/StructParent" in taken:
            return
        root = self.writer.root[_ROOT]
        parent, key = self._parent(root), _next_key(root)
        on_page, _ = self.writer.find_page_for_modification(page)
        held = _element(annotation, self._indirect(on_page), parent, kind)
        element = self.writer.add_object(held)
        self._append(parent.get_object(), "/K", element)
        self._enter(root, generic.NumberObject(key), element)
        taken[pdf_name("/StructParent")] = generic.NumberObject(key)
        self.writer.update_container(taken)
        self._order_tabs(on_page.get_object())

    def _parent(self, root: generic.DictionaryObject) -> generic.IndirectObject:
        """Return the element that gets one more kid."""
        kids = raw_entry(root, "/K")
        array = kids.get_object() if kids is not None else None
        if isinstance(array, generic.ArrayObject):
            kids = array.raw_get(0) if len(array) == 1 else None
        only = kids.get_object() if isinstance(kids, generic.IndirectObject) else None
        is_document = isinstance(only, generic.DictionaryObject) and (
            entry(only, "/S", None) == "/Document"
        )
        held: generic.IndirectObject = kids if is_document else raw_entry(self.writer.root, _ROOT)
        return held

    def _enter(
        self,
        root: generic.DictionaryObject,
        key: generic.NumberObject,
        element: generic.IndirectObject,
    ) -> None:
        """Let a key, the greatest one, lead to an element in the parent tree."""
        tree = entry(root, "/ParentTree", None)
        if not isinstance(tree, generic.DictionaryObject):
            tree = generic.DictionaryObject()
            root[pdf_name("/ParentTree")] = tree
        if "/Kids" in tree:
            leaf = {
                pdf_name("/Limits"): generic.ArrayObject([key, key]),
                pdf_name("/Nums"): generic.ArrayObject([key, element]),
            }
            held = self.writer.add_object(generic.DictionaryObject(leaf))
            self._append(tree, "/Kids", held)
        else:
            self._append(tree, "/Nums", key, element)
        root[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(key + 1)
        self.writer.update_container(root)

    def _append(
        self, holder: generic.DictionaryObject, name: str, *values: generic.PdfObject
    ) -> None:
        """Append to an array in a dictionary; a single value that stands there becomes one."""
        held = raw_entry(holder, name)
        array = held.get_object() if held is not None else None
        if not isinstance(array, generic.ArrayObject):
            array = generic.ArrayObject([] if held is None else [held])
            holder[pdf_name(name)] = array
            self.writer.update_container(holder)
        array.extend(values)
        self.writer.update_container(array)

    def _order_tabs(self, page: generic.DictionaryObject) -> None:
        if "/Tabs" not in page:
            page[pdf_name("/Tabs")] = pdf_name("/S")
            self.writer.update_container(page)

    def _indirect(self, reference: generic.Reference) -> generic.IndirectObject:
        return generic.IndirectObject(reference.idnum, reference.generation, self.writer)


def _element(
    annotation: generic.IndirectObject,
    page: generic.IndirectObject,
    parent: generic.IndirectObject,
    kind: str,
) -> generic.DictionaryObject:
    """Return a structure element with an object reference, of its parent's namespace."""
    shown = {
        pdf_name("/Type"): pdf_name("/OBJR"),
        pdf_name("/Obj"): annotation,
        pdf_name("/Pg"): page,
    }
    element = {
        pdf_name("/Type"): pdf_name("/StructElem"),
        pdf_name("/S"): pdf_name(kind),
        pdf_name("/P"): parent,
        pdf_name("/Pg"): page,
        pdf_name("/K"): generic.DictionaryObject(shown),
    }
    namespace = raw_entry(parent.get_object(), "/NS")
    if namespace is not None:
        element[pdf_name("/NS")] = namespace
    return generic.DictionaryObject(element)


def _next_key(root: generic.DictionaryObject) -> int:
    """Return a key that the parent tree has no entry for, nor for any greater one."""
    said = entry(root, "/ParentTreeNextKey", 0)
    keys = _keys(entry(root, "/ParentTree", None), TREE_DEPTH)
    return max(said if isinstance(said, int) else 0, *(key + 1 for key in keys), 0)


def _keys(node: Any, depth: int) -> Iterator[int]:  # noqa: ANN401 - a PDF value
    """Yield the keys of a number tree."""
    if not isinstance(node, generic.DictionaryObject) or depth == 0:
        return
    numbers = entry(node, "/Nums", ())
    yield from (key for key in map(numbers.__getitem__, range(0, len(numbers), 2))
                if isinstance(key, int))  # fmt: skip
    for kid in entry(node, "/Kids", ()):
        yield from _keys(kid.get_object(), depth - 1)
