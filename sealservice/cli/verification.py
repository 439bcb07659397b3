"""``sealservice verify``: what the seals and signatures of PDFs are worth. Starts no engine.

1. Every file named must be there to be read; otherwise nothing is verified.
2. Each file gets a report, whatever is in it.
3. The exit code is the first of 1, 4, 2, 3 that occurs, else 0.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.bootstrap.offline import verifier
from sealservice.cli.call import Call, call_of
from sealservice.cli.errors import InputTooLarge, Misuse
from sealservice.cli.files import read_bytes, require_readable
from sealservice.cli.output import print_json
from sealservice.cli.verdicts import print_report
from sealservice.kernel.text import Text
from sealservice.verification.decision import exit_code
from sealservice.verification.model import Report, Verdict
from sealservice.verification.report import report_json

app = typer.Typer()

_FILE_BYTES: Final = 1 << 30
"""More than this is not even read for its digest."""
_VERIFYING: Final = Text("正在验章…", "Verifying…")
_ONE_FILE: Final = Text(
    "--json 只接受一个文件，多个文件请用 --jsonl。",
    "--json takes one file; use --jsonl for several.",
)


@app.command()
def verify(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="PDF 文件 / PDF files")],
    jsonl: Annotated[  # noqa: FBT002 - an option without a value
        bool, typer.Option("--jsonl", help="每个文件一行 JSON 报告 / one JSON report a line")
    ] = False,
    roots: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="信任的根证书文件夹，默认数据文件夹的 roots / folder of trusted roots",
        ),
    ] = None,
) -> int:
    """Verify and return the exit code of the verdicts."""
    call = call_of(context)
    if call.output.json and not jsonl and len(files) > 1:
        raise Misuse(_ONE_FILE, "sealservice verify")
    for file in files:
        require_readable(file)
    verdicts: list[Verdict] = []
    for report in _reports(call, files, roots):
        _tell(call, report, jsonl=jsonl, is_first=not verdicts)
        verdicts.append(report.verdict)
    return exit_code(verdicts)


def _reports(call: Call, files: Sequence[Path], roots: Path | None) -> Iterator[Report]:
    service = verifier(call.settings, roots)
    for file in files:
        with call.output.progress(_VERIFYING):
            data = read_bytes(file, _FILE_BYTES)
            if data is None:
                raise InputTooLarge(path=file, limit=f"{_FILE_BYTES >> 20} MiB")
            report = service.verify(os.fspath(file.name), data)
        yield report


def _tell(call: Call, report: Report, *, jsonl: bool, is_first: bool) -> None:
    if jsonl or call.output.json:
        print_json(report_json(report), compact=jsonl)
        return
    if not is_first:
        call.output.line()
    print_report(call.output, report)
