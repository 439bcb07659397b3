"""Webhooks: endpoints, their encrypted secrets, events, deliveries and attempts.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0017_webhooks"
down_revision = "0013_wallet"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
