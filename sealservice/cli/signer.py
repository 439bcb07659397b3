"""``sealservice signer``: run the signer process in the foreground."""

import typer

from sealservice.bootstrap.installation import opened
from sealservice.bootstrap.signer import serve_signer
from sealservice.cli.call import call_of

app = typer.Typer()


@app.command()
def signer(context: typer.Context) -> None:
    """运行签名进程 / seal, timestamp and answer status requests until told to stop."""
    with opened(call_of(context).settings) as installation:
        serve_signer(installation)
