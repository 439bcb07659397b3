"""The options that every command takes, and where a command finds them."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import typer

from sealservice.cli.output import Output
from sealservice.config import Settings, read_settings


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the command line."""

    home: Path | None
    output: Output

    @property
    def settings(self) -> Settings:
        """Read the settings of this call.

        Raises:
            SettingInvalid: a variable of the environment does not fit.
        """
        return read_settings(home=self.home)


def call_of(context: typer.Context) -> Call:
    """Return the options that ``main`` put into the context."""
    return cast("Call", context.obj)
