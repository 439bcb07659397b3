"""Import many licenses from one file, whatever stops it in the middle.

1. The file is read as a whole before anything is done, in a sandbox that tells how many rows it has
   or why it is refused; the same bytes are read again when they are registered.
2. Its rows are registered in batches, each in one transaction together with how far it got. After a
   crash the next run goes on behind the last batch; nothing is registered twice.
3. A row that is refused is kept with the reason, and the next one is looked at.
4. A row whose license is registered with the same face changes nothing; with another face it is
   refused: a change has its reason (``LicenseService.change``).
5. The file is dropped when it is done.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sealservice.kernel.actor import Actor, ActorKind, Permission
from sealservice.kernel.bodies import BodyTooLarge
from sealservice.kernel.clock import Clock
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.errors import Refused
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.sandbox import Sandbox
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.errors import ImportNotFound, LicenseAlreadyRegistered
from sealservice.licenses.face_json import parse_face
from sealservice.licenses.import_file import ImportRow, count_rows, read_rows
from sealservice.licenses.model import ImportFailure, LicenseImport
from sealservice.licenses.ports import ImportQueue, ImportStore
from sealservice.licenses.service import LicenseService
from sealservice.limits import Limits

BATCH: Final = 200
"""Rows of one transaction."""
_SHOWN: Final = 40
"""Most letters of a credit code that are kept of a refused row."""


@dataclass(frozen=True, slots=True)
class ImportService:
    """Use cases of importing licenses."""

    imports: ImportStore
    licenses: LicenseService
    queue: ImportQueue
    sandbox: Sandbox
    transaction: Transaction
    clock: Clock
    limits: Limits

    def start(self, actor: Actor, filename: str, data: bytes) -> LicenseImport:
        """Take a file in; a worker registers its licenses.

        Raises:
            PermissionMissing, BodyTooLarge.
            Refused: it is not a file of faces, see ``import_file``.
        """
        return self.keep(actor, self.examined(actor, filename, data), data)

    def examined(self, actor: Actor, filename: str, data: bytes) -> LicenseImport:
        """Return the import that a file would be; nothing is kept, no transaction is open.

        Raises:
            PermissionMissing, BodyTooLarge.
            Refused: as ``start``.
        """
        actor.require(Permission.LICENSES_WRITE)
        if len(data) > self.limits.import_bytes:
            raise BodyTooLarge(limit=f"{self.limits.import_bytes >> 20} MB")
        return LicenseImport(
            id=new_id("imp"),
            organisation_id=actor.organisation_id,
            filename=filename,
            sha256=sha256_hex(data),
            rows=self.sandbox.run(count_rows, data, self.limits.import_rows),
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            created_at=self.clock(),
        )

    def keep(self, actor: Actor, one: LicenseImport, data: bytes) -> LicenseImport:
        """Keep an import that was examined, and ask the worker for it."""
        outline: JsonObject = {"filename": one.filename, "sha256": one.sha256, "rows": one.rows}
        with self.transaction():
            self.imports.add(one, zlib.compress(data))
            self.licenses.audit.append(actor, Fact.LICENSE_IMPORT_STARTED, one.id, outline)
            self.queue.ask(one.id)
        return one

    def run(
        self, import_id: str, told: Callable[[LicenseImport], None] = lambda _one: None
    ) -> LicenseImport:
        """Register what is left of an import; ``told`` hears after each batch how far it got.

        Raises:
            ImportNotFound.
        """
        one, rows = self.imports.get(import_id), None
        while one is not None and one.finished_at is None:
            rows = rows or self._rows(import_id)
            with self.transaction():
                one = self._batch(import_id, rows)
            told(one)
        if one is None:
            raise ImportNotFound(import_id=import_id)
        return one

    def show(self, actor: Actor, import_id: str) -> LicenseImport:
        """Return an import and how far it got.

        Raises:
            PermissionMissing, ImportNotFound.
        """
        actor.require(Permission.LICENSES_READ)
        one = self.imports.get(import_id)
        if one is None or one.organisation_id != actor.organisation_id:
            raise ImportNotFound(import_id=import_id)
        return one

    def page(self, actor: Actor, before: str | None, limit: int) -> list[LicenseImport]:
        """Return up to ``limit`` imports, newest first, older than the id ``before``.

        Raises:
            PermissionMissing: the actor may not.
        """
        actor.require(Permission.LICENSES_READ)
        return self.imports.page(actor.organisation_id, before, limit)

    def failures(self, actor: Actor, import_id: str, after: int, limit: int) -> list[ImportFailure]:
        """Return up to ``limit`` refused rows behind row ``after``, in order.

        Raises:
            PermissionMissing, ImportNotFound.
        """
        self.show(actor, import_id)
        return self.imports.failures(import_id, after, limit)

    def _rows(self, import_id: str) -> list[ImportRow]:
        data = self.imports.file(import_id)
        return read_rows(zlib.decompress(data), self.limits.import_rows) if data else []

    def _batch(self, import_id: str, rows: list[ImportRow]) -> LicenseImport:
        one = self.imports.lock(import_id)
        if one is None:
            raise ImportNotFound(import_id=import_id)
        if one.finished_at is not None:
            return one
        outcome = self._registered(one, rows[one.done : one.done + BATCH])
        self.imports.add_failures(import_id, outcome.failures)
        one = outcome.added_to(one, self.clock())
        self.imports.advance(one)
        return one

    def _registered(self, one: LicenseImport, rows: list[ImportRow]) -> "_Outcome":
        may = frozenset({Permission.LICENSES_WRITE})
        actor = Actor(ActorKind(one.actor_kind), one.actor_id, one.organisation_id, may)
        outcome = _Outcome(len(rows))
        for row in rows:
            try:
                self.licenses.register(actor, row.face)
                outcome.registered += 1
            except LicenseAlreadyRegistered as refusal:
                if self._is_known(one.organisation_id, row):
                    outcome.unchanged += 1
                else:
                    outcome.failures.append(_failure(row, refusal))
            except Refused as refusal:
                outcome.failures.append(_failure(row, refusal))
        return outcome

    def _is_known(self, organisation_id: str, row: ImportRow) -> bool:
        face = parse_face(row.face)
        known = self.licenses.store.by_uscc(organisation_id, face.uscc)
        return known is not None and known.face == face


@dataclass(slots=True)
class _Outcome:
    """What became of one batch."""

    rows: int
    registered: int = 0
    unchanged: int = 0
    failures: list[ImportFailure] = field(default_factory=list)

    def added_to(self, one: LicenseImport, now: datetime) -> LicenseImport:
        done = one.done + self.rows
        return replace(
            one,
            done=done,
            registered=one.registered + self.registered,
            unchanged=one.unchanged + self.unchanged,
            failed=one.failed + len(self.failures),
            finished_at=now if done >= one.rows else None,
        )


def _failure(row: ImportRow, refusal: Refused) -> ImportFailure:
    code = row.face.get("uscc") if isinstance(row.face, dict) else None
    shown = code[:_SHOWN] if isinstance(code, str) else ""
    return ImportFailure(row.number, shown if shown.isprintable() else "", refusal.as_json())
