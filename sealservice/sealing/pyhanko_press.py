"""The press that leaves the writing of revisions to pyHanko.

To complete a signed document up to its level (ETSI EN 319 142-1 6):
1. B-B: each CMS goes into its /Contents; no other byte changes.
2. B-T: each carries a signature timestamp over its signature value.
3. B-LT: a DSS follows, with the status of every certificate of the seals' chains and of the
   timestamps'. The seals' own answers are asked for after the last timestamp and are not older.
4. B-LTA: a document timestamp follows, of the same authority. Should another unit of it have
   answered this time, a DSS with that unit's status follows.
What cannot be had is an error: there is no lower level to fall back to.

Everything that parses the PDF runs in the sandbox; whoever answers over the network is asked from
outside of it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sealservice.kernel.sandbox import Sandbox
from sealservice.limits import Limits
from sealservice.sealing.cms import filled, signed_data
from sealservice.sealing.confined import prepare, status_revision, timestamp_revision
from sealservice.sealing.model import (
    Container,
    Die,
    Level,
    Mark,
    Prepared,
    PreparedSignature,
    RevocationMaterial,
    SignedAttributes,
    Terms,
    Timestamp,
)
from sealservice.sealing.patience import require_fitting
from sealservice.sealing.ports import Additions, RevocationSource, TimestampSource
from sealservice.sealing.signed_attributes import byte_range_digest
from sealservice.sealing.steps import Reached, Step, unwatched
from sealservice.sealing.terms import UNRESTRICTED, Restrictions


@dataclass(frozen=True, slots=True)
class PyHankoPreparation:
    """A ``sealing.ports.Preparation``: all of the press that works without a key or a network."""

    sandbox: Sandbox
    limits: Limits

    def prepare(
        self,
        source: bytes,
        marks: tuple[Mark, ...],
        moment: datetime,
        level: Level = Level.B_LTA,
        restrictions: Restrictions = UNRESTRICTED,
    ) -> tuple[PreparedSignature, ...]:
        """Return the tails that make ``source`` a document waiting for its signatures, in order."""
        limits = self.limits
        reserved, most = limits.signature_bytes, limits.order_signatures
        terms = Terms(moment, level, restrictions, reserved, most)
        return self.sandbox.run(prepare, source, marks, terms)


@dataclass(frozen=True, slots=True)
class PyHankoAdditions:
    """``sealing.ports.Additions``, made in the sandbox."""

    sandbox: Sandbox
    limits: Limits

    def status(self, pdf: bytes, material: RevocationMaterial) -> bytes:
        """Return the tail with a DSS that holds the material and what an earlier one held."""
        return self.sandbox.run(status_revision, pdf, material)

    def timestamp(self, pdf: bytes, moment: datetime) -> Prepared:
        """Return the tail with a document timestamp whose token is missing."""
        return self.sandbox.run(timestamp_revision, pdf, moment, self.limits.signature_bytes)


@dataclass(frozen=True, slots=True)
class PyHankoPress:
    """A ``sealing.ports.Press``."""

    sandbox: Sandbox
    timestamps: TimestampSource
    revocation: RevocationSource
    limits: Limits
    reached: Reached = unwatched
    faster: Additions | None = None
    """Makes what follows the signatures in place of the sandbox."""

    def prepare(
        self,
        source: bytes,
        marks: tuple[Mark, ...],
        moment: datetime,
        level: Level = Level.B_LTA,
        restrictions: Restrictions = UNRESTRICTED,
    ) -> tuple[PreparedSignature, ...]:
        """Return the tails that make ``source`` a document waiting for its signatures, in order."""
        preparation = PyHankoPreparation(self.sandbox, self.limits)
        return preparation.prepare(source, marks, moment, level, restrictions)

    def enclose(self, die: Die, signed: SignedAttributes, level: Level) -> Container:
        """Return what goes into /Contents of one signature, with the timestamp its level wants.

        Raises:
            TimestampUnavailable.

        """
        if level is Level.B_B:
            return Container(signed_data(die, signed, None), None)
        stamped = self.timestamps.stamp(
            hashlib.new(die.algorithm.digest, signed.signature).digest()
        )
        container = Container(signed_data(die, signed, stamped), stamped)
        require_fitting(container, self.limits.signature_bytes)
        return container

    def complete(self, pdf: bytes, made: tuple[tuple[Die, Container], ...], level: Level) -> bytes:
        """Bring a document whose signatures were ``made`` to exactly the level asked for.

        Raises:
            TimestampUnavailable, RevocationUnavailable.

        """
        stamps = [container.timestamp for _, container in made if container.timestamp]
        if level in (Level.B_B, Level.B_T):
            return pdf
        seals = dict.fromkeys((die.certificate, *die.chain) for die, _ in made)
        units = dict.fromkeys(stamp.chain for stamp in stamps)
        latest = max(stamps, key=lambda stamp: stamp.time)
        material = self.revocation.material((*seals, *units), latest.time, fresh=len(seals))
        pdf += self._additions().status(pdf, material)
        self.reached(Step.STATUS_ADDED)
        return pdf if level is Level.B_LT else self._with_document_timestamp(pdf, latest)

    def _additions(self) -> Additions:
        return self.faster or PyHankoAdditions(self.sandbox, self.limits)

    def _with_document_timestamp(self, pdf: bytes, earlier: Timestamp) -> bytes:
        additions = self._additions()
        prepared = additions.timestamp(pdf, earlier.time)
        stamped = self.timestamps.stamp(byte_range_digest(pdf, prepared))
        pdf = filled(pdf, prepared, stamped.token)
        if stamped.chain != earlier.chain:
            material = self.revocation.material((stamped.chain,), earlier.time)
            pdf += additions.status(pdf, material)
        self.reached(Step.DOCUMENT_STAMPED)
        return pdf
