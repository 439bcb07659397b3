"""``sealservice doctor``: one line for each part, saying how to mend what is not ready."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import typer

from sealservice.bootstrap.health import Examination
from sealservice.cli.call import Call, call_of
from sealservice.cli.desk import open_desk
from sealservice.cli.errors import PartsNotReady
from sealservice.cli.output import Output, print_json
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text

app = typer.Typer()

_EXAMINING: Final = Text("正在体检…", "Checking…")
_PARTS: Final = {
    "engines": Text("引擎", "Engines"),
    "database": Text("数据库", "Database"),
    "store": Text("对象存储", "Object store"),
    "keys": Text("密钥", "Keys"),
    "timestamps": Text("时间戳", "Time stamps"),
    "fonts": Text("字库", "Fonts"),
    "clock": Text("时钟", "Clock"),
    "mail": Text("邮件", "Mail"),
}


@dataclass(frozen=True, slots=True)
class _Finding:
    part: str
    is_ready: bool
    text: Text


@app.command()
def doctor(context: typer.Context) -> None:
    """Check every part.

    Raises:
        PartsNotReady: one or more are not.
    """
    call = call_of(context)
    findings = list(_findings(call))
    if call.output.json:
        print_json([_json(finding) for finding in findings])
    else:
        _tell(call.output, findings)
    missing = [_PARTS[finding.part] for finding in findings if not finding.is_ready]
    if missing:
        raise PartsNotReady(
            listed_zh="、".join(part.zh for part in missing),
            listed_en=", ".join(part.en for part in missing),
        )


def _findings(call: Call) -> Iterator[_Finding]:
    try:
        with open_desk(call) as desk:
            examination = Examination(desk.installation, desk.services.stores)
            with call.output.progress(_EXAMINING) as now:
                for part, check in examination.checks().items():
                    now(_PARTS[part])
                    try:
                        yield _Finding(part, is_ready=True, text=check())
                    except SealserviceError as error:
                        yield _Finding(part, is_ready=False, text=error.message)
    except SealserviceError as error:
        yield _Finding("engines", is_ready=False, text=error.message)


def _json(finding: _Finding) -> JsonObject:
    text = finding.text
    return {"id": finding.part, "ready": finding.is_ready, "zh": text.zh, "en": text.en}


def _tell(output: Output, findings: list[_Finding]) -> None:
    for finding in findings:
        mark, style = ("✔", "green") if finding.is_ready else ("✘", "red")
        name = _PARTS[finding.part].to(output.language)
        output.line(f"{mark} {name}  {finding.text.to(output.language)}", style)
