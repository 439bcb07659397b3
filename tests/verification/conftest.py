"""One small PKI for all tests of verification."""

import pytest

from tests.world_verification import SignedWorld


@pytest.fixture(scope="session")
def world() -> SignedWorld:
    """Return the world of signers, authorities and verifiers."""
    return SignedWorld()
