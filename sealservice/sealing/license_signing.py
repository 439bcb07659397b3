"""The signer's part of license PDFs: typeset from the registry's rows, sealed, verified, kept.

1. Who asks names a license and hands over nothing else; what is sealed is the face that stands in
   the registry now, and only of a license in force. A version that has its PDF keeps it.
2. The key is the one for issuing licenses, and no other. While it signs the license is locked and
   looked at again: nothing is signed after a revocation or a change commits.
3. The PDF is of level B-LT and verified from its bytes, or there is none.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from sealservice.audit.ports import AuditLog
from sealservice.config import Environment
from sealservice.kernel.actor import process
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.licenses.credential import face_digest
from sealservice.licenses.credential_errors import LicenseNotInForce
from sealservice.licenses.credential_signing import open_license_key
from sealservice.licenses.errors import LicenseNotFound
from sealservice.licenses.issuing import require_in_force
from sealservice.licenses.model import STATUS_NAMES, License
from sealservice.licenses.pdf import LicensePdf, LicenseTypesetter
from sealservice.licenses.ports import LicenseStore
from sealservice.sealing.ports import Press, SelfCheck
from sealservice.sealing.service_seal import ServiceSeal, ServiceStamp
from sealservice.trust.domain import TrustDomain, chain


class LicensePdfs(Protocol):
    """The PDFs that are kept; joins the caller's transaction."""

    def get(self, license_id: str, version: int) -> LicensePdf | None:
        """Return the PDF of a version."""
        ...

    def add(self, pdf: LicensePdf) -> bool:
        """Keep a PDF, unless there is one of its version; return whether it was kept."""
        ...


@dataclass(frozen=True, slots=True)
class LicensePdfSigning:
    """Seals the PDFs of licenses."""

    licenses: LicenseStore
    pdfs: LicensePdfs
    domain: TrustDomain
    press: Press
    check: SelfCheck
    typesetter: LicenseTypesetter
    audit: AuditLog
    environment: Environment

    def seal(self, organisation_id: str, license_id: str) -> None:
        """Seal and keep the PDF of a license's present face, unless that was done before.

        Raises:
            LicenseNotFound, LicenseNotInForce, LicenseNotTypeset, LicenseKeyMissing.
            TimestampUnavailable, RevocationUnavailable, LevelNotReached, OutputInvalid: it does not
                reach its level, so there is none.
        """
        license_ = self.licenses.get(organisation_id, license_id)
        if license_ is None:
            raise LicenseNotFound(license_id=license_id)
        require_in_force(license_)
        if self.pdfs.get(license_id, license_.version) is not None:
            return
        is_demonstration = self.environment is Environment.DEMONSTRATION
        source = self.typesetter.typeset(
            license_, self.domain.public_url, is_demonstration=is_demonstration
        )
        pdf = self._sealed(license_, source)
        self._keep(license_, pdf)

    def _sealed(self, license_: License, source: bytes) -> bytes:
        unit, key = open_license_key(self.domain)

        def sign(attributes: bytes) -> bytes:
            with self.domain.transaction():
                self._require_unchanged(license_)
                return key.sign(attributes)

        links = chain(self.domain.certificates, unit)
        seal = ServiceSeal(self.press, self.check, _STAMP)
        return seal.sealed(f"{license_.id}.pdf", source, links, sign, self.domain.clock())

    def _require_unchanged(self, license_: License) -> None:
        now = self.licenses.lock(license_.organisation_id, license_.id)
        if now != license_:
            name = STATUS_NAMES[now.status if now else license_.status]
            raise LicenseNotInForce(status_zh=name.zh, status_en=name.en)

    def _keep(self, license_: License, pdf: bytes) -> None:
        made = LicensePdf(license_.id, license_.version, face_digest(license_.face), pdf)
        detail: JsonObject = {
            "version": made.version,
            "face_sha256": made.face_sha256,
            "pdf_sha256": sha256_hex(pdf),
        }
        with self.domain.transaction():
            if self.pdfs.add(made):
                actor = process("signer", license_.organisation_id)
                self.audit.append(actor, Fact.LICENSE_PDF_SEALED, license_.id, detail)


_STAMP: Final = ServiceStamp(
    (158.0, 31.0, 178.0, 51.0),  # beside the name of the registration authority
    b"q 2.834646 0 0 2.834646 0 0 cm 0.604 0.482 0.235 RG 1 J 1 j\n"
    b"0.8 w 1 1 18 18 re S 0.3 w 2 2 16 16 re S\n"
    b"0.3 w 10 3 m 17 10 l 10 17 l 3 10 l s 1.6 w 6.4 10 m 9.2 7.2 l 14 13.2 l S Q\n",
    "执照签发 License issuing",
)
"""A frame with a tick."""
