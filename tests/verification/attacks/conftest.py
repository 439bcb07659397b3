"""The contract, signed and certified once."""

import pytest
from pyhanko.sign.fields import MDPPerm

from sealservice.verification.model import Verdict
from tests.verification.attacks.contract import contract
from tests.world_verification import SignedWorld


@pytest.fixture(scope="session")
def signed(world: SignedWorld) -> bytes:
    """Return the contract, signed and valid."""
    pdf = world.sign(contract(), world.plain_signer)
    assert world.verify(pdf).verdict is Verdict.VALID
    return pdf


@pytest.fixture(scope="session")
def stored(world: SignedWorld, signed: bytes) -> bytes:
    """Return the signed contract with a DSS and a document timestamp."""
    pdf = world.archive(world.long_term(signed))
    assert world.verify(pdf).verdict is Verdict.VALID
    return pdf


@pytest.fixture(scope="session")
def certified(world: SignedWorld) -> dict[MDPPerm, bytes]:
    """Return the contract, certified with each permission."""
    return {level: world.sign(contract(), world.plain_signer, certify=level) for level in MDPPerm}
