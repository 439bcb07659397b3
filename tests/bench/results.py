"""What was measured, as a table for people and as JSON for programs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from tests.bench.timing import Contender

FILE: Final = Path(__file__).with_name("results.json")

Row = Mapping[str, float | int]
"""Figures of a case by the names that tools look for."""


class Who(StrEnum):
    """Who takes part."""

    OURS = "ours"
    """The fast press, or our time-stamping authority."""
    SECOND = "pyhanko_press"
    """Our press that leaves the writing to pyHanko."""
    SHIPPED = "pyhanko_shipped"
    TUNED = "pyhanko_tuned"
    PDFBOX = "pdfbox"
    WHOLE = "asn1crypto"
    """Tokens that asn1crypto encodes as a whole, with an open key."""
    BARE = "bare"
    """The signatures alone, or the hash of a large document alone."""


@dataclass(frozen=True)
class Result:
    """CPU milliseconds of one call (medians of the rounds), and ratios of them by round."""

    milliseconds: Mapping[Who, float]
    ratios: Mapping[Who, float]
    """How many times as long as we they take; of ``BARE``, its share of our time."""
    judged: int
    """How many of our outputs the witnesses accepted."""

    @classmethod
    def of(cls, contenders: Mapping[Who, Contender[Any]]) -> "Result":
        """Sum up the rounds; the witnesses have accepted what they were given of each."""
        mine = contenders[Who.OURS]
        others = (who for who in contenders if who is not Who.OURS)
        return cls(
            {who: contender.milliseconds for who, contender in contenders.items()},
            {who: mine.times(contenders[who]) for who in others},
            len(mine.witnessed),
        )

    def json(self) -> dict[str, float | int]:
        """Return it by the names that tools look for; who took no part is absent."""
        found: dict[str, float | int] = {
            f"{who}_ms": round(spent, 4) for who, spent in self.milliseconds.items()
        }
        for who, ratio in self.ratios.items():
            name = "share_of_bare" if who is Who.BARE else f"ratio_{who}"
            found[name] = round(ratio, 3)
        found["per_second"] = round(1000 / self.milliseconds[Who.OURS], 1)
        found["judged"] = self.judged
        return found


def table(results: Mapping[str, Result]) -> str:
    """Return all results as a table in Markdown."""
    head = ("case", *(who.value for who in Who), "judged")
    lines = [head, ("---",) * len(head)]
    for case, result in results.items():
        cells = (_cell(result, who) for who in Who)
        lines.append((case, *cells, str(result.judged)))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(result: Result, who: Who) -> str:
    if who not in result.milliseconds:
        return ""
    spent = f"{result.milliseconds[who]:.3f}"
    if who is Who.OURS:
        return spent
    ratio = result.ratios[who]
    return f"{spent} ({ratio:.0%})" if who is Who.BARE else f"{spent} ({ratio:.1f}x)"


def write(results: Mapping[str, Result]) -> None:
    """Write them to ``results.json``, beside what was measured of verification."""
    rows = {case: result.json() for case, result in results.items()}
    _save({**rows, **{case: row for case, row in _saved().items() if _is_verification(case)}})


def write_verification(rows: Mapping[str, Row]) -> None:
    """Write what was measured of verification, beside what was of sealing."""
    others = {case: row for case, row in _saved().items() if not _is_verification(case)}
    _save({**others, **rows})


def write_whole(rows: Mapping[str, Row]) -> None:
    """Write what was measured through all processes, beside everything else."""
    _save({**_saved(), **rows})


def _is_verification(case: str) -> bool:
    return case.startswith("verify_")


def _saved() -> dict[str, Row]:
    found: dict[str, Row] = json.loads(FILE.read_text("utf-8")) if FILE.is_file() else {}
    return found


def _save(rows: Mapping[str, Row]) -> None:
    FILE.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
