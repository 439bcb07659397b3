"""The structure of a signature's CMS (RFC 5652, ETSI EN 319 142-1 6.3), before any judgement.

Errors keep a signature from passing, warnings do not:

1. Error: the content is encapsulated although the format is detached.
2. Error: not exactly one SignerInfo (a second one may contradict the first).
3. Error: content-type or message-digest missing or there twice, in a format that needs them.
4. Warning: signed attributes are not in DER order.
5. Warning: no signing-certificate-v2, or more than one; then it is no PAdES baseline signature.
6. Error: the padding of /Contents holds something; it is signed by nobody.
7. Info: a signing-time attribute, which PAdES puts into /M instead.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from asn1crypto import cms, core, parser

SIGNING_CERTIFICATE: Final = "signing_certificate_v2"
_MANDATORY: Final = ("content_type", "message_digest")


@dataclass(frozen=True, slots=True)
class CmsFacts:
    """Keys of what is wrong or remarkable."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    infos: tuple[str, ...]

    @property
    def is_baseline(self) -> bool:
        """Return whether the structure is that of a PAdES baseline signature."""
        faults = set(self.errors) - {"padding_not_zero"}
        return not faults and "signing_certificate_missing" not in self.warnings


def inspect_cms(contents: bytes, signed_data: cms.SignedData, *, detached: bool) -> CmsFacts:
    """Judge the structure of a SignedData; ``detached``: the format demands no content."""
    attributes = _signed_attributes(signed_data)
    counts = Counter(attribute["type"].native for attribute in attributes)
    errors = [*_structural_errors(signed_data, detached=detached), *_attribute_errors(counts)]
    warnings = []
    if counts and not _is_der_ordered(attributes):
        warnings.append("attributes_not_der")
    if detached and counts[SIGNING_CERTIFICATE] != 1:
        warnings.append("signing_certificate_missing")
    if has_padding_content(contents):
        errors.append("padding_not_zero")
    infos = ["signing_time_attribute"] if counts["signing_time"] else []
    return CmsFacts(tuple(errors), tuple(warnings), tuple(infos))


def has_padding_content(contents: bytes) -> bool:
    """Return whether anything but zeros follows the CMS in /Contents."""
    info = parser.peek(contents)
    return any(contents[info:])


def _structural_errors(signed_data: cms.SignedData, *, detached: bool) -> list[str]:
    errors = []
    if detached and signed_data["encap_content_info"]["content"] is not core.VOID:
        errors.append("content_encapsulated")
    if len(signed_data["signer_infos"]) != 1:
        errors.append("signer_infos_not_one")
    return errors


def _attribute_errors(counts: Counter[str]) -> list[str]:
    if not counts:
        return ["signed_attributes_missing"]
    return ["signed_attributes_wrong"] if any(counts[name] != 1 for name in _MANDATORY) else []


def _signed_attributes(signed_data: cms.SignedData) -> list[cms.CMSAttribute]:
    attributes = signed_data["signer_infos"][0]["signed_attrs"]
    return [] if attributes is core.VOID else list(attributes)


def _is_der_ordered(attributes: list[cms.CMSAttribute]) -> bool:
    encoded = [attribute.dump() for attribute in attributes]
    return encoded == sorted(encoded)
