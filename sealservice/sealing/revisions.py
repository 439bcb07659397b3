"""The revisions a sealing appends, each made by pyHanko in the sandbox, each one a tail of bytes.

1. The seal: a visible signature field with our drawing, and a signature dictionary waiting for
   its /Contents (ISO 32000-2 12.7.5.5 and 12.8.1, ETSI EN 319 142-1 5.3).
2. The DSS: certificates and status answers (ISO 32000-2 12.8.4.3); no VRI, which EN 319 142-1
   5.4.2.3 would rather not have.
3. The document timestamp, waiting for its token (ISO 32000-2 12.8.5).

Nothing before the tail changes. PDF/A stays PDF/A: an end-of-line is added behind a last ``%%EOF``
that lacks it, metadata are left alone, where the output intent does not say what RGB means the seal
brings that with it, and the invisible timestamp has an appearance, too (ISO 19005-1 6.9).
"""

import io
from datetime import datetime
from typing import Any, Final

from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, PdfSignedData, SignatureObject
from pyhanko.sign.validation.dss import DocumentSecurityStore

from sealservice.sealing.model import (
    Box,
    Mark,
    Prepared,
    PreparedSignature,
    RevocationMaterial,
)
from sealservice.seals.artwork import POINTS_PER_MM, Artwork

_DIGITS_PER_BYTE: Final = 2
_TURNED_BACK: Final = {
    0: (1, 0, 0, 1, 0, 0),
    90: (0, 1, -1, 0, 0, 0),
    180: (-1, 0, 0, -1, 0, 0),
    270: (0, -1, 1, 0, 0, 0),
}
"""Form matrices that undo a page's /Rotate (ISO 32000-2 12.5.5 shifts the result into place)."""
_SRGB: Final = {
    "/WhitePoint": (0.9505, 1.0, 1.089),
    "/Gamma": (2.2, 2.2, 2.2),
    "/Matrix": (0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505),
}
"""IEC 61966-2-1 as a CalRGB colour space (ISO 32000-2 8.6.5.3)."""
_RGB_COMPONENTS: Final = 3


class _AppendingWriter(IncrementalPdfFileWriter):
    """Appends to a source and leaves its metadata alone."""

    def __init__(self, source: bytes) -> None:
        ended = source if source.endswith((b"\n", b"\r")) else source + b"\n"
        super().__init__(io.BytesIO(ended), strict=False)

    def _update_meta(self) -> None:
        """Change neither XMP nor /Info: a new date in one of them would contradict the other."""


def prepare(
    source: bytes, marks: tuple[Mark, ...], moment: datetime, reserved_bytes: int
) -> tuple[PreparedSignature, ...]:
    """Return the tails, one behind the other, whose signatures are missing."""
    pdf, prepared = source, []
    for mark in marks:
        for impression in mark.impressions:
            revision = _seal_revision(pdf, mark.die.artwork, impression.box, moment, reserved_bytes)
            prepared.append(PreparedSignature(mark.die.seal_id, (impression,), revision))
            pdf += revision.tail
    return tuple(prepared)


def _seal_revision(
    source: bytes, artwork: Artwork, box: Box, moment: datetime, reserved_bytes: int
) -> Prepared:
    """Return the tail with a visible seal whose signature is missing."""
    writer = _AppendingWriter(source)
    writer.register_extension(ESIC_EXTENSION_1)
    field = _free_name(writer, "Seal")
    rectangle = (box.left, box.bottom, box.right, box.top)
    spec = SigFieldSpec(field, on_page=box.page, box=rectangle)  # type: ignore[arg-type]
    embedding = PdfCMSEmbedder(new_field_spec=spec).write_cms(field, writer)
    widget = next(embedding).get_object()
    _let_appear(widget, _drawing(writer, artwork, box.rotation), writer)
    signature = SignatureObject(
        timestamp=moment,
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=reserved_bytes * _DIGITS_PER_BYTE,
    )
    return _written(source, embedding, signature, field, moment)


def timestamp_revision(source: bytes, moment: datetime, reserved_bytes: int) -> Prepared:
    """Return the tail with a document timestamp whose token is missing."""
    writer = _AppendingWriter(source)
    field = _free_name(writer, "Timestamp")
    embedding = PdfCMSEmbedder().write_cms(field, writer)
    widget = next(embedding).get_object()
    _let_appear(widget, _form(0, 0, b""), writer)
    placeholder = DocumentTimestamp(bytes_reserved=reserved_bytes * _DIGITS_PER_BYTE)
    return _written(source, embedding, placeholder, field, moment)


def status_revision(source: bytes, material: RevocationMaterial) -> bytes:
    """Return the tail with a DSS that holds the material and what an earlier one held."""
    writer = _AppendingWriter(source)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(der) for der in material.certificates],
        ocsps=[ocsp.OCSPResponse.load(der) for der in material.ocsps],
        crls=[crl.CertificateList.load(der) for der in material.crls],
    )
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()[len(source) :]


def _written(
    source: bytes, embedding: object, signature: PdfSignedData, field: str, moment: datetime
) -> Prepared:
    embedding.send(SigObjSetup(sig_placeholder=signature))  # type: ignore[attr-defined]
    digest, output = embedding.send(SigIOSetup(md_algorithm="sha256"))  # type: ignore[attr-defined]
    written = output.getvalue()
    start, end = digest.reserved_region_start, digest.reserved_region_end
    byte_range = (0, start, end, len(written) - end)
    return Prepared(written[len(source) :], byte_range, field, moment)


def _free_name(writer: IncrementalPdfFileWriter, stem: str) -> str:
    """Return ``Seal1`` or the next such name that no top-level field bears."""
    fields = _entry(_entry(writer.root, "/AcroForm", {}), "/Fields", ())
    taken = {str(_entry(field.get_object(), "/T", "")) for field in fields}
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def _drawing(
    writer: IncrementalPdfFileWriter, artwork: Artwork, rotation: int
) -> generic.StreamObject:
    """Return the seal as a form XObject (ISO 32000-2 8.10) that looks upright."""
    width, height = artwork.width_mm * POINTS_PER_MM, artwork.height_mm * POINTS_PER_MM
    drawing = _form(width, height, artwork.operators)
    drawing[pdf_name("/Matrix")] = _numbers(_TURNED_BACK[rotation])
    drawing[pdf_name("/Resources")] = _resources(writer)
    drawing.compress()
    return drawing


def _form(width: float, height: float, operators: bytes) -> generic.StreamObject:
    """Return a form XObject of some size in points."""
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): _numbers((0, 0, round(width, 4), round(height, 4))),
        },
        stream_data=operators,
    )


def _let_appear(
    widget: generic.DictionaryObject,
    drawing: generic.StreamObject,
    writer: IncrementalPdfFileWriter,
) -> None:
    drawn = {pdf_name("/N"): writer.add_object(drawing)}
    widget[pdf_name("/AP")] = generic.DictionaryObject(drawn)


def _resources(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    """Return no resources, or what DeviceRGB means where an archivable document does not say."""
    if not _leaves_rgb_undefined(writer):
        return generic.DictionaryObject()
    parameters = generic.DictionaryObject(
        {pdf_name(name): _numbers(values) for name, values in _SRGB.items()}
    )
    space = generic.ArrayObject([pdf_name("/CalRGB"), parameters])
    spaces = generic.DictionaryObject({pdf_name("/DefaultRGB"): space})
    return generic.DictionaryObject({pdf_name("/ColorSpace"): spaces})


def _leaves_rgb_undefined(writer: IncrementalPdfFileWriter) -> bool:
    """Return whether the document is PDF/A, or has an output intent, but none for RGB."""
    intents = _entry(writer.root, "/OutputIntents", ())
    profiles = (_entry(intent.get_object(), "/DestOutputProfile", {}) for intent in intents)
    if any(_entry(profile, "/N", 0) == _RGB_COMPONENTS for profile in profiles):
        return False
    metadata = _entry(writer.root, "/Metadata", None)
    return bool(intents) or (metadata is not None and b"pdfaid" in metadata.data)


def _entry(dictionary: Any, name: str, default: Any) -> Any:  # noqa: ANN401 - PDF values
    """Return an entry with its reference followed, which pyHanko's ``get`` does not do."""
    try:
        return dictionary[name]
    except KeyError:
        return default


def _numbers(values: tuple[float, ...]) -> generic.ArrayObject:
    return generic.ArrayObject(generic.FloatObject(value) for value in values)
