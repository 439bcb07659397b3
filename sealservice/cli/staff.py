"""``sealservice staff``: add people, give them the link that enrols a passkey, take those back."""

from typing import Annotated, Final

import typer

from sealservice.bootstrap.people import staff_passkeys
from sealservice.cli.call import call_of
from sealservice.cli.desk import open_desk, signin_url
from sealservice.cli.output import print_json
from sealservice.identity.model import Role
from sealservice.kernel.text import Text

app = typer.Typer()

_ONCE: Final = Text(
    "链接 {minutes} 分钟内有效，只能使用一次。", "The link works once, within {minutes} minutes."
)
_FROZEN: Final = Text(
    "已冻结，已退出登录。重新登录须用新链接登记通行密钥。",
    "Frozen and signed out. To come back, enrol a passkey by a new link.",
)


@app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="姓名 / name")],
    role: Annotated[list[Role], typer.Option(help="角色，可多次 / may be repeated")],
) -> None:
    """添加工作人员 / add a member of staff."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        staff = desk.services.staff.create_staff(desk.actor, name, frozenset(role))
    if output.json:
        print_json({"id": staff.id, "name": staff.name, "roles": [*sorted(staff.roles)]})
        return
    output.pairs(
        {
            Text("编号", "Id"): staff.id,
            Text("姓名", "Name"): staff.name,
            Text("角色", "Roles"): " ".join(sorted(staff.roles)),
        }
    )


@app.command("signin-link")
def signin_link(
    context: typer.Context,
    staff_id: Annotated[str, typer.Argument(metavar="ID", help="工作人员编号 / staff id")],
) -> None:
    """生成登记通行密钥的一次性链接 / make a link that enrols a passkey, once."""
    call = call_of(context)
    with open_desk(call) as desk:
        secret = desk.services.staff.create_signin_link(desk.actor, staff_id)
        url = signin_url(desk, secret)
    if call.output.json:
        print_json({"staff_id": staff_id, "url": url})
        return
    call.output.line(url)
    call.output.say(_ONCE.filled(minutes=call.settings.limits.signin_link_minutes), "yellow")


@app.command("freeze-passkeys")
def freeze_passkeys(
    context: typer.Context,
    staff_id: Annotated[str, typer.Argument(metavar="ID", help="工作人员编号 / staff id")],
) -> None:
    """冻结全部通行密钥并退出登录 / freeze all passkeys and end all sessions."""
    call = call_of(context)
    with open_desk(call) as desk:
        service = staff_passkeys(desk.installation, desk.services.stores, desk.services.staff)
        service.freeze_all(desk.actor, staff_id)
    call.output.say(_FROZEN, "yellow")
