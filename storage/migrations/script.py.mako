"""${message}."""

from sealservice.infra.sql.scripts import run_scripts

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Run the SQL beside this file."""
    run_scripts(__file__)
