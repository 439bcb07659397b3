"""PDFs that the service issues in its own name: one seal of level B-LT, verified from the bytes.

Licenses and the receipts of verification reports are such; each has a key for nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sealservice.sealing.cms import filled
from sealservice.sealing.errors import LevelNotReached, OutputInvalid
from sealservice.sealing.model import Box, Die, Impression, Level, Mark, SignedAttributes
from sealservice.sealing.ports import Press, SelfCheck
from sealservice.sealing.signed_attributes import signed_attributes_of
from sealservice.seals.artwork import POINTS_PER_MM, Artwork
from sealservice.trust.model import IssuedCertificate
from sealservice.verification.model import Verdict

LEVEL: Final = Level.B_LT


@dataclass(frozen=True, slots=True)
class ServiceStamp:
    """What such a PDF shows, and where: nothing that could be taken for anybody's seal."""

    corners_mm: tuple[float, float, float, float]
    """Left, bottom, right, top on the first page."""
    content: bytes
    """Operators of the drawing, mm from its lower left corner."""
    label: str

    def die(self, links: tuple[IssuedCertificate, ...]) -> Die:
        """Return it with the certificates of a key, leaf first."""
        left, bottom, right, top = self.corners_mm
        leaf, *issuers = links
        artwork = Artwork(right - left, top - bottom, self.content)
        chained = tuple(link.der for link in issuers)
        return Die("", leaf.der, chained, leaf.algorithm, artwork, self.label)

    @property
    def place(self) -> Impression:
        """Return where it shows."""
        left, bottom, right, top = (edge * POINTS_PER_MM for edge in self.corners_mm)
        return Impression(Box(0, left, bottom, right, top, 0))


@dataclass(frozen=True, slots=True)
class ServiceSeal:
    """Seals what the service issues."""

    press: Press
    check: SelfCheck
    stamp: ServiceStamp

    def sealed(
        self,
        filename: str,
        source: bytes,
        links: tuple[IssuedCertificate, ...],
        sign: Callable[[bytes], bytes],
        moment: datetime,
    ) -> bytes:
        """Return a typeset PDF with its seal; ``sign`` signs the DER of the signed attributes.

        Raises:
            TimestampUnavailable, RevocationUnavailable, LevelNotReached, OutputInvalid: it does not
                reach its level, so there is none.
        """
        die = self.stamp.die(links)
        marks = (Mark(die, (self.stamp.place,)),)
        (prepared,) = self.press.prepare(source, marks, moment.replace(microsecond=0), LEVEL)
        attributes = signed_attributes_of(source, prepared.revision, die.certificate)
        signed = SignedAttributes(attributes, sign(attributes))
        container = self.press.enclose(die, signed, LEVEL)
        whole = filled(source, prepared.revision, container.der)
        pdf = self.press.complete(whole, ((die, container),), LEVEL)
        self._require_sound(filename, pdf)
        return pdf

    def _require_sound(self, filename: str, pdf: bytes) -> None:
        found = self.check.verify(filename, pdf)
        if found.verdict is not Verdict.VALID:
            raise OutputInvalid(reason=found.verdict.value)
        if found.signatures[0].level != LEVEL.value:
            raise LevelNotReached(level=LEVEL.value, reason=found.signatures[0].level)
