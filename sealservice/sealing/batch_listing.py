"""Approved lists, verified: what makes one of its orders an approved one.

1. The list's assertion is the holder's signature over the list's intent, given before it expired.
2. The kept leaves make up the tree whose root that intent names.
3. An order's intent is a leaf of it, proven by its path (RFC 9162 2.1.3.2).
4. What the list's intent says of all its orders is so of this one.
"""

from dataclasses import dataclass, field
from typing import Final

from sealservice.config import Environment
from sealservice.kernel.clock import Clock
from sealservice.licenses.ports import HolderStore
from sealservice.sealing.batch_intents import require_list_of, require_of_list
from sealservice.sealing.batch_model import Batch
from sealservice.sealing.batch_ports import BatchStore
from sealservice.sealing.model import Order
from sealservice.seals.approval import Approved, approve, approved_in
from sealservice.seals.errors import ApprovalInvalid
from sealservice.seals.intent import Intent
from sealservice.seals.intent_list import Inclusion, IntentTree, ListTerms
from sealservice.seals.ports import SealStore

_KEPT: Final = 4
"""Trees of lists that are remembered."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A closed list with its approval, verified."""

    batch: Batch
    approved: Approved
    tree: IntentTree

    def approval_of(self, order: Order, intent: Intent) -> tuple[Approved, Inclusion]:
        """Return the approval of one of its orders, and the proof that it is of the list.

        Raises:
            ApprovalInvalid: it is not.
        """
        require_of_list(order, self.batch)
        inclusion = self.tree.find(intent.body)
        return approved_in(self.approved, inclusion, intent), inclusion


@dataclass(frozen=True, slots=True)
class Listings:
    """Reads approved lists, for whoever seals an order of one."""

    batches: BatchStore
    seals: SealStore
    holders: HolderStore
    clock: Clock
    environment: Environment
    _known: dict[str, Listing] = field(default_factory=dict)

    def of(self, batch_id: str) -> Listing:
        """Return a list whose approval is consumed.

        Raises:
            ApprovalInvalid: it is not.
        """
        known = self._known.get(batch_id)
        if known is None:
            batch = self.batches.by_id(batch_id)
            if batch is None or batch.consumed_at is None:
                raise ApprovalInvalid
            known = self.read(batch)
            while len(self._known) >= _KEPT:
                self._known.pop(next(iter(self._known)), None)
            self._known[batch_id] = known
        return known

    def read(self, batch: Batch) -> Listing:
        """Verify a list's assertion, and read its tree (step 1); a consumed one does not expire.

        Raises:
            ApprovalInvalid, ApprovalExpired, DemonstrationRefused.
        """
        assertion = self.batches.assertion(batch.id)
        holder = assertion and self.holders.get(batch.organisation_id, assertion.holder_id)
        wanted = [use.seal_id for use in batch.request.seals]
        seals = [self.seals.by_id(one, batch.organisation_id) for one in wanted]
        if not assertion or not holder or batch.intent is None:
            raise ApprovalInvalid
        if any(seal is None or seal.license_id != holder.license_id for seal in seals):
            raise ApprovalInvalid
        intent = Intent.read(batch.intent)
        require_list_of(batch, intent)
        moment = batch.consumed_at or self.clock()
        approved = approve(intent, assertion, holder.spki, self.environment, moment)
        return Listing(batch, approved, self._tree(batch, intent))

    def _tree(self, batch: Batch, intent: Intent) -> IntentTree:
        tree, terms = IntentTree(self.batches.leaves(batch.id)), ListTerms.of(intent)
        if (tree.root, tree.count) != (terms.root, terms.count):
            raise ApprovalInvalid
        return tree
