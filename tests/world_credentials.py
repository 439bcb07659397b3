"""Credentials of a license in memory, signed in a whole demonstration domain."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from sealservice.kernel.clock import utc_now
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.licenses.credential import Credential, face_digest
from sealservice.licenses.credential_check import Accepted, Expected, check
from sealservice.licenses.credential_signing import CredentialSigning
from sealservice.licenses.face_json import parse_face
from sealservice.licenses.issuing import CredentialService, PdfService
from sealservice.licenses.model import License, LicenseStatus
from sealservice.licenses.pdf import LicensePdf
from sealservice.licenses.status_list import Status
from sealservice.limits import Limits
from sealservice.trust.jose import encoded
from tests.world_archive import MemoryAuditLog, no_transaction
from tests.world_licenses import MemoryLicenseStore, sample_face
from tests.world_trust import TrustWorld, performed

ORGANISATION = "org_registry"


@dataclass
class MemoryCredentialStore:
    """Implements ``CredentialStore``; statuses are what the licenses say."""

    licenses: MemoryLicenseStore
    rows: dict[str, Credential] = field(default_factory=dict)

    def add(self, credential: Credential) -> Credential:
        """Keep a credential, at a place of its own."""
        placed = replace(credential, list=0, place=7 + 11 * len(self.rows))
        self.rows[placed.id] = placed
        return placed

    def get(self, credential_id: str) -> Credential | None:
        """Return a credential."""
        return self.rows.get(credential_id)

    def mark_signed(self, credential_id: str, at: datetime) -> bool:
        """Mark a credential as signed."""
        before = self.rows[credential_id]
        self.rows[credential_id] = replace(before, signed_at=at)
        return before.signed_at is None

    def statuses(self, number: int) -> Mapping[int, Status] | None:
        """Return the places that are not valid."""
        of_list = [one for one in self.rows.values() if one.list == number]
        return {one.place: self._status(one) for one in of_list} if of_list else None

    def _status(self, one: Credential) -> Status:
        license_ = self.licenses.get(one.organisation_id, one.license_id)
        assert license_ is not None
        if license_.version != one.version:
            return Status.INVALID
        named = {LicenseStatus.ACTIVE: Status.VALID, LicenseStatus.SUSPENDED: Status.SUSPENDED}
        return named.get(license_.status, Status.INVALID)


@dataclass
class CredentialWorld:
    """A license, a wallet with a key, and the signer that issues."""

    trust: TrustWorld = field(default_factory=performed)
    licenses: MemoryLicenseStore = field(default_factory=MemoryLicenseStore)
    wallet: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def __post_init__(self) -> None:
        self.credentials = MemoryCredentialStore(self.licenses)
        self.signing = CredentialSigning(self.licenses, self.credentials, self.trust.domain)
        face = parse_face(sample_face())
        now = self.trust.clock()
        self.license = License(new_id("lic"), ORGANISATION, face, LicenseStatus.ACTIVE, 1, now)
        self.licenses.add(self.license)

    @property
    def jwk(self) -> JsonObject:
        """Return the wallet's public key."""
        numbers = self.wallet.public_key().public_numbers()
        x, y = (encoded(number.to_bytes(32)) for number in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def asked(self) -> Credential:
        """Write down that a credential is wanted."""
        now = self.trust.clock()
        wanted = Credential(
            new_id("crd"), ORGANISATION, self.license.id, self.license.version, self.jwk, 0, 0,
            now, now + timedelta(days=30),
        )  # fmt: skip
        return self.credentials.add(wanted)

    def credential(self) -> str:
        """Return a signed credential with all disclosures."""
        return self.signing.sign(self.asked().id)

    def expected(self, **more: object) -> Expected:
        """Return what a verifier goes by here."""
        root = x509.load_der_x509_certificate(self.trust.unit("root").der)
        plain = Expected(self.trust.domain.public_url, [root], self._fetched, self.trust.clock())
        return replace(plain, **more)

    def checked(self, presented: str, **more: object) -> Accepted:
        """Check a credential."""
        return check(presented, self.expected(**more))

    def _fetched(self, address: str) -> str:
        return self.signing.status_list(int(address.rsplit("/", 1)[1]))


@dataclass
class FormsWorld:
    """The use cases of a license's other forms over memory; the signer is at hand."""

    licenses: MemoryLicenseStore
    audit: MemoryAuditLog
    limits: Limits
    kept: dict[tuple[str, int], LicensePdf] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.credentials = MemoryCredentialStore(self.licenses)
        self.credential_service = CredentialService(
            self.licenses, self.credentials, self, self.audit, no_transaction, utc_now,
            self.limits,
        )  # fmt: skip
        self.pdf_service = PdfService(self.licenses, self, self)

    def credential(self, credential_id: str) -> str:
        """Return a credential, signed in a domain of its own."""
        domain = replace(performed().domain, clock=utc_now)
        return CredentialSigning(self.licenses, self.credentials, domain).sign(credential_id)

    def pdf(self, organisation_id: str, license_id: str) -> None:
        """Keep what stands for a sealed PDF."""
        license_ = self.licenses.get(organisation_id, license_id)
        assert license_ is not None
        made = LicensePdf(license_id, license_.version, face_digest(license_.face), b"%PDF-1.7\n")
        self.kept[license_id, license_.version] = made

    def get(self, license_id: str, version: int) -> LicensePdf | None:
        """Return the PDF of a version."""
        return self.kept.get((license_id, version))

    def license(self, license_id: str) -> License | None:
        """Return a license, whosever it is."""
        return self.licenses.rows.get(license_id)
