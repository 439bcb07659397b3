"""``sealservice verify``: what the seals and signatures of PDFs are worth. Starts no engine.

1. Without ``--jsonl`` every file named must be there to be read; otherwise nothing is verified.
2. Each file gets a report, whatever is in it; with ``--jsonl`` also one that cannot be read.
3. With ``--jsonl`` all cores work; the reports come in the order of the files.
4. The exit code is the first of 1, 4, 2, 3 that occurs, else 0.
5. ``--report jws`` is the one form that opens the installation: its signer signs what is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.bootstrap.offline import verifier
from sealservice.cli.call import Call, call_of
from sealservice.cli.crew import cores, in_order
from sealservice.cli.errors import FolderNamed, InputTooLarge, Misuse, MomentInvalid
from sealservice.cli.files import read_bytes, require_readable
from sealservice.cli.output import print_bytes, print_json
from sealservice.cli.verdicts import print_report
from sealservice.config import Settings
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.text import Text
from sealservice.verification import policies
from sealservice.verification.decision import exit_code
from sealservice.verification.keeping import ReportAsked
from sealservice.verification.model import Report, Verdict
from sealservice.verification.policy import Policy
from sealservice.verification.report import report_json
from sealservice.verification.reports import Rendered, ReportFormat, render
from sealservice.verification.service import VerificationService

app = typer.Typer()

_FILE_BYTES: Final = 1 << 30
"""More than this is not even read for its digest."""
_SMALL_BYTES: Final = 1 << 20
"""Up to this size files share a child process."""
_TOGETHER: Final = 32
"""Most files that share one."""
_TURNS: Final = 4
_VERIFYING: Final = Text("正在验章…", "Verifying…")
_ONE_FILE: Final = Text(
    "--json 只接受一个文件，多个文件请用 --jsonl。",
    "--json takes one file; use --jsonl for several.",
)
_OWN_TERMS: Final = Text(
    "签名报告（jws）只按本系统的信任根、内置策略和当前时间出具，"
    "不能与 --trust、--at 或自有策略文件同用。",
    "A signed report (jws) is made under this installation's roots, a policy that ships and as of "
    "now; it does not go with --trust, --at or a policy file of one's own.",
)
_ONE_REPORT: Final = Text(
    "--report 只接受一个文件，且不能与 --jsonl 同用。",
    "--report takes one file, and does not go with --jsonl.",
)


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where files are verified, all under the same conditions."""

    service: VerificationService
    at: datetime | None
    policy: Policy | None

    def report(self, file: Path) -> Report:
        """Return the report on a file.

        Raises:
            FolderNamed, InputMissing, InputUnreadable: it cannot be read.
        """
        _require_no_folder(file)
        data = read_bytes(file, _FILE_BYTES)
        if data is None:
            error = InputTooLarge(path=file, limit=f"{_FILE_BYTES >> 20} MiB")
            return self.service.unread(file.name, error, self.at, self.policy)
        return self.service.verify(file.name, data, self.at, self.policy)

    def report_in_any_case(self, file: Path) -> Report:
        """Return the report on a file, which says so when it cannot be read."""
        try:
            return self.report(file)
        except SealserviceError as error:
            return self.service.unread(file.name, error, self.at, self.policy)

    def reports(self, files: Sequence[Path]) -> list[Report]:
        """Return the reports on files in any case; small ones share a child process."""
        contents = [_small(file) for file in files]
        shared = [(file.name, data) for file, data in zip(files, contents, strict=True) if data]
        found = iter(self.service.verify_several(shared, self.at, self.policy) if shared else ())
        return [
            next(found) if data else self.report_in_any_case(file)
            for file, data in zip(files, contents, strict=True)
        ]


def _require_file(file: Path) -> None:
    _require_no_folder(file)
    require_readable(file)


def _require_no_folder(file: Path) -> None:
    if file.is_dir():
        raise FolderNamed(path=file)


def _small(file: Path) -> bytes | None:
    """Return the bytes of a file; None: it is too large to share, or cannot be read."""
    try:
        return read_bytes(file, _SMALL_BYTES)
    except SealserviceError:
        return None


def _groups(files: Sequence[Path], workers: int) -> list[Sequence[Path]]:
    """Divide files, so that each worker has several turns."""
    size = max(1, min(_TOGETHER, len(files) // (_TURNS * workers)))
    return [files[start : start + size] for start in range(0, len(files), size)]


@app.command()
def verify(  # noqa: PLR0913, PLR0917 - what the command line has
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="PDF 文件 / PDF files")],
    jsonl: Annotated[  # noqa: FBT002 - an option without a value
        bool, typer.Option("--jsonl", help="每个文件一行 JSON 报告 / one JSON report a line")
    ] = False,
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE",
            help="验证策略：default、strict-bank、archive 或策略文件 / validation policy",
        ),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(
            "--trust",
            "--roots",
            metavar="DIR",
            help="信任的根证书文件夹，默认数据文件夹的 roots / folder of trusted roots",
        ),
    ] = None,
    report: Annotated[
        ReportAsked | None,
        typer.Option(help="报告形式，一个文件 / form of the report on one file"),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="按该时刻验证，如 2026-11-24T12:00+08:00 / as of then"),
    ] = None,
    offline: Annotated[  # noqa: FBT002 - an option without a value
        bool,
        typer.Option("--offline", help="不联网查询证书状态 / ask nobody for certificate status"),
    ] = False,
) -> int:
    """Verify and return the exit code of the verdicts."""
    call = call_of(context)
    _require_one_file(call, files, report, jsonl=jsonl)
    moment, chosen = _moment(at), policies.find(policy) if policy else None
    settings = _for_all_cores(call.settings) if jsonl else call.settings
    if not jsonl:
        for file in files:
            _require_file(file)
    desk = _Desk(verifier(settings, trust, may_fetch=not offline), moment, chosen)
    if report is ReportAsked.JWS and (trust or at or policy not in {None, *policies.names()}):
        raise Misuse(_OWN_TERMS, "sealservice verify")
    if report:
        return exit_code([_form(call, desk, files[0], report)])
    return exit_code((_lines if jsonl else _one_by_one)(call, desk, files))


def _require_one_file(
    call: Call, files: Sequence[Path], wanted: ReportAsked | None, *, jsonl: bool
) -> None:
    if wanted and (jsonl or len(files) > 1):
        raise Misuse(_ONE_REPORT, "sealservice verify")
    if call.output.json and not jsonl and len(files) > 1:
        raise Misuse(_ONE_FILE, "sealservice verify")


def _form(call: Call, desk: _Desk, file: Path, wanted: ReportAsked) -> Verdict:
    with call.output.progress(_VERIFYING):
        report = desk.report(file)
    printed = _signed(call, report) if wanted is ReportAsked.JWS else _rendered(report, wanted.form)
    print_bytes(printed.data)
    return report.verdict


def _signed(call: Call, report: Report) -> Rendered:
    """Keep a report and have it signed; the one form that needs the installation.

    Raises:
        ReportKeyMissing, ReportSigningFailed: it is kept all the same.
    """
    # Neither the services nor a web framework behind them is loaded for any other form.
    from sealservice.bootstrap.processes import signer_running  # noqa: PLC0415
    from sealservice.cli.desk import open_desk  # noqa: PLC0415

    with open_desk(call) as desk, signer_running(desk.installation):
        keeping = desk.services.report_keeping
        return keeping.file(keeping.keep(desk.actor, report), ReportFormat.JWS)


def _rendered(report: Report, form: ReportFormat) -> Rendered:
    if form is not ReportFormat.RECEIPT:
        return render(report, form)
    # Fonts and the typesetter take time that only a receipt is worth.
    from sealservice.verification.reports.receipt import ReceiptMaker  # noqa: PLC0415

    return ReceiptMaker().receipt(report)


def _one_by_one(call: Call, desk: _Desk, files: Sequence[Path]) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for file in files:
        with call.output.progress(_VERIFYING):
            report = desk.report(file)
        if call.output.json:
            print_json(report_json(report))
        else:
            if verdicts:
                call.output.line()
            print_report(call.output, report)
        verdicts.append(report.verdict)
    return verdicts


def _lines(call: Call, desk: _Desk, files: Sequence[Path]) -> list[Verdict]:
    verdicts: list[Verdict] = []
    with call.output.progress(_VERIFYING) as progress:
        for reports in in_order(desk.reports, _groups(files, cores()), cores()):
            for report in reports:
                print_json(report_json(report), compact=True)
                verdicts.append(report.verdict)
            progress(_so_far(len(verdicts), len(files)))
    return verdicts


def _so_far(done: int, of: int) -> Text:
    return Text(f"正在验章… {done}/{of}", f"Verifying… {done}/{of}")


def _for_all_cores(settings: Settings) -> Settings:
    limits = replace(settings.limits, sandbox_children=cores())
    return replace(settings, limits=limits)


def _moment(written: str | None) -> datetime | None:
    """Read a moment; without a zone it is one of this machine's.

    Raises:
        MomentInvalid: it is none.
    """
    if written is None:
        return None
    try:
        return datetime.fromisoformat(written).astimezone()
    except (ValueError, OverflowError, OSError):
        raise MomentInvalid(value=written) from None
