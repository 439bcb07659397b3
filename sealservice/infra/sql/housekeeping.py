"""Drop what has served its time: links, sessions, challenges, counts, stored answers.

Nothing that proves anything is touched: the audit log, orders, records and keys stay for ever.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Table, and_, delete, exists

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import idempotency, sessions, signin_links
from sealservice.infra.sql.wallet_tables import attempts, passkey_challenges, wallet_sessions
from sealservice.infra.sql.webhook_tables import webhook_deliveries, webhook_events
from sealservice.kernel.clock import Clock

_KEEP: Final = timedelta(days=7)
"""How long an expired row stays, for whoever looks into an incident."""


_TOLD_NOBODY: Final = ~exists().where(webhook_deliveries.c.event_id == webhook_events.c.id)


def _told_before(before: datetime) -> ColumnElement[bool]:
    table = webhook_deliveries.c
    return and_(table.next_at.is_(None), table.started_at < before)


@dataclass(frozen=True, slots=True)
class SqlHousekeeping:
    """The worker's broom."""

    database: Database
    clock: Clock
    deliveries_kept: timedelta = timedelta(days=90)

    def sweep(self) -> int:
        """Delete expired rows and return how many there were."""
        now = self.clock()
        before = now - _KEEP
        with self.database.transaction():
            return sum(
                self._delete(table, condition)
                for table, condition in (
                    (signin_links, signin_links.c.expires_at < before),
                    (sessions, sessions.c.expires_at < before),
                    (wallet_sessions, wallet_sessions.c.expires_at < before),
                    (
                        passkey_challenges,
                        passkey_challenges.c.expires_at < now,
                    ),  # anybody may ask for one
                    (attempts, attempts.c.period < before),
                    (idempotency, idempotency.c.created_at < before),
                    (webhook_deliveries, _told_before(self.clock() - self.deliveries_kept)),
                    (webhook_events, _TOLD_NOBODY),
                )
            )

    def _delete(self, table: Table, condition: ColumnElement[bool]) -> int:
        return self.database.connection().execute(delete(table).where(condition)).rowcount
