"""All keys of an installation, wherever they live.

New keys are made in one place, by the settings; a key that is there opens where its row says it is.
So an installation that got a token later keeps using its older keys until they are replaced.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sealservice.infra.keys.errors import KeyPlaceClosed
from sealservice.infra.keys.rows import KeyRows
from sealservice.trust.model import KeyAlgorithm, KeyPurpose, StoredKey
from sealservice.trust.ports import KeyStore, SigningKey


@dataclass(frozen=True, slots=True)
class KeyStores:
    """Implements ``KeyStore`` by others."""

    rows: KeyRows
    new: KeyStore
    """Where new keys are made."""
    by_location: Mapping[str, KeyStore]
    """The stores that can be opened now, by what ``keys.location`` calls them."""
    _known: dict[str, KeyStore] = field(default_factory=dict, repr=False)

    def generate(self, purpose: KeyPurpose, algorithm: KeyAlgorithm) -> StoredKey:
        """Make a new key pair in the place for new keys."""
        return self.new.generate(purpose, algorithm)

    def open(self, key_id: str, purpose: KeyPurpose) -> SigningKey:
        """Open a key for its purpose, where it lives.

        Raises:
            KeyUnknown: there is no such key.
            KeyPlaceClosed: it lives where the settings give no access to.
            KeyPurposeMismatch, KeyUnreadable: as its place says.
        """
        if key_id not in self._known:
            self._known[key_id] = self._place(key_id)
        return self._known[key_id].open(key_id, purpose)

    def list(self) -> tuple[StoredKey, ...]:
        """Return all keys, oldest first."""
        return self.rows.list()

    def _place(self, key_id: str) -> KeyStore:
        location = self.rows.get(key_id).location
        if location not in self.by_location:
            raise KeyPlaceClosed(key_id=key_id, location=location)
        return self.by_location[location]
