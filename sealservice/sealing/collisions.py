"""No seal covers another one, nor what was sealed, signed or stamped before.

On the page of an impression these must stay clear of it, the field it fills excepted:
1. every other impression of the order;
2. every signature field that shows, filled or empty: an empty one waits for somebody;
3. every stamp annotation that shows;
4. every seal that an earlier order of ours drew as content of the page (sealing/drawn_seals.py).
"""

from collections.abc import Iterator, Sequence
from typing import Final

import pikepdf

from sealservice.kernel.text import Text
from sealservice.sealing.drawn_seals import drawn_seals
from sealservice.sealing.fields import (
    HIDDEN,
    SignatureField,
    annotation_box,
    annotations,
    flags_of,
    has_size,
)
from sealservice.sealing.geometry import PageGeometry, overlap
from sealservice.sealing.model import Box, Impression
from sealservice.sealing.placement_errors import SealsCollide

_ANOTHER: Final = Text("此次用印的另一处印章", "another seal of this order")
_SIGNED: Final = Text("已有的签章“{name}”", "the signature “{name}”")
_PREPARED: Final = Text(
    "预留签名域“{name}”（可改为在该签名域内盖章）",
    "the empty field “{name}” (the seal could fill that field instead)",
)
_STAMP: Final = Text("已有的图章批注", "a stamp that is there")
_DRAWN: Final = Text("已盖的印章", "a seal that is there")

Obstacle = tuple[Box, Text, str | None]
"""Where something is, what it is, and the field's name if it is one."""


def refuse_collisions(
    document: pikepdf.Pdf,
    pages: Sequence[PageGeometry],
    fields: Sequence[SignatureField],
    located: Sequence[Sequence[Impression]],
) -> None:
    """Refuse seals that would overlap something.

    Raises:
        SealsCollide: names the page, and what would be covered.
    """
    by_page: dict[int, list[Obstacle]] = {}
    impressions = [impression for seal in located for impression in seal]
    touched = {impression.box.page for impression in impressions}
    drawn = ((box, _DRAWN, None) for box in drawn_seals(document, pages, touched))
    for obstacle in (*_of_fields(fields), *_of_stamps(document, pages), *drawn):
        by_page.setdefault(obstacle[0].page, []).append(obstacle)
    for impression in impressions:
        on_page = by_page.setdefault(impression.box.page, [])
        _refuse(impression, on_page)
        on_page.append((impression.box, _ANOTHER, None))


def _refuse(impression: Impression, obstacles: Sequence[Obstacle]) -> None:
    for box, what, field in obstacles:
        is_own = field is not None and field == impression.field
        if not is_own and overlap(impression.box, box):
            page = impression.box.page + 1
            raise SealsCollide(page=page, other_zh=what.zh, other_en=what.en)


def _of_fields(fields: Sequence[SignatureField]) -> Iterator[Obstacle]:
    for field in fields:
        if field.box is not None and field.is_shown:
            what = _SIGNED if field.is_filled else _PREPARED
            yield field.box, what.filled(name=field.name), field.name


def _of_stamps(document: pikepdf.Pdf, pages: Sequence[PageGeometry]) -> Iterator[Obstacle]:
    for page, annotation in annotations(document):
        if annotation.get("/Subtype") != "/Stamp" or flags_of(annotation.get("/F")) & HIDDEN:
            continue
        box = annotation_box(page, annotation, pages)
        if box is not None and has_size(box):
            yield box, _STAMP, None
