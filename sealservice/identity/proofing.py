"""Prove that whoever holds a phone is the person a license names.

A provider gets the person and whatever its channel brought, and returns who confirmed them, or
refuses. It returns no picture, no template and no number: outcomes are kept, biometrics never are.
"""

import hmac
import logging
from dataclasses import dataclass
from typing import Final, Protocol

from sealservice.config import Environment
from sealservice.identity.activation import Proof, ProofMethod
from sealservice.identity.activation_errors import DocumentOfAnother, ProofingStandInRefused
from sealservice.kernel.clock import Clock
from sealservice.licenses.persons import Person, document_digest

_LOG: Final = logging.getLogger(__name__)


class IdentityProofing(Protocol):
    """A way to confirm who somebody is."""

    def prove(self, person: Person, brought: str, by: str) -> Proof:
        """Confirm a person by what the channel brought; ``by``: whoever is responsible.

        Raises:
            SealserviceError: this is not that person, or it cannot be told.
        """
        ...


@dataclass(frozen=True, slots=True)
class CounterProofing:
    """The clerk saw the identity document, and typed its number: it is the person's."""

    clock: Clock

    def prove(self, person: Person, brought: str, by: str) -> Proof:
        """Compare the number that was typed with the person's.

        Raises:
            DocumentOfAnother: it is another one.
        """
        digest = document_digest(person.organisation_id, brought)
        if not hmac.compare_digest(digest, person.document_digest):
            raise DocumentOfAnother(name=person.name, hint=person.document_hint)
        return Proof(ProofMethod.COUNTER, by, self.clock())


@dataclass(frozen=True, slots=True)
class DemonstrationProofing:
    """STAND-IN: confirms anybody, in a demonstration."""

    clock: Clock
    environment: Environment

    def prove(self, person: Person, brought: str, by: str) -> Proof:  # noqa: ARG002 - nothing is looked at
        """Confirm without looking.

        Raises:
            ProofingStandInRefused: in production.
        """
        if self.environment is Environment.PRODUCTION:
            raise ProofingStandInRefused
        _LOG.warning("a demonstration stand-in confirmed the identity of %s: nobody did", person.id)
        return Proof(ProofMethod.DEMONSTRATION, by, self.clock())
