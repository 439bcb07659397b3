"""Prove that whoever holds a phone is the person a license names.

A provider gets the person and whatever its channel brought, and returns who confirmed them, or
refuses. It returns no picture, no template and no number: outcomes are kept, biometrics never are.

The counter is built in. A provider that compares faces is another ``FaceProofing``, named by the
setting ``face_provider`` and made in ``bootstrap/people.py``; the only one that ships looks at
nobody, says so, and refuses to run in production.
"""

import hmac
import logging
from dataclasses import dataclass
from typing import Final, Protocol

from sealservice.config import Environment
from sealservice.identity.activation import METHOD_NAMES, Proof, ProofMethod
from sealservice.identity.activation_errors import DocumentOfAnother, ProofingStandInRefused
from sealservice.kernel.clock import Clock
from sealservice.kernel.text import Text
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


class FaceProofing(IdentityProofing, Protocol):
    """A provider that compares a face with the person's document, out of this house."""

    @property
    def name(self) -> Text:
        """Return what people are told of it before they use it."""
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
    """STAND-IN for a face provider: confirms anybody, in a demonstration."""

    clock: Clock
    environment: Environment

    @property
    def name(self) -> Text:
        """Return the label: nobody is checked."""
        return METHOD_NAMES[ProofMethod.DEMONSTRATION]

    def prove(self, person: Person, brought: str, by: str) -> Proof:  # noqa: ARG002 - nothing is looked at
        """Confirm without looking.

        Raises:
            ProofingStandInRefused: in production.
        """
        if self.environment is Environment.PRODUCTION:
            raise ProofingStandInRefused
        _LOG.warning("a demonstration stand-in confirmed the identity of %s: nobody did", person.id)
        return Proof(ProofMethod.DEMONSTRATION, by, self.clock())
