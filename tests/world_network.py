"""The public network, played by one server on this machine, and a resolver that may lie."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore

from sealservice.infra.egress import PublicTransport

PUBLIC = "93.184.215.14"


@dataclass
class Answer:
    """What is served at a path."""

    body: bytes
    kind: str = "application/pkix-crl"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Network:
    """Names with their addresses, and paths with their answers."""

    answers: dict[str, Answer] = field(default_factory=dict)
    addresses: dict[str, list[str]] = field(default_factory=dict)
    """By name; a name that is not there is at one public address."""
    asked: list[str] = field(default_factory=list)
    """Paths, as they reached the server."""
    looked_up: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    """Addresses that somebody connected to."""
    port: int = 0

    def resolve(self, host: str, _port: int) -> list[str]:
        """Return the addresses of a name."""
        self.looked_up.append(host)
        return self.addresses.get(host, [PUBLIC])

    def transport(self, allowed: Iterable[str] = ()) -> PublicTransport:
        """Return a transport whose connections all end at our server."""
        return PublicTransport(2.0, allowed, self.resolve, _Wire(self))


class _Wire(httpcore.NetworkBackend):
    """Notes down where a connection goes, and leads it to this machine."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,  # noqa: ARG002 - the server has its own
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self._network.connected.append(host)
        return self._real.connect_tcp(
            "127.0.0.1", self._network.port, timeout, local_address, socket_options
        )


@contextmanager
def network() -> Iterator[Network]:
    """Run the server."""
    played = Network()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            played.asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = played.answers.get(self.path, Answer(b"", status=404))
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield played
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
