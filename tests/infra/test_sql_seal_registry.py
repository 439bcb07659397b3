"""What verification learns of a seal: how it stood at the moment it asks for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.identity.model import Organisation
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.infra.sql.rogue_uses import SqlRogueUses
from sealservice.infra.sql.seal_history import SqlSealHistory
from sealservice.infra.sql.seal_registry import SqlSealRegistry
from sealservice.infra.sql.seals import SqlSealStore
from sealservice.kernel.ids import new_id
from sealservice.seals.artwork import Artwork
from sealservice.seals.model import Grounds, SealChange, SealEvent, SealState
from sealservice.verification.alarms import RogueUse
from tests.contracts.test_seal_store import applied, certify
from tests.world_licenses import NOON, sample_license

pytestmark = pytest.mark.engines

LINES = (
    (0, SealChange.MAKE, SealState.APPLIED, SealState.MADE),
    (10, SealChange.ACTIVATE, SealState.MADE, SealState.ACTIVE),
    (20.4, SealChange.SUSPEND, SealState.ACTIVE, SealState.SUSPENDED),
    (30, SealChange.RESUME, SealState.SUSPENDED, SealState.ACTIVE),
)
END = 100


def test_a_seal_is_told_as_it_stood_then(database: Database) -> None:
    """Before its activation, while it was suspended, at the second of a change, after its end."""
    license_ = sample_license(new_id("org"), new_id("lic"))
    SqlOrganisationStore(database).add(Organisation(license_.organisation_id, "甲", NOON))
    SqlLicenseStore(database).add(license_)
    key_id, sha256 = certify(database)
    artwork = Artwork(40.0, 40.0, b"q Q")
    made = replace(
        applied(license_),
        state=SealState.MADE,
        key_id=key_id,
        certificate_sha256=sha256,
        artwork_sha256=artwork.sha256,
        expires_at=NOON + timedelta(seconds=END),
    )
    store, history = SqlSealStore(database), SqlSealHistory(database)
    store.add(replace(applied(license_), id=made.id, seal_code=made.seal_code))
    store.make(made, artwork)
    for seconds, change, before, after in LINES:
        history.add_event(
            SealEvent(
                new_id("sev"), made.organisation_id, made.id, change, before, after,
                Grounds("测试"), "staff", "x", NOON + timedelta(seconds=seconds),
            )
        )  # fmt: skip
    uses = SqlRogueUses(database)
    use = RogueUse(made.id, sha256, "b" * 64, NOON)
    assert [uses.add(use), uses.add(use)] == [made.organisation_id, None]
    assert list(uses.of_organisation(made.organisation_id)) == [use]
    expected = {
        -1: "not_yet_active", 9: "not_yet_active", 10: "active", 19: "active", 20: "suspended",
        29: "suspended", 30: "active", END - 1: "active", END: "expired",
    }  # fmt: skip
    registry = SqlSealRegistry(database)
    for seconds, status in expected.items():
        found = registry.seal_of(sha256, NOON + timedelta(seconds=seconds))
        assert found is not None
        assert (found.seal_id, found.status, seconds) == (made.id, status, seconds)
    assert registry.seal_of("0" * 64, NOON) is None
    assert registry.shown(frozenset({artwork.sha256, "0" * 64})) == {artwork.sha256}
