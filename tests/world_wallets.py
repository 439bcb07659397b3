"""Activations and wallets in memory, and their services."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sealservice.config import Environment
from sealservice.identity.activating import ActivationService
from sealservice.identity.activation import Activation, ActivationState, Claim, Proof
from sealservice.identity.proofing import CounterProofing, DemonstrationProofing
from sealservice.identity.wallet import Card, HolderKey, WalletSession
from sealservice.identity.wallets import WalletService
from sealservice.licenses.persons import Person
from tests.world_archive import no_transaction
from tests.world_licenses import MemoryLicenseStore
from tests.world_mandates import MemoryPersonStore
from tests.world_passkeys import MemoryPasskeyStore, PasskeyWorld


@dataclass
class MemoryActivationStore:
    """Implements ``ActivationStore``."""

    rows: dict[str, Activation] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, activation: Activation) -> None:
        """Insert an activation; one that is open for the same holder is cancelled."""
        self.cancel([activation.holder_id], activation.created_at)
        self.rows[activation.id] = activation

    def cancel(self, holder_ids: Sequence[str], now: datetime) -> None:
        """Cancel what is open for any of these holders."""
        for row in [*self.rows.values()]:
            if row.holder_id in holder_ids:
                self.end(row.id, ActivationState.CANCELLED, now)

    def get(self, organisation_id: str, activation_id: str) -> Activation | None:
        """Return one activation of an organisation."""
        found = self.rows.get(activation_id)
        return found if found and found.organisation_id == organisation_id else None

    def by_locator(self, locator: str) -> Activation | None:
        """Return the activation whose code begins so."""
        return next((row for row in self.rows.values() if row.locator == locator), None)

    def by_claim(self, claim_digest: str) -> Activation | None:
        """Return the activation that a phone's secret belongs to."""
        return next((row for row in self.rows.values() if row.claim_digest == claim_digest), None)

    def open_ones(self, organisation_id: str, now: datetime) -> list[Activation]:
        """Return what is not over, newest first."""
        ours = (r for r in self.rows.values() if r.organisation_id == organisation_id)
        return [row for row in ours if row.is_open(now)][::-1]

    def count_wrong(self, activation_id: str, greatest: int, now: datetime) -> None:
        """Count a wrong code."""
        with self.lock:
            row = self.rows[activation_id]
            self.rows[activation_id] = row = replace(row, wrong_codes=row.wrong_codes + 1)
        if row.wrong_codes >= greatest:
            self.end(activation_id, ActivationState.CANCELLED, now)

    def claim(self, activation_id: str, claim: Claim) -> bool:
        """Give an issued activation to a phone."""
        return self._step(
            activation_id, ActivationState.ISSUED, claim.at,
            state=ActivationState.CLAIMED, claim_digest=claim.digest,
            match_code=claim.match_code, claimed_at=claim.at, expires_at=claim.expires_at,
        )  # fmt: skip

    def prove(self, activation_id: str, proof: Proof) -> bool:
        """Write the proof of a claimed activation."""
        return self._step(
            activation_id, ActivationState.CLAIMED, proof.at, state=ActivationState.PROVEN,
            proof_method=proof.method, proof_by=proof.by, proven_at=proof.at,
        )  # fmt: skip

    def refuse(self, activation_id: str, now: datetime) -> bool:
        """End an open activation as refused."""
        return self.end(activation_id, ActivationState.REFUSED, now)

    def finish(self, activation_id: str, now: datetime) -> bool:
        """End a proven activation as done."""
        return self._step(
            activation_id, ActivationState.PROVEN, now, state=ActivationState.DONE, ended_at=now
        )

    def end(self, activation_id: str, state: ActivationState, now: datetime) -> bool:
        """End an open activation."""
        row = self.rows[activation_id]
        if row.state in {ActivationState.DONE, ActivationState.REFUSED, ActivationState.CANCELLED}:
            return False
        self.rows[activation_id] = replace(row, state=state, ended_at=now)
        return True

    def _step(
        self, activation_id: str, before: ActivationState, now: datetime, **values: object
    ) -> bool:
        with self.lock:
            row = self.rows[activation_id]
            if row.state is not before or row.expires_at <= now:
                return False
            self.rows[activation_id] = replace(row, **values)  # type: ignore[arg-type]
            return True


@dataclass
class MemoryWalletStore:
    """Implements ``WalletStore``."""

    people: MemoryPersonStore
    licenses: MemoryLicenseStore
    passkeys: MemoryPasskeyStore
    sessions: dict[str, WalletSession] = field(default_factory=dict)
    held: dict[str, HolderKey] = field(default_factory=dict)

    def person(self, organisation_id: str, person_id: str) -> Person | None:
        """Return a person of an organisation."""
        holders = (one.person for one in self.people.rows.values())
        known = (*self.people.people, *holders)
        return next(
            (p for p in known if (p.id, p.organisation_id) == (person_id, organisation_id)), None
        )

    def cards(self, organisation_id: str, person_id: str) -> list[Card]:
        """Return the licenses in which a person has a role that has not ended."""
        cards = []
        for holder in self.people.rows.values():
            license_ = self.licenses.get(organisation_id, holder.license_id)
            if license_ and holder.person.id == person_id and holder.is_live:
                cards.append(Card(holder, license_))
        return cards

    def add_session(self, session: WalletSession) -> None:
        """Insert a session."""
        self.sessions[session.digest] = session

    def session(self, digest: str, now: datetime) -> WalletSession | None:
        """Return a live session."""
        found = self.sessions.get(digest)
        if found is None or found.expires_at <= now:
            return None
        return found if self.passkeys.rows[found.passkey_id].is_live else None

    def end_session(self, digest: str, now: datetime) -> None:  # noqa: ARG002 - gone is gone
        """End a session."""
        self.sessions.pop(digest, None)

    def add_key(self, key: HolderKey) -> None:
        """Insert a holder's key."""
        self.held.setdefault(f"{key.holder_id} {key.thumbprint}", key)

    def keys(self, holder_id: str) -> list[HolderKey]:
        """Return the keys of a role whose passkeys are not frozen, newest first."""
        live = (k for k in self.held.values() if self.passkeys.rows[k.passkey_id].is_live)
        return [key for key in live if key.holder_id == holder_id][::-1]


@dataclass
class WalletWorld:
    """Activations and wallets over memory."""

    passkeys: PasskeyWorld
    licenses: MemoryLicenseStore
    people: MemoryPersonStore
    environment: Environment = Environment.DEMONSTRATION
    activations: MemoryActivationStore = field(default_factory=MemoryActivationStore)

    def __post_init__(self) -> None:
        self.store = MemoryWalletStore(self.people, self.licenses, self.passkeys.store)
        audit, clock, limits = self.passkeys.audit, self.passkeys.clock, self.passkeys.limits
        self.service = WalletService(
            self.store, self.passkeys.service, self.passkeys.throttle, audit, no_transaction,
            clock, limits,
        )  # fmt: skip
        self.activating = ActivationService(
            self.activations, self.licenses, self.people, self.service, CounterProofing(clock),
            DemonstrationProofing(clock, self.environment), audit, no_transaction, clock, limits,
        )  # fmt: skip
