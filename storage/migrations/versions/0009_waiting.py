"""Orders that wait for their timestamps.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0009_waiting"
down_revision = "0015_license_holders"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
