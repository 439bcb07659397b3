"""The seals of a license, as its people see them in their wallets."""

from dataclasses import replace
from typing import Final

from sealservice.identity.wallet import Card
from sealservice.identity.wallets import Visit, holder_actor
from sealservice.kernel.actor import Permission
from sealservice.seals.model import Seal
from sealservice.web.services import WebServices

_READING: Final = frozenset({Permission.SEALS_READ})


def seals_of(services: WebServices, visit: Visit, card: Card) -> list[Seal]:
    """Return the seals of a license in the person's wallet."""
    reader = replace(holder_actor(visit.person, card.holder.id), permissions=_READING)
    return services.seals.of_license(reader, card.license.id)
