"""Other people's programs judge a part of what was made; one rejection ends the bench.

Of each sealed document: the source is its exact beginning; ``openssl cms`` and ``openssl ts``,
``pdfsig``, ``qpdf --check`` and pyHanko accept it, the latter at B-LTA by ETSI EN 319 102-1 5.6.3.
The rivals' documents are judged, too, lest they be fast at something else; only qpdf is not asked
about PDFBox's, for 3.0.6 writes a /Size behind cross-reference streams that qpdf warns of.
Of each token: ``openssl ts -verify`` accepts it as the answer to its query.
"""

import asyncio
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from sealservice.sealing.model import Level
from tests.oracles import long_term_verdict, openssl_accepts, pdfsig_says, qpdf_is_content
from tests.witnesses import witness

Made = Iterable[tuple[bytes, bytes]]
_SIGNATURES: Final = {Level.B_B: 1, Level.B_T: 2, Level.B_LT: 2, Level.B_LTA: 3}
"""Containers with the tokens in them, as openssl counts them."""


def judge_documents(
    made: Made, level: Level, root: bytes, folder: Path, *, is_asking_qpdf: bool = True
) -> None:
    """Have each pair of a source and its sealed document judged."""
    pem = _pem(folder, "root", root)
    for source, sealed in made:
        assert sealed.startswith(source), "the source is not the beginning of what was made of it"
        assert openssl_accepts(sealed, pem, folder) == _SIGNATURES[level]
        path = folder / "sealed.pdf"
        path.write_bytes(sealed)
        if is_asking_qpdf:
            qpdf_is_content(path)
        assert pdfsig_says(path)[0] == "Signature is Valid."
        _ask_pyhanko(sealed, level, root)


def judge_tokens(made: Made, root: bytes, folder: Path) -> None:
    """Have each pair of a query and its answer judged."""
    pem = _pem(folder, "root", root)
    query, reply = folder / "query.tsq", folder / "reply.tsr"
    for asked, answered in made:
        query.write_bytes(asked)
        reply.write_bytes(answered)
        files = ("-queryfile", str(query), "-in", str(reply), "-CAfile", str(pem))
        assert "Verification: OK" in witness("openssl", "ts", "-verify", *files)


def _ask_pyhanko(sealed: bytes, level: Level, root: bytes) -> None:
    embedded = PdfFileReader(io.BytesIO(sealed)).embedded_regular_signatures[0]
    if level is Level.B_LTA:
        verdict = long_term_verdict(sealed, embedded.field_name, root)
        assert verdict.ades_subindic is AdESPassed.OK, verdict.ades_subindic
        return
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(root)], allow_fetching=False
    )
    status = asyncio.run(async_validate_pdf_signature(embedded, context, context))
    assert status.bottom_line, status.summary()


def _pem(folder: Path, name: str, der: bytes) -> Path:
    path = folder / f"{name}.pem"
    path.write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    return path
