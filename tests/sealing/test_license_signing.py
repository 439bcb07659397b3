"""The signer seals a license as it stands in the registry, once for each version, or not at all."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sealservice.api.authority import SignerRoute
from sealservice.api.license_signing import license_signing_router
from sealservice.config import Environment
from sealservice.infra.license_signer import HttpLicenseSigner
from sealservice.kernel.clock import utc_now
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.licenses.credential_errors import (
    CredentialNotFound,
    LicenseKeyMissing,
    LicenseNotInForce,
    LicenseSigningFailed,
)
from sealservice.licenses.credential_signing import CredentialSigning
from sealservice.licenses.model import License, LicenseStatus
from sealservice.licenses.pdf import LicensePdf, LicenseTypesetter
from sealservice.limits import Limits
from sealservice.sealing.license_signing import LicensePdfSigning
from sealservice.verification.anchors import trust_anchors
from sealservice.verification.model import Verdict
from sealservice.verification.service import VerificationService
from tests.authority_server import application, serving
from tests.oracles import openssl_accepts, pdf_a_failures, pdfsig_says, qpdf_is_content
from tests.world_archive import MemoryAuditLog
from tests.world_credentials import MemoryCredentialStore
from tests.world_licenses import MemoryLicenseStore, sample_license
from tests.world_press import PressWorld


@dataclass
class Shelf:
    """Implements ``LicensePdfs``."""

    rows: dict[tuple[str, int], LicensePdf] = field(default_factory=dict)

    def get(self, license_id: str, version: int) -> LicensePdf | None:
        """Return the PDF of a version."""
        return self.rows.get((license_id, version))

    def add(self, pdf: LicensePdf) -> bool:
        """Keep a PDF."""
        return self.rows.setdefault((pdf.license_id, pdf.version), pdf) is pdf


@dataclass(frozen=True)
class Registry:
    """A license, and the signer that seals it, with a press that is real."""

    license: License
    licenses: MemoryLicenseStore
    shelf: Shelf
    service: LicensePdfSigning
    audit: MemoryAuditLog

    def seal(self) -> bytes:
        """Seal the present face and return its PDF."""
        self.service.seal(self.license.organisation_id, self.license.id)
        return self.shelf.rows[self.license.id, self.license.version].pdf


@pytest.fixture
def registry(world: PressWorld) -> Registry:
    """Give a registry whose trust domain answers over HTTP."""
    licenses, shelf, audit = MemoryLicenseStore(), Shelf(), MemoryAuditLog()
    license_ = sample_license(new_id("org"), new_id("lic"))
    licenses.add(license_)
    anchors = trust_anchors("roots", [world.root])
    check = VerificationService(world.press.sandbox, anchors, Limits(), utc_now)
    service = LicensePdfSigning(
        licenses, shelf, world.trust.domain, world.press, check, LicenseTypesetter(), audit,
        Environment.DEMONSTRATION,
    )  # fmt: skip
    return Registry(license_, licenses, shelf, service, audit)


def test_a_license_is_sealed_once_and_others_accept_it(
    registry: Registry, world: PressWorld, tmp_path: Path
) -> None:
    """Poppler, qpdf, openssl and our own find the issuer's seal, B-LT, on a whole PDF/A file."""
    pdf = registry.seal()
    found = registry.service.check.verify("license.pdf", pdf)
    assert (found.verdict, found.signatures[0].level) == (Verdict.VALID, "B-LT")
    file = tmp_path / "license.pdf"
    file.write_bytes(pdf)
    qpdf_is_content(file)
    assert any("Signature is Valid" in line for line in pdfsig_says(file))
    assert pdf_a_failures(pdf) == set()
    root = tmp_path / "root.pem"
    root.write_bytes(x509.load_der_x509_certificate(world.root).public_bytes(Encoding.PEM))
    assert openssl_accepts(pdf, root, tmp_path) == 2
    assert registry.seal() is pdf
    assert registry.audit.words() == [Fact.LICENSE_PDF_SEALED]


def test_nothing_is_sealed_of_what_changed_meanwhile(registry: Registry) -> None:
    """Suspended before, or changed between typesetting and the key: refused, and nothing kept."""
    typeset = registry.service.typesetter

    class Slow(LicenseTypesetter):
        def typeset(self, license_: License, public_url: str, *, is_demonstration: bool) -> bytes:
            registry.licenses.set_face(replace(license_, version=2))
            return typeset.typeset(license_, public_url, is_demonstration=is_demonstration)

    with pytest.raises(LicenseNotInForce):
        replace(registry.service, typesetter=Slow()).seal(
            registry.license.organisation_id, registry.license.id
        )
    registry.licenses.set_status(registry.license.id, LicenseStatus.SUSPENDED)
    with pytest.raises(LicenseNotInForce):
        registry.seal()
    assert registry.shelf.rows == {}


def test_web_asks_over_the_internal_listener(registry: Registry, world: PressWorld) -> None:
    """What is done, unknown, without a key or away is told apart."""
    credentials = CredentialSigning(
        registry.licenses, MemoryCredentialStore(registry.licenses), world.trust.domain
    )
    app = application(world.trust)
    app.include_router(license_signing_router(credentials, registry.service, SignerRoute))
    whose, which = registry.license.organisation_id, registry.license.id
    with serving(app) as url:
        asked = HttpLicenseSigner(url, 30)
        asked.pdf(whose, which)
        assert list(registry.shelf.rows) == [(which, 1)]
        with pytest.raises(CredentialNotFound):
            asked.credential(new_id("crd"))
        registry.shelf.rows.clear()
        unit = world.trust.unit("license")
        del world.trust.certificates.rows[unit.sha256]
        try:
            with pytest.raises(LicenseKeyMissing):
                asked.pdf(whose, which)
        finally:
            world.trust.certificates.add(unit)
    with pytest.raises(LicenseSigningFailed):
        HttpLicenseSigner("http://127.0.0.1:9", 1).pdf(whose, which)
