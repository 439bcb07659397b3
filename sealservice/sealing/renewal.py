"""Prolong what proves archived documents, before the certificates behind their last timestamp end.

The archived bytes stay as they are, and locked. What is made is a copy with more behind it: the
status of the last timestamp in the DSS, then another document timestamp (ETSI EN 319 142-1 5.5).
For each record at B-LTA whose newest copy is proven for less than ``renewal_days``:
1. Its newest bytes must be the recorded ones.
2. If an earlier run stored a copy of the next number and died, that copy stands, if it holds.
3. Else the bytes are augmented and verified (augmentation.py). A copy that would be proven no
   longer than the one before is useless, and ends the run: the next ones would be so, too.
4. The copy is stored under a key of its own, locked as every record.
5. One transaction: the row, which links it to the bytes it begins with, and the audit fact.
A record that cannot be renewed is logged and left for the next run; the others go on.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sealservice.archive.errors import RecordDamaged
from sealservice.archive.model import Record, Renewal, StoredVersion
from sealservice.archive.ports import RenewalStore
from sealservice.archive.service import ArchiveService
from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import process
from sealservice.kernel.clock import Clock
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.errors import SealserviceError, TryAgain, Unavailable
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.limits import Limits
from sealservice.sealing.augmentation import AugmentationService, Augmented
from sealservice.sealing.augmentation_errors import RenewalUseless
from sealservice.sealing.errors import OutputInvalid
from sealservice.sealing.model import Level
from sealservice.sealing.soundness import is_broken
from sealservice.verification.model import Report
from sealservice.verification.report import report_json

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RenewalService:
    """The use case of whoever may write into the archive."""

    archive: ArchiveService
    renewals: RenewalStore
    augmentation: AugmentationService
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits

    def renew_due(self, days: int | None = None) -> list[Renewal]:
        """Renew every record whose proof ends within so many days; return the copies made.

        Raises:
            Unavailable, TryAgain: somebody is away; the next run goes on.
            RenewalUseless: another timestamp proves nothing for longer.
        """
        made = []
        for record in self._due(self.limits.renewal_days if days is None else days):
            try:
                made.append(self.renew(record))
            except (Unavailable, TryAgain, RenewalUseless):
                raise
            except SealserviceError:
                _LOG.exception("the record %s cannot be renewed", record.id)
        return made

    def renew(self, record: Record) -> Renewal:
        """Make the next copy of a record, or take the one that an earlier run stored.

        Raises:
            RecordDamaged: the stored bytes are not the recorded ones.
            RenewalUseless: and whatever ``AugmentationService.augmented`` refuses.
        """
        earlier = self.renewals.of_record(record.id)
        pdf = self._newest(record, earlier)
        name = f"{record.facts.order_id}.renewal-{len(earlier) + 1}"
        stored = self.archive.stored(record.organisation_id, name)
        if stored is None:
            augmented = self._longer(record, earlier, pdf)
            stored = self.archive.put(record.organisation_id, name, augmented.pdf)
        else:
            augmented = self._taken_up(record, pdf, stored)
        return self._written(record, len(earlier) + 1, pdf, (stored, augmented))

    def _due(self, days: int) -> Iterator[Record]:
        before, after = self.clock() + timedelta(days=days), ""
        while page := self.renewals.due(before, after, self.limits.renewal_page):
            yield from page
            after = page[-1].id

    def _newest(self, record: Record, earlier: list[Renewal]) -> bytes:
        newest = earlier[-1] if earlier else record
        pdf = self.archive.read(newest.stored)
        if sha256_hex(pdf) != newest.sha256:
            raise RecordDamaged(record_id=record.id)
        return pdf

    def _longer(self, record: Record, earlier: list[Renewal], pdf: bytes) -> Augmented:
        augmented = self.augmentation.augmented(record.facts.filename, pdf, Level.B_LTA)
        ends = renew_before(augmented.report)
        before = earlier[-1].renew_before if earlier else _recorded_end(record)
        if ends is None or (before is not None and ends <= before):
            raise RenewalUseless(record_id=record.id, ends=ends.isoformat() if ends else "?")
        return augmented

    def _taken_up(self, record: Record, pdf: bytes, stored: StoredVersion) -> Augmented:
        longer = self.archive.read(stored)
        report = self.augmentation.check.verify(record.facts.filename, longer)
        if is_broken(report) or not longer.startswith(pdf):
            raise OutputInvalid(reason=report.verdict.value)
        return Augmented(longer, report)

    def _written(
        self, record: Record, number: int, pdf: bytes, made: tuple[StoredVersion, Augmented]
    ) -> Renewal:
        stored, augmented = made
        renewal = Renewal(
            record_id=record.id,
            organisation_id=record.organisation_id,
            number=number,
            stored=stored,
            sha256=sha256_hex(augmented.pdf),
            size=len(augmented.pdf),
            previous_sha256=sha256_hex(pdf),
            renew_before=renew_before(augmented.report),
            report=report_json(augmented.report),
            created_at=self.clock(),
        )
        detail: JsonObject = {
            "number": number,
            "sha256": renewal.sha256,
            "previous_sha256": renewal.previous_sha256,
            "object_key": stored.object_key,
            "version_id": stored.version_id,
        }
        with self.transaction():
            self.renewals.add(renewal)
            actor = process("signer", record.organisation_id)
            self.audit.append(actor, Fact.RECORD_RENEWED, record.id, detail)
        return renewal


def renew_before(report: Report) -> datetime | None:
    """Return when the first of a document's signatures needs another timestamp."""
    ends = [one.augment_before for one in report.signatures if one.kind == "signature"]
    return min((datetime.fromisoformat(end) for end in ends if end), default=None)


def _recorded_end(record: Record) -> datetime | None:
    signatures = record.facts.report.get("signatures")
    ends = [
        one.get("augment_before")
        for one in (signatures if isinstance(signatures, list) else [])
        if isinstance(one, dict) and one.get("kind") == "signature"
    ]
    return min((datetime.fromisoformat(end) for end in ends if isinstance(end, str)), default=None)
