"""``--dry-run``: where seals would show, in points and in mm; nothing is stored, no key is used."""

from typing import Final

from sealservice.api.placements import ImpressionLocated
from sealservice.cli.call import Call
from sealservice.cli.desk import open_desk
from sealservice.cli.output import Output, print_json
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.sealing.model import SealUse
from sealservice.sealing.previews import Shown

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


def rehearse(call: Call, pdf: bytes, uses: tuple[SealUse, ...]) -> None:
    """Tell where the seals would show.

    Raises:
        Refused: whatever placing the order would refuse.
    """
    wanted = tuple((use.seal_id, place) for use in uses for place in use.placements)
    with open_desk(call) as desk, call.output.progress(_CHECKING):
        located = desk.services.previews.rehearse(desk.actor, pdf, wanted)
    seals = [seal_id for seal_id, _ in wanted]
    if call.output.json:
        print_json(
            {"placements": [_located_json(*pair) for pair in zip(seals, located, strict=True)]}
        )
        return
    rows = [
        _row(call.output, seal_id, one)
        for seal_id, place in zip(seals, located, strict=True)
        for one in place
    ]
    call.output.table(_COLUMNS, rows)


def _located_json(seal_id: str, place: tuple[Shown, ...]) -> JsonObject:
    shown = [ImpressionLocated.of(one.impression, one.box).model_dump(mode="json") for one in place]
    return {"seal_id": seal_id, "impressions": list(shown)}


def _row(output: Output, seal_id: str, one: Shown) -> list[str]:
    box = one.box
    numbers = [f"{number:.2f}" for number in (box.left, box.bottom, box.right, box.top)]
    what = _WHOLE if one.impression.window is None else _SLICE
    return [seal_id, str(box.page + 1), *numbers, what.to(output.language)]
