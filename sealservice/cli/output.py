"""What a command says: words and tables for people, JSON for programs.

1. Results go to standard output; progress and errors to standard error.
2. Everything is UTF-8, whatever the locale says; letters that do not print (escape sequences and
   bidirectional overrides among them) are shown as their number, never sent to the terminal.
3. Progress is shown on a terminal only.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from typing import Final, NoReturn
from unicodedata import category

from pydantic import BaseModel
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.fields import FieldsInvalid
from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.kernel.text import Language, Text

Progress = Callable[[Text], None]
"""``progress(text)`` says what is being done now."""

_PIPED_WIDTH: Final = 400
"""Columns when nobody sees them: a line is never broken for a program."""


class ReaderGoneError(Exception):
    """Whoever read our standard output has closed it."""


class _Paper(Console):
    """A console that says when nobody reads it; rich itself would exit with 1, a verdict."""

    def on_broken_pipe(self) -> NoReturn:
        """Say that nobody reads on."""
        raise ReaderGoneError


def speak_utf8() -> None:
    """Make both streams UTF-8; what it cannot express is written as a JSON escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def printable(text: str) -> str:
    """Return a text in which every letter prints; others appear as e.g. ``<U+001B>``."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() or category(letter) == "Zs" else f"<U+{ord(letter):04X}>"
        for letter in text
    )


def local_time(moment: datetime) -> str:
    """Write a moment in the time zone of this machine, e.g. ``2026-11-24 12:17:59 +08:00``."""
    return moment.astimezone().isoformat(" ", "seconds").replace("+", " +", 1)


def local_text(rfc3339: str) -> str:
    """Write an RFC 3339 moment like ``local_time``."""
    return local_time(datetime.fromisoformat(rfc3339))


@dataclass(frozen=True, slots=True)
class Output:
    """How this call wants its results."""

    language: Language
    json: bool

    def line(self, text: str = "", style: str = "") -> None:
        """Print one line for people."""
        stdout().print(Line(printable(text), style=style), soft_wrap=True)

    def say(self, text: Text, style: str = "") -> None:
        """Print one message in the language of this call."""
        self.line(text.to(self.language), style)

    def aside(self, text: Text) -> None:
        """Tell people something beside the result; programs are not disturbed."""
        if not self.json:
            _stderr().print(Line(printable(text.to(self.language))), soft_wrap=True)

    def shown(self, value: BaseModel | Sequence[BaseModel]) -> None:
        """Print as JSON what the API would answer."""
        if isinstance(value, BaseModel):
            print_json(value.model_dump(mode="json"))
        else:
            print_json([one.model_dump(mode="json") for one in value])

    def pairs(self, pairs: Mapping[Text, str], indent: int = 0) -> None:
        """Print names and values, one pair a line, the values below one another."""
        named = [(name.to(self.language), value) for name, value in pairs.items()]
        width = max(cell_len(name) for name, _ in named)
        for name, value in named:
            line = Line(" " * indent)
            line.append(set_cell_size(name, width + 2), "dim").append(printable(value))
            stdout().print(line, soft_wrap=True)

    def table(self, columns: Sequence[Text], rows: Sequence[Sequence[str]]) -> None:
        """Print a table; none at all says so."""
        if not rows:
            self.say(Text("（无）", "(none)"), "dim")
            return
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for column in columns:
            table.add_column(column.to(self.language), overflow="fold")
        for row in rows:
            table.add_row(*(Line(printable(cell)) for cell in row))
        stdout().print(table)

    @contextmanager
    def progress(self, text: Text) -> Iterator[Progress]:
        """Show on a terminal what is going on, until the block ends."""
        console = _stderr()
        if not console.is_terminal:
            yield lambda _: None
            return
        with console.status(text.to(self.language)) as status:
            yield lambda now: status.update(now.to(self.language))


def print_json(value: JsonValue, *, compact: bool = False) -> None:
    """Print a value as JSON, on one line if ``compact``."""
    written = json.dumps(value, ensure_ascii=False, indent=None if compact else 2)
    try:
        sys.stdout.write(written + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise ReaderGoneError from None


def print_bytes(data: bytes) -> None:
    """Print a file as it is."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise ReaderGoneError from None


def print_error(error: SealserviceError, status: int, *, as_json: bool) -> None:
    """Write an error to standard error: one line in each language, or an object."""
    if as_json:
        written = json.dumps({"error": error_json(error, status)}, ensure_ascii=False)
    else:
        written = f"{printable(error.message.zh)}\n{printable(error.message.en)}"
    sys.stderr.write(written + "\n")


def error_json(error: SealserviceError, status: int) -> JsonObject:
    """Return an error as JSON."""
    problems: list[JsonValue] = []
    if isinstance(error, FieldsInvalid):
        problems = [
            {"field": problem.field, "zh": problem.text.zh, "en": problem.text.en}
            for problem in error.problems
        ]
    return {
        "code": error.code,
        "zh": error.message.zh,
        "en": error.message.en,
        "exit_status": status,
        **({"problems": problems} if problems else {}),
    }


def stdout() -> Console:
    """Return a console on standard output that takes no letter for markup."""
    return _console(sys.stdout.isatty(), stderr=False)


def _stderr() -> Console:
    return _console(sys.stderr.isatty(), stderr=True)


def _console(terminal: bool, *, stderr: bool) -> Console:  # noqa: FBT001 - the one thing it asks
    width = None if terminal else _PIPED_WIDTH
    return _Paper(stderr=stderr, markup=False, emoji=False, highlight=False, width=width)
