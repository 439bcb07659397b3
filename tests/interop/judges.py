"""The foreign judges, compiled and asked; and our own verifier, asked the same.

Maven resolves what ``dss/pom.xml`` pins, into its usual local repository, checksums enforced. The
judges themselves run offline.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.command_line import call

PROJECT: Final = Path(__file__).with_name("dss")
SECONDS: Final = 900
PADES: Final = "PAdES-BASELINE"
OURS: Final = "sealservice"
FOREIGN: Final = ("dss", "pdfbox")
MESSAGES: Final = ("errors", "warnings", "infos")


@dataclass(frozen=True)
class Opinion:
    """What somebody says of one signature, in the words of ETSI EN 319 102-1."""

    indication: str
    sub_indication: str | None
    level: str
    signer: str
    time: str | None
    """Best signature time, RFC 3339; without a proof of time a judge may name its own clock."""
    messages: tuple[str, ...]
    """Every error, warning and remark on the signature and the timestamps in it; errors of ours."""
    statuses: tuple[dict[str, Any], ...] = ()
    """Of every certificate of the signer's and the timestamps' chains, roots apart."""
    document_timestamps: tuple[str, ...] = ()
    """Indications of all document timestamps of the file."""


def compiled() -> None:
    """Compile the judges.

    Without Java 17 or Maven the run is skipped, which counts as a failure when ``CI`` is set.
    """
    missing = [program for program in ("javac", "mvn") if shutil.which(program) is None]
    if missing:
        complaint = f"the foreign judges need Java 17 and Maven; missing: {' '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(complaint)
        pytest.skip(complaint)
    _run("mvn", "--batch-mode", "--quiet", "--strict-checksums", "compile")


def conformance(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what veraPDF says of each PDF in a folder, by name."""
    return {Path(said["file"]).stem: said for said in _asked("pdfa", folder)}


def opinions(judge: str, root: Path, folder: Path) -> dict[str, list[Opinion]]:
    """Return a judge's opinions on each PDF in a folder, by name, in order of signing."""
    if judge == OURS:
        return _our_opinions(root, folder)
    said = _asked(judge, "--root", root, folder)
    return {Path(one["file"]).stem: [*map(_foreign, _signatures(one))] for one in said}


def _our_opinions(root: Path, folder: Path) -> dict[str, list[Opinion]]:
    files = sorted(folder.glob("*.pdf"))
    ended = call("verify", *files, "--roots", root.parent, "--jsonl", "--home", folder / "none")
    reports = [json.loads(line) for line in ended.out.splitlines()]
    return {
        Path(report["document"]["filename"]).stem: [
            _ours(signature, report)
            for signature in report["signatures"]
            if signature["kind"] == "signature"
        ]
        for report in reports
    }


def _signatures(said: dict[str, Any]) -> list[dict[str, Any]]:
    of_document = [stamp["indication"] for stamp in said["document_timestamps"]]
    return [{**one, "document_timestamps": of_document} for one in said["signatures"]]


def _foreign(said: dict[str, Any]) -> Opinion:
    parts = [said, *said["timestamps"]]
    return Opinion(
        said["indication"],
        said["sub_indication"],
        said["level"],
        said["signer"],
        said["best_signature_time"],
        tuple(text for part in parts for kind in MESSAGES for text in part[kind]),
        tuple(status for part in parts for status in part["statuses"]),
        tuple(said["document_timestamps"]),
    )


def _ours(said: dict[str, Any], report: dict[str, Any]) -> Opinion:
    stamps = [one for one in report["signatures"] if one["kind"] == "document_timestamp"]
    return Opinion(
        said["indication"],
        said["sub_indication"],
        said["level"].replace("B-", f"{PADES}-", 1),
        said["signer"]["common_name"],
        said["best_signature_time"],
        tuple(one["key"] for one in said["errors"]),
        document_timestamps=tuple(one["indication"].removeprefix("TOTAL-") for one in stamps),
    )


def _asked(judge: str, *arguments: str | Path) -> list[dict[str, Any]]:
    target = PROJECT / "target"
    said = _run(
        *("java", "-Djava.awt.headless=true", f"-Dpdfbox.fontcache={target}"),
        *("-cp", f"{target / 'classes'}:{target / 'lib'}/*", "judges.Main", judge, *arguments),
    )
    return [json.loads(line) for line in said.splitlines()]


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
