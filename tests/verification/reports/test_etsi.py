"""The report in ETSI's XML is never better than ours; ``make interop`` holds it to the schema."""

from dataclasses import replace

from lxml import etree

from sealservice.verification.decision import judged
from sealservice.verification.model import Finding, Grade, Indication, Report
from sealservice.verification.policies import load
from sealservice.verification.reports import ReportFormat, render
from sealservice.verification.reports.etsi import etsi_xml, standing
from tests.world_verification import NOW, SignedWorld, blank_pdf

SPACES = {"vr": "http://uri.etsi.org/19102/v1.4.1#"}


def read(report: Report) -> etree._Element:
    """Return the report as other software reads it."""
    rendered = render(report, ReportFormat.ETSI)
    assert rendered.media_type == "application/xml"
    return etree.fromstring(rendered.data)


def texts(root: etree._Element, path: str) -> list[str]:
    """Return the texts at a path."""
    return [str(element.text) for element in root.iterfind(path, SPACES)]


def test_signatures_and_document_timestamps_are_told_apart(world: SignedWorld) -> None:
    """A signature has a report; a document timestamp is an object with a report of its own."""
    root = read(world.verify(world.archival(blank_pdf())))
    status = "vr:SignatureValidationReport/vr:SignatureValidationStatus/vr:MainIndication"
    assert texts(root, status) == ["urn:etsi:019102:mainindication:total-passed"]
    stamped = "vr:SignatureValidationObjects/vr:ValidationObject/vr:ValidationReport/"
    inner = stamped + "vr:SignatureValidationStatus/vr:MainIndication"
    assert texts(root, inner) == ["urn:etsi:019102:mainindication:passed"]
    time = "vr:SignatureValidationReport/vr:ValidationTimeInfo/vr:BestSignatureTime/vr:POETime"
    assert texts(root, time) == ["2026-06-01T08:00:00Z"]
    kinds = texts(root, "vr:SignatureValidationObjects/vr:ValidationObject/vr:ObjectType")
    assert kinds.count("urn:etsi:019102:validationObject:certificate") == 4
    assert kinds.count("urn:etsi:019102:validationObject:timestamp") == 1


def test_indication_is_never_better_than_the_verdict(world: SignedWorld) -> None:
    """Whoever reads the main indication alone is not led to trust what we do not."""
    sound = world.verify(world.archival(blank_pdf())).signatures[0]
    policy = load()
    assert standing(sound) == (Indication.TOTAL_PASSED, None)
    changed = judged(replace(sound, modified_after_signing=True), policy)
    assert standing(changed) == (Indication.TOTAL_FAILED, "FORMAT_FAILURE")
    revoked = replace(sound.revocation[0], status="revoked", time="2026-05-01T00:00:00Z")
    early = judged(replace(sound, revocation=(revoked,)), policy)
    assert standing(early) == (Indication.TOTAL_FAILED, "REVOKED")
    broken = Finding(sound.warnings[0], Grade.FAIL)
    doubtful = judged(replace(sound, findings=(broken,)), policy)
    assert standing(doubtful) == (Indication.INDETERMINATE, "SIG_CONSTRAINTS_FAILURE")


def test_a_file_without_signatures_says_so(world: SignedWorld) -> None:
    """What bears no signature, or cannot be read, has one report without an indication of any."""
    status = "vr:SignatureValidationReport/vr:SignatureValidationStatus/vr:MainIndication"
    unsigned = read(world.verify(blank_pdf()))
    assert texts(unsigned, status) == ["urn:cef:dss:mainindication:noSignatureFound"]
    unreadable = read(world.verify(b"no pdf"))
    assert texts(unreadable, status) == ["urn:etsi:019102:mainindication:indeterminate"]


def test_hostile_names_stay_text(world: SignedWorld) -> None:
    """Marks and control characters in the name of a field neither break nor enter the XML."""
    report = world.verify(world.sign(blank_pdf(), name='S<&>"\x01\x0b'), NOW)
    root = etree.fromstring(etsi_xml(report))
    identifier = "vr:SignatureValidationReport/vr:SignatureIdentifier/vr:DAIdentifier"
    assert texts(root, identifier) == ['S<&>"��']
