"""Signatures by registered seals are named, with the standing they had."""

from datetime import UTC, datetime

import pytest

from sealservice.verification.model import Verdict
from sealservice.verification.ports import RegisteredSeal
from tests.world_verification import SignedWorld, blank_pdf


class Registry:
    """Implements ``SealRegistry`` with one seal."""

    def __init__(self, certificate_sha256: str, status: str) -> None:
        self.known = certificate_sha256
        self.status = status
        self.asked: list[datetime] = []

    def seal_of(self, certificate_sha256: str, at: datetime) -> RegisteredSeal | None:
        """Return the seal of a certificate."""
        self.asked.append(at)
        if certificate_sha256 != self.known:
            return None
        return RegisteredSeal("seal_1", "official", self.status, "91350100M000100Y43", "active")


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


def test_foreign_signature_has_no_seal(world: SignedWorld) -> None:
    """A certificate that is not registered leaves seal and license open."""
    report = world.verify(world.archival(blank_pdf()), seals=Registry("0" * 64, "active"))
    assert report.verdict is Verdict.VALID
    assert report.signatures[0].seal is None
    assert report.signatures[0].license is None
