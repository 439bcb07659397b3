"""Settings: frozen, read once, the only reader of the environment.

Every setting is a variable ``SEALSERVICE_<NAME>``. A secret may be the first line of a file that
``SEALSERVICE_<NAME>_FILE`` names. Whatever concerns the private engines of a home folder
(ports, passwords) is not here but in the home itself, see ``bootstrap/embedded``.
"""

import json
import math
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import ClassVar, Final, TypeVar
from urllib.parse import unquote, urlsplit

from sealservice.kernel.errors import Refused
from sealservice.kernel.text import Text
from sealservice.limits import Limits

_OBJECT_IDENTIFIER: Final = r"[0-2](\.(0|[1-9][0-9]{0,38})){1,31}"
_MAKER_NAME: Final = "sealservice"
_MAKER_CODE: Final = "001"
_NAME: Final = r"[^\W_][\w .()（）·-]{1,59}"
_SENDER: Final = "sealservice@localhost"
_MAILBOX: Final = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}"
Word = TypeVar("Word", bound=StrEnum)


class Environment(StrEnum):
    """Where this runs. Stand-ins refuse to run in production."""

    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


class SealFiling(StrEnum):
    """Whether a seal must be filed with the police (备案) before its first use."""

    REQUIRED = "required"
    """It waits for its filing number, and then for somebody to put it to use."""
    RECORDED = "recorded"
    """It is in use as soon as it is made; a number may be recorded at any time."""


class Fetching(StrEnum):
    """Whether verification asks the network for the status of others' certificates."""

    OFF = "off"
    """Only what a file embeds counts, and what this installation knows itself."""
    ON = "on"


class FaceProvider(StrEnum):
    """Who compares faces when a license goes into a phone; the counter always may confirm."""

    NONE = "none"
    DEMONSTRATION = "demonstration"
    """Nobody does: a stand-in, refused in production."""


class SettingInvalid(Refused):
    """A variable of the environment has a value that does not fit."""

    code = "setting_invalid"
    text = Text(
        "环境变量 {name} 的值“{value}”无效。请改正后重试。",
        "The variable {name} has the invalid value “{value}”. Correct it and try again.",
    )


class SecretUnreadable(Refused):
    """The file that should hold a secret cannot be read, or holds none."""

    code = "secret_unreadable"
    text = Text(
        "环境变量 {name} 指定的文件 {path} 无法读取：{reason}。请检查文件及其权限。",
        "The file {path} named by {name} cannot be read: {reason}. Check the file and its mode.",
    )


@dataclass(frozen=True, slots=True)
class TsaPlace:
    """One external time-stamping authority."""

    url: str
    policies: tuple[str, ...] = ()
    """Of its tokens, as dotted object identifiers; empty: any."""

    @classmethod
    def read(cls, given: str) -> "TsaPlace":
        """Read ``url`` or ``url#1.2.3+1.2.4``.

        Raises:
            SettingInvalid: what stands behind ``#`` are no object identifiers.
        """
        url, mark, named = given.partition("#")
        policies = tuple(named.split("+")) if mark else ()
        if not all(re.fullmatch(_OBJECT_IDENTIFIER, policy) for policy in policies):
            raise SettingInvalid(name="SEALSERVICE_TSA_URL", value=given)
        return cls(url, policies)


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes letters (SMTP), always over TLS."""

    host: str
    port: int
    is_tls_at_once: bool
    """smtps://; otherwise STARTTLS, which the server must offer."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """Letters: by whom, from whom, to whom."""

    server: MailServer | None = None
    """None: each letter is a file in the folder ``mail`` of the home, and is not sent."""
    sender: str = _SENDER
    to: tuple[str, ...] = ()
    """Mailboxes of whoever runs the registry."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an administrator can set."""

    home: Path
    """Folder of a private installation: engines, keys to the keys, demonstration roots."""
    environment: Environment = Environment.DEMONSTRATION
    public_url: str | None = None
    """Fixes certificate URLs, links and cookies. None: http://localhost:PORT kept by the home."""
    database_url: str | None = field(default=None, repr=False)
    """External PostgreSQL, ``postgresql://host/name``; None: the home's private one."""
    database_user: str | None = None
    """Role to use there, when it is not the one named after the process."""
    database_password: str | None = field(default=None, repr=False)
    s3_endpoint: str | None = None
    """External S3 endpoint, ``https://host:port``; None: the home's private one."""
    s3_access_key: str | None = None
    s3_secret_key: str | None = field(default=None, repr=False)
    key_encryption_key: str | None = field(default=None, repr=False)
    """Base64 of the 32 bytes that wrap stored keys; None: the file ``kek`` (0600) in the home."""
    pkcs11_module: str | None = None
    """File of a PKCS#11 module; new keys are then made in its token, not in the table."""
    pkcs11_token: str | None = None
    """Label of that token."""
    pkcs11_pin: str | None = field(default=None, repr=False)
    """Its user PIN; or:"""
    pkcs11_pin_file: Path | None = None
    """A file (0600) whose only line is the PIN."""
    verify_fetch: Fetching = Fetching.OFF
    """Of the web process; the command line has an option."""
    verify_fetch_places: frozenset[str] = frozenset()
    """Places (``host`` or ``host:port``) that may be asked also if they are not public."""
    tsa_url: str | None = None
    """External RFC 3161 authorities, the preferred one first; None: our own. Behind ``#`` stand the
    policies that are accepted of one, as object identifiers with ``+`` between them."""
    status_places: frozenset[str] = frozenset()
    """Prefixes of addresses of OCSP responders and CRLs of external authorities."""
    webhook_places: frozenset[str] = frozenset()
    """Places (``host`` or ``host:port``) that webhooks go to also if they are not public."""
    webhook_key: str | None = field(default=None, repr=False)
    """Base64 of the worker's X25519 key to webhook secrets; None: ``webhook-key`` in the home."""
    mail: Mail = field(default_factory=Mail)
    """Who is written to before something ends; read by the worker."""
    face_provider: FaceProvider = FaceProvider.NONE
    """None unless it is named; a demonstration has its stand-in unless told otherwise."""
    web_listen: str | None = None
    """``host:port`` of the web process; None: the home's port on the loopback interface."""
    proxies: frozenset[str] = frozenset()
    """Addresses of proxies whose X-Forwarded-For and -Proto are believed; none by default."""
    signer_listen: str | None = None
    """``host:port`` of the signer's internal listener, likewise."""
    signer_url: str | None = None
    """Where the web process reaches that listener; None: on the loopback interface."""
    seal_filing: SealFiling = SealFiling.RECORDED
    """What stands between a seal that is made and its use."""
    seal_maker_name: str = _MAKER_NAME
    """Who makes seals here (制章者); recorded on every seal."""
    seal_maker_code: str = _MAKER_CODE
    """Their three digits in every seal code."""
    halt_at: str | None = None
    """For fault tests: steps at which the signer stops itself, see ``bootstrap/halting.py``."""
    limits: Limits = field(default_factory=Limits)

    PREFIX: ClassVar[str] = "SEALSERVICE_"

    @property
    def tsa_places(self) -> tuple[TsaPlace, ...]:
        """Return where external time-stamping authorities are; empty: there is our own."""
        return tuple(map(TsaPlace.read, (self.tsa_url or "").replace(",", " ").split()))

    @property
    def is_production(self) -> bool:
        """Return whether stand-ins must refuse to run."""
        return self.environment is Environment.PRODUCTION


def read_settings(environ: Mapping[str, str] | None = None, home: Path | None = None) -> Settings:
    """Read the environment; ``home`` (from ``--home``) wins over ``SEALSERVICE_HOME``.

    Raises:
        SettingInvalid: a variable has a value that does not fit, or a secret is given twice.
        SecretUnreadable: a file named for a secret cannot be read, or is empty.
    """
    named = partial(_named, os.environ if environ is None else environ)
    secret = partial(_secret, named)
    folder = home or Path(named("home") or Path.home() / ".sealservice")
    public_url, pin_file = named("public_url"), named("pkcs11_pin_file")
    return Settings(
        home=folder.expanduser().absolute(),
        environment=_word(named, "environment", Environment.DEMONSTRATION),
        public_url=public_url.rstrip("/") if public_url else None,
        database_url=named("database_url"),
        database_user=named("database_user"),
        database_password=secret("database_password"),
        s3_endpoint=named("s3_endpoint"),
        s3_access_key=named("s3_access_key"),
        s3_secret_key=secret("s3_secret_key"),
        key_encryption_key=secret("key_encryption_key"),
        pkcs11_module=named("pkcs11_module"),
        pkcs11_token=named("pkcs11_token"),
        pkcs11_pin=named("pkcs11_pin"),
        pkcs11_pin_file=Path(pin_file) if pin_file else None,
        verify_fetch=_word(named, "verify_fetch", Fetching.OFF),
        verify_fetch_places=frozenset(
            (named("verify_fetch_places") or "").replace(",", " ").split()
        ),
        tsa_url=_authorities(named("tsa_url")),
        status_places=frozenset((named("status_places") or "").replace(",", " ").split()),
        webhook_places=frozenset((named("webhook_places") or "").replace(",", " ").split()),
        webhook_key=secret("webhook_key"),
        mail=_mail(named),
        face_provider=_face_provider(named),
        web_listen=named("web_listen"),
        proxies=frozenset((named("proxies") or "").replace(",", " ").split()),
        signer_listen=named("signer_listen"),
        signer_url=named("signer_url"),
        seal_filing=_word(named, "seal_filing", SealFiling.RECORDED),
        seal_maker_name=_fitting(named, "seal_maker_name", _MAKER_NAME, _NAME),
        seal_maker_code=_fitting(named, "seal_maker_code", _MAKER_CODE, "[0-9]{3}"),
        halt_at=named("halt_at"),
        limits=_limits(named("limits")),
    )


def _face_provider(named: Callable[[str], str | None]) -> FaceProvider:
    """Read who compares faces; what looks at nobody does not in production."""
    environment = _word(named, "environment", Environment.DEMONSTRATION)
    shown = environment is Environment.DEMONSTRATION
    given = _word(
        named, "face_provider", FaceProvider.DEMONSTRATION if shown else FaceProvider.NONE
    )
    if given is FaceProvider.DEMONSTRATION and not shown:
        raise SettingInvalid(name=f"{Settings.PREFIX}FACE_PROVIDER", value=given.value)
    return given


def _mail(named: Callable[[str], str | None]) -> Mail:
    """Read a mail server and the addresses that are needed with one."""
    url, sender, to = named("mail_url"), named("mail_from"), named("mail_to")
    addresses = tuple((to or "").replace(",", " ").split())
    for name, given in (("FROM", sender), *(("TO", one) for one in addresses)):
        if given and not re.fullmatch(_MAILBOX, given):
            raise SettingInvalid(name=f"{Settings.PREFIX}MAIL_{name}", value=given)
    if url is None:
        return Mail(None, sender or _SENDER, addresses)
    if not sender or not addresses:
        missing = "TO" if sender else "FROM"
        raise SettingInvalid(name=f"{Settings.PREFIX}MAIL_{missing}", value="")
    return Mail(_mail_server(url, _secret(named, "mail_password")), sender, addresses)


def _mail_server(url: str, password: str | None) -> MailServer:
    """Read ``smtps://user@host:port`` (TLS at once) or ``smtp://…`` (STARTTLS)."""
    try:
        parts = urlsplit(url)
        usual = {"smtp": 587, "smtps": 465}[parts.scheme]
        host, port, user = parts.hostname, parts.port or usual, unquote(parts.username or "")
    except (ValueError, KeyError):
        host, port, user, parts = None, 0, "", urlsplit("")
    odd = parts.password or parts.path.strip("/") or parts.query or parts.fragment
    if not host or odd or not (url.isprintable() and user.isprintable()):
        raise SettingInvalid(name=f"{Settings.PREFIX}MAIL_URL", value=_without_password(url))
    if bool(user) != bool(password):
        raise SettingInvalid(name=f"{Settings.PREFIX}MAIL_PASSWORD", value="")
    return MailServer(host, port, parts.scheme == "smtps", user or None, password)


def _without_password(url: str) -> str:
    """Return an address that was refused, fit to be shown."""
    return re.sub(r"//[^@]*@", "//…@", url)


def _authorities(given: str | None) -> str | None:
    Settings(Path(), tsa_url=given).tsa_places  # noqa: B018 - raises where a policy is none
    return given


def _limits(given: str | None) -> Limits:
    """Read the limits that differ from ours: a JSON object of names and numbers above zero."""
    kinds = {limit.name: type(limit.default) for limit in fields(Limits)}
    try:
        changed = json.loads(given or "{}")
        fits = all(
            type(value) in {int, kinds[name]} and 0 < value < math.inf
            for name, value in changed.items()
        )
    except (ValueError, KeyError, AttributeError):
        fits = False
    if not fits:
        raise SettingInvalid(name=f"{Settings.PREFIX}LIMITS", value=given)
    return Limits(**changed)


def _word(named: Callable[[str], str | None], name: str, usual: Word) -> Word:
    """Return one of the words that a setting may have."""
    value = named(name) or usual.value
    try:
        return type(usual)(value)
    except ValueError:
        raise SettingInvalid(name=f"{Settings.PREFIX}{name.upper()}", value=value) from None


def _fitting(named: Callable[[str], str | None], name: str, usual: str, pattern: str) -> str:
    """Return a setting that must look like something."""
    value = named(name) or usual
    if re.fullmatch(pattern, value):
        return value
    raise SettingInvalid(name=f"{Settings.PREFIX}{name.upper()}", value=value)


def _named(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(Settings.PREFIX + name.upper()) or None


def _secret(named: Callable[[str], str | None], name: str) -> str | None:
    """Return a secret from its variable, or from the first line of its file."""
    given, file = named(name), named(f"{name}_file")
    if file is None:
        return given
    variable = f"{Settings.PREFIX}{name.upper()}_FILE"
    if given:
        raise SettingInvalid(name=variable, value=file)
    try:
        line = Path(file).read_text("utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise SecretUnreadable(name=variable, path=file, reason=reason) from error
    if not line:
        raise SecretUnreadable(name=variable, path=file, reason="empty")
    return line
