"""What a mandate is (授权), and in which state it stands: computed, never kept.

1. A mandate lets its receiver do named acts for one license: in all matters or in named ones, with
   all seals or named ones, towards all relying parties or named ones, so many times or any number,
   from a start to an end.
2. It is given by the principal, or by somebody out of a mandate of theirs (its parent). What was
   given on is never more than what it was given out of, in none of these, and no longer.
3. State, the first that fits: revoked, expired, used up, future, live. A mandate whose giver's
   role ended, or whose parent is not live, is not live either, for the parent's reason.
4. Each use counts against the mandate and against all it was given out of.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sealservice.kernel.text import Text
from sealservice.licenses.persons import LicenseHolder


class Act(StrEnum):
    """What is done for a license."""

    USE_SEAL = "use_seal"
    SIGN_DATA = "sign_data"
    SHOW_LICENSE = "show_license"
    RELEASE_FACE = "release_face"
    LOG_IN = "log_in"


ACT_NAMES: Final = {
    Act.USE_SEAL: Text("用印", "use of seals"),
    Act.SIGN_DATA: Text("数据签名", "signing of data"),
    Act.SHOW_LICENSE: Text("出示执照", "showing the license"),
    Act.RELEASE_FACE: Text("提供照面信息", "release of the face"),
    Act.LOG_IN: Text("登录", "login"),
}


SCOPE_NAMES: Final = {
    "acts": Text("授权事务", "what it is for"),
    "matters": Text("事项", "matters"),
    "seals": Text("印章", "seals"),
    "relying_parties": Text("依赖方", "relying parties"),
    "uses": Text("次数", "number of uses"),
    "starts_at": Text("起始日期", "start"),
    "ends_at": Text("截止日期", "end"),
}
"""What people call the parts of a ``Scope``."""


class MandateState(StrEnum):
    """How a mandate stands at a moment."""

    FUTURE = "future"
    LIVE = "live"
    USED_UP = "used_up"
    EXPIRED = "expired"
    REVOKED = "revoked"


MANDATE_STATE_NAMES: Final = {
    MandateState.FUTURE: Text("尚未生效", "future"),
    MandateState.LIVE: Text("有效", "live"),
    MandateState.USED_UP: Text("次数用尽", "used up"),
    MandateState.EXPIRED: Text("已过期", "expired"),
    MandateState.REVOKED: Text("已撤销", "revoked"),
}

Named = frozenset[str] | None
"""A set of names; None: all there are."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a mandate covers."""

    acts: frozenset[Act]
    starts_at: datetime
    ends_at: datetime
    """The first moment at which it is over."""
    matters: Named = None
    """Codes of matters (事项)."""
    seals: Named = None
    """Ids of seals."""
    relying_parties: Named = None
    uses: int | None = None
    """How many; None: any number."""

    def excess_over(self, other: "Scope") -> str | None:
        """Return the first thing in which this scope is more than another, by its name."""
        checks = {
            "acts": self.acts <= other.acts,
            "matters": _is_within(self.matters, other.matters),
            "seals": _is_within(self.seals, other.seals),
            "relying_parties": _is_within(self.relying_parties, other.relying_parties),
            "uses": other.uses is None or (self.uses is not None and self.uses <= other.uses),
            "starts_at": self.starts_at >= other.starts_at,
            "ends_at": self.ends_at <= other.ends_at,
        }
        return next((name for name, holds in checks.items() if not holds), None)


def _is_within(inner: Named, outer: Named) -> bool:
    return outer is None or (inner is not None and inner <= outer)


@dataclass(frozen=True, slots=True)
class Mandate:
    """A right that one holder of a license gave another."""

    id: str
    organisation_id: str
    license_id: str
    giver_id: str
    """A holder of the license."""
    receiver_id: str
    """Another one."""
    parent_id: str | None
    """The giver's mandate that this one was given out of; None: the principal gave it."""
    scope: Scope
    may_delegate: bool
    """Whether the receiver may make others what they are: an administrator, an agent."""
    created_at: datetime
    actor_kind: str
    actor_id: str
    revoked_at: datetime | None = None
    revoked_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One mandate of a chain, with what decides whether it is live."""

    mandate: Mandate
    giver: LicenseHolder
    used: int
    """Uses so far, those by mandates given out of it included."""

    def state(self, now: datetime) -> MandateState:
        """Return how this mandate stands by itself."""
        mandate, scope = self.mandate, self.mandate.scope
        if mandate.revoked_at is not None or not self.giver.is_live:
            return MandateState.REVOKED
        if now >= scope.ends_at:
            return MandateState.EXPIRED
        if scope.uses is not None and self.used >= scope.uses:
            return MandateState.USED_UP
        return MandateState.FUTURE if now < scope.starts_at else MandateState.LIVE


@dataclass(frozen=True, slots=True)
class Chain:
    """A mandate, and upwards everything that it was given out of."""

    links: tuple[Link, ...]
    """The mandate first, the one that the principal gave last."""
    receiver: LicenseHolder

    @property
    def mandate(self) -> Mandate:
        """Return the mandate whose chain this is."""
        return self.links[0].mandate

    def state(self, now: datetime) -> MandateState:
        """Return how the mandate stands: its own state, or that of the first that is not live."""
        states = (link.state(now) for link in self.links)
        dead = next((state for state in states if state is not MandateState.LIVE), None)
        if not self.receiver.is_live:
            return MandateState.REVOKED
        return dead or MandateState.LIVE
