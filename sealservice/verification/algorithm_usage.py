"""A policy's table of algorithms in the form that pyHanko asks (EN 319 102-1 5.2.8, 5.6.2.3).

The table is asked about one moment that is fixed beforehand: the time at which a signature is
proven to have existed, or now. pyHanko's own idea of the moment is not used, for it follows the
validation time, and that is set back where only status answers are stale.
"""

from datetime import UTC, date, datetime, time

from asn1crypto import algos, keys
from pyhanko.sign.validation.utils import CMSAlgorithmUsagePolicy
from pyhanko_certvalidator.policy_decl import AlgorithmUsageConstraint

from sealservice.verification.policy import UNLIMITED, AlgorithmTable

_CURVES = {"ed25519": 255, "ed448": 448}


def era(table: AlgorithmTable, moment: datetime) -> int:
    """Return how many of a table's days have come: all moments of one era are judged alike."""
    ends = {*table.digests.values(), *table.signatures.values()}
    ends.update(end for lengths in table.key_bits.values() for end in lengths.values())
    return sum(_begin(end) <= moment for end in ends if end != UNLIMITED)


class TableUsage(CMSAlgorithmUsagePolicy):
    """Accepts what the table accepts at one moment."""

    def __init__(self, table: AlgorithmTable, moment: datetime) -> None:
        self._table = table
        self._moment = moment

    def digest_algorithm_allowed(
        self,
        algo: algos.DigestAlgorithm,
        moment: datetime | None,  # noqa: ARG002 - see above
    ) -> AlgorithmUsageConstraint:
        """Return whether a digest is accepted."""
        name = str(algo["algorithm"].native)
        return self._judged(name, self._table.digests.get(name))

    def signature_algorithm_allowed(
        self,
        algo: algos.SignedDigestAlgorithm,
        moment: datetime | None,
        public_key: keys.PublicKeyInfo | None,
    ) -> AlgorithmUsageConstraint:
        """Return whether a mechanism with its digest and key is accepted."""
        name = _mechanism(algo)
        judged = [self._judged(name, self._table.signatures.get(name))]
        if public_key is not None:
            kind, bits = _key(public_key)
            judged.append(self._judged(f"{kind}, {bits}", self._table.key_end(kind, bits)))
        digest = _digest(algo)
        if digest is not None:
            judged.append(self.digest_algorithm_allowed(digest, moment))
        refused = [one for one in judged if not one]
        # What is never accepted weighs more than what was accepted once.
        return min(refused, key=lambda one: one.not_allowed_after is not None, default=judged[0])

    def _judged(self, name: str, end: date | None) -> AlgorithmUsageConstraint:
        if end is None:
            return AlgorithmUsageConstraint(allowed=False, failure_reason=f"{name} is not accepted")
        if end == UNLIMITED:
            return AlgorithmUsageConstraint(allowed=True)
        last = _begin(end)
        return AlgorithmUsageConstraint(
            allowed=self._moment < last,
            not_allowed_after=last,
            failure_reason=f"{name} was accepted before {end.isoformat()}",
        )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _mechanism(algo: algos.SignedDigestAlgorithm) -> str:
    try:
        return str(algo.signature_algo)
    except ValueError:
        return str(algo["algorithm"].native)


def _digest(algo: algos.SignedDigestAlgorithm) -> algos.DigestAlgorithm | None:
    try:
        return algos.DigestAlgorithm({"algorithm": algo.hash_algo})
    except ValueError:
        return None  # a bare mechanism; the digest stands beside it in the CMS, and is asked about


def _key(public_key: keys.PublicKeyInfo) -> tuple[str, int]:
    kind = str(public_key.algorithm).removesuffix("ssa_pss")  # a key for PSS alone is an RSA key
    return kind, _CURVES.get(kind) or int(public_key.bit_size)
