"""Diagnostic facts: all that was found out, as JSON, and the way back.

A report that was kept in this form can be had again as a value: to be given in another form, or to
be weighed under another policy (``report.under``), without the file that it is about.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from sealservice.kernel.json import JsonObject
from sealservice.verification.errors import DiagnosticsUnreadable
from sealservice.verification.model import Report
from sealservice.verification.report import plain

DIAGNOSTIC_VERSION: Final = 1


def diagnostic_json(report: Report) -> JsonObject:
    """Return everything that is known, with what each finding weighs by itself."""
    return {"diagnostic_version": DIAGNOSTIC_VERSION, "report": plain(asdict(report))}


def restored(content: JsonObject) -> Report:
    """Return the report that diagnostic facts were written from.

    Raises:
        DiagnosticsUnreadable: they are of another version, or something else.
    """
    if content.get("diagnostic_version") != DIAGNOSTIC_VERSION:
        raise DiagnosticsUnreadable
    try:
        report: Report = _built(Report, content.get("report"))
    except (KeyError, TypeError, ValueError):
        raise DiagnosticsUnreadable from None
    return report


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _built(kind: Any, value: Any) -> Any:  # noqa: ANN401 - whatever the type hint says
    if isinstance(kind, UnionType):
        if value is None:
            return None
        kind = next(one for one in get_args(kind) if one is not NoneType)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), value)
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: _built(hints[name], value[name]) for name in names})  # type: ignore[operator]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    written = {float: int | float}.get(kind, Mapping if get_origin(kind) is dict else kind)
    if not isinstance(value, written):
        raise TypeError(kind)
    return value


def _tuple(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as above
    if not isinstance(value, list):
        raise TypeError(kinds)
    each = kinds[:1] * len(value) if kinds[-1] is Ellipsis else kinds
    return tuple(_built(kind, one) for kind, one in zip(each, value, strict=True))
