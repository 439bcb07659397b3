"""Judges for second opinions: pyHanko alone, poppler, qpdf, openssl, and EU DSS where it is.

Each runs in a limited child process of its own, for what is in a PDF may be hostile. A program that
is not installed says nothing; one that cannot read a file finds that it does not hold.
"""

import json
import re
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.sandbox import Sandbox
from sealservice.limits import Limits
from sealservice.verification.parting import SignedPart, pyhanko_alone, signed_parts
from sealservice.verification.second_opinions import Judge, Opinion

DSS_PROGRAM: Final = "sealservice-dss"
"""Called with ``--root PEM FOLDER``; prints a JSON object a line, as tests/interop/dss does."""
_SAID_LETTERS: Final = 300
_POPPLER: Final = re.compile(r"Signature Type: (.*)\n(?:  .*\n)*?.*Signature Validation: (.*)")
_POPPLER_VALID: Final = "Signature is Valid."
_POPPLER_STAMP: Final = ("unknown", "Signature has not yet been verified.")
"""What it says of every document timestamp: it knows of none."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Runs programs of other people within limits."""

    limits: Limits

    def run(self, *command: str | Path) -> tuple[bool, str]:
        """Return whether a program ended well, and what it said."""
        try:
            done = subprocess.run(
                [str(part) for part in command],
                capture_output=True,
                check=False,
                timeout=self.limits.second_opinion_seconds,
                preexec_fn=self._limited,
            )
        except subprocess.TimeoutExpired:
            return False, "it took too long"
        except OSError as error:
            return False, f"it cannot be run: {error.strerror}"
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        return done.returncode == 0, said

    def _limited(self) -> None:
        memory = self.limits.second_opinion_bytes
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def judges(limits: Limits, sandbox: Sandbox, root: bytes | None) -> tuple[Judge, ...]:
    """Return every judge; ``root`` is the PEM of the roots that time stamps chain up to."""
    programs = Programs(limits)
    return (
        PyHankoAlone(sandbox),
        Poppler(programs),
        Qpdf(programs),
        OpenSsl(programs, sandbox, root),
        Dss(programs, root),
    )


@dataclass(frozen=True, slots=True)
class PyHankoAlone:
    """PyHanko's own validation, without anything of ours around it."""

    sandbox: Sandbox

    def opinion(self, pdf: bytes) -> Opinion:
        """Return what it says."""
        try:
            found, holds = self.sandbox.run(pyhanko_alone, pdf)
        except SealserviceError as error:
            return Opinion("pyhanko", None, holds=False, said=error.code)
        return Opinion("pyhanko", found, holds)


@dataclass(frozen=True, slots=True)
class Poppler:
    """Pdfsig of poppler (NSS)."""

    programs: Programs

    def opinion(self, pdf: bytes) -> Opinion:
        """Return what it says."""
        return _of_program("pdfsig", pdf, self._said)

    def _said(self, file: Path) -> Opinion:
        _, said = self.programs.run("pdfsig", "-nocert", file)
        found = [(kind.strip(), told.strip()) for kind, told in _POPPLER.findall(said)]
        holds = bool(found) and all(
            told == _POPPLER_VALID or (kind, told) == _POPPLER_STAMP for kind, told in found
        )
        return Opinion("pdfsig", len(found), holds, _line("; ".join(t for _, t in found) or said))


@dataclass(frozen=True, slots=True)
class Qpdf:
    """``qpdf --check``: whether the file is one; it knows nothing of signatures."""

    programs: Programs

    def opinion(self, pdf: bytes) -> Opinion:
        """Return what it says."""
        return _of_program("qpdf", pdf, self._said)

    def _said(self, file: Path) -> Opinion:
        holds, said = self.programs.run("qpdf", "--check", file)
        return Opinion("qpdf", None, holds, _line(said))


@dataclass(frozen=True, slots=True)
class OpenSsl:
    """``openssl cms`` and ``openssl ts``, over parts that were taken out of the file."""

    programs: Programs
    sandbox: Sandbox
    root: bytes | None

    def opinion(self, pdf: bytes) -> Opinion:
        """Return what it says."""
        if shutil.which("openssl") is None:
            return Opinion("openssl", None, None)
        try:
            parts = self.sandbox.run(signed_parts, pdf)
        except SealserviceError as error:
            return Opinion("openssl", None, holds=False, said=error.code)
        with tempfile.TemporaryDirectory() as folder:
            said = [one for part in parts for one in self._judged(part, Path(folder))]
        bad = [line for holds, line in said if not holds]
        return Opinion("openssl", len(parts), not bad, _line("; ".join(bad)))

    def _judged(self, part: SignedPart, folder: Path) -> Iterator[tuple[bool, str]]:
        if part.is_timestamp:
            yield self._stamp(part.container, part.covered, folder)
            return
        container, content = folder / "container.der", folder / "content.bin"
        container.write_bytes(part.container)
        content.write_bytes(part.covered)
        yield self.programs.run(
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-noverify"),
            *("-in", container, "-content", content, "-out", "/dev/null"),
        )
        for token, value in part.stamps:
            yield self._stamp(token, value, folder)

    def _stamp(self, token: bytes, over: bytes, folder: Path) -> tuple[bool, str]:
        if self.root is None:
            return True, ""
        for name, data in (("token.der", token), ("over.bin", over), ("root.pem", self.root)):
            (folder / name).write_bytes(data)
        return self.programs.run(
            *("openssl", "ts", "-verify", "-token_in", "-in", folder / "token.der"),
            *("-data", folder / "over.bin", "-CAfile", folder / "root.pem"),
        )


@dataclass(frozen=True, slots=True)
class Dss:
    """EU DSS, where an administrator has put a program for it on the path."""

    programs: Programs
    root: bytes | None

    def opinion(self, pdf: bytes) -> Opinion:
        """Return what it says."""
        if self.root is None:
            return Opinion("dss", None, None)
        return _of_program(DSS_PROGRAM, pdf, self._said, "dss")

    def _said(self, file: Path) -> Opinion:
        root = file.parent / "root.pem"
        root.write_bytes(self.root or b"")
        ended, said = self.programs.run(DSS_PROGRAM, "--root", root, file.parent)
        try:
            told = json.loads(said.splitlines()[0])
            all_ = [*told["signatures"], *told["document_timestamps"]]
            failed = [one["indication"] for one in all_ if "FAILED" in one["indication"]]
        except (ValueError, KeyError, TypeError, IndexError):
            return Opinion("dss", None, holds=False, said=_line(said))
        return Opinion("dss", len(all_), ended and not failed, _line("; ".join(failed)))


def _of_program(
    program: str, pdf: bytes, said: Callable[[Path], Opinion], judge: str | None = None
) -> Opinion:
    if shutil.which(program) is None:
        return Opinion(judge or program, None, None)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record.pdf"
        file.write_bytes(pdf)
        return said(file)


def _line(said: str) -> str:
    return " ".join(said.split())[:_SAID_LETTERS]
