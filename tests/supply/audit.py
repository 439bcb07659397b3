"""Ask for known vulnerabilities of the locked packages, and believe only an audit: ``make audit``.

``pip-audit`` ends with 0 and "No known vulnerabilities found" when its database is out of reach:
each package is then skipped. So its report is counted here:

1. No report, or not one package audited: "audited nothing", exit 2.
2. Some packages skipped: they are named, exit 2.
3. A vulnerability: it is named, exit 1.
4. Otherwise 0, with the number of packages that were audited.

Arguments go to ``pip-audit``; ``--vulnerability-service osv --osv-url URL`` asks your own mirror.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.supply.materials import ROOT

_SECONDS: Final = 600


@dataclass(frozen=True)
class Verdict:
    """How the audit ends."""

    status: int
    text: str


def judged(report: str) -> Verdict:
    """Return what a report of ``pip-audit --format json`` is worth."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        return Verdict(2, "audited nothing: pip-audit gave no report")
    skipped = [f"{one['name']}: {one['skip_reason']}" for one in packages if "skip_reason" in one]
    audited = [one for one in packages if "vulns" in one]
    if not audited:
        reason = skipped[0] if skipped else "the report is empty"
        return Verdict(2, f"audited nothing: {len(skipped)} packages skipped; {reason}")
    found = [
        f"{one['name']} {one['version']}: {vulnerability['id']}"
        for one in audited
        for vulnerability in one["vulns"]
    ]
    if found:
        return Verdict(1, "\n".join([*found, *skipped]))
    if skipped:
        return Verdict(2, "\n".join(["audited only in part:", *skipped]))
    return Verdict(0, f"{len(audited)} packages audited, no vulnerability known")


def audit(arguments: Sequence[str], requirements: str = "requirements/runtime.txt") -> Verdict:
    """Audit what is locked."""
    program = Path(sys.executable).with_name("pip-audit")
    done = subprocess.run(
        [
            program, "--requirement", requirements, "--require-hashes", "--disable-pip",
            "--format", "json", "--progress-spinner", "off", *arguments,
        ],
        cwd=ROOT, check=False, timeout=_SECONDS, stdout=subprocess.PIPE,
    )  # fmt: skip
    return judged(done.stdout.decode("utf-8"))


if __name__ == "__main__":
    verdict = audit(sys.argv[1:])
    print(verdict.text)  # noqa: T201 - a command
    sys.exit(verdict.status)
