"""The archive behind both edges; part of ``EdgeWorld``."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from sealservice.api.services import ApiServices
from sealservice.archive.model import Record, RecordFacts
from sealservice.archive.renewed import RenewedCopies
from sealservice.archive.service import ArchiveService
from sealservice.identity.model import Organisation
from sealservice.kernel.actor import operator
from sealservice.kernel.clock import utc_now
from sealservice.verification.report import report_json
from tests.world_archive import (
    MemoryLockedStore,
    MemoryRecordStore,
    MemoryRenewalStore,
    no_transaction,
)
from tests.world_identity import IdentityWorld
from tests.world_verification import blank_pdf


class EdgeArchive:
    """What ``EdgeWorld`` has of the archive."""

    if TYPE_CHECKING:
        locked: MemoryLockedStore
        records: MemoryRecordStore
        identity: IdentityWorld

        @property
        def api_services(self) -> ApiServices:
            """Return what the API is made with."""

    @cached_property
    def archive(self) -> ArchiveService:
        """Return the archive."""
        audit, kept = self.identity.audit, timedelta(days=1)
        return ArchiveService(self.locked, self.records, audit, no_transaction, utc_now, kept)

    @cached_property
    def renewals(self) -> MemoryRenewalStore:
        """Return the rows of renewed copies."""
        return MemoryRenewalStore(self.records.rows)

    @cached_property
    def renewed(self) -> RenewedCopies:
        """Return what readers see of them."""
        return RenewedCopies(self.archive, self.renewals)

    def record(
        self, organisation: Organisation, pdf: bytes | None = None, filename: str = "开户申请.pdf"
    ) -> Record:
        """Archive a sealed document."""
        sealed = pdf or blank_pdf()
        archive = self.archive
        order_id = f"ord_{len(self.records.rows):026d}"
        version = archive.put(organisation.id, order_id, sealed)
        report = self.api_services.verification.verify(filename, sealed)
        facts = RecordFacts(
            order_id=order_id,
            document_id="doc_00000000000000000000000001",
            filename=filename,
            level="B-LTA",
            verdict=report.verdict.value,
            seal_id="seal_0000000000000000000000001",
            uscc="91350100M000100Y43",
            approval_kind="demonstration",
            report=report_json(report),
        )
        return archive.add_record(operator("root", organisation.id), version, sealed, facts)
