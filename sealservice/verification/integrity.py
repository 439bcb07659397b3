"""Whether the signed bytes and the signature value hold; trust and time play no part here.

1. The digest of the ByteRange is the message-digest attribute (RFC 5652 5.4). In adbe.pkcs7.sha1
   the content is the SHA-1 of the ByteRange instead, and the attribute is the content's digest.
   In a document timestamp the content is a TSTInfo whose imprint is the digest of the ByteRange.
2. The signature value verifies under the certificate that the CMS names; values that the library
   refuses are verified by ``signature_values``.

What cannot be computed (an algorithm that is unknown here) is neither: the answer is None.
"""

import hashlib
from collections.abc import Callable
from typing import Final

from asn1crypto import cms, x509
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from sealservice.verification.fields import SHA1_FILTER, FoundSignature
from sealservice.verification.signature_values import is_peculiar, peculiar_holds

_SHA1: Final = "sha1"


def holds(found: FoundSignature) -> bool | None:
    """Return whether the signature is cryptographically intact; None: that cannot be computed."""
    embedded = found.embedded
    if embedded is None:
        return None
    try:
        if found.is_timestamp:
            return _imprint_holds(embedded) and _value_holds(embedded, _content(embedded))
        if found.sub_filter == SHA1_FILTER:
            content = _content(embedded)
            is_digest = content == embedded.compute_digest(_SHA1)
            return is_digest and _value_holds(embedded, content)
        return _value_holds(embedded, None)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - unknown algorithms and broken values raise nearly anything
        return None


def token_holds(
    token: cms.SignedData, certificate: x509.Certificate, imprint: Callable[[str], bytes]
) -> bool:
    """Return whether a time-stamp token is intact; one that cannot be computed is not.

    ``imprint`` returns the digest, by an algorithm, of what the token has to be about.
    """
    try:
        (signer,) = token["signer_infos"]
        content = token["encap_content_info"]["content"]
        told = content.parsed["message_imprint"]
        if told["hashed_message"].native != imprint(told["hash_algorithm"]["algorithm"].native):
            return False
        name = signer["digest_algorithm"]["algorithm"].native
        digest = hashlib.new(name, bytes(content)).digest()
        kind = token["encap_content_info"]["content_type"].native
        return validate_sig_integrity(signer, certificate, kind, digest) == (True, True)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return False


def _imprint_holds(embedded: EmbeddedPdfSignature) -> bool:
    content = embedded.signed_data["encap_content_info"]["content"].parsed
    imprint = content["message_imprint"]
    digest = embedded.compute_digest(imprint["hash_algorithm"]["algorithm"].native)
    return bool(imprint["hashed_message"].native == digest)


def _value_holds(embedded: EmbeddedPdfSignature, content: bytes | None) -> bool:
    """Verify the CMS; ``content``: what it encapsulates, or None when it is detached."""
    if content is None:
        digest = embedded.compute_digest()
    else:
        digest = hashlib.new(embedded.md_algorithm, content).digest()
    if is_peculiar(embedded.signer_info, embedded.signer_cert):
        return peculiar_holds(embedded.signer_info, embedded.signer_cert, digest)
    intact, valid = validate_sig_integrity(
        embedded.signer_info,
        embedded.signer_cert,
        expected_content_type=embedded.signed_data["encap_content_info"]["content_type"].native,
        actual_digest=digest,
    )
    return bool(intact and valid)


def _content(embedded: EmbeddedPdfSignature) -> bytes:
    return bytes(embedded.signed_data["encap_content_info"]["content"])
