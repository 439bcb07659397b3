"""``sealservice worker``: run the worker process in the foreground."""

import typer

from sealservice.bootstrap.installation import opened
from sealservice.bootstrap.worker import serve_worker
from sealservice.cli.call import call_of

app = typer.Typer()


@app.command()
def worker(context: typer.Context) -> None:
    """运行后台任务进程 / work on background jobs until told to stop."""
    with opened(call_of(context).settings) as installation:
        serve_worker(installation)
