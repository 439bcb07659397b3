"""Before the key: store a document, place an order, pass on the holder's approval.

Placing an order finds everything that can be refused without a key, and prepares the very bytes
that will be signed (the tails), so that the holder approves them and nothing can go wrong later:
1. The document is stored and fit; the seals and their license are live.
2. The placements resolve to boxes on existing pages; signatures that are there already hold.
3. The tail of each signature is made, over the ones before it, and all of them are stored.
4. The intent names the digests of all of it; the order waits for its approval.
What takes time (1 to 3, and examining a document) comes before the one short transaction.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, islice

from sealservice.audit.ports import AuditLog
from sealservice.config import Environment
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.errors import HolderRevoked
from sealservice.licenses.ports import HolderStore, LicenseStore
from sealservice.limits import Limits
from sealservice.sealing.batch_errors import OrderInBatch
from sealservice.sealing.batch_model import ListPlace
from sealservice.sealing.dies import Dies
from sealservice.sealing.errors import (
    DocumentNotFound,
    DocumentTooLarge,
    OrderNotFound,
    OrderNotPending,
    SealsOfSeveralLicenses,
)
from sealservice.sealing.intents import OrderFacts, intent_of
from sealservice.sealing.layout import Shown, shown
from sealservice.sealing.model import (
    Die,
    Document,
    Impression,
    Mark,
    Order,
    OrderRequest,
    OrderSignature,
    OrderState,
    PlacedSeal,
    PreparedSignature,
)
from sealservice.sealing.ports import (
    DocumentInspector,
    DocumentStore,
    OrderStore,
    Preparation,
    SelfCheck,
    Signer,
    WorkingStore,
)
from sealservice.sealing.rights import Rights
from sealservice.sealing.soundness import MARK, require_sound
from sealservice.seals.approval import Assertion, approve
from sealservice.seals.errors import ApprovalInvalid
from sealservice.seals.intent import Intent
from sealservice.seals.lifecycle import usable
from sealservice.seals.model import Seal
from sealservice.seals.ports import SealStore


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One signature an order would make."""

    signature: OrderSignature
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What an order would make."""

    signatures: tuple[Rehearsed, ...]
    places: tuple[tuple[tuple[Shown, ...], ...], ...]
    """For each seal of the request: for each of its placements: where it would show."""


Located = tuple[tuple[tuple[Impression, ...], ...], ...]
"""For each seal of a request: for each of its placements: its impressions."""


@dataclass(frozen=True, slots=True)
class OrderService:
    """Use cases of whoever wants a document sealed; holds no key."""

    documents: DocumentStore
    orders: OrderStore
    seals: SealStore
    licenses: LicenseStore
    holders: HolderStore
    rights: Rights
    dies: Dies
    working: WorkingStore
    inspector: DocumentInspector
    press: Preparation
    check: SelfCheck
    signer: Signer
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits
    environment: Environment

    def store_document(self, actor: Actor, filename: str, pdf: bytes) -> Document:
        """Store a PDF that is fit to be sealed.

        Raises:
            DocumentTooLarge, NotAPdf, DocumentEncrypted, ChangesForbidden, ActiveContent.
        """
        return self.keep_document(actor, self.examined_document(actor, filename, pdf))

    def examined_document(self, actor: Actor, filename: str, pdf: bytes) -> Document:
        """Examine a PDF and put its bytes away; the slow part of storing it, without its row.

        Raises:
            DocumentTooLarge, NotAPdf, DocumentEncrypted, ChangesForbidden, ActiveContent.
        """
        document = self._examined(actor, filename, pdf)
        self.working.put(document.object_key, pdf)
        return document

    def _examined(self, actor: Actor, filename: str, pdf: bytes) -> Document:
        actor.require(Permission.DOCUMENTS_WRITE)
        if len(pdf) > self.limits.document_bytes:
            raise DocumentTooLarge(limit=f"{self.limits.document_bytes >> 20} MB")
        pages = self.inspector.pages(pdf)
        sha256 = sha256_hex(pdf)
        return Document(
            id=new_id("doc"),
            organisation_id=actor.organisation_id,
            filename=filename,
            sha256=sha256,
            size=len(pdf),
            pages=pages,
            object_key=f"{actor.organisation_id}/sources/{sha256}.pdf",
            created_at=self.clock(),
        )

    def keep_document(self, actor: Actor, document: Document) -> Document:
        """Keep an examined document: from now on it is there."""
        with self.transaction():
            self.documents.add(document)
            detail: JsonObject = {"sha256": document.sha256}
            self.audit.append(actor, Fact.DOCUMENT_STORED, document.id, detail)
        return document

    def document(self, actor: Actor, document_id: str) -> Document:
        """Return one document.

        Raises:
            DocumentNotFound: there is none of that id in the actor's organisation.
        """
        actor.require(Permission.ORDERS_READ)
        document = self.documents.by_id(document_id, actor.organisation_id)
        if document is None:
            raise DocumentNotFound(document_id=document_id)
        return document

    def place(self, actor: Actor, request: OrderRequest) -> Order:
        """Place an order, which then waits for its holder's approval.

        Raises:
            DocumentNotFound, SealNotFound, SealNotUsable, KeywordNotFound, PlacementOutside.
        """
        return self.keep_order(actor, self.prepared_order(actor, request))

    def prepared_order(self, actor: Actor, request: OrderRequest) -> Order:
        """Prepare an order and put its tails away; the slow part of placing it, without its row.

        Raises:
            DocumentNotFound, SealNotFound, SealNotUsable, KeywordNotFound, PlacementOutside.
            SealsOfSeveralLicenses: no holder can approve them together.
            EarlierSignatureBroken: nothing put on top of it could be released.
        """
        placed_at = self.clock().replace(microsecond=0)
        expires_at = placed_at + timedelta(minutes=self.limits.approval_minutes)
        return self._put_away(self._facts(actor, request), expires_at)

    def listed_order(
        self, actor: Actor, request: OrderRequest, document_id: str, place: ListPlace
    ) -> Order:
        """Prepare an order of a list that is approved as a whole, as ``prepared_order`` does.

        Raises:
            Whatever ``prepared_order`` refuses.
        """
        facts = self._facts(actor, replace(request, document_id=document_id))
        order = self._put_away(facts, place.expires_at)
        return replace(order, batch_id=place.batch_id, position=place.position)

    def _facts(self, actor: Actor, request: OrderRequest) -> OrderFacts:
        actor.require(Permission.ORDERS_WRITE)
        document = self.document(actor, request.document_id)
        source = self.working.get(document.object_key)
        return self._prepare(actor, document, source, request)[0]

    def _put_away(self, facts: OrderFacts, expires_at: datetime) -> Order:
        order = self._order(facts, expires_at)
        tails = b"".join(prepared.revision.tail for prepared in facts.prepared)
        self.working.put(order.tail_key, tails)
        return order

    def rehearsed_order(
        self, actor: Actor, request: OrderRequest, *, is_sound: bool = False
    ) -> Rehearsal:
        """Return what an order would make; nothing is stored.

        ``is_sound`` says that an earlier rehearsal found the document's signatures to hold.

        Raises:
            Whatever ``prepared_order`` refuses.
        """
        actor.require(Permission.ORDERS_WRITE)
        document = self.document(actor, request.document_id)
        source = self.working.get(document.object_key)
        prepared = self._prepare(actor, document, source, request, is_sound=is_sound)
        return self._rehearsal(*prepared)

    def rehearsed_file(
        self, actor: Actor, filename: str, pdf: bytes, request: OrderRequest
    ) -> Rehearsal:
        """Return what an order would make of a PDF that is not stored; nor is anything else.

        The request's document does not count.

        Raises:
            Whatever ``store_document`` and ``prepared_order`` refuse.
        """
        actor.require(Permission.ORDERS_WRITE)
        document = self._examined(actor, filename, pdf)
        request = replace(request, document_id=document.id)
        return self._rehearsal(*self._prepare(actor, document, pdf, request))

    def _rehearsal(self, facts: OrderFacts, located: Located) -> Rehearsal:
        layout = self.inspector.layout(facts.source)
        signatures = (
            Rehearsed(_signature(prepared), shown(prepared.impressions, layout))
            for prepared in facts.prepared
        )
        places = (tuple(shown(place, layout) for place in seal) for seal in located)
        return Rehearsal(tuple(signatures), tuple(places))

    def keep_order(self, actor: Actor, order: Order) -> Order:
        """Keep a prepared order: from now on it waits for its approval."""
        with self.transaction():
            self.orders.add(order)
            detail: JsonObject = {
                "document_id": order.document_id,
                "seal_ids": list(order.seal_ids),
            }
            self.audit.append(actor, Fact.ORDER_PLACED, order.id, detail)
        return order

    def show(self, actor: Actor, order_id: str) -> Order:
        """Return one order.

        Raises:
            OrderNotFound: there is none of that id in the actor's organisation.
        """
        actor.require(Permission.ORDERS_READ)
        order = self.orders.by_id(order_id, actor.organisation_id)
        if order is None:
            raise OrderNotFound(order_id=order_id)
        return order

    def page(self, actor: Actor, before: str | None, limit: int) -> list[Order]:
        """Return orders newest first, older than the id ``before``."""
        actor.require(Permission.ORDERS_READ)
        return self.orders.page(actor.organisation_id, before, limit)

    def approve(self, actor: Actor, order_id: str, assertion: Assertion) -> Order:
        """Pass the holder's assertion on to the signer, which checks it again beside the key.

        Raises:
            OrderNotFound, OrderInBatch, OrderNotPending, ApprovalExpired, ApprovalInvalid,
            HolderRevoked, DemonstrationRefused.
        """
        actor.require(Permission.ORDERS_WRITE)
        order = self.show(actor, order_id)
        if order.batch_id is not None:
            raise OrderInBatch(order_id=order_id, batch_id=order.batch_id)
        if order.state is not OrderState.PENDING or self.orders.assertion(order_id) is not None:
            raise OrderNotPending(order_id=order_id, state=order.state.value)
        self._check(actor, order, assertion)
        with self.transaction():
            self.orders.add_assertion(order, assertion)
            detail: JsonObject = {"holder_id": assertion.holder_id}
            self.audit.append(actor, Fact.ORDER_APPROVED, order.id, detail)
            self.signer.ask(order.id)
        return order

    def _check(self, actor: Actor, order: Order, assertion: Assertion) -> None:
        holder = self.holders.get(order.organisation_id, assertion.holder_id)
        seals = [self.seals.by_id(one, order.organisation_id) for one in order.seal_ids]
        if holder is None or any(s is None or s.license_id != holder.license_id for s in seals):
            raise ApprovalInvalid
        if not holder.is_live:
            raise HolderRevoked(holder_id=holder.id)
        intent = Intent.read(order.intent)
        approve(intent, assertion, holder.spki, self.environment, self.clock())
        for seal_id in order.seal_ids:
            self.rights.require(actor, holder, seal_id, intent)

    def usable_seals(self, actor: Actor, request: OrderRequest) -> list[Seal]:
        """Return the seals of a request, all of one license, for one holder approves them all.

        Raises:
            SealNotFound, SealNotUsable, SealsOfSeveralLicenses.
        """
        seals = [self._usable_seal(actor, use.seal_id) for use in request.seals]
        if len({seal.license_id for seal in seals}) > 1:
            raise SealsOfSeveralLicenses
        return seals

    def _usable_seal(self, actor: Actor, seal_id: str) -> Seal:
        seal = self.seals.by_id(seal_id, actor.organisation_id)
        license_ = self.licenses.get(actor.organisation_id, seal.license_id) if seal else None
        live = usable(seal, license_, seal_id, self.clock())
        self.rights.require_requester(actor, live.license_id, seal_id)
        return live

    def _prepare(
        self,
        actor: Actor,
        document: Document,
        source: bytes,
        request: OrderRequest,
        *,
        is_sound: bool = False,
    ) -> tuple[OrderFacts, Located]:
        """Resolve and prepare everything: what this does not refuse, no later step should."""
        dies = [self.dies.of(seal) for seal in self.usable_seals(actor, request)]
        if MARK in source and not is_sound:
            require_sound(self.check.verify(document.filename, source))
        located = self._located(source, dies, request)
        marks = tuple(
            Mark(die, tuple(chain.from_iterable(places)))
            for die, places in zip(dies, located, strict=True)
        )
        moment = self.clock().replace(microsecond=0)
        level, restrictions = request.level, request.restrictions
        prepared = self.press.prepare(source, marks, moment, level, restrictions)
        by_seal = {die.seal_id: die for die in dies}
        return OrderFacts(actor, document, source, by_seal, prepared, request), located

    def _located(self, source: bytes, dies: list[Die], request: OrderRequest) -> Located:
        wanted = tuple(
            PlacedSeal(die.artwork.width_mm, die.artwork.height_mm, (placement,))
            for die, use in zip(dies, request.seals, strict=True)
            for placement in use.placements
        )
        found = iter(self.inspector.locate(source, wanted))
        return tuple(tuple(islice(found, len(use.placements))) for use in request.seals)

    def _order(self, facts: OrderFacts, expires_at: datetime) -> Order:
        organisation_id = facts.actor.organisation_id
        intent = intent_of(facts, expires_at)
        order_id = new_id("ord")
        return Order(
            id=order_id,
            organisation_id=organisation_id,
            document_id=facts.document.id,
            seals=facts.request.seals,
            signatures=tuple(map(_signature, facts.prepared)),
            level=facts.request.level,
            state=OrderState.PENDING,
            tail_key=f"{organisation_id}/tails/{order_id}",
            intent=intent.body,
            nonce=intent.nonce,
            expires_at=expires_at,
            purpose=facts.request.purpose,
            created_at=facts.prepared[0].revision.claimed_time,
        )


def _signature(prepared: PreparedSignature) -> OrderSignature:
    revision = prepared.revision
    return OrderSignature(
        seal_id=prepared.seal_id,
        impressions=prepared.impressions,
        field=revision.field,
        byte_range=revision.byte_range,
        claimed_time=revision.claimed_time,
        tail_sha256=sha256_hex(revision.tail),
        restrictions=prepared.restrictions,
    )
