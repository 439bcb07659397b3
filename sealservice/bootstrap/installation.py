"""One installation, opened: where its engines and processes are, whoever started them.

1. Engines that the settings name are used as they are; whoever administers them prepares them with
   ``sealservice setup``. Both are named, or neither.
2. Otherwise the home's private ones: started when they do not run, prepared, and stopped by the
   last command that uses them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from sealservice.bootstrap.embedded.engines import running_engines
from sealservice.bootstrap.embedded.errors import HomeNotWritable
from sealservice.config import SettingInvalid, Settings
from sealservice.infra.buckets import ensure_buckets
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import S3Account
from sealservice.infra.sql.version import is_current

LOOPBACK: Final = "127.0.0.1"
_WEB_PORT: Final = 8080
_SIGNER_PORT: Final = 8081
"""Where there is no home that keeps others."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything a process must know to find the others."""

    settings: Settings
    database_urls: Mapping[ProcessKind, str] = field(repr=False)
    """SQLAlchemy URL for each kind of process, password included."""
    accounts: Mapping[ProcessKind, S3Account] = field(repr=False)
    web_listen: tuple[str, int]
    """Host and port."""
    signer_listen: tuple[str, int]

    @property
    def public_url(self) -> str:
        """Return what certificates, links and cookies are made for; no slash at its end."""
        return self.settings.public_url or f"http://localhost:{self.web_listen[1]}"

    @property
    def signer_url(self) -> str:
        """Return where the signer's internal listener is reached."""
        return self.settings.signer_url or f"http://{LOOPBACK}:{self.signer_listen[1]}"

    def queue_url(self, kind: ProcessKind) -> str:
        """Return the database's URL as libpq wants it."""
        url = make_url(self.database_urls[kind]).set(drivername="postgresql")
        return url.render_as_string(hide_password=False)


@contextmanager
def opened(settings: Settings) -> Iterator[Installation]:
    """Open the installation for as long as the block lasts.

    Raises:
        SettingInvalid: an address or URL is malformed, or only one engine is named.
        HomeNotWritable, HomeNotOurs, HomeBusy, PortTaken, EngineFailed, PostgresNeedsUser.
        DatabaseUnavailable, DatabaseBusy, StoreUnavailable.
    """
    if settings.database_url or settings.s3_endpoint:
        yield external(settings)
        return
    with running_engines(settings) as engines:
        installation = Installation(
            settings=settings,
            database_urls=engines.database_urls,
            accounts=engines.accounts,
            web_listen=_address("WEB_LISTEN", settings.web_listen, engines.ports["web"]),
            signer_listen=_address(
                "SIGNER_LISTEN", settings.signer_listen, engines.ports["signer"]
            ),
        )
        prepare(installation, engines.passwords)
        yield installation


def external(settings: Settings) -> Installation:
    """Return an installation on engines that others run; nothing is connected yet.

    Raises:
        SettingInvalid: an address or URL is malformed, or only one engine is named.
    """
    account = S3Account(
        endpoint=_given("S3_ENDPOINT", settings.s3_endpoint),
        access_key=_given("S3_ACCESS_KEY", settings.s3_access_key),
        secret_key=_given("S3_SECRET_KEY", settings.s3_secret_key),
    )
    return Installation(
        settings=settings,
        database_urls={kind: _database_url(settings, kind) for kind in ProcessKind},
        accounts=dict.fromkeys(ProcessKind, account),
        web_listen=_address("WEB_LISTEN", settings.web_listen, _WEB_PORT),
        signer_listen=_address("SIGNER_LISTEN", settings.signer_listen, _SIGNER_PORT),
    )


def make_home(settings: Settings) -> None:
    """Make the home folder where there is none: on engines of others nobody did so before.

    Raises:
        HomeNotWritable: it cannot be made.
    """
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeNotWritable(home=settings.home, reason=error.strerror or error) from error


def prepare(installation: Installation, passwords: Mapping[str, str] | None = None) -> None:
    """Bring tables, roles and buckets to this version, as their administrator; repeatable.

    Raises:
        DatabaseUnavailable, DatabaseBusy, StoreUnavailable.
    """
    owner_url = installation.database_urls[ProcessKind.ADMIN]
    if not is_current(owner_url):
        from sealservice.infra.sql.migrate import migrate  # noqa: PLC0415 - slow, rarely needed

        migrate(owner_url, passwords)
    ensure_buckets(installation.accounts[ProcessKind.ADMIN], installation.settings.limits)


def _database_url(settings: Settings, kind: ProcessKind) -> str:
    given = _parsed(_given("DATABASE_URL", settings.database_url))
    url = given.set(
        drivername="postgresql+psycopg",
        username=settings.database_user or given.username or kind.database_role,
        password=settings.database_password or given.password,
    )
    return url.render_as_string(hide_password=False)


def _parsed(given: str) -> URL:
    try:
        return make_url(given)
    except ArgumentError:
        raise SettingInvalid(name=f"{Settings.PREFIX}DATABASE_URL", value="…") from None


def _given(name: str, value: str | None) -> str:
    if not value:
        raise SettingInvalid(name=f"{Settings.PREFIX}{name}", value="")
    return value


def _address(name: str, given: str | None, port: int) -> tuple[str, int]:
    host, _, number = (given or f"{LOOPBACK}:{port}").rpartition(":")
    if not host or not number.isdecimal():
        raise SettingInvalid(name=f"{Settings.PREFIX}{name}", value=given)
    return host, int(number)
