"""What no role of the database does to mandates, people and ends of licenses."""

from collections.abc import Callable

import pytest
from sqlalchemy import Executable, delete, insert, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.mandate_tables import (
    license_endings,
    license_holders,
    mandate_uses,
    mandates,
    persons,
)
from sealservice.kernel.ids import new_id
from sealservice.licenses.persons import HolderRole
from tests.contracts.test_mandate_store import Stores, in_sql
from tests.world_licenses import NOON

pytestmark = [pytest.mark.engines, pytest.mark.security]

Opener = Callable[[ProcessKind], Database]
RUNNING = [ProcessKind.WEB, ProcessKind.SIGNER, ProcessKind.WORKER, ProcessKind.CHECKER]
_FORBIDDEN = "42501"


def _refused(database: Database, statement: Executable) -> None:
    with pytest.raises(ProgrammingError) as refused, database.transaction():
        database.connection().execute(statement)
    assert getattr(refused.value.orig, "sqlstate", None) == _FORBIDDEN


@pytest.fixture
def stores(database: Database) -> Stores:
    """Give a license with its principal."""
    return in_sql(database)


@pytest.mark.parametrize("kind", RUNNING)
def test_nobody_widens_moves_or_removes_a_mandate(database_as: Opener, kind: ProcessKind) -> None:
    """What a mandate covers, who has it, and each of its uses stay as they were written."""
    database = database_as(kind)
    for column in ("ends_at", "uses", "acts", "receiver_id", "may_delegate", "parent_id"):
        _refused(database, update(mandates).values({column: None}))
    for table in (mandates, mandate_uses, license_holders, persons, license_endings):
        _refused(database, delete(table))
    _refused(database, update(mandate_uses).values(subject="another"))
    _refused(database, update(license_holders).values(role="legal_representative"))
    _refused(database, update(persons).values(name="another"))


@pytest.mark.parametrize("kind", RUNNING[1:])
def test_only_the_registry_names_people_and_gives(database_as: Opener, kind: ProcessKind) -> None:
    """Signer, worker and checker insert neither people, mandates nor ends of licenses."""
    for table in (persons, license_holders, mandates, license_endings):
        _refused(database_as(kind), insert(table).values(id="x"))


def test_what_ended_does_not_come_back(database_as: Opener, stores: Stores) -> None:
    """A revoked mandate and an ended role stay so, whichever role tries to change that."""
    agent = stores.named(HolderRole.AGENT)
    mandate = stores.given(stores.principal, agent)
    stores.mandates.revoke(mandate.id, NOON, "收回")
    stores.persons.end(agent.id, NOON, "离职")
    web = database_as(ProcessKind.WEB)
    back = update(mandates).where(mandates.c.id == mandate.id)
    _refused(web, back.values(revoked_at=None, revoked_reason=None))
    again = update(license_holders).where(license_holders.c.id == agent.id)
    _refused(web, again.values(ended_at=None, ended_reason=None))


def test_database_refuses_an_end_by_one_person(database_as: Opener, stores: Stores) -> None:
    """Who asked for the end of a license is not who confirms it, whatever a service thinks."""
    row = {
        "id": new_id("end"), "organisation_id": stores.license.organisation_id,
        "license_id": stores.license.id, "status": "revoked", "reason": "吊销",
        "actor_kind": "staff", "actor_id": "stf_1", "created_at": NOON, "expires_at": NOON,
    }  # fmt: skip
    web = database_as(ProcessKind.WEB)
    with web.transaction():
        web.connection().execute(insert(license_endings).values(row))
    alone = (
        update(license_endings)
        .where(license_endings.c.id == row["id"])
        .values(outcome="confirmed", settled_at=NOON, settled_kind="staff", settled_by="stf_1")
    )
    with pytest.raises(IntegrityError, match="two_people"), web.transaction():
        web.connection().execute(alone)
