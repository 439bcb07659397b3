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

from sealservice.kernel.errors import Refused
from sealservice.kernel.text import Text

MEBIBYTE: Final = 1 << 20
_OBJECT_IDENTIFIER: Final = r"[0-2](\.(0|[1-9][0-9]{0,38})){1,31}"
_MAKER_NAME: Final = "sealservice"
_MAKER_CODE: Final = "001"
_NAME: Final = r"[^\W_][\w .()（）·-]{1,59}"
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
class Limits:
    """Every outside number has its bound here."""

    document_bytes: int = 50 * MEBIBYTE
    """Largest PDF accepted for sealing."""
    verified_bytes: int = 200 * MEBIBYTE
    """Largest PDF that is verified."""
    verified_signatures: int = 1_000
    """Most signatures that are judged in one file."""
    verified_revisions: int = 2_000
    """Most revisions of a file that is verified."""
    document_pages: int = 2_000
    """Most pages a document may have."""
    impressions: int = 1_000
    """Most places in which one order may show seals, straddling slices included."""
    picture_pixels: int = 16_000_000
    """Most pixels of the picture of a page; a larger one is made smaller."""
    picture_width_px: int = 4_000
    """Widest picture of a page."""
    order_places: int = 50
    """Most places that the page for placing seals lets one ask for in an order."""
    seal_picture_bytes: int = 10 * MEBIBYTE
    """Largest picture of a seal that is imported."""
    seal_picture_pixels: int = 40_000_000
    """Most pixels such a picture may have: an A4 page at 600 dpi."""
    seal_svg_bytes: int = 1 * MEBIBYTE
    """Largest such picture that is an SVG document; reading ten times as much takes a minute."""
    seal_drawing_bytes: int = 256 * 1024
    """Largest drawing made of an imported SVG."""
    seal_width_mm_least: float = 5.0
    """Least width of an imported seal."""
    seal_width_mm: float = 60.0
    """Greatest width, and height, of an imported seal."""
    kept_report_bytes: int = 16 * MEBIBYTE
    """Largest report that is kept, all its forms together."""
    second_opinion_percent: int = 5
    """Share of the records that the checker asks other programs about."""
    second_opinion_days: int = 30
    """How old a record may be for that."""
    second_opinion_pause: float = 60.0
    """Seconds between two rounds of the checker."""
    second_opinion_seconds: float = 120.0
    """How long another program may take for one file."""
    second_opinion_bytes: int = 4 << 30
    """Address space of another program."""
    import_bytes: int = 48 * MEBIBYTE
    """Largest file of licenses that is imported."""
    import_rows: int = 100_000
    """Most licenses that one file may hold."""
    body_bytes: int = 1 * MEBIBYTE
    """Largest request body that is not a document."""
    sandbox_bytes: int = 1_536 * MEBIBYTE
    """Address space of a child process that parses or renders a PDF."""
    sandbox_seconds: int = 60
    """Wall and CPU time of such a child."""
    sandbox_result_bytes: int = 128 * MEBIBYTE
    """Largest result accepted from such a child."""
    sandbox_children: int = 4
    """Most such children of one process at work at once."""
    timestamp_skew_seconds: int = 60
    """How far the time in a timestamp may be from our own clock."""
    timestamp_unit_seconds: float = 600.0
    """How long the certificates of a time-stamping unit that were validated need not be again."""
    timestamps_per_second: float = 100.0
    """Most time stamps asked of one external authority in a second; more go to the next one."""
    timestamp_aside_seconds: float = 30.0
    """How long an authority that gave no token is asked only after all others."""
    timestamp_lag_seconds: float = 86_400.0
    """Longest from the claimed time of a signature to its timestamp; so long an order waits."""
    renewal_days: int = 90
    """How long before the certificates of a record's last timestamp end it gets another one."""
    renewal_page: int = 100
    """Records that are looked up at once to be renewed."""
    status_seconds: float = 300.0
    """How long a proven status of a time-stamping unit, and of authorities, is relied on."""
    revocation_wait_seconds: float = 3.0
    """How long to wait for an OCSP answer that is not older than the signature timestamp."""
    timestamp_query_bytes: int = 4_096
    """Largest RFC 3161 request the TSA reads."""
    ocsp_request_bytes: int = 4_096
    """Largest OCSP request the responder reads."""
    token_wait_seconds: float = 15.0
    """How long a call into a PKCS#11 token waits for the calls before it."""
    http_seconds: float = 10.0
    """Time-out of one call to a TSA, OCSP responder or CRL distribution point."""
    store_seconds: float = 30.0
    """Longest silence of the object store in the middle of a call."""
    http_response_bytes: int = 256 * 1024
    """Largest answer accepted from one."""
    fetch_seconds: float = 4.0
    """Time-out of one call for the status of somebody else's certificate."""
    fetch_all_seconds: float = 8.0
    """Longest time that all such calls for one look at a file may take; then no more are made."""
    fetch_bytes: int = 8 * MEBIBYTE
    """Largest answer accepted from such a call: large authorities have long revocation lists."""
    batch_documents: int = 10_000
    """Most documents of one list that is approved as a whole."""
    raw_seal_seconds: float = 30.0
    """How long a program that has a document sealed at once waits for the signer."""
    batch_hours: int = 12
    """How long such a list waits for its approval; less than a timestamp may lag behind /M."""
    approval_minutes: int = 30
    """How long an order waits for its approval."""
    signin_link_minutes: int = 15
    """How long a one-time sign-in link works."""
    attempts: int = 30
    """Most failures to sign in or to activate, from one address in one period."""
    attempts_minutes: int = 15
    """Length of such a period."""
    passkeys: int = 20
    """Most passkeys in use that one person has."""
    passkey_challenge_seconds: int = 300
    """How long a passkey's challenge waits for its answer."""
    activation_hours: int = 72
    """How long an activation code of a license works."""
    activation_minutes: int = 60
    """How long, once a phone has taken it, until the person is confirmed and has enrolled."""
    activation_codes: int = 10
    """Wrong codes after which an activation is over."""
    session_hours: int = 8
    """How long a staff session lasts."""
    api_key_days: int = 90
    """How long an API key works when nothing else is said."""
    api_key_days_greatest: int = 366
    """Longest time an API key may be given."""
    bodies_bytes: int = 512 * MEBIBYTE
    """Request bodies that the web process takes in at once, all together."""
    head_seconds: float = 10.0
    """Longest time until the head of a request is complete."""
    body_idle_seconds: float = 10.0
    """Longest pause inside a request body."""
    body_seconds: float = 300.0
    """Longest time a request body may take altogether."""
    idempotency_hours: int = 24
    """How long an answer is kept for its Idempotency-Key."""
    order_signatures: int = 20
    """Most signatures one sealing order makes."""
    reason_letters: int = 200
    """Longest reason that somebody gives for what is done to a seal or a license."""
    credential_days: int = 30
    """How long a credential of a license is good; the wallet then fetches another."""
    webhook_endpoints: int = 20
    """Most webhook endpoints of an organisation."""
    webhook_days: int = 90
    """How long a webhook delivery that is over is kept."""
    license_administrators: int = 5
    """Most administrators a license has at a time (证照管理员)."""
    mandate_chain: int = 4
    """Most mandates in a chain, each given out of the one before."""
    mandate_names: int = 100
    """Most matters, seals or relying parties that a mandate names."""
    mandate_uses: int = 1_000_000
    """Greatest number of uses that a mandate is limited to."""
    mandate_days: int = 1_830
    """Longest time for which a mandate is given: five years."""
    ending_hours: int = 24
    """How long a request to end a license waits for a second person."""
    warning_days: int = 30
    """How long before its end a mandate or license is warned of."""
    name_letters: int = 60
    """Longest name of a person."""
    document_number_letters: int = 40
    """Longest number of an identity document."""
    reference_letters: int = 100
    """Longest reference to a paper, and longest filing number."""
    seal_line_letters: int = 60
    """Longest text that tells a seal from others of its kind."""
    signature_bytes: int = 16 * 1024
    """Bytes reserved for the CMS of a seal signature or document timestamp."""
    press_sections: int = 500
    """Most cross-reference sections that the fast press follows; one for each revision."""
    press_subsections: int = 5_000
    """Most subsections of these, all together."""
    press_work: int = 8 * MEBIBYTE
    """Bytes of objects that it reads, and steps it takes to find them, all together."""
    press_object_bytes: int = 1 * MEBIBYTE
    """Largest object that it reads."""
    press_unpacked_bytes: int = 32 * MEBIBYTE
    """What it decompresses of one document, all together."""
    press_depth: int = 50
    """Levels of the page tree, and of values nested in one object."""


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
    limits: Limits = Limits()

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
        web_listen=named("web_listen"),
        proxies=frozenset((named("proxies") or "").replace(",", " ").split()),
        signer_listen=named("signer_listen"),
        signer_url=named("signer_url"),
        seal_filing=_word(named, "seal_filing", SealFiling.RECORDED),
        seal_maker_name=_fitting(
            named, "seal_maker_name", _MAKER_NAME, r"[^\W_][\w .()（）·-]{1,59}"
        ),
        seal_maker_code=_fitting(named, "seal_maker_code", _MAKER_CODE, "[0-9]{3}"),
        halt_at=named("halt_at"),
        limits=_limits(named("limits")),
    )


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
