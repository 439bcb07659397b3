"""Takes the signatures of a PDF out of it, for judges that know CMS and not PDF; in the sandbox.

The child of the sandbox has our quicker functions in place of the library's; both functions take
them out first, in that child alone, for a second opinion must not rest on them.
"""

import io
from dataclasses import dataclass

from sealservice.kernel.errors import Refused
from sealservice.kernel.text import Text


class PartsUnreadable(Refused):
    """The signatures of a file cannot be taken out."""

    code = "parts_unreadable"
    text = Text("无法取出文件中的签名。", "The signatures of the file cannot be taken out.")


@dataclass(frozen=True, slots=True)
class SignedPart:
    """A signature or document timestamp, and what it is over."""

    container: bytes
    """DER ContentInfo."""
    covered: bytes
    """What the ByteRange covers."""
    is_timestamp: bool
    stamps: tuple[tuple[bytes, bytes], ...]
    """DER of each signature timestamp, and the signature value that it is over."""


def signed_parts(pdf: bytes) -> tuple[SignedPart, ...]:
    """Return what is signed in a PDF, in order.

    Raises:
        PartsUnreadable: pyHanko cannot read it.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - takes a second

    from sealservice.verification.quickening import withdraw  # noqa: PLC0415

    withdraw()
    try:
        embedded = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        return tuple(_part(pdf, one) for one in embedded)
    except Exception as error:
        raise PartsUnreadable from error


def _part(pdf: bytes, embedded: object) -> SignedPart:
    from asn1crypto import cms  # noqa: PLC0415

    start, length, resumption, rest = (int(one) for one in embedded.byte_range)  # type: ignore[attr-defined]
    padded = bytes(embedded.pkcs7_content)  # type: ignore[attr-defined]
    container = cms.ContentInfo.load(padded)
    signed = container["content"]
    signer = signed["signer_infos"][0]
    stamps = [
        (attribute["values"][0].dump(), bytes(signer["signature"].native))
        for attribute in (signer["unsigned_attrs"] or ())
        if attribute["type"].native == "signature_time_stamp_token"
    ]
    covered = pdf[start : start + length] + pdf[resumption : resumption + rest]
    is_timestamp = signed["encap_content_info"]["content_type"].native == "tst_info"
    return SignedPart(container.dump(), covered, is_timestamp, tuple(stamps))


def pyhanko_alone(pdf: bytes) -> tuple[int, bool]:
    """Return how many signatures pyHanko's own validation finds, and whether all are intact.

    Raises:
        PartsUnreadable: it raises something.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415

    from sealservice.verification.quickening import withdraw  # noqa: PLC0415

    withdraw()
    try:
        embedded = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        return len(embedded), all(map(_holds, embedded))
    except Exception as error:
        raise PartsUnreadable from error


def _holds(embedded: object) -> bool:
    from pyhanko.sign import validation  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    # Whom to trust is not the question here, so nobody is: what counts is digest and signature.
    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    is_stamp = embedded.sig_object_type == "/DocTimeStamp"  # type: ignore[attr-defined]
    ask = validation.validate_pdf_timestamp if is_stamp else validation.validate_pdf_signature
    status = ask(embedded, nobody)  # type: ignore[arg-type]
    return bool(status.intact and status.valid)
