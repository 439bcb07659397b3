"""What goes into a form: checked line by line, everything wrong being said at once.

1. Fields taken from the license are read-only; fields the form does not have are refused.
2. Required answers are there, and every answer is a string.
3. Its letters print, stand in the fonts of the form, and are not too many.
4. It matches the field's pattern, is one of its choices, or a date YYYY-MM-DD that exists.
5. The license has every required line, and the fonts have its letters too.
6. Nothing contains the seal keyword, which would draw the seal to a wrong place.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sealservice.kernel.fields import (
    FieldProblem,
    field_problem,
    length_problem,
    unknown_problems,
    unprintable_problem,
)
from sealservice.kernel.json import JsonValue
from sealservice.kernel.text import Text
from sealservice.licenses.model import FaceItem, LicenseFace, face_items
from sealservice.matters.errors import AnswersInvalid
from sealservice.matters.model import ApplicantField, FieldKind, Matter, PrefilledField

Renderable = Callable[[str], bool]
"""Whether the form's fonts have a letter."""
Objection = Callable[[str], Text | None]
"""What keeps a text out of the form, if anything does."""

_READ_ONLY: Final = Text("取自电子营业执照，不可填写", "is taken from the license and is read-only")
_UNKNOWN: Final = Text("表单没有这一项", "is not a field of this form")
_MISSING: Final = Text("没有填写", "is missing")
_NOT_ON_LICENSE: Final = Text("电子营业执照上没有这一项", "is not on the license")
_NOT_TEXT: Final = Text("应为文字", "must be a string")
_DATE: Final = Text("应为存在的日期，如 2026-11-24", "must be an existing date such as 2026-11-24")
_PATTERN: Final = Text("格式不符", "has the wrong form")
_ABSENT: Final = "—"


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything a form shows, by field name."""

    prefilled: Mapping[str, FaceItem]
    """Labelled as the license labels it."""
    answers: Mapping[str, str]
    """Empty where an optional field was not answered."""


def check_contents(
    matter: Matter, face: LicenseFace, answers: Mapping[str, JsonValue], renderable: Renderable
) -> Contents:
    """Return what the form will show, or say everything that is wrong with it.

    Raises:
        AnswersInvalid: one or more fields are wrong; ``problems`` names each.
    """
    items = face_items(face)
    lent = {field.name: _lent(field, items) for field in matter.prefilled}
    given = {field.name: _given(answers.get(field.name)) for field in matter.fields}

    def unshowable(text: str) -> Text | None:
        return _unrenderable(text, renderable) or _keyword_problem(text, matter.seal_keyword)

    wrong_lines = ((f, _wrong_line(f, lent[f.name], unshowable)) for f in matter.prefilled)
    wrong_answers = ((f, _wrong_answer(f, given[f.name], unshowable)) for f in matter.fields)
    problems = [
        *_strangers(matter, answers),
        *(field_problem(field.name, field.label, wrong) for field, wrong in wrong_lines if wrong),
        *(field_problem(field.name, field.label, wrong) for field, wrong in wrong_answers if wrong),
    ]
    if problems:
        raise AnswersInvalid(problems)
    absent = {field.name: FaceItem(field.label, _ABSENT) for field in matter.prefilled}
    present = {name: item for name, item in lent.items() if item}
    return Contents(absent | present, {name: str(text) for name, text in given.items()})


def _lent(field: PrefilledField, items: Mapping[str, FaceItem]) -> FaceItem | None:
    return next((items[source] for source in field.sources if source in items), None)


def _given(answer: JsonValue) -> str | None:
    """Return the answer without outer white space; None when it is not a string."""
    if answer is None:
        return ""
    return answer.strip() if isinstance(answer, str) else None


def _strangers(matter: Matter, answers: Mapping[str, JsonValue]) -> list[FieldProblem]:
    known = {f.name for f in matter.prefilled} | {f.name for f in matter.fields}
    taken = (field for field in matter.prefilled if field.name in answers)
    return [
        *(field_problem(field.name, field.label, _READ_ONLY) for field in taken),
        *unknown_problems(answers.keys() - known, _UNKNOWN),
    ]


def _wrong_line(field: PrefilledField, item: FaceItem | None, unshowable: Objection) -> Text | None:
    if item is None:
        return _NOT_ON_LICENSE if field.required else None
    return unshowable(item.value)


def _wrong_answer(field: ApplicantField, text: str | None, unshowable: Objection) -> Text | None:
    if text is None:
        return _NOT_TEXT
    if not text:
        return _MISSING if field.required else None
    return (
        unprintable_problem(text)
        or length_problem(text, field.greatest)
        or unshowable(text)
        or _wrong_kind(field, text)
    )


def _wrong_kind(field: ApplicantField, text: str) -> Text | None:
    if field.kind is FieldKind.DATE:
        return None if _is_date(text) else _DATE
    if field.kind is FieldKind.CHOICE and text not in field.choices:
        listed = "、".join(field.choices)
        return Text(f"应为以下之一：{listed}", f"must be one of {listed}")
    if field.pattern and not re.fullmatch(field.pattern, text):
        return field.hint or _PATTERN
    return None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unrenderable(value: str, renderable: Renderable) -> Text | None:
    for position, letter in enumerate(value, start=1):
        if not renderable(letter):
            shown = f"“{letter}”（U+{ord(letter):04X}）"
            return Text(
                f"第 {position} 个字符{shown}不在字库中",
                f"character {position} {shown} is not in the fonts",
            )
    return None


def _keyword_problem(value: str, keyword: str) -> Text | None:
    if keyword not in value:
        return None
    return Text(f"不得含有用印位置文字“{keyword}”", f"must not contain the seal keyword {keyword}")
