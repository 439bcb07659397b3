"""RSASSA-PSS signatures: as good as others when its parameters are, and never better than those."""

import io
from dataclasses import dataclass
from typing import Final

import pytest
from asn1crypto import algos, cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from sealservice.verification.model import Algorithms, Indication, SignatureReport
from tests.world_verification import SignedWorld, Unit, blank_pdf, certificate_store

HASHES: Final = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha512": hashes.SHA512()}  # noqa: S303 - as attackers would


@pytest.fixture(scope="module")
def unit(world: SignedWorld) -> Unit:
    """Return a signer with an RSA key."""
    issuer = world.plain_signer.issuer
    assert issuer
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return issuer.issue("公章", key=key, has_list=False)


@dataclass(frozen=True)
class Parameters:
    """What a PSS signature says of itself."""

    digest: str = "sha256"
    mask: str = "sha256"
    salt: int = 32

    @property
    def mechanism(self) -> algos.SignedDigestAlgorithm:
        """Return them as a CMS has them."""
        mask = {"algorithm": "mgf1", "parameters": {"algorithm": self.mask}}
        parameters = {
            "hash_algorithm": {"algorithm": self.digest},
            "mask_gen_algorithm": mask,
            "salt_length": self.salt,
        }
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})

    def sign(self, unit: Unit, data: bytes) -> bytes:
        """Sign by them."""
        assert isinstance(unit.key, rsa.RSAPrivateKey)
        padded = padding.PSS(padding.MGF1(HASHES[self.mask]), self.salt)
        return unit.key.sign(data, padded, HASHES[self.digest])


class Signer(signers.SimpleSigner):
    """Signs by some parameters and writes others."""

    def __init__(self, unit: Unit, made: Parameters, written: algos.SignedDigestAlgorithm) -> None:
        assert unit.issuer
        super().__init__(unit.asn1, unit.asn1_key, certificate_store([unit.issuer]))
        self.unit, self.made, self.written = unit, made, written

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign; the digest is the parameters' own."""
        del digest_algorithm
        return self.made.sign(self.unit, data)

    def signer_info(
        self, digest_algorithm: str, signed_attrs: cms.CMSAttributes, signature: bytes
    ) -> cms.SignerInfo:
        """Write the other algorithm."""
        info = super().signer_info(digest_algorithm, signed_attrs, signature)
        info["signature_algorithm"] = self.written
        return info


def verified(
    world: SignedWorld, unit: Unit, made: Parameters, written: algos.SignedDigestAlgorithm
) -> SignatureReport:
    """Sign a document and return what we say of its signature."""
    name = "Seal1"
    metadata = signers.PdfSignatureMetadata(
        field_name=name, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    field = fields.SigFieldSpec(name)
    signer = signers.PdfSigner(metadata, Signer(unit, made, written), new_field_spec=field)
    out = io.BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(blank_pdf())), output=out)
    (found,) = world.verify(out.getvalue()).signatures
    return found


@pytest.mark.parametrize("parameters", [Parameters(), Parameters(salt=0), Parameters(mask="sha1")])
def test_a_sound_signature_passes_and_its_algorithm_is_named(
    world: SignedWorld, unit: Unit, parameters: Parameters
) -> None:
    """Whatever the salt, and also with SHA-1 in the mask, where no collision helps an attacker."""
    found = verified(world, unit, parameters, parameters.mechanism)
    assert found.indication is Indication.TOTAL_PASSED
    assert found.algorithms == Algorithms("sha256", "rsassa_pss", 3072)


@pytest.mark.parametrize(
    ("digest", "why"),
    [("sha1", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"), ("sha512", "CRYPTO_CONSTRAINTS_FAILURE")],
)
def test_another_digest_inside_is_not_accepted(
    world: SignedWorld, unit: Unit, digest: str, why: str
) -> None:
    """SHA-1 is weak as a parameter, too; the digest must be that of the CMS (RFC 4056 3)."""
    parameters = Parameters(digest, digest)
    found = verified(world, unit, parameters, parameters.mechanism)
    assert found.indication is Indication.INDETERMINATE
    assert found.sub_indication == why


@pytest.mark.parametrize(
    "written",
    [
        algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
        algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"}),
        algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss"}),
        Parameters(salt=20).mechanism,
        Parameters(mask="sha1").mechanism,
    ],
    ids=["PKCS#1", "RSA", "no parameters", "salt", "mask"],
)
def test_a_signature_that_names_another_algorithm_never_passes(
    world: SignedWorld, unit: Unit, written: algos.SignedDigestAlgorithm
) -> None:
    """Parameters left out mean SHA-1 (RFC 4055 3.1), and nothing is tried that is not written."""
    found = verified(world, unit, Parameters(), written)
    assert found.indication is not Indication.TOTAL_PASSED
    assert not found.intact
