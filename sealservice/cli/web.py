"""``sealservice web``: run the web process in the foreground."""

import typer

from sealservice.bootstrap.installation import opened
from sealservice.bootstrap.web import serve_web
from sealservice.cli.call import call_of

app = typer.Typer()


@app.command()
def web(context: typer.Context) -> None:
    """运行网页与接口进程 / serve the pages and the API until told to stop."""
    with opened(call_of(context).settings) as installation:
        serve_web(installation)
