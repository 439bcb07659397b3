"""A seal: a picture, a key and a certificate, bound to one license; and what happens to it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.seals.colour import Colour


class SealKind(StrEnum):
    """What a seal is for."""

    OFFICIAL = "official"
    """公章: the legal-name seal; one for each license."""
    CONTRACT = "contract"
    FINANCE = "finance"
    PERSONNEL = "personnel"
    INVOICE = "invoice"
    """发票专用章: carries the taxpayer's number, which is the credit code."""
    LEGAL_REPRESENTATIVE = "legal_representative"
    """法定代表人名章: the name of whom the license names; one for each license."""
    DEPARTMENT = "department"
    BRANCH = "branch"
    PERSONAL_NAME = "personal_name"


KIND_NAMES: Final = {
    SealKind.OFFICIAL: Text("公章", "official seal"),
    SealKind.CONTRACT: Text("合同专用章", "contract seal"),
    SealKind.FINANCE: Text("财务专用章", "finance seal"),
    SealKind.PERSONNEL: Text("人事专用章", "personnel seal"),
    SealKind.INVOICE: Text("发票专用章", "invoice seal"),
    SealKind.LEGAL_REPRESENTATIVE: Text("法定代表人名章", "legal representative's name seal"),
    SealKind.DEPARTMENT: Text("部门章", "department seal"),
    SealKind.BRANCH: Text("分支机构章", "branch seal"),
    SealKind.PERSONAL_NAME: Text("个人名章", "personal name seal"),
}


class SealState(StrEnum):
    """Where a seal is in its life; ``lifecycle.TRANSITIONS`` says what leads where."""

    APPLIED = "applied"
    MADE = "made"
    """It has a key and a certificate and waits for its filing."""
    FILED = "filed"
    """The police filing has a number; it waits to be put to use."""
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Never stored: a seal is this from the moment ``expires_at`` on, see ``Seal.at``."""
    FAILED = "failed"


STATE_NAMES: Final = {
    SealState.APPLIED: Text("制作中", "being made"),
    SealState.MADE: Text("待备案", "made, not filed"),
    SealState.FILED: Text("待启用", "filed, not in use"),
    SealState.ACTIVE: Text("可用", "active"),
    SealState.SUSPENDED: Text("已停用", "suspended"),
    SealState.CANCELLED: Text("已注销", "cancelled"),
    SealState.EXPIRED: Text("已过期", "expired"),
    SealState.FAILED: Text("制作失败", "failed"),
}

_ENDED: Final = frozenset({SealState.APPLIED, SealState.CANCELLED, SealState.FAILED})
"""States that the passing of time does not change."""


class SealChange(StrEnum):
    """What can happen to a seal."""

    APPLY = "apply"
    MAKE = "make"
    FAIL = "fail"
    FILE = "file"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    RESUME = "resume"
    CANCEL = "cancel"


CHANGE_NAMES: Final = {
    SealChange.APPLY: Text("申请制章", "applied for"),
    SealChange.MAKE: Text("制成", "made"),
    SealChange.FAIL: Text("制作失败", "not made"),
    SealChange.FILE: Text("登记备案号", "filed"),
    SealChange.ACTIVATE: Text("启用", "put to use"),
    SealChange.SUSPEND: Text("停用", "suspended"),
    SealChange.RESUME: Text("恢复", "resumed"),
    SealChange.CANCEL: Text("注销", "cancelled"),
}

IMPORTED: Final = "imported"
"""The design of a seal whose picture was brought along."""


@dataclass(frozen=True, slots=True)
class SealMakerName:
    """Who makes seals here (制章者), which is not who owns them."""

    name: str
    code: str
    """Three digits; they stand in every seal code after the area."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal of one license."""

    id: str
    organisation_id: str
    license_id: str
    kind: SealKind
    name: str
    """Its owner: the full name on the license."""
    state: SealState
    seal_code: str
    """13 digits, unique, given by the maker."""
    created_at: datetime
    width_mm: float
    height_mm: float
    design: str = SealKind.OFFICIAL.value
    """Id of the design that it is drawn by, or ``IMPORTED``."""
    colour: Colour = Colour.RED
    line: str = ""
    """What tells it from others of its kind: a department, a branch, （1）; a person's name."""
    maker: SealMakerName = SealMakerName("", "001")
    artwork_sha256: str | None = None
    key_id: str | None = None
    certificate_sha256: str | None = None
    failure: JsonObject | None = None
    """``code``, ``zh``, ``en`` of the refusal that ended its making."""
    activated_at: datetime | None = None
    expires_at: datetime | None = None
    """When its certificate or the term of its license ends, whichever is first."""
    filing_number: str | None = None
    """备案号, given by the police."""
    replaces: str | None = None
    """Id of the seal that this one takes the place of."""

    @property
    def title(self) -> Text:
        """Return owner, kind and what tells it from others, e.g. 示例公司合同专用章（1）."""
        kind = KIND_NAMES[self.kind]
        behind = f" {self.line}" if self.line else ""
        return Text(f"{self.name} {kind.zh}{self.line}", f"{self.name} · {kind.en}{behind}")

    def at(self, moment: datetime) -> "Seal":
        """Return the seal as it stands at a moment: expired, if its time is over by then."""
        over = self.expires_at is not None and self.expires_at <= moment
        return replace(self, state=SealState.EXPIRED) if over and self.state not in _ENDED else self


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why something is done to a seal, and what shows that it may be."""

    reason: str
    """In the words of whoever did it."""
    evidence: JsonObject = field(default_factory=dict)
    """E.g. ``filing_number``, ``reference``, ``revocation_reason``, ``replaced_by``."""


@dataclass(frozen=True, slots=True)
class SealEvent:
    """One line of a seal's history; lines are only ever added."""

    id: str
    organisation_id: str
    seal_id: str
    change: SealChange
    before: SealState | None
    """None: it did not exist."""
    after: SealState
    grounds: Grounds
    actor_kind: str
    actor_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SealRequest:
    """Somebody's wish for a change that only the signer may make, and what became of it."""

    id: str
    organisation_id: str
    seal_id: str
    change: SealChange
    grounds: Grounds
    actor_kind: str
    actor_id: str
    created_at: datetime
    answered_at: datetime | None = None
    failure: JsonObject | None = None
    """Why it was refused; None once it is answered: it was done."""
