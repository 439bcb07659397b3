"""A home in which the demonstration was run, and commands in it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sealservice.bootstrap.installation import Installation, opened
from sealservice.bootstrap.processes import signer_running
from sealservice.config import Settings
from tests.command_line import Ended, call, call_here


@dataclass(frozen=True)
class Demonstrated:
    """A home after one demonstration."""

    home: Path
    installation: Installation
    ended: Ended
    license_id: str
    seal_id: str

    @property
    def facts(self) -> dict[str, Any]:
        """Return what demo.json says."""
        facts: dict[str, Any] = json.loads((self.home / "demo.json").read_text("utf-8"))
        return facts

    @property
    def form(self) -> Path:
        """Return the filled form."""
        return Path(self.facts["form_pdf"])

    def call(self, *arguments: str | Path) -> Ended:
        """Run a command in this home."""
        return call_here("--lang", "zh", "--home", self.home, *arguments)

    def seal(self, source: Path, out: Path, *options: str, seal: str | None = None) -> Ended:
        """Run ``seal-pdf``."""
        return self.call("seal-pdf", source, out, "--seal", seal or self.seal_id, *options)


@contextmanager
def demonstration(home: Path) -> Iterator[Demonstrated]:
    """Run the demonstration in a new home, and keep its engines and its signer up."""
    with opened(Settings(home=home)) as installation:
        ended = call("demo", "--once", "--home", home)
        assert ended.status == 0, ended.err
        with signer_running(installation):
            licenses = call_here("license", "list", "--json", "--home", home).value
            seals = call_here("seal", "list", "--json", "--home", home).value
            yield Demonstrated(home, installation, ended, licenses[0]["id"], seals[0]["id"])
