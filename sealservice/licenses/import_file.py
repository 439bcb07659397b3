"""Read a file of license faces, CSV or JSON, into rows; what a face is worth is judged later.

1. Text is UTF-8, with or without a byte order mark; what is not is read as GB 18030.
2. A text whose first letter is ``[`` or ``{`` is JSON: a list of faces as ``face_json`` reads them.
3. Anything else is CSV (RFC 4180). The first row names the columns, by the labels printed on a
   license (统一社会信用代码) or by the names of the fields (uscc); 主体类型 (entity_type) is one.
4. In CSV an empty cell is no line of the face; 公司 and 正本 may stand for company and original.
5. A file that is wrong as a whole is refused as a whole: nothing of it is registered.
"""

import csv
import io
import json
from dataclasses import dataclass
from typing import Final

from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.licenses.errors import (
    ImportColumnsUnknown,
    ImportEmpty,
    ImportMalformed,
    ImportNotText,
    ImportTooLong,
)
from sealservice.licenses.model import COPY_NAMES, ENTITY_NAMES, FACE_TYPES, face_lines

_ENTITY: Final = "entity_type"
_SURPLUS: Final = "多余单元格 surplus cells"
"""Under this name stand cells for which there is no column: a field that no face has."""
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One face of a file."""

    number: int
    """As a spreadsheet counts: the row of names is 1. In JSON the first face is 1."""
    face: JsonValue


def read_rows(data: bytes, greatest: int) -> list[ImportRow]:
    """Return the rows of a file, ``greatest`` at most.

    Raises:
        ImportNotText, ImportMalformed, ImportColumnsUnknown, ImportEmpty, ImportTooLong.
    """
    text = _text(data)
    is_json = text.lstrip()[:1] in ("[", "{")
    rows = _json_rows(text) if is_json else _csv_rows(text)
    if not rows:
        raise ImportEmpty
    if len(rows) > greatest:
        raise ImportTooLong(rows=len(rows), greatest=greatest)
    return rows


def count_rows(data: bytes, greatest: int) -> int:
    """Return how many rows a file has; what ``read_rows`` refuses is refused."""
    return len(read_rows(data, greatest))


def _text(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportNotText


def _json_rows(text: str) -> list[ImportRow]:
    try:
        faces = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ImportMalformed(where=getattr(error, "lineno", 1)) from None
    if not isinstance(faces, list):
        raise ImportMalformed(where=1)
    return [ImportRow(number, face) for number, face in enumerate(faces, start=1)]


def _csv_rows(text: str) -> list[ImportRow]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        columns = _columns(header)
        return [
            ImportRow(number, _face(columns, cells))
            for number, cells in enumerate(reader, start=2)
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error:
        raise ImportMalformed(where=reader.line_num) from None


def _columns(header: list[str]) -> list[str]:
    if not any(header):
        raise ImportEmpty
    names = _names()
    unknown = [cell or "（空 / empty）" for cell in header if cell not in names]
    columns = [names.get(cell, "") for cell in header]
    twice = [cell for place, cell in enumerate(header) if columns[place] in columns[:place]]
    if wrong := [*unknown, *twice]:
        shown = "、".join(ascii(one) if not one.isprintable() else one for one in wrong[:_NAMED])
        raise ImportColumnsUnknown(columns=shown)
    return columns


def _names() -> dict[str, str]:
    """Return by which names a column may be called, and the field that it is."""
    names = {_ENTITY: _ENTITY, "主体类型": _ENTITY}
    for face_type in FACE_TYPES.values():
        for field, line in face_lines(face_type).items():
            names |= {field: field, line.label.zh: field}
    return names


def _face(columns: list[str], cells: list[str]) -> JsonObject:
    given = [cell.strip() for cell in cells]
    face: JsonObject = {
        column: _WORDS.get(column, {}).get(cell, cell)
        for column, cell in zip(columns, given, strict=False)
        if cell
    }
    return face | (
        {_SURPLUS: "，".join(given[len(columns) :])} if any(given[len(columns) :]) else {}
    )


_WORDS: Final[dict[str, dict[str, str]]] = {
    _ENTITY: {name.zh: kind.value for kind, name in ENTITY_NAMES.items()},
    "copy": {name.zh: copy.value for copy, name in COPY_NAMES.items()},
}
