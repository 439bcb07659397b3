"""Batches: closed lists of documents that one approval is for.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0008_batches"
down_revision = "0009_waiting"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
