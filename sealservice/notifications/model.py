"""What is told to whom, and what became of it.

1. A fact of the audit log that the table below names is an event. It is told by its id, its
   organisation and the few parts of the fact that the table allows; nothing else leaves the house.
2. An event goes to every endpoint of its organisation that asked for its type, and to those of
   the operator that hear of all organisations.
3. A delivery is tried at once and then after the pauses of ``PAUSES``, 24 hours in all. It is over
   when the receiver answers 2xx. It has failed after the last try; the receiver says 410 (gone):
   at once.
4. An endpoint at which a delivery failed, and to which nothing was delivered meanwhile, is
   disabled, with the reason.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject


class EventType(StrEnum):
    """The kinds of events; the names are those of the notices."""

    LICENSE_ISSUED = "license.issued"
    LICENSE_CHANGED = "license.changed"
    LICENSE_SUSPENDED = "license.suspended"
    LICENSE_RESUMED = "license.resumed"
    LICENSE_REVOKED = "license.revoked"
    LICENSE_CANCELLED = "license.cancelled"
    LICENSE_EXPIRING = "license.expiring"
    MANDATE_GIVEN = "mandate.given"
    MANDATE_REVOKED = "mandate.revoked"
    MANDATE_EXPIRING = "mandate.expiring"
    SEAL_ACTIVATED = "seal.activated"
    SEAL_SUSPENDED = "seal.suspended"
    SEAL_RESUMED = "seal.resumed"
    SEAL_CANCELLED = "seal.cancelled"
    ORDER_COMPLETED = "sealing_order.completed"
    ORDER_FAILED = "sealing_order.failed"


@dataclass(frozen=True, slots=True)
class Telling:
    """How a fact becomes an event."""

    type: EventType
    subject: str
    """What the id of the subject is called."""
    parts: tuple[str, ...] = ("reason",)
    """The parts of the fact's detail that are told."""


EVENTS: Final = MappingProxyType(
    {
        Fact.LICENSE_REGISTERED: Telling(
            EventType.LICENSE_ISSUED, "license_id", ("uscc", "name", "entity_type", "version")
        ),
        Fact.LICENSE_CHANGED: Telling(
            EventType.LICENSE_CHANGED, "license_id", ("reason", "version", "changed")
        ),
        Fact.LICENSE_SUSPENDED: Telling(EventType.LICENSE_SUSPENDED, "license_id"),
        Fact.LICENSE_RESUMED: Telling(EventType.LICENSE_RESUMED, "license_id"),
        Fact.LICENSE_REVOKED: Telling(EventType.LICENSE_REVOKED, "license_id"),
        Fact.LICENSE_CANCELLED: Telling(EventType.LICENSE_CANCELLED, "license_id"),
        Fact.LICENSE_ENDS_SOON: Telling(EventType.LICENSE_EXPIRING, "license_id", ("ends_at",)),
        Fact.MANDATE_GIVEN: Telling(
            EventType.MANDATE_GIVEN, "mandate_id", ("license_id", "acts", "ends_at")
        ),
        Fact.MANDATE_REVOKED: Telling(
            EventType.MANDATE_REVOKED, "mandate_id", ("license_id", "reason")
        ),
        Fact.MANDATE_ENDS_SOON: Telling(
            EventType.MANDATE_EXPIRING, "mandate_id", ("license_id", "ends_at")
        ),
        Fact.SEAL_ACTIVATED: Telling(EventType.SEAL_ACTIVATED, "seal_id"),
        Fact.SEAL_SUSPENDED: Telling(EventType.SEAL_SUSPENDED, "seal_id"),
        Fact.SEAL_RESUMED: Telling(EventType.SEAL_RESUMED, "seal_id"),
        Fact.SEAL_CANCELLED: Telling(EventType.SEAL_CANCELLED, "seal_id"),
        Fact.ORDER_COMPLETED: Telling(EventType.ORDER_COMPLETED, "order_id", ("record_id",)),
        Fact.ORDER_FAILED: Telling(EventType.ORDER_FAILED, "order_id", ("code",)),
    }
)

PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 24, 90, 180, 300, 420, 420))
"""Between the tries of a delivery: 24 hours in all."""
LEASE: Final = timedelta(minutes=2)
"""How long a delivery that a worker took is left to it; a worker that died never comes back."""
BOTH_SECRETS: Final = timedelta(hours=24)
"""How long the secret before a new one goes on signing."""
_GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that is told of events."""

    id: str
    organisation_id: str
    url: str
    events: frozenset[EventType]
    """Empty: of all types."""
    created_at: datetime
    everywhere: bool = False
    """Hears of all organisations; the operator's alone."""
    disabled_at: datetime | None = None
    disabled_why: JsonObject | None = None
    """``code``, ``zh``, ``en``; None: somebody switched it off."""


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A signing secret, encrypted to the worker."""

    id: str
    endpoint_id: str
    sealed: bytes
    recipient: str
    """Id of the worker's key."""
    created_at: datetime
    retires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as it is told."""

    id: str
    """Also the ``webhook-id`` of every notice of it."""
    organisation_id: str
    type: EventType
    body: str
    """JSON; the very text that is signed and sent."""
    at: datetime


class DeliveryState(StrEnum):
    """Whether a receiver took a notice."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to deliver."""

    number: int
    at: datetime
    status: int | None
    """HTTP status; None: there was no answer."""
    problem: JsonObject | None
    """``code``, ``zh``, ``en``; None: it was taken."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to one endpoint."""

    id: str
    endpoint_id: str
    event: Event
    state: DeliveryState
    started_at: datetime
    """When it was first tried, or asked for again."""
    next_at: datetime | None
    """When it is tried next; None: it is over."""
    tries: int = 0
    """Since it was started."""
    attempts: tuple[Attempt, ...] = ()


def after(delivery: Delivery, attempt: Attempt) -> Delivery:
    """Return what becomes of a delivery by an attempt (rule 3)."""
    tries = delivery.tries + 1
    attempts = (*delivery.attempts, attempt)
    if attempt.problem is None:
        state, next_at = DeliveryState.DELIVERED, None
    elif tries > len(PAUSES) or attempt.status == _GONE:
        state, next_at = DeliveryState.FAILED, None
    else:
        state, next_at = DeliveryState.PENDING, attempt.at + PAUSES[tries - 1]
    return replace(delivery, state=state, next_at=next_at, tries=tries, attempts=attempts)
