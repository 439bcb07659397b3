"""Beside the key: turn an approved order into one archived, sealed document.

Steps (ARCHITECTURE section 4). A crash between any two leaves an order in state ``sealing``; the
next run goes through the same steps under the same consumed approval. Every signature is made once
and kept, and the archive takes one result per order, so at most one sealed record exists.
1. The holder's assertion is verified here, whatever the web process thought of it.
2. First transaction: the nonce is burnt and the intent committed to the audit log.
3. If an earlier run archived its result, that result stands: go to 7.
4. The stored bytes must be the approved ones. Then signature after signature is made, each in its
   own transaction (sealing/signatures.py), with its timestamp, as the level demands.
5. The press adds revocation data and document timestamp, once for all signatures.
6. The result is verified from its bytes: our signatures must be valid at the level asked for, and
   nothing in the document broken, or nobody gets it. Whether signatures that were there before
   can be confirmed here is not ours to answer for. Then it is archived under lock.
7. Third transaction: record, outcome and audit fact.
A refusal on the way ends the order as failed, with its reason; a timestamp or status that cannot be
had, only if the order may not wait for it (sealing/patience.py). A passing hindrance (database or
store away, clock wrong) is raised, for the queue to try again. Two runs of one order may meet, when
one was believed dead: what the archive took stands, whatever the other run made of it. A run that
would fail looks into the archive first; a run about to archive leaves a note (``release``), by
which a failed order is looked at again: the other run may have died between archive and record.
"""

from dataclasses import dataclass
from datetime import timedelta

from sealservice.archive.model import RecordFacts, StoredVersion
from sealservice.archive.service import ArchiveService
from sealservice.audit.ports import AuditLog
from sealservice.config import Environment
from sealservice.kernel.actor import process
from sealservice.kernel.clock import Clock
from sealservice.kernel.errors import SealserviceError, TryAgain, Unavailable
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.ports import HolderStore, LicenseStore
from sealservice.limits import Limits
from sealservice.sealing.batch_listing import Listings
from sealservice.sealing.dies import Dies
from sealservice.sealing.errors import (
    BytesChanged,
    ClocksDiffer,
    DocumentNotFound,
    LevelNotReached,
    OrderNotFound,
    OrderUnfinished,
    OutputInvalid,
    RevocationUnavailable,
    TimestampUnavailable,
)
from sealservice.sealing.fed import Fed
from sealservice.sealing.intents import require_as_approved
from sealservice.sealing.model import (
    Document,
    Order,
    OrderState,
    Prepared,
)
from sealservice.sealing.order_errors import TimestampPending
from sealservice.sealing.patience import is_patient
from sealservice.sealing.ports import (
    DocumentStore,
    OrderStore,
    Press,
    SealKeys,
    SelfCheck,
    WorkingStore,
)
from sealservice.sealing.rights import Rights
from sealservice.sealing.signatures import OrderSignatures
from sealservice.sealing.soundness import is_broken
from sealservice.sealing.steps import Reached, Step, unwatched
from sealservice.sealing.tails import assembled, prepared_of
from sealservice.seals.approval import Approved, approve
from sealservice.seals.errors import ApprovalExpired, ApprovalInvalid
from sealservice.seals.intent import Intent
from sealservice.seals.ports import SealStore
from sealservice.verification.decision import verdict_of
from sealservice.verification.model import Report, Verdict
from sealservice.verification.report import report_json


@dataclass(frozen=True, slots=True)
class SealingService:
    """The signer's use case."""

    documents: DocumentStore
    orders: OrderStore
    seals: SealStore
    licenses: LicenseStore
    holders: HolderStore
    rights: Rights
    dies: Dies
    working: WorkingStore
    press: Press
    keys: SealKeys
    check: SelfCheck
    archive: ArchiveService
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    database_clock: Clock
    limits: Limits
    environment: Environment
    listings: Listings | None = None
    """Of orders that were approved with a list."""
    reached: Reached = unwatched

    def seal(self, order_id: str) -> None:
        """Bring an order to its end; does nothing when it has one.

        Raises:
            OrderNotFound: there is no such order.
            Unavailable, TryAgain: a passing hindrance; call again later.
        """
        order = self.orders.by_id(order_id)
        if order is None:
            raise OrderNotFound(order_id=order_id)
        if order.state is OrderState.DONE or self._has_failed(order):
            return
        try:
            self._seal(order)
        except (TimestampUnavailable, RevocationUnavailable) as failure:
            self._hindered(order, failure)
        except (Unavailable, TryAgain):
            raise
        except SealserviceError as failure:
            self._fail(order, failure)

    def _seal(self, order: Order) -> None:
        with self.transaction():  # all that is read here, at once
            self._compare_clocks()
            document = self.documents.by_id(order.document_id)
            if document is None:
                raise DocumentNotFound(document_id=order.document_id)
            approved = self._approved(order, document)
        self.reached(Step.APPROVED)
        self._consume(order, approved)
        self.reached(Step.CONSUMED)
        version = self.archive.stored(order.organisation_id, order.id)
        if version is None:
            pdf, report = self._made(order, approved, document)
            version = self._archived(order, pdf)
        else:
            pdf = self._own_result(order, document, self.archive.read(version))
            report = self._released(order, document, pdf)
        self.reached(Step.ARCHIVED)
        self._finish(_Result(order, document, approved, version, pdf, report))
        self.reached(Step.COMPLETED)

    def _has_failed(self, order: Order) -> bool:
        """Return whether an order failed, and no other run of it archived a result since."""
        is_failed = order.state is OrderState.FAILED
        return is_failed and self.archive.stored(order.organisation_id, order.id) is None

    def _made(self, order: Order, approved: Approved, document: Document) -> tuple[bytes, Report]:
        """Return the sealed document, verified; what another run archived meanwhile stands."""
        try:
            pdf = self._press(order, approved, document)
            return pdf, self._released(order, document, pdf)
        except SealserviceError as failure:
            if self.archive.stored(order.organisation_id, order.id) is None:
                raise
            raise OrderUnfinished(order_id=order.id) from failure

    def _archived(self, order: Order, pdf: bytes) -> StoredVersion:
        """Archive a result, unless the order failed by now; the order remembers that it may be."""
        self.reached(Step.VERIFIED)
        with self.transaction():
            self._compare_clocks()
            is_open = self.orders.release(order.id)
        if not is_open:
            raise OrderUnfinished(order_id=order.id)
        return self.archive.put(order.organisation_id, order.id, pdf)

    def _own_result(self, order: Order, document: Document, pdf: bytes) -> bytes:
        """Return what an earlier run archived: the approved bytes with the signatures kept."""
        fed, revisions = self._read(order, document)
        source = fed.source
        containers = tuple(k.container.der for k in self.orders.kept(order.id) if k.container)
        is_whole = len(containers) == len(revisions)
        if not is_whole or not pdf.startswith(assembled(source, revisions, containers)):
            raise OutputInvalid(reason="archive")
        return pdf

    def _compare_clocks(self) -> None:
        """Refuse to work by a clock that is further from the database's than a timestamp may be."""
        apart = abs(self.clock() - self.database_clock())
        if apart > timedelta(seconds=self.limits.timestamp_skew_seconds):
            raise ClocksDiffer(seconds=round(apart.total_seconds()))

    def _approved(self, order: Order, document: Document) -> Approved:
        """Verify the stored assertion (step 1); a consumed one does not expire any more."""
        if order.batch_id is not None:
            return self._approved_in_list(order, document)
        assertion = self.orders.assertion(order.id)
        holder = assertion and self.holders.get(order.organisation_id, assertion.holder_id)
        seals = [self.seals.by_id(one, order.organisation_id) for one in order.seal_ids]
        if not assertion or not holder:
            raise ApprovalInvalid
        if any(seal is None or seal.license_id != holder.license_id for seal in seals):
            raise ApprovalInvalid
        consumed = order.state is not OrderState.PENDING
        moment = order.created_at if consumed else self.clock()
        intent = Intent.read(order.intent)
        require_as_approved(order, document, intent)
        return approve(intent, assertion, holder.spki, self.environment, moment)

    def _approved_in_list(self, order: Order, document: Document) -> Approved:
        """Verify that a list was approved, and that the order is of it."""
        if self.listings is None or order.batch_id is None:
            raise ApprovalInvalid
        intent = Intent.read(order.intent)
        require_as_approved(order, document, intent)
        return self.listings.of(order.batch_id).approval_of(order, intent)[0]

    def _evidence(self, order: Order, approved: Approved) -> JsonObject:
        """Return what proves an approval; of an order of a list, its place in the tree, too."""
        told: JsonObject = {
            "intent_sha256": approved.intent.sha256,
            "holder_id": approved.holder_id,
        }
        if self.listings is None or order.batch_id is None:
            return told
        _, inclusion = self.listings.of(order.batch_id).approval_of(order, approved.intent)
        path: list[JsonValue] = [node.hex() for node in inclusion.path]
        return {**told, "batch_id": order.batch_id, "index": inclusion.index, "path": path}

    def _consume(self, order: Order, approved: Approved) -> None:
        """Burn the nonce and commit the intent to the log (step 2)."""
        if order.state is not OrderState.PENDING:
            return
        with self.transaction():
            if not self.orders.consume(order):
                raise self._unconsumed(order)
            self.audit.append(
                process("signer", order.organisation_id),
                Fact.INTENT_COMMITTED,
                order.id,
                self._evidence(order, approved),
            )

    def _unconsumed(self, order: Order) -> SealserviceError:
        """Return why the nonce could not be burnt: too late, or another run was faster."""
        now = self.orders.by_id(order.id)
        if now is not None and now.state is OrderState.PENDING:
            return ApprovalExpired()
        return OrderUnfinished(order_id=order.id)

    def _press(self, order: Order, approved: Approved, document: Document) -> bytes:
        """Sign the approved bytes and bring them to their level (steps 4 and 5)."""
        fed, revisions = self._read(order, document)
        source = fed.source
        self.reached(Step.READ)
        made = self._signatures.make(order, approved, fed, revisions)
        pdf = assembled(source, revisions, tuple(container.der for _, container in made))
        return self.press.complete(pdf, made, order.level)

    def _read(self, order: Order, document: Document) -> tuple[Fed, tuple[Prepared, ...]]:
        """Return source and revisions, which must be the approved ones."""
        source = self.working.get(document.object_key)
        fed = Fed(source)
        if fed.sha256 != document.sha256:
            raise BytesChanged
        return fed, prepared_of(order, len(source), self.working.get(order.tail_key))

    @property
    def _signatures(self) -> OrderSignatures:
        return OrderSignatures(
            orders=self.orders,
            seals=self.seals,
            licenses=self.licenses,
            holders=self.holders,
            rights=self.rights,
            dies=self.dies,
            press=self.press,
            keys=self.keys,
            audit=self.audit,
            transaction=self.transaction,
            clock=self.clock,
            compare_clocks=self._compare_clocks,
            limits=self.limits,
            reached=self.reached,
        )

    def _released(self, order: Order, document: Document, pdf: bytes) -> Report:
        """Verify the result from its bytes (step 6)."""
        report = self.check.verify(document.filename, pdf)
        found = {signature.field: signature for signature in report.signatures}
        ours = [found.get(signature.field) for signature in order.signatures]
        if is_broken(report) or any(s is None or verdict_of(s) is not Verdict.VALID for s in ours):
            raise OutputInvalid(reason=report.verdict.value)
        for signature in filter(None, ours):
            if signature.level != order.level.value:
                raise LevelNotReached(level=order.level.value, reason=signature.level)
        return report

    def _finish(self, result: "_Result") -> None:
        """Write record and outcome (step 7), unless another run did."""
        order = result.order
        actor = process("signer", order.organisation_id)
        with self.transaction():
            record = self.archive.add_record(
                actor, result.version, result.pdf, self._record_facts(result)
            )
            if self.orders.finish(order.id, record.id):
                detail = {"record_id": record.id}
                self.audit.append(actor, Fact.ORDER_COMPLETED, order.id, detail)
            self.reached(Step.RECORDED)

    def _record_facts(self, result: "_Result") -> RecordFacts:
        order = result.order
        seal = self.seals.by_id(order.seal_id)
        license_ = self.licenses.get(order.organisation_id, seal.license_id) if seal else None
        return RecordFacts(
            order_id=order.id,
            document_id=order.document_id,
            filename=result.document.filename,
            level=order.level.value,
            verdict=result.report.verdict.value,
            seal_id=order.seal_id,
            uscc=license_.uscc if license_ else "",
            approval_kind=result.approved.kind.value,
            report=report_json(result.report),
        )

    def _hindered(self, order: Order, failure: SealserviceError) -> None:
        """Let an order wait for whoever is away, if it may; otherwise it has failed."""
        if not is_patient(order, self.clock(), self.limits):
            return self._fail(order, failure)
        self._compare_clocks()
        with self.transaction():
            if self.orders.hinder(order.id, failure.as_json()):
                actor = process("signer", order.organisation_id)
                detail: JsonObject = {"code": failure.code}
                self.audit.append(actor, Fact.ORDER_HINDERED, order.id, detail)
        reason = failure.message
        raise TimestampPending(order_id=order.id, reason_zh=reason.zh, reason_en=reason.en)

    def _fail(self, order: Order, failure: SealserviceError) -> None:
        self._compare_clocks()  # by a wrong one, a failure says nothing about the order
        with self.transaction():
            if self.orders.fail(order.id, failure.as_json()):
                actor = process("signer", order.organisation_id)
                self.audit.append(actor, Fact.ORDER_FAILED, order.id, {"code": failure.code})


@dataclass(frozen=True, slots=True)
class _Result:
    """What one run has in hand when nothing is left but to write it down."""

    order: Order
    document: Document
    approved: Approved
    version: StoredVersion
    pdf: bytes
    report: Report
