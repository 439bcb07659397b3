"""``sealservice setup``: migrate an external database and make the buckets of an external store."""

from typing import Final

import typer

from sealservice.bootstrap.installation import external, prepare
from sealservice.cli.call import call_of
from sealservice.cli.output import print_json
from sealservice.kernel.text import Text

app = typer.Typer()

_WORKING: Final = Text("正在建表、建桶…", "Making tables and buckets…")
_DONE: Final = Text("数据库和存储桶已就绪。", "The database and the buckets are ready.")


@app.command()
def setup(context: typer.Context) -> None:
    """Bring engines that others run to what this version needs; repeatable."""
    call = call_of(context)
    with call.output.progress(_WORKING):
        prepare(external(call.settings))
    if call.output.json:
        print_json({"ready": True})
        return
    call.output.say(_DONE)
