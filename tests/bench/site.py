"""A trust domain with one kind of key throughout, one seal, and the authorities in this process.

Everybody who is measured uses the same certificates, drawing, box, time-stamping authority and
status answers; nobody waits for a network.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, cast
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sealservice.infra.exchange import Query
from sealservice.infra.keys.opened import OpenKey
from sealservice.infra.revocation import HttpRevocationSource
from sealservice.infra.timestamps import HttpTimestampSource
from sealservice.kernel.clock import utc_now
from sealservice.limits import MEBIBYTE, Limits
from sealservice.sealing.model import Box, Die, Impression, Mark
from sealservice.seals.artwork import POINTS_PER_MM, SealTexts, draw
from sealservice.seals.design import load_design
from sealservice.trust.domain import chain
from sealservice.trust.model import KeyAlgorithm, KeyPurpose
from sealservice.trust.profiles import CeremonyPlan, Profile
from tests.world_trust import PUBLIC_URL, HandClock, TrustWorld, shipped_plan

LIMITS: Final = replace(Limits(), document_bytes=64 * MEBIBYTE)
CORNER: Final = (330.0, 60.0)
"""Where the seal lies on the first page, points."""


class InProcessExchange:
    """Asks the authorities of a trust domain by calling them; in the place of ``Exchange``."""

    def __init__(self, trust: TrustWorld) -> None:
        self._tsa = trust.timestamps()
        self._ocsp = trust.ocsp()
        self._crls = trust.crls()

    def ask(self, url: str, _types: frozenset[str], query: Query | None = None) -> bytes:
        """Answer as the signer's listener does."""
        kind, _, name = urlsplit(url).path.removeprefix("/").partition("/")
        body = b"" if query is None else query.body
        if kind == "tsa":
            return self._tsa.respond(body)
        if kind == "ocsp":
            return self._ocsp.respond(name, body)
        return self._crls.current(name.removesuffix(".crl")).der

    def close(self) -> None:
        """Keep nothing open."""


@dataclass(frozen=True)
class Site:
    """All that a signer needs."""

    trust: TrustWorld
    exchange: InProcessExchange
    die: Die
    key: OpenKey
    timestamps: HttpTimestampSource
    revocation: HttpRevocationSource

    @property
    def root(self) -> bytes:
        """Return the DER of the trusted root."""
        return self.die.chain[-1]

    def unit(self, purpose: KeyPurpose) -> OpenKey:
        """Return the open key of the first unit of a purpose."""
        units = self.trust.plan.units
        name = next(unit.name for unit in units if unit.profile.purpose is purpose)
        return self.trust.keys.opened[self.trust.unit(name).key_id]

    @property
    def pkcs8(self) -> bytes:
        """Return the seal's private key as DER, for the rivals."""
        return self.key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Return the DER of the seal's certificate and its issuers, without the root."""
        links = (self.die.certificate, *self.die.chain)
        return tuple(link for link in links if not _is_root(link))

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return where the seal lies: left, bottom, right, top; points."""
        left, bottom = CORNER
        artwork = self.die.artwork
        width, height = artwork.width_mm * POINTS_PER_MM, artwork.height_mm * POINTS_PER_MM
        return left, bottom, round(left + width, 4), round(bottom + height, 4)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Return one visible seal on the first page."""
        return (Mark(self.die, (Impression(Box(0, *self.box, 0)),)),)


@contextmanager
def site(algorithm: KeyAlgorithm) -> Iterator[Site]:
    """Perform a ceremony in memory; the units sign by PKCS#1 when the seal signs by PSS."""
    trust = TrustWorld(plan=_plan(algorithm), clock=cast("HandClock", utc_now))
    trust.perform()
    certificate = trust.seal_certificate()
    leaf, *issuers = (link.der for link in chain(trust.certificates, certificate))
    artwork = draw(load_design("official"), SealTexts("示范贸易有限公司", mark="测试专用"))
    die = Die("seal_1", leaf, tuple(issuers), certificate.algorithm, artwork)
    exchange = InProcessExchange(trust)
    timestamps = HttpTimestampSource(f"{PUBLIC_URL}/tsa", [issuers[-1]], LIMITS, utc_now)
    revocation = HttpRevocationSource({PUBLIC_URL: PUBLIC_URL}, LIMITS, utc_now)
    for source in (timestamps, revocation):
        source.close()
        source._exchange = exchange  # type: ignore[assignment]
    key = trust.keys.opened[certificate.key_id]
    yield Site(trust, exchange, die, key, timestamps, revocation)


def _plan(algorithm: KeyAlgorithm) -> CeremonyPlan:
    if algorithm.is_pss:
        plan = shipped_plan("demonstration-pss")
        return replace(plan, seal_profile=replace(plan.seal_profile, algorithm=algorithm))
    plan = shipped_plan("demonstration")

    def changed(profile: Profile) -> Profile:
        return replace(profile, algorithm=algorithm)

    units = tuple(replace(unit, profile=changed(unit.profile)) for unit in plan.units)
    return replace(plan, units=units, seal_profile=changed(plan.seal_profile))


def _is_root(der: bytes) -> bool:
    certificate = x509.load_der_x509_certificate(der)
    return certificate.issuer == certificate.subject
