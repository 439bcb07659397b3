"""``sealservice mandate``: the persons of a license, and the mandates between them."""

from datetime import datetime, timedelta
from typing import Annotated, Final

import typer

from sealservice.api.mandates import MandateShown, PersonShown
from sealservice.cli.call import call_of
from sealservice.cli.desk import open_desk
from sealservice.cli.output import Output, local_time
from sealservice.kernel.clock import utc_now
from sealservice.kernel.text import Text
from sealservice.licenses.mandate import ACT_NAMES, MANDATE_STATE_NAMES, Act, Chain, Scope
from sealservice.licenses.mandates import MandateWish
from sealservice.licenses.naming import PersonNamed
from sealservice.licenses.persons import ROLE_NAMES, HolderRole, LicenseHolder

app = typer.Typer()

LicenseId = Annotated[str, typer.Argument(metavar="LICENSE", help="执照编号 / license id")]
Reason = Annotated[str, typer.Option(help="原因 / reason")]
_PERSON_COLUMNS: Final = (
    Text("编号", "Id"),
    Text("姓名", "Name"),
    Text("角色", "Role"),
    Text("证件末位", "Document"),
    Text("终止", "Ended"),
)
_COLUMNS: Final = (
    Text("编号", "Id"),
    Text("状态", "State"),
    Text("授权人", "Giver"),
    Text("受托人", "Receiver"),
    Text("事务", "Acts"),
    Text("次数", "Uses"),
    Text("截止", "Until"),
)


@app.command()
def name(
    context: typer.Context,
    license_id: LicenseId,
    role: Annotated[HolderRole, typer.Option(help="角色 / role")],
    person: Annotated[str, typer.Option("--name", help="姓名 / name")],
    document: Annotated[str, typer.Option(prompt=True, help="证件号码，不保存 / not kept")],
) -> None:
    """登记执照人员 / name a person of a license."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        named = PersonNamed(role, person, document)
        holder = desk.services.persons.name(desk.actor, license_id, named)
    if output.json:
        output.shown(PersonShown.of(holder))
        return
    output.table(_PERSON_COLUMNS, [_person(holder, output)])


@app.command()
def people(context: typer.Context, license_id: LicenseId) -> None:
    """列出执照人员 / list the persons of a license."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        found = desk.services.persons.of_license(desk.actor, license_id)
    if output.json:
        output.shown([PersonShown.of(holder) for holder in found])
        return
    output.table(_PERSON_COLUMNS, [_person(holder, output) for holder in found])


@app.command()
def end(
    context: typer.Context,
    license_id: LicenseId,
    person_id: Annotated[str, typer.Argument(metavar="PERSON", help="人员编号 / person id")],
    reason: Reason,
) -> None:
    """终止人员角色，相关授权一并失效 / end a role, and the mandates that hang on it."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        holder = desk.services.persons.end(desk.actor, license_id, person_id, reason)
    if output.json:
        output.shown(PersonShown.of(holder))
        return
    output.table(_PERSON_COLUMNS, [_person(holder, output)])


@app.command()
def give(  # noqa: PLR0913, PLR0917 - one option for each thing that a mandate narrows
    context: typer.Context,
    license_id: LicenseId,
    giver: Annotated[str, typer.Option(help="授权人编号 / person id of the giver")],
    receiver: Annotated[str, typer.Option(help="受托人编号 / person id of the receiver")],
    act: Annotated[list[Act], typer.Option(help="授权事务，可多次 / may be repeated")],
    days: Annotated[int, typer.Option(min=1, help="有效天数 / days it lasts")],
    starts: Annotated[datetime | None, typer.Option(help="起始时间，默认现在 / from")] = None,
    matter: Annotated[
        list[str] | None, typer.Option(help="事项编码，默认全部 / all if none")
    ] = None,
    seal: Annotated[list[str] | None, typer.Option(help="印章编号，默认全部 / all if none")] = None,
    relying_party: Annotated[list[str] | None, typer.Option(help="依赖方 / all if none")] = None,
    uses: Annotated[int | None, typer.Option(min=1, help="次数，默认不限 / any number")] = None,
    parent: Annotated[str | None, typer.Option(help="上级授权编号 / mandate given out of")] = None,
    may_delegate: Annotated[bool, typer.Option(help="允许下级授权 / may give it on")] = False,  # noqa: FBT002 - typer's way
) -> None:
    """登记授权 / give a mandate."""
    output, begins = call_of(context).output, (starts or utc_now()).astimezone()
    scope = Scope(
        acts=frozenset(act),
        starts_at=begins,
        ends_at=begins + timedelta(days=days),
        matters=_named(matter),
        seals=_named(seal),
        relying_parties=_named(relying_party),
        uses=uses,
    )
    wish = MandateWish(license_id, giver, receiver, scope, parent, may_delegate)
    with open_desk(call_of(context)) as desk:
        chain = desk.services.mandates.give(desk.actor, wish)
    _print(output, chain)


@app.command("list")
def list_(context: typer.Context, license_id: LicenseId) -> None:
    """列出执照的授权及其当前状态 / list the mandates of a license as they stand now."""
    output, now = call_of(context).output, utc_now()
    with open_desk(call_of(context)) as desk:
        found = desk.services.mandates.of_license(desk.actor, license_id)
    if output.json:
        output.shown([MandateShown.of(chain, now) for chain in found])
        return
    output.table(_COLUMNS, [_row(chain, output, now) for chain in found])


@app.command()
def revoke(
    context: typer.Context,
    mandate_id: Annotated[str, typer.Argument(metavar="MANDATE", help="授权编号 / mandate id")],
    reason: Reason,
) -> None:
    """撤销授权，立即生效 / revoke a mandate, at once."""
    with open_desk(call_of(context)) as desk:
        chain = desk.services.mandates.revoke(desk.actor, mandate_id, reason)
    _print(call_of(context).output, chain)


def _named(names: list[str] | None) -> frozenset[str] | None:
    return frozenset(names) if names else None


def _print(output: Output, chain: Chain) -> None:
    now = utc_now()
    if output.json:
        output.shown(MandateShown.of(chain, now))
        return
    output.table(_COLUMNS, [_row(chain, output, now)])


def _person(holder: LicenseHolder, output: Output) -> list[str]:
    role = ROLE_NAMES[holder.role].to(output.language)
    ended = local_time(holder.ended_at) if holder.ended_at else ""
    return [holder.id, holder.person.name, role, holder.person.document_hint, ended]


def _row(chain: Chain, output: Output, now: datetime) -> list[str]:
    link, scope = chain.links[0], chain.mandate.scope
    acts = ", ".join(ACT_NAMES[act].to(output.language) for act in sorted(scope.acts))
    return [
        chain.mandate.id,
        MANDATE_STATE_NAMES[chain.state(now)].to(output.language),
        link.giver.person.name,
        chain.receiver.person.name,
        acts,
        f"{link.used}/{scope.uses or '∞'}",
        local_time(scope.ends_at),
    ]
