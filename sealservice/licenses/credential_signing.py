"""The signer's part of credentials: it signs what web wrote down, and says how things stand.

1. Only a credential that was asked for is signed, by its id, and once.
2. The license is locked meanwhile, is in force, and has the version that was asked for: nothing is
   signed after a revocation or a change commits.
3. The key is the one for issuing licenses, and no other.
4. A status list is made of what stands in the database now; there is nothing that could be old.
"""

from dataclasses import dataclass

from sealservice.licenses.credential import Credential, credential_text, list_address
from sealservice.licenses.credential_errors import CredentialNotFound, LicenseKeyMissing
from sealservice.licenses.credential_ports import CredentialStore
from sealservice.licenses.issuing import require_in_force
from sealservice.licenses.ports import LicenseStore
from sealservice.licenses.status_list import list_token
from sealservice.trust.domain import TrustDomain, chain
from sealservice.trust.model import IssuedCertificate, KeyPurpose
from sealservice.trust.ports import SigningKey


@dataclass(frozen=True, slots=True)
class CredentialSigning:
    """Signs credentials and status lists."""

    licenses: LicenseStore
    credentials: CredentialStore
    domain: TrustDomain

    def sign(self, credential_id: str) -> str:
        """Return a credential that was asked for, signed.

        Raises:
            CredentialNotFound: it was not, was signed before, or the face has changed since.
            LicenseNotInForce, LicenseKeyMissing.
        """
        with self.domain.transaction():
            wanted = self.credentials.get(credential_id)
            if wanted is None or wanted.signed_at is not None:
                raise CredentialNotFound(credential_id=credential_id)
            text = self._signed(wanted)
            if not self.credentials.mark_signed(credential_id, self.domain.clock()):
                raise CredentialNotFound(credential_id=credential_id)
        return text

    def status_list(self, number: int) -> str:
        """Return a status list as things stand.

        Raises:
            CredentialNotFound: there is no such list.
            LicenseKeyMissing.
        """
        statuses = self.credentials.statuses(number)
        if statuses is None:
            raise CredentialNotFound(credential_id=f"status-list {number}")
        unit, key = open_license_key(self.domain)
        links = chain(self.domain.certificates, unit)
        address = list_address(self.domain.public_url, number)
        return list_token(address, statuses, self.domain.clock(), key, links)

    def _signed(self, wanted: Credential) -> str:
        license_ = self.licenses.lock(wanted.organisation_id, wanted.license_id)
        if license_ is None or license_.version != wanted.version:
            raise CredentialNotFound(credential_id=wanted.id)
        require_in_force(license_)
        unit, key = open_license_key(self.domain)
        links = chain(self.domain.certificates, unit)
        return credential_text(wanted, license_, self.domain.public_url, key, links)


def open_license_key(domain: TrustDomain) -> tuple[IssuedCertificate, SigningKey]:
    """Return the key for issuing licenses, and its certificate.

    Raises:
        LicenseKeyMissing: there is none that lives.
    """
    with domain.transaction():
        unit = domain.live_of(KeyPurpose.LICENSE)
        if unit is None:
            raise LicenseKeyMissing
        return unit, domain.keys.open(unit.key_id, KeyPurpose.LICENSE)
