"""Letters: written in two languages, carried over verified TLS, kept where there is no server."""

import email
import email.policy
import logging
import ssl
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from sealservice.config import MailServer, SettingInvalid, read_settings
from sealservice.infra.mail import FileMailer, SmtpMailer
from sealservice.kernel.clock import utc_now
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.notifications.errors import MailAddressRefused, MailNotSent
from sealservice.notifications.letters import (
    LETTERS,
    Letter,
    Letterhead,
    LetterKind,
    LetterService,
    composed,
)
from tests.mail_server import MailBox, serving_mail, tls_contexts

HEAD = Letterhead("seal@registry.example", ("one@registry.example",), "https://seal.example")
ENDS = "2026-12-01T00:00:00+00:00"


def letter(kind: LetterKind = LetterKind.MANDATE_EXPIRING, **detail: str) -> Letter:
    """Return a letter about a mandate, or something else."""
    told = {"license_id": "lic_1", "ends_at": ENDS, **detail}
    return Letter("ltr_1", kind, "org_1", "mnd_1", told, utc_now())


def body_of(written: bytes) -> tuple[EmailMessage, str]:
    """Return a letter as a mail reader has it."""
    read = email.message_from_bytes(written, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read, str(read.get_content())


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Give a server's context and that of a client who trusts it."""
    return tls_contexts(tmp_path_factory.mktemp("tls"))


def mailer(box: MailBox, password: str = "secret") -> SmtpMailer:  # noqa: S107 - of the test
    """Return a mailer to a server."""
    server = MailServer("127.0.0.1", box.port, box.at_once, "seal", password)
    return SmtpMailer(server, 5, box.contexts[1])


@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_is_chinese_first_and_leads_somewhere(kind: LetterKind) -> None:
    """Each letter has a subject of one line, both languages, no gap, and a page to go to."""
    read, body = body_of(bytes(composed(letter(kind), HEAD)))
    zh, en = read["Subject"].split(" / ")
    assert not zh.isascii()
    assert en.isascii()
    assert "https://seal.example/admin/" in body
    assert "{" not in body
    assert not body.split("\n", maxsplit=1)[0].isascii()
    assert kind is LetterKind.WEBHOOK_DISABLED or "2026-12-01 08:00" in body


def test_a_disabled_endpoint_is_told_of_with_the_reason() -> None:
    """The reason of the last try stands in both languages."""
    why: JsonObject = {"code": "x", "zh": "证书已过期", "en": "the certificate has expired"}
    told = Letter("ltr_2", LetterKind.WEBHOOK_DISABLED, "org_1", "whe_1", {"why": why}, utc_now())
    _, body = body_of(bytes(composed(told, HEAD)))
    assert body.index("证书已过期") < body.index("the certificate has expired")
    assert "https://seal.example/admin/webhooks/whe_1" in body
    assert LETTERS[Fact.WEBHOOK_DISABLED] is LetterKind.WEBHOOK_DISABLED


@pytest.mark.parametrize("at_once", [True, False])
def test_a_real_server_takes_it_over_tls(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext], *, at_once: bool
) -> None:
    """By smtps:// and by STARTTLS, signed in; nothing goes in the clear."""
    with serving_mail(MailBox(contexts, at_once)) as box:
        LetterService(mailer(box), HEAD).send(letter())
    read, body = body_of(box.letters[0])
    assert (read["To"], read["Message-ID"]) == (HEAD.to[0], "<ltr_1@registry.example>")
    assert "mnd_1" in body
    assert box.passwords == ["secret"]
    assert {line.split()[0] for line in box.said} <= {b"ehlo", b"STARTTLS"}


@pytest.mark.security
def test_nothing_is_said_without_verified_tls(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """A server without STARTTLS, or with a certificate nobody trusts, gets no password."""
    mute = MailBox(contexts, at_once=False, offers_tls=False)
    with serving_mail(mute) as box, pytest.raises(MailNotSent, match="STARTTLS"):
        mailer(box).greet()
    strangers = (contexts[0], ssl.create_default_context())
    for at_once in (True, False):
        stranger = MailBox(strangers, at_once)
        with serving_mail(stranger) as other, pytest.raises(MailNotSent, match="CERTIFICATE"):
            mailer(other).greet()
        assert not other.passwords
    assert not box.passwords


def test_what_the_server_refuses_is_told(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    """A wrong password, a full disk, an unknown receiver: not sent, and why is said."""
    with serving_mail(MailBox(contexts, bad=frozenset(HEAD.to))) as box:
        with pytest.raises(MailNotSent, match="535"):
            mailer(box, "wrong").greet()
        with pytest.raises(MailNotSent, match="no such mailbox"):
            LetterService(mailer(box), HEAD).send(letter())
        box.bad, box.data_answers = frozenset(), [b"452 disk full"]
        with pytest.raises(MailNotSent, match="452 disk full"):
            LetterService(mailer(box), HEAD).send(letter())
        assert not box.letters
    with pytest.raises(MailNotSent, match="refused"):
        mailer(box).greet()  # it is away now


def test_one_bad_receiver_does_not_hold_the_others(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext], caplog: pytest.LogCaptureFixture
) -> None:
    """The others get it, once; who was refused is logged."""
    head = replace(HEAD, to=("one@registry.example", "gone@registry.example"))
    with serving_mail(MailBox(contexts, bad=frozenset({"gone@"}))) as box:
        LetterService(mailer(box), head).send(letter())
    assert len(box.letters) == 1
    assert "gone@registry.example" in caplog.text


def test_without_a_server_it_is_kept_and_said_to_be(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One private .eml a letter, also when it is sent twice, and a loud line in the log."""
    service = LetterService(FileMailer(tmp_path / "mail"), replace(HEAD, to=()))
    with caplog.at_level(logging.WARNING):
        service.send(letter())
        service.send(letter())
    (file,) = (tmp_path / "mail").iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == ("ltr_1.eml", 0o600)
    assert "mnd_1" in body_of(file.read_bytes())[1]
    assert caplog.text.count("NOT SENT: no mail server is set") == 2
    with pytest.raises(MailNotSent, match="nowhere"):
        LetterService(FileMailer(tmp_path / "nowhere" / "mail"), HEAD).send(letter())


@pytest.mark.security
@pytest.mark.parametrize(
    "bad",
    [
        "a@b.example\r\nBcc: c@d.example", "a@b.example\n", "a@b.example, c@d.example", "a", "@b",
        "甲@b.example", "a b@c.example", "<a@b.example>", "a@b.example\x00",
        f"{'a' * 65}@b.example",
    ],
)  # fmt: skip
def test_an_address_brings_no_header_along(bad: str) -> None:
    """What is no plain address is refused, as receiver and as sender."""
    for head in (replace(HEAD, to=(bad,)), replace(HEAD, sender=bad)):
        with pytest.raises(MailAddressRefused):
            composed(letter(), head)


@pytest.mark.security
def test_what_is_told_makes_no_headers() -> None:
    """Ids and reasons that hold ends of lines stay on their line."""
    odd = replace(letter(), subject="mnd_1\r\nBcc: c@d.example\r\n\r\n<b>")
    read, body = body_of(bytes(composed(odd, HEAD)))
    assert read["Bcc"] is None
    assert "\nBcc" not in body


def settings(**given: str) -> dict[str, str]:
    """Return variables of the environment."""
    return {f"SEALSERVICE_MAIL_{name.upper()}": value for name, value in given.items()}


def test_settings_name_a_server() -> None:
    """User, host, port and password are read; usual ports stand in; the password is not shown."""
    whole = settings(
        url="smtps://seal%40registry.example@mail.example:4650", password="p", to="a@b.example c@d",
        **{"from": "seal@registry.example"},
    )  # fmt: skip
    mail = read_settings(whole).mail
    user = "seal@registry.example"
    assert mail.server == MailServer(
        "mail.example", 4650, is_tls_at_once=True, user=user, password="p"
    )
    assert (mail.sender, mail.to) == (user, ("a@b.example", "c@d"))
    assert "'p'" not in repr(mail)
    plain = settings(url="smtp://mail.example", to="a@b.example", **{"from": "c@d.example"})
    assert read_settings(plain).mail.server == MailServer("mail.example", 587, is_tls_at_once=False)


@pytest.mark.parametrize(
    "given",
    [
        {"url": "http://mail.example"}, {"url": "smtp://"}, {"url": "smtp://mail.example:99999"},
        {"url": "smtp://mail.example/path"}, {"url": "smtp://user@mail.example"},
        {"url": "smtp://u:hunter2@mail.example"}, {"url": "smtp://mail.example", "to": ""},
        {"url": "smtp://mail.example", "from": ""}, {"to": "a@b.example\r\nBcc:c@d"}, {"to": "甲"},
        {"url": "smtp://u%0d%0aRSET@mail.example", "password": "p"}, {"password": "p"},
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_are_refused(given: dict[str, str]) -> None:
    """Other schemes, a password in the address, half a set of settings, addresses that are none."""
    usual = {"to": "a@b.example", "from": "c@d.example", "url": "smtp://mail.example"}
    with pytest.raises(SettingInvalid) as refused:
        read_settings(settings(**{**usual, **given}))
    assert "hunter2" not in str(refused.value.message)
