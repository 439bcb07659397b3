"""What makes a document unfit to be sealed. Runs in the sandbox.

A document is refused, in this order:
1. ``NotAPdf``: it does not begin as a PDF, or its cross-references do not hold as they stand.
   Nothing is repaired: a seal must not depend on how a reader mends a file. Objects that no library
   can make sense of, or that are nested too deeply to be looked through, are no PDF either.
2. ``DocumentEncrypted``.
3. ``DocumentTooLarge``: it has more pages than allowed.
4. ``ChangesForbidden``: a signature in it forbids every change (DocMDP with P 1), or locks form
   fields in such a way that a new one would be locked, too (ISO 32000-2 12.8.2).
5. ``ActiveContent``: some object in it, referenced or not, can change what is seen. Of actions only
   those that merely move the view are cleared; everything unknown is refused.
   A reference to an object that is not there yet is refused like that: it may become the seal's.
6. ``PageUnusable``: a page does not say how it lies, so that nothing could be placed on it.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import pikepdf
from pyhanko.pdf_utils.reader import PdfFileReader

from sealservice.kernel.text import Text
from sealservice.sealing.dangling import refers_beyond
from sealservice.sealing.errors import (
    ActiveContent,
    ChangesForbidden,
    DocumentTooLarge,
    NotAPdf,
    ObjectCountWrong,
)
from sealservice.sealing.fields import require_tree
from sealservice.sealing.reading import TREE_DEPTH, geometries, opened, readable

_HARMLESS_ACTIONS: Final = frozenset({"/GoTo", "/GoToR", "/URI", "/Named", "/Thread"})
_MOVING_ANNOTATIONS: Final = frozenset({"/Movie", "/Screen", "/RichMedia", "/3D", "/Sound"})

_JAVASCRIPT: Final = Text("JavaScript 脚本", "JavaScript")
_ACTION: Final = Text("动作 {name}", "the action {name}")
_TRIGGERS: Final = Text("自动触发的动作", "actions that start by themselves")
_XFA: Final = Text("XFA 动态表单", "an XFA form")
_EXTERNAL: Final = Text("引用外部文件的内容", "content kept in another file")
_LAYERS: Final = Text("隐藏图层", "hidden layers")
_DANGLING: Final = Text("对尚不存在的对象的引用", "references to objects that are not in it yet")
_MEDIA: Final = Text("多媒体或三维批注", "multimedia or 3D annotations")


def inspect(pdf: bytes, greatest_pages: int) -> int:
    """Return the number of pages of a document that may be sealed.

    Raises:
        NotAPdf, DocumentEncrypted, DocumentTooLarge, ChangesForbidden, ActiveContent,
        PageUnusable, ObjectCountWrong.

    """
    with readable(), opened(pdf) as document:
        pages = len(document.pages)
        if pages > greatest_pages:
            raise DocumentTooLarge(limit=greatest_pages)
        for held in document.objects:
            for value in _dictionaries(held, TREE_DEPTH):
                _refuse_locks(value)
                _refuse_active(value)
        if refers_beyond(pdf, document):
            _require_its_size(document)
            raise ActiveContent(what_zh=_DANGLING.zh, what_en=_DANGLING.en)
        require_tree(document.Root.get("/AcroForm"))
        _ = geometries(document)
        _ = PdfFileReader(io.BytesIO(pdf), strict=False).root["/Pages"]  # the press must read it
    return pages


def _require_its_size(document: pikepdf.Pdf) -> None:
    """Refuse a file whose /Size is too small; what is appended would take its objects' places."""
    size = int(document.trailer.get("/Size", 0))
    present = (held for held in document.objects if isinstance(held, pikepdf.Object))
    highest = max((held.objgen[0] for held in present), default=0)
    if highest >= size:
        raise ObjectCountWrong


def _dictionaries(value: object, depth: int) -> Iterator[pikepdf.Object]:
    """Yield the dictionaries in one indirect object, those nested directly included."""
    if isinstance(value, pikepdf.Array):
        children: Iterable[object] = list(value)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        yield value
        children = [value.get(key) for key in value.keys()]  # noqa: SIM118 - not a mapping
    else:
        return
    if depth == 0:
        raise NotAPdf
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield from _dictionaries(child, depth - 1)


def _refuse_locks(value: pikepdf.Object) -> None:
    """Refuse a signature reference that leaves no room for another seal."""
    method, parameters = value.get("/TransformMethod"), value.get("/TransformParams")
    if not isinstance(parameters, pikepdf.Dictionary):
        return
    forbids_changes = parameters.get("/P") == 1 and method in ("/DocMDP", "/FieldMDP")
    locks_new_fields = method == "/FieldMDP" and parameters.get("/Action") != "/Include"
    if forbids_changes or locks_new_fields:
        raise ChangesForbidden


def _refuse_active(value: pikepdf.Object) -> None:
    for action in _actions(value):
        _refuse_action(action)
    for applies, what in _ACTIVE:
        if applies(value):
            raise ActiveContent(what_zh=what.zh, what_en=what.en)


def _actions(value: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield what calls itself an action, and what stands where one is expected."""
    is_script = value.get("/S") == "/JavaScript" or "/JS" in value
    if value.get("/Type") == "/Action" or ("/S" in value and (is_script or "/Next" in value)):
        yield value
    for key in ("/A", "/PA", "/OpenAction", "/Next"):
        held = value.get(key)
        for action in held if isinstance(held, pikepdf.Array) else (held,):
            if isinstance(action, pikepdf.Dictionary) and "/S" in action:
                yield action


def _refuse_action(action: pikepdf.Object) -> None:
    name = str(action.get("/S", ""))
    if name in _HARMLESS_ACTIONS and "/JS" not in action:
        return
    is_script = name == "/JavaScript" or "/JS" in action
    what = _JAVASCRIPT if is_script else _ACTION.filled(name=name)
    raise ActiveContent(what_zh=what.zh, what_en=what.en)


def _has_triggers(value: pikepdf.Object) -> bool:
    triggers = value.get("/AA")
    return isinstance(triggers, pikepdf.Dictionary) and bool(triggers.keys())


def _is_external(value: pikepdf.Object) -> bool:
    return isinstance(value, pikepdf.Stream) and ("/F" in value or "/Ref" in value)


def _hides_layers(value: pikepdf.Object) -> bool:
    properties = value.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return False
    default = properties.get("/D", pikepdf.Dictionary())
    return (
        bool(default.get("/OFF", []))
        or default.get("/BaseState", "/ON") != "/ON"
        or bool(default.get("/AS", []))
        or bool(properties.get("/Configs", []))
    )


def _is_moving(value: pikepdf.Object) -> bool:
    return str(value.get("/Subtype", "")) in _MOVING_ANNOTATIONS and "/Rect" in value


_ACTIVE: Final[tuple[tuple[Callable[[pikepdf.Object], bool], Text], ...]] = (
    (lambda value: "/JavaScript" in value, _JAVASCRIPT),
    (_has_triggers, _TRIGGERS),
    (lambda value: "/XFA" in value, _XFA),
    (_is_external, _EXTERNAL),
    (_hides_layers, _LAYERS),
    (_is_moving, _MEDIA),
)
