"""A command of its own that uses a home's engines: ``use_engines.py HOME [KEY TEXT]``.

It stores the text in both engines when there is one, says ``ready`` (or the code of the error that
stopped it) and goes on using the engines until its input is closed.
"""

import sys
from pathlib import Path

from sealservice.bootstrap.embedded.engines import Engines, running_engines
from sealservice.config import Settings
from sealservice.infra.buckets import ensure_buckets
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import ObjectStore
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.migrate import migrate
from sealservice.kernel.errors import SealserviceError
from sealservice.limits import Limits


def store(engines: Engines, key: str, content: str) -> None:
    """Put an object and a row."""
    migrate(engines.database_urls[ProcessKind.ADMIN], engines.passwords)
    ensure_buckets(engines.accounts[ProcessKind.ADMIN], Limits())
    ObjectStore(engines.accounts[ProcessKind.SIGNER]).put_once("records", key, content.encode())
    database = Database(engines.database_urls[ProcessKind.WEB])
    with database.transaction():
        database.connection().exec_driver_sql(
            "INSERT INTO organisations VALUES (%s, %s, now())", (key, content)
        )
    database.close()


def say(word: str) -> None:
    """Tell the test that started us."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(home: str, *stored: str) -> None:
    """Use the engines until the input is closed."""
    try:
        with running_engines(Settings(home=Path(home))) as engines:
            if stored:
                store(engines, *stored)
            say("ready")
            sys.stdin.read()
    except SealserviceError as error:
        say(error.code)


if __name__ == "__main__":
    main(*sys.argv[1:])
