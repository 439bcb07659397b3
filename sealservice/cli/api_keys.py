"""``sealservice api-key``: keys for programs. A key is shown once and kept as a digest."""

from typing import Annotated, Final

import typer

from sealservice.api.keys import KeyIssued, KeyShown
from sealservice.cli.call import call_of
from sealservice.cli.desk import everything, open_desk
from sealservice.cli.output import local_time, print_json
from sealservice.identity.model import ApiKey
from sealservice.kernel.actor import Permission
from sealservice.kernel.text import Text

app = typer.Typer()

_ONCE: Final = Text("请立即保存：密钥只显示这一次。", "Keep it now: the key is shown only once.")
_REVOKED: Final = Text("已吊销。", "Revoked.")
_COLUMNS: Final = (
    Text("编号", "Id"),
    Text("名称", "Name"),
    Text("尾号", "Ends in"),
    Text("权限", "Scopes"),
    Text("到期", "Expires"),
    Text("吊销", "Revoked"),
)


@app.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="用途名称 / what it is for")],
    scope: Annotated[list[Permission], typer.Option(help="权限，可多次 / may be repeated")],
    days: Annotated[int | None, typer.Option(help="有效天数，默认 90 / days it works")] = None,
) -> None:
    """签发 API 密钥 / issue an API key."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        issue = desk.services.api_keys.create_api_key
        key, secret = issue(desk.actor, name, frozenset(scope), days)
    if output.json:
        output.shown(KeyIssued(**KeyShown.of(key).model_dump(), key=secret))
        return
    output.pairs(
        {
            Text("编号", "Id"): key.id,
            Text("密钥", "Key"): secret,
            Text("权限", "Scopes"): _scopes(key),
            Text("到期", "Expires"): local_time(key.expires_at),
        }
    )
    output.say(_ONCE, "yellow")


@app.command("list")
def list_(context: typer.Context) -> None:
    """列出 API 密钥 / list API keys."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        keys = desk.services.api_keys
        found = everything(lambda last, limit: keys.list_api_keys(desk.actor, last, limit))
    if output.json:
        output.shown([KeyShown.of(key) for key in found])
        return
    output.table(_COLUMNS, [_row(key) for key in found])


@app.command()
def revoke(
    context: typer.Context,
    key_id: Annotated[str, typer.Argument(metavar="ID", help="密钥编号 / key id")],
) -> None:
    """吊销 API 密钥 / revoke an API key."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        desk.services.api_keys.revoke_api_key(desk.actor, key_id)
    if output.json:
        print_json({"id": key_id, "revoked": True})
        return
    output.say(_REVOKED)


def _scopes(key: ApiKey) -> str:
    return " ".join(sorted(key.scopes))


def _row(key: ApiKey) -> list[str]:
    revoked = local_time(key.revoked_at) if key.revoked_at else "—"
    return [key.id, key.name, f"…{key.hint}", _scopes(key), local_time(key.expires_at), revoked]
