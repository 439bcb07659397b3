"""What no role of the database does to passkeys and activations, tried as that role."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Executable, insert, update
from sqlalchemy.exc import ProgrammingError

from sealservice.identity.model import Organisation, Role, Staff
from sealservice.identity.passkeys import FreezeReason, OwnerKind, Passkey
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore, SqlStaffStore
from sealservice.infra.sql.passkeys import SqlPasskeyStore
from sealservice.infra.sql.wallet_tables import activations, holder_keys, passkeys
from sealservice.kernel.ids import new_id

pytestmark = [pytest.mark.engines, pytest.mark.security]

Opener = Callable[[ProcessKind], Database]
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
NOT_WEB = (ProcessKind.SIGNER, ProcessKind.WORKER, ProcessKind.CHECKER)


def _refused(database: Database, statement: Executable) -> None:
    with pytest.raises(ProgrammingError) as refused, database.transaction():
        database.connection().execute(statement)
    assert getattr(refused.value.orig, "sqlstate", None) == "42501"


def _passkey(owner: Database) -> Passkey:
    ours = Organisation(new_id("org"), "甲", NOW)
    member = Staff(new_id("stf"), ours.id, "王芳", frozenset({Role.CLERK}), NOW)
    SqlOrganisationStore(owner).add(ours)
    SqlStaffStore(owner).add(member)
    passkey = Passkey(
        id=new_id("pky"), owner_kind=OwnerKind.STAFF, owner_id=member.id, organisation_id=ours.id,
        credential_id=new_id("cred"), public_key=b"key", sign_count=0, name="手机", aaguid="0",
        is_synced=False, created_at=NOW,
    )  # fmt: skip
    SqlPasskeyStore(owner).add(passkey)
    return passkey


def test_frozen_passkey_thaws_for_nobody(database_as: Opener, database: Database) -> None:
    """Web cannot thaw a passkey, nor give it another key or owner, nor remove it."""
    passkey, web = _passkey(database), database_as(ProcessKind.WEB)
    mine = passkeys.c.id == passkey.id
    SqlPasskeyStore(web).freeze(passkey.id, FreezeReason.LOST, NOW)
    for values in (
        {"frozen_at": None, "frozen_reason": None},
        {"public_key": b"another"},
        {"staff_id": None, "person_id": "per_x"},
    ):
        _refused(web, update(passkeys).where(mine).values(values))
    _refused(web, passkeys.delete().where(mine))


@pytest.mark.parametrize("kind", NOT_WEB)
def test_only_web_enrols(database_as: Opener, kind: ProcessKind) -> None:
    """No other process inserts a passkey, an activation or a holder's key."""
    for table in (passkeys, activations, holder_keys):
        _refused(database_as(kind), insert(table).values(id="x"))


def test_activation_is_born_issued(database_as: Opener) -> None:
    """Web cannot insert an activation that is proven already."""
    row = {
        "id": new_id("act"), "organisation_id": "org", "license_id": "lic", "holder_id": "lho",
        "locator": new_id("loc"), "digest": "0" * 64, "state": "proven", "created_at": NOW,
        "expires_at": NOW + timedelta(hours=1), "wrong_codes": 0, "proof_method": "counter",
        "proof_by": "stf", "proven_at": NOW,
    }  # fmt: skip
    _refused(database_as(ProcessKind.WEB), insert(activations).values(row))
