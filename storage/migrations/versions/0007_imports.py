"""Imports of licenses: the file, how far it got, and which rows were refused.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0007_imports"
down_revision = "0006_reports"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
