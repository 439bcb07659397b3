"""Second opinions in PostgreSQL, kept by the role of the checker."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.exc import ProgrammingError

from sealservice.archive.model import Record, RecordFacts, StoredVersion
from sealservice.identity.model import Organisation
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.records import SqlRecordStore
from sealservice.infra.sql.second_opinions import SqlOpinions
from sealservice.kernel.ids import new_id
from sealservice.verification.second_opinions import Disagreement, Opinion, SecondOpinion
from tests.world_licenses import NOON

pytestmark = [pytest.mark.engines, pytest.mark.security]


def test_each_record_is_looked_at_once(
    database: Database, database_as: Callable[[ProcessKind], Database]
) -> None:
    """What the checker said of a record comes back as it went in, and web cannot write any."""
    organisation_id = new_id("org")
    SqlOrganisationStore(database).add(Organisation(organisation_id, "我方", NOON))
    record = _record(organisation_id)
    SqlRecordStore(database).add(record)
    checker = SqlOpinions(database_as(ProcessKind.CHECKER))
    assert record in checker.unchecked(NOON)
    assert record not in checker.unchecked(NOON + timedelta(days=1))
    said = SecondOpinion(
        new_id("opn"), record.id, organisation_id, (Opinion("pdfsig", 1, holds=False, said="坏"),),
        (Disagreement("pdfsig", "broken", "intact", "坏"),), NOON,
    )  # fmt: skip
    with pytest.raises(ProgrammingError, match="permission denied"):
        SqlOpinions(database_as(ProcessKind.WEB)).add(said)
    before = checker.counted()
    checker.add(said)
    assert record not in checker.unchecked(NOON)
    assert checker.newest(1, only_disagreements=True) == [said]
    assert checker.counted() == (before[0] + 1, before[1] + 1)


def _record(organisation_id: str) -> Record:
    stored = StoredVersion("records", new_id("key"), "1", NOON)
    facts = RecordFacts(
        order_id=None,  # type: ignore[arg-type]  # nothing here asks for the order
        document_id=None,  # type: ignore[arg-type]
        filename="a.pdf",
        level="B-LTA",
        verdict="valid",
        seal_id=None,  # type: ignore[arg-type]
        uscc="91350100M000100Y43",
        approval_kind="demonstration",
        report={"signatures": []},
    )
    return Record(new_id("rec"), organisation_id, stored, "a" * 64, 1, facts, NOON)
