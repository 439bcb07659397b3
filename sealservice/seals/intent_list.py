r"""Closed lists of intents: a Merkle tree as in RFC 9162 2.1, and proofs that an intent is in it.

1. A leaf is ``SHA-256(0x00 || canonical bytes of an intent)``, a node ``SHA-256(0x01 || left ||
   right)``; a node without a right neighbour moves up as it is. That is RFC 9162 2.1.1's tree.
2. A list's own intent names root and count. Whoever signs its challenge has approved each intent of
   the list, and no other: whether one is in it can be checked offline from its path alone
   (RFC 9162 2.1.3.2).
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Final, Self

from sealservice.seals.errors import ApprovalInvalid
from sealservice.seals.intent import Intent

TREE: Final = "rfc9162-sha256"
_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"
_BYTES: Final = 32


def leaf_of(intent: bytes) -> bytes:
    """Return the leaf of an intent's canonical bytes."""
    return hashlib.sha256(_LEAF + intent).digest()


@dataclass(frozen=True, slots=True)
class Inclusion:
    """A proof that an intent is in a list."""

    index: int
    """Its place, 0 for the first."""
    path: tuple[bytes, ...]
    """The neighbours on its way up, the lowest first."""


@dataclass(frozen=True, slots=True)
class ListTerms:
    """What a list's own intent says of its tree."""

    root: bytes
    count: int

    @classmethod
    def of(cls, intent: Intent) -> Self:
        """Read them.

        Raises:
            ApprovalInvalid: it is not the intent of a list.
        """
        named = json.loads(intent.body).get("list")
        try:
            root, count, tree = bytes.fromhex(named["root"]), named["count"], named["tree"]
        except (TypeError, KeyError, ValueError):
            raise ApprovalInvalid from None
        if tree != TREE or len(root) != _BYTES or type(count) is not int or count < 1:
            raise ApprovalInvalid
        return cls(root, count)

    def holds(self, intent: bytes, inclusion: Inclusion) -> bool:
        """Return whether an intent is in the list (RFC 9162 2.1.3.2)."""
        place, last = inclusion.index, self.count - 1
        if not 0 <= place <= last:
            return False
        found = leaf_of(intent)
        for neighbour in inclusion.path:
            if last == 0:
                return False
            if place % 2 or place == last:
                found = _node(neighbour, found)
                while place % 2 == 0 and place:
                    place, last = place >> 1, last >> 1
            else:
                found = _node(found, neighbour)
            place, last = place >> 1, last >> 1
        return last == 0 and found == self.root


class IntentTree:
    """The tree of a closed list."""

    def __init__(self, leaves: bytes) -> None:
        """Build the tree of at least one leaf, 32 bytes each, one behind the other."""
        row = [leaves[at : at + _BYTES] for at in range(0, len(leaves), _BYTES)]
        if not row or len(row[-1]) != _BYTES:
            raise ApprovalInvalid
        self._places = {leaf: place for place, leaf in enumerate(row)}
        self._rows = [row]
        while len(row) > 1:
            row = _above(row)
            self._rows.append(row)

    @property
    def root(self) -> bytes:
        """Return what stands for the whole list."""
        return self._rows[-1][0]

    @property
    def count(self) -> int:
        """Return the number of intents."""
        return len(self._rows[0])

    def find(self, intent: bytes) -> Inclusion:
        """Return the proof that an intent is in the list.

        Raises:
            ApprovalInvalid: it is not.
        """
        place = self._places.get(leaf_of(intent))
        if place is None:
            raise ApprovalInvalid
        return self.inclusion(place)

    def inclusion(self, index: int) -> Inclusion:
        """Return the proof for the intent at a place, 0 for the first (RFC 9162 2.1.3.1)."""
        place, path = index, []
        for row in self._rows[:-1]:
            neighbour = place ^ 1
            if neighbour < len(row):
                path.append(row[neighbour])
            place >>= 1
        return Inclusion(index, tuple(path))


def _above(row: list[bytes]) -> list[bytes]:
    pairs = [_node(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
    return pairs + row[len(row) & ~1 :]


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
