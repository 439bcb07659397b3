"""Connections to addresses that others wrote: into the public network, and nowhere else.

1. A name is looked up once. Every address that it has must be public: no loopback, private, link-
   local, shared, multicast or reserved one, also not wrapped in IPv6 (mapped, 6to4, Teredo, NAT64).
2. The connection goes to the very address that was looked at, so that a name which changes its
   mind gains nothing. TLS, if any, is with the name.
3. Only ports 80 and 443 are reached.
4. Places that the settings allow (``host`` or ``host:port``) are exempt from all of this.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

import httpcore
import httpx

from sealservice.infra.connections import PoolTransport, PunctualBackend
from sealservice.infra.exchange import ExchangeFailed
from sealservice.kernel.text import Text

Resolve = Callable[[str, int], list[str]]
"""``resolve(host, port)`` returns IP addresses; raises OSError."""
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_PORTS: Final = frozenset({80, 443})
_NAT64: Final = (
    ipaddress.ip_network("64:ff9b::/96"),
    ipaddress.ip_network("64:ff9b:1::/48"),
)
_NOT_PUBLIC: Final = Text("该地址不在公共网络中", "that address is not in the public network")
_BAD_PORT: Final = Text("该地址的端口不是 80 或 443", "the port of that address is not 80 or 443")
_NO_NAME: Final = Text("无法解析域名", "its name cannot be looked up")


def is_public(written: str) -> bool:
    """Return whether an IP address is one of the public network (rule 1)."""
    address: _Address = ipaddress.ip_address(written.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif (
            address.is_site_local
            or address.sixtofour
            or address.teredo
            or any(address in net for net in _NAT64)
        ):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def looked_up(host: str, port: int) -> list[str]:
    """Return the addresses of a name.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class PublicTransport(PoolTransport):
    """A transport of httpx that keeps the rules above, and no connections."""

    def __init__(
        self,
        seconds: float,
        allowed: Iterable[str] = (),
        resolve: Resolve = looked_up,
        backend: httpcore.NetworkBackend | None = None,
    ) -> None:
        guarded = _Guard(seconds, frozenset(allowed), resolve, PunctualBackend(backend))
        super().__init__(
            httpcore.ConnectionPool(
                ssl_context=httpx.create_ssl_context(),
                max_keepalive_connections=0,
                network_backend=guarded,
            )
        )


class _Guard(httpcore.NetworkBackend):
    """Connects to addresses that pass the rules."""

    def __init__(
        self,
        seconds: float,
        allowed: frozenset[str],
        resolve: Resolve,
        backend: httpcore.NetworkBackend,
    ) -> None:
        self._seconds = seconds
        self._allowed = allowed
        self._resolve = resolve
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to a host of the public network.

        Raises:
            ExchangeFailed: it is none.
        """
        if not {host, f"{host}:{port}"} & self._allowed:
            host = self._public_address(host, port)
        return self._backend.connect_tcp(host, port, timeout, local_address, socket_options)

    def _public_address(self, host: str, port: int) -> str:
        if port not in _PORTS:
            raise ExchangeFailed(_BAD_PORT)
        addresses = self._addresses(host, port)
        if not addresses:
            raise ExchangeFailed(_NO_NAME)
        if not all(map(is_public, addresses)):
            raise ExchangeFailed(_NOT_PUBLIC)
        return addresses[0]

    def _addresses(self, host: str, port: int) -> list[str]:
        """Look a name up; who does not answer in time has no address."""
        found: list[str] = []

        def look_up() -> None:
            with suppress(OSError, UnicodeError):
                found.extend(self._resolve(host, port))

        # The system's resolver knows no time-out, so it is left behind when it takes too long.
        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(self._seconds)
        return [] if thread.is_alive() else found
