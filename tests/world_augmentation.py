"""Raising levels where no authority is there: all that is refused before one is asked."""

from datetime import datetime

from sealservice.audit.ports import AuditLog
from sealservice.kernel.clock import utc_now
from sealservice.limits import Limits
from sealservice.sealing.augmentation import AugmentationService
from sealservice.sealing.errors import RevocationUnavailable, TimestampUnavailable
from sealservice.sealing.model import RevocationMaterial, Timestamp
from sealservice.sealing.pyhanko_press import PyHankoAdditions
from sealservice.verification.service import VerificationService
from tests.world_archive import no_transaction
from tests.world_verification import NOW, InProcess, SignedWorld


class NoTimestamps:
    """A ``TimestampSource`` that is away."""

    def stamp(self, message_digest: bytes) -> Timestamp:  # noqa: ARG002 - nobody looks at it
        """Give none."""
        raise TimestampUnavailable(url="tsa", reason_zh="无法连接", reason_en="it is away")


class NoStatus:
    """A ``RevocationSource`` that is away."""

    def material(
        self,
        chains: tuple[tuple[bytes, ...], ...],  # noqa: ARG002 - nobody looks at them
        not_before: datetime,  # noqa: ARG002 - likewise
        fresh: int = 1,  # noqa: ARG002 - likewise
    ) -> RevocationMaterial:
        """Give none."""
        raise RevocationUnavailable(url="ocsp", reason_zh="无法连接", reason_en="it is away")


def no_augmentation(signed: SignedWorld, audit: AuditLog, limits: Limits) -> AugmentationService:
    """Return the use case."""
    return AugmentationService(
        sandbox=InProcess(),
        additions=PyHankoAdditions(InProcess(), limits),
        timestamps=NoTimestamps(),
        revocation=NoStatus(),
        check=VerificationService(InProcess(), signed.anchors, limits, lambda: NOW),
        roots=(signed.root.der,),
        audit=audit,
        transaction=no_transaction,
        clock=utc_now,
        limits=limits,
    )
