"""``sealservice checker``: other programs' opinions on archived records, and where they differ."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Final

import typer

from sealservice.bootstrap.checker import open_checker, open_opinions, serve_checker
from sealservice.bootstrap.installation import opened
from sealservice.cli.call import Call, call_of
from sealservice.cli.desk import open_installation
from sealservice.cli.output import Output, local_time, print_json, printable
from sealservice.kernel.clock import rfc3339
from sealservice.kernel.json import JsonValue
from sealservice.kernel.text import Text
from sealservice.verification.report import plain
from sealservice.verification.second_opinions import Disagreement, SecondOpinion

app = typer.Typer()

_COLUMNS: Final = (
    Text("抽查时间", "Checked"),
    Text("档案", "Record"),
    Text("意见", "Opinions"),
    Text("分歧", "Disagreements"),
)
_POINTS: Final = {
    "bytes": Text("内容不是归档时的字节", "the bytes are not the archived ones"),
    "count": Text("签名数目不同：{ours} / {theirs}", "counts otherwise: {ours} / {theirs}"),
    "broken": Text("认为已损坏：{theirs}", "finds it broken: {theirs}"),
    "whole": Text("认为完好：{theirs}", "finds it whole: {theirs}"),
    "unreadable": Text("无法读取：{theirs}", "cannot read it: {theirs}"),
}
_COUNTED: Final = Text(
    "共抽查 {all} 份档案，{differing} 份有分歧。",
    "{all} records were looked at; about {differing} of them somebody disagrees.",
)
_LOOK: Final = Text(
    "有分歧的档案：请比对 sealservice record show 与各软件的输出，不要据此改动归档内容。",
    "Where somebody disagrees, compare `sealservice record show` with what the programs say; "
    "change nothing in the archive.",
)


@app.command()
def run(
    context: typer.Context,
    once: Annotated[  # noqa: FBT002 - an option without a value
        bool, typer.Option("--once", help="抽查一轮即退出 / end after one round")
    ] = False,
) -> int:
    """运行抽查进程 / ask other programs about new records; 1: one of them disagrees."""
    call = call_of(context)
    if not once:
        with opened(call.settings) as installation:
            serve_checker(installation)
        return 0
    with open_installation(call) as installation, open_checker(installation) as checker:
        found = checker.look()
    _show(call, found)
    return int(any(one.disagreements for one in found))


@app.command()
def report(
    context: typer.Context,
    every: Annotated[  # noqa: FBT002 - an option without a value
        bool, typer.Option("--all", help="也列出没有分歧的 / also those that all agree on")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="最多列出几份 / at most this many")] = 100,
) -> int:
    """列出有分歧的档案 / list records about which somebody disagrees; 1: there is one."""
    call = call_of(context)
    with open_installation(call) as installation, open_opinions(installation) as opinions:
        looked_at, differing = opinions.counted()
        found = opinions.newest(limit, only_disagreements=not every)
    _show(call, found)
    if not call.output.json:
        call.output.say(_COUNTED.filled(all=looked_at, differing=differing))
        if differing:
            call.output.say(_LOOK)
    return int(differing > 0)


def _show(call: Call, found: Sequence[SecondOpinion]) -> None:
    if call.output.json:
        print_json([_plain(one) for one in found])
        return
    call.output.table(_COLUMNS, [_row(call.output, one) for one in found])


def _plain(one: SecondOpinion) -> JsonValue:
    return plain({**asdict(one), "checked_at": rfc3339(one.checked_at)})


def _row(output: Output, one: SecondOpinion) -> tuple[str, str, str, str]:
    asked = ", ".join(said.judge for said in one.judges if said.holds is not None)
    differing = "; ".join(_told(output, point) for point in one.disagreements)
    return local_time(one.checked_at), one.record_id, asked, printable(differing) or "—"


def _told(output: Output, point: Disagreement) -> str:
    told = _POINTS[point.point].filled(ours=point.ours, theirs=point.theirs)
    return f"{point.judge}: {told.to(output.language)}"
