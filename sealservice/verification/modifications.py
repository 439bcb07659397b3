"""What was done to a document after one signature, and whether that is legitimate.

Everything is suspect unless a rule clears it. In order:

1. The signature must end where a revision ends; else nothing about later changes is known.
2. pyHanko compares each later revision with the signed one: form filling, further signatures,
   DSS, timestamps and metadata are cleared, the rest is not (its ``StandardDiffPolicy``).
3. What is cleared must also be within the signature's DocMDP permission (ISO 32000-2 12.8.2.2),
   and no field that is locked by FieldMDP may have changed.
4. Our own rules, which nothing clears: the signature dictionary itself replaced; a field pointed
   at an old signature; pages added or removed; bytes behind the last revision.
5. A comparison that cannot be made is an error of the report, which keeps it from being valid.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    DiffResult,
    ModificationLevel,
    StandardDiffPolicy,
    SuspiciousModification,
)
from pyhanko.sign.diff_analysis.policies import DEFAULT_DIFF_POLICY
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from sealservice.verification.document import Document
from sealservice.verification.fields import FoundSignature
from sealservice.verification.model import Coverage, Modification

LEGITIMATE: Final = "legitimate"
ILLEGITIMATE: Final = "illegitimate"
ARCHIVAL_UPDATE: Final = "archival_update"
_LONGEST_DETAIL: Final = 300

_POLICY: Final = StandardDiffPolicy(
    DEFAULT_DIFF_POLICY.global_rules,
    DEFAULT_DIFF_POLICY.form_rule,
    reject_object_freeing=False,  # a freed object that was in use is still unexplained, see 2
)
_COVERAGES: Final = {
    SignatureCoverageLevel.ENTIRE_FILE: Coverage.ENTIRE_FILE,
    SignatureCoverageLevel.ENTIRE_REVISION: Coverage.ENTIRE_REVISION,
    SignatureCoverageLevel.CONTIGUOUS_BLOCK_FROM_START: Coverage.CONTIGUOUS,
    SignatureCoverageLevel.UNCLEAR: Coverage.UNCLEAR,
}
_KINDS: Final = {
    ModificationLevel.LTA_UPDATES: ARCHIVAL_UPDATE,
    ModificationLevel.FORM_FILLING: "form_filling",
    ModificationLevel.ANNOTATIONS: "annotation",
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
    if embedded.signed_revision == document.sections - 1:
        return
    yield from _compared(document, embedded)
    signed = document.reader.get_historical_resolver(embedded.signed_revision)
    yield from _own_rules(signed, document)


def _compared(document: Document, embedded: EmbeddedPdfSignature) -> Iterator[Modification]:
    permission = embedded.docmdp_level
    result = _POLICY.review_file(
        document.reader,
        embedded.signed_revision,
        field_mdp_spec=embedded.fieldmdp,
        doc_mdp=permission,
    )
    if isinstance(result, SuspiciousModification):
        yield Modification("content", ILLEGITIMATE, str(result)[:_LONGEST_DETAIL])
    elif isinstance(result, DiffResult) and result.modification_level in _KINDS:
        level = result.modification_level
        is_allowed = permission is None or level.value <= permission.value
        detail = ", ".join(sorted(map(str, result.changed_form_fields)))[:_LONGEST_DETAIL]
        standing = LEGITIMATE if is_allowed else ILLEGITIMATE
        yield Modification(_KINDS[level], standing, detail)


def _own_rules(signed: HistoricalResolver, document: Document) -> Iterator[Modification]:
    before, after = _page_count(signed.root), _page_count(document.reader.root)
    if before != after:
        yield Modification("page_count", ILLEGITIMATE, f"{before} -> {after}")


def _page_count(root: generic.DictionaryObject) -> int:
    return int(root["/Pages"]["/Count"])
