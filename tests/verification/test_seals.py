"""Signatures by registered seals are named, with the standing they had."""

from datetime import UTC, datetime

import pytest

from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.limits import Limits
from sealservice.verification.alarms import RogueAlarm
from sealservice.verification.model import Verdict
from sealservice.verification.policies import load
from sealservice.verification.ports import RegisteredSeal
from sealservice.verification.report import under
from sealservice.verification.service import VerificationService
from tests.world_archive import MemoryAuditLog, no_transaction
from tests.world_reports import MemoryRogueUses
from tests.world_verification import NOW, InProcess, SignedWorld, blank_pdf


class Registry:
    """Implements ``SealRegistry`` with one seal."""

    def __init__(
        self,
        certificate_sha256: str,
        status: str,
        recorded: frozenset[str] | None = None,
        picture: str | None = None,
    ) -> None:
        self.known = certificate_sha256
        self.status = status
        self.recorded = recorded
        self.picture = picture
        self.asked: list[datetime] = []

    def seal_of(self, certificate_sha256: str, at: datetime) -> RegisteredSeal | None:
        """Return the seal of a certificate."""
        self.asked.append(at)
        if certificate_sha256 != self.known:
            return None
        return RegisteredSeal(
            "seal_1", "official", self.status, "91350100M000100Y43", "active", self.picture
        )

    def shown(self, pictures_sha256: frozenset[str]) -> frozenset[str]:
        """Return the seal's picture if it is among them."""
        return pictures_sha256 & {self.picture or ""}

    def is_recorded(self, seal_id: str, signature_sha256: str, document_sha256: str) -> bool:
        """Return whether the signature or the file is among those recorded; None: all are."""
        assert seal_id == "seal_1"
        known = self.recorded
        return known is None or bool(known & {signature_sha256, document_sha256})


def sha256_of(world: SignedWorld) -> str:
    """Return the digest of the signer's certificate."""
    signer = world.verify(world.archival(blank_pdf())).signatures[0].signer
    assert signer is not None
    return signer.certificate_sha256


def test_seal_is_named_as_of_the_proven_time(world: SignedWorld) -> None:
    """Seal and license are reported as they stood when the signature is proven to have existed."""
    registry = Registry(sha256_of(world), "active")
    report = world.verify(world.archival(blank_pdf()), seals=registry)
    signature, stamp = report.signatures
    assert report.verdict is Verdict.VALID
    assert signature.seal == {
        "seal_id": "seal_1",
        "type": "official",
        "status_at_signing": "active",
    }
    assert signature.license == {"uscc": "91350100M000100Y43", "status_at_signing": "active"}
    assert stamp.seal is None
    assert registry.asked[0] == datetime(2026, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "zh", "en"),
    [("suspended", "已停用", "suspended"), ("not_yet_active", "尚未启用", "not in use yet")],
)
def test_seal_out_of_use_is_not_valid(world: SignedWorld, status: str, zh: str, en: str) -> None:
    """A good signature by a seal that was suspended at the time is not valid; words say so."""
    registry = Registry(sha256_of(world), status)
    report = world.verify(world.archival(blank_pdf()), seals=registry)
    assert report.verdict is Verdict.UNCONFIRMED
    [error] = report.signatures[0].errors
    assert error.key == "seal_not_in_use"
    assert f"“{zh}”" in error.text.zh
    assert f"“{en}”" in error.text.en


def test_v27_rogue_use_is_never_valid(world: SignedWorld, caplog: pytest.LogCaptureFixture) -> None:
    """V27: a signature by our seal that no record tells of is not valid, and an error is logged."""
    pdf = world.archival(blank_pdf())
    known = sha256_of(world)
    rogue = world.verify(pdf, seals=Registry(known, "active", frozenset()))
    assert rogue.verdict is Verdict.UNCONFIRMED
    assert [error.key for error in rogue.signatures[0].errors] == ["rogue_use"]
    assert "seal seal_1 was used without a record" in caplog.text
    strict = under(rogue, load("strict-bank"))
    assert strict.verdict is Verdict.INVALID
    digest = rogue.signatures[0].signature_sha256
    for recorded in (digest, rogue.document.sha256):
        registry = Registry(known, "active", frozenset({str(recorded)}))
        assert world.verify(pdf, seals=registry).verdict is Verdict.VALID


def test_a_rogue_use_reaches_the_owner_once(world: SignedWorld) -> None:
    """However often the file is verified, the log of the seal's organisation has one fact of it."""
    pdf, uses, audit = world.archival(blank_pdf()), MemoryRogueUses("org_1"), MemoryAuditLog()
    registry = Registry(sha256_of(world), "active", frozenset())
    service = VerificationService(InProcess(), world.anchors, Limits(), lambda: NOW, registry)
    service.warn_with(RogueAlarm(uses, audit, no_transaction, lambda: NOW))
    for _ in range(2):
        assert service.verify("a.pdf", pdf).verdict is Verdict.UNCONFIRMED
    assert audit.words() == [Fact.ROGUE_USE_FOUND]
    (fact,) = audit.facts
    assert (fact.subject, fact.organisation_id) == ("seal_1", "org_1")
    (use,) = uses.rows.values()
    assert use.document_sha256 == sha256_hex(pdf)


def test_a_broken_signature_raises_no_alarm(
    world: SignedWorld, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever merely changes a sealed file cannot alarm the owner of the seal."""
    changed = world.sign(blank_pdf()).replace(b"Amount: 100", b"Amount: 900")
    report = world.verify(changed, seals=Registry(sha256_of(world), "active", frozenset()))
    assert report.verdict is Verdict.INVALID
    assert "without a record" not in caplog.text


def test_foreign_signature_has_no_seal(world: SignedWorld) -> None:
    """A certificate that is not registered leaves seal and license open."""
    report = world.verify(world.archival(blank_pdf()), seals=Registry("0" * 64, "active"))
    assert report.verdict is Verdict.VALID
    assert report.signatures[0].seal is None
    assert report.signatures[0].license is None


def test_v26_the_registered_picture_matches(world: SignedWorld) -> None:
    """VERIFICATION 4.26: what a seal shows is held against the picture that it has."""
    pdf = world.archival(blank_pdf())
    (shown,) = world.verify(pdf).signatures[0].appearances
    assert shown.picture_sha256 is not None
    assert shown.image_matches is None
    registry = Registry(sha256_of(world), "active", picture=shown.picture_sha256)
    report = world.verify(pdf, seals=registry)
    assert report.verdict is Verdict.VALID
    assert [one.image_matches for one in report.signatures[0].appearances] == [True]


def test_v26_another_picture_is_told(world: SignedWorld) -> None:
    """A seal that shows another picture than its own is told to do so."""
    registry = Registry(sha256_of(world), "active", picture="0" * 64)
    signature = world.verify(world.archival(blank_pdf()), seals=registry).signatures[0]
    assert [one.image_matches for one in signature.appearances] == [False]
    assert "picture_differs" in {warning.key for warning in signature.warnings}


def test_v26_a_stranger_with_our_picture_is_a_picture_only(world: SignedWorld) -> None:
    """Whoever borrows the picture of a seal of ours signs with something else: never valid."""
    pdf = world.archival(blank_pdf())
    picture = world.verify(pdf).signatures[0].appearances[0].picture_sha256
    report = world.verify(pdf, seals=Registry("0" * 64, "active", picture=picture))
    assert report.verdict is Verdict.UNCONFIRMED
    assert [error.key for error in report.signatures[0].errors] == ["picture_only"]
    assert [one.image_matches for one in report.signatures[0].appearances] == [False]
