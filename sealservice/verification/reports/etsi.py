"""The report as ETSI TS 119 102-2 V1.4.1 has it, XML that other software reads.

1. Each signature is a SignatureValidationReport; a document timestamp is a validation object that
   carries a report of its own (4.4.8). A file without any signature says so in one report.
2. The main indication is never better than our verdict, for a reader may look at nothing else:
   illegitimate changes after signing are TOTAL-FAILED with FORMAT_FAILURE, a revocation before the
   proven time is TOTAL-FAILED with REVOKED, and another broken constraint of the policy turns
   TOTAL-PASSED into INDETERMINATE with SIG_CONSTRAINTS_FAILURE (EN 319 102-1 5.1.3).
3. Every constraint of the detailed report stands there under ``urn:sealservice:constraint:KEY``.
4. Certificates are told by their SHA-256.
5. The best signature time of a signature without a proof of it is the validation time (4.3.3).
"""

import base64
import re
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET  # it only writes here  # nosec B405

from sealservice.verification.decision import DOCUMENT_TIMESTAMP, SIGNATURE, verdict_of
from sealservice.verification.model import (
    ChainLink,
    Indication,
    Message,
    Report,
    SignatureReport,
    Verdict,
)
from sealservice.verification.reports.blocks import Constraint, Status, blocks

_REPORT: Final = "http://uri.etsi.org/19102/v1.4.1#"
_XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
_DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
_PREFIXES: Final = {"vr": _REPORT, "XAdES": _XADES, "ds": _DSIG}
_URN: Final = "urn:etsi:019102:"
_NO_SIGNATURE: Final = "urn:cef:dss:mainindication:noSignatureFound"
"""What EU DSS writes, too; the standard has no word for it."""
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
_DATA: Final = "urn:sealservice:data:"
_PROCESS: Final = {"B-B": "Basic", "none": "Basic", "B-T": "LTVM", "B-LT": "LTVM", "B-LTA": "LTA"}
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 2.2 does not let stand in a document, not even escaped."""
_ALGORITHMS: Final = {
    ("ecdsa", "sha256"): "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
    ("ecdsa", "sha384"): "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
    ("ecdsa", "sha512"): "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
    ("rsa", "sha1"): "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    ("rsa", "sha256"): "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    ("rsa", "sha384"): "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    ("rsa", "sha512"): "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    ("rsassa_pss", "sha256"): "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
    ("rsassa_pss", "sha384"): "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
    ("rsassa_pss", "sha512"): "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
    ("ed25519", "sha512"): "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519",
    ("ed448", "shake256"): "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed448",
}


def etsi_xml(report: Report) -> bytes:
    """Return the report as an XML document in UTF-8."""
    root = ET.Element(_named("ValidationReport"))
    real = [signature for signature in report.signatures if signature.kind == SIGNATURE]
    for number, signature in enumerate(real, 1):
        one = _Writer(report, signature, f"S{number}")
        one.write(_add(root, "SignatureValidationReport"))
    if not real:
        _write_absence(_add(root, "SignatureValidationReport"), report)
    _write_objects(root, report)
    for prefix, namespace in _PREFIXES.items():
        ET.register_namespace(prefix, namespace)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def standing(signature: SignatureReport) -> tuple[Indication, str | None]:
    """Return the indications of a signature that are not better than the verdict (rule 2)."""
    own = signature.indication, signature.sub_indication
    verdict = signature.verdict or verdict_of(signature)
    if signature.indication is Indication.TOTAL_FAILED or verdict is Verdict.VALID:
        return own
    if verdict is Verdict.INVALID:
        sub = "FORMAT_FAILURE" if signature.modified_after_signing else "REVOKED"
        return Indication.TOTAL_FAILED, sub
    if signature.indication is Indication.TOTAL_PASSED:
        return Indication.INDETERMINATE, "SIG_CONSTRAINTS_FAILURE"
    return own


class _Writer:
    """Writes the report on one signature or document timestamp."""

    def __init__(self, report: Report, signature: SignatureReport, identifier: str) -> None:
        self._report = report
        self._signature = signature
        self._id = identifier

    def write(self, into: ET.Element) -> None:
        self._write_identifier(_add(into, "SignatureIdentifier", id=self._id))
        self._write_constraints(_add(into, "ValidationConstraintsEvaluationReport"))
        self._write_times(_add(into, "ValidationTimeInfo"))
        digest = self._signature.signed_revision_sha256
        if digest is not None:
            _write_digest(_add(into, "SignersDocument"), digest)
        self._write_attributes(into)
        self._write_signer(into)
        process = _add(into, "SignatureValidationProcess")
        level = _PROCESS.get(self._signature.level, "Basic")
        _add(process, "SignatureValidationProcessID", f"{_URN}validationprocess:{level}")
        self._write_status(_add(into, "SignatureValidationStatus"))

    def _write_identifier(self, into: ET.Element) -> None:
        _add(into, "HashOnly", "false")
        _add(into, "DocHashOnly", "false")
        _add(into, "DAIdentifier", self._signature.field)

    def _write_constraints(self, into: ET.Element) -> None:
        policy = _add(into, "SignatureValidationPolicy")
        identifier = _add(policy, "SignaturePolicyIdentifier")
        ET.SubElement(identifier, f"{{{_XADES}}}SignaturePolicyImplied")
        named = self._report.policy
        _add(policy, "PolicyName", f"{named['name']} {named['version']}")
        for block in blocks(self._signature):
            for constraint in block.constraints:
                if constraint.status is not Status.NOT_EXECUTED:
                    _write_constraint(_add(into, "ValidationConstraint"), constraint)

    def _write_times(self, into: ET.Element) -> None:
        _add(into, "ValidationTime", self._report.validation_time)
        best = _add(into, "BestSignatureTime")
        time = self._signature.best_signature_time or self._report.validation_time
        _add(best, "POETime", time)
        _add(best, "TypeOfProof", f"{_URN}poetype:validation")

    def _write_attributes(self, into: ET.Element) -> None:
        signature = self._signature
        if signature.claimed_signing_time is None and not signature.byte_range:
            return
        attributes = _add(into, "SignatureAttributes")
        if signature.claimed_signing_time is not None:
            time = _add(attributes, "SigningTime", Signed="true")
            _add(time, "Time", signature.claimed_signing_time)
        if signature.byte_range:
            _add(attributes, "ByteRange", " ".join(map(str, signature.byte_range)))

    def _write_signer(self, into: ET.Element) -> None:
        signer = self._signature.signer
        if signer is None:
            return
        information = _add(into, "SignerInformation", Pseudonym="false")
        reference = _object_id(signer.certificate_sha256)
        _add(information, "SignerCertificate", VOReference=reference)
        names = (signer.organization, signer.common_name, signer.uscc)
        _add(information, "Signer", ", ".join(name for name in names if name))

    def _write_status(self, into: ET.Element) -> None:
        indication, sub_indication = standing(self._signature)
        main = indication.value.lower()
        if self._signature.kind == DOCUMENT_TIMESTAMP:
            main = main.removeprefix("total-")
        _add(into, "MainIndication", f"{_URN}mainindication:{main}")
        if sub_indication is not None:
            _add(into, "SubIndication", f"{_URN}subindication:{sub_indication}")
        data = _add(into, "AssociatedValidationReportData")
        self._write_chain(data)
        self._write_revocation(data)
        self._write_algorithm(data)
        self._write_words(_add(data, "AdditionalValidationReportData"))

    def _write_chain(self, into: ET.Element) -> None:
        links = self._signature.certificate_chain
        if not links:
            return
        anchors = [link for link in links if link.trusted]
        for link in anchors:
            _add(into, "TrustAnchor", VOReference=_object_id(link.sha256))
        chain = _add(into, "CertificateChain")
        _add(chain, "SigningCertificate", VOReference=_object_id(links[0].sha256))
        for link in links[1:]:
            if not link.trusted:
                _add(chain, "IntermediateCertificate", VOReference=_object_id(link.sha256))
        for link in anchors:
            _add(chain, "TrustAnchor", VOReference=_object_id(link.sha256))

    def _write_revocation(self, into: ET.Element) -> None:
        revoked = [answer.time for answer in self._signature.revocation if answer.time]
        if not revoked or not self._signature.certificate_chain:
            return
        information = _add(into, "RevocationStatusInformation")
        leaf = self._signature.certificate_chain[0]
        _add(information, "ValidationObjectId", VOReference=_object_id(leaf.sha256))
        _add(information, "RevocationTime", min(revoked))

    def _write_algorithm(self, into: ET.Element) -> None:
        found, links = self._signature.algorithms, self._signature.certificate_chain
        if found is None or not links:
            return
        mechanism = found.signature.removeprefix(f"{found.digest}_").removesuffix("_pkcs1v15")
        mechanism = "rsa" if mechanism == "rsassa" else mechanism
        uri = _ALGORITHMS.get((mechanism, found.digest))
        if uri is None:
            return
        is_weak = any(f.message.key == "algorithm_weak" for f in self._signature.findings)
        information = _add(into, "CryptoInformation")
        _add(information, "ValidationObjectId", VOReference=_object_id(links[0].sha256))
        _add(information, "Algorithm", uri)
        _add(information, "SecureAlgorithm", "false" if is_weak else "true")

    def _write_words(self, into: ET.Element) -> None:
        signature = self._signature
        verdict = (signature.verdict or verdict_of(signature)).value
        _write_datum(into, f"{_DATA}verdict", verdict)
        _write_datum(into, f"{_DATA}level", signature.level)
        _write_datum(into, f"{_DATA}format", signature.format)
        told = (*signature.errors, *signature.warnings, *signature.infos)
        for message in told:
            _write_datum(into, f"{_DATA}message:{message.key}", _in_both(message))


def _write_absence(into: ET.Element, report: Report) -> None:
    status = _add(into, "SignatureValidationStatus")
    is_unsigned = report.verdict is Verdict.UNSIGNED
    indeterminate = f"{_URN}mainindication:indeterminate"
    _add(status, "MainIndication", _NO_SIGNATURE if is_unsigned else indeterminate)
    data = _add(status, "AssociatedValidationReportData")
    words = _add(data, "AdditionalValidationReportData")
    _write_datum(words, f"{_DATA}verdict", report.verdict.value)
    for error in report.errors:
        _write_datum(words, f"{_DATA}message:{error.key}", _in_both(error))


def _write_objects(root: ET.Element, report: Report) -> None:
    links = {
        link.sha256: link for signature in report.signatures for link in _certificates(signature)
    }
    stamps = [one for one in report.signatures if one.kind == DOCUMENT_TIMESTAMP]
    if not links and not stamps:
        return
    objects = _add(root, "SignatureValidationObjects")
    for sha256 in links:
        _write_certificate(_add(objects, "ValidationObject", id=_object_id(sha256)), sha256)
    for number, stamp in enumerate(stamps, 1):
        into = _add(objects, "ValidationObject", id=f"D{number}")
        _add(into, "ObjectType", f"{_URN}validationObject:timestamp")
        represented = _add(into, "ValidationObjectRepresentation")
        _add(represented, "direct", stamp.field)
        _Writer(report, stamp, f"T{number}").write(_add(into, "ValidationReport"))


def _certificates(signature: SignatureReport) -> Iterator[ChainLink]:
    yield from signature.certificate_chain
    signer = signature.signer
    if signer is not None:
        yield ChainLink(signer.common_name or "", trusted=False, sha256=signer.certificate_sha256)


def _write_certificate(into: ET.Element, sha256: str) -> None:
    _add(into, "ObjectType", f"{_URN}validationObject:certificate")
    _write_digest(_add(into, "ValidationObjectRepresentation"), sha256)


def _write_constraint(into: ET.Element, constraint: Constraint) -> None:
    _add(into, "ValidationConstraintIdentifier", f"urn:sealservice:constraint:{constraint.key}")
    is_ignored = constraint.status is Status.IGNORED
    status = _add(into, "ConstraintStatus")
    _add(status, "Status", f"{_URN}constraintStatus:{'disabled' if is_ignored else 'applied'}")
    if is_ignored:
        return
    outcome = "failed" if constraint.status is Status.NOT_OK else "passed"
    _add(_add(into, "ValidationStatus"), "MainIndication", f"{_URN}mainindication:{outcome}")
    if constraint.message is not None:
        _add(into, "Indications", _in_both(constraint.message))


def _write_digest(into: ET.Element, sha256: str) -> None:
    element = _add(into, "DigestAlgAndValue")
    ET.SubElement(element, f"{{{_DSIG}}}DigestMethod", Algorithm=_SHA256)
    value = ET.SubElement(element, f"{{{_DSIG}}}DigestValue")
    value.text = base64.b64encode(bytes.fromhex(sha256)).decode()


def _write_datum(into: ET.Element, kind: str, value: str) -> None:
    datum = _add(into, "ReportData")
    _add(datum, "Type", kind)
    _add(datum, "Value", value)


def _in_both(message: Message) -> str:
    return f"{message.text.zh} / {message.text.en}"


def _object_id(sha256: str) -> str:
    return f"C-{sha256}"


def _named(name: str) -> str:
    return f"{{{_REPORT}}}{name}"


def _add(into: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(into, _named(name), attributes)
    element.text = None if text is None else _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
    return element
