"""The outside world of seals and sealing, in memory."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from sealservice.kernel.clock import Clock, utc_now
from sealservice.kernel.json import JsonObject
from sealservice.sealing.errors import OrderNotPending
from sealservice.sealing.model import (
    Container,
    Document,
    KeptSignature,
    Order,
    OrderState,
    SignedAttributes,
)
from sealservice.seals.approval import Assertion
from sealservice.seals.artwork import Artwork
from sealservice.seals.errors import SealCodeTaken, SealExists
from sealservice.seals.kinds import ONLY_ONE
from sealservice.seals.lifecycle import LIVE
from sealservice.seals.model import (
    KIND_NAMES,
    Seal,
    SealKind,
    SealState,
)

Row = TypeVar("Row", Seal, Document, Order)


@dataclass
class MemorySealStore:
    """Implements ``SealStore``."""

    rows: dict[str, Seal] = field(default_factory=dict)
    drawings: dict[str, Artwork] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    """Certificates that were revoked."""

    def add(self, seal: Seal, picture: Artwork | None = None) -> None:
        """Insert a seal."""
        if any(row.seal_code == seal.seal_code for row in self.rows.values()):
            raise SealCodeTaken(seal_code=seal.seal_code)
        self.rows[seal.id] = seal
        if picture is not None:
            self.drawings[seal.id] = picture

    def make(self, seal: Seal, artwork: Artwork) -> None:
        """Write a seal that was made."""
        twin = self.twin(seal.license_id, seal.kind, seal.line)
        if twin is not None and twin.id != seal.id:
            name = KIND_NAMES[seal.kind]
            raise SealExists(kind_zh=name.zh, kind_en=name.en, seal_id=twin.id)
        self.rows[seal.id] = seal
        self.drawings[seal.id] = artwork

    def write(self, seal: Seal) -> None:
        """Write a seal."""
        self.rows[seal.id] = seal

    def move(self, seal_id: str, state: SealState) -> None:
        """Write a seal's state alone."""
        self.rows[seal_id] = replace(self.rows[seal_id], state=state)

    def artwork(self, seal_id: str) -> Artwork | None:
        """Return the drawing of a seal that was made."""
        return self.drawings.get(seal_id)

    def by_id(self, seal_id: str, organisation_id: str | None = None) -> Seal | None:
        """Return a seal."""
        return _owned(self.rows.get(seal_id), organisation_id)

    def lock(self, seal_id: str, *, exclusive: bool = False) -> Seal | None:  # noqa: ARG002 - nobody else is here
        """Return a seal."""
        return self.rows.get(seal_id)

    def page(self, organisation_id: str, after: str | None, limit: int) -> list[Seal]:
        """Return seals in order of birth."""
        mine = (s for s in self.rows.values() if s.organisation_id == organisation_id)
        return sorted((s for s in mine if s.id > (after or "")), key=lambda s: s.id)[:limit]

    def of_license(self, organisation_id: str, license_id: str) -> list[Seal]:
        """Return all seals of a license."""
        ours = self.page(organisation_id, None, len(self.rows))
        return [seal for seal in ours if seal.license_id == license_id]

    def lock_of_license(self, license_id: str) -> list[Seal]:
        """Return all seals of a license."""
        mine = (s for s in self.rows.values() if s.license_id == license_id)
        return sorted(mine, key=lambda s: s.id)

    def twin(self, license_id: str, kind: SealKind, line: str) -> Seal | None:
        """Return the live seal of this kind and text."""
        for seal in self.lock_of_license(license_id):
            same = seal.kind is kind and (kind in ONLY_ONE or seal.line == line)
            if same and seal.state in LIVE:
                return seal
        return None

    def unmade(self) -> list[str]:
        """Return the ids of seals that are not made yet."""
        return [s.id for s in self.rows.values() if s.state is SealState.APPLIED]

    def unrevoked(self) -> list[str]:
        """Return the ids of cancelled seals whose certificate is not revoked yet."""
        cancelled = (s for s in self.rows.values() if s.state is SealState.CANCELLED)
        return [s.id for s in cancelled if s.certificate_sha256 not in {None, *self.revoked}]


@dataclass
class MemoryDocumentStore:
    """Implements ``DocumentStore``."""

    rows: dict[str, Document] = field(default_factory=dict)

    def add(self, document: Document) -> None:
        """Insert a document."""
        self.rows[document.id] = document

    def by_id(self, document_id: str, organisation_id: str | None = None) -> Document | None:
        """Return a document."""
        return _owned(self.rows.get(document_id), organisation_id)


@dataclass
class MemoryOrderStore:
    """Implements ``OrderStore``."""

    clock: Clock = utc_now
    rows: dict[str, Order] = field(default_factory=dict)
    assertions: dict[str, tuple[Assertion, datetime]] = field(default_factory=dict)
    burnt: set[str] = field(default_factory=set)
    consumed_lists: set[str] = field(default_factory=set)
    """Batches whose approval is consumed: their orders do not expire."""
    released: set[str] = field(default_factory=set)
    signatures: dict[str, list[KeptSignature]] = field(default_factory=dict)

    def add(self, order: Order) -> None:
        """Insert a pending order."""
        self.rows[order.id] = order

    def by_id(self, order_id: str, organisation_id: str | None = None) -> Order | None:
        """Return an order."""
        return _owned(self.rows.get(order_id), organisation_id)

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[Order]:
        """Return orders, newest first."""
        mine = (o for o in self.rows.values() if o.organisation_id == organisation_id)
        older = (o for o in mine if before is None or o.id < before)
        single = (o for o in older if o.batch_id is None)
        return sorted(single, key=lambda o: o.id, reverse=True)[:limit]

    def unfinished(self, asserted_before: datetime) -> list[str]:
        """Return asserted orders without an outcome, or with one that may change."""
        asserted = (i for i, (_, at) in sorted(self.assertions.items()) if at < asserted_before)
        return [i for i in asserted if self._is_open(i) or self._may_be_archived(i)]

    def add_assertion(self, order: Order, assertion: Assertion) -> None:
        """Store the holder's assertion."""
        if order.id in self.assertions:
            raise OrderNotPending(order_id=order.id, state="approved")
        self.assertions[order.id] = (assertion, self.clock())

    def assertion(self, order_id: str) -> Assertion | None:
        """Return the stored assertion."""
        found = self.assertions.get(order_id)
        return found[0] if found else None

    def consume(self, order: Order) -> bool:
        """Burn the nonce."""
        current = self.rows[order.id]
        is_in_time = self.clock() < current.expires_at or current.batch_id in self.consumed_lists
        is_fresh = current.state is OrderState.PENDING and is_in_time
        if not is_fresh or order.nonce in self.burnt:
            return False
        self.burnt.add(order.nonce)
        self.rows[order.id] = replace(current, state=OrderState.SEALING)
        return True

    def lock(self, order_id: str) -> Order | None:
        """Return an order."""
        return self.rows.get(order_id)

    def kept(self, order_id: str) -> tuple[KeptSignature, ...]:
        """Return the signatures that were made."""
        return tuple(self.signatures.get(order_id, ()))

    def keep_signature(self, order: Order, position: int, signed: SignedAttributes) -> None:
        """Keep a signature."""
        made = self.signatures.setdefault(order.id, [])
        assert len(made) == position
        made.append(KeptSignature(signed, None))

    def keep_container(self, order_id: str, position: int, container: Container) -> Container:
        """Keep what goes into /Contents, once."""
        known = self.signatures[order_id][position]
        if known.container is None:
            self.signatures[order_id][position] = replace(known, container=container)
        return known.container or container

    def hinder(self, order_id: str, hindrance: JsonObject) -> bool:
        """Note what an order waits for."""
        if not self._is_open(order_id) or self.rows[order_id].hindrance == hindrance:
            return False
        self.rows[order_id] = replace(self.rows[order_id], hindrance={**hindrance})
        return True

    def release(self, order_id: str) -> bool:
        """Note that a result is about to be archived."""
        if self._is_open(order_id):
            self.released.add(order_id)
        return self._is_open(order_id)

    def finish(self, order_id: str, record_id: str) -> bool:
        """Move to done."""
        if self.rows[order_id].state is OrderState.DONE:
            return False
        done = replace(
            self.rows[order_id],
            state=OrderState.DONE,
            record_id=record_id,
            failure=None,
            hindrance=None,
        )
        self.rows[order_id] = done
        return True

    def fail(self, order_id: str, failure: JsonObject) -> bool:
        """Move to failed."""
        if not self._is_open(order_id):
            return False
        row = self.rows[order_id]
        self.rows[order_id] = replace(
            row, state=OrderState.FAILED, failure={**failure}, hindrance=None
        )
        return True

    def _may_be_archived(self, order_id: str) -> bool:
        is_failed = self.rows[order_id].state is OrderState.FAILED
        return is_failed and order_id in self.released

    def _is_open(self, order_id: str) -> bool:
        return self.rows[order_id].state in (OrderState.PENDING, OrderState.SEALING)


@dataclass
class MemoryWorkingStore:
    """Implements ``WorkingStore``."""

    objects: dict[str, bytes] = field(default_factory=dict)

    def put(self, object_key: str, data: bytes) -> None:
        """Store bytes."""
        self.objects[object_key] = data

    def get(self, object_key: str) -> bytes:
        """Return stored bytes."""
        return self.objects[object_key]


@dataclass
class MemoryQueue:
    """Implements ``Signer`` and ``SealMaker``: remembers who was asked for what."""

    asked: list[str] = field(default_factory=list)

    def ask(self, subject_id: str) -> None:
        """Remember."""
        self.asked.append(subject_id)

    def answer(self, request_id: str) -> None:
        """Remember."""
        self.asked.append(request_id)

    def revoke(self, seal_id: str) -> None:
        """Remember."""
        self.asked.append(seal_id)


def _owned(row: Row | None, organisation_id: str | None) -> Row | None:
    if row is None or organisation_id not in (None, row.organisation_id):
        return None
    return row
