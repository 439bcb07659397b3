"""A registry with one license, and everything with which its people take it into phones."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sealservice.identity.activation import Activation
from sealservice.infra.sql.activations import SqlActivationStore
from sealservice.infra.sql.audit import SqlAuditLog
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.infra.sql.mandates import SqlPersonStore
from sealservice.infra.sql.passkeys import SqlAttemptStore, SqlChallengeStore, SqlPasskeyStore
from sealservice.infra.sql.wallets import SqlWalletStore
from sealservice.kernel.actor import Actor, operator
from sealservice.kernel.ids import new_id
from sealservice.licenses.model import LicenseStatus
from sealservice.licenses.persons import (
    HolderRole,
    LicenseHolder,
    Person,
    document_digest,
    document_hint,
)
from tests.world_licenses import MemoryLicenseStore, sample_license
from tests.world_mandates import MemoryPersonStore
from tests.world_passkeys import Authenticator, PasskeyWorld
from tests.world_wallets import WalletWorld

URL = "https://seal.example"
NUMBER = "350102199001011234"
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@dataclass
class Registry:
    """A license with its legal representative, a clerk, and a clock turned by hand."""

    world: WalletWorld
    organisation: str
    set_status: Callable[[str, LicenseStatus], None]
    now: list[datetime]
    addresses: int = 0
    people: int = 0
    license_id: str = ""
    keys: list[Authenticator] = field(default_factory=list)

    @property
    def clerk(self) -> Actor:
        """Return who may write licenses."""
        return operator("clerk", self.organisation)

    def license(self) -> str:
        """Register a license."""
        license_ = sample_license(self.organisation, new_id("lic"))
        self.world.licenses.add(license_)
        self.license_id = license_.id
        return license_.id

    def person(self) -> Person:
        """Return a new person, whose document has a number of its own."""
        self.people += 1
        number = f"{NUMBER}{self.people}"
        person = Person(
            new_id("per"), self.organisation, "张三", document_digest(self.organisation, number),
            document_hint(number), NOON,
        )  # fmt: skip
        return self.world.people.person(person)

    def holder(self, person: Person | None = None) -> LicenseHolder:
        """Name somebody an administrator of the license."""
        holder = LicenseHolder(
            new_id("lho"), self.organisation, self.license_id, person or self.person(),
            HolderRole.ADMINISTRATOR, NOON,
        )  # fmt: skip
        self.world.people.add(holder)
        return holder

    def issue(self, holder: LicenseHolder, *, restore: bool = False) -> str:
        """Issue a code."""
        return self.world.activating.issue(
            self.clerk, holder.license_id, holder.id, restore=restore
        )[1]

    def claim(self, code: str) -> tuple[str, Activation]:
        """Claim a code from an address of its own."""
        self.addresses += 1
        return self.world.activating.claim(f"{self.organisation} {self.addresses}", code)

    def confirm(self, claimed: Activation, number: str | None = None) -> None:
        """Confirm at the counter."""
        self.world.activating.confirm(
            self.clerk, claimed.id, claimed.match_code or "", number or f"{NUMBER}{self.people}"
        )

    def enrol(self, secret: str, key: Authenticator) -> str:
        """Enrol a phone's passkey and return its session's secret."""
        options = self.world.activating.enrolment_options(secret)
        return self.world.activating.enrol(secret, key.create(options), "手机", None)

    def active(self, holder: LicenseHolder, key: Authenticator, *, restore: bool = False) -> str:
        """Go the whole way and return the session's secret."""
        secret, claimed = self.claim(self.issue(holder, restore=restore))
        self.confirm(claimed)
        return self.enrol(secret, key)


def new_key() -> Authenticator:
    """Return a phone's authenticator."""
    return Authenticator(URL, "seal.example")


def stored(database: Database, passkeys: PasskeyWorld) -> WalletWorld:
    """Put the stores of PostgreSQL into the services."""
    audit = SqlAuditLog(database, lambda: NOON)
    world = WalletWorld(passkeys, MemoryLicenseStore(), MemoryPersonStore())
    shared = {"audit": audit, "transaction": database.transaction}
    ceremonies = replace(
        passkeys.service, passkeys=SqlPasskeyStore(database),
        challenges=SqlChallengeStore(database), **shared,
    )  # fmt: skip
    throttle = replace(passkeys.throttle, attempts=SqlAttemptStore(database))
    world.licenses = SqlLicenseStore(database)  # type: ignore[assignment]
    world.people = SqlPersonStore(database)  # type: ignore[assignment]
    world.service = replace(
        world.service, wallets=SqlWalletStore(database), passkeys=ceremonies, throttle=throttle,
        **shared,
    )  # fmt: skip
    world.activating = replace(
        world.activating, activations=SqlActivationStore(database), licenses=world.licenses,
        persons=world.people, wallets=world.service, **shared,
    )  # fmt: skip
    return world
