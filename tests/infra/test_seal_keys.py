"""Seal keys open only as what they are."""

import pytest

from sealservice.infra.keys.seal_keys import StoredSealKeys
from sealservice.trust.errors import KeyPurposeMismatch, KeyUnknown, KeyUnreadable
from tests.world_trust import TrustWorld, performed


@pytest.fixture(scope="module")
def trust() -> TrustWorld:
    """Give a trust domain."""
    return performed()


def test_key_of_another_certificate(trust: TrustWorld) -> None:
    """A seal's key does not open for another seal's certificate."""
    mine, other = trust.seal_certificate(), trust.seal_certificate()
    keys = StoredSealKeys(trust.keys)
    assert keys.open(mine.key_id, mine.der).certificate == mine.der
    with pytest.raises(KeyUnreadable):
        keys.open(mine.key_id, other.der)


def test_only_seal_keys_open(trust: TrustWorld) -> None:
    """The key of a time-stamping unit is not a seal's, and an unknown one is none."""
    unit = trust.unit("tsa")
    keys = StoredSealKeys(trust.keys)
    with pytest.raises(KeyPurposeMismatch):
        keys.open(unit.key_id, unit.der)
    with pytest.raises(KeyUnknown):
        keys.open("key_none", unit.der)


def test_keys_do_not_sign_digests(trust: TrustWorld) -> None:
    """The only thing a seal key does is to sign an approved revision."""
    mine = trust.seal_certificate()
    key = StoredSealKeys(trust.keys).open(mine.key_id, mine.der)
    offered = {name for name in dir(key) if not name.startswith("_")}
    assert offered == {"certificate", "sign"}
