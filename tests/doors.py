"""Knocking at the doors of servers as a stranger would: HTTP without credentials, bare gRPC."""

import http.client
import socket
import ssl
from pathlib import Path

_HTTP2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes((0, 0, 0, 4, 0, 0, 0, 0, 0))
_SETTINGS = b"\x04"
_SECONDS = 5
Address = tuple[str, int] | Path
"""Host and port, or a Unix socket."""


def http_status(host: str, port: int, path: str, method: str = "GET") -> int:
    """Return the status of an HTTP request without credentials; 0 for no HTTP answer."""
    connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    try:
        connection.request(method, path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def connected(address: Address) -> socket.socket:
    """Return a connection to a server."""
    if isinstance(address, tuple):
        return socket.create_connection(address, timeout=_SECONDS)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(_SECONDS)
    connection.connect(str(address))
    return connection


def is_answered(connection: socket.socket) -> bool:
    """Return whether a gRPC server greets us with its HTTP/2 settings."""
    try:
        connection.sendall(_HTTP2_PREFACE)
        return connection.recv(9)[3:4] == _SETTINGS
    except OSError:  # an alert of TLS is one, too
        return False


def grpc_answers(address: Address, certificates: Path | None) -> bool:
    """Return whether gRPC over TLS answers, to the certificate of a folder or to none."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    if certificates is not None:
        context.load_cert_chain(certificates / "grpc.pem", certificates / "grpc.key")
    with connected(address) as plain:
        try:
            connection = context.wrap_socket(plain)
        except OSError:
            return False
        with connection:
            return is_answered(connection)
