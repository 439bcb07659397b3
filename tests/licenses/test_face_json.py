"""Faces: each entity type has exactly its own lines, and every mistake is named."""

from contextlib import suppress
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealservice.licenses.errors import FaceInvalid, FaceNotAnObject
from sealservice.licenses.face_json import parse_face
from sealservice.licenses.model import (
    FACE_TYPES,
    CompanyFace,
    EntityType,
    face_items,
    face_lines,
    face_to_json,
)
from tests.world_licenses import OWN_LINES, face_json, sample_face


def _problems(value: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(FaceInvalid) as refusal:
        parse_face(value)
    assert refusal.value.message.zh
    return {problem.field: problem.text.zh for problem in refusal.value.problems}


@pytest.mark.parametrize("entity_type", list(EntityType))
def test_each_entity_type_shows_its_own_lines(entity_type: EntityType) -> None:
    """A face has the lines of its type, labelled as printed, and round-trips through JSON."""
    value = face_json(entity_type)
    face = parse_face(value)
    shown = {name: item.label.zh for name, item in face_items(face).items()}
    assert shown.items() >= OWN_LINES[entity_type].items()
    assert face_to_json(face) == value
    assert parse_face(face_to_json(face)) == face


@pytest.mark.parametrize("entity_type", list(EntityType))
def test_each_line_is_a_field(entity_type: EntityType) -> None:
    """Every field of a face class has a label and a greatest length."""
    face_type = FACE_TYPES[entity_type]
    assert face_lines(face_type).keys() == {field.name for field in fields(face_type)}


def test_sole_trader_has_no_capital() -> None:
    """A line that a type of license does not show is refused and cannot be read."""
    face = parse_face(face_json(EntityType.SOLE_TRADER))
    assert not hasattr(face, "registered_capital")
    problems = _problems({**face_json(EntityType.SOLE_TRADER), "registered_capital": "1"})
    assert problems == {"registered_capital": "registered_capital：该类执照没有这一项"}


def test_term_may_be_absent() -> None:
    """Only the term may be left out, and then it is not shown."""
    value = face_json(EntityType.COMPANY)
    del value["term"]
    assert "term" not in face_items(parse_face(value))
    for name in value.keys() - {"entity_type"}:
        rest = {key: kept for key, kept in value.items() if key != name}
        assert "没有填写" in _problems(rest)[name]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("issued_on", "2026-02-30", "应为存在的日期"),
        ("issued_on", "20260105", "应为存在的日期"),
        ("established_on", "２０２６-01-05", "应为存在的日期"),
        ("name", "示例\x07公司", "第 3 个字符 U+0007 不可用"),
        ("name", "示例\u202e公司", "第 3 个字符 U+202E 不可用"),
        ("name", "示例\ud800", "第 3 个字符 U+D800 不可用"),
        ("name", "示" * 101, "共 101 个字符，最多 100 个"),
        ("name", "   ", "没有填写"),
        ("name", 7, "应为文字"),
        ("name", ["x"], "应为文字"),
        ("uscc", "91419001MA00000078", "末位应为“9”，现为“8”"),
        ("copy", "copy", "应为 original（正本）或 duplicate（副本）"),
    ],
)
def test_wrong_value_is_named(name: str, value: object, reason: str) -> None:
    """The one wrong field is named with its printed label, and with nothing else."""
    problems = _problems({**sample_face(), name: value})
    label = face_lines(CompanyFace)[name].label.zh
    assert list(problems) == [name]
    assert problems[name].startswith(f"{label}（{name}）：")
    assert reason in problems[name]


def test_all_mistakes_come_at_once() -> None:
    """A face with several mistakes is refused with all of them."""
    value = {**sample_face(), "issued_on": "x", "uscc": "1", "extra": "y", "\x1b[2J": "z"}
    del value["domicile"]
    problems = _problems(value)
    assert problems.keys() == {"issued_on", "uscc", "extra", r"'\x1b[2J'", "domicile"}


@pytest.mark.parametrize("entity_type", [None, "", "cooperative", 1, ["company"]])
def test_unknown_entity_type_lists_those_there_are(entity_type: object) -> None:
    """Without a known entity type the answer lists them all."""
    problems = _problems({**sample_face(), "entity_type": entity_type})
    assert all(kind.value in problems["entity_type"] for kind in EntityType)


@given(st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers()))
def test_face_is_an_object(value: Any) -> None:  # noqa: ANN401 (any JSON but an object)
    """Whatever is not an object is refused as such."""
    with pytest.raises(FaceNotAnObject):
        parse_face(value)


@given(
    st.dictionaries(
        st.sampled_from([*sample_face(), "other"]),
        st.none() | st.text(max_size=30) | st.integers() | st.dictionaries(st.text(), st.none()),
    )
)
def test_any_object_is_read_or_refused(value: dict[str, Any]) -> None:
    """No JSON object makes the reader fail in any other way."""
    with suppress(FaceInvalid):
        face = parse_face({**sample_face(), **value})
        assert parse_face(face_to_json(face)) == face
