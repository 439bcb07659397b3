"""What every store of license imports must do, in memory and in PostgreSQL."""

from dataclasses import replace

import pytest

from sealservice.identity.model import Organisation
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.license_imports import SqlImportStore
from sealservice.kernel.ids import new_id
from sealservice.licenses.model import ImportFailure, LicenseImport
from sealservice.licenses.ports import ImportStore
from tests.world_licenses import NOON, MemoryImportStore


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def store(request: pytest.FixtureRequest) -> ImportStore:
    """Give the store of one kind."""
    if request.param == "memory":
        return MemoryImportStore()
    return SqlImportStore(request.getfixturevalue("database"))


@pytest.fixture
def one(store: ImportStore) -> LicenseImport:
    """Give an import that nobody has begun."""
    organisation_id = new_id("org")
    if isinstance(store, SqlImportStore):
        _founded(store.database, organisation_id)
    made = LicenseImport(
        new_id("imp"), organisation_id, "a.csv", "0" * 64, 5, "staff", "stf_1", NOON
    )
    store.add(made, b"packed")
    return made


def _founded(database: Database, organisation_id: str) -> None:
    SqlOrganisationStore(database).add(Organisation(organisation_id, "甲", NOON))


def test_an_import_comes_back_with_its_file(store: ImportStore, one: LicenseImport) -> None:
    """It is found, listed for its owner alone, and waits to be done."""
    assert store.get(one.id) == store.lock(one.id) == one
    assert store.file(one.id) == b"packed"
    assert one.id in store.unfinished()
    assert store.page(one.organisation_id, None, 5) == [one]
    assert store.page(one.organisation_id, one.id, 5) == []
    assert store.page(new_id("org"), None, 5) == []
    assert store.get(new_id("imp")) is None


def test_progress_is_written_and_the_file_dropped_at_the_end(
    store: ImportStore, one: LicenseImport
) -> None:
    """Half done it keeps its file; over, it has none and waits no more."""
    half = replace(one, done=3, registered=2, failed=1)
    store.advance(half)
    assert (store.get(one.id), store.file(one.id)) == (half, b"packed")
    over = replace(half, done=5, registered=3, unchanged=1, finished_at=NOON)
    store.advance(over)
    assert (store.get(one.id), store.file(one.id)) == (over, None)
    assert one.id not in store.unfinished()


def test_refused_rows_come_back_in_order(store: ImportStore, one: LicenseImport) -> None:
    """By pages behind a row; an empty batch adds none."""
    told = {"code": "face_invalid", "zh": "错", "en": "wrong"}
    rows = [ImportFailure(row, "", told) for row in (2, 3, 7)]
    store.add_failures(one.id, rows)
    store.add_failures(one.id, [])
    assert store.failures(one.id, 0, 2) == rows[:2]
    assert store.failures(one.id, 3, 9) == rows[2:]
