"""How a key's signature algorithm is written in CMS (SignerInfo.signatureAlgorithm, RFC 5652 5.3).

1. ECDSA: ecdsa-with-SHA256 or -SHA384, no parameters (RFC 5758 3.2). EdDSA: id-Ed25519, no
   parameters (RFC 8419 2.2), with SHA-512 as the digest algorithm (3.1).
2. PKCS#1 v1.5: sha256WithRSAEncryption, parameters NULL (RFC 4055 5).
3. PSS: id-RSASSA-PSS with every parameter that is not the default (RFC 4055 3.1): SHA-256, MGF1
   with SHA-256, both with NULL parameters (2.1), and the length of the salt. The trailer field is
   the default, which DER does not encode.
"""

from typing import Final

from asn1crypto import algos

from sealservice.trust.model import PSS_SALT_BYTES, KeyAlgorithm

_SHA256: Final = {"algorithm": "sha256"}
_PSS: Final = {
    "hash_algorithm": _SHA256,
    "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": _SHA256},
    "salt_length": PSS_SALT_BYTES,
}


def signature_algorithm(algorithm: KeyAlgorithm) -> algos.SignedDigestAlgorithm:
    """Return the AlgorithmIdentifier of a key's signatures."""
    if algorithm.is_pss:
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": _PSS})
    if algorithm is KeyAlgorithm.ED25519:
        return algos.SignedDigestAlgorithm({"algorithm": "ed25519"})
    kind = "ecdsa" if algorithm.rsa_bits is None else "rsa"
    name = f"{algorithm.digest}_{kind}"
    return algos.SignedDigestAlgorithm({"algorithm": name})
