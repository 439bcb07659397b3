"""Read a license face from JSON, naming everything that is wrong with it.

1. It is an object whose ``entity_type`` is known: that decides which fields there are.
2. No other field than those stands in it; each is a string (kernel.fields says which letters).
3. Each field that this type always shows is there.
4. Dates are written YYYY-MM-DD and exist; the credit code passes GB 32100-2015.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from sealservice.kernel.fields import (
    field_problem,
    length_problem,
    unknown_problems,
    unprintable_problem,
)
from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.kernel.text import Text
from sealservice.licenses.errors import FaceInvalid, FaceNotAnObject, UsccInvalid
from sealservice.licenses.model import (
    ENTITY_NAMES,
    FACE_TYPES,
    OPTIONAL_LINES,
    Copy,
    EntityType,
    LicenseFace,
    face_lines,
)
from sealservice.licenses.uscc import parse_uscc

_MISSING: Final = Text("没有填写", "is missing")
_NOT_TEXT: Final = Text("应为文字", "must be a string")
_UNKNOWN: Final = Text("该类执照没有这一项", "is not a field of this type of license")
_DATE: Final = Text("应为存在的日期，如 2026-11-24", "must be an existing date such as 2026-11-24")
_COPY: Final = Text("应为 original（正本）或 duplicate（副本）", "must be original or duplicate")
_ENTITY: Final = Text(
    "应为以下之一：" + "、".join(f"{kind}（{name.zh}）" for kind, name in ENTITY_NAMES.items()),
    "must be one of " + ", ".join(ENTITY_NAMES),
)


class _Wrong(Exception):
    """What is wrong with the value in hand."""

    def __init__(self, reason: Text) -> None:
        self.reason = reason


def parse_face(value: JsonValue) -> LicenseFace:
    """Return the face, or say everything that is wrong with it.

    Raises:
        FaceNotAnObject: the value is not a JSON object.
        FaceInvalid: one or more fields are wrong; ``problems`` names each.
    """
    if not isinstance(value, dict):
        raise FaceNotAnObject
    face_type = FACE_TYPES[_entity_type(value)]
    lines = face_lines(face_type)
    problems = unknown_problems(value.keys() - lines.keys() - {_LABEL}, _UNKNOWN)
    read: dict[str, Any] = {}
    for name, line in lines.items():
        try:
            read[name] = _read(name, value.get(name), line.greatest)
        except _Wrong as wrong:
            problems.append(field_problem(name, line.label, wrong.reason))
    if problems:
        raise FaceInvalid(problems)
    return face_type(**read)


def _entity_type(value: JsonObject) -> EntityType:
    try:
        return EntityType(str(value.get(_LABEL)))
    except ValueError:
        label = Text("主体类型", "entity type")
        raise FaceInvalid([field_problem(_LABEL, label, _ENTITY)]) from None


def _read(name: str, value: JsonValue, greatest: int) -> str | date | None:
    text = _text(value, greatest)
    if text:
        return _READERS.get(name, str)(text)
    if name not in OPTIONAL_LINES:
        raise _Wrong(_MISSING)
    return None


def _text(value: JsonValue, greatest: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Wrong(_NOT_TEXT)
    text = value.strip()
    problem = unprintable_problem(text) or length_problem(text, greatest)
    if problem:
        raise _Wrong(problem)
    return text


def _uscc(text: str) -> str:
    try:
        return parse_uscc(text)
    except UsccInvalid as error:
        raise _Wrong(error.message) from None


def _date(text: str) -> date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _Wrong(_DATE)


def _copy(text: str) -> Copy:
    try:
        return Copy(text)
    except ValueError:
        raise _Wrong(_COPY) from None


_LABEL: Final = "entity_type"
_READERS: Final[dict[str, Callable[[str], str | date]]] = {
    "uscc": _uscc,
    "established_on": _date,
    "issued_on": _date,
    "copy": _copy,
}
