"""What a token must be able to do; each in a process of its own, since SoftHSM asks once."""

from pathlib import Path

import pytest

from sealservice.infra.keys.errors import TokenMechanismMissing
from sealservice.trust.model import KeyAlgorithm
from tests.soft_token import LABEL, SoftToken, generate, in_another_process, sign
from tests.world_trust import openssl

DATA = b"to be signed"


@pytest.mark.parametrize("disabled", ["AES_ECB", "SHA256_RSA_PKCS_PSS", "RSA_PKCS_PSS"])
def test_pss_of_the_token_is_the_pss_of_everybody(
    soft_token: SoftToken, disabled: str, tmp_path: Path
) -> None:
    """By either mechanism: openssl verifies SHA-256, MGF1 with SHA-256 and 32 bytes of salt."""
    with soft_token.without_mechanisms(disabled):
        (stored,) = in_another_process(generate, soft_token, KeyAlgorithm.RSA3072_PSS)
        signature = in_another_process(sign, soft_token, stored, DATA)
    files = {name: tmp_path / name for name in ("data", "spki", "signature")}
    for file, content in zip(files.values(), (DATA, stored.spki, signature), strict=True):
        file.write_bytes(content)
    pss = ("rsa_padding_mode:pss", "rsa_pss_saltlen:32", "rsa_mgf1_md:sha256")
    options = [part for option in pss for part in ("-sigopt", option)]
    judged = ("-verify", files["spki"], "-keyform", "DER", "-signature", files["signature"])
    assert "Verified OK" in openssl("dgst", "-sha256", *options, *judged, files["data"])


@pytest.mark.parametrize(
    ("algorithm", "disabled"),
    [
        (KeyAlgorithm.RSA3072_PSS, ("SHA256_RSA_PKCS_PSS", "RSA_PKCS_PSS")),
        (KeyAlgorithm.RSA3072_PSS, ("RSA_PKCS_KEY_PAIR_GEN",)),
        (KeyAlgorithm.RSA3072, ("SHA256_RSA_PKCS",)),
        (KeyAlgorithm.P256, ("ECDSA",)),
        (KeyAlgorithm.P256, ("EC_KEY_PAIR_GEN",)),
        (KeyAlgorithm.P384, ("ECDSA",)),
        (KeyAlgorithm.ED25519, ("EDDSA",)),
    ],
)
def test_a_token_without_the_mechanism_makes_no_key(
    soft_token: SoftToken, algorithm: KeyAlgorithm, disabled: tuple[str, ...]
) -> None:
    """It is named, the token stays empty, and no other algorithm steps in."""
    missing = ", ".join(f"CKM_{name}" for name in disabled)
    with (
        soft_token.without_mechanisms(*disabled),
        pytest.raises(TokenMechanismMissing, match=f"{LABEL}.*{algorithm.value}.*{missing}"),
    ):
        in_another_process(generate, soft_token, algorithm)
    assert "Key Object" not in soft_token.tool("--list-objects")
    (stored,) = in_another_process(generate, soft_token, algorithm)
    assert stored.algorithm is algorithm


def test_a_token_that_lost_the_mechanism_does_not_sign(soft_token: SoftToken) -> None:
    """A PSS key whose token got another policy is refused by name; under the old one it signs."""
    (stored,) = in_another_process(generate, soft_token, KeyAlgorithm.RSA3072_PSS)
    with (
        soft_token.without_mechanisms("SHA256_RSA_PKCS_PSS", "RSA_PKCS_PSS"),
        pytest.raises(TokenMechanismMissing, match="CKM_SHA256_RSA_PKCS_PSS, CKM_RSA_PKCS_PSS"),
    ):
        in_another_process(sign, soft_token, stored, DATA)
    assert in_another_process(sign, soft_token, stored, DATA)


@pytest.mark.parametrize("algorithm", [KeyAlgorithm.P384, KeyAlgorithm.ED25519])
def test_openssl_verifies_what_a_token_signs(
    soft_token: SoftToken, algorithm: KeyAlgorithm, tmp_path: Path
) -> None:
    """With SHA-384 on P-384, and by EdDSA."""
    (stored,) = in_another_process(generate, soft_token, algorithm)
    signature = in_another_process(sign, soft_token, stored, DATA)
    files = {name: tmp_path / name for name in ("data", "spki", "signature")}
    for file, content in zip(files.values(), (DATA, stored.spki, signature), strict=True):
        file.write_bytes(content)
    digest = () if algorithm is KeyAlgorithm.ED25519 else ("-digest", "sha384")
    key = ("-pubin", "-inkey", files["spki"], "-keyform", "DER", "-rawin", *digest)
    value = ("-in", files["data"], "-sigfile", files["signature"])
    assert "Verified" in openssl("pkeyutl", "-verify", *key, *value)
