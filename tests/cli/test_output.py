"""What is printed: nothing that a terminal would obey, and JSON that others can read."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from sealservice.cli.output import Output, error_json, local_time, print_error, printable
from sealservice.kernel.fields import FieldProblem, FieldsInvalid
from sealservice.kernel.text import Language, Text
from sealservice.sealing.placement_errors import KeywordNotFound


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("济源市　示例 公司", "济源市　示例 公司"),
        ("a\x1b[31mb", "a<U+001B>[31mb"),
        ("pdf\u202egnp", "pdf<U+202E>gnp"),
        ("two\nlines", "two<U+000A>lines"),
        ("\udcff", "<U+DCFF>"),
    ],
)
def test_letters_that_do_not_print_are_shown_as_numbers(text: str, shown: str) -> None:
    """A hostile name cannot colour, reverse or break a line."""
    assert printable(text) == shown


def test_an_error_is_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Chinese first, English second, whatever is in the user's own words."""
    print_error(KeywordNotFound(keyword="盖\n章"), 65, as_json=False)
    chinese, english = capsys.readouterr().err.splitlines()
    assert "盖<U+000A>章" in chinese
    assert english.startswith("The keyword")


def test_an_error_object_names_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    """A program learns the code, both texts, the exit status and each wrong field."""
    error = FieldsInvalid([FieldProblem("uscc", Text("校验码不符", "check character"))])
    print_error(error, 65, as_json=True)
    told = json.loads(capsys.readouterr().err)["error"]
    assert told == error_json(error, 65)
    assert (told["code"], told["exit_status"]) == ("fields_invalid", 65)
    assert told["problems"] == [{"field": "uscc", "zh": "校验码不符", "en": "check character"}]


def test_tables_keep_hostile_cells_in_place(capsys: pytest.CaptureFixture[str]) -> None:
    """Markup in a cell is text, and a row stays one line."""
    rows = [["[bold]甲[/bold]", "x\ny"]]
    Output(Language.EN, json=False).table([Text("名称", "Name"), Text("值", "Value")], rows)
    header, row = capsys.readouterr().out.splitlines()
    assert header.split() == ["Name", "Value"]
    assert row.split() == ["[bold]甲[/bold]", "x<U+000A>y"]


def test_pairs_stand_below_one_another(capsys: pytest.CaptureFixture[str]) -> None:
    """Values begin in the same column, Chinese letters counting two."""
    Output(Language.ZH, json=False).pairs({Text("编号", "Id"): "a", Text("印章编码", "Code"): "b"})
    assert capsys.readouterr().out.splitlines() == ["编号      a", "印章编码  b"]


def test_a_time_names_its_zone() -> None:
    """The local time that is shown is the same moment."""
    moment = datetime(2026, 11, 24, 4, 17, 59, tzinfo=UTC)
    shown = datetime.strptime(local_time(moment), "%Y-%m-%d %H:%M:%S %z")
    assert shown - moment == timedelta(0)
