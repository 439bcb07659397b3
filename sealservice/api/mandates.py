"""``/licenses/{id}/persons`` and ``…/mandates``: who may act for a license, and in what."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.api.values import Id, JsonEnum, Line, Sent
from sealservice.kernel.actor import Actor, Permission
from sealservice.licenses.delegation import Use
from sealservice.licenses.mandate import Act, Chain, MandateState, Scope
from sealservice.licenses.mandates import MandateWish
from sealservice.licenses.naming import PersonNamed
from sealservice.licenses.persons import HolderRole, LicenseHolder

router: APIRouter = ProblemRouter("licenses")

Reader = Annotated[Actor, may(Permission.LICENSES_READ)]
Writer = Annotated[Actor, may(Permission.LICENSES_WRITE)]

_MOST_NAMES = 100


class PersonWanted(Sent):
    """A person as they were named at the counter."""

    role: JsonEnum[HolderRole]
    name: Line = Field(examples=["张三"])
    document_number: Line = Field(
        description="Of the identity document. Only a slow digest and the last four letters stay."
    )


class PersonShown(BaseModel):
    """A person in their role in one license."""

    id: str = Field(examples=["lho_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    license_id: str
    role: HolderRole
    name: str
    document_hint: str = Field(description="The last letters of the document's number.")
    created_at: datetime
    ended_at: datetime | None
    ended_reason: str | None

    @classmethod
    def of(cls, holder: LicenseHolder) -> "PersonShown":
        """Show a person."""
        return cls(
            id=holder.id,
            license_id=holder.license_id,
            role=holder.role,
            name=holder.person.name,
            document_hint=holder.person.document_hint,
            created_at=holder.created_at,
            ended_at=holder.ended_at,
            ended_reason=holder.ended_reason,
        )


class Persons(BaseModel):
    """The persons of one license."""

    data: list[PersonShown]


class EndReason(Sent):
    """Why a role or mandate ends."""

    reason: str = Field(examples=["离职"])


Names = Annotated[list[Id], Field(min_length=1, max_length=_MOST_NAMES)]


class MandateWanted(Sent):
    """A mandate that is to be given. What is left out is not narrowed."""

    giver_id: Id = Field(description="A person of the license.")
    receiver_id: Id = Field(description="Another one.")
    parent_id: Id | None = Field(
        default=None,
        description="The giver's own mandate that it is given out of; the principal needs none.",
    )
    acts: list[JsonEnum[Act]] = Field(min_length=1, max_length=len(Act))
    matters: Names | None = Field(default=None, description="Codes of matters; null: all.")
    seals: Names | None = Field(default=None, description="Ids of seals; null: all.")
    relying_parties: Names | None = Field(default=None, description="null: all.")
    uses: int | None = Field(default=None, ge=1, description="How many; null: any number.")
    starts_at: Annotated[datetime, Field(strict=False)]
    ends_at: Annotated[datetime, Field(strict=False, description="When it is over.")]
    may_delegate: bool = Field(
        default=False, description="Whether the receiver may make others what they are."
    )

    def wish(self, license_id: str) -> MandateWish:
        """Return the wish as licenses know it."""
        scope = Scope(
            acts=frozenset(self.acts),
            starts_at=_zoned(self.starts_at),
            ends_at=_zoned(self.ends_at),
            matters=_set(self.matters),
            seals=_set(self.seals),
            relying_parties=_set(self.relying_parties),
            uses=self.uses,
        )
        return MandateWish(
            license_id=license_id,
            giver_id=self.giver_id,
            receiver_id=self.receiver_id,
            scope=scope,
            parent_id=self.parent_id,
            may_delegate=self.may_delegate,
        )


class MandateShown(BaseModel):
    """A mandate, as it stands at this moment."""

    id: str = Field(examples=["mnd_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    license_id: str
    state: MandateState = Field(description="Computed now, the giver's mandates included.")
    giver: PersonShown
    receiver: PersonShown
    parent_id: str | None
    acts: list[Act]
    matters: list[str] | None
    seals: list[str] | None
    relying_parties: list[str] | None
    uses: int | None
    used: int = Field(description="Uses so far, by mandates given out of it, too.")
    starts_at: datetime
    ends_at: datetime
    may_delegate: bool
    created_at: datetime
    revoked_at: datetime | None
    revoked_reason: str | None

    @classmethod
    def of(cls, chain: Chain, now: datetime) -> "MandateShown":
        """Show a mandate."""
        link, mandate = chain.links[0], chain.mandate
        scope = mandate.scope
        return cls(
            id=mandate.id,
            license_id=mandate.license_id,
            state=chain.state(now),
            giver=PersonShown.of(link.giver),
            receiver=PersonShown.of(chain.receiver),
            parent_id=mandate.parent_id,
            acts=sorted(scope.acts),
            matters=_list(scope.matters),
            seals=_list(scope.seals),
            relying_parties=_list(scope.relying_parties),
            uses=scope.uses,
            used=link.used,
            starts_at=scope.starts_at,
            ends_at=scope.ends_at,
            may_delegate=mandate.may_delegate,
            created_at=mandate.created_at,
            revoked_at=mandate.revoked_at,
            revoked_reason=mandate.revoked_reason,
        )


class Mandates(BaseModel):
    """The mandates of one license, newest first."""

    data: list[MandateShown]


class Permitted(BaseModel):
    """That somebody may do something at this moment."""

    mandate_id: str | None = Field(description="By which mandate; null: the principal acts.")


def _set(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def _list(names: frozenset[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _zoned(moment: datetime) -> datetime:
    """Read a time without a zone as UTC, as all times of this API are."""
    return moment if moment.tzinfo else datetime.fromisoformat(f"{moment.isoformat()}+00:00")


@router.post(
    "/licenses/{license_id}/persons",
    status_code=201,
    response_model=PersonShown,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
    summary="Name a person of an e-license",
)
def name(
    services: Services, actor: Writer, once: OnceOnly, license_id: str, wanted: PersonWanted
) -> Response:
    """Give a person a role. The principal's name must be the one on the face."""
    named = PersonNamed(wanted.role, wanted.name, wanted.document_number)

    def work() -> Created:
        return Created(PersonShown.of(services.persons.name(actor, license_id, named)))

    return once.run(actor, wanted, work)


@router.get(
    "/licenses/{license_id}/persons",
    responses=problems(401, 403, 404),
    summary="List the persons of an e-license",
)
def persons(services: Services, actor: Reader, license_id: str) -> Persons:
    """List who has, or had, a role in the license."""
    found = services.persons.of_license(actor, license_id)
    return Persons(data=[PersonShown.of(holder) for holder in found])


@router.post(
    "/licenses/{license_id}/persons/{person_id}/end",
    response_model=PersonShown,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
    summary="End a person's role",
)
def end(
    services: Services,
    actor: Writer,
    once: OnceOnly,
    license_id: str,
    person_id: str,
    given: EndReason,
) -> Response:
    """End a role for good; every mandate given by or to this person stops in the same moment."""

    def work() -> Created:
        ended = services.persons.end(actor, license_id, person_id, given.reason)
        return Created(PersonShown.of(ended), status=200)

    return once.run(actor, given, work)


@router.post(
    "/licenses/{license_id}/mandates",
    status_code=201,
    response_model=MandateShown,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
    summary="Give a mandate",
)
def give(
    services: Services, actor: Writer, once: OnceOnly, license_id: str, wanted: MandateWanted
) -> Response:
    """Write down that one person of a license gave another a mandate."""

    def work() -> Created:
        chain = services.mandates.give(actor, wanted.wish(license_id))
        return Created(MandateShown.of(chain, services.clock()))

    return once.run(actor, wanted, work)


@router.get(
    "/licenses/{license_id}/mandates",
    responses=problems(401, 403, 404),
    summary="List the mandates of an e-license",
)
def mandates(services: Services, actor: Reader, license_id: str) -> Mandates:
    """List every mandate, newest first, as it stands now."""
    found, now = services.mandates.of_license(actor, license_id), services.clock()
    return Mandates(data=[MandateShown.of(chain, now) for chain in found])


@router.get("/mandates/{mandate_id}", responses=problems(401, 403, 404), summary="Show a mandate")
def show(services: Services, actor: Reader, mandate_id: str) -> MandateShown:
    """Show one mandate as it stands now."""
    return MandateShown.of(services.mandates.show(actor, mandate_id), services.clock())


@router.post(
    "/mandates/{mandate_id}/revoke",
    response_model=MandateShown,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
    summary="Revoke a mandate",
)
def revoke(
    services: Services, actor: Writer, once: OnceOnly, mandate_id: str, given: EndReason
) -> Response:
    """Revoke a mandate, and with it what was given out of it; the next use of any is refused."""

    def work() -> Created:
        chain = services.mandates.revoke(actor, mandate_id, given.reason)
        return Created(MandateShown.of(chain, services.clock()), status=200)

    return once.run(actor, given, work)


@router.get(
    "/licenses/{license_id}/persons/{person_id}/permission",
    responses=problems(401, 403, 404, 422),
    summary="Ask whether a person may act for an e-license",
)
def permission(  # noqa: PLR0913 - what is asked for, each by itself
    services: Services,
    actor: Reader,
    license_id: str,
    person_id: str,
    act: Act,
    *,
    mandate_id: Annotated[str | None, Query(max_length=100)] = None,
    seal_id: Annotated[str | None, Query(max_length=100)] = None,
    matter: Annotated[str | None, Query(max_length=100)] = None,
    relying_party: Annotated[str | None, Query(max_length=100)] = None,
) -> Permitted:
    """Answer 200 if the person may do this at this moment, else 403 with the reason."""
    use = Use(
        organisation_id=actor.organisation_id,
        license_id=license_id,
        holder_id=person_id,
        act=act,
        mandate_id=mandate_id,
        seal_id=seal_id,
        matter=matter,
        relying_party=relying_party,
    )
    chain = services.mandates.require(actor, use).chain
    return Permitted(mandate_id=chain.mandate.id if chain else None)
