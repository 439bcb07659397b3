"""Orders of several signatures, each made once and kept.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0003_signatures"
down_revision = "0002_seals"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
