"""Verification reports that somebody asked to be kept.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0006_reports"
down_revision = "0005_faces"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
