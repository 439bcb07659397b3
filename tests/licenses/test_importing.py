"""Importing licenses: all that are good, each refusal with its row, and no row twice."""

import json
from dataclasses import dataclass, field

import pytest

from sealservice.kernel.actor import Actor, ActorKind, Permission, PermissionMissing, operator
from sealservice.kernel.bodies import BodyTooLarge
from sealservice.kernel.facts import Fact
from sealservice.licenses.errors import ImportEmpty, ImportNotFound
from sealservice.licenses.importing import BATCH, ImportService
from sealservice.licenses.model import LicenseImport
from sealservice.licenses.service import LicenseService
from sealservice.limits import Limits
from tests.licenses.faces import code, csv_of, face
from tests.licenses.test_service import Told
from tests.world_archive import MemoryAuditLog, no_transaction
from tests.world_licenses import NOON, MemoryImportStore, MemoryLicenseStore
from tests.world_sealing import MemoryQueue
from tests.world_verification import InProcess

REGISTRAR = operator("registrar", "org_a")
STRANGER = operator("registrar", "org_b")
READER = Actor(ActorKind.STAFF, "reader", "org_a", frozenset({Permission.LICENSES_READ}))


@dataclass
class World:
    """The service over one memory."""

    audit: MemoryAuditLog = field(default_factory=MemoryAuditLog)
    store: MemoryLicenseStore = field(default_factory=MemoryLicenseStore)
    imports: MemoryImportStore = field(default_factory=MemoryImportStore)
    queue: MemoryQueue = field(default_factory=MemoryQueue)

    def __post_init__(self) -> None:
        licenses = LicenseService(
            self.store, Told(), self.audit, no_transaction, lambda: NOON, Limits()
        )
        self.service = ImportService(
            self.imports, licenses, self.queue, InProcess(), no_transaction, lambda: NOON,
            Limits(import_bytes=1 << 20),
        )  # fmt: skip


@pytest.fixture
def world() -> World:
    """Give an empty world."""
    return World()


def test_good_rows_are_registered_and_bad_ones_named(world: World) -> None:
    """Each refused row has its number, code and both sentences; the others are licenses now."""
    wrong = {**face(3), "uscc": code(3)[:-1] + "?"}
    clash = {**face(1), "name": "另一个名称"}
    faces = [face(1), face(2), face(1), wrong, clash, {**face(4), "established_on": "昨天"}]
    one = world.service.start(REGISTRAR, "licenses.csv", csv_of(faces))
    assert world.queue.asked == [one.id]
    done = world.service.run(one.id)
    assert (done.rows, done.done, done.registered, done.unchanged, done.failed) == (6, 6, 2, 1, 3)
    refused = world.service.failures(READER, one.id, 0, 10)
    assert [(row.row, row.uscc, row.refusal["code"]) for row in refused] == [
        (5, code(3)[:-1] + "?", "face_invalid"),
        (6, code(1), "license_already_registered"),
        (7, code(4), "face_invalid"),
    ]
    assert {row.uscc for row in world.store.rows.values()} == {code(1), code(2)}
    assert world.service.failures(READER, one.id, 5, 1) == refused[1:2]
    assert world.audit.facts[0].fact is Fact.LICENSE_IMPORT_STARTED


def test_the_file_is_dropped_when_it_is_done(world: World) -> None:
    """Nothing of it stays but the licenses, and running it again does nothing."""
    one = world.service.start(REGISTRAR, "a.json", json.dumps([face(1)]).encode())
    assert world.imports.unfinished() == [one.id]
    done = world.service.run(one.id)
    assert (world.imports.files, world.imports.unfinished()) == ({}, [])
    assert world.service.run(one.id) == done == world.service.show(READER, one.id)


def test_a_run_goes_on_behind_the_last_batch(world: World) -> None:
    """What an earlier run committed is neither done again nor counted twice."""
    one = world.service.start(REGISTRAR, "a.csv", csv_of([face(n) for n in range(BATCH * 2 + 5)]))
    heard: list[LicenseImport] = []

    def stop_once(now: LicenseImport) -> None:
        heard.append(now)
        if len(heard) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.service.run(one.id, stop_once)
    assert len(world.store.rows) == BATCH
    done = world.service.run(one.id, heard.append)
    assert [now.done for now in heard] == [BATCH, BATCH * 2, BATCH * 2 + 5]
    assert (done.registered, done.unchanged, done.failed) == (BATCH * 2 + 5, 0, 0)


def test_who_may_not_imports_nothing(world: World) -> None:
    """Readers, strangers, too large and empty files: refused, and nothing is kept."""
    good = csv_of([face(1)])
    with pytest.raises(PermissionMissing):
        world.service.start(READER, "a.csv", good)
    with pytest.raises(BodyTooLarge):
        world.service.start(REGISTRAR, "a.csv", bytes((1 << 20) + 1))
    with pytest.raises(ImportEmpty):
        world.service.start(REGISTRAR, "a.csv", b"")
    assert world.imports.rows == {}
    one = world.service.start(REGISTRAR, "a.csv", good)
    with pytest.raises(ImportNotFound):
        world.service.show(STRANGER, one.id)
    with pytest.raises(ImportNotFound):
        world.service.run("imp_unknown")
    assert world.service.page(STRANGER, None, 10) == []
    assert world.service.page(READER, None, 10) == [one]
