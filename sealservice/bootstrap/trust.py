"""The trust domain with its keys, as the signer's role; and the ceremonies that make it.

The ceremony that was performed is kept as ``ceremony.yaml`` in the home: later certificates are
issued by its profiles. Root certificates go to ``roots/``, where verification finds its anchors.
"""

from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from sealservice.bootstrap.embedded.home import write_private
from sealservice.bootstrap.installation import Installation, make_home
from sealservice.bootstrap.offline import ROOTS
from sealservice.bootstrap.stores import Stores, open_stores
from sealservice.config import Settings
from sealservice.infra.keys.envelope import KeyEncryptionKey
from sealservice.infra.keys.errors import KeyPlaceClosed
from sealservice.infra.keys.kek import provide_key_encryption_key, read_key_encryption_key
from sealservice.infra.keys.pkcs11 import LOCATION as TOKEN
from sealservice.infra.keys.pkcs11 import TokenKeyStore
from sealservice.infra.keys.rows import KeyRows
from sealservice.infra.keys.stores import KeyStores
from sealservice.infra.keys.table import LOCATION as TABLE
from sealservice.infra.keys.table import SqlKeyStore
from sealservice.infra.keys.token import Token
from sealservice.infra.keys.token_address import token_address
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import utc_now
from sealservice.trust.ceremony_file import read_plan
from sealservice.trust.domain import TrustDomain
from sealservice.trust.errors import CeremonyMissing, KeyEncryptionKeyMissing
from sealservice.trust.model import IssuedCertificate, KeyPurpose, StoredKey
from sealservice.trust.ports import KeyStore
from sealservice.trust.profiles import CeremonyPlan
from sealservice.trust.service import CeremonyOutcome, CeremonyService

_PLAN: Final = "ceremony.yaml"


def open_domain(installation: Installation, stores: Stores) -> TrustDomain:
    """Open the trust domain; a token is logged in to when its first key is used.

    Raises:
        KeyEncryptionKeyMissing, KeyEncryptionKeyExposed, KeyEncryptionKeyInvalid.
        KeyPlaceClosed: keys are in a token, and the settings name none.
        SettingInvalid, TokenPinUnreadable: the settings of a token are not complete.
    """
    return TrustDomain(
        keys=_key_stores(installation.settings, stores.database),
        certificates=stores.certificates,
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        public_url=installation.public_url,
    )


def _key_stores(settings: Settings, database: Database) -> KeyStores:
    """Return where keys are: the token first if there is one, and the table if it has a key."""
    rows = KeyRows(database, utc_now)
    address = token_address(settings)
    if address is None:
        table = SqlKeyStore(database, _key_encryption_key(settings, rows), utc_now)
        return KeyStores(rows, table, {TABLE: table})
    token = TokenKeyStore(rows, Token(address))
    places: dict[str, KeyStore] = {TOKEN: token}
    with suppress(KeyEncryptionKeyMissing):  # an installation that began with a token has none
        kek = read_key_encryption_key(settings)
        places[TABLE] = SqlKeyStore(database, kek, utc_now)
    return KeyStores(rows, token, places)


def _key_encryption_key(settings: Settings, rows: KeyRows) -> KeyEncryptionKey:
    """Return it; where there never was one, because all keys are in a token, say that instead."""
    try:
        return read_key_encryption_key(settings)
    except KeyEncryptionKeyMissing:
        for key in rows.list():
            if key.location == TOKEN:
                raise KeyPlaceClosed(key_id=key.id, location=key.location) from None
        raise


def performed_plan(installation: Installation) -> CeremonyPlan:
    """Return the plan of the ceremony that made this trust domain.

    Raises:
        CeremonyMissing: none was performed here yet.
    """
    kept = installation.settings.home / _PLAN
    if not kept.exists():
        raise CeremonyMissing(home=installation.settings.home)
    return read_plan(kept)


@dataclass(frozen=True, slots=True)
class Ceremonies:
    """What ``sealservice keys`` does, at the machine that holds the keys."""

    installation: Installation

    def perform(self, file: Path, actor: Actor) -> CeremonyOutcome:
        """Bring the trust domain to what a ceremony file says, and keep the file.

        Raises:
            CeremonyInvalid: the file is missing or breaks a rule.
            CeremonyNotForProduction, UnitDiffers, PermissionMissing.
            HomeNotWritable: the home cannot be made, so neither key nor file could be kept.
        """
        plan = read_plan(file)
        make_home(self.installation.settings)
        if self.installation.settings.pkcs11_module is None:
            provide_key_encryption_key(self.installation.settings)
        stores = open_stores(self.installation, ProcessKind.SIGNER)
        with closing(stores.database):
            domain = open_domain(self.installation, stores)
            service = CeremonyService(domain, self.installation.settings.environment)
            outcome = service.perform(plan, actor)
        self._keep(file, outcome)
        return outcome

    def keys(self) -> tuple[tuple[StoredKey, IssuedCertificate | None], ...]:
        """Return all keys, oldest first, each with its newest certificate; none is opened."""
        stores = open_stores(self.installation, ProcessKind.SIGNER)
        with closing(stores.database), stores.database.transaction():
            issued = {c.key_id: c for c in stores.certificates.list()}
            rows = KeyRows(stores.database, utc_now).list()
            return tuple((key, issued.get(key.id)) for key in rows)

    def require_open(self) -> None:
        """Open the key of every unit that is in use, and that of the newest seal.

        Raises:
            KeyEncryptionKeyMissing, KeyUnreadable, KeyPlaceClosed, TokenPinWrong: and whatever else
                the places of keys have to say.
        """
        stores = open_stores(self.installation, ProcessKind.SIGNER)
        with closing(stores.database):
            domain, now = open_domain(self.installation, stores), utc_now()
            live = [one for one in stores.certificates.list() if one.is_live(now)]
            newest = {
                one.purpose if one.purpose is KeyPurpose.SEAL else one.unit: one for one in live
            }
            for one in newest.values():
                domain.keys.open(one.key_id, one.purpose)

    def _keep(self, file: Path, outcome: CeremonyOutcome) -> None:
        home = self.installation.settings.home
        (home / ROOTS).mkdir(mode=0o700, exist_ok=True)
        for certificate in (*outcome.issued, *outcome.unchanged):
            if certificate.is_root:
                pem = certificate.x509.public_bytes(Encoding.PEM)
                write_private(home / ROOTS / f"{certificate.unit}.pem", pem.decode())
        write_private(home / _PLAN, file.read_text("utf-8"))
