"""Which places of keys an installation has, by its settings."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sealservice.bootstrap.trust import _key_stores
from sealservice.config import Settings
from sealservice.infra.keys.errors import KeyPlaceClosed
from sealservice.infra.keys.kek import provide_key_encryption_key
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.trust.model import KeyAlgorithm, KeyPurpose
from tests.soft_token import LABEL, MODULE, PIN, SoftToken

pytestmark = pytest.mark.engines


def test_an_installation_that_gets_a_token_keeps_its_older_keys(
    engines_home: Path,
    database_as: Callable[[ProcessKind], Database],
    soft_token: SoftToken,
    tmp_path: Path,
) -> None:
    """New keys are made in the token; those in the table open while their key is there."""
    assert soft_token.label == LABEL
    database = database_as(ProcessKind.SIGNER)
    before = Settings(engines_home)
    provide_key_encryption_key(before)
    old = _key_stores(before, database).generate(KeyPurpose.SEAL, KeyAlgorithm.P256)
    after = replace(before, pkcs11_module=MODULE, pkcs11_token=LABEL, pkcs11_pin=PIN)
    both = _key_stores(after, database)
    new = both.generate(KeyPurpose.SEAL, KeyAlgorithm.P256)
    assert [old.location, new.location] == ["envelope", "pkcs11"]
    assert {old, new} <= set(both.list())
    for key in (old, new):
        assert both.open(key.id, KeyPurpose.SEAL).spki == key.spki
    with pytest.raises(KeyPlaceClosed, match="pkcs11"):
        _key_stores(before, database).open(new.id, KeyPurpose.SEAL)
    with pytest.raises(KeyPlaceClosed, match="envelope"):
        _key_stores(replace(after, home=tmp_path), database).open(old.id, KeyPurpose.SEAL)
