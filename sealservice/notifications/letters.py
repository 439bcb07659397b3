"""Letters: what is told by e-mail to whoever runs the registry.

1. Facts of the audit log that ``LETTERS`` names are told: a license or a mandate ends soon, an
   endpoint of webhooks was disabled.
2. A letter is told by ids, moments and reasons, never by names of people or companies: mail goes
   through others' machines. It leads to the page of the matter, where one has to sign in.
3. Chinese first, then English. What comes from outside stays on its line: letters that do not
   print become blanks. An address that is none is refused before any header is made of it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonValue
from sealservice.kernel.resources import resource
from sealservice.notifications.errors import MailAddressRefused

_BEIJING: Final = timezone(timedelta(hours=8))
_ADDRESS: Final = re.compile(
    r"(?=.{3,254}\Z)[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*\Z"
)
_NOBODY: Final = "undisclosed-recipients:;"


class LetterKind(StrEnum):
    """What a letter is about; also the name of its template."""

    LICENSE_EXPIRING = "license.expiring"
    MANDATE_EXPIRING = "mandate.expiring"
    WEBHOOK_DISABLED = "webhook.disabled"


LETTERS: Final = MappingProxyType(
    {
        Fact.LICENSE_ENDS_SOON: LetterKind.LICENSE_EXPIRING,
        Fact.MANDATE_ENDS_SOON: LetterKind.MANDATE_EXPIRING,
        Fact.WEBHOOK_DISABLED: LetterKind.WEBHOOK_DISABLED,
    }
)

_PLACES: Final = MappingProxyType(
    {
        LetterKind.LICENSE_EXPIRING: "/admin/licenses/{license_id}",
        LetterKind.MANDATE_EXPIRING: "/admin/licenses/{license_id}/people",
        LetterKind.WEBHOOK_DISABLED: "/admin/webhooks/{endpoint_id}",
    }
)


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to be told by e-mail."""

    id: str
    kind: LetterKind
    organisation_id: str
    subject: str
    """Id of what it is about."""
    detail: Mapping[str, JsonValue]
    """Of the fact."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Letterhead:
    """From whom, to whom, and where pages are."""

    sender: str
    to: tuple[str, ...]
    public_url: str


class LetterQueue(Protocol):
    """Whoever sends letters."""

    def post(self, letter: Letter, /) -> None:
        """Enqueue a letter, in the caller's transaction."""
        ...


class Mailer(Protocol):
    """Hands letters to whoever carries them."""

    def send(self, letter_id: str, message: EmailMessage) -> None:
        """Send a letter; the same one may be sent again, and has the same ``Message-ID``.

        Raises:
            MailNotSent: it was not taken.
        """
        ...


@dataclass(frozen=True, slots=True)
class LetterService:
    """Writes letters and sends them: the worker's part."""

    mailer: Mailer
    head: Letterhead

    def send(self, letter: Letter) -> None:
        """Send a letter.

        Raises:
            MailNotSent: it was not taken; to be tried again.
            MailAddressRefused: sender or receiver have no address.
        """
        self.mailer.send(letter.id, composed(letter, self.head))


def composed(letter: Letter, head: Letterhead) -> EmailMessage:
    """Return a letter as it is sent (RFC 5322, body UTF-8 in Base64).

    Raises:
        MailAddressRefused: an address is none.
    """
    sender, *to = map(require_mail_address, (head.sender, *head.to))
    text = resource(f"templates/mail/{letter.kind.value}.txt").read_text("utf-8")
    subject, _, body = text.format_map(_told(letter, head)).partition("\n\n")
    message = EmailMessage(SMTP)
    message["From"] = sender
    message["To"] = ", ".join(to) or _NOBODY
    message["Subject"] = subject
    message["Date"] = letter.at.astimezone(UTC)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, charset="utf-8", cte="base64")
    return message


def require_mail_address(given: str) -> str:
    """Return an address, ``local-part@domain`` in ASCII, that is fit for a header.

    Raises:
        MailAddressRefused: it is none, or brings something else along.
    """
    if not _ADDRESS.match(given):
        raise MailAddressRefused(address=_on_one_line(given))
    return given


def _told(letter: Letter, head: Letterhead) -> dict[str, str]:
    """Return the fields of all templates."""
    why, ends_at = letter.detail.get("why"), letter.detail.get("ends_at")
    reasons = why if isinstance(why, dict) else {}
    told = {
        "organisation_id": letter.organisation_id,
        "license_id": str(letter.detail.get("license_id", letter.subject)),
        "mandate_id": letter.subject,
        "endpoint_id": letter.subject,
        "ends_at": _moment(ends_at) if isinstance(ends_at, str) else "—",
        "why_zh": str(reasons.get("zh", "—")),
        "why_en": str(reasons.get("en", "—")),
    }
    plain = {name: _on_one_line(value) for name, value in told.items()}
    return {**plain, "place": head.public_url + _PLACES[letter.kind].format_map(plain)}


def _moment(written: str) -> str:
    return f"{datetime.fromisoformat(written).astimezone(_BEIJING):%Y-%m-%d %H:%M}"


def _on_one_line(value: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in value)
