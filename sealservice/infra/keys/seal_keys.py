"""Seal keys out of the key store, behind a door that only opens to what a holder approved.

To sign (in this order, each failure refuses):
1. The approved intent names the digests of this source, this tail and this certificate, and the
   algorithm by which this key signs.
2. The signed attributes are rebuilt from those bytes; the intent names their digest, too.
3. Those attributes, and nothing else, are handed to the key.
"""

import json
from dataclasses import dataclass
from typing import cast

from asn1crypto import x509

from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.json import JsonObject
from sealservice.sealing.errors import BytesChanged
from sealservice.sealing.fed import Fed
from sealservice.sealing.model import SignedAttributes, Waiting
from sealservice.sealing.signed_attributes import attributes_with, digest_behind
from sealservice.sealing.tails import earlier_tails
from sealservice.seals.approval import Approved
from sealservice.trust.errors import KeyUnreadable
from sealservice.trust.model import KeyPurpose
from sealservice.trust.ports import KeyStore, SigningKey


@dataclass(frozen=True, slots=True)
class StoredSealKeys:
    """Opens seal keys of a key store; a ``sealing.ports.SealKeys``."""

    key_store: KeyStore

    def open(self, key_id: str, certificate: bytes) -> "StoredSealKey":
        """Return the key that belongs to a seal's DER certificate.

        Raises:
            KeyUnknown, KeyPurposeMismatch: there is no such seal key.
            KeyUnreadable: it cannot be decrypted, or is not the one of the certificate.
        """
        key = self.key_store.open(key_id, KeyPurpose.SEAL)
        if x509.Certificate.load(certificate).public_key.dump() != key.spki:
            raise KeyUnreadable(key_id=key_id)
        return StoredSealKey(key, certificate)


@dataclass(frozen=True, slots=True)
class StoredSealKey:
    """One open seal key; it signs approved revisions, never digests it is given."""

    _key: SigningKey
    certificate: bytes

    def sign(self, approved: Approved, waiting: Waiting) -> SignedAttributes:
        """Sign the attributes of an approved revision.

        Raises:
            BytesChanged: the bytes, the certificate or the algorithm are not the approved ones.
        """
        intent = cast("JsonObject", json.loads(approved.intent.body))
        named = _signatures(intent)
        tails = [*(prepared.tail for prepared, _ in waiting.earlier), waiting.prepared.tail]
        fed = Fed(waiting.source)
        is_approved = (
            _section(intent, "document").get("sha256") == fed.sha256
            and len(named) >= len(tails)
            and all(
                section.get("tail_sha256") == sha256_hex(tail)
                for section, tail in zip(named, tails, strict=False)
            )
        )
        if not is_approved:
            raise BytesChanged
        digest = self._key.algorithm.digest
        held = digest_behind(fed, waiting.prepared, digest, earlier_tails(waiting))
        attributes = attributes_with(held, self.certificate)
        self._require(named[waiting.position], waiting, attributes)
        return SignedAttributes(attributes, self._key.sign(attributes))

    def _require(self, named: JsonObject, waiting: Waiting, attributes: bytes) -> None:
        expected: JsonObject = {
            "field": waiting.prepared.field,
            "certificate_sha256": sha256_hex(self.certificate),
            "digest_algorithm": self._key.algorithm.digest,
            "signature_algorithm": self._key.algorithm.signature,
        }
        if waiting.position == 0:
            expected["signed_attributes_sha256"] = sha256_hex(attributes)
        if any(named.get(name) != value for name, value in expected.items()):
            raise BytesChanged


def _signatures(intent: JsonObject) -> list[JsonObject]:
    named = intent.get("signatures")
    return [one for one in named if isinstance(one, dict)] if isinstance(named, list) else []


def _section(intent: JsonObject, name: str) -> JsonObject:
    section = intent.get(name)
    return section if isinstance(section, dict) else {}
