r"""Where seals go, as the options ``--at``, ``--keyword``, ``--straddle``, ``--field`` say it.

1. A place is written ``key=value,key=value``; ``clamp`` and ``duplex`` need no value.
2. A backslash takes the meaning from the letter behind it: ``text=甲方\,乙方``. Page sets may hold
   commas as they are: ``pages=1,3-5,last``.
3. Lengths are millimetres: ``120`` or ``120mm``; points are written ``340pt``.
4. ``--keyword`` without a key is the text itself, commas and all; ``--field`` is always a name.
5. An unknown key, one given twice, one that is missing, and a value that does not fit are misuse.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Final, Literal, NoReturn, TypeVar, cast

from sealservice.cli.errors import Misuse
from sealservice.kernel.text import Text
from sealservice.sealing.geometry import POINTS_PER_MM
from sealservice.sealing.model import (
    CoordinatePlacement,
    FieldPlacement,
    KeywordPlacement,
    Origin,
    Placement,
    SealUse,
    StraddlePlacement,
)

COMMAND: Final = "sealservice seal-pdf"
_KEYS: Final = {
    "--at": ("page", "pages", "x", "y", "origin", "clamp"),
    "--keyword": ("text", "occurrence", "dx", "dy", "page", "pages", "clamp"),
    "--straddle": ("edge", "page", "pages", "at", "per-seal", "duplex", "margin", "min-slice"),
}
_FLAGS: Final = frozenset({"clamp", "duplex"})
_SETS: Final = frozenset({"page", "pages"})
_TRUTHS: Final = {"yes": True, "true": True, "": True, "no": False, "false": False}
_WRITTEN_WITH_KEYS: Final = re.compile(r"[a-z][a-z-]*=")
_LENGTH: Final = re.compile(r"([+-]?\d{1,7}(?:\.\d{1,9})?)\s*(mm|pt)?", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,7}", re.ASCII)

_UNKNOWN: Final = Text(
    "{option} 没有“{key}”这一项，可用：{known}。", "{option} knows no “{key}”; it knows {known}."
)
_TWICE: Final = Text("{option} 中“{key}”出现两次。", "{option} has “{key}” twice.")
_LACKS: Final = Text("{option} 缺少“{key}”。", "{option} lacks “{key}”.")
_NO_VALUE: Final = Text(
    "{option} 中“{item}”应写作 键=值；值中的逗号须写作 \\,。",
    "in {option}, “{item}” must be key=value; a comma in a value is written \\,.",
)
_NOT_A_LENGTH: Final = Text(
    "{option} 的“{key}={value}”不是长度，应写作 120、120mm 或 340pt。",
    "in {option}, “{key}={value}” is no length; write 120 or 120mm or 340pt.",
)
_NOT_A_NUMBER: Final = Text(
    "{option} 的“{key}={value}”不是整数。", "in {option}, “{key}={value}” is no whole number."
)
_WHERE: Final = Text(
    "印章“{seal}”没有位置：请用 --at、--keyword、--straddle 或 --field 指定。",
    "say where “{seal}” goes: --at, --keyword, --straddle or --field.",
)
_NOT_ONE_OF: Final = Text(
    "{option} 的“{key}={value}”不可用，可用：{known}。",
    "in {option}, “{key}={value}” is none of {known}.",
)

Word = TypeVar("Word", bound=StrEnum)


def parsed(option: str, written: str, *, clamp: bool = False) -> Placement:
    """Read one place; ``clamp`` holds for those that do not say otherwise.

    Raises:
        Misuse: it cannot be understood.
    """
    return _READERS[option](_Items(option, written), clamp)


def seal_uses(options: Iterable[tuple[str, str]], *, clamp: bool) -> tuple[SealUse, ...]:
    """Return each seal with its places, in the order of the options."""
    placements: dict[str, list[Placement]] = {}
    waiting: list[Placement] = []
    current: str | None = None
    for name, value in options:
        if name == "seal":
            current = value
            placements.setdefault(current, []).extend(waiting)
            waiting = []
        else:
            place = parsed(f"--{name}", value, clamp=clamp)
            (waiting if current is None else placements[current]).append(place)
    for seal_id, places in placements.items():
        if not places:
            raise Misuse(_WHERE.filled(seal=seal_id), COMMAND)
    return tuple(SealUse(seal_id, tuple(places)) for seal_id, places in placements.items())


class _Items:
    """The keys and values of one place."""

    def __init__(self, option: str, written: str) -> None:
        self.option = option
        self.written = written

    @cached_property
    def values(self) -> Mapping[str, str]:
        values: dict[str, str] = {}
        for key, value in self._pairs():
            if key in values:
                self._refuse(_TWICE, key=key)
            values[key] = value
        return values

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """Yield keys with their values; a page set goes on over commas."""
        known, last = _KEYS[self.option], ""
        collected: list[tuple[str, str]] = []
        for item in _split(self.written, ",") if self.written.strip() else ():
            key, *value = (part.strip() for part in _split(item, "=", 1))
            if not value and key not in _FLAGS and last in _SETS:
                collected[-1] = (last, f"{collected[-1][1]},{_plain(key)}")
                continue
            if not value and key not in _FLAGS:
                self._refuse(_NO_VALUE, item=item)
            if key not in known:
                self._refuse(_UNKNOWN, key=key, known=", ".join(known))
            last = key
            collected.append((key, _plain(value[0]) if value else ""))
        yield from collected

    def text(self, key: str) -> str:
        if not self.values.get(key):
            self._refuse(_LACKS, key=key)
        return self.values[key]

    def pages(self, otherwise: str | None = None) -> str:
        """Return the page set, by either name."""
        if "page" in self.values and "pages" in self.values:
            self._refuse(_TWICE, key="pages")
        if otherwise is not None and not _SETS & self.values.keys():
            return otherwise
        return self.text("page" if "page" in self.values else "pages")

    def length(self, key: str, otherwise: float | None = None) -> float:
        """Return a length in mm."""
        if otherwise is not None and key not in self.values:
            return otherwise
        match = _LENGTH.fullmatch(self.text(key))
        if match is None:
            self._refuse(_NOT_A_LENGTH, key=key, value=self.values[key])
        number = float(match[1])
        return number / POINTS_PER_MM if match[2] == "pt" else number

    def number(self, key: str, otherwise: int) -> int:
        if key not in self.values:
            return otherwise
        if not _NUMBER.fullmatch(self.values[key]):
            self._refuse(_NOT_A_NUMBER, key=key, value=self.values[key])
        return int(self.values[key])

    def word(self, key: str, otherwise: Word) -> Word:
        """Return one of an enumeration's words."""
        value = self.values.get(key, otherwise.value)
        words = type(otherwise)
        if value not in list(words):
            self._refuse(_NOT_ONE_OF, key=key, value=value, known=", ".join(words))
        return words(value)

    def truth(self, key: str, *, otherwise: bool) -> bool:
        value = self.values.get(key)
        if value is None:
            return otherwise
        if value not in _TRUTHS:
            self._refuse(_NOT_ONE_OF, key=key, value=value, known="yes, no")
        return _TRUTHS[value]

    def occurrence(self) -> Literal["first", "last", "all"] | int:
        value = self.values.get("occurrence", "last")
        if value in {"first", "last", "all"}:
            return cast('Literal["first", "last", "all"]', value)
        if not _NUMBER.fullmatch(value):
            known = "first, last, all, 1, 2, …, -1"
            self._refuse(_NOT_ONE_OF, key="occurrence", value=value, known=known)
        return int(value)

    def _refuse(self, problem: Text, **fields: object) -> NoReturn:
        raise Misuse(problem.filled(option=self.option, **fields), COMMAND)


def _split(written: str, at: str, most: int = 0) -> list[str]:
    """Split where a letter stands without a backslash before it."""
    return re.split(rf"(?<!\\){at}", written.replace("\\\\", "\0"), maxsplit=most)


def _plain(value: str) -> str:
    """Take away the backslashes that quote."""
    return re.sub(r"\\(.)", r"\1", value).replace("\0", "\\")


def _coordinate(items: _Items, clamp: bool) -> CoordinatePlacement:  # noqa: FBT001 - see parsed
    return CoordinatePlacement(
        pages=items.pages(),
        x_mm=items.length("x"),
        y_mm=items.length("y"),
        origin=items.word("origin", Origin.BOTTOM_LEFT),
        clamp=items.truth("clamp", otherwise=clamp),
    )


def _keyword(items: _Items, clamp: bool) -> KeywordPlacement:  # noqa: FBT001 - see parsed
    if not _WRITTEN_WITH_KEYS.match(items.written.lstrip()):
        return KeywordPlacement(items.written, clamp=clamp)
    return KeywordPlacement(
        keyword=items.text("text"),
        occurrence=items.occurrence(),
        dx_mm=items.length("dx", 0.0),
        dy_mm=items.length("dy", 0.0),
        pages=items.pages("all"),
        clamp=items.truth("clamp", otherwise=clamp),
    )


def _straddle(items: _Items, _clamp: bool) -> StraddlePlacement:  # noqa: FBT001 - see parsed
    usual = StraddlePlacement()
    return StraddlePlacement(
        edge=items.word("edge", usual.edge),
        pages=items.pages(usual.pages),
        at_mm=items.length("at") if "at" in items.values else None,
        pages_per_seal=items.number("per-seal", usual.pages_per_seal),
        duplex=items.truth("duplex", otherwise=False),
        margin_mm=items.length("margin", usual.margin_mm),
        smallest_slice_mm=items.length("min-slice", usual.smallest_slice_mm),
    )


def _field(items: _Items, _clamp: bool) -> FieldPlacement:  # noqa: FBT001 - see parsed
    return FieldPlacement(items.written)


_READERS: Final[Mapping[str, Callable[[_Items, bool], Placement]]] = {
    "--at": _coordinate,
    "--keyword": _keyword,
    "--straddle": _straddle,
    "--field": _field,
}
