"""A listener on this machine that counts who comes, and certificates that send people there."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID

from tests.world_verification import BORN, LONG_AFTER, Unit, _builder

_BODY = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Listener:
    """Where it is, and the first bytes of everybody who came."""

    port: int
    visits: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen on a free port of the loopback, and answer everybody with 404."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = Listener(server.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(server, listener))
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _serve(server: socket.socket, listener: Listener) -> None:
    while True:
        try:
            visitor, _ = server.accept()
        except OSError:
            return
        with visitor:
            visitor.settimeout(1)
            listener.visits.append(visitor.recv(4_096))
            visitor.sendall(_BODY)


def pointing(issuer: Unit, name: str, url: str, *, is_authority: bool = False) -> Unit:
    """Issue a certificate whose every address is the listener's."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(name, key, BORN, LONG_AFTER, is_authority=is_authority)
    builder = builder.issuer_name(issuer.certificate.subject)
    access, point = AuthorityInformationAccessOID, x509.UniformResourceIdentifier
    addresses = [
        x509.AccessDescription(access.OCSP, point(f"{url}/ocsp")),
        x509.AccessDescription(access.CA_ISSUERS, point(f"{url}/issuer.cer")),
    ]
    for extension in (
        x509.AuthorityInformationAccess(addresses),
        x509.CRLDistributionPoints(_points(f"{url}/list.crl")),
        x509.FreshestCRL(_points(f"{url}/delta.crl")),
    ):
        builder = builder.add_extension(extension, critical=False)
    return Unit(builder.sign(issuer.key, hashes.SHA256()), key, issuer)


def _points(url: str) -> list[x509.DistributionPoint]:
    return [x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)]
