"""``--dry-run``: what an order would make, in points and in mm; nothing is stored, no key is used.

Whatever placing the order would refuse is refused here, certification and locks included.
"""

from typing import Final

from sealservice.api.orders import OrderRehearsed
from sealservice.api.placements import ImpressionLocated
from sealservice.cli.call import Call
from sealservice.cli.desk import open_desk
from sealservice.cli.output import Output, print_json
from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.kernel.text import Text
from sealservice.sealing.layout import Shown
from sealservice.sealing.model import OrderRequest

_CHECKING: Final = Text("正在检查文件并定位印章…", "Checking the document and placing the seal…")
_WHOLE: Final = Text("整章", "whole seal")
_SLICE: Final = Text("切片", "slice")
_COLUMNS: Final = (
    Text("印章", "Seal"),
    Text("页", "Page"),
    Text("左", "Left"),
    Text("下", "Bottom"),
    Text("右", "Right"),
    Text("上（毫米）", "Top (mm)"),
    Text("印迹", "Shows"),
)


def rehearse(call: Call, filename: str, pdf: bytes, request: OrderRequest) -> None:
    """Tell where the seals would show.

    Raises:
        Refused: whatever placing the order would refuse.
    """
    with open_desk(call) as desk, call.output.progress(_CHECKING):
        rehearsal = desk.services.orders.rehearsed_file(desk.actor, filename, pdf, request)
    located = [
        (use.seal_id, place)
        for use, places in zip(request.seals, rehearsal.places, strict=True)
        for place in places
    ]
    if call.output.json:
        placements: JsonValue = [_located_json(*one) for one in located]
        print_json(
            {"placements": placements, **OrderRehearsed.of(rehearsal).model_dump(mode="json")}
        )
        return
    rows = [_row(call.output, seal_id, one) for seal_id, place in located for one in place]
    call.output.table(_COLUMNS, rows)


def _located_json(seal_id: str, place: tuple[Shown, ...]) -> JsonObject:
    shown = [ImpressionLocated.of(one).model_dump(mode="json") for one in place]
    return {"seal_id": seal_id, "impressions": list(shown)}


def _row(output: Output, seal_id: str, one: Shown) -> list[str]:
    box = one.box
    numbers = [f"{number:.2f}" for number in (box.left, box.bottom, box.right, box.top)]
    what = _WHOLE if one.impression.window is None else _SLICE
    return [seal_id, str(box.page + 1), *numbers, what.to(output.language)]
