"""Credentials and sealed PDFs of license faces, each bound to a version of the face.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0018_credentials"
down_revision = "0010_second_opinions"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
