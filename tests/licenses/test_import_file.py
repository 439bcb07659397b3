"""Files of licenses: CSV as spreadsheets write it, JSON, and all that is neither."""

import json

import pytest

from sealservice.licenses.errors import (
    ImportColumnsUnknown,
    ImportEmpty,
    ImportMalformed,
    ImportNotText,
    ImportTooLong,
)
from sealservice.licenses.import_file import read_rows
from tests.licenses.faces import csv_of, face

MOST = 10
FACES = [face(1), face(2)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_spreadsheets_are_read_in_either_encoding(encoding: str) -> None:
    """Labels become fields, 公司 and 副本 their words; rows are numbered as a spreadsheet does."""
    rows = read_rows(csv_of(FACES, encoding), MOST)
    assert [(row.number, row.face) for row in rows] == [(2, FACES[0]), (3, FACES[1])]


def test_json_lists_are_read(  # a list of what the API takes
) -> None:
    """Each element is a face, whatever it is worth; the first one is number 1."""
    rows = read_rows(json.dumps([*FACES, "nonsense"]).encode(), MOST)
    assert [row.face for row in rows] == [*FACES, "nonsense"]
    assert rows[0].number == 1


def test_lines_may_be_left_out_and_cells_may_hold_anything() -> None:
    """An empty cell is no line; commas, quotes and line ends inside a cell stay in it."""
    odd = {**face(3), "business_scope": '软件开发,"咨询"\n服务'}
    del odd["term"]
    (row,) = read_rows(csv_of([odd]), MOST)
    assert row.face == odd


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", ImportEmpty),
        (b"\xef\xbb\xbf", ImportEmpty),
        (b"uscc,name\r\n", ImportEmpty),
        (b"uscc,name\r\n , \r\n", ImportEmpty),
        (b"[]", ImportEmpty),
        (b"uscc,\xff\xff\x00", ImportNotText),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ImportNotText),
        (b"uscc,shoe_size\r\n1,2", ImportColumnsUnknown),
        (b"uscc,uscc\r\n1,2", ImportColumnsUnknown),
        ("统一社会信用代码,uscc\n1,2".encode(), ImportColumnsUnknown),
        (b"uscc,,name\r\n1,2,3", ImportColumnsUnknown),
        (b"%PDF-1.7\nuscc", ImportColumnsUnknown),
        (b'uscc,name\r\n"1,2', ImportMalformed),
        (b'uscc,name\r\n"1"x,2', ImportMalformed),
        (b"uscc,name\r\n1," + b"x" * 200_000, ImportMalformed),
        (b"[{", ImportMalformed),
        (b'{"uscc": "1"}', ImportMalformed),
        (b"[" * 100_000, ImportMalformed),
        (csv_of(FACES * 6), ImportTooLong),
    ],
)
def test_what_is_no_file_of_licenses_is_refused_whole(
    data: bytes, refusal: type[Exception]
) -> None:
    """Nothing is read of a file that is wrong as a whole."""
    with pytest.raises(refusal):
        read_rows(data, MOST)


def test_a_surplus_cell_is_the_rows_own_mistake() -> None:
    """It does not stop the file; the face gets a field that no face has."""
    text = csv_of([face(4)]).decode("utf-8-sig").rstrip() + ",更多\r\n"
    (row,) = read_rows(text.encode(), MOST)
    assert isinstance(row.face, dict)
    assert "更多" in row.face.values()
