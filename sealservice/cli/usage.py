"""Options in any place, and what is said in both languages when a call is not understood."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from typer.exceptions import TyperException

from sealservice.cli.errors import Misuse
from sealservice.kernel.text import Language, Text

_WITH_VALUE: Final = frozenset({"--home", "--lang"})
_LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_COMPLAINTS: Final = (
    (r"No such option: (\S+)(.*)", "没有选项“{0}”。{1}"),
    (r"Option '(.+)' requires an argument\.", "选项“{0}”后缺少值。"),
    (r"Missing (?:argument|option|parameter) '(.+?)'\.?(.*)", "缺少“{0}”。{1}"),
    (r"Invalid value for '(.+?)': (?:Value error, )?(.+)", "“{0}”的值不可用：{1}"),
    (r"No such command '(.+?)'\.?(.*)", "没有命令“{0}”。{1}"),
    (r"Missing command\.", "缺少命令。"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", "多余的参数“{0}”。"),
)
"""What typer says, and the same in Chinese."""


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Move the options that every command takes to the front, so they may stand anywhere."""
    front: list[str] = []
    rest: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        name, equals, value = argument.partition("=")
        if argument == "--":
            rest += [argument, *remaining]
        elif argument == "--json":
            front.append(argument)
        elif name in _WITH_VALUE:
            values = [value] if equals else list(islice(remaining, 1))
            if not values:
                return [name]  # typer then says that its value is missing
            front += [name, *values]
        else:
            rest.append(argument)
    return front + rest


def language_of(environment: Mapping[str, str]) -> Language:
    """Return English for an English locale, otherwise Chinese."""
    locale = next((environment[v] for v in _LOCALE_VARIABLES if environment.get(v)), "")
    return Language.EN if locale.lower().startswith("en") else Language.ZH


def misuse(error: TyperException) -> Misuse:
    """Put typer's complaint into both languages."""
    said = error.format_message().strip()
    english = said if said.endswith((".", "?")) else f"{said}."
    context = getattr(error, "ctx", None)
    return Misuse(Text(_chinese(said), english), context.command_path if context else None)


def _chinese(english: str) -> str:
    for complaint, chinese in _COMPLAINTS:
        if found := re.fullmatch(complaint, english, re.DOTALL):
            return chinese.format(*(part.strip() for part in found.groups())).strip()
    return english
