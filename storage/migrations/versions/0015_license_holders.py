"""The persons of a license, in their roles; whoever approves by a key may be one of them.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0015_license_holders"
down_revision = "0007_imports"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
