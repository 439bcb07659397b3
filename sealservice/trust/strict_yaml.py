"""YAML read strictly: every key asked for by name, every complaint with its place in the file."""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeVar

import yaml

from sealservice.kernel.text import Text
from sealservice.trust.errors import CeremonyInvalid

_Word = TypeVar("_Word", bound=StrEnum)

_LABEL_BYTES: Final = 64  # X.520 ub-common-name, counted in the strictest way


class _UniqueKeys(yaml.SafeLoader):
    """Plain data only, and no key twice: PyYAML would silently take the last."""


def _unique_mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Hashable, object]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
    if repeated:
        line = node.start_mark.line + 1
        problem = f"line {line}: given twice: {', '.join(repeated)}"
        raise yaml.YAMLError(problem)
    return loader.construct_mapping(node, deep=True)


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_mapping)


def load_mapping(text: str) -> "Mapping":
    """Read YAML whose top is a mapping.

    Raises:
        CeremonyInvalid: it is not YAML, a key stands twice, or the top is something else.
    """
    try:
        content = yaml.load(text, _UniqueKeys)  # noqa: S506  a SafeLoader, see above  # nosec B506
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise CeremonyInvalid(
            Text(f"无法解析（{reason}）", f"it cannot be parsed ({reason})"), "YAML"
        ) from error
    return Mapping((), _content("YAML", value=content))


@dataclass
class Mapping:
    """A mapping that knows its place in the file, and which keys nobody has asked for yet."""

    path: tuple[str, ...]
    content: dict[str, object]
    asked: set[str] = field(default_factory=set)

    def wrong(self, key: str, problem: Text) -> CeremonyInvalid:
        """Return the complaint about the value of a key."""
        return CeremonyInvalid(problem, *self.path, key)

    def has(self, key: str) -> bool:
        """Return whether an optional key is given."""
        return key in self.content

    def mapping(self, key: str) -> "Mapping":
        """Return the mapping under a key; it is never empty."""
        path = (*self.path, key)
        return Mapping(path, _content(*path, value=self._value(key)))

    def mappings(self, names: re.Pattern[str]) -> Iterator[tuple[str, "Mapping"]]:
        """Return each name of this mapping with the mapping under it."""
        for name in self.content:
            if not names.fullmatch(name):
                raise self.wrong(name, _mismatch(names))
            yield name, self.mapping(name)

    def matching(self, key: str, pattern: re.Pattern[str]) -> str:
        """Return a text that matches a pattern as a whole."""
        value = self._value(key)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self.wrong(key, _mismatch(pattern))
        return value

    def label(self, key: str) -> str:
        """Return a printable text of up to 64 bytes in UTF-8 with no space at its ends."""
        value = self._value(key)
        if isinstance(value, str) and _is_label(value):
            return value
        raise self.wrong(
            key,
            Text(
                f"应为可见文字，首尾无空格，UTF-8 编码不超过 {_LABEL_BYTES} 字节",
                "a printable text is needed, without space at its ends, of at most "
                f"{_LABEL_BYTES} bytes in UTF-8",
            ),
        )

    def integer(self, key: str, least: int, greatest: int) -> int:
        """Return a whole number within bounds, both included."""
        value = self._value(key)
        if type(value) is int and least <= value <= greatest:
            return value
        raise self.wrong(
            key,
            Text(
                f"应为 {least} 至 {greatest} 的整数",
                f"a whole number from {least} to {greatest} is needed",
            ),
        )

    def word(self, key: str, words: type[_Word]) -> _Word:
        """Return one of the words of an enumeration."""
        value = self._value(key)
        for word in words:
            if value == word.value:
                return word
        listed = ", ".join(word.value for word in words)
        raise self.wrong(key, Text(f"应为以下之一：{listed}", f"one of these is needed: {listed}"))

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self.content:
            if key not in self.asked:
                raise self.wrong(key, Text("此处没有这一项", "this key is not known here"))

    def _value(self, key: str) -> object:
        self.asked.add(key)
        if key not in self.content:
            raise self.wrong(key, Text("缺少该项", "it is missing"))
        return self.content[key]


def _content(*path: str, value: object) -> dict[str, object]:
    if not isinstance(value, dict) or not value:
        problem = Text("应为非空的键值表", "a mapping that is not empty is needed")
        raise CeremonyInvalid(problem, *path)
    for key in value:
        if not isinstance(key, str):
            problem = Text("键应为文字，请加引号", "the key must be a text; quote it")
            raise CeremonyInvalid(problem, *path, str(key))
    return value


def _is_label(value: str) -> bool:
    is_clean = value.isprintable() and value == value.strip()
    return is_clean and 1 <= len(value.encode()) <= _LABEL_BYTES


def _mismatch(pattern: re.Pattern[str]) -> Text:
    return Text(
        f"应为符合 {pattern.pattern} 的文字", f"a text that matches {pattern.pattern} is needed"
    )
