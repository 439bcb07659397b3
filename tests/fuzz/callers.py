"""Schemathesis calls the API of a private installation: ``-m tests.fuzz.callers FOLDER SECONDS``.

It makes requests from ``docs/openapi.json``, right ones and wrong ones, and follows ids from answer
to request. No answer may be a 5xx, and each must be as described.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.security.served import House, served

_DESCRIPTION: Final = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
_NOT_CHECKED: Final = "positive_data_acceptance"
"""That whatever fits the description is accepted: credit codes, for one, have a check digit."""


def _command(house: House, seconds: int) -> list[str]:
    options = {
        "--url": f"{house.url}/api/v1",
        "--header": f"Authorization: Bearer {house.ours.caller.key}",
        "--max-time": str(seconds),
        "--exclude-checks": _NOT_CHECKED,
        "--request-timeout": "60",
        "--generation-database": "none",
        "--warnings": "off",
    }
    program = Path(sys.executable).with_name("schemathesis")
    words = [word for option in options.items() for word in option]
    return [str(program), "run", str(_DESCRIPTION), "--continue-on-failure", "--no-color", *words]


def main(folder: Path, seconds: int) -> int:
    """Return Schemathesis's exit code: 0 when the API withstood."""
    with served(folder / "home") as house:
        return subprocess.run(_command(house, seconds), cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
