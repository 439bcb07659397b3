"""The steps of one sealing, by name, for whoever wants to look on.

A step is told when it is behind us. ``CONSUMED``, ``USED`` and ``COMPLETED`` follow a commit;
``SIGNED`` and ``RECORDED`` stand inside the transaction that such a commit ends.
"""

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """Something that is done, in the order in which it is done at level B-LTA."""

    APPROVED = "approved"
    """The holder's assertion holds."""
    CONSUMED = "consumed"
    """The nonce is burnt, the intent in the audit log."""
    READ = "read"
    """Source and tail are here, and are the approved ones."""
    SIGNED = "signed"
    """The key has signed; nobody knows yet."""
    USED = "used"
    """The audit log says that the seal was used."""
    STAMPED = "stamped"
    """The signature has its timestamp."""
    STATUS_ADDED = "status_added"
    """The status of all certificates is in the document."""
    DOCUMENT_STAMPED = "document_stamped"
    """The document has its timestamp."""
    VERIFIED = "verified"
    """The bytes are at the level asked for."""
    ARCHIVED = "archived"
    """The store holds them, locked."""
    RECORDED = "recorded"
    """Record and outcome are written."""
    COMPLETED = "completed"
    """They are committed."""


Reached = Callable[[Step], None]
"""Called when a step is done."""


def unwatched(_step: Step) -> None:
    """Let a step pass."""
