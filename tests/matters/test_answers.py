"""Answers: what an applicant may not do, said all at once and in both languages."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealservice.licenses.model import FACE_TYPES, LicenseStatus, face_lines
from sealservice.matters.answers import check_contents
from sealservice.matters.catalogue import load_matters
from sealservice.matters.errors import (
    AnswersInvalid,
    ESignNotAllowed,
    LicenseNotInForce,
    MatterNotFound,
)
from sealservice.matters.service import MatterService
from sealservice.matters.typesetting import Typesetter
from tests.matters.test_form import MATTER, sample_answers
from tests.world_licenses import NOON, sample_license

SERVICE = MatterService(load_matters(), Typesetter(), lambda: NOON)


def _problems(answers: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(AnswersInvalid) as refusal:
        SERVICE.fill(MATTER, sample_license(), answers)
    assert all(problem.text.en for problem in refusal.value.problems)
    return {problem.field: problem.text.zh for problem in refusal.value.problems}


@pytest.mark.parametrize(
    ("field", "answer", "reason"),
    [
        ("depositor_name", "别的公司", "取自电子营业执照，不可填写"),
        ("depositor_uscc", "", "取自电子营业执照，不可填写"),
        ("colour", "red", "表单没有这一项"),
        ("bank_name", None, "没有填写"),
        ("bank_name", " \t", "没有填写"),
        ("bank_name", 7, "应为文字"),
        ("bank_name", "行" * 61, "共 61 个字符，最多 60 个"),
        ("bank_name", "示例\x00银行", "第 3 个字符 U+0000 不可用"),
        ("bank_name", "示例\n银行", "第 3 个字符 U+000A 不可用"),
        ("bank_name", "示例\u2066银行", "第 3 个字符 U+2066 不可用"),
        ("bank_name", "示例😀银行", "第 3 个字符“😀”（U+1F600）不在字库中"),
        ("bank_name", "示例（盖章）银行", "不得含有用印位置文字“（盖章）”"),
        ("account_kind", "零用钱账户", "应为以下之一：基本存款账户、一般存款账户"),
        ("postal_code", "45900", "应为 6 位数字"),
        ("postal_code", "４５９０００", "应为 6 位数字"),
        ("phone", "0391", "应为电话号码"),
        ("agent_document_number", "41000019000101000*", "应为 5 至 20 位字母或数字"),
        ("account_valid_until", "2026-02-30", "应为存在的日期"),
        ("account_valid_until", "20261231", "应为存在的日期"),
    ],
)
def test_wrong_answer_is_named(field: str, answer: object, reason: str) -> None:
    """The one wrong field is named, with its label where it has one, and with the reason."""
    problems = _problems({**sample_answers(), field: answer})
    assert list(problems) == [field]
    assert reason in problems[field]


def test_all_mistakes_come_at_once() -> None:
    """Several mistakes of different kinds are told in one refusal."""
    answers = {**sample_answers(), "depositor_name": "x", "other": "y", "phone": "z"}
    del answers["agent_name"]
    assert _problems(answers).keys() == {"depositor_name", "other", "phone", "agent_name"}


def test_nothing_answered_names_every_required_field() -> None:
    """An empty application is refused with all required fields and no optional one."""
    required = {field.name for field in SERVICE.show(MATTER).fields if field.required}
    assert _problems({}).keys() == required


def test_rare_letter_on_the_license_is_named() -> None:
    """A letter of the license that the fonts lack is refused, not shown as a box."""
    face = replace(sample_license().face, legal_representative="示𰻝")
    with pytest.raises(AnswersInvalid, match="character 2 “𰻝”"):
        SERVICE.fill(MATTER, replace(sample_license(), face=face), sample_answers())


def test_outer_white_space_is_dropped() -> None:
    """An answer is taken without the white space around it."""
    padded = {name: f" {answer}　" for name, answer in sample_answers().items()}
    filled = SERVICE.fill(MATTER, sample_license(), padded)
    assert filled == SERVICE.fill(MATTER, sample_license(), sample_answers())


def test_unknown_matter_is_refused() -> None:
    """Only matters of the catalogue are filled, also when the id looks like a path."""
    for matter_id in ("", "../bank-account-opening", "wedding"):
        with pytest.raises(MatterNotFound):
            SERVICE.fill(matter_id, sample_license(), sample_answers())


def test_law_may_exclude_a_matter() -> None:
    """A matter that may not be signed electronically is not filled for sealing."""
    excluded = replace(SERVICE.show(MATTER), e_sign_allowed=False)
    with pytest.raises(ESignNotAllowed):
        replace(SERVICE, matters={MATTER: excluded}).fill(MATTER, sample_license(), {})


@pytest.mark.parametrize("status", [LicenseStatus.CANCELLED, LicenseStatus.REVOKED])
def test_dead_license_fills_nothing(status: LicenseStatus) -> None:
    """A license that is not in force lends its face to no form."""
    with pytest.raises(LicenseNotInForce):
        SERVICE.fill(MATTER, replace(sample_license(), status=status), sample_answers())


@pytest.mark.parametrize("matter", load_matters().values(), ids=lambda matter: matter.id)
def test_required_lines_are_on_every_license(matter: Any) -> None:  # noqa: ANN401
    """Whatever a matter takes from a license, each entity type's license shows it."""
    for face_type in FACE_TYPES.values():
        lines = face_lines(face_type).keys()
        for field in matter.prefilled:
            assert not field.required or lines & set(field.sources)


@given(
    st.dictionaries(
        st.sampled_from([*sample_answers(), "other", "depositor_name"]),
        st.none() | st.text(max_size=20) | st.integers() | st.lists(st.text(), max_size=2),
    )
)
def test_any_answers_are_taken_or_refused(answers: dict[str, Any]) -> None:
    """No JSON makes the check fail in any other way, and what it takes is text."""
    face = sample_license().face
    try:
        taken = check_contents(
            SERVICE.show(MATTER), face, {**sample_answers(), **answers}, str.isascii
        )
    except AnswersInvalid:
        return
    assert all(answer.isascii() for answer in taken.answers.values())
