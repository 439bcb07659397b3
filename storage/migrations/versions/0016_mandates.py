"""Mandates, each of their uses, notices of what ends soon, and ends that two people bring about.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0016_mandates"
down_revision = "0008_batches"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
