"""The broom drops what has served its time, as the worker's role, and nothing else."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from sealservice.identity.model import Organisation, Role, Session, SigninLink, Staff
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.audit import SqlAuditLog
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.housekeeping import SqlHousekeeping
from sealservice.infra.sql.idempotency import SqlIdempotencyStore
from sealservice.infra.sql.identity import SqlOrganisationStore, SqlSigninStore, SqlStaffStore
from sealservice.kernel.actor import operator
from sealservice.kernel.clock import utc_now
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.idempotency import StoredAnswer
from sealservice.kernel.ids import new_id

pytestmark = pytest.mark.engines


def test_only_what_expired_long_ago_is_dropped(
    database: Database, database_as: Callable[[ProcessKind], Database]
) -> None:
    """Links, sessions and answers go a week after their time; younger ones and the log stay."""
    now, organisation_id = utc_now(), new_id("org")
    old, young = now - timedelta(days=8), now - timedelta(days=6)
    SqlOrganisationStore(database).add(Organisation(organisation_id, "甲", now))
    person = Staff(new_id("stf"), organisation_id, "王芳", frozenset({Role.CLERK}), now)
    SqlStaffStore(database).add(person)
    signins, answers = SqlSigninStore(database), SqlIdempotencyStore(database)
    with database.transaction():
        SqlAuditLog(database, lambda: old).append(
            operator("root", organisation_id), Fact.STAFF_CREATED, person.id, {}
        )
        for moment in (old, young):
            digest = sha256_hex(new_id("x").encode())
            signins.add_link(SigninLink(digest, person.id, organisation_id, moment))
            signins.add_session(Session(digest, person.id, organisation_id, moment, moment))
            answers.keep(
                organisation_id, digest, StoredAnswer(digest, 201, "application/json", b"", moment)
            )
    assert SqlHousekeeping(database_as(ProcessKind.WORKER), utc_now).sweep() >= 3
    assert [_count(database, table, organisation_id) for table in SWEPT] == [1, 1, 1]
    assert len(SqlAuditLog(database, utc_now).about(organisation_id, (person.id,))) == 1


SWEPT = ("signin_links", "sessions", "idempotency")


def _count(database: Database, table: str, organisation_id: str) -> int:
    query = f"SELECT count(*) FROM {table} WHERE organisation_id = %s"  # noqa: S608 - our own names
    with database.transaction():
        answer = database.connection().exec_driver_sql(query, (organisation_id,))
        return int(answer.scalar_one())
