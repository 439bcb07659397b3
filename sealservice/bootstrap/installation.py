"""One installation, opened: where its engines and processes are, whoever started them.

1. Engines that the settings name are used as they are; whoever administers them prepares them with
   ``sealservice setup``.
2. Others are the home's private ones: started when they do not run, prepared, and stopped by the
   last command that uses them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import make_url

from sealservice.bootstrap.embedded.engines import Engines, prepare_stores, running_engines
from sealservice.config import SettingInvalid, Settings
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import S3Account

LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything a process must know to find the others."""

    settings: Settings
    engines: Engines
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

    def database_url(self, kind: ProcessKind) -> str:
        """Return the database's SQLAlchemy URL for a kind of process, password included."""
        return self.engines.database_urls[kind]

    def queue_url(self, kind: ProcessKind) -> str:
        """Return the same URL as libpq wants it."""
        url = make_url(self.database_url(kind)).set(drivername="postgresql")
        return url.render_as_string(hide_password=False)

    def store_account(self, kind: ProcessKind) -> S3Account:
        """Return the object store's account for a kind of process."""
        return self.engines.accounts[kind]


@contextmanager
def opened(settings: Settings) -> Iterator[Installation]:
    """Open the installation for as long as the block lasts.

    Raises:
        SettingInvalid: an address to listen on is not ``host:port``.
        HomeNotWritable, HomeNotOurs, HomeBusy, PortTaken, EngineFailed, PostgresNeedsUser.
        DatabaseUnavailable, StoreUnavailable.
    """
    with running_engines(settings) as engines:
        if not (settings.database_url or settings.s3_endpoint):
            prepare_stores(engines)
        yield Installation(
            settings=settings,
            engines=engines,
            web_listen=_address("WEB_LISTEN", settings.web_listen, engines.ports["web"]),
            signer_listen=_address(
                "SIGNER_LISTEN", settings.signer_listen, engines.ports["signer"]
            ),
        )


def _address(name: str, given: str | None, port: int) -> tuple[str, int]:
    host, _, number = (given or f"{LOOPBACK}:{port}").rpartition(":")
    if not host or not number.isdecimal():
        raise SettingInvalid(name=f"{Settings.PREFIX}{name}", value=given)
    return host, int(number)
