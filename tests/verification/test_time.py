"""What time does to signatures: expiry, revocation, stale status, unknown issuers."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sealservice.verification.model import CheckStatus, Indication, Report, Verdict
from tests.world_verification import (
    ARCHIVED,
    DEAD,
    LISTED,
    LONG_AFTER,
    NOW,
    ROOT_NAME,
    SIGNED,
    SignedWorld,
    blank_pdf,
    root_unit,
)

DAY = timedelta(days=1)


@dataclass(frozen=True)
class HandedIn:
    """Revocation lists that come from elsewhere than the document."""

    world: SignedWorld

    def crls(self) -> tuple[bytes, ...]:
        """Return the newest list of every authority."""
        return tuple(self.world.lists())


def sub_indication(report: Report) -> str | None:
    """Return the sub-indication of the first signature."""
    return report.signatures[0].sub_indication


@pytest.mark.parametrize("name", ["Somebody Else", ROOT_NAME])
def test_unknown_root_is_unconfirmed(world: SignedWorld, name: str) -> None:
    """An untouched signature under a root that is not ours, even a namesake, is unconfirmed."""
    report = SignedWorld(root_unit(name)).verify(world.archival(blank_pdf()))
    assert report.verdict is Verdict.UNCONFIRMED
    assert sub_indication(report) == "NO_CERTIFICATE_CHAIN_FOUND"
    assert report.signatures[0].intact
    assert [error.key for error in report.signatures[0].errors] == ["chain_untrusted"]


def test_namesake_with_another_kind_of_key_is_unconfirmed(world: SignedWorld) -> None:
    """The library stumbles over an RSA root where an elliptic curve is expected; we do not."""
    namesake = root_unit(ROOT_NAME, rsa.generate_private_key(65537, 2048))
    report = SignedWorld(namesake).verify(world.archival(blank_pdf()))
    assert report.verdict is Verdict.UNCONFIRMED
    assert sub_indication(report) == "NO_CERTIFICATE_CHAIN_FOUND"


def test_missing_status_is_unconfirmed(world: SignedWorld) -> None:
    """Where the certificate names a revocation list and none is at hand, nothing passes."""
    report = world.verify(world.sign(blank_pdf()))
    assert report.verdict is Verdict.UNCONFIRMED
    assert sub_indication(report) == "TRY_LATER"


def test_handed_in_status_confirms(world: SignedWorld) -> None:
    """Revocation lists that the caller hands in count like embedded ones."""
    report = world.verify(world.sign(blank_pdf()), lists=HandedIn(world))
    assert report.verdict is Verdict.VALID


def test_handed_in_status_lifts_no_level(world: SignedWorld) -> None:
    """Long-term is only what the document holds itself."""
    stamped = world.sign(blank_pdf(), stamped=SIGNED)
    (signature,) = world.verify(stamped, lists=HandedIn(world)).signatures
    assert signature.indication is Indication.TOTAL_PASSED
    assert signature.level == "B-T"


def test_expired_without_timestamp_is_unconfirmed(world: SignedWorld) -> None:
    """An expired certificate without a proven time is OUT_OF_BOUNDS_NO_POE."""
    report = world.verify(world.sign(blank_pdf(), world.plain_signer), DEAD + DAY)
    assert report.verdict is Verdict.UNCONFIRMED
    assert sub_indication(report) == "OUT_OF_BOUNDS_NO_POE"


def test_expired_with_timestamp_is_valid(world: SignedWorld) -> None:
    """A certificate that has expired since the proven time does no harm, at B-LT and B-LTA."""
    long_term = world.long_term(world.sign(blank_pdf(), stamped=SIGNED))
    for pdf in (long_term, world.archive(long_term)):
        report = world.verify(pdf, DEAD + DAY)
        assert report.verdict is Verdict.VALID
        assert "status_as_of" in {w.key for w in report.signatures[0].warnings}


def test_expired_authority_without_renewal_is_unconfirmed(world: SignedWorld) -> None:
    """When the newest timestamp's own certificate has expired the proof of time has ended."""
    report = world.verify(world.archival(blank_pdf()), LONG_AFTER + DAY)
    assert report.verdict is Verdict.UNCONFIRMED


def test_renewed_archive_outlives_its_first_authority(world: SignedWorld) -> None:
    """A later document timestamp by a living authority keeps the earlier ones good."""
    renewed_at = LONG_AFTER - 10 * DAY
    young = world.stamping_unit(LONG_AFTER + 3000 * DAY)
    fresh = world.long_term(world.archival(blank_pdf()), [world.root.crl(renewed_at - DAY)])
    pdf = world.archive(fresh, renewed_at, "Stamp2", young)
    report = world.verify(pdf, LONG_AFTER + DAY)
    assert report.verdict is Verdict.VALID
    assert report.signatures[0].level == "B-LTA"
    assert report.signatures[0].best_signature_time == "2026-06-01T08:00:00Z"


def test_revoked_after_proven_time_is_valid(world: SignedWorld) -> None:
    """A revocation after the proven time does not touch the signature."""
    later = {world.signer.certificate.serial_number: SIGNED + timedelta(seconds=30)}
    pdf = world.long_term(world.sign(blank_pdf(), stamped=SIGNED), world.lists(revoked=later))
    report = world.verify(pdf)
    assert report.verdict is Verdict.VALID
    assert report.signatures[0].revocation[0].status == "revoked"


def test_revoked_before_proven_time_is_invalid(world: SignedWorld) -> None:
    """A signature whose certificate was revoked before the proven time is invalid."""
    earlier = {world.signer.certificate.serial_number: SIGNED - DAY}
    pdf = world.long_term(world.sign(blank_pdf(), stamped=SIGNED), world.lists(revoked=earlier))
    report = world.verify(pdf)
    assert report.verdict is Verdict.INVALID
    assert sub_indication(report) == "REVOKED_NO_POE"
    checks = {check.key: check.status for check in report.signatures[0].checks}
    assert checks["revocation"] is CheckStatus.FAILED


def test_old_good_answer_hides_no_revocation(world: SignedWorld) -> None:
    """An embedded answer from before the revocation cannot outvote the later one."""
    earlier = {world.signer.certificate.serial_number: SIGNED - timedelta(hours=1)}
    answers = [*world.lists(SIGNED - DAY), *world.lists(LISTED, earlier)]
    pdf = world.archive(world.long_term(world.sign(blank_pdf(), stamped=SIGNED), answers))
    for moment in (NOW, NOW + 30 * DAY, DEAD + DAY):
        assert world.verify(pdf, moment).verdict is Verdict.INVALID


def test_revoked_without_timestamp_is_unconfirmed(world: SignedWorld) -> None:
    """With no proven time nobody can say which came first."""
    revoked = {world.signer.certificate.serial_number: SIGNED}
    pdf = world.long_term(world.sign(blank_pdf()), world.lists(revoked=revoked))
    report = world.verify(pdf)
    assert report.verdict is Verdict.UNCONFIRMED
    assert sub_indication(report) == "REVOKED_NO_POE"


def test_revoked_authority_proves_no_time(world: SignedWorld) -> None:
    """A timestamp by a revoked unit is not relied on."""
    serial = world.stamper.certificate.serial_number
    answers = [world.root.crl(LISTED, {serial: SIGNED - DAY}), world.authority.crl()]
    pdf = world.long_term(world.sign(blank_pdf(), stamped=SIGNED), answers)
    (signature,) = world.verify(pdf).signatures
    assert signature.best_signature_time is None
    assert signature.level == "B-B"


def test_foreign_list_is_no_status(world: SignedWorld) -> None:
    """A revocation list signed by somebody else under the issuer's name counts for nothing."""
    stranger = SignedWorld()
    forged = [stranger.root.crl(), stranger.authority.crl()]
    pdf = world.long_term(world.sign(blank_pdf(), stamped=SIGNED), forged)
    report = world.verify(pdf)
    assert report.verdict is Verdict.UNCONFIRMED
    assert report.signatures[0].revocation == ()


def test_timestamp_from_the_future_proves_nothing(world: SignedWorld) -> None:
    """A token of tomorrow is no proof of time today."""
    pdf = world.long_term(world.sign(blank_pdf(), stamped=NOW + DAY))
    (signature,) = world.verify(pdf).signatures
    assert signature.best_signature_time is None


def test_signature_older_than_its_certificate_never_passes(world: SignedWorld) -> None:
    """A proven time before the certificate's birth is NOT_YET_VALID."""
    young = world.authority.issue("新章", born=SIGNED + timedelta(minutes=30))
    pdf = world.long_term(world.sign(blank_pdf(), young, stamped=SIGNED))
    report = world.verify(pdf)
    assert report.verdict is Verdict.UNCONFIRMED
    assert sub_indication(report) == "NOT_YET_VALID"


def test_status_goes_stale_but_stays_proof(world: SignedWorld) -> None:
    """Months later the embedded status is old, and still proves how things were."""
    report = world.verify(world.archival(blank_pdf()), ARCHIVED + 90 * DAY)
    assert report.verdict is Verdict.VALID
    keys = {warning.key for warning in report.signatures[0].warnings}
    assert "status_as_of" in keys
