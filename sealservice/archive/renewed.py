"""Look at the renewed copies of a record, and fetch exactly those bytes."""

from dataclasses import dataclass

from sealservice.archive.errors import RecordDamaged, RenewalNotFound
from sealservice.archive.model import Record, Renewal
from sealservice.archive.ports import RenewalStore
from sealservice.archive.service import ArchiveService
from sealservice.kernel.actor import Actor
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject


@dataclass(frozen=True, slots=True)
class RenewedCopies:
    """The use cases of readers."""

    archive: ArchiveService
    renewals: RenewalStore

    def list(self, actor: Actor, record_id: str) -> list[Renewal]:
        """Return the copies of a record, oldest first.

        Raises:
            RecordNotFound: there is none of that id in the actor's organisation.
        """
        return self.renewals.of_record(self.archive.show(actor, record_id).id)

    def fetch(self, actor: Actor, record_id: str, number: int) -> tuple[Record, Renewal, bytes]:
        """Return a record, one of its copies, and the bytes of that.

        Raises:
            RecordNotFound, RenewalNotFound.
            RecordDamaged: the stored bytes are not the recorded ones.
        """
        record = self.archive.show(actor, record_id)
        found = [one for one in self.renewals.of_record(record.id) if one.number == number]
        if not found:
            raise RenewalNotFound(record_id=record_id, number=number)
        (renewal,) = found
        pdf = self.archive.read(renewal.stored)
        if sha256_hex(pdf) != renewal.sha256:
            raise RecordDamaged(record_id=record_id)
        with self.archive.transaction():
            detail: JsonObject = {"sha256": renewal.sha256, "number": number}
            self.archive.audit.append(actor, Fact.RECORD_FETCHED, record.id, detail)
        return record, renewal, pdf
