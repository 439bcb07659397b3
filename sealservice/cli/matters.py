"""``sealservice matter``: the forms there are, and filling one from a license."""

from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.api.matters import MatterShown
from sealservice.cli.call import call_of
from sealservice.cli.desk import open_desk
from sealservice.cli.errors import AnswersNotAnObject
from sealservice.cli.files import output_file, read_json
from sealservice.cli.output import print_json
from sealservice.kernel.text import Text
from sealservice.matters.catalogue import load_matters

app = typer.Typer()

_FILLING: Final = Text("正在填写表单…", "Filling the form…")
_COLUMNS: Final = (
    Text("编号", "Id"),
    Text("事项", "Matter"),
    Text("盖章处关键字", "Seal keyword"),
    Text("填写项", "Fields"),
)


@app.command("list")
def list_(context: typer.Context) -> None:
    """列出事项 / list matters."""
    output = call_of(context).output
    matters = load_matters().values()
    if output.json:
        output.shown([MatterShown.of(matter) for matter in matters])
        return
    rows = [
        [
            matter.id,
            matter.title.to(output.language),
            matter.seal_keyword,
            ", ".join(field.name for field in matter.fields),
        ]
        for matter in matters
    ]
    output.table(_COLUMNS, rows)


@app.command()
def fill(
    context: typer.Context,
    matter_id: Annotated[str, typer.Argument(metavar="MATTER", help="事项编号 / matter id")],
    license_id: Annotated[
        str, typer.Option("--license", metavar="ID", help="执照编号 / license id")
    ],
    data: Annotated[
        Path, typer.Option("--data", metavar="FILE", help="填写内容 JSON / the answers as JSON")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="PDF", help="输出文件 / where the form goes")
    ],
) -> None:
    """用执照信息填写表单 / fill a form from a license."""
    call = call_of(context)
    answers = read_json(data, call.settings.limits.body_bytes)
    if not isinstance(answers, dict):
        raise AnswersNotAnObject(path=data)
    with output_file(out, data) as target, open_desk(call) as desk:
        license_ = desk.services.licenses.show(desk.actor, license_id)
        with call.output.progress(_FILLING):
            form = desk.services.matters.fill(matter_id, license_, answers)
        target.write(form.pdf)
    if call.output.json:
        print_json({"number": form.number, "sha256": form.sha256, "pdf": str(target.path)})
        return
    call.output.pairs(
        {Text("申请编号", "Number"): form.number, Text("表单", "Form"): str(target.path)}
    )
