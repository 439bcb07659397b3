"""``sealservice seal``: have seals made and look at them."""

from typing import Annotated, Final

import typer

from sealservice.api.seals import SealShown
from sealservice.bootstrap.processes import signer_running
from sealservice.bootstrap.trust import performed_plan
from sealservice.bootstrap.waiting import made_seal
from sealservice.cli.call import call_of
from sealservice.cli.desk import everything, open_desk
from sealservice.cli.output import Output
from sealservice.kernel.text import Text
from sealservice.seals.model import STATE_NAMES, Seal

app = typer.Typer()

_MAKING: Final = Text("正在制章…", "Making the seal…")
_COLUMNS: Final = (
    Text("编号", "Id"),
    Text("名称", "Name"),
    Text("状态", "State"),
    Text("印章编码", "Seal code"),
    Text("执照", "License"),
)


@app.command()
def make(
    context: typer.Context,
    license_id: Annotated[
        str, typer.Option("--license", metavar="ID", help="执照编号 / license id")
    ],
) -> None:
    """为执照制作公章 / make the official seal of a license."""
    call = call_of(context)
    with open_desk(call) as desk:
        if call.settings.signer_url is None:
            performed_plan(desk.installation)  # without a trust domain our signer cannot make it
        applied = desk.services.seals.apply(desk.actor, license_id)
        with call.output.progress(_MAKING), signer_running(desk.installation):
            seal = made_seal(desk.services, desk.actor, applied.id)
    _print(call.output, seal)


@app.command()
def show(
    context: typer.Context,
    seal_id: Annotated[str, typer.Argument(metavar="ID", help="印章编号 / seal id")],
) -> None:
    """显示一枚印章 / show one seal."""
    call = call_of(context)
    with open_desk(call) as desk:
        seal = desk.services.seals.show(desk.actor, seal_id)
    _print(call.output, seal)


@app.command("list")
def list_(context: typer.Context) -> None:
    """列出印章 / list seals."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        found = everything(lambda last, limit: desk.services.seals.page(desk.actor, last, limit))
    if output.json:
        output.shown([SealShown.of(seal) for seal in found])
        return
    output.table(_COLUMNS, [_row(seal, output) for seal in found])


def _row(seal: Seal, output: Output) -> list[str]:
    state = STATE_NAMES[seal.state].to(output.language)
    return [seal.id, seal.name, state, seal.seal_code, seal.license_id]


def _print(output: Output, seal: Seal) -> None:
    if output.json:
        output.shown(SealShown.of(seal))
        return
    output.pairs(
        {
            Text("编号", "Id"): seal.id,
            Text("名称", "Name"): seal.name,
            Text("状态", "State"): STATE_NAMES[seal.state].to(output.language),
            Text("印章编码", "Seal code"): seal.seal_code,
            Text("执照", "License"): seal.license_id,
            Text("尺寸", "Size"): f"{seal.width_mm:g} × {seal.height_mm:g} mm",
            Text("证书 SHA-256", "Certificate SHA-256"): seal.certificate_sha256 or "—",
        }
    )
