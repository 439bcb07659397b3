"""Seals of every kind, their life as lines that only grow, and wishes that the signer answers.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0002_seals"
down_revision = "0001_first"


def upgrade() -> None:
    """Add columns, tables, guards and rights."""
    run_scripts(__file__)
