"""``sealservice seal-pdf``: seal a PDF, archive it, and write the sealed copy.

1. The places are understood (``placements``); those behind a ``--seal`` are that seal's, those
   before the first one belong to the first. The output can be written (nothing is sealed for
   nothing) and is not the input.
2. With ``--dry-run`` it ends here: the places are resolved and told; nothing is stored.
3. The document is stored and the order placed: whatever can be refused is refused here.
4. The demonstration holder of this home approves the order's intent.
5. The signer seals; the archived record's bytes are written out.
"""

from dataclasses import replace
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
from sealservice.cli.locks import parsed_lock
from sealservice.cli.ordered import OrderedCommand, in_order
from sealservice.cli.output import Output, print_json, printable
from sealservice.cli.placements import COMMAND, seal_uses
from sealservice.cli.rehearsals import rehearse
from sealservice.cli.seal_options import (
    Clamped,
    Fields,
    Keywords,
    OnFailure,
    Places,
    Purpose,
    Seals,
    Straddles,
    WantedLevel,
)
from sealservice.cli.verdicts import verdict_word
from sealservice.kernel.text import Text
from sealservice.sealing.errors import DocumentTooLarge
from sealservice.sealing.model import Level, Order, OrderRequest
from sealservice.sealing.terms import Certification, OnTsaFailure, Restrictions

app = typer.Typer()

_CHECKING: Final = Text("正在检查文件并定位印章…", "Checking the document and placing the seal…")
_SEALING: Final = Text("正在签章、加盖时间戳并归档…", "Sealing, timestamping and archiving…")
_NO_OUTPUT: Final = Text("缺少输出文件 OUT。", "OUT, the file to write, is missing.")
_CERTIFY: Final = "认证签章，之后允许的更改 / certify; what is allowed afterwards"
_LOCK: Final = "盖章后锁定表单域 / lock form fields: all, include=A,B or exclude=A,B"
_DRY_RUN: Final = "只解析位置，不存储、不盖章 / resolve the places; store and seal nothing"


@app.command("seal-pdf", cls=OrderedCommand)
def seal_pdf(  # noqa: PLR0913 - one parameter for each option
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="IN", help="待盖章的 PDF / PDF to seal")],
    out: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="盖章后的 PDF / sealed PDF")
    ] = None,
    *,
    seal: Seals,
    at: Places = None,
    keyword: Keywords = None,
    straddle: Straddles = None,
    field: Fields = None,
    clamp: Clamped = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_DRY_RUN)] = False,
    level: WantedLevel = Level.B_LTA,
    purpose: Purpose = "",
    certify: Annotated[Certification | None, typer.Option(help=_CERTIFY)] = None,
    lock: Annotated[str | None, typer.Option(metavar="FIELDS", help=_LOCK)] = None,
    on_tsa_failure: OnFailure = OnTsaFailure.FAIL,
) -> None:
    """Seal a PDF and archive it."""
    call = call_of(context)
    given = {"seal": seal, "at": at, "keyword": keyword, "straddle": straddle, "field": field}
    ordered = in_order(context, {name: each or [] for name, each in given.items()})
    uses = seal_uses(ordered, clamp=clamp)
    restrictions = Restrictions(certify, parsed_lock(lock))
    request = OrderRequest("", uses, level, purpose, restrictions, on_tsa_failure)
    if dry_run:
        rehearse(call, printable(source.name), _document(call, source), request)
    elif out is None:
        raise Misuse(_NO_OUTPUT, COMMAND)
    else:
        _seal(call, source, out, request)


def _seal(call: Call, source: Path, out: Path, request: OrderRequest) -> None:
    """Seal a document, and write it out; the request does not name it yet."""
    with output_file(out, source) as target:
        pdf = _document(call, source)
        with open_desk(call) as desk:
            with call.output.progress(_CHECKING):
                document = desk.services.orders.store_document(
                    desk.actor, printable(source.name), pdf
                )
                order = desk.services.orders.place(
                    desk.actor, replace(request, document_id=document.id)
                )
            record, sealed = _sealed(call, desk, order)
        try:
            target.write(sealed)
        except OutputUnwritable:
            raise SealedNotWritten(path=target.path, record_id=record.id) from None
    _tell(call.output, record, target.path)


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
