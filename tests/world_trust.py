"""The outside world of the trust domain, in memory, and a whole demonstration domain in it."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from sealservice.config import Environment
from sealservice.infra.keys.envelope import PrivateKey, public_bytes
from sealservice.infra.keys.opened import OpenKey, generate_private_key
from sealservice.kernel.actor import Actor, operator
from sealservice.kernel.ids import new_id
from sealservice.kernel.resources import resource
from sealservice.trust.authority import CertificateAuthority
from sealservice.trust.ceremony_file import read_plan
from sealservice.trust.crl import CrlPublisher
from sealservice.trust.domain import TrustDomain
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
    SealSubject,
    StoredKey,
)
from sealservice.trust.ocsp import OcspResponder
from sealservice.trust.profiles import CeremonyPlan
from sealservice.trust.revocation import RevocationService
from sealservice.trust.service import CeremonyOutcome, CeremonyService
from sealservice.trust.tsa import TimestampAuthority, open_timestamp_authority
from tests.world_archive import MemoryAuditLog

ADMINISTRATOR: Actor = operator("administrator", "org_trust")
PUBLIC_URL = "http://localhost:8443"
_RSA_KEYS: dict[int, list[PrivateKey]] = {}
COMPANY = SealSubject("示范贸易有限公司", "91350100M000100Y43", "示范贸易有限公司")


@dataclass
class MemoryKeyStore:
    """Implements ``KeyStore``."""

    opened: dict[str, OpenKey] = field(default_factory=dict)

    def generate(self, purpose: KeyPurpose, algorithm: KeyAlgorithm) -> StoredKey:
        """Make a key pair."""
        private = self._private_key(algorithm)
        stored = StoredKey(new_id("key"), purpose, algorithm, "memory", public_bytes(private))
        self.opened[stored.id] = OpenKey(stored, private)
        return stored

    def _private_key(self, algorithm: KeyAlgorithm) -> PrivateKey:
        """Return a new key; RSA keys, which take long to make, serve one world after another."""
        bits = algorithm.rsa_bits
        if bits is None:
            return generate_private_key(algorithm)
        kept = _RSA_KEYS.setdefault(bits, [])
        mine = sum(key.algorithm.rsa_bits == bits for key in self.opened.values())
        if mine == len(kept):
            kept.append(generate_private_key(algorithm))
        return kept[mine]

    def open(self, key_id: str, purpose: KeyPurpose) -> OpenKey:
        """Open a key for its purpose."""
        if key_id not in self.opened:
            raise KeyUnknown(key_id=key_id)
        stored = self.opened[key_id].stored
        if stored.purpose is not purpose:
            raise KeyPurposeMismatch(key_id=key_id, purpose=stored.purpose, wanted=purpose)
        return self.opened[key_id]

    def list(self) -> tuple[StoredKey, ...]:
        """Return all keys."""
        return tuple(key.stored for key in self.opened.values())


@dataclass
class MemoryCertificateStore:
    """Implements ``CertificateStore``."""

    rows: dict[str, IssuedCertificate] = field(default_factory=dict)
    crls: dict[str, RevocationList] = field(default_factory=dict)

    def add(self, certificate: IssuedCertificate) -> None:
        """Keep a certificate."""
        self.rows[certificate.sha256] = certificate

    def revoke(self, sha256: str, at: datetime, reason: RevocationReason) -> None:
        """Mark a certificate revoked."""
        if sha256 not in self.rows:
            raise CertificateUnknown(name=sha256)
        if self.rows[sha256].revoked_at is not None:
            raise AlreadyRevoked(sha256=sha256)
        self.rows[sha256] = replace(self.rows[sha256], revoked_at=at, revocation_reason=reason)

    def by_unit(self, unit: str) -> IssuedCertificate | None:
        """Return the newest certificate of a unit."""
        mine = [row for row in self.rows.values() if row.unit == unit]
        return max(reversed(mine), key=lambda row: row.not_before, default=None)

    def by_sha256(self, sha256: str) -> IssuedCertificate | None:
        """Return the certificate with this digest."""
        return self.rows.get(sha256)

    def by_issuer_and_serial(self, issuer_sha256: str, serial: int) -> IssuedCertificate | None:
        """Return what an issuer issued under a serial number."""
        for row in self.rows.values():
            if (row.issuer_sha256, row.serial) == (issuer_sha256, serial):
                return row
        return None

    def revoked_by(self, issuer_sha256: str) -> tuple[IssuedCertificate, ...]:
        """Return an issuer's revoked certificates."""
        mine = (row for row in self.rows.values() if row.issuer_sha256 == issuer_sha256)
        return tuple(
            sorted((row for row in mine if row.revoked_at), key=lambda row: str(row.revoked_at))
        )

    def list(self) -> tuple[IssuedCertificate, ...]:
        """Return all certificates."""
        return tuple(self.rows.values())

    def load_crl(self, issuer_sha256: str) -> RevocationList | None:
        """Return the newest revocation list of an issuer."""
        return self.crls.get(issuer_sha256)

    def save_crl(self, crl: RevocationList) -> None:
        """Keep a revocation list."""
        last = self.crls.get(crl.issuer_sha256)
        if last is not None and last.number >= crl.number:
            raise CrlNumberNotGrown(number=crl.number)
        self.crls[crl.issuer_sha256] = crl


@dataclass
class HandClock:
    """A clock that a test moves; it starts at the present."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        """Return the moment it was set to."""
        return self.now

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self.now += by


@dataclass
class TrustWorld:
    """A trust domain in memory, made by a shipped ceremony."""

    plan: CeremonyPlan = field(default_factory=lambda: shipped_plan("demonstration"))
    keys: MemoryKeyStore = field(default_factory=MemoryKeyStore)
    certificates: MemoryCertificateStore = field(default_factory=MemoryCertificateStore)
    audit: MemoryAuditLog = field(default_factory=MemoryAuditLog)
    clock: HandClock = field(default_factory=HandClock)
    environment: Environment = Environment.DEMONSTRATION

    @property
    def domain(self) -> TrustDomain:
        """Return what the services are given."""
        return TrustDomain(
            self.keys, self.certificates, self.audit, self.transaction, self.clock, PUBLIC_URL
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Undo everything written inside when the block fails."""
        kept = (
            dict(self.keys.opened),
            dict(self.certificates.rows),
            dict(self.certificates.crls),
            list(self.audit.facts),
        )
        try:
            yield
        except BaseException:
            self.keys.opened, self.certificates.rows, self.certificates.crls = kept[:3]
            self.audit.facts = kept[3]
            raise

    def perform(self, plan: CeremonyPlan | None = None) -> CeremonyOutcome:
        """Perform the ceremony."""
        service = CeremonyService(self.domain, self.environment)
        return service.perform(plan or self.plan, ADMINISTRATOR)

    def unit(self, name: str) -> IssuedCertificate:
        """Return a unit's certificate."""
        return self.domain.live_unit(name)

    def seal_certificate(self, subject: SealSubject = COMPANY) -> IssuedCertificate:
        """Issue a certificate for a new seal key."""
        authority = CertificateAuthority(self.domain, self.plan)
        key = self.keys.generate(KeyPurpose.SEAL, authority.seal_algorithm)
        return authority.issue_seal_certificate(subject, key, ADMINISTRATOR)

    def timestamps(self) -> TimestampAuthority:
        """Return the time-stamping authority."""
        return open_timestamp_authority(self.domain, self.plan.timestamp_unit().name, 4096)

    def ocsp(self) -> OcspResponder:
        """Return the responders."""
        return OcspResponder(self.domain, self.plan, 4096)

    def crls(self) -> CrlPublisher:
        """Return the publisher of revocation lists."""
        return CrlPublisher(self.domain, self.plan)

    def revoke(self, certificate: IssuedCertificate, reason: RevocationReason) -> RevocationList:
        """Revoke a certificate."""
        service = RevocationService(self.domain, self.crls())
        return service.revoke(certificate.sha256, reason, ADMINISTRATOR)


def performed(name: str = "demonstration") -> TrustWorld:
    """Return a world in which a shipped ceremony was performed."""
    world = TrustWorld(plan=shipped_plan(name))
    world.perform()
    return world


def shipped_plan(name: str) -> CeremonyPlan:
    """Return the plan of a ceremony file that ships with the product."""
    return read_plan(resource(f"keys/ceremonies/{name}.yaml"))


def write_pem(folder: Path, name: str, *certificates: IssuedCertificate) -> Path:
    """Write certificates into one PEM file for programs that read files."""
    path = folder / f"{name}.pem"
    path.write_bytes(
        b"".join(c.x509.public_bytes(serialization.Encoding.PEM) for c in certificates)
    )
    return path


def openssl(*arguments: str | Path) -> str:
    """Run openssl and return everything it says; it must succeed."""
    result = subprocess.run(
        ["openssl", *map(str, arguments)],  # noqa: S607 - found on PATH, as a user would
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    said = result.stdout + result.stderr
    assert result.returncode == 0, said
    return said
