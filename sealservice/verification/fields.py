"""The signatures of a document: signature dictionaries that form fields point to.

1. Fields are looked up in the newest revision. The same dictionary reached from several fields of
   the *signed* revision is one signature with several names (it is reported under the first).
2. A field that came after the dictionary was signed and points to it is a spoof; so is a second
   field of the same full name.
3. A document timestamp says so twice: SubFilter ETSI.RFC3161 and no Type but /DocTimeStamp.
4. A dictionary that cannot be read as a signature stays in the list, with the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature

from sealservice.verification.document import Document

TIMESTAMP_FILTER: Final = "/ETSI.RFC3161"
PADES_FILTER: Final = "/ETSI.CAdES.detached"
SHA1_FILTER: Final = "/adbe.pkcs7.sha1"
FORMATS: Final = {
    PADES_FILTER: "PAdES",
    TIMESTAMP_FILTER: "ETSI.RFC3161",
}
_CHINESE_ALGORITHMS: Final = bytes.fromhex("2a811ccf55")  # 1.2.156.10197
_SIGNER_INFO: Final = ("sid", "digest_algorithm", "signature_algorithm", "signature")
_JUDGED_FILTERS: Final = frozenset(
    {PADES_FILTER, TIMESTAMP_FILTER, SHA1_FILTER, "/adbe.pkcs7.detached", "/PBAD.PAdES"}
)


@dataclass(frozen=True, slots=True)
class FoundSignature:
    """A signature dictionary and the field it was reached from."""

    name: str
    widget: generic.DictionaryObject
    dictionary: generic.DictionaryObject
    contents: bytes | None
    embedded: EmbeddedPdfSignature | None
    """None: not readable as CMS under a sub-filter that we judge."""
    spoofed_by: tuple[str, ...] = field(default=())
    """Fields that were pointed at this dictionary after it was signed."""

    @property
    def sub_filter(self) -> str:
        """Return the format as named in the file, with its slash."""
        return str(self.dictionary.get("/SubFilter", ""))

    @property
    def revision(self) -> int:
        """Return the number of the signed revision, 0 for the first; -1: not known."""
        return int(self.embedded.signed_revision) if self.embedded else -1

    @property
    def is_timestamp(self) -> bool:
        """Return whether this is a document timestamp."""
        return self.sub_filter == TIMESTAMP_FILTER

    @property
    def has_wrong_type(self) -> bool:
        """Return whether /Type contradicts the sub-filter."""
        allowed = {None, "/DocTimeStamp"} if self.is_timestamp else {None, "/Sig"}
        return self.dictionary.get("/Type") not in allowed

    @property
    def uses_chinese_algorithms(self) -> bool:
        """Return whether the content names an algorithm or format of GM/T 0006."""
        return _CHINESE_ALGORITHMS in (self.contents or b"")

    @property
    def is_judged(self) -> bool:
        """Return whether this is a format that we can judge."""
        return self.sub_filter in _JUDGED_FILTERS and not self.uses_chinese_algorithms

    @property
    def format(self) -> str:
        """Return the name of the format; only real PAdES is called so."""
        named = FORMATS.get(self.sub_filter, self.sub_filter.removeprefix("/") or "unknown")
        if not self.uses_chinese_algorithms:
            return named
        return "SM2" if named == "PAdES" else f"SM2 ({named})"


def find_signatures(document: Document) -> tuple[list[FoundSignature], bool]:
    """Return the signatures in the order of their revisions, and whether the form was readable."""
    by_dictionary: dict[object, list[tuple[str, generic.IndirectObject]]] = {}
    complete = True
    try:
        for name, reference, key in _filled_fields(document):
            by_dictionary.setdefault(key, []).append((name, reference))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a form tree may be broken in any way; what was found counts
        complete = False
    found = []
    for fields in by_dictionary.values():
        try:
            found.append(_found(document, fields))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - as above
            complete = False
    return sorted(found, key=lambda signature: signature.revision), complete


def _filled_fields(
    document: Document,
) -> Iterator[tuple[str, generic.IndirectObject, object]]:
    for name, value, reference in enumerate_sig_fields(document.reader):
        dictionary = None if value is None else value.get_object()
        if not isinstance(dictionary, generic.DictionaryObject):
            continue
        pointer = reference.get_object().raw_get("/V")
        is_shared = isinstance(pointer, generic.IndirectObject)
        yield str(name), reference, pointer.reference if is_shared else id(dictionary)


def _found(document: Document, fields: list[tuple[str, generic.IndirectObject]]) -> FoundSignature:
    name, reference = fields[0]
    widget = reference.get_object()
    dictionary = widget["/V"]
    contents = _contents(dictionary)
    draft = FoundSignature(name, widget, dictionary, contents, None)
    embedded = _embedded(document, widget, name) if draft.is_judged else None
    spoofs = _spoofs(document, fields, embedded)
    return FoundSignature(name, widget, dictionary, contents, embedded, spoofs)


def _contents(dictionary: generic.DictionaryObject) -> bytes | None:
    try:
        value = dictionary.raw_get("/Contents", decrypt=generic.EncryptedObjAccess.RAW)
    except KeyError:
        return None
    if isinstance(value, generic.TextStringObject | generic.ByteStringObject):
        return bytes(value.original_bytes)
    return None


def _embedded(
    document: Document, widget: generic.DictionaryObject, name: str
) -> EmbeddedPdfSignature | None:
    try:
        embedded = EmbeddedPdfSignature(document.reader, widget, name)
        _ = embedded.signer_cert, [embedded.signer_info[key] for key in _SIGNER_INFO]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - VERIFICATION 5: broken CMS raises nearly anything here
        return None
    return embedded


def _spoofs(
    document: Document,
    fields: list[tuple[str, generic.IndirectObject]],
    embedded: EmbeddedPdfSignature | None,
) -> tuple[str, ...]:
    if embedded is None or len(fields) == 1:
        return ()
    signed = document.reader.get_historical_resolver(embedded.signed_revision)
    later = [name for name, reference in fields if _is_new(signed, reference)]
    names = [name for name, _ in fields]
    return tuple(later) or tuple(name for name in set(names) if names.count(name) > 1)


def _is_new(signed: object, reference: generic.IndirectObject) -> bool:
    try:
        widget = signed(reference.reference)  # type: ignore[operator]
    except Exception:  # noqa: BLE001 - what the signed revision cannot resolve was not in it
        return True
    return not isinstance(widget, generic.DictionaryObject) or "/V" not in widget
