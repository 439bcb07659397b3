"""The intent of one sealing order: its facts, named for the holder and for the signer alike."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import rfc3339
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.json import JsonObject
from sealservice.sealing.model import Box, Die, Document, OrderRequest, Prepared
from sealservice.sealing.signed_attributes import signed_attributes_of
from sealservice.seals.intent import Intent


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Everything that is fixed when an order is placed."""

    actor: Actor
    document: Document
    source: bytes
    die: Die
    box: Box
    prepared: Prepared
    request: OrderRequest


def intent_of(facts: OrderFacts, expires_at: datetime) -> Intent:
    """Return the intent its holder is asked to approve, with a new nonce."""
    body: JsonObject = {
        "document": _document(facts.document),
        "signature": _signature(facts),
        "seal": _seal(facts),
        "purpose": facts.request.purpose,
        "actor": {"kind": facts.actor.kind.value, "id": facts.actor.id},
        "organisation_id": facts.actor.organisation_id,
        "rule": "license holder alone",
    }
    return Intent.of(body, secrets.token_hex(16), expires_at)


def _document(document: Document) -> JsonObject:
    return {
        "filename": document.filename,
        "sha256": document.sha256,
        "size": document.size,
        "pages": document.pages,
    }


def _signature(facts: OrderFacts) -> JsonObject:
    attributes = signed_attributes_of(facts.source, facts.prepared, facts.die.certificate)
    return {
        "tail_sha256": sha256_hex(facts.prepared.tail),
        "field": facts.prepared.field,
        "claimed_time": rfc3339(facts.prepared.claimed_time),
        "certificate_sha256": sha256_hex(facts.die.certificate),
        "digest_algorithm": "sha256",
        "signature_algorithm": facts.die.algorithm.signature,
        "signed_attributes_sha256": sha256_hex(attributes),
        "level": facts.request.level.value,
        "on_tsa_failure": "fail",
    }


def _seal(facts: OrderFacts) -> JsonObject:
    box: JsonObject = {name: _decimal(value) for name, value in asdict(facts.box).items()}
    return {"id": facts.die.seal_id, "artwork_sha256": facts.die.artwork.sha256, "box": box}


def _decimal(value: float) -> int | str:
    """Write points as decimal text: canonical JSON and floats are a trap best avoided."""
    return value if isinstance(value, int) else f"{value:.3f}"
