"""The demonstration's holder: a P-256 key in the home folder that approves whatever it is asked.

Seals used so are recorded as ``approval: demonstration``; production refuses them, here and beside
the key. Nothing here, nor anything that it imports, can reach a key store: the web process uses it.
"""

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from sealservice.bootstrap.embedded.home import write_private
from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.services import Services
from sealservice.kernel.actor import Actor
from sealservice.sealing.batch_model import Batch
from sealservice.sealing.model import Order
from sealservice.seals.approval import Assertion
from sealservice.seals.errors import ApprovalInvalid, DemonstrationRefused
from sealservice.seals.intent import Intent

_HOLDER_FILE: Final = "demonstration-holder.pem"


@dataclass(frozen=True, slots=True)
class DemonstrationHolder:
    """A stand-in for whoever holds the license; its key lies in the home, mode 0600."""

    key: ec.EllipticCurvePrivateKey

    @classmethod
    def of(cls, installation: Installation) -> "DemonstrationHolder":
        """Load the home's holder, made when there is none yet.

        Raises:
            DemonstrationRefused: in production.
        """
        if installation.settings.is_production:
            raise DemonstrationRefused
        file = installation.settings.home / _HOLDER_FILE
        if not file.exists():
            write_private(file, _pem(ec.generate_private_key(ec.SECP256R1())))
        key = load_pem_private_key(file.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise DemonstrationRefused
        return cls(key)

    @property
    def spki(self) -> bytes:
        """Return the DER SubjectPublicKeyInfo of its public key."""
        return self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def assertion(self, holder_id: str, intent: bytes) -> Assertion:
        """Approve an intent, of an order or of a list."""
        challenge = Intent.read(intent).challenge
        return Assertion(holder_id, self.key.sign(challenge, ec.ECDSA(hashes.SHA256())))


@dataclass(frozen=True, slots=True)
class DemonstrationStandIn:
    """Implements ``web.services.StandIn``; it enrols nobody."""

    installation: Installation
    at_hand: Services

    def is_enrolled(self, actor: Actor, order: Order) -> bool:
        """Return whether the license of the order's seals has it for a holder."""
        return self._enrolled(actor, order.seal_id) is not None

    def is_enrolled_for(self, actor: Actor, batch: Batch) -> bool:
        """Return whether the license of the batch's seals has it for a holder."""
        return self._enrolled(actor, batch.request.seals[0].seal_id) is not None

    def approve_list(self, actor: Actor, batch: Batch) -> None:
        """Approve a closed list.

        Raises:
            DemonstrationRefused: in production.
            BatchNotPending, ApprovalExpired.
            ApprovalInvalid: it is not enrolled.
        """
        enrolled = self._enrolled(actor, batch.request.seals[0].seal_id)
        if enrolled is None or batch.intent is None:
            raise ApprovalInvalid
        holder, holder_id = enrolled
        assertion = holder.assertion(holder_id, batch.intent)
        self.at_hand.batches.approve(actor, batch.id, assertion)

    def approve(self, actor: Actor, order: Order) -> None:
        """Approve an order.

        Raises:
            DemonstrationRefused: in production.
            OrderNotPending, ApprovalExpired.
            ApprovalInvalid: it is not enrolled.
        """
        enrolled = self._enrolled(actor, order.seal_id)
        if enrolled is None:
            raise ApprovalInvalid
        holder, holder_id = enrolled
        self.at_hand.orders.approve(actor, order.id, holder.assertion(holder_id, order.intent))

    def _enrolled(self, actor: Actor, seal_id: str) -> tuple[DemonstrationHolder, str] | None:
        if not (self.installation.settings.home / _HOLDER_FILE).exists():
            return None
        holder = DemonstrationHolder.of(self.installation)
        seal = self.at_hand.seals.show(actor, seal_id)
        for known in self.at_hand.holders.of_license(actor, seal.license_id):
            if known.spki == holder.spki and known.is_live:
                return holder, known.id
        return None


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
