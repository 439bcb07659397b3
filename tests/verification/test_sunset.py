"""V16: algorithms are judged at the proven time; a time stamp cannot vouch for itself."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sealservice.verification import policies
from sealservice.verification.model import Report, Verdict
from sealservice.verification.policy import UNLIMITED, Policy
from tests.world_verification import ROOT_NAME, SIGNED, SignedWorld, blank_pdf, root_unit

SUNSET = date(2026, 6, 2)
AFTER = datetime(2026, 6, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def old() -> SignedWorld:
    """Return a world of signers with P-256 keys under a root with an RSA one, like its stamps."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return SignedWorld(root_unit(ROOT_NAME, key))


def without(*kinds: str) -> Policy:
    """Return the default policy, by which some kinds of keys have had their day."""
    policy = policies.load()
    bits = dict(policy.algorithms.key_bits)
    for kind in kinds:
        bits[kind] = dict.fromkeys(bits[kind], SUNSET)
    return replace(policy, algorithms=replace(policy.algorithms, key_bits=bits))


class Lists:
    """Hands in the lists of a world."""

    def __init__(self, world: SignedWorld) -> None:
        self._lists = tuple(world.lists())

    def crls(self) -> tuple[bytes, ...]:
        """Return them."""
        return self._lists


def verified(world: SignedWorld, policy: Policy, stamped: datetime | None) -> Report:
    """Sign, and verify when P-256 has had its day."""
    pdf = world.sign(blank_pdf(), stamped=stamped)
    return world.verify(pdf, AFTER, lists=Lists(world), policy=policy)


def test_proven_older_than_the_sunset_passes(old: SignedWorld) -> None:
    """A signature that a good time stamp proves to be older is valid; unstamped it is not."""
    assert verified(old, without("ec"), SIGNED).verdict is Verdict.VALID
    bare = verified(old, without("ec"), None)
    assert bare.verdict is Verdict.UNCONFIRMED
    assert bare.signatures[0].sub_indication == "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    assert [error.key for error in bare.signatures[0].errors] == ["algorithm_weak"]


def test_proven_younger_than_the_sunset_does_not(old: SignedWorld) -> None:
    """A time stamp of the day after helps nobody."""
    late = verified(old, without("ec"), AFTER - timedelta(hours=1))
    assert late.signatures[0].sub_indication == "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"


def test_a_stamp_does_not_vouch_for_itself(old: SignedWorld) -> None:
    """Where the stamp's own algorithm has had its day, its time proves nothing."""
    found = verified(old, without("ec", "rsa"), SIGNED).signatures[0]
    assert found.best_signature_time is None
    assert found.sub_indication == "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    assert "timestamp_unconfirmed" in {warning.key for warning in found.warnings}


def test_what_was_never_accepted_never_is(old: SignedWorld) -> None:
    """A kind of key that the table does not name fails whenever the signature was made."""
    policy = without()
    bits = {kind: ends for kind, ends in policy.algorithms.key_bits.items() if kind != "ec"}
    bits["rsa"] = {2048: UNLIMITED}
    strict = replace(policy, algorithms=replace(policy.algorithms, key_bits=bits))
    found = verified(old, strict, SIGNED).signatures[0]
    assert found.sub_indication == "CRYPTO_CONSTRAINTS_FAILURE"
