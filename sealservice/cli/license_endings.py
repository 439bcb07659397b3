"""``sealservice license revoke|cancel|confirm|dismiss|endings|usage``: ends by two, and uses."""

from typing import Annotated, Final

import typer

from sealservice.api.license_endings import EndingShown
from sealservice.api.licenses import LicenseShown
from sealservice.api.usage import UsageShown
from sealservice.cli.call import call_of
from sealservice.cli.desk import everything, open_desk
from sealservice.cli.output import Output, local_time, print_bytes
from sealservice.kernel.text import Text
from sealservice.licenses.endings import Ending
from sealservice.licenses.model import STATUS_NAMES, LicenseStatus
from sealservice.licenses.usage import USAGE_NAMES, UsageAsked, UsageKind, UsageLine, usage_csv

LicenseId = Annotated[str, typer.Argument(metavar="ID", help="执照编号 / license id")]
EndingId = Annotated[str, typer.Argument(metavar="ENDING", help="终止申请编号 / id of the request")]
Reason = Annotated[str, typer.Option(help="原因 / reason")]
_ASKED: Final = Text(
    "已申请，须由另一人确认：sealservice license confirm",
    "Asked. Another person has to confirm: sealservice license confirm",
)
_COLUMNS: Final = (
    Text("编号", "Id"),
    Text("终止为", "Becomes"),
    Text("原因", "Reason"),
    Text("申请人", "Asked by"),
    Text("有效至", "Waits until"),
    Text("结果", "Outcome"),
)
_USAGE_COLUMNS: Final = (
    Text("时间", "Time"),
    Text("类别", "Kind"),
    Text("事件", "Fact"),
    Text("操作者", "By"),
    Text("人员", "Person"),
    Text("原因", "Reason"),
)


def revoke(context: typer.Context, license_id: LicenseId, reason: Reason) -> None:
    """申请登记吊销，须另一人确认 / ask to revoke a license; another person confirms."""
    _ask(context, license_id, LicenseStatus.REVOKED, reason)


def cancel(context: typer.Context, license_id: LicenseId, reason: Reason) -> None:
    """申请登记注销，须另一人确认 / ask to cancel a license; another person confirms."""
    _ask(context, license_id, LicenseStatus.CANCELLED, reason)


def _ask(context: typer.Context, license_id: str, status: LicenseStatus, reason: str) -> None:
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        ending = desk.services.endings.ask(desk.actor, license_id, status, reason)
    _print(output, ending)
    output.aside(_ASKED)


def confirm(context: typer.Context, license_id: LicenseId, ending_id: EndingId) -> None:
    """确认终止执照，申请人本人不可 / confirm the end of a license; who asked cannot."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        license_ = desk.services.endings.confirm(desk.actor, license_id, ending_id)
    if output.json:
        output.shown(LicenseShown.of(license_))
        return
    status = STATUS_NAMES[license_.status].to(output.language)
    output.pairs({Text("编号", "Id"): license_.id, Text("状态", "Status"): status})


def dismiss(context: typer.Context, license_id: LicenseId, ending_id: EndingId) -> None:
    """驳回终止申请 / dismiss a request to end a license."""
    with open_desk(call_of(context)) as desk:
        ending = desk.services.endings.dismiss(desk.actor, license_id, ending_id)
    _print(call_of(context).output, ending)


def endings(context: typer.Context, license_id: LicenseId) -> None:
    """列出终止申请 / list the requests to end a license."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        found = desk.services.endings.of_license(desk.actor, license_id)
    if output.json:
        output.shown([EndingShown.of(ending) for ending in found])
        return
    output.table(_COLUMNS, [_row(ending, output) for ending in found])


def usage(  # one option for each filter
    context: typer.Context,
    license_id: LicenseId,
    kind: Annotated[UsageKind | None, typer.Option(help="类别 / kind")] = None,
    person: Annotated[str | None, typer.Option(help="人员编号 / person id")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="输出 CSV / print CSV")] = False,  # noqa: FBT002 - typer's way
) -> None:
    """用照记录 / what was done with a license."""
    output, asked = call_of(context).output, UsageAsked(license_id, kind, person)
    with open_desk(call_of(context)) as desk:
        lines = everything(
            lambda last, limit: desk.services.usage.page(desk.actor, asked, last, limit)
        )
    if csv:
        print_bytes(usage_csv(lines, output.language).encode())
    elif output.json:
        output.shown([UsageShown.of(line) for line in lines])
    else:
        output.table(_USAGE_COLUMNS, [_used(line, output) for line in lines])


def _print(output: Output, ending: Ending) -> None:
    if output.json:
        output.shown(EndingShown.of(ending))
        return
    output.table(_COLUMNS, [_row(ending, output)])


def _row(ending: Ending, output: Output) -> list[str]:
    status = STATUS_NAMES[ending.status].to(output.language)
    until = local_time(ending.expires_at)
    outcome = ending.outcome.value if ending.outcome else ""
    return [ending.id, status, ending.reason, ending.actor_id, until, outcome]


def _used(line: UsageLine, output: Output) -> list[str]:
    kind = USAGE_NAMES[line.kind].to(output.language)
    when = local_time(line.at)
    return [when, kind, line.fact.value, line.actor_id, line.holder_id or "", line.reason or ""]
