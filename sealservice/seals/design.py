"""Seal designs, read from ``templates/seals`` strictly.

1. A file is a YAML mapping; ``based_on`` names another design whose entries count where the file
   has none of its own; an empty entry takes one away.
2. Each mapping has exactly the entries of its data class, each of its type; lengths are finite and,
   but for heights over the centre, above zero.
3. A measure that cannot be right is refused: a rim without an inside, a narrowest letter wider
   than the widest, a seal larger than 100 mm, letters and star outside the rim.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from math import hypot
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

import yaml

from sealservice.kernel.resources import resource
from sealservice.kernel.text import Text
from sealservice.seals.errors import DesignInvalid, DesignNotFound
from sealservice.seals.measures import SealDesign
from sealservice.seals.texts import Slot

Data = TypeVar("Data")

_GREATEST_MM: Final = 100.0
_GREATEST_ANGLE: Final = 360.0
_SIGNED: Final = frozenset({"centre", "middle"})
_MAY_BE_ZERO: Final = frozenset({"corner"})
_PLAIN: Final[dict[object, Text]] = {
    str: Text("不是文字", "not a text"),
    bool: Text("不是 true 或 false", "neither true nor false"),
    int: Text("不是整数", "not a whole number"),
}


def designs() -> list[str]:
    """Return the ids of all designs, in order."""
    return sorted(file.stem for file in resource("templates/seals").glob("*.yaml"))


@cache
def load_design(design_id: str) -> SealDesign:
    """Read a design that ships with the package, e.g. ``official``.

    Raises:
        DesignNotFound: there is none of that name.
        DesignInvalid: its file breaks a rule.
    """
    if design_id not in designs():
        raise DesignNotFound(design=design_id, known="、".join(designs()))
    return read_design(resource(f"templates/seals/{design_id}.yaml"))


def read_design(file: Path) -> SealDesign:
    """Read a design from a file; a design that it is based on lies beside it.

    Raises:
        DesignInvalid: the file breaks a rule.
    """
    reader = _Reader(file.name)
    design = reader.data(SealDesign, _values(file, reader), "")
    if design.id != file.stem:
        raise reader.wrong("id", Text("与文件名不符", "it differs from the file's name"))
    _check(design, reader)
    return design


def _values(file: Path, reader: "_Reader") -> dict[str, Any]:
    try:
        values = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        reason = str(error).replace("\n", " ")
        raise reader.wrong("—", Text(f"无法读取（{reason}）", f"unreadable ({reason})")) from error
    if not isinstance(values, dict):
        raise reader.wrong("—", Text("不是键值表", "not a mapping"))
    base = values.pop("based_on", None)
    if base is None:
        return values
    if base not in {other.stem for other in file.parent.glob("*.yaml")} - {file.stem}:
        raise reader.wrong("based_on", Text("没有此章型", "there is no such design"))
    return _values(file.with_name(f"{base}.yaml"), reader) | values


class _Reader:
    """Turns YAML values into the data classes of a design, by their type hints."""

    def __init__(self, file: str) -> None:
        self._file = file

    def wrong(self, place: str, reason: Text) -> DesignInvalid:
        return DesignInvalid(file=self._file, place=place, reason_zh=reason.zh, reason_en=reason.en)

    def data(self, kind: type[Data], values: object, place: str) -> Data:
        if not isinstance(values, dict):
            raise self.wrong(place or "—", Text("不是键值表", "not a mapping"))
        hints = get_type_hints(kind)
        needed = {f.name for f in fields(kind) if f.default is MISSING}  # type: ignore[arg-type]
        for name in sorted((set(values) - set(hints)) | (needed - set(values)), key=str):
            reason = Text("缺少", "missing") if name in needed else Text("未知", "unknown")
            raise self.wrong(_joined(place, name), reason)
        read = {
            name: self._value(hints[name], value, _joined(place, name))
            for name, value in values.items()
        }
        return kind(**read)

    def _value(self, kind: object, value: object, place: str) -> object:
        if isinstance(kind, UnionType):
            kind = next(other for other in get_args(kind) if other is not NoneType)
            return None if value is None else self._value(kind, value, place)
        if get_origin(kind) is tuple:
            if not isinstance(value, list):
                raise self.wrong(place, Text("不是列表", "not a list"))
            one = get_args(kind)[0]
            return tuple(self._value(one, each, f"{place}[{n}]") for n, each in enumerate(value))
        if kind is float:
            return self._measure(value, place)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return self._word(kind, value, place)
        if isinstance(kind, type) and is_dataclass(kind):
            return self.data(kind, value, place)
        if type(value) is not kind or value == "":
            reason = _PLAIN[kind]
            raise self.wrong(place, reason)
        return value

    def _word(self, kind: type[StrEnum], value: object, place: str) -> StrEnum:
        known = [member.value for member in kind]
        if value in known:
            return kind(value)
        listed = "、".join(known)
        raise self.wrong(place, Text(f"只能是 {listed}", f"not one of {', '.join(known)}"))

    def _measure(self, value: object, place: str) -> float:
        name = place.rpartition(".")[2]
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self.wrong(place, Text("不是数", "not a number"))
        least = -_GREATEST_MM if name in _SIGNED else 0.0
        if least < value <= _GREATEST_ANGLE or (value == 0 and name in _MAY_BE_ZERO):
            return float(value)
        raise self.wrong(place, Text(f"{value:g} 超出范围", f"{value:g} is out of range"))


def _joined(place: str, name: object) -> str:
    return f"{place}.{name}" if place else str(name)


def _check(design: SealDesign, reader: _Reader) -> None:
    """Refuse measures that cannot be right."""
    for place, is_right, reason in _RULES:
        if not is_right(design):
            raise reader.wrong(place, reason)


def _reach(design: SealDesign) -> float:
    """Return the half of the shorter side inside the rim."""
    return min(design.outline.width, design.outline.height) / 2 - design.outline.rim_width


_RULES: Final[tuple[tuple[str, Callable[[SealDesign], bool], Text], ...]] = (
    (
        "outline",
        lambda design: max(design.outline.width, design.outline.height) <= _GREATEST_MM,
        Text("大于 100 毫米", "larger than 100 mm"),
    ),
    (
        "outline.rim_width",
        lambda design: _reach(design) > 0,
        Text("边宽超过印章的一半", "the rim leaves no inside"),
    ),
    (
        "star",
        lambda design: (
            design.star is None
            or design.star.diameter / 2 + abs(design.star.centre) < _reach(design)
        ),
        Text("五角星超出边框", "the star reaches over the rim"),
    ),
    (
        "qr",
        lambda design: (
            design.qr is None
            or hypot(design.qr.quiet / 2, design.qr.quiet / 2 + abs(design.qr.centre))
            < _reach(design)
        ),
        Text("二维码及其留白超出边框", "the QR code and the white around it reach over the rim"),
    ),
    (
        "name",
        lambda design: (
            design.name is None
            or (
                design.name.smallest_height <= design.name.height
                and design.name.narrowest <= design.name.widest
                and design.name.inset + design.name.height < _reach(design)
                and design.name.filled <= 1
            )
        ),
        Text("文字尺寸自相矛盾或超出边框", "its sizes contradict one another, or leave the rim"),
    ),
    (
        "columns",
        lambda design: (
            design.columns is None
            or max(design.columns.width, design.columns.height) / 2
            <= max(design.outline.width, design.outline.height) / 2 - design.outline.rim_width
        ),
        Text("超出边框", "they reach over the rim"),
    ),
    (
        "name",
        lambda design: (
            [design.name is not None, design.columns is not None, design.has_line(Slot.NAME)].count(
                True
            )
            == 1
        ),
        Text("名称须恰有一处：弧形、分栏或横排", "it has one place: an arc, columns or a line"),
    ),
    (
        "stacks",
        lambda design: all(
            abs(stack.middle) + stack.height / 2 < design.outline.height / 2
            and all(line.narrowest <= line.widest for line in stack.lines)
            for stack in design.stacks
        ),
        Text("横排文字超出边框或尺寸自相矛盾", "a line leaves the rim or contradicts itself"),
    ),
)
