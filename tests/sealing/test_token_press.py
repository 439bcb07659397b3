"""A trust domain whose keys are all in a PKCS#11 token, and documents sealed from there."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.clock import utc_now
from sealservice.sealing.model import Level
from sealservice.trust.model import KeyAlgorithm
from sealservice.trust.profiles import CeremonyPlan
from tests import oracles
from tests.sealing.pages import typeset
from tests.soft_token import SoftKeyStore, SoftToken
from tests.world_press import press_world_of
from tests.world_trust import HandClock, MemoryKeyStore, TrustWorld, shipped_plan, write_pem


def _plan(algorithm: KeyAlgorithm) -> CeremonyPlan:
    """Return the demonstration's plan with another kind of key for seals and time stamps.

    Time stamps are spared PSS, by which ``openssl ts`` cannot verify.
    """
    plan = shipped_plan("demonstration")
    stamps = KeyAlgorithm.RSA3072 if algorithm.is_pss else algorithm
    units = (
        replace(unit, profile=replace(unit.profile, algorithm=stamps))
        if unit == plan.timestamp_unit()
        else unit
        for unit in plan.units
    )
    seals = replace(plan.seal_profile, algorithm=algorithm)
    return replace(plan, units=tuple(units), seal_profile=seals)


@pytest.mark.parametrize(
    "algorithm",
    [KeyAlgorithm.P256, KeyAlgorithm.RSA2048, KeyAlgorithm.RSA3072, KeyAlgorithm.RSA3072_PSS],
)
def test_a_seal_out_of_a_token_is_accepted_at_its_highest_level(
    algorithm: KeyAlgorithm, soft_token: SoftToken, sandbox: ForkedSandbox, tmp_path: Path
) -> None:
    """Ceremony, certificates, status, time stamps and seal by one token: four judges accept."""
    keys = SoftKeyStore(soft_token)
    trust = TrustWorld(_plan(algorithm), cast("MemoryKeyStore", keys))
    trust.clock = cast("HandClock", utc_now)
    path = tmp_path / "sealed.pdf"
    with press_world_of(trust, sandbox) as world:
        path.write_bytes(world.seal(typeset(), Level.B_LTA))
    pdf, root = path.read_bytes(), write_pem(tmp_path, "root", trust.unit("root"))
    assert oracles.openssl_accepts(pdf, root, tmp_path) == 3
    assert oracles.pdfsig_says(path)[0] == "Signature is Valid."
    oracles.qpdf_is_content(path)
    result = oracles.long_term_verdict(pdf, "Seal1", trust.unit("root").der)
    assert result.ades_subindic.name == "OK"
    assert {key.location for key in keys.list()} == {"pkcs11"}
