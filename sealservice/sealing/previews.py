"""Show a document before it is sealed: its pages, its texts, and where seals would be.

1. What a preview shows is what sealing does: it is the rehearsal of the order (sealing/orders.py),
   which refuses whatever the order would.
2. Places that are refused are told one by one, beside those that hold; what is refused only
   together (seals that collide, too many places or signatures, what an earlier signature forbids)
   is told of all.
3. Documents never change under their id, so how one's pages lie is remembered for a while, and so
   is that its signatures hold: to place a seal by hand means many rehearsals. The order itself
   looks again.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.errors import Refused
from sealservice.licenses.ports import LicenseStore
from sealservice.limits import Limits
from sealservice.sealing.layout import Layout, SearchResult, Shown, shown
from sealservice.sealing.model import Document, OrderRequest, PlacedSeal, Placement, uses
from sealservice.sealing.orders import OrderService
from sealservice.sealing.ports import DocumentInspector, WorkingStore
from sealservice.seals.artwork import Artwork
from sealservice.seals.errors import SealNotFound, SealNotUsable
from sealservice.seals.lifecycle import usable
from sealservice.seals.model import Seal
from sealservice.seals.ports import SealStore

_SEALS_OFFERED: Final = 100
_DOCUMENTS_KEPT: Final = 64
_NARROWEST_PX: Final = 16
_Known = TypeVar("_Known")
_RENDERING: Final = "1"
"""To be changed with the way pages are drawn."""


@dataclass(frozen=True, slots=True)
class OfferedSeal:
    """A seal that can be used now, and its drawing."""

    seal: Seal
    artwork: Artwork


@dataclass(frozen=True, slots=True)
class PlacePreview:
    """What one wish for a place comes to."""

    shown: tuple[Shown, ...]
    refusal: Refused | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What all wishes of an order come to."""

    places: tuple[PlacePreview, ...]
    refusal: Refused | None = None
    """What is wrong with all of them together."""


@dataclass(frozen=True, slots=True)
class _Remembered(Generic[_Known]):
    """What is known of the documents asked for last, by their digests."""

    kept: OrderedDict[str, _Known] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, sha256: str) -> _Known | None:
        with self.lock:
            if sha256 in self.kept:
                self.kept.move_to_end(sha256)
            return self.kept.get(sha256)

    def keep(self, sha256: str, known: _Known) -> None:
        with self.lock:
            self.kept[sha256] = known
            while len(self.kept) > _DOCUMENTS_KEPT:
                self.kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class PreviewService:
    """Use cases of whoever is about to place an order; changes nothing."""

    orders: OrderService
    working: WorkingStore
    seals: SealStore
    licenses: LicenseStore
    inspector: DocumentInspector
    clock: Clock
    limits: Limits
    layouts: _Remembered[Layout] = field(default_factory=_Remembered)
    sound: _Remembered[bool] = field(default_factory=_Remembered)

    def layout(self, actor: Actor, document_id: str) -> Layout:
        """Return how the pages of a document lie.

        Raises:
            PermissionMissing, DocumentNotFound.
        """
        return self._layout(self.orders.document(actor, document_id))

    def picture(self, actor: Actor, document_id: str, page: int, width_px: int) -> bytes:
        """Return a page (1 for the first) as displayed, as WebP; too wide a one is made smaller.

        Raises:
            PermissionMissing, DocumentNotFound.
            PlacementOutside: there is no such page.
        """
        source = self._source(self.orders.document(actor, document_id))
        width = min(max(width_px, _NARROWEST_PX), self.limits.picture_width_px)
        return self.inspector.picture(source, page, width)

    def search(self, actor: Actor, document_id: str, text: str, pages: str) -> SearchResult:
        """Return where a text stands on a set of pages, and what comes close when it is nowhere.

        Raises:
            PermissionMissing, DocumentNotFound, PageSetInvalid, PlacementOutside.
        """
        return self.inspector.search(
            self._source(self.orders.document(actor, document_id)), text, pages
        )

    def offered(self, actor: Actor) -> tuple[OfferedSeal, ...]:
        """Return the seals that the actor's organisation can use now, oldest first.

        Raises:
            PermissionMissing: the actor may not know of seals.
        """
        actor.require(Permission.SEALS_READ)
        rows = self.seals.page(actor.organisation_id, None, _SEALS_OFFERED)
        return tuple(offer for seal in rows if (offer := self._offer(seal)) is not None)

    def seal(self, actor: Actor, seal_id: str) -> Seal:
        """Return one seal, whatever its state.

        Raises:
            SealNotFound: there is none of that id in the actor's organisation.
        """
        seal = self.seals.by_id(seal_id, actor.organisation_id)
        if seal is None:
            raise SealNotFound(seal_id=seal_id)
        return seal

    def drawing(self, actor: Actor, seal_id: str) -> Artwork:
        """Return the drawing of a seal that was made.

        Raises:
            PermissionMissing: the actor may not.
            SealNotFound: there is none of that id in the actor's organisation.
        """
        actor.require(Permission.SEALS_READ)
        return self._drawing(actor, seal_id)

    def resolve(
        self, actor: Actor, document_id: str, wanted: tuple[tuple[str, Placement], ...]
    ) -> Preview:
        """Return where seals, by their ids, would show.

        Raises:
            PermissionMissing, DocumentNotFound, SealNotFound.
        """
        actor.require(Permission.SEALS_READ)
        actor.require(Permission.ORDERS_WRITE)
        document = self.orders.document(actor, document_id)
        seals = tuple(self._placed(actor, seal_id, placement) for seal_id, placement in wanted)
        request = OrderRequest(document_id, uses(wanted))
        is_sound = self.sound.get(document.sha256) is True
        try:
            rehearsal = self.orders.rehearsed_order(actor, request, is_sound=is_sound)
        except Refused as refusal:
            return self._one_by_one(self._source(document), self._layout(document), seals, refusal)
        self.sound.keep(document.sha256, known=True)
        by_seal = zip(request.seals, rehearsal.places, strict=True)
        places = {use.seal_id: iter(places) for use, places in by_seal}
        return Preview(tuple(PlacePreview(next(places[seal_id])) for seal_id, _ in wanted))

    def _one_by_one(
        self, source: bytes, layout: Layout, seals: tuple[PlacedSeal, ...], refusal: Refused
    ) -> Preview:
        places: list[PlacePreview] = []
        for seal in seals:
            try:
                (impressions,) = self.inspector.locate(source, (seal,))
                places.append(PlacePreview(shown(impressions, layout)))
            except Refused as own:
                places.append(PlacePreview((), own))
        is_of_all = all(place.refusal is None for place in places)
        return Preview(tuple(places), refusal if is_of_all else None)

    def _placed(self, actor: Actor, seal_id: str, placement: Placement) -> PlacedSeal:
        artwork = self._drawing(actor, seal_id)
        return PlacedSeal(artwork.width_mm, artwork.height_mm, (placement,))

    def _drawing(self, actor: Actor, seal_id: str) -> Artwork:
        seal = self.seals.by_id(seal_id, actor.organisation_id)
        artwork = self.seals.artwork(seal.id) if seal else None
        if artwork is None:
            raise SealNotFound(seal_id=seal_id)
        return artwork

    def _offer(self, seal: Seal) -> OfferedSeal | None:
        license_ = self.licenses.get(seal.organisation_id, seal.license_id)
        try:
            usable(seal, license_, seal.id, self.clock())
        except SealNotUsable:
            return None
        artwork = self.seals.artwork(seal.id)
        return OfferedSeal(seal, artwork) if artwork else None

    def _source(self, document: Document) -> bytes:
        return self.working.get(document.object_key)

    def _layout(self, document: Document) -> Layout:
        layout = self.layouts.get(document.sha256)
        if layout is None:
            layout = self.inspector.layout(self._source(document))
            self.layouts.keep(document.sha256, layout)
        return layout


def picture_tag(document: Document, page: int, width_px: int) -> str:
    """Return the ETag of a page's picture, RFC 9110 8.8.3: another one when it looks otherwise."""
    return f'"{document.sha256[:32]}-{page}-{width_px}-{_RENDERING}"'
