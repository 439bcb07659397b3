"""The whole examination of one file: bytes in, report out; nothing is fetched, nothing kept.

1. Open the document (``document``); what cannot be opened is unreadable, with the reason.
2. Find the signatures (``fields``) and gather embedded material (``grounds``).
3. Judge the document timestamps, newest first (``timestamps``).
4. For each signature: facts, indication, level, checks (``signature``).
5. Decide (``decision``).

It runs in a sandbox, for input is hostile until proven otherwise.
"""

import asyncio
import warnings
from dataclasses import replace

from cryptography.utils import CryptographyDeprecationWarning

import sealservice.verification.quickening  # noqa: F401 - it works by being there
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.errors import Refused
from sealservice.verification.appearances import widgets_by_page
from sealservice.verification.document import Document, open_document
from sealservice.verification.errors import RevisionsTooMany, SignaturesTooMany
from sealservice.verification.facts import SignatureFacts, attempt, gather_facts
from sealservice.verification.fields import FoundSignature, find_signatures
from sealservice.verification.grounds import Grounds, Material, embedded_material
from sealservice.verification.messages import message
from sealservice.verification.model import DocumentFacts, Report, SignatureReport
from sealservice.verification.report import judged_report, unreadable_report
from sealservice.verification.request import Request, Want
from sealservice.verification.signature import Scene, report_signature, report_timestamp
from sealservice.verification.timestamps import JudgedTimestamp, judge_document_timestamp
from sealservice.verification.wants import wants_of

Covering = tuple[tuple[JudgedTimestamp, int], ...]
"""Good document timestamps over a signature with their revisions, oldest first."""
JudgedTimestamps = dict[int, JudgedTimestamp]
"""By the position of the document timestamp among the signatures."""


def examine(request: Request) -> tuple[Report, tuple[Want, ...]]:
    """Examine one file; return also what material was lacking, and where it may be had."""
    with warnings.catch_warnings():
        # Somebody else's certificate departs from a standard: nothing that we could mend.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        return _examined(request)


def _examined(request: Request) -> tuple[Report, tuple[Want, ...]]:
    try:
        document = open_document(request.data, request.most_pages)
        found, is_complete = _found(document, request)
    except Refused as error:
        return unreadable_report(request, error), ()
    embedded = [signature.embedded for signature in found if signature.embedded]
    held = embedded_material(document, embedded)
    material = held | _supplied(request)
    grounds = Grounds(request.anchors, request.at, material, request.policy.algorithms)
    scene = Scene(document, grounds, held, widgets_by_page(document))
    facts = [gather_facts(document, signature, grounds) for signature in found]
    signatures = asyncio.run(_judged(facts, scene))
    errors = () if is_complete else (message("form_unreadable"),)
    facts_of_document = _document_facts(request, document)
    report = judged_report(request, facts_of_document, tuple(signatures), errors)
    return report, wants_of(grounds.unresolved, grounds)


def _supplied(request: Request) -> Material:
    supplement = request.supplement
    return Material(
        frozenset(supplement.certificates),
        frozenset((*request.crls, *supplement.crls)),
        frozenset(supplement.ocsps),
    )


def _found(document: Document, request: Request) -> tuple[list[FoundSignature], bool]:
    """Return the signatures, and whether these are all.

    Raises:
        RevisionsTooMany, SignaturesTooMany: judging the file would cost too much.
    """
    if document.sections > request.most_revisions:
        raise RevisionsTooMany(limit=request.most_revisions)
    found, is_complete = find_signatures(document)
    if len(found) > request.most_signatures:
        raise SignaturesTooMany(limit=request.most_signatures)
    return found, is_complete


async def _judged(facts: list[SignatureFacts], scene: Scene) -> list[SignatureReport]:
    stamps = await _document_timestamps(facts, scene.grounds)
    reports = []
    for position, one in enumerate(facts):
        outer = _covering(facts, stamps, position)
        try:
            reports.append(await _reported(one, scene, stamps.get(position), outer))
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - what cannot even be reported on is unreadable
            broken = replace(one.found, embedded=None)
            facts_of_broken = gather_facts(scene.document, broken, scene.grounds)
            reports.append(await _reported(facts_of_broken, scene, None, ()))
    return reports


async def _reported(
    facts: SignatureFacts, scene: Scene, stamp: JudgedTimestamp | None, outer: Covering
) -> SignatureReport:
    if facts.found.is_timestamp:
        return report_timestamp(facts, scene, stamp, outer)
    return await report_signature(facts, scene, outer)


async def _document_timestamps(facts: list[SignatureFacts], grounds: Grounds) -> JudgedTimestamps:
    judged: JudgedTimestamps = {}
    for position in reversed(range(len(facts))):
        found = facts[position].found
        if not found.is_timestamp or found.embedded is None:
            continue
        outer = _covering(facts, judged, position)
        proven = min((stamp.time for stamp, _ in outer), default=None)
        stamp = await judge_document_timestamp(
            found.embedded, grounds, proven, is_intact=bool(facts[position].holds)
        )
        if stamp is not None:
            judged[position] = stamp
    return judged


def _covering(facts: list[SignatureFacts], stamps: JudgedTimestamps, position: int) -> Covering:
    revision = facts[position].found.revision
    return tuple(
        (stamp, facts[other].found.revision)
        for other, stamp in sorted(stamps.items())
        if stamp.is_good
        and facts[other].is_sound_timestamp
        and facts[other].found.revision > revision
    )


def _document_facts(request: Request, document: Document) -> DocumentFacts:
    return DocumentFacts(
        request.filename,
        len(request.data),
        sha256_hex(request.data),
        len(document.pages),
        attempt(lambda: document.revisions),
    )
