"""How signature algorithms are written, judged by openssl's encoding of the same."""

from pathlib import Path

import pytest
from asn1crypto import algos, x509

from sealservice.trust.model import KeyAlgorithm
from sealservice.trust.signature_algorithms import signature_algorithm
from tests.world_trust import openssl

_PSS = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32")


def _kind(algorithm: KeyAlgorithm) -> tuple[str, ...]:
    if algorithm is KeyAlgorithm.ED25519:
        return ("ed25519",)
    if algorithm.rsa_bits is None:
        return ("ec", "-pkeyopt", f"ec_paramgen_curve:{algorithm.value.replace('p', 'P-')}")
    return ("rsa", "-pkeyopt", f"rsa_keygen_bits:{algorithm.rsa_bits}")


@pytest.mark.parametrize("algorithm", list(KeyAlgorithm))
def test_openssl_writes_the_same(algorithm: KeyAlgorithm, tmp_path: Path) -> None:
    """The AlgorithmIdentifier is, byte for byte, what openssl writes of such a signature."""
    made = tmp_path / "certificate"
    new = ("-newkey", *_kind(algorithm), "-nodes", "-keyout", tmp_path / "key")
    padding = _PSS if algorithm.is_pss else ()
    signed = ("-subj", "/CN=x", f"-{algorithm.digest}", *padding, "-outform", "DER", "-out", made)
    openssl("req", "-x509", *new, *signed)
    theirs = x509.Certificate.load(made.read_bytes())["signature_algorithm"]
    assert signature_algorithm(algorithm).dump() == theirs.dump()


def test_pss_is_written_in_full() -> None:
    """RFC 4055 3.1: SHA-256, MGF1 with SHA-256 and 32 bytes of salt, none left to a default."""
    written = algos.SignedDigestAlgorithm.load(
        signature_algorithm(KeyAlgorithm.RSA3072_PSS).dump(), strict=True
    )
    assert written["algorithm"].dotted == "1.2.840.113549.1.1.10"
    parameters = written["parameters"]
    assert parameters["hash_algorithm"].dump(force=True).hex().endswith("6086480165030402010500")
    assert parameters["hash_algorithm"]["algorithm"].native == "sha256"
    assert parameters["mask_gen_algorithm"].native == {
        "algorithm": "mgf1",
        "parameters": {"algorithm": "sha256", "parameters": None},
    }
    assert parameters["salt_length"].native == 32
    assert parameters["trailer_field"].native == "trailer_field_bc"
