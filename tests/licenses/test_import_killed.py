"""An import whose process is killed in the middle, on PostgreSQL, as the worker's role."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sealservice.bootstrap.embedded.engines import Engines
from sealservice.identity.model import Organisation
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.audit import SqlAuditLog
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.license_imports import SqlImportStore
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.kernel.actor import operator
from sealservice.kernel.clock import utc_now
from sealservice.kernel.ids import new_id
from sealservice.licenses.importing import BATCH, ImportService
from sealservice.licenses.model import LicenseImport
from sealservice.licenses.service import LicenseService
from sealservice.limits import Limits
from tests.licenses.faces import csv_of, face
from tests.licenses.test_service import Told
from tests.world_licenses import NOON
from tests.world_sealing import MemoryQueue
from tests.world_verification import InProcess

pytestmark = pytest.mark.engines

ROWS = BATCH * 5 + 7
SECONDS = 60


def importing(database: Database) -> ImportService:
    """Return the service on a database, as whatever role that is."""
    licenses = LicenseService(
        SqlLicenseStore(database), Told(), SqlAuditLog(database, utc_now), database.transaction,
        utc_now, Limits(),
    )  # fmt: skip
    return ImportService(
        SqlImportStore(database), licenses, MemoryQueue(), InProcess(), database.transaction,
        utc_now, Limits(),
    )  # fmt: skip


def _all(service: ImportService, organisation_id: str) -> list[str]:
    found = service.licenses.store.page(organisation_id, None, ROWS * 2)
    return sorted(license_.uscc for license_ in found)


def _begun(service: ImportService, import_id: str, rows: int) -> LicenseImport:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        one = service.imports.get(import_id)
        assert one is not None
        if one.done >= rows:
            return one
        time.sleep(0.01)
    raise AssertionError(import_id)


def test_a_killed_import_is_taken_up_and_loses_and_doubles_nothing(
    engines: Engines, database: Database
) -> None:
    """Killed by SIGKILL after some batches; the next run brings every row, each once."""
    organisation_id = new_id("org")
    SqlOrganisationStore(database).add(Organisation(organisation_id, "甲", NOON))
    service = importing(database)
    registrar = operator("registrar", organisation_id)
    one = service.start(registrar, "a.csv", csv_of([face(n) for n in range(ROWS)]))
    address = engines.database_urls[ProcessKind.WORKER]
    command = [sys.executable, "-m", "tests.licenses.test_import_killed", one.id]
    root = Path(__file__).parents[2]
    child = subprocess.Popen(command, cwd=root, env={**os.environ, "ADDRESS": address})
    half = _begun(service, one.id, BATCH)
    child.send_signal(signal.SIGKILL)
    assert child.wait(SECONDS) == -signal.SIGKILL
    assert BATCH <= half.done < ROWS
    done = service.run(one.id)
    assert (done.registered, done.unchanged, done.failed) == (ROWS, 0, 0)
    assert _all(service, organisation_id) == sorted(face(n)["uscc"] for n in range(ROWS))


if __name__ == "__main__":
    importing(Database(os.environ["ADDRESS"])).run(sys.argv[1])
