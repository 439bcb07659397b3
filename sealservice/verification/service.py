"""Verify a file: it goes into a sandbox, and a report comes out, whatever the file is.

1. A file over the size limit is not parsed.
2. Everything that touches its content happens in one sandbox call (``examination``). Small files
   of one batch may share a call (``company``).
3. A child that was stopped or died gives a report too: unreadable, with the reason.
4. Where a fetcher is given and the question is about now: what an unconfirmed file lacks is
   fetched, and the file examined again with it, a few times at most. An invalid one causes none.
5. Seals of ours are named by their certificates, with their standing at the time of signing. A
   signature that holds, and that no record of the seal's use tells of, is a rogue one: an error is
   logged, the seal's owner is told, and no policy can call it valid.
6. What a seal of ours shows is held against its registered picture. A stranger's signature that
   shows the picture of one of our seals bears a picture only, and is not valid.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sealservice.kernel.clock import Clock
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.sandbox import Sandbox
from sealservice.kernel.text import Text
from sealservice.limits import Limits
from sealservice.seals.model import STATE_NAMES
from sealservice.verification import company, policies
from sealservice.verification.alarms import RogueAlarm
from sealservice.verification.anchors import TrustAnchors
from sealservice.verification.decision import ROGUE_USE, SEAL_IN_USE, SEAL_NOT_YET
from sealservice.verification.errors import DocumentTooLarge
from sealservice.verification.messages import message
from sealservice.verification.model import Finding, Grade, Report, SignatureReport, Verdict
from sealservice.verification.policy import Policy
from sealservice.verification.ports import Fetcher, RegisteredSeal, SealRegistry, StatusLists
from sealservice.verification.report import under, unreadable_report
from sealservice.verification.request import Request, Want

_LOG: Final = logging.getLogger(__name__)
_ROUNDS: Final = 3
"""An issuer's certificate may lead to another, and that to a status."""
_STATUS_NAMES: Final = {
    **{state.value: name for state, name in STATE_NAMES.items()},
    SEAL_NOT_YET: Text("尚未启用", "not in use yet"),
}


Examined = tuple[Report, tuple[Want, ...]]
"""A report, and what was lacking."""


def examine(request: Request) -> Examined:
    """Examine one file, and say what was lacking; this is what runs in the sandbox."""
    # Importing pyHanko takes a second, which only the process that examines should spend.
    from sealservice.verification import examination  # noqa: PLC0415

    return examination.examine(request)


def examine_several(requests: tuple[Request, ...]) -> tuple[Examined | None, ...]:
    """Examine files one after the other in a sandbox; None: one that needs a sandbox of its own."""
    return tuple(company.each(examine, requests))


class VerificationService:
    """Gives a verdict on any file."""

    def __init__(
        self,
        sandbox: Sandbox,
        anchors: TrustAnchors | Callable[[], TrustAnchors],
        limits: Limits,
        clock: Clock,
        seals: SealRegistry | None = None,
        status_lists: StatusLists | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._trusted = anchors if callable(anchors) else lambda: anchors
        self._limits = limits
        self._clock = clock
        self._seals = seals
        self._alarm: RogueAlarm | None = None
        self._status_lists = status_lists
        self._fetcher: Fetcher | None = None

    def fetch_with(self, fetcher: Fetcher) -> None:
        """Ask the network from now on for what a file lacks; without this nothing is fetched."""
        self._fetcher = fetcher

    def warn_with(self, alarm: RogueAlarm) -> None:
        """Tell owners of seals of rogue uses from now on; without this they are only logged."""
        self._alarm = alarm

    def verify(
        self,
        filename: str,
        data: bytes,
        at: datetime | None = None,
        policy: Policy | None = None,
    ) -> Report:
        """Return the report on one file, as of now or of another moment, under a policy.

        Raises:
            PolicyInvalid: none is given, and the one that ships as default breaks a rule.
        """
        return self._verified(self._request(filename, data, at, policy), None, may_fetch=at is None)

    def verify_several(
        self,
        files: Sequence[tuple[str, bytes]],
        at: datetime | None = None,
        policy: Policy | None = None,
    ) -> list[Report]:
        """Return the reports on small files, as of one moment for all; names and contents.

        They share a sandbox where that does them no harm (``company``).

        Raises:
            PolicyInvalid: see ``verify``.
        """
        moment = at or self._clock()
        requests = tuple(self._request(name, data, moment, policy) for name, data in files)
        try:
            found = self._sandbox.run(examine_several, requests)
        except SealserviceError:
            found = (None,) * len(requests)  # one of them is to blame, and each gets its own
        pairs = zip(requests, found, strict=True)
        return [self._verified(*pair, may_fetch=at is None) for pair in pairs]

    def _verified(self, request: Request, found: Examined | None, *, may_fetch: bool) -> Report:
        size, limit = len(request.data), self._limits.verified_bytes
        if size > limit:
            return unreadable_report(request, DocumentTooLarge(size=size, limit=limit))
        try:
            found = found or self._sandbox.run(examine, request)
            report = self._completed(request, *found, may_fetch=may_fetch)
        except SealserviceError as error:
            return unreadable_report(request, error)
        return self._with_seals(report, request.policy)

    def _completed(
        self, request: Request, report: Report, wants: tuple[Want, ...], *, may_fetch: bool
    ) -> Report:
        if self._fetcher is None or not may_fetch:
            return report
        for _ in range(_ROUNDS):
            if report.verdict is not Verdict.UNCONFIRMED or not wants:
                break
            found = request.supplement | self._fetcher.fetch(wants)
            if found == request.supplement:
                break
            # An answer may be of this very second, and so younger than the first look.
            request = replace(request, supplement=found, at=self._clock())
            report, wants = self._sandbox.run(examine, request)
        return report

    def unread(
        self,
        filename: str,
        error: SealserviceError,
        at: datetime | None = None,
        policy: Policy | None = None,
    ) -> Report:
        """Return the report on a file whose bytes could not be had; it says why.

        Raises:
            PolicyInvalid: see ``verify``.
        """
        nothing = replace(self._request(filename, b"", at, policy), is_read=False)
        return unreadable_report(nothing, error)

    def _request(
        self, filename: str, data: bytes, at: datetime | None, policy: Policy | None
    ) -> Request:
        return Request(
            filename=filename,
            data=data,
            anchors=self._trusted(),
            at=at or self._clock(),
            crls=self._status_lists.crls() if self._status_lists else (),
            most_pages=self._limits.document_pages,
            most_signatures=self._limits.verified_signatures,
            most_revisions=self._limits.verified_revisions,
            policy=policy or policies.load(),
        )

    def _with_seals(self, report: Report, policy: Policy) -> Report:
        if self._seals is None or report.verdict is Verdict.UNREADABLE:
            return report
        signatures = tuple(_named(s, self._seals, report) for s in report.signatures)
        self._raise_alarms(signatures, report.document.sha256 or "")
        return under(replace(report, signatures=signatures), policy)

    def _raise_alarms(self, signatures: tuple[SignatureReport, ...], document: str) -> None:
        """Tell the owners of seals of uses without a record, and log them."""
        for one in signatures:
            rogue = any(finding.message.key == ROGUE_USE for finding in one.findings)
            if not rogue or one.seal is None or one.signature_sha256 is None:
                continue
            seal_id = str(one.seal["seal_id"])
            _LOG.error("seal %s was used without a record of it", seal_id)
            if self._alarm is not None:
                self._alarm.found(seal_id, one.signature_sha256, document)


def _named(signature: SignatureReport, seals: SealRegistry, report: Report) -> SignatureReport:
    if signature.signer is None:
        return signature
    known = signature.best_signature_time or signature.claimed_signing_time
    moment = datetime.fromisoformat(known or report.validation_time)
    seal = seals.seal_of(signature.signer.certificate_sha256, moment)
    if seal is None:
        return _without_seal(signature, seals)
    digest = signature.signature_sha256 if signature.intact else None
    if digest and not seals.is_recorded(seal.seal_id, digest, report.document.sha256 or ""):
        rogue = Finding(message(ROGUE_USE), Grade.FAIL)
        signature = replace(signature, findings=(*signature.findings, rogue))
    return _with_seal(_compared(signature, seal), seal)


def _without_seal(signature: SignatureReport, seals: SealRegistry) -> SignatureReport:
    """Return the report of a stranger's signature, which must not look like a seal of ours."""
    pictures = {one.picture_sha256 for one in signature.appearances} - {None}
    shown = seals.shown(frozenset(filter(None, pictures))) if pictures else frozenset()
    if not shown:
        return signature
    borrowed = Finding(message("picture_only"), Grade.FAIL)
    appearances = tuple(
        replace(one, image_matches=False) if one.picture_sha256 in shown else one
        for one in signature.appearances
    )
    return replace(signature, appearances=appearances, findings=(*signature.findings, borrowed))


def _compared(signature: SignatureReport, seal: RegisteredSeal) -> SignatureReport:
    """Return the report of a seal's signature with its pictures held against the registered one."""
    if seal.picture_sha256 is None or not signature.appearances:
        return signature
    appearances = tuple(
        replace(one, image_matches=one.picture_sha256 == seal.picture_sha256)
        for one in signature.appearances
    )
    findings = signature.findings
    if not all(one.image_matches for one in appearances):
        findings = (*findings, Finding(message("picture_differs"), Grade.WARN))
    return replace(signature, appearances=appearances, findings=findings)


def _with_seal(signature: SignatureReport, seal: RegisteredSeal) -> SignatureReport:
    findings = signature.findings
    if seal.status != SEAL_IN_USE:
        name = _STATUS_NAMES[seal.status]
        told = message("seal_not_in_use", status_zh=name.zh, status_en=name.en)
        findings = (*findings, Finding(told, Grade.FAIL))
    return replace(
        signature,
        seal={"seal_id": seal.seal_id, "type": seal.type, "status_at_signing": seal.status},
        license={"uscc": seal.uscc, "status_at_signing": seal.license_status},
        findings=findings,
    )
