"""What was done with a license (用照记录): read from the audit log, which only grows.

1. A line is a fact about the license itself, or one whose detail names it: a seal used, the license
   shown, a person named, a mandate given or revoked, a request denied with its reason.
2. Who may read: auditors (``audit:read``), the registry, and the license's own principal and
   administrators.
3. A table for spreadsheets has no cell that is taken for a formula, and begins with a byte order
   mark, without which Excel reads it in its own code page.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from sealservice.audit.model import AuditFact
from sealservice.kernel.actor import Actor, Permission, PermissionMissing
from sealservice.kernel.clock import rfc3339
from sealservice.kernel.facts import Fact
from sealservice.kernel.text import Language, Text
from sealservice.licenses.errors import LicenseNotFound
from sealservice.licenses.persons import HolderRole
from sealservice.licenses.ports import LicenseStore, PersonStore


class UsageKind(StrEnum):
    """What a line of the usage log is about."""

    SEALED = "sealed"
    ACTIVATED = "activated"
    MANDATE_GIVEN = "mandate_given"
    MANDATE_REVOKED = "mandate_revoked"
    PERSON = "person"
    LICENSE = "license"
    DENIED = "denied"


USAGE_NAMES: Final = {
    UsageKind.SEALED: Text("用印", "seal used"),
    UsageKind.ACTIVATED: Text("激活", "activated"),
    UsageKind.MANDATE_GIVEN: Text("授权", "mandate given"),
    UsageKind.MANDATE_REVOKED: Text("撤销授权", "mandate revoked"),
    UsageKind.PERSON: Text("人员变动", "person"),
    UsageKind.LICENSE: Text("执照变动", "license"),
    UsageKind.DENIED: Text("拒绝", "denied"),
}

_KINDS: Final = {
    UsageKind.SEALED: (Fact.SEAL_USED,),
    UsageKind.ACTIVATED: (Fact.ACTIVATION_DONE, Fact.HOLDER_ENROLLED, Fact.PASSKEY_ENROLLED),
    UsageKind.MANDATE_GIVEN: (Fact.MANDATE_GIVEN,),
    UsageKind.MANDATE_REVOKED: (Fact.MANDATE_REVOKED,),
    UsageKind.PERSON: (Fact.PERSON_NAMED, Fact.HOLDER_ENDED),
    UsageKind.LICENSE: (
        Fact.LICENSE_REGISTERED,
        Fact.LICENSE_CHANGED,
        Fact.LICENSE_SUSPENDED,
        Fact.LICENSE_RESUMED,
        Fact.LICENSE_ENDS_SOON,
        Fact.LICENSE_END_ASKED,
        Fact.LICENSE_END_DISMISSED,
        Fact.LICENSE_REVOKED,
        Fact.LICENSE_CANCELLED,
    ),
    UsageKind.DENIED: (Fact.LICENSE_USE_DENIED, Fact.ACTIVATION_REFUSED),
}
_KIND_OF: Final = {fact: kind for kind, facts in _KINDS.items() for fact in facts}
_READERS: Final = (Permission.AUDIT_READ, Permission.LICENSES_WRITE)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_BOM: Final = "\ufeff"
_COLUMNS: Final = (
    Text("时间", "time"),
    Text("类别", "kind"),
    Text("事件", "fact"),
    Text("操作者类型", "actor kind"),
    Text("操作者", "actor"),
    Text("人员", "person"),
    Text("授权", "mandate"),
    Text("对象", "subject"),
    Text("原因", "reason"),
)


@dataclass(frozen=True, slots=True)
class UsageAsked:
    """Which lines are wanted."""

    license_id: str
    kind: UsageKind | None = None
    holder_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Return the facts that lines are made of."""
        return _KINDS[self.kind] if self.kind else tuple(_KIND_OF)


@dataclass(frozen=True, slots=True)
class UsageLine:
    """One line of the usage log."""

    id: str
    at: datetime
    kind: UsageKind
    fact: Fact
    actor_kind: str
    actor_id: str
    holder_id: str | None
    """Whose role or act it is."""
    mandate_id: str | None
    subject: str
    """What it was done to or for: an order, a mandate, the license."""
    reason: str | None


class UsageFacts(Protocol):
    """The audit log, by license."""

    def usage(
        self, organisation_id: str, asked: UsageAsked, before: str | None, limit: int
    ) -> list[AuditFact]:
        """Return up to ``limit`` facts, newest first, older than the id ``before``."""
        ...


@dataclass(frozen=True, slots=True)
class UsageService:
    """Reads the usage log."""

    licenses: LicenseStore
    persons: PersonStore
    facts: UsageFacts

    def page(
        self, actor: Actor, asked: UsageAsked, before: str | None, limit: int
    ) -> list[UsageLine]:
        """Return up to ``limit`` lines, newest first, older than the id ``before``.

        Raises:
            PermissionMissing: the actor may not read it.
            LicenseNotFound: there is none of that id in the organisation.
        """
        if self.licenses.get(actor.organisation_id, asked.license_id) is None:
            actor.require(Permission.LICENSES_READ)
            raise LicenseNotFound(license_id=asked.license_id)
        self._require_reader(actor, asked.license_id)
        found = self.facts.usage(actor.organisation_id, asked, before, limit)
        return [_line(fact) for fact in found]

    def _require_reader(self, actor: Actor, license_id: str) -> None:
        if any(permission in actor.permissions for permission in _READERS):
            return
        holder = actor.holder and self.persons.get(actor.organisation_id, actor.holder)
        is_mine = holder and holder.is_live and holder.license_id == license_id
        if not (holder and is_mine and holder.role is not HolderRole.AGENT):
            raise PermissionMissing(permission=Permission.AUDIT_READ.value)


def _line(fact: AuditFact) -> UsageLine:
    detail = fact.detail
    receiver, holder = detail.get("receiver_id"), detail.get("holder_id")
    is_person = fact.fact in _KINDS[UsageKind.PERSON]
    is_mandate = fact.fact in {Fact.MANDATE_GIVEN, Fact.MANDATE_REVOKED}
    return UsageLine(
        id=fact.id,
        at=fact.at,
        kind=_KIND_OF[fact.fact],
        fact=fact.fact,
        actor_kind=fact.actor_kind,
        actor_id=fact.actor_id,
        holder_id=fact.subject if is_person else _text(receiver or holder),
        mandate_id=fact.subject if is_mandate else _text(detail.get("mandate_id")),
        subject=fact.subject,
        reason=_text(detail.get("reason")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def usage_csv(lines: Iterable[UsageLine], language: Language) -> str:
    """Return a table of lines for spreadsheets, with a byte order mark."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(column.to(language) for column in _COLUMNS)
    for line in lines:
        table.writerow(map(inert, _cells(line, language)))
    return _BOM + out.getvalue()


def _cells(line: UsageLine, language: Language) -> tuple[str, ...]:
    return (
        rfc3339(line.at),
        USAGE_NAMES[line.kind].to(language),
        line.fact.value,
        line.actor_kind,
        line.actor_id,
        line.holder_id or "",
        line.mandate_id or "",
        line.subject,
        line.reason or "",
    )


def inert(cell: str) -> str:
    """Return what no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
