"""What is unfit to be sealed, through the sandbox."""

import io
import os
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String

from sealservice.infra.inspection import SandboxedInspector
from sealservice.kernel.sandbox import SandboxCrashed, SandboxLimitExceeded
from sealservice.sealing.errors import (
    ActiveContent,
    ChangesForbidden,
    DocumentEncrypted,
    DocumentTooLarge,
    NotAPdf,
    PageUnusable,
)
from sealservice.sealing.inspection import inspect
from sealservice.sealing.model import (
    KeywordPlacement,
)
from tests.sealing.pages import saved, typeset
from tests.sealing.placed import located
from tests.sealing.press.raw import OBJECTS, table

Change = Callable[[pikepdf.Pdf], None]


def changed(change: Change) -> bytes:
    """Return the plain page with something done to it."""
    with pikepdf.open(io.BytesIO(typeset(standard="1.7"))) as document:
        change(document)
        return saved(document)


def on_root(**entries: object) -> Change:
    """Return a change that sets entries of the catalogue."""

    def change(document: pikepdf.Pdf) -> None:
        for name, value in entries.items():
            document.Root[f"/{name}"] = value

    return change


def annotated(**entries: object) -> Change:
    """Return a change that adds an annotation."""

    def change(document: pikepdf.Pdf) -> None:
        whole = {"Type": Name.Annot, "Subtype": Name.Link, "Rect": Array([0, 0, 9, 9]), **entries}
        document.pages[0].Annots = Array([document.make_indirect(Dictionary(**whole))])

    return change


def unreferenced(**entries: object) -> Change:
    """Return a change that leaves an object where nothing points to it directly."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root.Extra = document.make_indirect(Dictionary(**entries))

    return change


def external_stream(document: pikepdf.Pdf) -> None:
    """Keep the page's content in another file."""
    stream = Stream(document, b"")
    stream.F = String("other.bin")
    document.pages[0].Contents = stream


def layers(**default: object) -> Change:
    """Return a change that adds optional content with a default configuration."""

    def change(document: pikepdf.Pdf) -> None:
        group = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("x")))
        configuration = {name: Array([group]) if value is None else value
                         for name, value in default.items()}  # fmt: skip
        document.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(**configuration))

    return change


SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
HIDING = Dictionary(S=Name.Hide, T=String("x"))
ACTIVE = {
    "script at opening": (on_root(OpenAction=SCRIPT), "JavaScript"),
    "script in the name tree": (on_root(Names=Dictionary(JavaScript=Dictionary())), "JavaScript"),
    "script of a link": (annotated(A=SCRIPT), "JavaScript"),
    "program": (annotated(A=Dictionary(S=Name.Launch, F=String("x"))), "/Launch"),
    "form import": (annotated(A=Dictionary(S=Name.ImportData)), "/ImportData"),
    "hiding": (annotated(A=HIDING), "/Hide"),
    "layer switch": (annotated(A=Dictionary(S=Name.SetOCGState)), "/SetOCGState"),
    "unknown action": (annotated(A=Dictionary(S=Name("/Surprise"))), "/Surprise"),
    "second action": (
        annotated(A=Dictionary(S=Name.GoTo, Next=Dictionary(S=Name.Launch))),
        "/Launch",
    ),
    "third action": (
        annotated(A=Dictionary(S=Name.URI, Next=Array([Dictionary(S=Name.GoTo), HIDING]))),
        "/Hide",
    ),
    "trigger": (on_root(AA=Dictionary(WC=Dictionary(S=Name.GoTo))), "by themselves"),
    "dynamic form": (on_root(AcroForm=Dictionary(XFA=Array([]), Fields=Array([]))), "XFA"),
    "external content": (external_stream, "another file"),
    "hidden layer": (layers(OFF=None), "hidden layers"),
    "layers off by default": (layers(BaseState=Name.OFF), "hidden layers"),
    "layers by event": (layers(AS=None), "hidden layers"),
    "film": (annotated(Subtype=Name.RichMedia), "multimedia"),
    "lost object": (unreferenced(S=Name.JavaScript), "JavaScript"),
}


@pytest.mark.parametrize("kind", list(ACTIVE))
def test_active_content_is_named(inspector: SandboxedInspector, kind: str) -> None:
    """Whatever can change what is seen is refused, and says what it is in both languages."""
    change, named = ACTIVE[kind]
    with pytest.raises(ActiveContent) as caught:
        inspector.pages(changed(change))
    assert named in caught.value.message.en
    assert str(caught.value.fields["what_zh"]) in caught.value.message.zh


HARMLESS = {
    "page": lambda _: None,
    "view at opening": on_root(OpenAction=Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]))),
    "link": annotated(A=Dictionary(S=Name.URI, URI=String("https://example.org"))),
    "visible layer": layers(ON=None),
    "form": on_root(AcroForm=Dictionary(Fields=Array([]))),
}


@pytest.mark.parametrize("kind", list(HARMLESS))
def test_harmless_documents_pass(inspector: SandboxedInspector, kind: str) -> None:
    """Links, views and visible layers are no reason to refuse."""
    assert inspector.pages(changed(HARMLESS[kind])) == 1


def reference(method: str, **parameters: object) -> Change:
    """Return a change that adds a signature with a transform."""

    def change(document: pikepdf.Pdf) -> None:
        transform = Dictionary(
            TransformMethod=Name(method), TransformParams=Dictionary(**parameters)
        )
        signature = document.make_indirect(Dictionary(Type=Name.Sig, Reference=Array([transform])))
        field = document.make_indirect(Dictionary(FT=Name.Sig, T=String("A"), V=signature))
        document.Root.AcroForm = Dictionary(Fields=Array([field]))

    return change


@pytest.mark.parametrize(
    "change",
    [
        reference("/DocMDP", P=1),
        reference("/FieldMDP", Action=Name.All),
        reference("/FieldMDP", Action=Name.Exclude, Fields=Array([])),
        reference("/FieldMDP", Action=Name.Include, Fields=Array([]), P=1),
    ],
)
def test_locked_documents_are_refused(inspector: SandboxedInspector, change: Change) -> None:
    """A certification without changes, or a lock on new fields, forbids a seal."""
    with pytest.raises(ChangesForbidden):
        inspector.pages(changed(change))


@pytest.mark.parametrize(
    "change",
    [reference("/DocMDP", P=2), reference("/FieldMDP", Action=Name.Include, Fields=Array([]))],
)
def test_certified_documents_may_allow_seals(inspector: SandboxedInspector, change: Change) -> None:
    """A certification that permits form filling permits a seal."""
    assert inspector.pages(changed(change)) == 1


@pytest.mark.parametrize("length", [0, 4, 9, 1_000, -1, -40])
def test_cut_off_files_are_no_pdf(inspector: SandboxedInspector, length: int) -> None:
    """Empty and truncated files are refused, not mended; a missing last letter is one too few."""
    source = typeset(standard="1.7")
    with pytest.raises(NotAPdf):
        inspector.pages(source[:length])


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n", b"PK\x03\x04", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF", os.urandom(5_000)]
)
def test_other_formats_are_no_pdf(inspector: SandboxedInspector, data: bytes) -> None:
    """Another format, or a mere header, is refused."""
    with pytest.raises(NotAPdf):
        inspector.pages(data)


@pytest.mark.parametrize("password", ["", "secret"])
def test_encrypted_documents_are_refused(inspector: SandboxedInspector, password: str) -> None:
    """Encryption is refused, also when no password is asked for."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(typeset(standard="1.7"))) as document:
        document.save(output, encryption=pikepdf.Encryption(owner="owner", user=password))
    with pytest.raises(DocumentEncrypted):
        inspector.pages(output.getvalue())


def test_too_many_pages() -> None:
    """More pages than the limit are refused with the limit."""
    with pytest.raises(DocumentTooLarge):
        inspect(typeset(), 0)


def test_page_tree_that_qpdf_gives_up_is_refused(inspector: SandboxedInspector) -> None:
    """Its error is of another kind there than over everything else; fuzzing found it."""
    with pytest.raises(NotAPdf):
        inspector.pages(table({**OBJECTS, 2: b"<</Kids[>4 0 R]/Count 0>>"}, 5))


def test_endless_page_tree_is_refused(inspector: SandboxedInspector) -> None:
    """A page tree that bites its tail neither hangs nor passes."""

    def bite(document: pikepdf.Pdf) -> None:
        document.Root.Pages.Kids.append(document.Root.Pages)

    with pytest.raises((NotAPdf, SandboxCrashed, SandboxLimitExceeded)):
        inspector.pages(changed(bite))


def test_nothing_hides_by_being_nested(inspector: SandboxedInspector) -> None:
    """A script behind sixty actions that are written into one another is not overlooked."""

    def nest(document: pikepdf.Pdf) -> None:
        action = SCRIPT
        for _ in range(60):
            action = Dictionary(S=Name.GoTo, D=Array([0, Name.Fit]), Next=action)
        document.Root.OpenAction = action

    with pytest.raises((ActiveContent, NotAPdf)):
        inspector.pages(changed(nest))


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        (b"/MediaBox [", b"/MediaBox [(x) "),
        (b"/Type /Pages", b"/Type /Pages /\xff\xfe 1"),
        (b"/Type /Catalog", b"/Type /Catalog /X << /S /\xc6\xf2 /JS 1 >>"),
        (b"/Kids [ ", b"/Kids [ null "),
        (b"/Catalog", b"/Catalog /OCProperties << /D 7 >>"),
    ],
)
def test_senseless_objects_are_refused(
    inspector: SandboxedInspector, sound: bytes, broken: bytes
) -> None:
    """Entries of the wrong kind end in a refusal that is foreseen, wherever they are met."""
    source = changed(lambda _: None)
    assert sound in source
    try:
        inspector.pages(source.replace(sound, broken, 1))
        located(inspector, source.replace(sound, broken, 1), KeywordPlacement("(盖章处)"), 20)
    except (NotAPdf, ActiveContent, PageUnusable):
        return
    pytest.fail("it was taken")


@pytest.mark.parametrize("streams", [False, True])
def test_both_kinds_of_cross_references(inspector: SandboxedInspector, *, streams: bool) -> None:
    """Classic tables and cross-reference streams are read alike."""
    with pikepdf.open(io.BytesIO(typeset(standard="1.7"))) as document:
        assert inspector.pages(saved(document, streams=streams)) == 1


def on_page(**entries: object) -> Change:
    """Return a change that sets entries of the only page, or removes those that are None."""

    def change(document: pikepdf.Pdf) -> None:
        page = document.pages[0].obj
        for name, value in entries.items():
            if value is None:
                del page[f"/{name}"]
            else:
                page[f"/{name}"] = value

    return change


BOX = Array([0, 0, 300, 400])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (on_page(MediaBox=None), "Page 1 .* it has no proper MediaBox"),
        (on_page(MediaBox=Array([0, 0, 300])), "no proper MediaBox"),
        (on_page(MediaBox=Array([0, 0, Name.x, 3])), "no proper MediaBox"),
        (on_page(CropBox=String("x")), "its /CropBox is not made of four"),
        (on_page(MediaBox=Array([0, 0, 0, 400])), "nothing to be seen"),
        (on_page(MediaBox=BOX, CropBox=Array([400, 0, 500, 400])), "nothing to be seen"),
        (on_page(Rotate=45), "/Rotate is 45"),
        (on_page(Rotate=Name.Left), "/Rotate is /Left"),
        (on_page(UserUnit=0), "UserUnit is 0"),
        (on_page(UserUnit=-1), "UserUnit is -1"),
        (on_page(UserUnit=101), "UserUnit is 101"),
        (on_page(UserUnit=String("x")), "UserUnit is x"),
    ],
)
def test_pages_that_do_not_say_how_they_lie(
    inspector: SandboxedInspector, change: Change, said: str
) -> None:
    """A page without a sound MediaBox, CropBox, rotation or unit is refused by its number."""
    with pytest.raises(PageUnusable, match=said):
        inspector.pages(changed(change))


@pytest.mark.parametrize("rotate", [-90, 450, 90.0, 360, -720])
def test_odd_rotations_are_taken(inspector: SandboxedInspector, rotate: float) -> None:
    """Whatever is a multiple of a right angle turns the page, below zero, too."""
    assert inspector.pages(changed(on_page(Rotate=rotate))) == 1
    (page,) = inspector.layout(changed(on_page(Rotate=rotate))).pages
    assert page.rotation == rotate % 360
