"""Enrolling the demonstration's holder: the operator's act, on the owner's connection.

The database lets no running process insert a holder. Whoever sits at the machine and has the
credentials of ``setup`` (a private installation keeps them in its home) may.
"""

from contextlib import closing, suppress

from sealservice.bootstrap.demonstration_holder import DemonstrationHolder
from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.people import activations
from sealservice.bootstrap.services import Services
from sealservice.bootstrap.stores import open_stores
from sealservice.identity.activation_errors import PersonActive
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.errors import DatabaseUnavailable
from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import utc_now
from sealservice.licenses.errors import HolderEnrolmentRefused
from sealservice.licenses.model import Holder
from sealservice.licenses.naming import PersonNamed
from sealservice.licenses.persons import PRINCIPAL_ROLES
from sealservice.licenses.service import HolderService
from sealservice.sealing.batch_errors import BatchNotPending
from sealservice.sealing.batch_model import Batch
from sealservice.sealing.model import Order

_NAME = "演示持照人"
WALLET_DOCUMENT = "DEMO-0001"
"""Number of the identity document that the demonstration license's head shows at the counter."""


def enrolled_stand_in(
    installation: Installation, at_hand: Services, actor: Actor, license_id: str
) -> Holder:
    """Return the home's demonstration holder among a license's holders, enrolled if it must be.

    Raises:
        DemonstrationRefused: in production.
        HolderEnrolmentRefused: the database role at hand may not enrol.
        LicenseNotFound: there is no such license.
    """
    spki = DemonstrationHolder.of(installation).spki
    for holder in at_hand.holders.of_license(actor, license_id):
        if holder.spki == spki and holder.is_live:
            return holder
    stores = open_stores(installation, ProcessKind.ADMIN)
    with closing(stores.database):
        service = HolderService(
            licenses=stores.licenses,
            holders=stores.holders,
            audit=stores.audit,
            transaction=stores.database.transaction,
            clock=utc_now,
            environment=installation.settings.environment,
        )
        try:
            return service.enrol_demonstration_holder(actor, license_id, _NAME, spki)
        except DatabaseUnavailable:  # it answered a moment ago, to another role's credentials
            raise HolderEnrolmentRefused(license_id=license_id) from None


def approve_as_operator(
    installation: Installation, at_hand: Services, actor: Actor, order: Order
) -> None:
    """Have the home's demonstration holder approve an order; it is enrolled if it must be.

    Raises:
        DemonstrationRefused: in production.
        HolderEnrolmentRefused: it is not enrolled, and the database role at hand may not enrol.
        OrderNotPending, ApprovalExpired.
    """
    stand_in = DemonstrationHolder.of(installation)
    seal = at_hand.seals.show(actor, order.seal_id)
    holder = enrolled_stand_in(installation, at_hand, actor, seal.license_id)
    at_hand.orders.approve(actor, order.id, stand_in.assertion(holder.id, order.intent))


def approve_list_as_operator(
    installation: Installation, at_hand: Services, actor: Actor, batch: Batch
) -> None:
    """Have the home's demonstration holder approve a closed list, as ``approve_as_operator`` does.

    Raises:
        DemonstrationRefused, HolderEnrolmentRefused, BatchNotPending, ApprovalExpired.
    """
    if batch.intent is None:
        raise BatchNotPending(batch_id=batch.id, state=batch.state.value)
    stand_in = DemonstrationHolder.of(installation)
    seal = at_hand.seals.show(actor, batch.request.seals[0].seal_id)
    holder = enrolled_stand_in(installation, at_hand, actor, seal.license_id)
    at_hand.batches.approve(actor, batch.id, stand_in.assertion(holder.id, batch.intent))


def wallet_code(installation: Installation, at_hand: Services, actor: Actor) -> str | None:
    """Return an activation code for the demonstration license's head, who is named if need be.

    None: there is no license, or its head has a wallet already.

    Raises:
        DemonstrationRefused: in production.
    """
    DemonstrationHolder.of(installation)
    for license_ in at_hand.licenses.page(actor, None, 1):
        people = at_hand.persons.of_license(actor, license_.id)
        head = next((one for one in people if one.is_live and one.is_principal), None)
        if head is None:
            role = PRINCIPAL_ROLES[license_.entity_type]
            named = PersonNamed(role, license_.representative, WALLET_DOCUMENT)
            head = at_hand.persons.name(actor, license_.id, named)
        with suppress(PersonActive):
            service = activations(installation, at_hand.stores)
            return service.issue(actor, license_.id, head.id)[1]
    return None
