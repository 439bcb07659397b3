"""``sealservice seal-pdf``: seal a PDF, archive it, and write the sealed copy.

1. The placement is one of keyword and coordinates; the output can be written (nothing is sealed
   for nothing) and is not the input.
2. The document is stored and the order placed: whatever can be refused is refused here.
3. The demonstration holder of this home approves the order's intent.
4. The signer seals; the archived record's bytes are written out.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.api.records import RecordOutline
from sealservice.archive.model import Record
from sealservice.bootstrap.enrolment import approve_as_operator
from sealservice.bootstrap.processes import signer_running
from sealservice.bootstrap.waiting import finished_order, record_of
from sealservice.cli.call import Call, call_of
from sealservice.cli.desk import Desk, open_desk
from sealservice.cli.errors import Misuse, OutputUnwritable, SealedNotWritten
from sealservice.cli.exits import restored
from sealservice.cli.files import output_file, read_bytes
from sealservice.cli.output import Output, print_json, printable
from sealservice.cli.verdicts import verdict_word
from sealservice.kernel.text import Text
from sealservice.sealing.errors import DocumentTooLarge
from sealservice.sealing.model import (
    CoordinatePlacement,
    KeywordPlacement,
    Level,
    Order,
    OrderRequest,
    Placement,
    SealUse,
)

app = typer.Typer()

_COMMAND: Final = "sealservice seal-pdf"
_CHECKING: Final = Text("正在检查文件并定位印章…", "Checking the document and placing the seal…")
_SEALING: Final = Text("正在签章、加盖时间戳并归档…", "Sealing, timestamping and archiving…")
_WHERE: Final = Text(
    "请用 --keyword 指定关键字，或用 --page、--x、--y 指定坐标，二者选一。",
    "say where: either --keyword, or --page with --x and --y.",
)


class Occurrence(StrEnum):
    """Which of several places with the keyword."""

    FIRST = "first"
    LAST = "last"


@app.command("seal-pdf")
def seal_pdf(  # noqa: PLR0913, PLR0917 - one parameter for each option
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="IN", help="待盖章的 PDF / PDF to seal")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="盖章后的 PDF / sealed PDF")],
    seal_id: Annotated[str, typer.Option("--seal", metavar="ID", help="印章编号 / seal id")],
    keyword: Annotated[
        str | None, typer.Option(help="盖在此文字上 / centre the seal on this text")
    ] = None,
    occurrence: Annotated[
        Occurrence, typer.Option(help="第一处或最后一处 / which place of several")
    ] = Occurrence.LAST,
    page: Annotated[
        int | None, typer.Option(help="页码，-1 为末页 / page, -1 for the last one")
    ] = None,
    x: Annotated[
        float | None, typer.Option(help="印章中心距左边，毫米 / centre from the left, mm")
    ] = None,
    y: Annotated[
        float | None, typer.Option(help="印章中心距下边，毫米 / centre from the bottom, mm")
    ] = None,
    level: Annotated[Level, typer.Option(help="签名级别 / PAdES level")] = Level.B_LTA,
    purpose: Annotated[str, typer.Option(help="用途 / purpose, shown to the holder")] = "",
) -> None:
    """Seal a PDF and archive it."""
    call = call_of(context)
    placement = _placement(keyword, occurrence, (page, x, y))
    with output_file(out, source) as target:
        pdf = _document(call, source)
        with open_desk(call) as desk:
            with call.output.progress(_CHECKING):
                document = desk.services.orders.store_document(
                    desk.actor, printable(source.name), pdf
                )
                wanted = OrderRequest(
                    document.id, (SealUse(seal_id, (placement,)),), level, purpose
                )
                order = desk.services.orders.place(desk.actor, wanted)
            record, sealed = _sealed(call, desk, order)
        try:
            target.write(sealed)
        except OutputUnwritable:
            raise SealedNotWritten(path=target.path, record_id=record.id) from None
    _tell(call.output, record, target.path)


def _placement(
    keyword: str | None,
    occurrence: Occurrence,
    coordinates: tuple[int | None, float | None, float | None],
) -> Placement:
    page, x, y = coordinates
    if keyword is not None and coordinates == (None, None, None):
        return KeywordPlacement(keyword, occurrence.value)
    if keyword is None and page is not None and x is not None and y is not None:
        return CoordinatePlacement(str(page), x, y)
    raise Misuse(_WHERE, _COMMAND)


def _document(call: Call, source: Path) -> bytes:
    limit = call.settings.limits.document_bytes
    pdf = read_bytes(source, limit)
    if pdf is None:
        raise DocumentTooLarge(limit=f"{limit >> 20} MB")
    return pdf


def _sealed(call: Call, desk: Desk, order: Order) -> tuple[Record, bytes]:
    """Have the order approved and sealed, and fetch its record.

    Raises:
        OrderUnfinished: the signer has not come to an end with it.
        SealserviceError: what ended the order without a sealed document.
    """
    approve_as_operator(desk.installation, desk.services, desk.actor, order)
    with call.output.progress(_SEALING), signer_running(desk.installation):
        finished = finished_order(desk.services, desk.actor, order.id)
    if finished.failure is not None:
        raise restored(finished.failure)
    return desk.services.archive.fetch(desk.actor, record_of(finished))


def _tell(output: Output, record: Record, path: Path) -> None:
    if output.json:
        print_json({**RecordOutline.of(record).model_dump(mode="json"), "pdf": str(path)})
        return
    output.pairs(
        {
            Text("已盖章文件", "Sealed PDF"): str(path),
            Text("档案编号", "Record"): record.id,
            Text("结论", "Verdict"): verdict_word(output, record.facts.verdict),
            Text("级别", "Level"): record.facts.level,
            Text("SHA-256", "SHA-256"): record.sha256,
        }
    )
