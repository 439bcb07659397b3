"""What may happen to a seal: one table, and nothing happens that is not in it.

    apply -> applied -> made -> [filed ->] active <-> suspended
                |         |        |         |            |
              failed      +--------+---------+------------+--> cancelled
    made, filed, active and suspended seals are expired from ``expires_at`` on.

1. A change starts from one of the states that its row names, as the seal stands *now*: an expired
   seal can only be cancelled (or remade, which cancels it).
2. Pausing and ending are safe: whoever may, does so at once. Everything that lets a seal be used
   is done by the signer, which looks at seal, license and certificate again.
3. Each change needs a reason; filing needs its number as well.
4. A seal can be used when it is active, its license is in force and the face of the license still
   says the names that the seal bears, and never else.
The database holds the same table (migration 0002), where no process gets around it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sealservice.kernel.actor import Permission
from sealservice.kernel.fields import (
    FieldProblem,
    FieldsInvalid,
    field_problem,
    text_problems,
)
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.licenses.model import License, LicenseStatus
from sealservice.limits import Limits
from sealservice.seals.errors import SealChangeRefused, SealNotFound, SealNotUsable, SealOutdated
from sealservice.seals.model import (
    CHANGE_NAMES,
    STATE_NAMES,
    Grounds,
    Seal,
    SealChange,
    SealKind,
    SealState,
)


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    leads: Mapping[SealState, SealState]
    """From which state to which."""
    permission: Permission | None
    """Who may ask for it; None: only the signer's own work brings it about."""
    is_safe: bool
    """Whether it may be done without the signer."""


def _row(
    leads: dict[SealState, SealState], permission: Permission | None, *, is_safe: bool
) -> Transition:
    return Transition(MappingProxyType(leads), permission, is_safe)


_S = SealState
_CANCELLABLE: Final = (_S.APPLIED, _S.MADE, _S.FILED, _S.ACTIVE, _S.SUSPENDED, _S.EXPIRED)

TRANSITIONS: Final[Mapping[SealChange, Transition]] = MappingProxyType(
    {
        SealChange.MAKE: _row({_S.APPLIED: _S.MADE}, None, is_safe=False),
        SealChange.FAIL: _row({_S.APPLIED: _S.FAILED}, None, is_safe=True),
        SealChange.FILE: _row(
            {_S.MADE: _S.FILED, _S.ACTIVE: _S.ACTIVE, _S.SUSPENDED: _S.SUSPENDED},
            Permission.SEALS_WRITE,
            is_safe=False,
        ),
        SealChange.ACTIVATE: _row({_S.FILED: _S.ACTIVE}, Permission.SEALS_WRITE, is_safe=False),
        SealChange.SUSPEND: _row({_S.ACTIVE: _S.SUSPENDED}, Permission.SEALS_WRITE, is_safe=True),
        SealChange.RESUME: _row({_S.SUSPENDED: _S.ACTIVE}, Permission.SEALS_WRITE, is_safe=False),
        SealChange.CANCEL: _row(
            dict.fromkeys(_CANCELLABLE, _S.CANCELLED), Permission.SEALS_WRITE, is_safe=True
        ),
    }
)

REMAKABLE: Final = frozenset({_S.MADE, _S.FILED, _S.ACTIVE, _S.SUSPENDED, _S.EXPIRED})
"""States in which another seal may be applied for to take a seal's place."""
LIVE: Final = frozenset({_S.MADE, _S.FILED, _S.ACTIVE, _S.SUSPENDED})
"""States in which a seal stands in the way of another of the same kind and text."""

_FILING_NUMBER: Final = re.compile(
    r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff（）()〔〕\[\]-]*"
)
_REASON: Final = Text("原因", "Reason")
_NUMBER: Final = Text("备案号", "Filing number")
_REFERENCE: Final = Text("依据", "Reference")
_NOT_A_NUMBER: Final = Text(
    "只能由数字、字母、汉字、连字符和括号组成",
    "only digits, letters, Chinese characters, hyphens and brackets are allowed",
)


def next_state(seal: Seal, change: SealChange, now: datetime) -> SealState:
    """Return where a change leads.

    Raises:
        SealChangeRefused: it does not lead anywhere from where the seal stands now.
    """
    state = seal.at(now).state
    after = TRANSITIONS[change].leads.get(state)
    if after is None:
        wanted, present = CHANGE_NAMES[change], STATE_NAMES[state]
        raise SealChangeRefused(
            seal_id=seal.id,
            change_zh=wanted.zh,
            change_en=change.value,
            state_zh=present.zh,
            state_en=present.en,
        )
    return after


def grounds_of(
    reason: str, limits: Limits, *, number: str | None = None, reference: str | None = None
) -> Grounds:
    """Return why something is done, once it is fit to be kept.

    Raises:
        FieldsInvalid: a text is empty, too long, or has letters that do not print.
    """
    reason, number = reason.strip(), None if number is None else number.strip()
    reference = None if reference is None else reference.strip()
    problems = [
        *text_problems("reason", _REASON, reason, limits.reason_letters),
        *([] if number is None else _number_problems(number, limits)),
        *(
            []
            if reference is None
            else text_problems("reference", _REFERENCE, reference, limits.reference_letters)
        ),
    ]
    if problems:
        raise FieldsInvalid(problems)
    evidence: JsonObject = {"filing_number": number, "reference": reference}
    return Grounds(reason, {name: value for name, value in evidence.items() if value is not None})


def usable(seal: Seal | None, license_: License | None, seal_id: str, now: datetime) -> Seal:
    """Return the seal if it and its license are live.

    Raises:
        SealNotFound: there is no such seal.
        SealNotUsable: it, or its license, is not active.
        SealOutdated: it stopped, or must, for its license shows another name.
    """
    if seal is None:
        raise SealNotFound(seal_id=seal_id)
    state = seal.at(now).state
    if state is SealState.SUSPENDED and license_ is not None and is_outdated(seal, license_):
        raise SealOutdated(seal_id=seal_id)
    if state is not SealState.ACTIVE:
        name = STATE_NAMES[state]
        raise SealNotUsable(
            seal_id=seal_id,
            reason_zh=f"印章状态为“{name.zh}”",
            reason_en=f"its state is “{name.en}”",
        )
    in_force(license_, seal)
    return seal


def in_force(license_: License | None, seal: Seal) -> License:
    """Return the license of a seal if it is in force, and the seal says what its face says.

    Raises:
        SealNotUsable: the license is suspended, given up or taken away.
        SealOutdated: the name that the seal bears is not on the face any more.
    """
    if license_ is None or license_.status is not LicenseStatus.ACTIVE:
        raise SealNotUsable(
            seal_id=seal.id,
            reason_zh="营业执照不在有效状态",
            reason_en="its license is not in force",
        )
    if is_outdated(seal, license_):
        raise SealOutdated(seal_id=seal.id)
    return license_


def is_outdated(seal: Seal, license_: License) -> bool:
    """Return whether the face of a seal's license says another name now than the seal does."""
    names_another = seal.kind is SealKind.LEGAL_REPRESENTATIVE and (
        seal.line != license_.representative
    )
    return seal.name != license_.name or names_another


def _number_problems(number: str, limits: Limits) -> list[FieldProblem]:
    found = text_problems("number", _NUMBER, number, limits.reference_letters)
    if not found and not _FILING_NUMBER.fullmatch(number):
        return [field_problem("number", _NUMBER, _NOT_A_NUMBER)]
    return found
