"""The JSON report as a JSON Web Signature in compact form (RFC 7515 3.1, RFC 7518 3).

1. The payload is the JSON report, byte for byte as its file has it.
2. The protected header says the algorithm, what this is (``typ``, ``cty``), whose key it is
   (``kid`` and ``x5t#S256``: the certificate's digest; ``x5c``: the certificate and its issuers but
   for the root, which whoever checks must have from elsewhere). Nothing else: strict readers refuse
   what they do not know.
3. ECDSA signatures are the two numbers one behind the other (RFC 7518 3.4), not DER.
"""

import base64
import json
from collections.abc import Sequence
from typing import Final

from asn1crypto import algos

from sealservice.kernel.json import JsonObject
from sealservice.trust.model import IssuedCertificate, KeyAlgorithm
from sealservice.trust.ports import SigningKey

TYPE: Final = "verification-report+jws"
"""What the header calls it; a name of our own, for nothing is registered."""
_CURVE_BYTES: Final = {KeyAlgorithm.P256: 32, KeyAlgorithm.P384: 48}
_ECDSA: Final = {32: "ES256", 48: "ES384"}


def report_jws(payload: bytes, key: SigningKey, chain: Sequence[IssuedCertificate]) -> bytes:
    """Sign the bytes of a JSON report.

    Args:
        payload: the file of the JSON report.
        key: the open key for reports.
        chain: its certificate and the issuers of that, leaf first, root last.
    """
    header = json.dumps(_header(key, chain), separators=(",", ":")).encode()
    signed = _encoded(header) + b"." + _encoded(payload)
    return signed + b"." + _encoded(_signature(key, key.sign(signed)))


def _header(key: SigningKey, chain: Sequence[IssuedCertificate]) -> JsonObject:
    leaf, *issuers = chain
    return {
        "alg": _algorithm(key.algorithm),
        "typ": TYPE,
        "cty": "json",
        "kid": leaf.sha256,
        "x5t#S256": _encoded(bytes.fromhex(leaf.sha256)).decode(),
        "x5c": [
            base64.b64encode(one.der).decode()
            for one in (leaf, *(issuer for issuer in issuers if not issuer.is_root))
        ],
    }


def _algorithm(algorithm: KeyAlgorithm) -> str:
    """Return the name that RFC 7518 3.1 has for how a key signs."""
    if algorithm.rsa_bits is not None:
        return "PS256" if algorithm.is_pss else "RS256"
    return _ECDSA[_CURVE_BYTES[algorithm]]


def _signature(key: SigningKey, signature: bytes) -> bytes:
    size = _CURVE_BYTES.get(key.algorithm)
    if size is None:
        return signature
    numbers = algos.DSASignature.load(signature).native
    return b"".join(int(numbers[name]).to_bytes(size, "big") for name in ("r", "s"))


def _encoded(data: bytes) -> bytes:
    """Encode as RFC 7515 2 does: base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=")
