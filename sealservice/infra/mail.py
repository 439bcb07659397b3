"""Carries letters: to a mail server over verified TLS, or into a folder where there is none."""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from sealservice.config import MailServer
from sealservice.infra.keys.private_file import create_private_file
from sealservice.notifications.errors import MailNotSent

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Implements ``Mailer`` by SMTP (RFC 5321); nothing is said before TLS but EHLO and STARTTLS.

    A receiver whom the server refuses while it takes the letter for others is logged: sending it
    again would tell the others twice.
    """

    server: MailServer
    seconds: float
    """For each answer of the server."""
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, letter_id: str, message: EmailMessage) -> None:
        """Send a letter.

        Raises:
            MailNotSent: it was not taken for any receiver.
        """
        with self._session() as session:
            refused = session.send_message(message)
        for address in refused:
            _LOG.error("mail: the server refused the receiver %s of letter %s", address, letter_id)

    def greet(self) -> None:
        """Sign in to the server and leave.

        Raises:
            MailNotSent: one cannot.
        """
        with self._session():
            pass

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """Give a session that is encrypted and signed in."""
        try:
            session = self._connected()
            try:
                yield session
                with suppress(OSError):  # also what smtplib raises; the letter was taken
                    session.quit()
            finally:
                session.close()
        except OSError as error:
            place = f"{self.server.host}:{self.server.port}"
            raise MailNotSent(place=place, reason=_reason(error)) from error

    def _connected(self) -> smtplib.SMTP:
        server, name = self.server, "localhost"
        session: smtplib.SMTP
        if server.is_tls_at_once:
            session = smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=self.seconds, context=self.context
            )
        else:
            session = smtplib.SMTP(server.host, server.port, name, timeout=self.seconds)
        try:
            if not server.is_tls_at_once:
                session.starttls(context=self.context)
            if server.user:
                session.login(server.user, server.password or "")
        except OSError:
            session.close()
            raise
        return session


@dataclass(frozen=True, slots=True)
class FileMailer:
    """Implements ``Mailer`` where no mail server is set: one file a letter, and nobody gets it."""

    folder: Path

    def send(self, letter_id: str, message: EmailMessage) -> None:
        """Write a letter down, readable by its owner alone; one that is there is left alone.

        Raises:
            MailNotSent: it cannot be written.
        """
        file = self.folder / f"{letter_id}.eml"
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            create_private_file(file, bytes(message))
        except OSError as error:
            raise MailNotSent(place=str(self.folder), reason=_reason(error)) from error
        _LOG.warning("NOT SENT: no mail server is set; the letter is kept as %s", file)


def _reason(error: OSError) -> str:
    """Return why, in the words of the server or the system, on one line and not too long."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        told = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        words = f"{error.smtp_code} {told}"
    elif isinstance(error, smtplib.SMTPRecipientsRefused):
        words = f"every receiver was refused: {error.recipients}"
    else:
        words = error.strerror or str(error) or type(error).__name__
    return "".join(letter if letter.isprintable() else " " for letter in words)[:300]
