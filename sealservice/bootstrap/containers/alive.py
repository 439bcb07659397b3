"""Whether the process of a container lives: every health check of ``docker/compose.yaml``.

``python -m sealservice.bootstrap.containers.alive TARGET`` ends with 0 for yes and 1 for no.

- ``http://HOST:PORT/PATH``: it answers 200.
- ``HOST:PORT``: it accepts connections; for servers that speak gRPC alone.
- ``worker``: a process at this address is connected to the database as the worker. Nobody can ask
  a worker anything, but as long as it works it listens there for jobs.
"""

import socket
import sys
from typing import Final

import psycopg

from sealservice.bootstrap.installation import external
from sealservice.bootstrap.processes import answers
from sealservice.config import read_settings
from sealservice.infra.processes import ProcessKind

_SECONDS: Final = 3
_LISTENERS: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE usename = current_user AND pid <> pg_backend_pid()
      AND client_addr IS NOT DISTINCT FROM inet_client_addr()
"""


def is_alive(target: str) -> bool:
    """Return whether the target answers within a few seconds."""
    if target == "worker":
        return _worker_listens()
    return answers(target) if target.startswith("http://") else _accepts(target)


def _accepts(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=_SECONDS).close()
    except OSError:
        return False
    return True


def _worker_listens() -> bool:
    url = external(read_settings()).queue_url(ProcessKind.WORKER)
    try:
        with psycopg.connect(url, connect_timeout=_SECONDS) as connection:
            row = connection.execute(_LISTENERS).fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and row[0] > 0


if __name__ == "__main__":
    sys.exit(0 if is_alive(sys.argv[1]) else 1)
