"""The versions of a license's face, and how a face may change.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0005_faces"
down_revision = "0004_enrolment"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
