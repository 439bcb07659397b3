"""Seals that sign by RSASSA-PSS, judged by programs that did not make them."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from cryptography.hazmat.primitives import serialization

from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.clock import utc_now
from sealservice.limits import Limits
from sealservice.sealing.errors import BytesChanged
from sealservice.sealing.model import Level, Waiting
from sealservice.trust.model import KeyAlgorithm
from sealservice.verification.anchors import trust_anchors
from sealservice.verification.model import Algorithms, Verdict
from sealservice.verification.service import VerificationService
from tests import oracles
from tests.sealing.pages import typeset
from tests.world_press import PressWorld, press_world, press_world_of
from tests.world_trust import HandClock, TrustWorld, shipped_plan, write_pem

PSS = KeyAlgorithm.RSA3072_PSS
WRITTEN = (
    "304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
    "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120"
)
"""id-RSASSA-PSS with SHA-256, MGF1 with SHA-256, 32 (RFC 4055 3.1)."""


@pytest.fixture(scope="module")
def padded(sandbox: ForkedSandbox) -> Iterator[PressWorld]:
    """Give a press and a seal whose key signs by PSS."""
    with press_world("demonstration-pss", sandbox) as world:
        yield world


@pytest.mark.parametrize(("level", "signatures"), [(Level.B_B, 1), (Level.B_LTA, 3)])
def test_a_pss_seal_is_accepted(
    padded: PressWorld, level: Level, signatures: int, tmp_path: Path
) -> None:
    """By openssl, poppler and qpdf; the algorithm stands in the CMS with all its parameters."""
    pdf, path = padded.seal(typeset(), level), tmp_path / "sealed.pdf"
    path.write_bytes(pdf)
    root = write_pem(tmp_path, "root", padded.trust.unit("root"))
    assert oracles.openssl_accepts(pdf, root, tmp_path) == signatures
    assert oracles.pdfsig_says(path)[0] == "Signature is Valid."
    oracles.qpdf_is_content(path)
    assert oracles.pdf_a_failures(pdf) == set()
    (signer,) = oracles.cut_out(pdf)[0].signed_data["signer_infos"]
    assert signer["signature_algorithm"].dump().hex() == WRITTEN


def test_a_pss_seal_lasts_and_we_name_its_algorithm(
    padded: PressWorld, sandbox: ForkedSandbox
) -> None:
    """PyHanko's long-term validation passes; so does ours, which reports PSS by name."""
    pdf = padded.seal(typeset(), Level.B_LTA)
    _require_long_term(pdf, padded.trust, sandbox)


def test_time_stamps_by_pss_last_as_well(sandbox: ForkedSandbox) -> None:
    """With a time-stamping unit that signs by PSS, too, both still pass the document."""
    plan = shipped_plan("demonstration-pss")
    stamps = plan.timestamp_unit()
    other = dataclasses.replace(stamps, profile=dataclasses.replace(stamps.profile, algorithm=PSS))
    units = tuple(other if unit == stamps else unit for unit in plan.units)
    trust = TrustWorld(dataclasses.replace(plan, units=units))
    trust.clock = cast("HandClock", utc_now)
    with press_world_of(trust, sandbox) as world:
        pdf = world.seal(typeset(), Level.B_LTA)
    assert oracles.cut_out(pdf)[1].is_timestamp
    (signer,) = oracles.cut_out(pdf)[1].signed_data["signer_infos"]
    assert signer["signature_algorithm"].dump().hex() == WRITTEN
    _require_long_term(pdf, trust, sandbox)


def _require_long_term(pdf: bytes, trust: TrustWorld, sandbox: ForkedSandbox) -> None:
    root = trust.unit("root")
    theirs = oracles.long_term_verdict(pdf, "Seal1", root.der)
    assert theirs.ades_subindic.name == "OK"
    anchors = trust_anchors("world", [root.x509.public_bytes(serialization.Encoding.PEM)])
    ours = VerificationService(sandbox, anchors, Limits(), utc_now).verify("form.pdf", pdf)
    assert ours.verdict is Verdict.VALID
    assert ours.signatures[0].level == Level.B_LTA.value
    assert ours.signatures[0].algorithms == Algorithms("sha256", "rsassa_pss", 3072)


@pytest.mark.security
def test_another_algorithm_than_the_approved_one_is_not_used(padded: PressWorld) -> None:
    """A key does not sign by PSS what was approved to be signed by PKCS#1, or the reverse."""
    source = typeset()
    prepared = padded.prepare(source)
    other = dataclasses.replace(padded.die, algorithm=KeyAlgorithm.RSA3072)
    named = dataclasses.replace(padded, die=other).approve(source, prepared)
    with pytest.raises(BytesChanged):
        padded.key.sign(named, Waiting(source, (), prepared[0].revision))
    approved = padded.approve(source, prepared)
    assert b"rsa3072-pss-sha256-mgf1-sha256-salt32" in approved.intent.body
    assert padded.key.sign(approved, Waiting(source, (), prepared[0].revision))
