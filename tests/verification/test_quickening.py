"""What is done in another way than the libraries do it gives their answers, errors included."""

import io
import random
from collections.abc import Callable
from typing import Final

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils import generic

from sealservice.verification import quickening

STRINGS: Final = (
    b"<>",
    b"<48656C6c6F>",
    b"<48656C6c6>",
    b"< 48 65\n6C >",
    b"<48%a comment\n65>",
    b"<4G>",
    b"<48",
    b"<",
    b"<FEFF78BA5B9A>",
    b"<EFBBBFE7A1AE>",
    b"<FFFE7845>",
    b"<" + b"00ff" * 20_000 + b">",
    b"<" + b"00ff" * 20_000 + b" >",
    b"<" + b"00ff" * 20_000,
)
TEXTS: Final = (
    "", " ", "Seal CA", "  Seal   CA ", "示范贸易有限公司", "Straße", "ﬀ", "a\u00adb\u200bc",
    "A\u00a0B", "\u05d0\u05d1", "\u05d0a", "a\u05d0", "\ufffd", "\ue000", "\u0221", "x" * 2_000,
)  # fmt: skip


def answer(question: Callable[[], object]) -> object:
    """Return what is answered, or what is raised."""
    try:
        return question()
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
        return type(error), str(error)


def read(how: Callable[[io.BytesIO], object], string: bytes, before: bytes) -> tuple[object, ...]:
    """Return what a string is read as, its kind, and where reading ends."""
    stream = io.BytesIO(before + string)
    stream.seek(len(before))
    value = answer(lambda: how(stream))
    is_text = isinstance(value, generic.TextStringObject)
    encoding = value.autodetected_encoding if is_text else None  # type: ignore[attr-defined]
    end = None if isinstance(value, tuple) else stream.tell()
    return type(value), value, encoding, end


@pytest.mark.parametrize("string", STRINGS, ids=range(len(STRINGS)))
def test_hexadecimal_strings_are_read_alike(string: bytes) -> None:
    """Digits, blanks, comments, an odd digit, a missing end: as the library reads them."""
    for before in (b"", b"/Contents "):
        found = read(quickening.read_hex_string, string + b" /Next 1", before)
        assert found == read(quickening.LIBRARY_READ, string + b" /Next 1", before)


def test_names_are_read_alike() -> None:
    """Every byte in a name, at its end or instead of its slash is read as the library does."""
    names = [
        b"/A" + bytes([one]) + rest for one in range(256) for rest in (b"", b"b", b" c", b"/d")
    ]
    names += [b"/", b"/#41b", b"/#4", b"/" + b"x" * 63, b"/" + b"x" * 64, b"/" + b"x" * 200, b"A"]
    for name in names:
        for behind in (b"", b" /Next 1"):
            found = read(quickening.read_name, name + behind, b"")
            assert found == read(quickening.LIBRARY_NAME, name + behind, b"")


ARRAYS: Final = (
    b"[]", b"[ ]", b"[1 0 R]", b"[ 1 0 R\r\n2 0 R ]", b"[1 0 R2 0 R]", b"[1 0 R 5]", b"[1 0 R",
    b"[1 2 0 R]", b"[0 0 R]", b"[1 0 R 0 0 R]", b"[1 0 R /A]", b"[1 0 R [2 0 R]]", b"[1 0 RR]",
    b"[1  0 R]", b"[1 0 R%]\n]", b"[01 00 R]", b"[12345678901 0 R]", b"[1 0 R (])]", b"[1 0 Ra]",
    b"[1 0 R\t2 0 R]", b"[-1 0 R]", b"[1 0\nR]", b"[" + b"7 0 R " * 5_000 + b"]",
    b"[" + b"7 0 R " * 5_000, b"[123456789 12345 R]", b"[1 123456 R]", b"1 0 R]", b"[1.5 0 R]",
)  # fmt: skip
OWNER: Final = generic.Reference(4, 0, None)


@pytest.mark.parametrize("array", ARRAYS, ids=range(len(ARRAYS)))
@pytest.mark.parametrize("kind", generic.ContentOpReading)
def test_arrays_are_read_alike(array: bytes, kind: generic.ContentOpReading) -> None:
    """References and everything else in arrays are read, or refused, as the library does."""
    for behind in (b" /Next 1", b"", b"]"):
        theirs = read(lambda s: quickening.LIBRARY_ARRAY(s, OWNER, kind), array + behind, b"/K ")
        found = read(lambda s: quickening.read_array(s, OWNER, kind), array + behind, b"/K ")
        assert found == theirs
        if isinstance(found[1], generic.ArrayObject) and not kind:
            items = [found[1].raw_get(place) for place in range(len(found[1]))]
            assert all(item.container_ref == OWNER for item in items)


@pytest.mark.parametrize("array", ARRAYS, ids=range(len(ARRAYS)))
def test_references_are_read_alike(array: bytes) -> None:
    """A reference and what is none are read, or refused, as the library does."""
    for behind in (b" /Next 1", b"", b"/K"):
        string = array.strip(b"[]") + behind
        theirs = read(lambda s: quickening.LIBRARY_REFERENCE(s, OWNER), string, b"/K ")
        assert read(lambda s: quickening.read_reference(s, OWNER), string, b"/K ") == theirs


def test_random_strings_are_read_alike() -> None:
    """Whatever stands between the brackets is read, or refused, as the library does."""
    chance = random.Random(6)  # noqa: S311 - the same strings each time
    for _ in range(500):
        inside = bytes(chance.choices(b"0123456789abcdefABCDEF \n<(%>x", k=chance.randrange(12)))
        string = b"<" + inside + b">"
        found = read(quickening.read_hex_string, string, b"")
        assert found == read(quickening.LIBRARY_READ, string, b"")


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_names_are_prepared_alike(text: str) -> None:
    """Texts of names are prepared, or refused, as the library does, the second time as well."""
    somebody = x509.NameTypeAndValue()
    theirs = answer(lambda: quickening.LIBRARY_PREPARE(somebody, text))
    assert [answer(lambda: quickening.prepared(text)) for _ in range(2)] == [theirs] * 2


def test_the_library_asks_here() -> None:
    """The examination of a file makes use of all this."""
    assert generic.read_hex_string_from_stream is quickening.read_hex_string
    assert generic.NameObject.read_from_stream is quickening.read_name
    assert generic.IndirectObject.read_from_stream is quickening.read_reference
    assert generic.ArrayObject.read_from_stream is quickening.read_array
    read_it = x509.NameTypeAndValue._ldap_string_prep
    assert read_it(x509.NameTypeAndValue(), "Seal CA") == quickening.prepared("Seal CA")
