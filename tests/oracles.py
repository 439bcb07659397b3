"""Independent judges of a sealed PDF: openssl, poppler, qpdf, pyHanko and page-validation.

The signatures are cut out of the file here by their ByteRanges, with no PDF library.
"""

import asyncio
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import page as page_validation
import pikepdf
from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from tests.witnesses import witness

_BYTE_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
PDF_A_FALSE_POSITIVES: Final = {
    # It takes the width of every glyph of a CFF font for zero.
    "PDFA2B-TRUETYPE-GLYPH-WIDTH-001",
    # It takes a revision behind a signed one for a part the signature should have covered.
    "PDFA2B-SIGNATURE-BYTERANGE-001",
}
_STREAM_LENGTH: Final = "PDFA2B-STREAM-LENGTH-001"
"""False where a stream's last byte, random when compressed, is CR: before the LF that precedes
endstream it is taken for a part of the end-of-line. A wrong /Length is found by qpdf as well."""


@dataclass(frozen=True)
class CutOut:
    """A signature or timestamp container, and the bytes it is over."""

    container: bytes
    """DER ContentInfo without padding."""
    covered: bytes
    end: int
    """Where the revision it covers ends."""

    @property
    def is_timestamp(self) -> bool:
        """Return whether it is a document timestamp."""
        kind = self.signed_data["encap_content_info"]["content_type"].native
        return bool(kind == "tst_info")

    @property
    def signed_data(self) -> cms.SignedData:
        """Return the parsed SignedData."""
        return cms.ContentInfo.load(self.container)["content"]


def cut_out(pdf: bytes) -> list[CutOut]:
    """Return all signatures and document timestamps, in order of the file."""
    found = []
    for match in _BYTE_RANGE.finditer(pdf):
        length, resumption, rest = (int(number) for number in match.groups())
        digits = pdf[length + 1 : resumption - 1].decode("ascii")
        padded = bytes.fromhex(digits)
        container = cms.ContentInfo.load(padded).dump()
        assert not padded.removeprefix(container).strip(b"\0")
        covered = pdf[:length] + pdf[resumption : resumption + rest]
        found.append(CutOut(container, covered, resumption + rest))
    return found


def openssl_accepts(pdf: bytes, root: Path, folder: Path) -> int:
    """Have openssl verify each signature (CAdES) and timestamp; return how many there were."""
    return sum(_openssl(cut, root, folder) for cut in cut_out(pdf))


def _openssl(cut: CutOut, root: Path, folder: Path) -> int:
    container, content = folder / "container.der", folder / "content.bin"
    container.write_bytes(cut.container)
    content.write_bytes(cut.covered)
    if cut.is_timestamp:
        _openssl_ts(container, content, root)
        return 1
    witness(
        *("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER"),
        *("-in", str(container), "-content", str(content), "-CAfile", str(root)),
        *("-purpose", "any", "-out", "/dev/null"),
    )
    signer = cut.signed_data["signer_infos"][0]
    for attribute in signer["unsigned_attrs"] or ():
        token = folder / "token.der"
        token.write_bytes(attribute["values"][0].dump())
        content.write_bytes(signer["signature"].native)
        _openssl_ts(token, content, root)
    return 1 + len(signer["unsigned_attrs"])


def _openssl_ts(token: Path, content: Path, root: Path) -> None:
    witness(
        *("openssl", "ts", "-verify", "-token_in", "-in", str(token)),
        *("-data", str(content), "-CAfile", str(root)),
    )


def pdfsig_says(pdf: Path) -> list[str]:
    """Return poppler's verdict on the integrity of each signature."""
    said = witness("pdfsig", "-nocert", str(pdf))
    return re.findall(r"Signature Validation: (.*)", said)


def certification_of(pdf: bytes) -> int | None:
    """Return the DocMDP permission that the catalog points at, 1 to 3."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        permissions = document.Root.get("/Perms", {})
        if "/DocMDP" not in permissions:
            return None
        references = permissions["/DocMDP"].Reference
        return next(
            int(one.TransformParams.P) for one in references if one.TransformMethod == "/DocMDP"
        )


def qpdf_is_content(pdf: Path) -> None:
    """Have qpdf read the whole file without a complaint."""
    assert "No syntax or stream encoding errors" in witness("qpdf", "--check", str(pdf))


def pdf_a_failures(pdf: bytes) -> set[str]:
    """Return the PDF/A rules a file breaks, without the named false positives."""
    report = page_validation.validate_pdf_bytes(pdf)
    broken = {failure.rule_id for failure in report.failures} - PDF_A_FALSE_POSITIVES
    return broken - {_STREAM_LENGTH} if b"\r\nendstream" in pdf else broken


def long_term_verdict(pdf: bytes, field: str, root: bytes) -> Any:  # noqa: ANN401 - pyHanko's
    """Return pyHanko's ETSI EN 319 102-1 5.6.3 result, from what the file holds alone."""
    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    embedded = next(found for found in signatures if found.field_name == field)
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build([x509.Certificate.load(root)]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    gathering = RevocationInfoGatheringSpec(
        online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
    )
    spec = SignatureValidationSpec(policy, gathering)
    return asyncio.run(ades_lta_validation(embedded, PdfSignatureValidationSpec(spec)))
