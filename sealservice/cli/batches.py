"""``sealservice batch``: seal the PDFs of a folder under one approval of the whole list.

1. The files of the folder are taken in one by one; what is no PDF that can be sealed is refused
   with its reason, and so is what the seal finds no place on. The others make up the list.
2. The demonstration holder of this home approves the closed list, once.
3. The signer seals them; each sealed file is written under its own name as it is in the archive.
4. Whatever stops the command, the list goes on: ``batch fetch ID OUT`` waits for the rest and
   writes the files. No file is sealed twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import typer

from sealservice.api.batches import BatchItemShown, BatchShown
from sealservice.bootstrap.enrolment import approve_list_as_operator
from sealservice.bootstrap.processes import signer_running
from sealservice.bootstrap.waiting import finished_batch
from sealservice.cli.call import Call, call_of
from sealservice.cli.desk import Desk, open_desk
from sealservice.cli.exits import Status
from sealservice.cli.files import read_bytes
from sealservice.cli.folders import output_folder
from sealservice.cli.ordered import OrderedCommand, in_order
from sealservice.cli.output import Output, print_json, printable
from sealservice.cli.placements import seal_uses
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
from sealservice.kernel.errors import Refused, SealserviceError
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.sealing.batch_errors import BatchEmpty, BatchTooLong
from sealservice.sealing.batch_model import Batch, BatchCounts, BatchItem, BatchState
from sealservice.sealing.errors import DocumentTooLarge
from sealservice.sealing.model import Level, OrderRequest
from sealservice.sealing.terms import OnTsaFailure

app = typer.Typer()

BatchId = Annotated[str, typer.Argument(metavar="ID", help="批量编号 / batch id")]
_PAGE: Final = 100
_READING: Final = Text("正在读取文件…", "Reading the files…")
_SEALING: Final = Text("正在签章并归档…", "Sealing and archiving…")
_COLUMNS: Final = (Text("文件", "File"), Text("结果", "Outcome"), Text("原因", "Reason"))


@dataclass(slots=True)
class _Taken:
    """What of a folder was stored, and what was refused."""

    document_ids: list[str] = field(default_factory=list)
    refused: list[tuple[str, SealserviceError]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A batch as it is told."""

    batch: Batch
    counts: BatchCounts
    items: list[BatchItem]


@app.command("seal", cls=OrderedCommand)
def seal(  # noqa: PLR0913 - one parameter for each option
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="待盖章 PDF 所在文件夹 / PDFs")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="新文件夹 / folder to make")],
    *,
    seal: Seals,
    at: Places = None,
    keyword: Keywords = None,
    straddle: Straddles = None,
    field: Fields = None,
    clamp: Clamped = False,
    level: WantedLevel = Level.B_LTA,
    purpose: Purpose = "",
    on_tsa_failure: OnFailure = OnTsaFailure.FAIL,
) -> int:
    """一次授权，给文件夹中的 PDF 逐件盖章 / seal a folder's PDFs; exit 65 if any is refused."""
    call = call_of(context)
    given = {"seal": seal, "at": at, "keyword": keyword, "straddle": straddle, "field": field}
    ordered = in_order(context, {name: each or [] for name, each in given.items()})
    uses = seal_uses(ordered, clamp=clamp)
    request = OrderRequest("", uses, level, purpose, on_tsa_failure=on_tsa_failure)
    with output_folder(out) as part, open_desk(call) as desk:
        taken = _taken(call, desk, folder)
        batch = _approved(call, desk, request, taken)
        batch = _sealed(call, desk, batch, part)
        seen = _seen(desk, batch)
    return _tell(call.output, seen, taken)


@app.command()
def fetch(
    context: typer.Context,
    batch_id: BatchId,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="新文件夹 / folder to make")],
) -> int:
    """等待完成并取回已盖章文件 / wait for the rest of a batch, and write its sealed files."""
    call = call_of(context)
    with output_folder(out) as part, open_desk(call) as desk:
        batch = desk.services.batch_preparation.run(
            desk.services.batches.show(desk.actor, batch_id)[0].id
        )
        batch = _sealed(call, desk, batch, part)
        seen = _seen(desk, batch)
    return _tell(call.output, seen, _Taken())


@app.command()
def show(context: typer.Context, batch_id: BatchId) -> int:
    """查看批量盖章的进度和逐件结果 / show how far a batch came, document by document."""
    call = call_of(context)
    with open_desk(call) as desk:
        seen = _seen(desk, desk.services.batches.show(desk.actor, batch_id)[0])
    return _tell(call.output, seen, _Taken())


def _taken(call: Call, desk: Desk, folder: Path) -> _Taken:
    """Store the PDFs of a folder, one at a time."""
    files = sorted(one for one in folder.glob("*") if one.suffix.lower() == ".pdf")
    limit = call.settings.limits.batch_documents
    if not files:
        raise BatchEmpty
    if len(files) > limit:
        raise BatchTooLong(count=len(files), limit=limit)
    taken = _Taken()
    with call.output.progress(_READING) as progress:
        for number, file in enumerate(files, 1):
            progress(Text(f"正在读取：{number} / {len(files)}", f"Reading: {number}/{len(files)}"))
            try:
                taken.document_ids.append(_stored(call, desk, file))
            except Refused as refusal:
                taken.refused.append((printable(file.name), refusal))
    return taken


def _stored(call: Call, desk: Desk, file: Path) -> str:
    limit = call.settings.limits.document_bytes
    pdf = read_bytes(file, limit)
    if pdf is None:
        raise DocumentTooLarge(limit=f"{limit >> 20} MB")
    return desk.services.orders.store_document(desk.actor, printable(file.name), pdf).id


def _approved(call: Call, desk: Desk, request: OrderRequest, taken: _Taken) -> Batch:
    """Have the list prepared, closed and approved.

    Raises:
        Refused: none of the files can be sealed; of a single one, why.
    """
    if not taken.document_ids:
        raise taken.refused[0][1]
    services, total = desk.services, len(taken.document_ids)
    placed = services.batches.place(desk.actor, request, taken.document_ids)
    with call.output.progress(_READING) as progress:
        batch = services.batch_preparation.run(
            placed.id,
            lambda done: progress(Text(f"正在定位：{done} / {total}", f"Placing: {done}/{total}")),
        )
    if batch.state is BatchState.PENDING:
        approve_list_as_operator(desk.installation, services, desk.actor, batch)
    return batch


def _sealed(call: Call, desk: Desk, batch: Batch, part: Path) -> Batch:
    """Wait for the outcome of every document, and write those that are sealed."""
    with call.output.progress(_SEALING) as progress, signer_running(desk.installation):
        batch = finished_batch(
            desk.services,
            desk.actor,
            batch.id,
            lambda now: progress(
                Text(
                    f"正在盖章：{now.done} / {now.prepared}", f"Sealing: {now.done}/{now.prepared}"
                )
            ),
        )
    for item in _items(desk, batch):
        if item.record_id is not None:
            _, pdf = desk.services.archive.fetch(desk.actor, item.record_id)
            _free(part, item).write_bytes(pdf)
    return batch


def _free(part: Path, item: BatchItem) -> Path:
    """Return where a file goes: under its own name, or behind its number if that is taken."""
    name = item.filename.replace("/", "_")
    target = part / name
    return part / f"{item.position}-{name}" if target.exists() else target


def _items(desk: Desk, batch: Batch) -> Iterator[BatchItem]:
    after = 0
    while page := desk.services.batches.items(desk.actor, batch.id, after, _PAGE):
        yield from page
        after = page[-1].position


def _seen(desk: Desk, batch: Batch) -> _Seen:
    counts = desk.services.batches.show(desk.actor, batch.id)[1]
    return _Seen(batch, counts, list(_items(desk, batch)))


def _tell(output: Output, seen: _Seen, taken: _Taken) -> int:
    batch, counts, items = seen.batch, seen.counts, seen.items
    is_whole = counts.done == batch.total and not taken.refused
    status = 0 if is_whole or batch.state not in _OVER else Status.REFUSED
    if output.json:
        shown: JsonObject = BatchShown.of(batch, counts).model_dump(mode="json")
        shown["items"] = [BatchItemShown.of(one).model_dump(mode="json") for one in items]
        shown["not_taken"] = [{"file": name, **why.as_json()} for name, why in taken.refused]
        print_json(shown)
        return status
    output.pairs(
        {
            Text("批量编号", "Batch"): batch.id,
            Text("状态", "State"): _STATES[batch.state].to(output.language),
            Text("已盖章", "Sealed"): f"{counts.done} / {batch.total + len(taken.refused)}",
            Text("未列入", "Refused"): str(counts.refused + len(taken.refused)),
            Text("失败", "Failed"): str(counts.failed),
        }
    )
    rows = [[one.filename, *_outcome(output, one)] for one in items if one.failure]
    rows += [
        [name, _REFUSED.to(output.language), why.to(output.language)] for name, why in taken.refused
    ]
    if rows:
        output.table(_COLUMNS, rows)
    return status


def _outcome(output: Output, item: BatchItem) -> tuple[str, str]:
    word = _REFUSED if item.is_refused else _FAILED
    return word.to(output.language), str((item.failure or {})[output.language.value])


_REFUSED: Final = Text("未列入", "refused")
_FAILED: Final = Text("失败", "failed")
_OVER: Final = (BatchState.DONE, BatchState.FAILED)
_STATES: Final = {
    BatchState.PREPARING: Text("正在检查文件", "being prepared"),
    BatchState.PENDING: Text("待授权", "awaiting approval"),
    BatchState.SEALING: Text("用章中", "being sealed"),
    BatchState.DONE: Text("已完成", "done"),
    BatchState.FAILED: Text("失败", "failed"),
}
