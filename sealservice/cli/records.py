"""``sealservice record``: look into the archive, and fetch the very bytes that were archived."""

from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.api.records import RecordOutline, RecordShown
from sealservice.archive.model import Record
from sealservice.cli.call import call_of
from sealservice.cli.desk import open_desk
from sealservice.cli.files import output_file
from sealservice.cli.output import Output, local_time, print_json
from sealservice.cli.verdicts import verdict_word
from sealservice.kernel.text import Text

app = typer.Typer()

_COLUMNS: Final = (
    Text("编号", "Id"),
    Text("归档时间", "Archived"),
    Text("级别", "Level"),
    Text("结论", "Verdict"),
    Text("文件", "File"),
)
_RecordId = Annotated[str, typer.Argument(metavar="ID", help="档案编号 / record id")]


@app.command()
def show(context: typer.Context, record_id: _RecordId) -> None:
    """显示一份档案 / show one record."""
    call = call_of(context)
    with open_desk(call) as desk:
        record = desk.services.archive.show(desk.actor, record_id)
    if call.output.json:
        call.output.shown(RecordShown.of(record))
        return
    _print(call.output, record)


@app.command("list")
def list_(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="最多列出几份 / at most this many")] = 100,
) -> None:
    """列出档案，新的在前 / list records, newest first."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        found = desk.services.archive.page(desk.actor, None, limit)
    if output.json:
        output.shown([RecordOutline.of(record) for record in found])
        return
    output.table(_COLUMNS, [_row(output, record) for record in found])


@app.command()
def fetch(
    context: typer.Context,
    record_id: _RecordId,
    out: Annotated[Path, typer.Argument(help="输出文件 / where the document goes")],
) -> None:
    """取出归档文件 / fetch the archived document."""
    call = call_of(context)
    with output_file(out) as target, open_desk(call) as desk:
        record, pdf = desk.services.archive.fetch(desk.actor, record_id)
        target.write(pdf)
    if call.output.json:
        print_json({"id": record.id, "sha256": record.sha256, "pdf": str(target.path)})
        return
    call.output.pairs(
        {Text("文件", "File"): str(target.path), Text("SHA-256", "SHA-256"): record.sha256}
    )


def _row(output: Output, record: Record) -> list[str]:
    facts = record.facts
    verdict = verdict_word(output, facts.verdict)
    return [record.id, local_time(record.created_at), facts.level, verdict, facts.filename]


def _print(output: Output, record: Record) -> None:
    facts, stored = record.facts, record.stored
    output.pairs(
        {
            Text("编号", "Id"): record.id,
            Text("文件", "File"): facts.filename,
            Text("结论", "Verdict"): verdict_word(output, facts.verdict),
            Text("级别", "Level"): facts.level,
            Text("印章", "Seal"): facts.seal_id,
            Text("统一社会信用代码", "Credit code"): facts.uscc,
            Text("授权方式", "Approval"): facts.approval_kind,
            Text("大小", "Size"): f"{record.size:,} B",
            Text("SHA-256", "SHA-256"): record.sha256,
            Text("归档时间", "Archived"): local_time(record.created_at),
            Text("保管锁至", "Locked until"): local_time(stored.retained_until),
            Text("对象", "Object"): f"{stored.bucket}/{stored.object_key}",
            Text("版本", "Version"): stored.version_id,
        }
    )
