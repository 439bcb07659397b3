"""The intent of one sealing order: its facts, named for the holder and for the signer alike.

It names every signature in the order in which they are made: seal, drawing, where each impression
shows, and the digest of the bytes that will be appended. The first signature's signed attributes
are known, too; those of a later one depend on what the earlier ones' timestamps will be, and are
rebuilt beside the key from bytes that are all named here.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import rfc3339
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.sealing.model import (
    Die,
    Document,
    Impression,
    Order,
    OrderRequest,
    OrderSignature,
    PreparedSignature,
)
from sealservice.sealing.rights import named_in
from sealservice.sealing.signed_attributes import signed_attributes_of
from sealservice.sealing.terms import OnTsaFailure, Restrictions
from sealservice.seals.errors import ApprovalInvalid
from sealservice.seals.intent import Intent


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Everything that is fixed when an order is placed."""

    actor: Actor
    document: Document
    source: bytes
    dies: Mapping[str, Die]
    """By the ids of their seals."""
    prepared: tuple[PreparedSignature, ...]
    request: OrderRequest


def intent_of(facts: OrderFacts, expires_at: datetime) -> Intent:
    """Return the intent its holder is asked to approve, with a new nonce."""
    body: JsonObject = {
        "document": _document(facts.document),
        "signatures": [_signature(facts, prepared) for prepared in facts.prepared],
        "level": facts.request.level.value,
        "on_tsa_failure": facts.request.on_tsa_failure.value,
        "purpose": facts.request.purpose,
        "actor": named_in(facts.actor),
        "organisation_id": facts.actor.organisation_id,
        "rule": "license holder alone",
    }
    return Intent.of(body, secrets.token_hex(16), expires_at)


def may_wait(order: Order) -> bool:
    """Return whether its holder approved that an order waits for its timestamp or status."""
    named = json.loads(order.intent)
    return bool(named.get("on_tsa_failure") == OnTsaFailure.WAIT.value)


def require_as_approved(order: Order, document: Document, intent: Intent) -> None:
    """Require that what an order's row says, and will be done, is what its intent says.

    The row was written by a process that may not approve; the intent is what the holder signed.

    Raises:
        ApprovalInvalid: they differ.
    """
    named = json.loads(intent.body)
    expected: JsonObject = {
        "document": _document(document),
        "level": order.level.value,
        "purpose": order.purpose,
        "organisation_id": order.organisation_id,
        "nonce": order.nonce,
        "expires_at": rfc3339(order.expires_at),
    }
    signatures = named.get("signatures")
    is_same = (
        all(named.get(name) == value for name, value in expected.items())
        and isinstance(signatures, list)
        and len(signatures) == len(order.signatures)
        and all(map(_is_named, order.signatures, signatures))
    )
    if not is_same:
        raise ApprovalInvalid


def _is_named(signature: OrderSignature, named: JsonObject) -> bool:
    seal = named.get("seal")
    expected: JsonObject = {
        "impressions": [_impression(impression) for impression in signature.impressions],
        "tail_sha256": signature.tail_sha256,
        "field": signature.field,
        "claimed_time": rfc3339(signature.claimed_time),
    }
    expected |= _restrictions(signature.restrictions)
    is_same_seal = isinstance(seal, dict) and seal.get("id") == signature.seal_id
    return is_same_seal and all(named.get(name) == value for name, value in expected.items())


def _document(document: Document) -> JsonObject:
    return {
        "filename": document.filename,
        "sha256": document.sha256,
        "size": document.size,
        "pages": document.pages,
    }


def _signature(facts: OrderFacts, prepared: PreparedSignature) -> JsonObject:
    die, revision = facts.dies[prepared.seal_id], prepared.revision
    named: JsonObject = {
        "seal": {"id": die.seal_id, "artwork_sha256": die.artwork.sha256},
        "impressions": [_impression(impression) for impression in prepared.impressions],
        "tail_sha256": sha256_hex(revision.tail),
        "field": revision.field,
        "claimed_time": rfc3339(revision.claimed_time),
        "certificate_sha256": sha256_hex(die.certificate),
        "digest_algorithm": die.algorithm.digest,
        "signature_algorithm": die.algorithm.signature,
    }
    named |= _restrictions(prepared.restrictions)
    if prepared is facts.prepared[0]:
        digest = die.algorithm.digest
        attributes = signed_attributes_of(facts.source, revision, die.certificate, digest)
        named["signed_attributes_sha256"] = sha256_hex(attributes)
    return named


def _restrictions(restrictions: Restrictions) -> JsonObject:
    named: JsonObject = {}
    if restrictions.certification is not None:
        named["certification"] = restrictions.certification.value
    if restrictions.lock is not None:
        lock = restrictions.lock
        named["lock"] = {"scope": lock.scope.value, "fields": list(lock.fields)}
    return named


def _impression(impression: Impression) -> JsonObject:
    box: JsonObject = {name: _decimal(value) for name, value in asdict(impression.box).items()}
    if impression.window is None:
        return {"box": box}
    shown = asdict(impression.window).items()
    window: dict[str, JsonValue] = {name: _decimal(value) for name, value in shown}
    return {"box": box, "window_mm": window}


def _decimal(value: float) -> int | str:
    """Write lengths as decimal text: canonical JSON and floats are a trap best avoided."""
    return value if isinstance(value, int) else f"{value:.3f}"
