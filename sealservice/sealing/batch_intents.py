"""The intent of a closed list: what its holder is shown and signs.

It names root and count of the tree of the orders' intents, which name everything about each
document; and in plain words what is the same for all of them, which is held against each order.
"""

import json
import secrets

from sealservice.kernel.clock import rfc3339
from sealservice.kernel.json import JsonObject
from sealservice.sealing.batch_model import Batch
from sealservice.sealing.model import Order
from sealservice.seals.errors import ApprovalInvalid
from sealservice.seals.intent import Intent
from sealservice.seals.intent_list import TREE, IntentTree


def intent_of_list(batch: Batch, tree: IntentTree) -> Intent:
    """Return the intent of a list, with a new nonce."""
    body: JsonObject = {
        "list": {"tree": TREE, "root": tree.root.hex(), "count": tree.count},
        "actor": {"kind": batch.actor_kind, "id": batch.actor_id},
        "rule": "license holder alone",
        **_common(batch),
    }
    return Intent.of(body, secrets.token_hex(16), batch.expires_at)


def require_list_of(batch: Batch, intent: Intent) -> None:
    """Require that what a batch's row says is what its intent says.

    Raises:
        ApprovalInvalid: they differ.
    """
    named = json.loads(intent.body)
    expected: JsonObject = {
        **_common(batch),
        "nonce": batch.nonce,
        "expires_at": rfc3339(batch.expires_at),
    }
    if any(named.get(name) != value for name, value in expected.items()):
        raise ApprovalInvalid


def require_of_list(order: Order, batch: Batch) -> None:
    """Require that an order is what the list's intent says of all its orders.

    Raises:
        ApprovalInvalid: it is not.
    """
    request = batch.request
    wanted = (batch.organisation_id, request.level, request.purpose)
    seals = {use.seal_id for use in request.seals}
    is_same = (order.organisation_id, order.level, order.purpose) == wanted
    if not is_same or set(order.seal_ids) != seals:
        raise ApprovalInvalid


def _common(batch: Batch) -> JsonObject:
    return {
        "organisation_id": batch.organisation_id,
        "seal_ids": [use.seal_id for use in batch.request.seals],
        "level": batch.request.level.value,
        "purpose": batch.request.purpose,
    }
