"""Say which field of a request is wrong, by a JSON pointer (RFC 6901), in the caller's language."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel, Field

from sealservice.kernel.text import Language, Text

UNION_TAG: Final = "as:"
"""Marks the parts of a location that name a member of a union, not a field."""

_TEXTS: Final = {
    "missing": Text("缺少该项", "is missing"),
    "extra_forbidden": Text("没有这一项", "is not a known field"),
    "string_type": Text("应为字符串", "must be a string"),
    "string_too_short": Text("内容过短", "is too short"),
    "string_too_long": Text("内容过长", "is too long"),
    "string_pattern_mismatch": Text("格式不正确", "has the wrong form"),
    "int_type": Text("应为整数", "must be an integer"),
    "int_parsing": Text("应为整数", "must be an integer"),
    "float_type": Text("应为数字", "must be a number"),
    "finite_number": Text("应为有限数字", "must be a finite number"),
    "enum": Text("不是允许的值", "is not one of the allowed values"),
    "literal_error": Text("不是允许的值", "is not one of the allowed values"),
    "union_tag_invalid": Text("type 不是允许的值", "has an unknown type"),
    "union_tag_not_found": Text("缺少 type", "lacks its type"),
    "greater_than_equal": Text("数值过小", "is too small"),
    "less_than_equal": Text("数值过大", "is too large"),
    "lock_fields": Text(
        "scope 为 all 时不列 fields，否则至少列一个",
        "takes no fields with scope all, and at least one otherwise",
    ),
    "json_invalid": Text("不是合法的 JSON", "is not valid JSON"),
}
_OTHER: Final = Text("格式不正确", "is not acceptable")


class FieldError(BaseModel):
    """What is wrong with one field."""

    pointer: str = Field(
        description="JSON pointer into the body; parameters stand under /query, /path, /header.",
        examples=["/seals/0/placements/0/text"],
    )
    detail: str


def field_errors(errors: Iterable[Mapping[str, Any]], language: Language) -> list[FieldError]:
    """Return what validation found, one entry per field."""
    return [
        FieldError(
            pointer=_pointer(error["loc"]),
            detail=_TEXTS.get(error["type"], _OTHER).to(language),
        )
        for error in errors
    ]


def _pointer(location: tuple[str | int, ...]) -> str:
    inside = location[1:] if location[:1] == ("body",) else location
    parts = (str(part) for part in inside)
    return "".join(f"/{_escaped(part)}" for part in parts if not part.startswith(UNION_TAG))


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
