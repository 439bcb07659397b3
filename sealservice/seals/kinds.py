"""What each kind of seal is drawn with, and what tells several of a kind apart.

1. The official seal (公章) and the legal representative's name seal stand for the license itself:
   there is one of each, without a text of its own; the latter shows whom the license names.
2. Business seals (contract, finance, personnel, invoice) may be several, told apart by an Arabic
   number in brackets: 合同专用章（1）.
3. A department's and a branch's seal carry its name, and a number if there are several.
4. A personal name seal carries the person's name.
5. The seal code is written on the seals of an organisation, but for the invoice seal, which shows
   the taxpayer's number (国家税务总局公告2011年第7号); there and for name seals it is on file only.
"""

from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from sealservice.kernel.fields import FieldsInvalid, field_problem, length_problem
from sealservice.kernel.fields import unprintable_problem as unprintable
from sealservice.kernel.text import Text
from sealservice.licenses.model import License
from sealservice.limits import Limits
from sealservice.seals.artwork import SealTexts
from sealservice.seals.errors import SealFieldsUnfit
from sealservice.seals.model import KIND_NAMES, Seal, SealKind


class Own(Enum):
    """What a kind of seal carries of its own."""

    NOTHING = auto()
    NUMBER = auto()
    TEXT_AND_NUMBER = auto()
    PERSON = auto()
    REPRESENTATIVE = auto()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an applicant says of the texts."""

    text: str | None = None
    """A department's, a branch's or a person's name."""
    number: int | None = None
    """Of several of a kind, 1 to 99."""


NOTHING_OF_ITS_OWN: Final = Wanted()

OWN: Final = MappingProxyType(
    {
        SealKind.OFFICIAL: Own.NOTHING,
        SealKind.CONTRACT: Own.NUMBER,
        SealKind.FINANCE: Own.NUMBER,
        SealKind.PERSONNEL: Own.NUMBER,
        SealKind.INVOICE: Own.NUMBER,
        SealKind.LEGAL_REPRESENTATIVE: Own.REPRESENTATIVE,
        SealKind.DEPARTMENT: Own.TEXT_AND_NUMBER,
        SealKind.BRANCH: Own.TEXT_AND_NUMBER,
        SealKind.PERSONAL_NAME: Own.PERSON,
    }
)
DESIGNS: Final = MappingProxyType(
    {
        SealKind.OFFICIAL: ("official", "official-42"),
        SealKind.CONTRACT: ("contract", "contract-qr"),
        SealKind.FINANCE: ("finance-round", "finance-square"),
        SealKind.PERSONNEL: ("personnel",),
        SealKind.INVOICE: ("invoice",),
        SealKind.LEGAL_REPRESENTATIVE: ("legal-representative", "legal-representative-plain"),
        SealKind.DEPARTMENT: ("department",),
        SealKind.BRANCH: ("branch",),
        SealKind.PERSONAL_NAME: ("personal-square", "personal-rectangle"),
    }
)
"""The designs of each kind (``templates/seals``), the usual one first."""
ONLY_ONE: Final = frozenset({SealKind.OFFICIAL, SealKind.LEGAL_REPRESENTATIVE})
NAME_SEALS: Final = frozenset({SealKind.LEGAL_REPRESENTATIVE, SealKind.PERSONAL_NAME})
GREATEST_NUMBER: Final = 99

_TEXTS: Final = frozenset({Own.TEXT_AND_NUMBER, Own.PERSON})
_NUMBERS: Final = frozenset({Own.NUMBER, Own.TEXT_AND_NUMBER})
_TEXT: Final = Text("名称", "Name")


def line_of(kind: SealKind, wanted: Wanted, license_: License, limits: Limits) -> str:
    """Return what tells a seal from others of its kind; empty when nothing does.

    Raises:
        SealFieldsUnfit: a text or number is missing, or given to a kind that has none.
        FieldsInvalid: the text is too long or has letters that do not print.
    """
    own, text = OWN[kind], (wanted.text or "").strip()
    if own in _TEXTS and not text:
        raise _unfit(kind, "缺少名称（--text）", "needs a name (`--text`)")
    if own not in _TEXTS and text:
        raise _unfit(kind, "不带另外的名称（--text）", "takes no name of its own (`--text`)")
    if wanted.number is not None and own not in _NUMBERS:
        raise _unfit(kind, "不编号（--number）", "takes no number (`--number`)")
    if own is Own.REPRESENTATIVE:
        return license_.representative
    _require_fit(text, limits)
    return text + _number(kind, wanted.number)


def texts_of(seal: Seal, license_: License) -> SealTexts:
    """Return what is written on a seal."""
    if seal.kind in NAME_SEALS:
        return SealTexts(name=seal.line)
    if seal.kind is SealKind.INVOICE:
        return SealTexts(name=license_.name, line=seal.line or None, number=license_.uscc)
    return SealTexts(name=license_.name, line=seal.line or None, code=seal.seal_code)


def design_of(kind: SealKind, wanted: str | None) -> str:
    """Return the design to draw a kind by: the wanted one, if it is one of the kind's.

    Raises:
        SealFieldsUnfit: there is no such design for this kind.
    """
    fitting = DESIGNS[kind]
    if wanted is None or wanted in fitting:
        return wanted or fitting[0]
    shown = wanted if wanted.isprintable() else ascii(wanted)
    zh, en = "、".join(fitting), ", ".join(fitting)
    raise _unfit(kind, f"没有式样“{shown}”，可选：{zh}", f"has no design “{shown}”, but: {en}")


def _number(kind: SealKind, number: int | None) -> str:
    if number is None:
        return ""
    if not 1 <= number <= GREATEST_NUMBER:
        raise _unfit(kind, "的编号应为 1 至 99", "is numbered 1 to 99")
    return f"（{number}）"


def _require_fit(text: str, limits: Limits) -> None:
    found = unprintable(text) or length_problem(text, limits.seal_line_letters)
    if found:
        raise FieldsInvalid([field_problem("text", _TEXT, found)])


def _unfit(kind: SealKind, zh: str, en: str) -> SealFieldsUnfit:
    name = KIND_NAMES[kind]
    return SealFieldsUnfit(kind_zh=name.zh, kind_en=name.en, problem_zh=zh, problem_en=en)
