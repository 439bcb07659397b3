"""No running process enrols a holder; two columns that nobody ever wrote are gone.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0004_enrolment"
down_revision = "0003_signatures"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
