"""The certificates behind the signatures of a document; called in the sandbox only.

A chain is built from what the CMS and the DSS hold and from the trusted roots: each certificate
with the one that issued it, up to a trusted root. Whether they are good is not decided here.
"""

import io
from collections.abc import Iterable
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError

from sealservice.sealing.present import PresentSignature

_LONGEST: Final = 10
"""Most certificates of a chain."""
_FOREIGN: Final = (ValueError, TypeError, InvalidSignature)
"""What is said of two certificates of which one did not issue the other."""


def present_signatures(pdf: bytes, roots: tuple[bytes, ...]) -> tuple[PresentSignature, ...]:
    """Return the signatures of a document in the order of their revisions."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    try:
        store = DocumentSecurityStore.read_dss(reader)
        stored = [certificate.dump() for certificate in store.load_certs()]
    except NoDSSFoundError:
        stored = []
    kept = _loaded([*stored, *roots])
    return tuple(_present(found, kept, roots) for found in reader.embedded_signatures)


def _present(found, kept: list[x509.Certificate], roots: tuple[bytes, ...]) -> PresentSignature:  # type: ignore[no-untyped-def]  # noqa: ANN001 - pyHanko's EmbeddedPdfSignature
    unsigned = found.signer_info["unsigned_attrs"]
    stamps = [
        token["content"]
        for attribute in unsigned
        if attribute["type"].native == "signature_time_stamp_token"
        for token in attribute["values"]
    ]
    return PresentSignature(
        field=str(found.field_name),
        is_timestamp=found.sig_object_type == "/DocTimeStamp",
        chain=_chain(found.signed_data, kept, roots),
        stamps=tuple(_chain(stamp, kept, roots) for stamp in stamps),
    )


def _chain(signed, kept: list[x509.Certificate], roots: tuple[bytes, ...]) -> tuple[bytes, ...]:  # type: ignore[no-untyped-def]  # noqa: ANN001 - asn1crypto's SignedData
    information = extract_certificate_info(signed)
    own = (one.dump() for one in information.other_certs)
    candidates = [*_loaded(own), *kept]
    link = x509.load_der_x509_certificate(information.signer_cert.dump())
    chain = [link]
    while _der(link) not in roots and len(chain) < _LONGEST:
        issuer = next((one for one in candidates if _issued(one, link)), None)
        if issuer is None or issuer in chain:
            return ()
        chain.append(issuer)
        link = issuer
    return tuple(map(_der, chain)) if _der(link) in roots else ()


def _issued(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
    try:
        subject.verify_directly_issued_by(issuer)
    except _FOREIGN:
        return False
    return True


def _loaded(found: Iterable[bytes]) -> list[x509.Certificate]:
    loaded = []
    for der in dict.fromkeys(found):
        try:
            loaded.append(x509.load_der_x509_certificate(der))
        except ValueError:  # a malformed certificate in a DSS helps nobody, and hurts nobody
            continue
    return loaded


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
