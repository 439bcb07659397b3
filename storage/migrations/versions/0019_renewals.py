"""Renewed copies of archived documents.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0019_renewals"
down_revision = "0018_credentials"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
