"""``sealservice license import``: many licenses out of one file, here and now."""

from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.api.license_imports import ImportFailureShown, LicenseImportShown
from sealservice.cli.call import call_of
from sealservice.cli.desk import open_desk
from sealservice.cli.errors import InputTooLarge
from sealservice.cli.exits import Status
from sealservice.cli.files import read_bytes
from sealservice.cli.output import Output, print_json, printable
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.licenses.model import ImportFailure, LicenseImport

_IMPORTING: Final = Text("正在导入…", "Importing…")
_SHOWN: Final = 20
_COLUMNS: Final = (
    Text("行", "Row"),
    Text("统一社会信用代码", "Credit code"),
    Text("原因", "Reason"),
)


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV 或 JSON 列表文件 / CSV, or a JSON list")],
) -> int:
    """从文件批量登记执照 / register the licenses of a file; exit 65 if any row is refused."""
    call = call_of(context)
    greatest = call.settings.limits.import_bytes
    data = read_bytes(file, greatest)
    if data is None:
        raise InputTooLarge(path=file, limit=f"{greatest >> 20} MB")
    with open_desk(call) as desk, call.output.progress(_IMPORTING) as progress:
        imports = desk.services.imports
        one = imports.start(desk.actor, printable(file.name), data)
        one = imports.run(one.id, lambda now: progress(_progress(now)))
        refused = imports.failures(desk.actor, one.id, 0, one.failed)
    _print(call.output, one, refused)
    return Status.REFUSED if refused else 0


def _progress(one: LicenseImport) -> Text:
    return Text(f"正在导入：{one.done} / {one.rows}", f"Importing: {one.done} of {one.rows}")


def _print(output: Output, one: LicenseImport, refused: list[ImportFailure]) -> None:
    if output.json:
        shown: JsonObject = LicenseImportShown.of(one).model_dump(mode="json")
        shown["failures"] = [ImportFailureShown.of(row).model_dump(mode="json") for row in refused]
        print_json(shown)
        return
    counts = {
        Text("编号", "Id"): one.id,
        Text("行数", "Rows"): str(one.rows),
        Text("新登记", "Registered"): str(one.registered),
        Text("已登记且相同", "Unchanged"): str(one.unchanged),
        Text("被拒绝", "Refused"): str(one.failed),
    }
    output.pairs(counts)
    if refused:
        output.table(_COLUMNS, [_row(row, output) for row in refused[:_SHOWN]])
    if len(refused) > _SHOWN:
        more = len(refused) - _SHOWN
        output.say(Text(f"另有 {more} 行（用 --json 列出全部）", f"{more} more rows (--json)"))


def _row(failure: ImportFailure, output: Output) -> list[str]:
    reason = str(failure.refusal[output.language.value])
    return [str(failure.row), failure.uscc, reason]
