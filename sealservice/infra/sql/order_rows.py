"""What an order asks for and makes, as it stands in JSON columns and rows."""

from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import RowMapping

from sealservice.sealing.model import (
    Box,
    Container,
    CoordinatePlacement,
    Edge,
    FieldPlacement,
    Impression,
    KeptSignature,
    KeywordPlacement,
    OrderSignature,
    Origin,
    Placement,
    SealUse,
    SignedAttributes,
    StraddlePlacement,
    Timestamp,
    Window,
)
from sealservice.sealing.terms import Certification, FieldLock, LockScope, Restrictions

_KINDS: Final = {
    "keyword": KeywordPlacement,
    "coordinate": CoordinatePlacement,
    "straddle": StraddlePlacement,
    "field": FieldPlacement,
}
_WORDS: Final = MappingProxyType({kind: word for word, kind in _KINDS.items()})


def kept_use(use: SealUse) -> dict[str, Any]:
    """Return what is asked of one seal as JSON."""
    placements = [{"type": _WORDS[type(one)], **asdict(one)} for one in use.placements]
    return {"seal_id": use.seal_id, "placements": placements}


def use_of(kept: dict[str, Any]) -> SealUse:
    """Return what is asked of one seal."""
    return SealUse(kept["seal_id"], tuple(map(_placement, kept["placements"])))


def kept_order_signature(signature: OrderSignature) -> dict[str, Any]:
    """Return one signature of an order as JSON."""
    return asdict(signature) | {"claimed_time": signature.claimed_time.isoformat()}


def order_signature_of(kept: dict[str, Any]) -> OrderSignature:
    """Return one signature of an order."""
    first, gap, second, rest = kept["byte_range"]
    return OrderSignature(
        seal_id=kept["seal_id"],
        impressions=tuple(map(_impression, kept["impressions"])),
        field=kept["field"],
        byte_range=(first, gap, second, rest),
        claimed_time=datetime.fromisoformat(kept["claimed_time"]),
        tail_sha256=kept["tail_sha256"],
        restrictions=restrictions_of(kept.get("restrictions") or {}),
    )


def container_row(container: Container) -> dict[str, object]:
    """Return the columns of what goes into /Contents."""
    stamp = container.timestamp
    return {
        "container": container.der,
        "timestamp_token": stamp and stamp.token,
        "timestamp_time": stamp and stamp.time,
        "timestamp_chain": stamp and list(stamp.chain),
    }


def kept_signature(row: RowMapping) -> KeptSignature:
    """Return a signature out of its row."""
    signed = SignedAttributes(bytes(row["signed_attributes"]), bytes(row["signature"]))
    if row["container"] is None:
        return KeptSignature(signed, None)
    return KeptSignature(signed, Container(bytes(row["container"]), _timestamp(row)))


def _timestamp(row: RowMapping) -> Timestamp | None:
    if row["timestamp_token"] is None:
        return None
    chain = tuple(map(bytes, row["timestamp_chain"]))
    return Timestamp(bytes(row["timestamp_token"]), row["timestamp_time"], chain)


def _placement(kept: dict[str, Any]) -> Placement:
    words = {name: value for name, value in kept.items() if name != "type"}
    if "origin" in words:
        words["origin"] = Origin(words["origin"])
    if "edge" in words:
        words["edge"] = Edge(words["edge"])
    placement: Placement = _KINDS[kept["type"]](**words)
    return placement


def kept_restrictions(restrictions: Restrictions) -> dict[str, Any]:
    """Return restrictions as JSON."""
    return asdict(restrictions)


def restrictions_of(kept: dict[str, Any]) -> Restrictions:
    """Return restrictions."""
    certification, lock = kept.get("certification"), kept.get("lock")
    return Restrictions(
        certification and Certification(certification),
        lock and FieldLock(LockScope(lock["scope"]), tuple(lock["fields"])),
    )


def _impression(kept: dict[str, Any]) -> Impression:
    window = kept["window"]
    return Impression(Box(**kept["box"]), window and Window(**window), kept["field"])
