"""Every kind of key seals, and programs that did not make the seals judge them.

What a witness cannot do: poppler (NSS) does not know Ed25519, and ``openssl cms`` of OpenSSL 3.0
cannot verify it with signed attributes, so openssl is given those and the bare signature.
"""

import dataclasses
import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pikepdf
import pytest
from asn1crypto import x509

from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.clock import utc_now
from sealservice.limits import Limits
from sealservice.sealing.model import Level
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.trust.model import KeyAlgorithm
from sealservice.trust.profiles import CeremonyPlan
from sealservice.verification.anchors import trust_anchors
from sealservice.verification.model import Verdict
from sealservice.verification.service import VerificationService
from tests import oracles
from tests.sealing.pages import typeset
from tests.world_press import PressWorld, press_world_of
from tests.world_trust import HandClock, TrustWorld, openssl, shipped_plan, write_pem

KINDS = (KeyAlgorithm.P384, KeyAlgorithm.ED25519)
"""The others are in test_press.py, test_pss.py and test_token_press.py."""


def plan_of(algorithm: KeyAlgorithm) -> CeremonyPlan:
    """Return a plan whose seals have a kind of key, and on P-384 everything else, too."""
    plan = shipped_plan("demonstration")
    units = plan.units
    if algorithm is KeyAlgorithm.P384:
        units = tuple(
            dataclasses.replace(
                unit, profile=dataclasses.replace(unit.profile, algorithm=algorithm)
            )
            for unit in units
        )
    seals = dataclasses.replace(plan.seal_profile, algorithm=algorithm)
    return dataclasses.replace(plan, units=units, seal_profile=seals)


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest, sandbox: ForkedSandbox) -> Iterator[PressWorld]:
    """Give a press and a seal with each kind of key."""
    trust = TrustWorld(plan_of(request.param), clock=cast("HandClock", utc_now))
    with press_world_of(trust, sandbox) as world:
        yield world


def fast(world: PressWorld) -> PressWorld:
    """Return the world with the fast press, which may leave nothing to the other."""

    def told(reason: object) -> None:
        raise AssertionError(reason)

    return dataclasses.replace(world, preparation=FastPreparation(world.press, Limits(), told))


def slow(world: PressWorld) -> PressWorld:
    """Return the world as it is, with pyHanko's press."""
    return world


def openssl_verifies_ed25519(pdf: bytes, certificate: bytes, folder: Path) -> None:
    """Have openssl verify the signature over the attributes, which name SHA-512 of the content."""
    cut = oracles.cut_out(pdf)[0]
    (signer,) = cut.signed_data["signer_infos"]
    named = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
    assert named["message_digest"] == hashlib.sha512(cut.covered).digest()
    assert signer["signature_algorithm"].dump().hex() == "300506032b6570"  # RFC 8419 2.2
    spki = x509.Certificate.load(certificate).public_key.dump()
    parts = {
        "data": signer["signed_attrs"].untag().dump(),
        "spki": spki,
        "signature": signer["signature"].native,
    }
    for name, content in parts.items():
        (folder / name).write_bytes(content)
    key = ("-pubin", "-inkey", str(folder / "spki"), "-keyform", "DER")
    value = ("-rawin", "-in", str(folder / "data"), "-sigfile", str(folder / "signature"))
    assert "Verified" in openssl("pkeyutl", "-verify", *key, *value)


@pytest.mark.parametrize("press", [fast, slow])
def test_each_kind_of_key_is_accepted_by_everybody_who_knows_it(
    kind: PressWorld, press: Callable[[PressWorld], PressWorld], tmp_path: Path
) -> None:
    """At B-LTA: openssl, qpdf, poppler, pyHanko's long-term validation, and our own verifier."""
    pdf, path = press(kind).seal(typeset(), Level.B_LTA), tmp_path / "sealed.pdf"
    path.write_bytes(pdf)
    algorithm, trusted = kind.die.algorithm, kind.trust.unit("root")
    if algorithm is KeyAlgorithm.ED25519:
        openssl_verifies_ed25519(pdf, kind.die.certificate, tmp_path)
    else:
        root = write_pem(tmp_path, "root", trusted)
        assert oracles.openssl_accepts(pdf, root, tmp_path) == 3
    oracles.qpdf_is_content(path)
    said = oracles.pdfsig_says(path)[0]
    assert said == "Signature is Valid." or algorithm is KeyAlgorithm.ED25519, said
    assert oracles.long_term_verdict(pdf, "Seal1", trusted.der).ades_subindic.name == "OK"
    anchors = trust_anchors("world", [kind.root])
    ours = VerificationService(kind.press.sandbox, anchors, Limits(), utc_now)
    report = ours.verify("form.pdf", pdf)
    assert report.verdict is Verdict.VALID
    (signature,) = [one for one in report.signatures if one.kind == "signature"]
    assert signature.level == "B-LTA"
    assert signature.algorithms is not None
    assert signature.algorithms.digest == algorithm.digest
    (signer,) = oracles.cut_out(pdf)[0].signed_data["signer_infos"]
    assert signer["digest_algorithm"]["algorithm"].native == algorithm.digest


def test_the_document_says_what_extension_it_needs(kind: PressWorld) -> None:
    """ISO/TS 32002 for Ed25519, in PDF 2.0; both presses say the same, and nothing otherwise."""
    is_extended = kind.die.algorithm is KeyAlgorithm.ED25519
    for world in (fast(kind), slow(kind)):
        with pikepdf.open(io.BytesIO(world.seal(typeset()))) as pdf:
            extensions = pdf.Root.Extensions
            assert ("/ISO_" in extensions) == is_extended
            if is_extended:
                (entry,) = extensions["/ISO_"]  # type: ignore[misc]  # an array
                assert (entry.ExtensionLevel, entry.BaseVersion) == (32002, "/2.0")
                assert pdf.Root.Version == "/2.0"


def test_what_does_not_draw_lots_signs_alike(kind: PressWorld) -> None:
    """ECDSA (RFC 6979), EdDSA and PKCS#1 give one signature for the same bytes; PSS does not."""
    stored = kind.key._key
    is_same = stored.sign(b"the same") == stored.sign(b"the same")
    assert is_same != kind.die.algorithm.is_pss
