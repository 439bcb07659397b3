"""Alternating rounds of two ways to do the same, by CPU time; ratios are taken round by round.

Absolute times drift with whatever else the machine does; a ratio within one round hardly does.
"""

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Comparison:
    """What a case costs us and its rival, in milliseconds of CPU each (medians)."""

    case: str
    ours: float
    rival: float
    ratio: float
    """Median over the rounds of rival / ours: above 1, we are faster."""

    def row(self) -> str:
        """Return a line of the table."""
        return f"| {self.case} | {self.ours:.2f} | {self.rival:.2f} | {self.ratio:.2f}x |"


def compare(case: str, ours: Work, rival: Work, rounds: int = 7, batch: int = 5) -> Comparison:
    """Run both once to warm up, then alternate ``rounds`` rounds of ``batch`` calls each."""
    ours()
    rival()
    pairs = [(_milliseconds(ours, batch), _milliseconds(rival, batch)) for _ in range(rounds)]
    return Comparison(
        case,
        statistics.median(mine for mine, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(other / mine for mine, other in pairs),
    )


def wall_seconds(work: Work) -> float:
    """Return how long one call takes by the clock."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _milliseconds(work: Work, batch: int) -> float:
    begun = _cpu()
    for _ in range(batch):
        work()
    return (_cpu() - begun) * 1000 / batch


def _cpu() -> float:
    """Return CPU seconds of this process and of the children it has waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)
