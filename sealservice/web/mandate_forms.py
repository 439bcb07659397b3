"""The form that gives a mandate, as it was sent: by the registry's page and by the wallet's."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Annotated, Final

from fastapi import Depends, Request
from starlette.datastructures import FormData

from sealservice.kernel.fields import FieldsInvalid, field_problem, unprintable_problem
from sealservice.kernel.text import Text
from sealservice.licenses.mandate import Act, Scope

CHINA: Final = timezone(timedelta(hours=8))
_LABELS: Final = {
    "acts": Text("授权事务", "What for"),
    "starts": Text("起始日期", "From"),
    "ends": Text("截止日期", "Until"),
    "matters": Text("事项编码", "Matters"),
    "seals": Text("印章", "Seals"),
    "relying_parties": Text("依赖方", "Relying parties"),
    "uses": Text("次数", "Uses"),
    "giver_id": Text("授权人", "Given by"),
    "receiver_id": Text("受托人", "Given to"),
    "parent_id": Text("依据的上级授权", "Out of the mandate"),
}
_NOT_A_DATE: Final = Text("应为日期", "must be a date")
_NOT_A_NUMBER: Final = Text("应为整数", "must be a whole number")
_UNKNOWN: Final = Text("无法识别", "is not known")
_YEARS: Final = range(2000, 9000)
"""That databases and calendars agree about, whatever is added to them."""
_MOST_LETTERS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent."""

    lines: dict[str, str]
    acts: tuple[str, ...] = ()

    def line(self, name: str) -> str:
        """Return what was typed there."""
        return self.lines.get(name, "").strip()

    @property
    def wish(self) -> Scope:
        """Return the scope that was typed.

        Raises:
            FieldsInvalid: it is none, or some line cannot be printed.
        """
        self._require_printable()
        return Scope(
            acts=frozenset(_act(act) for act in self.acts),
            starts_at=self._day("starts"),
            ends_at=self._day("ends") + timedelta(days=1),
            matters=_names(self.line("matters")),
            seals=_names(self.line("seals")),
            relying_parties=_names(self.line("relying_parties")),
            uses=_number(self.line("uses")),
        )

    def _require_printable(self) -> None:
        found = ((name, unprintable_problem(self.line(name))) for name in _LABELS)
        if wrong := [field_problem(name, _LABELS[name], why) for name, why in found if why]:
            raise FieldsInvalid(wrong)

    def _day(self, name: str) -> datetime:
        try:
            day = datetime.strptime(self.line(name), "%Y-%m-%d").replace(tzinfo=CHINA)
        except ValueError:
            day = None
        if day is None or day.year not in _YEARS:
            raise FieldsInvalid([field_problem(name, _LABELS[name], _NOT_A_DATE)])
        return day


def _act(word: str) -> Act:
    try:
        return Act(word)
    except ValueError:
        raise FieldsInvalid([field_problem("acts", _LABELS["acts"], _UNKNOWN)]) from None


def _names(typed: str) -> frozenset[str] | None:
    return frozenset(re.split(r"[\s,，、;；]+", typed)) - {""} if typed else None


def _number(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 10):  # noqa: PLR2004 - of digits
        raise FieldsInvalid([field_problem("uses", _LABELS["uses"], _NOT_A_NUMBER)])
    return int(typed)


async def _typed(request: Request) -> Typed:
    """Read a form; seals are one line of ids, or boxes that are ticked."""
    form: FormData = await request.form()
    lines = {name: value for name, value in form.items() if isinstance(value, str)}
    lines["seals"] = " ".join(one for one in form.getlist("seals") if isinstance(one, str))
    short = {name: value[:_MOST_LETTERS] for name, value in lines.items()}
    return Typed(short, tuple(act for act in form.getlist("acts") if isinstance(act, str)))


Sent = Annotated[Typed, Depends(_typed)]
