"""Passkeys, challenges and throttles; activations, wallets' sessions and keys of holders.

The SQL lies in the folder of the same name, in the order of its files.
"""

from sealservice.infra.sql.scripts import run_scripts

revision = "0013_wallet"
down_revision = "0016_mandates"


def upgrade() -> None:
    """Make everything."""
    run_scripts(__file__)
