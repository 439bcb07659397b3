"""``docs/cli.md`` tells of every command and every option."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_command

from sealservice.cli.commands import COMMANDS

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
OF_EVERY_COMMAND = {"--help", "--install-completion", "--show-completion"}


def _named(section: str) -> list[str]:
    return re.split("[ ,]+", section.partition("\n")[0])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_tells_of_every_command_and_option(name: str) -> None:
    """The sections whose headings name a command tell of all that it takes."""
    _, _, behind = PAGE.read_text("utf-8").partition("## 命令 / commands")
    sections = behind.partition("## 退出码")[0].split("\n### ")
    mine = [section for section in sections if name in _named(section)]
    told = "\n".join(mine)
    command = get_command(import_module(f"sealservice.cli.{COMMANDS[name][0]}").app)
    for word, inner in getattr(command, "commands", {"": command}).items():
        assert word in told
        options = {option for parameter in inner.params for option in parameter.opts}
        for option in {o for o in options if o.startswith("--")} - OF_EVERY_COMMAND:
            assert option in told, f"{name} {word} {option}"
