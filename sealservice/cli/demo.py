"""``sealservice demo``: do the main job once before everybody's eyes, then serve the pages."""

import time
from contextlib import ExitStack, suppress
from dataclasses import asdict
from functools import partial
from typing import Annotated, Final

import typer

from sealservice.bootstrap.demonstration import DemoOutcome, run_once
from sealservice.bootstrap.embedded.child import wait_until
from sealservice.bootstrap.embedded.errors import EngineFailed
from sealservice.bootstrap.embedded.home import write_private
from sealservice.bootstrap.enrolment import WALLET_DOCUMENT, wallet_code
from sealservice.bootstrap.processes import (
    answers,
    signer_running,
    web_running,
    worker_running,
)
from sealservice.cli.call import call_of
from sealservice.cli.desk import Desk, open_desk, signin_url
from sealservice.cli.output import Output, print_json
from sealservice.cli.verdicts import VERDICTS
from sealservice.identity.errors import StaffNotFound
from sealservice.identity.model import Role
from sealservice.kernel.text import Text
from sealservice.verification.model import Verdict

app = typer.Typer()

_RUNNING: Final = Text("正在演示…", "Demonstrating…")
_SERVING: Final = Text("正在启动网页…", "Starting the pages…")
_NOTICE: Final = Text("演示数据，无法律效力。", "Demonstration data: none of it has legal effect.")
_END: Final = Text("按 Ctrl-C 结束。", "Press Ctrl-C to end.")
_PERSON: Final = "演示人员"
_KEPT: Final = "demonstration-staff"
_WATCH_SECONDS: Final = 5.0
_PATIENCE_SECONDS: Final = 15.0
"""How long a process may be too busy to say that it lives."""


@app.command()
def demo(
    context: typer.Context,
    once: Annotated[  # noqa: FBT002 - an option without a value
        bool, typer.Option("--once", help="完成后即退出 / end when it is done")
    ] = False,
) -> None:
    """Demonstrate; without ``--once`` serve the pages until Ctrl-C."""
    call = call_of(context)
    with open_desk(call) as desk:
        with call.output.progress(_RUNNING) as now:
            outcome = run_once(desk.installation, now)
        _tell(call.output, outcome)
        if not once:
            _serve(call.output, desk)


def _tell(output: Output, outcome: DemoOutcome) -> None:
    if output.json:
        print_json(asdict(outcome))
        return
    symbol, word, style = VERDICTS[Verdict(outcome.verdict)]
    output.line(f"{symbol} {word.to(output.language)}  PAdES {outcome.level}", style)
    output.pairs(
        {
            Text("已盖章文件", "Sealed PDF"): outcome.sealed_pdf,
            Text("表单", "Form"): outcome.form_pdf,
            Text("档案编号", "Record"): outcome.record_id,
            Text("存储对象", "Object"): outcome.object_key,
            Text("对象版本", "Version"): outcome.version_id,
            Text("根证书", "Root certificate"): outcome.root_certificate,
            Text("用时", "Took"): f"{outcome.seconds:.1f} s",
        }
    )
    output.say(_NOTICE, "yellow")


def _serve(output: Output, desk: Desk) -> None:
    """Keep the pages up until Ctrl-C.

    Raises:
        EngineFailed: a process died.
    """
    with ExitStack() as stack:
        with output.progress(_SERVING):
            for running in (signer_running, web_running, worker_running):
                stack.enter_context(running(desk.installation))
        output.line()
        output.pairs(
            {
                Text("网页", "Pages"): desk.installation.public_url,
                Text("登录链接", "Sign-in link"): signin_url(desk, _signin_secret(desk)),
            }
        )
        _tell_wallet(output, desk)
        output.say(_END, "dim")
        _watch(desk)


def _tell_wallet(output: Output, desk: Desk) -> None:
    """Say how the license of the demonstration goes into a phone, or another browser."""
    url = f"{desk.installation.public_url}/w"
    code = wallet_code(desk.installation, desk.services, desk.actor)
    if code is None:
        output.pairs({Text("钱包", "Wallet"): url})
        return
    output.pairs(
        {
            Text("钱包激活", "Activate the wallet"): f"{url}/activate#{code}",
            Text("证件号码", "Document at the counter"): WALLET_DOCUMENT,
        }
    )


def _watch(desk: Desk) -> None:
    """Return at Ctrl-C; raise when the pages or the signer do not answer any more."""
    host, port = desk.installation.web_listen
    watched = {"web": f"http://{host}:{port}", "signer": desk.installation.signer_url}
    with suppress(KeyboardInterrupt):
        while True:
            for name, url in watched.items():
                if not wait_until(partial(answers, f"{url}/livez"), _PATIENCE_SECONDS):
                    log = desk.installation.settings.home / "log" / f"{name}.log"
                    raise EngineFailed(engine=name, reason="it does not answer any more", log=log)
            time.sleep(_WATCH_SECONDS)


def _signin_secret(desk: Desk) -> str:
    """Return a new sign-in link's secret for the home's one demonstration person."""
    kept = desk.installation.settings.home / _KEPT
    staff = desk.services.staff
    try:
        return staff.create_signin_link(desk.actor, kept.read_text("utf-8"))
    except (FileNotFoundError, StaffNotFound):
        person = staff.create_staff(desk.actor, _PERSON, frozenset(Role))
        write_private(kept, person.id)
        return staff.create_signin_link(desk.actor, person.id)
