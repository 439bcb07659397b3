"""The press that leaves the writing of revisions to pyHanko.

To complete a signed document up to its level (ETSI EN 319 142-1 6):
1. B-B: the CMS goes into /Contents; no other byte changes.
2. B-T: that CMS carries a signature timestamp over the signature value.
3. B-LT: a DSS follows, with the status of every certificate of the seal's chain and of the
   timestamp's. The seal's own answer is asked for after the timestamp and is not older.
4. B-LTA: a document timestamp follows, of the same authority. Should another unit of it have
   answered this time, a DSS with that unit's status follows.
What cannot be had is an error: there is no lower level to fall back to.

Everything that parses the PDF runs in the sandbox; whoever answers over the network is asked from
outside of it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sealservice.config import Limits
from sealservice.kernel.sandbox import Sandbox
from sealservice.sealing.cms import filled, signed_data
from sealservice.sealing.confined import seal_revision, status_revision, timestamp_revision
from sealservice.sealing.model import (
    Box,
    Die,
    Level,
    Prepared,
    SignedAttributes,
    Timestamp,
)
from sealservice.sealing.ports import RevocationSource, TimestampSource
from sealservice.sealing.signed_attributes import byte_range_digest
from sealservice.sealing.steps import Reached, Step, unwatched


@dataclass(frozen=True, slots=True)
class PyHankoPreparation:
    """A ``sealing.ports.Preparation``: all of the press that works without a key or a network."""

    sandbox: Sandbox
    limits: Limits

    def prepare(self, source: bytes, die: Die, box: Box, moment: datetime) -> Prepared:
        """Return the tail that makes ``source`` a document waiting for its signature."""
        return self.sandbox.run(
            seal_revision, source, die.artwork, box, moment, self.limits.signature_bytes
        )


@dataclass(frozen=True, slots=True)
class PyHankoPress:
    """A ``sealing.ports.Press``."""

    sandbox: Sandbox
    timestamps: TimestampSource
    revocation: RevocationSource
    limits: Limits
    reached: Reached = unwatched

    def prepare(self, source: bytes, die: Die, box: Box, moment: datetime) -> Prepared:
        """Return the tail that makes ``source`` a document waiting for its signature."""
        preparation = PyHankoPreparation(self.sandbox, self.limits)
        return preparation.prepare(source, die, box, moment)

    def complete(
        self, source: bytes, prepared: Prepared, die: Die, signed: SignedAttributes, level: Level
    ) -> bytes:
        """Return the sealed PDF at exactly the level asked for.

        Raises:
            TimestampUnavailable, RevocationUnavailable.

        """
        if level is Level.B_B:
            return filled(source, prepared, signed_data(die, signed, None))
        stamped = self.timestamps.stamp(hashlib.sha256(signed.signature).digest())
        pdf = filled(source, prepared, signed_data(die, signed, stamped))
        self.reached(Step.STAMPED)
        if level is Level.B_T:
            return pdf
        seal_chain = (die.certificate, *die.chain)
        pdf = self._with_status(pdf, (seal_chain, stamped.chain), stamped.time)
        self.reached(Step.STATUS_ADDED)
        return pdf if level is Level.B_LT else self._with_document_timestamp(pdf, stamped)

    def _with_status(
        self, pdf: bytes, chains: tuple[tuple[bytes, ...], ...], not_before: datetime
    ) -> bytes:
        material = self.revocation.material(chains, not_before)
        return pdf + self.sandbox.run(status_revision, pdf, material)

    def _with_document_timestamp(self, pdf: bytes, earlier: Timestamp) -> bytes:
        reserved = self.limits.signature_bytes
        prepared = self.sandbox.run(timestamp_revision, pdf, earlier.time, reserved)
        stamped = self.timestamps.stamp(byte_range_digest(pdf, prepared))
        pdf = filled(pdf, prepared, stamped.token)
        if stamped.chain != earlier.chain:
            pdf = self._with_status(pdf, (stamped.chain,), earlier.time)
        self.reached(Step.DOCUMENT_STAMPED)
        return pdf
