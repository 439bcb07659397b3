"""Makes ``docs/failure-modes.md`` of what a run of the fault tests saw.

``python -m tests.chaos.page ROWS PAGE`` writes the page; with ``--check`` it ends with 1 when the
page does not say what the run saw.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

HEAD = """# What happens when a part fails

Made by `make failure-modes` from a run of the fault tests ([`tests/chaos/`](../tests/chaos));
`make chaos` checks that it still holds. Engines and processes are the real ones. A step
([`sealing/steps.py`](../sealservice/sealing/steps.py)) is named when it is behind us.

**Sealed once** means, checked from outside in every case: the order is done; there is one record,
one consumed approval, one kept signature, one locked object version; the log has one intent, one
use of the seal and one outcome; the archived bytes are valid at level B-LTA, to our verifier and to
`pdfsig`. **Refused** means: the order has failed and says why in both
languages, the log says so too, and nothing is in the archive.

| what fails | behind the step | what users see meanwhile | in the end | test |
|---|---|---|---|---|
"""


class Row(TypedDict):
    """One fault at one place, and what became of it."""

    fault: str
    step: str
    seen: str
    outcome: str
    test: str


def page(rows: Iterable[Row]) -> str:
    """Return the page."""
    lines = [
        f"| {row['fault']} | {row['step']} | {row['seen']} | {row['outcome']} | `{row['test']}` |\n"
        for row in rows
    ]
    return HEAD + "".join(lines)


def main(rows: str, file: str, *flags: str) -> int:
    """Write the page, or compare it."""
    fresh, path = page(json.loads(Path(rows).read_text("utf-8"))), Path(file)
    if not flags:
        path.write_text(fresh, "utf-8")
        return 0
    kept = path.read_text("utf-8").splitlines()
    missing = [line for line in fresh.splitlines() if line not in kept]
    for line in missing:
        sys.stderr.write(f"{path} lacks (make failure-modes writes it anew):\n{line}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
