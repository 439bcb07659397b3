"""What may stand in a field that somebody typed, and one error for everything that is wrong.

1. Outer white space is dropped; a value that is then empty counts as missing.
2. Letters that do not print are refused: control, format (bidirectional overrides, zero width),
   surrogate, private-use and unassigned code points, line and paragraph separators.
3. A value has a greatest length in code points.

All problems of one input are collected, so that it is corrected in one go.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sealservice.kernel.errors import Refused
from sealservice.kernel.text import Text

_NAMED_UNKNOWNS: Final = 10
"""Most unknown fields that are named, and most letters of each."""
_NAMED_LETTERS: Final = 40
_EMPTY: Final = Text("不能为空", "must not be empty")
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field, by the name it has in the input."""

    field: str
    text: Text


class FieldsInvalid(Refused):
    """One or more fields of an input are not acceptable; ``problems`` names each."""

    code = "fields_invalid"
    text = Text(
        "填写内容有误，请改正后重试：{listed_zh}",
        "Some fields are not acceptable. Correct them and try again: {listed_en}",
    )

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            listed_zh="；".join(problem.text.zh for problem in self.problems),
            listed_en="; ".join(problem.text.en for problem in self.problems),
        )


def field_problem(field: str, label: Text, reason: Text) -> FieldProblem:
    """Join a field's name, its label and what is wrong with its value."""
    zh = f"{label.zh}（{field}）：{reason.zh}"
    return FieldProblem(field, Text(zh, f"{label.en} ({field}): {reason.en}"))


def unknown_problems(names: Iterable[str], reason: Text) -> list[FieldProblem]:
    """Name the fields that should not be there, the first few of them, in order."""
    cut = (name[:_NAMED_LETTERS] for name in sorted(names)[:_NAMED_UNKNOWNS])
    shown = (name if name.isprintable() else ascii(name) for name in cut)
    return [
        FieldProblem(name, Text(f"{name}：{reason.zh}", f"{name}: {reason.en}")) for name in shown
    ]


def unprintable_problem(value: str) -> Text | None:
    """Say which letter of a value does not print, e.g. “第 3 位有不可用字符 U+0007”."""
    for position, letter in enumerate(value, start=1):
        if unicodedata.category(letter) in _UNPRINTABLE:
            return Text(
                f"第 {position} 个字符 U+{ord(letter):04X} 不可用",
                f"character {position} (U+{ord(letter):04X}) is not allowed",
            )
    return None


def length_problem(value: str, greatest: int) -> Text | None:
    """Say that a value is longer than ``greatest`` code points."""
    if len(value) <= greatest:
        return None
    return Text(
        f"共 {len(value)} 个字符，最多 {greatest} 个",
        f"{len(value)} characters, at most {greatest} are allowed",
    )


def text_problems(field: str, label: Text, value: str, greatest: int) -> list[FieldProblem]:
    """Say what is wrong with a text that must be there; ``value`` has no outer white space."""
    found = _EMPTY if not value else unprintable_problem(value) or length_problem(value, greatest)
    return [field_problem(field, label, found)] if found else []
