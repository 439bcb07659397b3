"""What the fast press may spend on one document, and what it decompresses with it."""

import re
import zlib
from dataclasses import dataclass
from typing import Final

from sealservice.limits import Limits
from sealservice.sealing.press.declined import Declined, Reason

_STREAM: Final = re.compile(rb"[\0\t\n\x0c\r ]*+stream(?:\r\n|\n)")
_STREAM_ENDED: Final = re.compile(
    rb"(?:\r\n|\r|\n)?endstream[\0\t\n\x0c\r ]++endobj(?![^\0\t\n\x0c\r ()<>\[\]{}/%])"
)
_PACKED: Final = (b"/FlateDecode", b"[/FlateDecode]", b"[ /FlateDecode ]")
_NOTHING: Final = b"\t\n\r "
"""What may stand behind compressed data: an end-of-line that a writer counted in."""


@dataclass(slots=True)
class Work:
    """A budget that only goes down."""

    limits: Limits
    steps: int
    unpacked_bytes: int

    @classmethod
    def of(cls, limits: Limits) -> "Work":
        """Return the whole budget of one document."""
        return cls(limits, limits.press_work, limits.press_unpacked_bytes)

    def spend(self, steps: int) -> None:
        """Take steps from the budget.

        Raises:
            Declined: COST.
        """
        self.steps -= steps
        if self.steps < 0:
            raise Declined(Reason.COST)

    def stream_bytes(self, source: bytes, position: int, length: int) -> bytes:
        """Return the bytes of the stream whose dictionary ends at a position.

        Raises:
            Declined: STREAM, when it does not end where it says.
        """
        opened = _STREAM.match(source, position)
        if opened is None:
            raise Declined(Reason.STREAM)
        end = opened.end() + length
        if _STREAM_ENDED.match(source, end) is None:
            raise Declined(Reason.STREAM)
        return source[opened.end() : end]

    def unpacked(self, raw: bytes, packing: bytes | None, most: int | None = None) -> bytes:
        """Return the bytes of a stream decompressed; ``packing`` is its /Filter.

        Raises:
            Declined: STREAM, for other filters than Flate and for damaged data; COST, for more than
                ``most`` bytes, or more than is left of the budget.
        """
        most = self.unpacked_bytes if most is None else min(most, self.unpacked_bytes)
        if packing is None:
            data = raw
        elif packing in _PACKED:
            data = _inflated(raw, most)
        else:
            raise Declined(Reason.STREAM)
        if len(data) > most:
            raise Declined(Reason.COST)
        self.unpacked_bytes -= len(data)
        return data


def _inflated(raw: bytes, most: int) -> bytes:
    """Return data decompressed; some writers leave empty streams empty, whatever their filter."""
    if not raw:
        return raw
    inflating = zlib.decompressobj()
    try:
        data = inflating.decompress(raw, most + 1)
    except zlib.error:
        raise Declined(Reason.STREAM) from None
    if len(data) <= most and (not inflating.eof or inflating.unused_data.strip(_NOTHING)):
        raise Declined(Reason.STREAM)
    return data
