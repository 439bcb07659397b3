"""Second opinions: what programs of other people say of archived records, held against our report.

1. Of the records of the last days a share is taken, decided by the digest of their ids: the same
   ones whoever asks, and nobody who seals can choose them. Each is looked at once.
2. The bytes must be those that the record names, by digest.
3. Each judge that is there says how many signatures and document timestamps it finds, and whether
   all of them hold. A judge that is not installed says nothing, and that is written down.
4. It disagrees who finds another number of them than the archived report, who finds one broken that
   the report calls intact, or who finds all whole where the report has a broken one. A judge that
   cannot read the file disagrees, too.
5. What was said is kept in any case; a disagreement is also an error in the log. Nothing else is
   changed: whoever is right, a person has to look.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol, cast

from sealservice.archive.model import Record, StoredVersion
from sealservice.kernel.clock import Clock
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.limits import Limits

_LOG: Final = logging.getLogger(__name__)
_SHARES: Final = 100
_BYTES: Final = "archive"
"""Who disagrees when the bytes are not the archived ones."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one judge says of a file."""

    judge: str
    found: int | None
    """Signatures and document timestamps; None: it does not tell."""
    holds: bool | None
    """Whether all of them hold; None: there is no such judge here."""
    said: str = ""
    """In its own words, one line."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One point in which a judge and the archived report differ."""

    judge: str
    point: str
    """``bytes``, ``count``, ``broken``, ``whole`` or ``unreadable``."""
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """What was found out about one record."""

    id: str
    record_id: str
    organisation_id: str
    judges: tuple[Opinion, ...]
    disagreements: tuple[Disagreement, ...]
    checked_at: datetime


class Judge(Protocol):
    """A program of other people that can tell of the signatures in a PDF."""

    def opinion(self, pdf: bytes) -> Opinion:
        """Return what it says; it never raises for what is in the file."""
        ...


class Opinions(Protocol):
    """Where second opinions are kept."""

    def unchecked(self, since: datetime) -> Sequence[Record]:
        """Return the records archived since then that nobody has looked at, newest first."""
        ...

    def add(self, opinion: SecondOpinion) -> None:
        """Keep what was found out."""
        ...


class ArchivedBytes(Protocol):
    """Reads what is archived."""

    def get(self, version: StoredVersion) -> bytes:
        """Return the bytes of one version."""
        ...


@dataclass(frozen=True, slots=True)
class Checker:
    """Asks the judges."""

    opinions: Opinions
    archived: ArchivedBytes
    judges: tuple[Judge, ...]
    clock: Clock
    limits: Limits

    def look(self) -> tuple[SecondOpinion, ...]:
        """Look at the share of recent records that nobody has looked at yet."""
        since = self.clock() - timedelta(days=self.limits.second_opinion_days)
        share = self.limits.second_opinion_percent
        waiting = [one for one in self.opinions.unchecked(since) if _taken(one.id, share)]
        return tuple(map(self._looked_at, waiting))

    def _looked_at(self, record: Record) -> SecondOpinion:
        try:
            said, differing = self._asked(record)
        except Exception as error:  # noqa: BLE001 - one odd record must not hold up the others
            _LOG.exception("record %s could not be looked at", record.id)
            said, differing = (), (Disagreement(_BYTES, "unreadable", "", type(error).__name__),)
        found = SecondOpinion(
            id=new_id("opn"),
            record_id=record.id,
            organisation_id=record.organisation_id,
            judges=said,
            disagreements=differing,
            checked_at=self.clock(),
        )
        self.opinions.add(found)
        for one in differing:
            _LOG.error("record %s: %s disagrees about its %s", record.id, one.judge, one.point)
        return found

    def _asked(self, record: Record) -> tuple[tuple[Opinion, ...], tuple[Disagreement, ...]]:
        try:
            pdf = self.archived.get(record.stored)
        except SealserviceError as error:
            return (), (Disagreement(_BYTES, "unreadable", record.sha256, error.code),)
        digest = sha256_hex(pdf)
        if digest != record.sha256:
            return (), (Disagreement(_BYTES, "bytes", record.sha256, digest),)
        said = tuple(judge.opinion(pdf) for judge in self.judges)
        return said, disagreements(record.facts.report, said)


def disagreements(report: JsonObject, said: Sequence[Opinion]) -> tuple[Disagreement, ...]:
    """Return in what the judges differ from an archived JSON report (rule 4)."""
    ours = cast("list[JsonObject]", report["signatures"])
    whole = all(one["intact"] for one in ours)
    found: list[Disagreement] = []
    for one in said:
        if one.holds is None:
            continue
        if one.found is not None and one.found != len(ours):
            found.append(Disagreement(one.judge, "count", str(len(ours)), str(one.found)))
        if whole and not one.holds:
            found.append(Disagreement(one.judge, "broken", "intact", one.said))
        if not whole and one.holds and one.found is not None:
            found.append(Disagreement(one.judge, "whole", "not intact", one.said))
    return tuple(found)


def _taken(record_id: str, percent: int) -> bool:
    return int(sha256_hex(record_id.encode())[:8], 16) % _SHARES < percent
