"""Alternating rounds of several ways to do the same, by CPU time; ratios are taken round by round.

Absolute times drift with whatever else the machine does; a ratio within one round hardly does.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

Input = TypeVar("Input")
Ready = TypeVar("Ready")
WITNESSED: Final = 0.01
"""Share of the outputs that others judge; of each case and contender at least one."""
MOST_IN_A_BATCH: Final = 2_000


@dataclass(frozen=True)
class Batch:
    """What some calls took and made."""

    seconds: float
    """CPU, of all of them."""
    outputs: list[bytes]


Work = Callable[[list[Input]], Batch]


def measured(call: Callable[[Input], bytes | tuple[bytes, ...]]) -> Work[Input]:
    """Return what calls for each input in this process, all of whose threads are counted.

    What is made in chunks, to be written one after the other, is joined when the clock has stopped.
    """
    return measured_from(call, lambda one: one)


def measured_from(
    call: Callable[[Ready], bytes | tuple[bytes, ...]], ready: Callable[[Input], Ready]
) -> Work[Input]:
    """Return the same, with inputs made ready before the clock starts."""

    def work(inputs: list[Input]) -> Batch:
        prepared = [ready(one) for one in inputs]
        begun = time.process_time()
        made = [call(one) for one in prepared]
        seconds = time.process_time() - begun
        return Batch(seconds, [one if isinstance(one, bytes) else b"".join(one) for one in made])

    return work


@dataclass(frozen=True)
class Effort:
    """How long is measured."""

    rounds: int = 5
    seconds: float = 0.3
    """CPU of each contender in each round, about; at least one call."""
    warming: float = 0.3
    """CPU seconds before the first round; a JVM gets ``patience`` times that."""
    patience: float = 30.0


@dataclass
class Contender(Generic[Input]):
    """One way to do it."""

    work: Work[Input]
    is_slow_to_warm: bool = False
    rounds: list[float] = field(default_factory=list)
    """CPU milliseconds of a call, by round."""
    calls: int = 0
    witnessed: list[tuple[Input, bytes]] = field(default_factory=list)
    """Some inputs with what was made of them."""
    _batch: int = 1

    def warm(self, fresh: Callable[[int], list[Input]], effort: Effort, most: int) -> None:
        """Run until it is at its speed, and learn how many calls fill a round."""
        left = effort.warming * (effort.patience if self.is_slow_to_warm else 1)
        while left > 0:
            seconds = max(self.work(fresh(self._batch)).seconds, 1e-6)
            left -= seconds
            each = seconds / self._batch
            self._batch = min(most, max(1, round(effort.seconds / each)))

    def run(self, fresh: Callable[[int], list[Input]]) -> None:
        """Run one round."""
        inputs = fresh(self._batch)
        batch = self.work(inputs)
        self.rounds.append(batch.seconds * 1000 / self._batch)
        before = int(self.calls * WITNESSED)
        self.calls += self._batch
        wanted = int(self.calls * WITNESSED) - before or int(not self.witnessed)
        made = list(zip(inputs, batch.outputs, strict=True))
        self.witnessed += random.sample(made, wanted)

    @property
    def milliseconds(self) -> float:
        """Return the median of the rounds."""
        return statistics.median(self.rounds)

    def times(self, other: "Contender[Input]") -> float:
        """Return how many times as long the other one takes: the median of the rounds' ratios."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return statistics.median(theirs / mine for mine, theirs in pairs)


def alternate(
    contenders: Iterable[Contender[Input]],
    fresh: Callable[[int], list[Input]],
    effort: Effort,
    most: int = MOST_IN_A_BATCH,
) -> None:
    """Warm all of them, then let them take turns; no input is ever given twice."""
    contenders = list(contenders)
    for contender in contenders:
        contender.warm(fresh, effort, most)
    for _ in range(effort.rounds):
        for contender in contenders:
            contender.run(fresh)
