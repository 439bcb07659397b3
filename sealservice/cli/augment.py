"""``sealservice augment``: raise the level of the signatures of a PDF, ours or others'."""

from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.bootstrap.outside import augmentation
from sealservice.bootstrap.processes import signer_running
from sealservice.cli.call import Call, call_of
from sealservice.cli.desk import open_desk
from sealservice.cli.files import output_file, read_bytes
from sealservice.cli.output import print_json, printable
from sealservice.kernel.text import Text
from sealservice.sealing.errors import DocumentTooLarge
from sealservice.sealing.model import Level

app = typer.Typer()

_ADDING: Final = Text(
    "正在取得时间戳与证书状态…", "Getting timestamps and the status of certificates…"
)
_LEVEL: Final = "目标级别 / level wanted: B-T, B-LT or B-LTA; B-LTA 可延长证明 / prolongs the proof"


@app.command("augment")
def augment(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="FILE", help="已签名的 PDF / signed PDF")],
    *,
    level: Annotated[Level, typer.Option(help=_LEVEL)] = Level.B_LTA,
    output: Annotated[Path, typer.Option(metavar="OUT", help="写到 / PDF to write")],
) -> None:
    """Raise the level of a PDF's signatures."""
    call = call_of(context)
    with output_file(output, source) as target:
        pdf = _augmented(call, source, level)
        target.write(pdf)
    if call.output.json:
        print_json({"pdf": str(output), "level": level.value, "size": len(pdf)})
        return
    call.output.pairs(
        {
            Text("已写出", "Written"): str(output),
            Text("签名级别", "Level"): level.value,
        }
    )


def _augmented(call: Call, source: Path, level: Level) -> bytes:
    limit = call.settings.limits.document_bytes
    pdf = read_bytes(source, limit)
    if pdf is None:
        raise DocumentTooLarge(limit=f"{limit >> 20} MB")
    with open_desk(call) as desk, signer_running(desk.installation):
        service = augmentation(desk.installation, desk.services.stores, desk.services.sandbox)
        with call.output.progress(_ADDING):
            return service.augment(desk.actor, printable(source.name), pdf, level).pdf
