"""The die of a seal: its certificate chain and its kept drawing, gathered once per use."""

from dataclasses import dataclass

from sealservice.sealing.model import Die
from sealservice.seals.errors import SealNotUsable
from sealservice.seals.model import KIND_NAMES, Seal
from sealservice.seals.ports import SealStore
from sealservice.trust.domain import chain
from sealservice.trust.ports import CertificateDirectory


@dataclass(frozen=True, slots=True)
class Dies:
    """Makes dies out of the certificate directory and the drawings of seals."""

    certificates: CertificateDirectory
    seals: SealStore

    def of(self, seal: Seal) -> Die:
        """Return the die of an active seal.

        Raises:
            SealNotUsable: its certificate, or its drawing, is not the registered one.
        """
        artwork = self.seals.artwork(seal.id)
        certificate = self.certificates.by_sha256(seal.certificate_sha256 or "")
        if certificate is None or artwork is None or artwork.sha256 != seal.artwork_sha256:
            raise SealNotUsable(
                seal_id=seal.id,
                reason_zh="证书或印模与登记不符",
                reason_en="its certificate or drawing is not the registered one",
            )
        issuers = tuple(link.der for link in chain(self.certificates, certificate)[1:])
        label = f"电子印章：{seal.name}（{KIND_NAMES[seal.kind].zh}）"
        return Die(seal.id, certificate.der, issuers, certificate.algorithm, artwork, label)
