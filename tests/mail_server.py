"""A mail server that is real enough: SMTP over TLS, on the loopback interface, in a thread."""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

_BAD = b"550 5.1.1 no such mailbox"


@dataclass
class MailBox:
    """What a server does, and what it was told."""

    contexts: tuple[ssl.SSLContext, ssl.SSLContext]
    """Its own, and one that trusts it."""
    at_once: bool = True
    """TLS from the first byte; else by STARTTLS."""
    offers_tls: bool = True
    bad: frozenset[str] = frozenset()
    """Addresses that it refuses."""
    data_answers: list[bytes] = field(default_factory=list)
    """What it says after the next letters; 250 when there is nothing left."""
    letters: list[bytes] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)
    """Lines that it got before TLS."""
    passwords: list[str] = field(default_factory=list)
    port: int = 0

    def took(self, letter: bytes) -> bytes:
        """Take a letter, or not."""
        answer = self.data_answers.pop(0) if self.data_answers else b"250 taken"
        if answer.startswith(b"250"):
            self.letters.append(letter)
        return answer

    def answer(self, line: bytes, *, secure: bool) -> bytes:
        """Return what is said to a line."""
        if line.upper().startswith(b"EHLO"):
            offer = b"AUTH PLAIN" if secure else b"STARTTLS" if self.offers_tls else b"HELP"
            return b"250-here\r\n250 " + offer
        if line.upper().startswith(b"AUTH PLAIN"):
            password = base64.b64decode(line.split()[2]).split(b"\0")[2].decode()
            self.passwords.append(password)
            return b"235 in" if password == "secret" else b"535 5.7.8 wrong password"
        if line.upper().startswith(b"RCPT") and any(one.encode() in line for one in self.bad):
            return _BAD
        answers = {b"QUIT": b"221 bye", b"STAR": b"220 go on"}
        return answers.get(line[:4].upper(), b"250 well")


class _Handler(socketserver.BaseRequestHandler):
    """Talks to one client."""

    server: "_Server"

    def handle(self) -> None:
        """Talk until the client leaves, or does not trust us."""
        with suppress(OSError):
            if self.server.box.at_once:
                self._encrypt()
            self._talk()

    def finish(self) -> None:
        """Close also what was wrapped."""
        self.request.close()

    def _encrypt(self) -> None:
        self.request = self.server.box.contexts[0].wrap_socket(self.request, server_side=True)

    def _talk(self) -> None:
        box, secure = self.server.box, self.server.box.at_once
        self.request.sendall(b"220 here\r\n")
        while line := self._until(b"\r\n"):
            if not secure:
                box.said.append(line)
            word = line[:8].upper().strip()
            if word == b"DATA":
                self.request.sendall(b"354 go on\r\n")
                self.request.sendall(box.took(self._until(b"\r\n.\r\n")) + b"\r\n")
                continue
            self.request.sendall(box.answer(line, secure=secure) + b"\r\n")
            if word == b"STARTTLS":
                self._encrypt()
                secure = True

    def _until(self, end: bytes) -> bytes:
        """Return what the client says until an end; empty: it left."""
        said = b""
        while not said.endswith(end):
            more: bytes = self.request.recv(1 if end == b"\r\n" else 4096)
            if not more:
                return b""
            said += more
        return said


class _Server(socketserver.ThreadingTCPServer):
    """One thread for each client; all have ended when it is closed."""

    def __init__(self, box: MailBox) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.box = box
        box.port = self.server_address[1]


@contextmanager
def serving_mail(box: MailBox) -> Iterator[MailBox]:
    """Run a server until the end."""
    with _Server(box) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()


def tls_contexts(folder: Path, host: str = "127.0.0.1") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the context of a server of that address, and of a client that trusts it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), False)  # noqa: FBT003
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)  # noqa: FBT003
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))
