"""``sealservice seal``: have seals made and look at them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.api.seal_changes import SealEventShown
from sealservice.api.seals import SealShown
from sealservice.bootstrap.processes import signer_running
from sealservice.bootstrap.trust import performed_plan
from sealservice.bootstrap.waiting import answered_request, await_revocation, made_seal
from sealservice.cli.call import Call, call_of
from sealservice.cli.desk import Desk, everything, open_desk
from sealservice.cli.errors import InputTooLarge, Misuse
from sealservice.cli.files import read_bytes
from sealservice.cli.gallery import make_gallery
from sealservice.cli.output import Output, local_time, print_json
from sealservice.kernel.clock import rfc3339
from sealservice.kernel.text import Text
from sealservice.seals.artwork import Artwork
from sealservice.seals.colour import Colour
from sealservice.seals.kinds import Wanted
from sealservice.seals.lifecycle import grounds_of
from sealservice.seals.model import CHANGE_NAMES, STATE_NAMES, Grounds, Seal, SealChange, SealKind
from sealservice.seals.service import SealWish
from sealservice.trust.model import RevocationReason
from sealservice.verification.report import plain

app = typer.Typer()
app.command("gallery")(make_gallery)

_MAKING: Final = Text("正在制章…", "Making the seal…")
_REVOKING: Final = Text("正在吊销证书…", "Revoking the certificate…")
_EVENTS: Final = (
    Text("时间", "When"),
    Text("变更", "Change"),
    Text("状态", "State"),
    Text("原因", "Reason"),
    Text("操作者", "By"),
)
_PICTURE: Final = Text(
    "--picture 与 --width-mm 必须一起给出，且不能与 --design 同用。",
    "Give --picture and --width-mm together, and no --design with them.",
)
SealId = Annotated[str, typer.Argument(metavar="ID", help="印章编号 / seal id")]
Reason = Annotated[str, typer.Option(help="原因 / reason")]
Reference = Annotated[
    str | None, typer.Option(help="依据文件，如决议编号 / evidence, such as a resolution's number")
]
Picture = Annotated[
    Path | None, typer.Option(help="已有印章的 PNG、JPEG 或 SVG / picture of a seal that exists")
]
WidthMm = Annotated[float | None, typer.Option(help="图片中印迹的宽度，毫米 / width of its ink")]
_ALARMS: Final = (
    Text("发现时间", "Found"),
    Text("印章", "Seal"),
    Text("文件 SHA-256", "SHA-256 of the file"),
)
_COLUMNS: Final = (
    Text("编号", "Id"),
    Text("名称", "Name"),
    Text("状态", "State"),
    Text("印章编码", "Seal code"),
    Text("执照", "License"),
)


@app.command()
def make(  # noqa: PLR0913, PLR0917 - one option each
    context: typer.Context,
    license_id: Annotated[
        str, typer.Option("--license", metavar="ID", help="执照编号 / license id")
    ],
    kind: Annotated[SealKind, typer.Option(help="印章种类 / kind of seal")] = SealKind.OFFICIAL,
    text: Annotated[
        str | None, typer.Option(help="部门、分支机构或人名 / department, branch or person")
    ] = None,
    number: Annotated[
        int | None, typer.Option(help="同类印章的编号 / of several of a kind")
    ] = None,
    design: Annotated[str | None, typer.Option(help="式样 / design of this kind")] = None,
    colour: Annotated[Colour, typer.Option(help="颜色 / colour")] = Colour.RED,
    picture: Picture = None,
    width_mm: WidthMm = None,
    reason: Reason = "申请制章",
    reference: Reference = None,
) -> None:
    """为执照制作印章，默认公章 / make a seal of a license, the official one by default."""
    call = call_of(context)
    grounds = grounds_of(reason, call.settings.limits, reference=reference)
    brought = _brought(call, picture, width_mm, design, "make")
    with _making(call) as desk:
        drawing = _read(call, desk, brought, colour) if brought else None
        wanted, why = Wanted(text, number), (grounds.reason, grounds.evidence)
        wish = SealWish(kind, wanted, design, colour, drawing, *why)
        applied = desk.services.seals.apply(desk.actor, license_id, wish)
        seal = made_seal(desk.services, desk.actor, applied.id)
    _print(call.output, seal)


def _read(call: Call, desk: Desk, brought: tuple[bytes, float], colour: Colour) -> Artwork:
    """Return the drawing that a picture becomes, and say what gives concern about it."""
    imported = desk.services.seal_pictures.examine(desk.actor, *brought, colour)
    for finding in imported.findings:
        if finding.is_concern:
            call.output.aside(finding.text)
    return imported.artwork


def _brought(
    call: Call, picture: Path | None, width_mm: float | None, design: str | None, command: str
) -> tuple[bytes, float] | None:
    """Return what the file of a picture holds and how wide it is to be.

    Raises:
        InputMissing, InputUnreadable, InputTooLarge.
        Misuse: one of the two options without the other, or with a design.
    """
    if picture is None and width_mm is None:
        return None
    if picture is None or width_mm is None or design is not None:
        raise Misuse(_PICTURE, f"sealservice seal {command}")
    limit = call.settings.limits.seal_picture_bytes
    data = read_bytes(picture, limit)
    if data is None:
        raise InputTooLarge(path=picture, limit=f"{limit >> 20} MiB")
    return data, width_mm


@app.command()
def remake(
    context: typer.Context,
    seal_id: SealId,
    reason: Reason,
    reference: Reference = None,
    picture: Picture = None,
    width_mm: WidthMm = None,
) -> None:
    """名称或法定代表人变更后重新制作；旧章随即停用 / make anew; the old one stops at once."""
    call = call_of(context)
    grounds = grounds_of(reason, call.settings.limits, reference=reference)
    brought = _brought(call, picture, width_mm, None, "remake")
    with _making(call) as desk:
        colour = desk.services.seals.show(desk.actor, seal_id).colour
        drawing = _read(call, desk, brought, colour) if brought else None
        applied = desk.services.seals.remake(desk.actor, seal_id, grounds, drawing)
        seal = made_seal(desk.services, desk.actor, applied.id)
    _print(call.output, seal)


@app.command()
def file(
    context: typer.Context,
    seal_id: SealId,
    number: Annotated[str, typer.Option(help="公安备案号 / number of the police filing")],
    reason: Reason = "公安机关备案",
    reference: Reference = None,
) -> None:
    """登记公安备案号 / record the police filing."""
    grounds = grounds_of(
        reason, call_of(context).settings.limits, number=number, reference=reference
    )
    _asked(context, seal_id, SealChange.FILE, grounds)


@app.command()
def activate(
    context: typer.Context,
    seal_id: SealId,
    reason: Reason = "备案完成，启用",
    reference: Reference = None,
) -> None:
    """启用已备案的印章 / put a filed seal to use."""
    grounds = grounds_of(reason, call_of(context).settings.limits, reference=reference)
    _asked(context, seal_id, SealChange.ACTIVATE, grounds)


@app.command()
def resume(
    context: typer.Context, seal_id: SealId, reason: Reason, reference: Reference = None
) -> None:
    """恢复已停用的印章 / let a suspended seal be used again."""
    grounds = grounds_of(reason, call_of(context).settings.limits, reference=reference)
    _asked(context, seal_id, SealChange.RESUME, grounds)


@app.command()
def suspend(
    context: typer.Context, seal_id: SealId, reason: Reason, reference: Reference = None
) -> None:
    """立即停用印章，可恢复 / suspend a seal at once."""
    call = call_of(context)
    grounds = grounds_of(reason, call.settings.limits, reference=reference)
    with open_desk(call) as desk:
        seal = desk.services.seal_changes.suspend(desk.actor, seal_id, grounds)
    _print(call.output, seal)


@app.command()
def cancel(
    context: typer.Context,
    seal_id: SealId,
    reason: Reason,
    revocation: Annotated[
        RevocationReason, typer.Option(help="证书吊销原因 / why the certificate is revoked")
    ] = RevocationReason.CESSATION_OF_OPERATION,
    reference: Reference = None,
) -> None:
    """注销印章并吊销其证书，不可恢复 / end a seal for good; its certificate is revoked."""
    call = call_of(context)
    grounds = grounds_of(reason, call.settings.limits, reference=reference)
    with open_desk(call) as desk:
        seal = desk.services.seal_changes.cancel(desk.actor, seal_id, grounds, revocation)
        if call.settings.signer_url is None and seal.certificate_sha256 is not None:
            with call.output.progress(_REVOKING), signer_running(desk.installation):
                await_revocation(desk.services, seal.certificate_sha256)
    _print(call.output, seal)


@app.command()
def history(context: typer.Context, seal_id: SealId) -> None:
    """印章的全部经历 / everything that happened to a seal."""
    call = call_of(context)
    with open_desk(call) as desk:
        events = desk.services.seal_changes.events(desk.actor, seal_id)
    if call.output.json:
        call.output.shown([SealEventShown.of(event) for event in events])
        return
    language = call.output.language
    rows = [
        [
            local_time(event.at),
            CHANGE_NAMES[event.change].to(language),
            STATE_NAMES[event.after].to(language),
            _why(event.grounds),
            f"{event.actor_kind} {event.actor_id}",
        ]
        for event in events
    ]
    call.output.table(_EVENTS, rows)


def _why(grounds: Grounds) -> str:
    """Return a reason, and the papers behind it."""
    named = (grounds.evidence.get(name) for name in ("filing_number", "reference"))
    return " · ".join([grounds.reason, *(str(paper) for paper in named if paper)])


@contextmanager
def _making(call: Call) -> Iterator[Desk]:
    """Open the desk with a signer that is able to make seals."""
    with open_desk(call) as desk:
        if call.settings.signer_url is None:
            performed_plan(desk.installation)  # without a trust domain our signer cannot make it
        with call.output.progress(_MAKING), signer_running(desk.installation):
            yield desk


def _asked(context: typer.Context, seal_id: str, change: SealChange, grounds: Grounds) -> None:
    """Ask the signer, and wait for its answer."""
    call = call_of(context)
    with _making(call) as desk:
        request = desk.services.seal_changes.ask(desk.actor, seal_id, change, grounds)
        answered_request(desk.services, desk.actor, request)
        seal = desk.services.seals.show(desk.actor, seal_id)
    _print(call.output, seal)


@app.command()
def show(context: typer.Context, seal_id: SealId) -> None:
    """显示一枚印章 / show one seal."""
    call = call_of(context)
    with open_desk(call) as desk:
        seal = desk.services.seals.show(desk.actor, seal_id)
    _print(call.output, seal)


@app.command("list")
def list_(context: typer.Context) -> None:
    """列出印章 / list seals."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        found = everything(lambda last, limit: desk.services.seals.page(desk.actor, last, limit))
    if output.json:
        output.shown([SealShown.of(seal) for seal in found])
        return
    output.table(_COLUMNS, [_row(seal, output) for seal in found])


@app.command()
def alarms(context: typer.Context) -> int:
    """列出没有用章记录的签章 / list signatures by our seals without a record; 1: there is one."""
    call = call_of(context)
    with open_desk(call) as desk:
        found = desk.services.rogue_alarm.listed(desk.actor)
    if call.output.json:
        print_json([plain({**asdict(one), "found_at": rfc3339(one.found_at)}) for one in found])
    else:
        rows = [[local_time(one.found_at), one.seal_id, one.document_sha256] for one in found]
        call.output.table(_ALARMS, rows)
    return int(bool(found))


def _moment(moment: datetime | None) -> str:
    return local_time(moment) if moment else "—"


def _row(seal: Seal, output: Output) -> list[str]:
    state = STATE_NAMES[seal.state].to(output.language)
    return [seal.id, seal.title.to(output.language), state, seal.seal_code, seal.license_id]


def _print(output: Output, seal: Seal) -> None:
    if output.json:
        output.shown(SealShown.of(seal))
        return
    output.pairs(
        {
            Text("编号", "Id"): seal.id,
            Text("名称", "Name"): seal.title.to(output.language),
            Text("状态", "State"): STATE_NAMES[seal.state].to(output.language),
            Text("印章编码", "Seal code"): seal.seal_code,
            Text("执照", "License"): seal.license_id,
            Text("尺寸", "Size"): f"{seal.width_mm:g} × {seal.height_mm:g} mm",
            Text("制章者", "Maker"): f"{seal.maker.name}（{seal.maker.code}）",
            Text("备案号", "Filing number"): seal.filing_number or "—",
            Text("有效期至", "Valid until"): _moment(seal.expires_at),
            Text("证书 SHA-256", "Certificate SHA-256"): seal.certificate_sha256 or "—",
        }
    )
