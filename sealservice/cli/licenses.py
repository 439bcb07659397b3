"""``sealservice license``: register e-licenses and look at them."""

from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.api.licenses import FaceVersionShown, HolderShown, LicenseShown
from sealservice.bootstrap.enrolment import enrolled_stand_in
from sealservice.cli.call import call_of
from sealservice.cli.desk import everything, open_desk
from sealservice.cli.files import read_json
from sealservice.cli.license_endings import cancel, confirm, dismiss, endings, revoke, usage
from sealservice.cli.license_forms import credential, pdf
from sealservice.cli.license_imports import import_
from sealservice.cli.output import Output
from sealservice.kernel.clock import rfc3339
from sealservice.kernel.text import Text
from sealservice.licenses.model import (
    ENTITY_NAMES,
    STATUS_NAMES,
    FaceVersion,
    License,
    face_items,
)

app = typer.Typer()
app.command("import")(import_)
for _command in (revoke, cancel, confirm, dismiss, endings, usage, pdf, credential):
    app.command()(_command)

LicenseId = Annotated[str, typer.Argument(metavar="ID", help="执照编号 / license id")]
Reason = Annotated[str, typer.Option(help="原因 / reason")]
_COLUMNS: Final = (
    Text("编号", "Id"),
    Text("统一社会信用代码", "Credit code"),
    Text("名称", "Name"),
    Text("主体类型", "Entity type"),
    Text("状态", "Status"),
)
_VERSION_COLUMNS: Final = (
    Text("版本", "Version"),
    Text("时间", "Time"),
    Text("名称", "Name"),
    Text("原因", "Reason"),
    Text("经办", "By"),
)


@app.command()
def register(
    context: typer.Context,
    face: Annotated[Path, typer.Argument(help="照面信息 JSON 文件 / the license face as JSON")],
) -> None:
    """登记电子营业执照 / register an e-license."""
    call = call_of(context)
    face_json = read_json(face, call.settings.limits.body_bytes)
    with open_desk(call) as desk:
        license_ = desk.services.licenses.register(desk.actor, face_json)
    _print(call.output, license_)


@app.command()
def show(
    context: typer.Context,
    license_id: Annotated[str, typer.Argument(metavar="ID", help="执照编号 / license id")],
) -> None:
    """显示一份电子营业执照 / show one e-license."""
    call = call_of(context)
    with open_desk(call) as desk:
        license_ = desk.services.licenses.show(desk.actor, license_id)
    _print(call.output, license_)


@app.command()
def enrol(
    context: typer.Context,
    license_id: Annotated[str, typer.Argument(metavar="ID", help="执照编号 / license id")],
) -> None:
    """登记演示持照人 / enrol the demonstration holder of this home."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        holder = enrolled_stand_in(desk.installation, desk.services, desk.actor, license_id)
    if output.json:
        output.shown(HolderShown.of(holder))
        return
    output.pairs({Text("编号", "Id"): holder.id, Text("持照人", "Holder"): holder.name})


@app.command("list")
def list_(context: typer.Context) -> None:
    """列出电子营业执照 / list e-licenses."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        found = everything(lambda last, limit: desk.services.licenses.page(desk.actor, last, limit))
    if output.json:
        output.shown([LicenseShown.of(license_) for license_ in found])
        return
    output.table(_COLUMNS, [_row(license_, output) for license_ in found])


@app.command()
def change(
    context: typer.Context,
    license_id: LicenseId,
    face: Annotated[Path, typer.Argument(help="新照面信息 JSON 文件 / the new face as JSON")],
    reason: Reason,
) -> None:
    """变更照面信息；名称不再相符的印章随之停用 / change the face; seals of another name stop."""
    call = call_of(context)
    face_json = read_json(face, call.settings.limits.body_bytes)
    with open_desk(call) as desk:
        license_ = desk.services.licenses.change(desk.actor, license_id, face_json, reason)
    _print(call.output, license_)


@app.command()
def versions(context: typer.Context, license_id: LicenseId) -> None:
    """列出照面信息的各个版本 / list the versions of the face."""
    output = call_of(context).output
    with open_desk(call_of(context)) as desk:
        found = desk.services.licenses.versions(desk.actor, license_id)
    if output.json:
        output.shown([FaceVersionShown.of(version) for version in found])
        return
    output.table(_VERSION_COLUMNS, [_version_row(version) for version in found])


@app.command()
def suspend(context: typer.Context, license_id: LicenseId, reason: Reason) -> None:
    """暂停执照，其在用印章随之停用 / suspend a license and its seals in use."""
    call = call_of(context)
    with open_desk(call) as desk:
        license_ = desk.services.licenses.suspend(desk.actor, license_id, reason)
    _print(call.output, license_)


@app.command()
def resume(context: typer.Context, license_id: LicenseId, reason: Reason) -> None:
    """恢复已暂停的执照 / resume a suspended license."""
    call = call_of(context)
    with open_desk(call) as desk:
        license_ = desk.services.licenses.resume(desk.actor, license_id, reason)
    _print(call.output, license_)


def _version_row(version: FaceVersion) -> list[str]:
    made = rfc3339(version.at)
    return [str(version.version), made, version.face.name, version.reason, version.actor_id]


def _status(output: Output, license_: License) -> str:
    return STATUS_NAMES[license_.status].to(output.language)


def _row(license_: License, output: Output) -> list[str]:
    entity = ENTITY_NAMES[license_.entity_type].to(output.language)
    return [license_.id, license_.uscc, license_.name, entity, _status(output, license_)]


def _print(output: Output, license_: License) -> None:
    if output.json:
        output.shown(LicenseShown.of(license_))
        return
    shown = {item.label: item.value for item in face_items(license_.face).values()}
    status = {Text("状态", "Status"): _status(output, license_)}
    output.pairs({Text("编号", "Id"): license_.id, **shown, **status})
