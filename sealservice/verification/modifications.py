"""What was done to a document after one signature, and whether that is legitimate.

Everything is suspect unless a rule clears it. In order:

1. The signature must end where a revision ends; else nothing about later changes is known.
2. The newest revision is compared with the signed one, by value and by place (``comparison``).
3. A change needs a permission (DocMDP, ISO 32000-2 12.8.2.2): a DSS and a document timestamp none,
   forms and further signatures 2, notes 3, everything else more than any signature can give. A
   signature that certifies nothing permits further signatures and new notes, and data of forms
   only where an earlier certification does: what it signed was the form as it was filled.
4. After a certification no signature field is added that shows, and no field that is locked by
   FieldMDP (12.8.2.4) is filled.
5. Our own rules, which nothing clears: the signature dictionary itself replaced; a field pointed
   at an old signature; bytes behind the last revision.
6. Pages that changed are rendered, signed and now (``rendering``): nothing else may look different.
7. A comparison that cannot be made is an error of the report, which keeps it from being valid.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.sign.fields import FieldMDPSpec
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from sealservice.verification.comparison.change import Change, Need
from sealservice.verification.document import Document
from sealservice.verification.fields import FoundSignature
from sealservice.verification.model import Coverage, Modification, Region

LEGITIMATE: Final = "legitimate"
ILLEGITIMATE: Final = "illegitimate"
ARCHIVAL_UPDATE: Final = "archival_update"
_LONGEST_DETAIL: Final = 300

_MOST: Final = {
    None: Need.ANNOTATING,
    1: Need.NOTHING,
    2: Need.FILLING,
    3: Need.REVISING,
}
_COVERAGES: Final = {
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.ENTIRE_FILE,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.ENTIRE_REVISION,
    SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START: Coverage.CONTIGUOUS,
    SignatureCoverageLevel.UNCLEAR: Coverage.UNCLEAR,
}


@dataclass(frozen=True, slots=True)
class Review:
    """How much a signature covers, and what came after it."""

    coverage: Coverage
    modifications: tuple[Modification, ...] = ()
    is_complete: bool = True
    """False: a comparison failed, so that more may have changed."""

    @property
    def is_modified(self) -> bool:
        """Return whether anything changed that is no legitimate follow-up."""
        return any(change.level == ILLEGITIMATE for change in self.modifications)

    @property
    def is_covering(self) -> bool:
        """Return whether something that is allowed lies over what was signed."""
        return any(change.kind == "covering" for change in self.modifications)

    @property
    def is_annotated(self) -> bool:
        """Return whether notes that show were added since."""
        return any(change.kind == "annotation" for change in self.modifications)

    @property
    def is_seen(self) -> bool:
        """Return whether all pages that changed were rendered."""
        return not any(change.kind == "not_rendered" for change in self.modifications)

    @property
    def is_whole(self) -> bool:
        """Return whether the signature ends where a revision ends."""
        return self.coverage in (Coverage.ENTIRE_FILE, Coverage.ENTIRE_REVISION)


def review(document: Document, found: FoundSignature) -> Review:
    """Review what came after a signature."""
    if found.embedded is None:
        return Review(Coverage.UNCLEAR)
    if _is_replaced(document, found.embedded):
        return Review(Coverage.UNCLEAR, (Modification("signature", ILLEGITIMATE, found.name),))
    try:
        coverage = _COVERAGES[found.embedded.evaluate_signature_coverage()]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - VERIFICATION 5: it raises nearly anything on broken input
        return Review(Coverage.UNCLEAR, is_complete=False)
    if not Review(coverage).is_whole:
        return Review(coverage)
    try:
        changes = tuple(_changes(document, found, found.embedded))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return Review(coverage, is_complete=False)
    return Review(coverage, changes)


def _is_replaced(document: Document, embedded: EmbeddedPdfSignature) -> bool:
    reference = embedded.sig_object.container_ref
    if not isinstance(reference, generic.Reference):
        return False
    first = document.reader.xrefs.get_introducing_revision(reference)
    return bool(first != embedded.signed_revision)


def _changes(
    document: Document, found: FoundSignature, embedded: EmbeddedPdfSignature
) -> Iterator[Modification]:
    if document.has_trailing_data:
        yield Modification("trailing_data", ILLEGITIMATE, "bytes follow the last revision")
    for name in found.spoofed_by:
        yield Modification("spoofed_field", ILLEGITIMATE, name[:_LONGEST_DETAIL])
    byte_range = embedded.byte_range
    end = byte_range[2] + byte_range[3]
    revision = document.last_section_before(end, embedded.signed_revision)
    if revision == document.sections - 1:
        return
    changes = document.differences.since(revision)
    if any(change.page is not None for change in changes):
        changes = document.looks.added(end, changes)
    certified = document.differences.certified(revision)
    yield from summed_up(changes, _Permission.of(embedded, certified))


@dataclass(frozen=True, slots=True)
class _Permission:
    """What a signature allows."""

    level: int | None
    """Its own DocMDP; None: it certifies nothing."""
    certified: int | None
    """DocMDP of the certification that the signed revision has."""
    lock: FieldMDPSpec | None

    @classmethod
    def of(cls, embedded: EmbeddedPdfSignature, certified: int | None) -> "_Permission":
        """Read it from a signature."""
        level = embedded.docmdp_level
        return cls(None if level is None else int(level.value), certified, embedded.fieldmdp)

    def allows(self, change: Change) -> bool:
        """Return whether a change is legitimate."""
        if change.need > _MOST[self.level]:
            return False
        if change.is_new_field and self.level is not None:
            return False
        if change.is_data and (self.level or self.certified or 0) < Need.FILLING:
            return False
        is_locked = change.field is not None and self.lock and self.lock.is_locked(change.field)
        return not is_locked


def summed_up(changes: Iterable[Change], permission: _Permission) -> Iterator[Modification]:
    """Put changes of one kind and standing together."""
    details: dict[tuple[str, str], dict[str, None]] = {}
    regions: dict[tuple[str, str], dict[Region, None]] = {}
    for change in changes:
        standing = LEGITIMATE if permission.allows(change) else ILLEGITIMATE
        key = change.kind, standing
        details.setdefault(key, {})[change.detail] = None
        if change.page is not None and change.rect is not None:
            regions.setdefault(key, {})[Region(change.page + 1, change.rect)] = None
    for (kind, standing), texts in details.items():
        detail = ", ".join(filter(None, texts))[:_LONGEST_DETAIL]
        yield Modification(kind, standing, detail, tuple(regions.get((kind, standing), ())))
