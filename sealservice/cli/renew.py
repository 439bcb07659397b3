"""``sealservice renew``: prolong, now, what proves archived documents whose proof ends soon."""

from contextlib import closing
from typing import Annotated, Final

import typer

from sealservice.archive.model import Renewal
from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.processes import signer_running
from sealservice.bootstrap.renewing import renewing
from sealservice.bootstrap.stores import open_stores
from sealservice.cli.call import call_of
from sealservice.cli.desk import open_installation
from sealservice.cli.output import local_time, print_json
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.clock import rfc3339
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text

app = typer.Typer()

_COLUMNS: Final = (
    Text("档案", "Record"),
    Text("第几次", "Number"),
    Text("证明至", "Proven until"),
    Text("SHA-256", "SHA-256"),
)
_DAYS: Final = "证明将在多少天内到期 / renew what is proven for fewer days than this"
_NOTHING: Final = Text("没有需要续期的档案。", "No record needs to be renewed.")
_RENEWING: Final = Text("正在续期…", "Renewing…")


@app.command("renew")
def renew(
    context: typer.Context,
    *,
    days: Annotated[int | None, typer.Option(min=1, help=_DAYS)] = None,
) -> None:
    """Prolong what proves archived documents."""
    call = call_of(context)
    with (
        open_installation(call) as installation,
        signer_running(installation),
        call.output.progress(_RENEWING),
    ):
        made = _renewed(installation, days)
    if call.output.json:
        print_json([_outline(one) for one in made])
    elif not made:
        call.output.say(_NOTHING)
    else:
        call.output.table(_COLUMNS, [_row(one) for one in made])


def _renewed(installation: Installation, days: int | None) -> list[Renewal]:
    stores = open_stores(installation, ProcessKind.SIGNER)
    with closing(stores), closing(ForkedSandbox(installation.settings.limits)) as sandbox:
        return renewing(installation, stores, sandbox).renew_due(days)


def _row(renewal: Renewal) -> list[str]:
    ends = local_time(renewal.renew_before) if renewal.renew_before else ""
    return [renewal.record_id, str(renewal.number), ends, renewal.sha256]


def _outline(renewal: Renewal) -> JsonObject:
    return {
        "record_id": renewal.record_id,
        "number": renewal.number,
        "renew_before": rfc3339(renewal.renew_before) if renewal.renew_before else None,
        "sha256": renewal.sha256,
        "previous_sha256": renewal.previous_sha256,
        "object_key": renewal.stored.object_key,
        "version_id": renewal.stored.version_id,
    }
