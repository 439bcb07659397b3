"""A validation policy: what the facts mean for whoever asks.

1. *Constraints.* Whatever an examination finds has a stable key and a grade of its own. A policy
   may give a key another grade: FAIL keeps a signature from being valid, WARN and INFORM only tell,
   IGNORE is silent (ETSI TS 119 172-4 4.3.2 uses the same words).
2. *Algorithms.* What is not in the table is never accepted; what is, until the day that it names.
   That day is compared with the proven time of a signature, and with now where there is none.
3. *Decisions.* The first rule whose conditions all hold gives the verdict; when none does, the
   signature is unconfirmed.

Whatever a policy says, a floor remains: see ``FLOOR`` in ``policies``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sealservice.verification.model import Grade, Indication, Verdict

UNLIMITED: Final = date.max
"""Stands for an algorithm without a last day."""


class Changes(StrEnum):
    """What was changed after signing."""

    NONE = "none"
    PERMITTED = "permitted"
    ILLEGITIMATE = "illegitimate"


class Covered(StrEnum):
    """Whether a signature covers a whole revision."""

    WHOLE = "whole"
    PARTIAL = "partial"


class Answer(StrEnum):
    """A plain yes or no."""

    YES = "yes"
    NO = "no"


class Use(StrEnum):
    """Whose seal was used, and whether it might be."""

    FOREIGN = "foreign"
    """Not a seal of this installation, or none that it was asked about."""
    IN_USE = "in_use"
    OUT_OF_USE = "out_of_use"
    ROGUE = "rogue"
    """Ours, but its use was never recorded."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a verdict depends on."""

    indication: Indication
    intact: Answer
    modifications: Changes
    coverage: Covered
    revoked_before: Answer
    """Whether the certificate was revoked before the proven time."""
    use: Use
    constraints_met: Answer
    """Whether no constraint of grade FAIL is broken."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the decision table."""

    name: str
    conditions: Mapping[str, frozenset[str]]
    """By the name of a field of ``Situation``: the values for which the rule holds."""
    verdict: Verdict

    def holds(self, situation: Situation) -> bool:
        """Return whether all conditions hold."""
        return all(getattr(situation, name) in values for name, values in self.conditions.items())


@dataclass(frozen=True, slots=True)
class AlgorithmTable:
    """Until which day each algorithm is accepted, that day excluded."""

    digests: Mapping[str, date]
    signatures: Mapping[str, date]
    key_bits: Mapping[str, Mapping[int, date]]
    """By kind of key: from so many bits on."""

    def key_end(self, kind: str, bits: int) -> date | None:
        """Return the day for a key of so many bits; None: it is too short, or of no known kind."""
        reached = [least for least in self.key_bits.get(kind, {}) if least <= bits]
        return self.key_bits[kind][max(reached)] if reached else None


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as its file says it."""

    name: str
    version: str
    grades: Mapping[str, Grade]
    """By the key of what was found; a key that is not there keeps its own grade."""
    algorithms: AlgorithmTable
    decisions: tuple[Rule, ...]

    def grade(self, key: str, own: Grade) -> Grade:
        """Return how much a finding weighs; ``own`` is what it weighs where nothing is said."""
        return self.grades.get(key, own)

    def decide(self, situation: Situation) -> Verdict:
        """Return the verdict of the first rule that holds."""
        rules = (rule.verdict for rule in self.decisions if rule.holds(situation))
        return next(rules, Verdict.UNCONFIRMED)
