"""Untouched signatures pass, at the level that their content has."""

from datetime import timedelta

from sealservice.verification.model import CheckStatus, Indication, Verdict
from tests.world_verification import (
    ARCHIVED,
    LISTED,
    SIGNED,
    USCC,
    SignedWorld,
    blank_pdf,
)


def test_plain_signature_is_valid_at_b_b(world: SignedWorld) -> None:
    """A signature without a timestamp is valid now, at B-B, and proves no time."""
    report = world.verify(world.sign(blank_pdf(), world.plain_signer))
    (signature,) = report.signatures
    assert report.verdict is Verdict.VALID
    assert signature.indication is Indication.TOTAL_PASSED
    assert (signature.level, signature.format) == ("B-B", "PAdES")
    assert signature.best_signature_time is None
    assert signature.claimed_signing_time is not None


def test_stamped_signature_is_valid_at_b_t(world: SignedWorld) -> None:
    """A good timestamp proves the time and makes B-T."""
    stamper = world.stamping_unit(ARCHIVED + timedelta(days=300), has_list=False)
    pdf = world.sign(blank_pdf(), world.plain_signer, stamped=SIGNED, stamper=stamper)
    (signature,) = world.verify(pdf).signatures
    assert signature.level == "B-T"
    assert signature.best_signature_time == "2026-06-01T08:00:00Z"
    assert signature.best_time_source == "signature_timestamp"


def test_timestamp_without_status_lifts_no_level(world: SignedWorld) -> None:
    """A timestamp whose authority's status is unknown is not relied on, and the report says so."""
    pdf = world.sign(blank_pdf(), world.plain_signer, stamped=SIGNED)
    (signature,) = world.verify(pdf).signatures
    assert signature.level == "B-B"
    assert signature.best_signature_time is None
    assert "timestamp_unconfirmed" in {warning.key for warning in signature.warnings}


def test_embedded_status_makes_b_lt(world: SignedWorld) -> None:
    """Status answers for the signer's and the authority's chains make B-LT."""
    pdf = world.long_term(world.sign(blank_pdf(), stamped=SIGNED))
    report = world.verify(pdf)
    (signature,) = report.signatures
    assert report.verdict is Verdict.VALID
    assert signature.level == "B-LT"
    assert [(a.source, a.status) for a in signature.revocation] == [("crl", "good")]


def test_status_of_the_signer_alone_is_not_b_lt(world: SignedWorld) -> None:
    """Without status of the time-stamping unit, from the root, the level stays below B-LT."""
    stamped = world.sign(blank_pdf(), world.plain_signer, stamped=SIGNED)
    pdf = world.long_term(stamped, [world.authority.crl(LISTED)])
    (signature,) = world.verify(pdf).signatures
    assert signature.level == "B-B"


def test_document_timestamp_makes_b_lta(world: SignedWorld) -> None:
    """A document timestamp over all of it makes B-LTA; it is counted apart."""
    report = world.verify(world.archival(blank_pdf()))
    signature, stamp = report.signatures
    assert report.verdict is Verdict.VALID
    assert (signature.level, stamp.level) == ("B-LTA", "none")
    assert (signature.kind, stamp.kind) == ("signature", "document_timestamp")
    assert [s.indication for s in signature.timestamps] == [Indication.TOTAL_PASSED] * 2
    assert signature.augment_before == "2028-12-31T00:00:00Z"
    assert [check.status for check in signature.checks] == [CheckStatus.PASSED] * 6


def test_document_timestamp_alone_is_proof_of_time(world: SignedWorld) -> None:
    """EN 319 142-1 6.3: B-T may rest on a document timestamp in place of a signature timestamp."""
    pdf = world.archive(world.long_term(world.sign(blank_pdf())))
    signature, _ = world.verify(pdf).signatures
    assert signature.best_time_source == "document_timestamp"
    assert signature.best_signature_time == "2026-06-01T08:02:00Z"
    assert signature.level == "B-LT"


def test_earlier_document_timestamp_lifts_no_level(world: SignedWorld) -> None:
    """A document timestamp made before a signature says nothing about it."""
    stamped = world.archive(world.long_term(blank_pdf()))
    report = world.verify(world.sign(stamped, world.plain_signer))
    signature = next(s for s in report.signatures if s.kind == "signature")
    assert signature.level == "B-B"
    assert signature.best_signature_time is None


def test_report_names_signer_and_place(world: SignedWorld) -> None:
    """The signer's credit code, the chain to the anchor and the seal's place are reported."""
    report = world.verify(world.archival(blank_pdf(pages=2)))
    signature = report.signatures[0]
    assert signature.signer is not None
    assert signature.signer.uscc == USCC
    assert signature.signer.common_name == "公章"
    assert [link.trusted for link in signature.certificate_chain] == [False, False, True]
    assert [(a.page, a.rect) for a in signature.appearances] == [(1, (100, 100, 200, 200))]
    assert signature.algorithms is not None
    assert (signature.algorithms.digest, signature.algorithms.key_bits) == ("sha256", 256)
    assert (report.document.pages, report.document.revisions) == (2, 4)
    assert report.test_only


def test_unsigned_document_is_no_failure(world: SignedWorld) -> None:
    """A PDF without signatures is unsigned, neither valid nor invalid."""
    report = world.verify(blank_pdf())
    assert report.verdict is Verdict.UNSIGNED
    assert report.signatures == ()
    assert not report.test_only
