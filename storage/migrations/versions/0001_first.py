"""The first tables, the job queue, the roles and what each may do.

The SQL lies in the folder of the same name, in the order of its files. There is no way back: a
sealing service does not drop its audit log.
"""

from sealservice.infra.sql.scripts import run_procrastinate, run_scripts

revision = "0001_first"
down_revision = None


def upgrade() -> None:
    """Make everything."""
    run_procrastinate(after="", up_to="03.04.00_50")
    run_scripts(__file__)
