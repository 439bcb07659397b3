"""``sealservice activation``: codes by which holders take their licenses into phones."""

from typing import Annotated, Final

import typer

from sealservice.bootstrap.people import activations
from sealservice.cli.call import call_of
from sealservice.cli.desk import open_desk
from sealservice.cli.output import local_time, print_json
from sealservice.kernel.clock import rfc3339
from sealservice.kernel.text import Text
from sealservice.licenses.persons import ROLE_NAMES

app = typer.Typer()

_ONCE: Final = Text(
    "只显示这一次；请当面交给持照人，到窗口核验身份后才能激活。",
    "Shown this once. Hand it over in person; the counter then confirms who it is.",
)
_COLUMNS: Final = (
    Text("编号", "Id"),
    Text("姓名", "Name"),
    Text("角色", "Role"),
    Text("执照", "License"),
    Text("状态", "State"),
    Text("有效至", "Until"),
)


@app.command()
def issue(
    context: typer.Context,
    license_id: Annotated[str, typer.Argument(metavar="LICENSE", help="执照编号 / license id")],
    holder_id: Annotated[str, typer.Argument(metavar="PERSON", help="人员编号 / person's id")],
    restore: Annotated[  # noqa: FBT002 - an option without a value
        bool, typer.Option("--restore", help="冻结原有设备 / freeze the devices they have")
    ] = False,
) -> None:
    """签发激活码 / issue an activation code."""
    call = call_of(context)
    with open_desk(call) as desk:
        service = activations(desk.installation, desk.services.stores)
        activation, code = service.issue(desk.actor, license_id, holder_id, restore=restore)
        url = f"{desk.installation.public_url}/w/activate#{code}"
    until = activation.expires_at
    if call.output.json:
        print_json({"id": activation.id, "code": code, "url": url, "expires_at": rfc3339(until)})
        return
    call.output.line(code)
    call.output.pairs({Text("激活页", "Page"): url, Text("有效至", "Until"): local_time(until)})
    call.output.say(_ONCE, "yellow")


@app.command("list")
def list_(context: typer.Context) -> None:
    """列出进行中的激活 / list activations under way."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        found = activations(desk.installation, desk.services.stores).waiting(desk.actor)
    if output.json:
        print_json(
            [
                {
                    "id": activation.id,
                    "license_id": activation.license_id,
                    "holder_id": activation.holder_id,
                    "state": activation.state.value,
                    "expires_at": rfc3339(activation.expires_at),
                }
                for activation, _ in found
            ]
        )
        return
    rows = [
        (
            activation.id,
            card.holder.person.name,
            ROLE_NAMES[card.holder.role].to(output.language),
            card.license.name,
            activation.state.value,
            local_time(activation.expires_at),
        )
        for activation, card in found
    ]
    output.table(_COLUMNS, rows)
