"""Who carries letters: the mail server of the settings, or the home folder."""

from pathlib import Path
from typing import Final

from sealservice.bootstrap.installation import Installation
from sealservice.config import Settings
from sealservice.infra.mail import FileMailer, SmtpMailer
from sealservice.kernel.text import Text
from sealservice.notifications.letters import Letterhead, LetterService

_KEPT: Final = Text(
    "未设置邮件服务器（SEALSERVICE_MAIL_URL），提醒信不会寄出，只保存在 {folder}",
    "no mail server is set (SEALSERVICE_MAIL_URL): letters are NOT sent, only kept in {folder}",
)
_READY: Final = Text("{place} 可登录，收件人 {to}", "{place} lets us in; letters go to {to}")


def letter_service(installation: Installation) -> LetterService:
    """Return who writes and sends letters."""
    settings = installation.settings
    mail, server = settings.mail, settings.mail.server
    seconds = settings.limits.http_seconds
    mailer = SmtpMailer(server, seconds) if server else FileMailer(_folder(settings))
    return LetterService(mailer, Letterhead(mail.sender, mail.to, installation.public_url))


def mail_state(settings: Settings) -> Text:
    """Return what becomes of letters.

    Raises:
        MailNotSent: the server does not let us in.
    """
    server = settings.mail.server
    if server is None:
        return _KEPT.filled(folder=_folder(settings))
    SmtpMailer(server, settings.limits.http_seconds).greet()
    return _READY.filled(place=f"{server.host}:{server.port}", to=", ".join(settings.mail.to))


def _folder(settings: Settings) -> Path:
    return settings.home / "mail"
