"""Token status lists (IETF draft-ietf-oauth-status-list), two bits for each credential.

1. A list has 131,072 places; which of them a credential gets is drawn by lot, so that its place
   tells nothing about when or for whom it was made.
2. A credential is invalid when its license is revoked or cancelled, or when its face is not the
   present one any more; suspended while the license is.
3. A list is good for five minutes at most (``ttl``, ``exp``), and made anew when it is asked for.
"""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Final

from sealservice.kernel.json import JsonObject
from sealservice.trust.jose import NotAToken, Token, decoded, encoded, signed_token
from sealservice.trust.model import IssuedCertificate
from sealservice.trust.ports import SigningKey

KIND: Final = "statuslist+jwt"
PLACES: Final = 1 << 17
SECONDS: Final = 300
_BITS: Final = 2
_IN_BYTE: Final = 8 // _BITS
_BYTES: Final = PLACES // _IN_BYTE
_GREATEST_BYTES: Final = 4 << 20


class Status(IntEnum):
    """The words of the draft."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2


def list_token(
    address: str,
    statuses: Mapping[int, Status],
    now: datetime,
    key: SigningKey,
    chain: Sequence[IssuedCertificate],
) -> str:
    """Return the signed list; ``statuses`` names the places that are not valid."""
    moment = int(now.timestamp())
    payload: JsonObject = {
        "sub": address,
        "iat": moment,
        "exp": moment + SECONDS,
        "ttl": SECONDS,
        "status_list": {"bits": _BITS, "lst": encoded(zlib.compress(_packed(statuses), 9))},
    }
    return signed_token(KIND, payload, key, chain)


def status_at(token: Token, place: int) -> Status:
    """Return what a list says of a place; the list itself is checked elsewhere.

    Raises:
        NotAToken: it is no list, has no such place, or says what we do not know.
    """
    told = token.payload.get("status_list")
    if not isinstance(told, dict) or told.get("bits") != _BITS or place < 0:
        raise NotAToken("not a status list of two bits")
    unpacked = _unpacked(decoded(str(told.get("lst"))))
    byte, position = divmod(place, _IN_BYTE)
    if byte >= len(unpacked):
        raise NotAToken("the list has no such place")
    value = unpacked[byte] >> (position * _BITS) & (1 << _BITS) - 1
    if value not in {*Status}:
        raise NotAToken("the status is unknown")
    return Status(value)


def _packed(statuses: Mapping[int, Status]) -> bytes:
    packed = bytearray(_BYTES)
    for place, status in statuses.items():
        byte, position = divmod(place, _IN_BYTE)
        packed[byte] |= status << (position * _BITS)
    return bytes(packed)


def _unpacked(packed: bytes) -> bytes:
    opener = zlib.decompressobj()
    try:
        unpacked = opener.decompress(packed, _GREATEST_BYTES)
    except zlib.error:
        raise NotAToken("not a compressed list") from None
    if opener.unconsumed_tail or not opener.eof:
        raise NotAToken("the list is too long, or cut off")
    return unpacked
