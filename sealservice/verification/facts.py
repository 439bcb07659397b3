"""The facts about one signature that need no trust: where, what, whole, changed, by whom.

Nothing here passes or fails a signature; ``judgement`` and ``decision`` do.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from pyhanko.pdf_utils import generic
from pyhanko.sign.validation import EmbeddedPdfSignature

from sealservice.verification.byterange import ByteRange, inspect_byte_range
from sealservice.verification.chain import Chain, chain_of
from sealservice.verification.cms import CmsFacts, inspect_cms
from sealservice.verification.comparison.history import raw
from sealservice.verification.document import Document
from sealservice.verification.fields import SHA1_FILTER, FoundSignature
from sealservice.verification.grounds import Grounds
from sealservice.verification.integrity import holds
from sealservice.verification.modifications import Review, review

Value = TypeVar("Value")

NO_CHAIN = Chain((), None)


@dataclass(frozen=True, slots=True)
class SignatureFacts:
    """What is known about a signature or document timestamp before it is judged."""

    found: FoundSignature
    byte_range: ByteRange
    cms: CmsFacts | None
    holds: bool | None
    """Whether digest and signature value hold; None: that cannot be computed."""
    review: Review
    chain: Chain

    @property
    def is_intact(self) -> bool:
        """Return whether all bytes that were signed are there and unchanged."""
        return bool(self.holds) and self.byte_range.fault != "byte_range_outside_file"

    @property
    def is_sound_timestamp(self) -> bool:
        """Return whether this is a document timestamp in form, over a whole revision."""
        return self.found.is_timestamp and self.is_whole and not self.found.has_wrong_type

    @property
    def is_whole(self) -> bool:
        """Return whether exactly one whole revision is signed."""
        return self.byte_range.fault is None and self.review.is_whole


def gather_facts(document: Document, found: FoundSignature, grounds: Grounds) -> SignatureFacts:
    """Gather the facts about one signature; one that makes the library raise is unreadable."""
    facts = attempt(lambda: _gathered(document, found, grounds))
    return facts or _gathered(document, replace(found, embedded=None), grounds)


def _gathered(document: Document, found: FoundSignature, grounds: Grounds) -> SignatureFacts:
    return SignatureFacts(
        found=found,
        byte_range=inspect_byte_range(
            document.data,
            raw(found.dictionary, "/ByteRange"),
            found.contents,
            _position(document, found.dictionary),
        ),
        cms=attempt(partial(_cms, found)),
        holds=holds(found),
        review=review(document, found),
        chain=attempt(partial(_chain, found, grounds)) or NO_CHAIN,
    )


def claimed_time(found: FoundSignature) -> datetime | None:
    """Return the time of signing that the signer claims: in the CMS, or in /M."""
    embedded = found.embedded
    claimed = attempt(lambda: embedded.self_reported_timestamp) if embedded else None
    return claimed.replace(tzinfo=claimed.tzinfo or UTC) if claimed else None


def permission(found: FoundSignature) -> int | None:
    """Return the DocMDP permission of a signature, 1 to 3 (ISO 32000-2 table 257)."""
    embedded = found.embedded
    level = attempt(lambda: embedded.docmdp_level) if embedded else None
    return int(level.value) if level else None


def attempt(question: Callable[[], Value]) -> Value | None:
    """Return the answer, or None when hostile input makes the library raise."""
    try:
        return question()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - VERIFICATION 5: it raises nearly anything on broken input
        return None


def _position(document: Document, dictionary: generic.DictionaryObject) -> int | None:
    position = attempt(lambda: document.reader.xrefs[dictionary.container_ref])
    return position if isinstance(position, int) else None


def _cms(found: FoundSignature) -> CmsFacts | None:
    embedded: EmbeddedPdfSignature | None = found.embedded
    if embedded is None or found.contents is None:
        return None
    is_detached = not found.is_timestamp and found.sub_filter != SHA1_FILTER
    return inspect_cms(found.contents, embedded.signed_data, detached=is_detached)


def _chain(found: FoundSignature, grounds: Grounds) -> Chain:
    if found.embedded is None:
        return NO_CHAIN
    others = [certificate.dump() for certificate in found.embedded.other_embedded_certs]
    return chain_of(found.embedded.signer_cert.dump(), others, grounds)
