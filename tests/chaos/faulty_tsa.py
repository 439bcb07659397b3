"""A time-stamping authority that misbehaves, on the keys of the real one."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import tsp

from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.stores import open_stores
from sealservice.bootstrap.trust import open_domain, performed_plan
from sealservice.infra.processes import ProcessKind
from sealservice.kernel.clock import utc_now
from sealservice.trust.tsa import open_timestamp_authority

LATE = timedelta(minutes=10)


class Fault(StrEnum):
    """What is wrong with it."""

    DEAD = "dead"
    """Nobody listens."""
    HANGS_UP = "hangs_up"
    """It takes the query and closes the connection."""
    SLOW = "slow"
    """It answers after everybody has gone."""
    WRONG_NONCE = "wrong_nonce"
    """Its token is the answer to another query."""
    WRONG_TIME = "wrong_time"
    """Its clock is ten minutes slow."""


class FaultyTsa:
    """Listens on a port of its own, unless it is dead."""

    def __init__(self, honest: Callable[[bytes], bytes], late: Callable[[bytes], bytes]) -> None:
        self._honest, self._late = honest, late
        self._over = threading.Event()
        with socket.socket() as chosen:
            chosen.bind(("127.0.0.1", 0))
            self._port = chosen.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}/tsa"
        self.fault: Fault | None = Fault.DEAD
        self._server: ThreadingHTTPServer | None = None

    def break_by(self, fault: Fault | None) -> None:
        """Misbehave so from now on, or not at all."""
        self.close()
        self.fault = fault
        if fault is not Fault.DEAD:
            self._over.clear()
            self._server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler())
            threading.Thread(target=self._server.serve_forever, args=(0.05,)).start()

    def close(self) -> None:
        """Stop listening."""
        self._over.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, query: bytes) -> bytes | None:
        """Return what the fault makes of the answer to a query; None to hang up."""
        if self.fault is Fault.SLOW:
            self._over.wait()
        if self.fault in (Fault.SLOW, Fault.HANGS_UP):
            return None
        if self.fault is Fault.WRONG_NONCE:
            other = tsp.TimeStampReq.load(query)
            other["nonce"] = time.time_ns()
            return self._honest(other.dump())
        return self._late(query) if self.fault is Fault.WRONG_TIME else self._honest(query)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        tsa = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                reply = tsa.answer(query)
                if reply is None:
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextmanager
def faulty_tsa(installation: Installation) -> Iterator[FaultyTsa]:
    """Open the installation's own unit twice, once with a slow clock."""
    stores = open_stores(installation, ProcessKind.SIGNER)
    domain = open_domain(installation, stores)
    unit = performed_plan(installation).timestamp_unit().name
    limit = installation.settings.limits.timestamp_query_bytes
    honest = open_timestamp_authority(domain, unit, limit)
    late = open_timestamp_authority(domain, unit, limit)
    late._now = lambda: utc_now() - LATE
    tsa = FaultyTsa(honest.respond, late.respond)
    try:
        yield tsa
    finally:
        tsa.close()
        stores.database.close()
