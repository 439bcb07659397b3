"""What every key store and certificate store must do, in memory and in PostgreSQL."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from sealservice.config import Environment, Settings
from sealservice.infra.keys.kek import provide_key_encryption_key
from sealservice.infra.keys.pkcs11 import TokenKeyStore
from sealservice.infra.keys.rows import KeyRows
from sealservice.infra.keys.table import SqlKeyStore
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.certificates import SqlCertificateStore
from sealservice.infra.sql.database import Database
from sealservice.kernel.clock import utc_now
from sealservice.kernel.ids import new_id
from sealservice.kernel.transaction import Transaction
from sealservice.trust.authority import CertificateAuthority
from sealservice.trust.domain import TrustDomain, chain
from sealservice.trust.errors import (
    AlreadyRevoked,
    CertificateUnknown,
    CrlNumberNotGrown,
    KeyPurposeMismatch,
    KeyUnknown,
)
from sealservice.trust.model import (
    IssuedCertificate,
    KeyAlgorithm,
    KeyPurpose,
    RevocationList,
    RevocationReason,
)
from sealservice.trust.ports import CertificateStore, KeyStore, SigningKey
from sealservice.trust.profiles import CeremonyPlan
from sealservice.trust.service import CeremonyService
from tests.soft_token import SoftToken
from tests.world_archive import MemoryAuditLog
from tests.world_trust import (
    ADMINISTRATOR,
    COMPANY,
    PUBLIC_URL,
    TrustWorld,
    shipped_plan,
)

NOW = datetime.now(UTC).replace(microsecond=0)
DATA = b"to be signed"
_PSS = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)
RSA_ENCRYPTION = x509.ObjectIdentifier("1.2.840.113549.1.1.1")


@dataclass(frozen=True)
class Stores:
    """Both stores over one place, and a domain with unit names of its own in them."""

    keys: KeyStore
    certificates: CertificateStore
    transaction: Transaction
    plan: CeremonyPlan
    repeats: bool = True
    """Whether ECDSA gives the same signature each time (RFC 6979); tokens draw random numbers."""

    @property
    def domain(self) -> TrustDomain:
        """Return what services are given."""
        audit = MemoryAuditLog()
        return TrustDomain(
            self.keys, self.certificates, audit, self.transaction, utc_now, PUBLIC_URL
        )

    def unit(self, name: str) -> IssuedCertificate:
        """Return the certificate of a unit by its shipped name."""
        mine = next(unit for unit in self.plan.units if unit.name.startswith(f"{name}-x"))
        return self.domain.live_unit(mine.name)


def _engines(name: str) -> object:
    return pytest.param(name, marks=pytest.mark.engines)


@pytest.fixture(params=["memory", _engines("postgresql"), _engines("pkcs11")])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give the stores of one kind, in which a ceremony was performed."""
    plan = _with_names_of_its_own(shipped_plan("demonstration"))
    if request.param == "memory":
        world = TrustWorld(plan)
        made = Stores(world.keys, world.certificates, world.transaction, plan)
    else:
        opener: Callable[[ProcessKind], Database] = request.getfixturevalue("database_as")
        database = opener(ProcessKind.SIGNER)
        keys, is_token = _key_store(request, database), request.param == "pkcs11"
        certificates = SqlCertificateStore(database, utc_now)
        made = Stores(keys, certificates, database.transaction, plan, repeats=not is_token)
    CeremonyService(made.domain, Environment.DEMONSTRATION).perform(plan, ADMINISTRATOR)
    return made


def _key_store(request: pytest.FixtureRequest, database: Database) -> KeyStore:
    if request.param == "pkcs11":
        soft: SoftToken = request.getfixturevalue("soft_token")
        return TokenKeyStore(KeyRows(database, utc_now), soft.token())
    home: Path = request.getfixturevalue("engines_home")
    kek = provide_key_encryption_key(Settings(home=home))  # one for all on this database
    return SqlKeyStore(database, kek, utc_now)


def _with_names_of_its_own(plan: CeremonyPlan) -> CeremonyPlan:
    mark = f"-x{new_id('n')[-10:]}"
    units = (
        replace(unit, name=unit.name + mark, issuer=unit.issuer and unit.issuer + mark)
        for unit in plan.units
    )
    return replace(plan, units=tuple(units), seal_issuer=plan.seal_issuer + mark)


def _verify(key: SigningKey, signature: bytes, data: bytes) -> None:
    public = serialization.load_der_public_key(key.spki)
    if isinstance(public, ed25519.Ed25519PublicKey):
        public.verify(signature, data)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        digest = hashes.SHA384() if public.key_size == 384 else hashes.SHA256()
        public.verify(signature, data, ec.ECDSA(digest))
    else:
        assert isinstance(public, rsa.RSAPublicKey)
        assert public.key_size == key.algorithm.rsa_bits
        padded = _PSS if key.algorithm.is_pss else padding.PKCS1v15()
        public.verify(signature, data, padded, hashes.SHA256())


@pytest.mark.parametrize("algorithm", list(KeyAlgorithm))
def test_a_key_signs_what_its_public_part_verifies(stores: Stores, algorithm: KeyAlgorithm) -> None:
    """A generated key opens and signs with its digest; PKCS#1, RFC 6979, Ed25519 repeat theirs."""
    stored = stores.keys.generate(KeyPurpose.SEAL, algorithm)
    key = stores.keys.open(stored.id, KeyPurpose.SEAL)
    assert (key.algorithm, key.spki) == (stored.algorithm, stored.spki)
    signature = key.sign(DATA)
    _verify(key, signature, DATA)
    again = key.sign(DATA)
    _verify(key, again, DATA)
    is_ours = stores.repeats or algorithm not in {KeyAlgorithm.P256, KeyAlgorithm.P384}
    assert (again == signature) is (is_ours and not algorithm.is_pss)
    with pytest.raises(InvalidSignature):
        _verify(key, signature, b"something else")
    assert stored in stores.keys.list()


@pytest.mark.parametrize("wanted", [p for p in KeyPurpose if p is not KeyPurpose.SEAL])
def test_a_key_serves_no_second_purpose(stores: Stores, wanted: KeyPurpose) -> None:
    """A seal key opens for nothing else, neither the first time nor after it was open."""
    stored = stores.keys.generate(KeyPurpose.SEAL, KeyAlgorithm.P256)
    for _ in range(2):
        with pytest.raises(KeyPurposeMismatch):
            stores.keys.open(stored.id, wanted)
        stores.keys.open(stored.id, KeyPurpose.SEAL)


def test_an_unknown_key_is_named(stores: Stores) -> None:
    """An id that no key has is in the error."""
    with pytest.raises(KeyUnknown, match="key_nobody"):
        stores.keys.open("key_nobody", KeyPurpose.SEAL)


def test_certificates_come_back_as_they_went_in(stores: Stores) -> None:
    """By unit, digest, issuer and serial, and in the list, a certificate is the same."""
    tsa, issuer = stores.unit("tsa"), stores.unit("time-stamping-ca")
    assert stores.certificates.by_sha256(tsa.sha256) == tsa
    assert stores.certificates.by_issuer_and_serial(issuer.sha256, tsa.serial) == tsa
    assert stores.certificates.by_issuer_and_serial(tsa.sha256, tsa.serial) is None
    assert hashlib.sha256(tsa.der).hexdigest() == tsa.sha256
    assert tsa in stores.certificates.list()
    assert [link.is_root for link in chain(stores.certificates, tsa)] == [False, False, True]


def test_how_a_key_signs_is_known_with_its_certificate(stores: Stores) -> None:
    """Two RSA certificates look alike; which of the keys signs by PSS comes from the key's row."""
    for algorithm in (KeyAlgorithm.RSA3072_PSS, KeyAlgorithm.RSA3072):
        stored = stores.keys.generate(KeyPurpose.SEAL, algorithm)
        authority = CertificateAuthority(stores.domain, stores.plan)
        issued = authority.issue_seal_certificate(COMPANY, stored, ADMINISTRATOR)
        found = stores.certificates.by_sha256(issued.sha256)
        assert found == issued
        assert issued.algorithm is algorithm
        assert issued.x509.public_key_algorithm_oid == RSA_ENCRYPTION


def test_what_is_not_there_is_none(stores: Stores) -> None:
    """Unknown names, digests and serials find nothing, however large they are."""
    assert stores.certificates.by_unit("nobody") is None
    assert stores.certificates.by_sha256("0" * 64) is None
    assert stores.certificates.by_issuer_and_serial("0" * 64, 1 << 4000) is None
    assert stores.certificates.load_crl("0" * 64) is None


def test_a_unit_is_known_by_its_newest_certificate(stores: Stores) -> None:
    """After a unit got another certificate, that one is found; the old one stays."""
    old = stores.unit("tsa")
    later = replace(
        stores.unit("seal-ca-status"),
        unit=old.unit,
        sha256=hashlib.sha256(old.unit.encode()).hexdigest(),
        issuer_sha256=stores.unit("root").sha256,
        not_before=old.not_after,
        not_after=old.not_after + timedelta(days=1),
    )
    stores.certificates.add(later)
    assert stores.certificates.by_unit(old.unit) == later
    assert stores.certificates.by_sha256(old.sha256) == old


def test_a_revocation_stands_for_ever(stores: Stores) -> None:
    """Moment and reason of the first revocation stay; it is listed with its issuer."""
    tsa, issuer = stores.unit("tsa"), stores.unit("time-stamping-ca")
    stores.certificates.revoke(tsa.sha256, NOW, RevocationReason.SUPERSEDED)
    with pytest.raises(AlreadyRevoked):
        stores.certificates.revoke(tsa.sha256, NOW, RevocationReason.KEY_COMPROMISE)
    with pytest.raises(CertificateUnknown):
        stores.certificates.revoke("0" * 64, NOW, RevocationReason.SUPERSEDED)
    revoked = replace(tsa, revoked_at=NOW, revocation_reason=RevocationReason.SUPERSEDED)
    assert stores.certificates.revoked_by(issuer.sha256) == (revoked,)
    assert stores.certificates.revoked_by(stores.unit("seal-ca").sha256) == ()


def test_crl_numbers_only_grow(stores: Stores) -> None:
    """The newest list is kept; one with the same or a smaller number is refused."""
    crl = RevocationList(stores.unit("root").sha256, b"der", 5, NOW, NOW + timedelta(hours=1))
    stores.certificates.save_crl(crl)
    for number in (5, 4):
        with pytest.raises(CrlNumberNotGrown):
            stores.certificates.save_crl(replace(crl, number=number, der=b"other"))
    assert stores.certificates.load_crl(crl.issuer_sha256) == crl
    stores.certificates.save_crl(replace(crl, number=6))
    assert stores.certificates.load_crl(crl.issuer_sha256) == replace(crl, number=6)


def test_what_a_failed_transaction_wrote_is_gone(stores: Stores) -> None:
    """Keys and revocations of a block that fails are undone together."""
    tsa, before = stores.unit("tsa"), stores.keys.list()

    def fail() -> None:
        with stores.transaction():
            stores.keys.generate(KeyPurpose.SEAL, KeyAlgorithm.P256)
            stores.certificates.revoke(tsa.sha256, NOW, RevocationReason.SUPERSEDED)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert stores.keys.list() == before
    assert stores.certificates.by_sha256(tsa.sha256) == tsa


def test_threads_open_the_same_key(stores: Stores) -> None:
    """Eight threads that open one key at once all get signatures that verify."""
    stored = stores.keys.generate(KeyPurpose.OCSP, KeyAlgorithm.P256)
    signatures = []

    def sign() -> None:
        signatures.append(stores.keys.open(stored.id, KeyPurpose.OCSP).sign(DATA))

    threads = [threading.Thread(target=sign) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for signature in signatures:
        _verify(stores.keys.open(stored.id, KeyPurpose.OCSP), signature, DATA)
    assert len(signatures) == 8
    assert len(set(signatures)) == (1 if stores.repeats else 8)
