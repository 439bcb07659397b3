"""Seals and their lives: rows in memory, artwork, trust domain and revocation lists real."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from sealservice.config import SealFiling
from sealservice.kernel.actor import Actor, operator
from sealservice.kernel.clock import utc_now
from sealservice.kernel.json import JsonObject
from sealservice.licenses.model import License
from sealservice.licenses.service import LicenseService
from sealservice.limits import Limits
from sealservice.seals.answering import SealAnsweringService
from sealservice.seals.artwork import DEMONSTRATION_LINE, Artwork, SealTexts, draw
from sealservice.seals.changes import SealChangeService, SealsOfLicense
from sealservice.seals.chronicle import Chronicle
from sealservice.seals.colour import Colour
from sealservice.seals.design import load_design
from sealservice.seals.issuer import CertifiedSealIssuer
from sealservice.seals.making import SealMakingService
from sealservice.seals.model import Seal, SealEvent, SealMakerName, SealRequest
from sealservice.seals.service import OFFICIAL, SealService, SealWish
from sealservice.trust.authority import CertificateAuthority
from sealservice.trust.revocation import RevocationService
from tests.world_archive import MemoryAuditLog, no_transaction
from tests.world_licenses import MemoryLicenseStore, sample_license
from tests.world_sealing import MemoryQueue, MemorySealStore
from tests.world_trust import TrustWorld, performed

REGISTRAR = operator("registrar", "org_a")
MAKER = SealMakerName("示例制章单位", "007")


def drawn(design: str, texts: SealTexts, colour: Colour) -> Artwork:
    """Draw a seal as a demonstration does."""
    return draw(load_design(design), replace(texts, mark=DEMONSTRATION_LINE), colour)


@dataclass
class MemorySealHistory:
    """Implements ``SealHistory``."""

    lines: list[SealEvent] = field(default_factory=list)
    asked: dict[str, SealRequest] = field(default_factory=dict)

    def add_event(self, event: SealEvent) -> None:
        """Add a line."""
        self.lines.append(event)

    def events(self, seal_id: str) -> list[SealEvent]:
        """Return the lines of a seal."""
        return [line for line in self.lines if line.seal_id == seal_id]

    def add_request(self, request: SealRequest) -> None:
        """Insert a request."""
        self.asked[request.id] = request

    def request(self, request_id: str, *, lock: bool = False) -> SealRequest | None:  # noqa: ARG002 - nobody else is here
        """Return a request."""
        return self.asked.get(request_id)

    def answer(self, request_id: str, at: datetime, failure: JsonObject | None) -> None:
        """Write what became of a request."""
        answered = replace(self.asked[request_id], answered_at=at, failure=failure)
        self.asked[request_id] = answered

    def requests(self, seal_id: str) -> list[SealRequest]:
        """Return the requests about a seal."""
        mine = (r for r in self.asked.values() if r.seal_id == seal_id)
        return sorted(mine, key=lambda r: (r.created_at, r.id))

    def unanswered(self) -> list[str]:
        """Return the ids of requests without an answer."""
        return sorted(r.id for r in self.asked.values() if r.answered_at is None)


@dataclass
class SealWorld:
    """One organisation with one license, and both halves of what is done to its seals."""

    filing: SealFiling = SealFiling.RECORDED
    seals: MemorySealStore = field(default_factory=MemorySealStore)
    history: MemorySealHistory = field(default_factory=MemorySealHistory)
    licenses: MemoryLicenseStore = field(default_factory=MemoryLicenseStore)
    audit: MemoryAuditLog = field(default_factory=MemoryAuditLog)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    trust: TrustWorld = field(default_factory=performed)
    shift: timedelta = timedelta()

    def __post_init__(self) -> None:
        """Register the license."""
        self.license: License = sample_license()
        self.licenses.add(self.license)

    def clock(self) -> datetime:
        """Return the shifted present."""
        return utc_now() + self.shift

    @property
    def chronicle(self) -> Chronicle:
        """Return the one who writes down what happens."""
        return Chronicle(self.history, self.audit, self.clock)

    @cached_property
    def service(self) -> SealService:
        """Return the half of whoever applies."""
        return SealService(
            seals=self.seals,
            licenses=self.licenses,
            maker=self.queue,
            draw=drawn,
            chronicle=self.chronicle,
            transaction=no_transaction,
            clock=self.clock,
            maker_name=MAKER,
            limits=Limits(),
        )

    @cached_property
    def changes(self) -> SealChangeService:
        """Return the half of whoever pauses, ends and asks."""
        return SealChangeService(
            seals=self.seals,
            history=self.history,
            maker=self.queue,
            chronicle=self.chronicle,
            audit=self.audit,
            transaction=no_transaction,
            clock=self.clock,
        )

    @cached_property
    def license_service(self) -> LicenseService:
        """Return the use cases of licenses."""
        return LicenseService(
            store=self.licenses,
            seals=SealsOfLicense(self.changes),
            audit=self.audit,
            transaction=no_transaction,
            clock=self.clock,
            limits=Limits(),
        )

    @cached_property
    def making(self) -> SealMakingService:
        """Return the signer's half of applying."""
        return SealMakingService(
            seals=self.seals,
            licenses=self.licenses,
            issuer=CertifiedSealIssuer(CertificateAuthority(self.trust.domain, self.trust.plan)),
            maker=self.queue,
            draw=drawn,
            chronicle=self.chronicle,
            transaction=no_transaction,
            clock=self.clock,
            filing=self.filing,
        )

    @cached_property
    def answering(self) -> SealAnsweringService:
        """Return the signer's half of changing."""
        return SealAnsweringService(
            seals=self.seals,
            history=self.history,
            licenses=self.licenses,
            certificates=self.trust.certificates,
            revoker=RevocationService(self.trust.domain, self.trust.crls()),
            chronicle=self.chronicle,
            audit=self.audit,
            transaction=no_transaction,
            clock=self.clock,
        )

    def made(self, wish: SealWish = OFFICIAL, actor: Actor = REGISTRAR) -> Seal:
        """Apply for a seal and have it made."""
        applied = self.service.apply(actor, self.license.id, wish)
        return self.making.make(applied.id)

    def now(self, seal: Seal) -> Seal:
        """Return a seal as it stands now."""
        return self.service.show(REGISTRAR, seal.id)
