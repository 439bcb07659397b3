"""Signed reports, uses of seals without a record, and second opinions on records.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0010_second_opinions"
down_revision = "0017_webhooks"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
