"""Rows of persons, holders and mandates, and what they are."""

from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, Table, func, select

from sealservice.infra.sql.mandate_tables import (
    license_holders,
    mandate_uses,
    mandates,
    persons,
)
from sealservice.licenses.mandate import Act, Chain, Link, Mandate, Named, Scope
from sealservice.licenses.persons import HolderRole, LicenseHolder, Person

GIVER: Final = license_holders.alias("giver")
RECEIVER: Final = license_holders.alias("receiver")
GIVER_PERSON: Final = persons.alias("giver_person")
RECEIVER_PERSON: Final = persons.alias("receiver_person")


def names_of(table: Table) -> list[str]:
    """Return the names of a table's columns."""
    return [column.name for column in table.c]


def labelled(prefix: str, *tables: Any) -> list[ColumnElement[Any]]:  # noqa: ANN401 - aliases
    """Return all columns of a holder and their person, told apart by a prefix."""
    holder, person = tables
    return [
        *(column.label(f"{prefix}_{column.name}") for column in holder.c),
        *(column.label(f"{prefix}_who_{column.name}") for column in person.c),
    ]


def chains_from(start: ColumnElement[bool], besides: str | None = None) -> Select[Any]:
    """Return the query of the mandates that ``start`` chooses and all they were given out of.

    One row for each link: ``leaf`` is the mandate whose chain it belongs to, ``depth`` counts
    upwards from it. Uses are counted without the one by the subject ``besides``.
    """
    first = select(mandates.c.id.label("leaf"), mandates.c.id, func.coalesce(0).label("depth"))
    climb = first.where(start).cte("climb", recursive=True)
    child = mandates.alias("child")
    climb = climb.union_all(
        select(climb.c.leaf, child.c.parent_id, climb.c.depth + 1)
        .join(child, child.c.id == climb.c.id)
        .where(child.c.parent_id.is_not(None))
    )
    used = select(func.count()).where(mandate_uses.c.mandate_id == mandates.c.id)
    if besides is not None:
        used = used.where(mandate_uses.c.subject != besides)
    leaf = mandates.alias("leaf_mandate")
    return (
        select(
            climb.c.leaf,
            climb.c.depth,
            *(column.label(f"mandate_{column.name}") for column in mandates.c),
            used.scalar_subquery().label("used"),
            *labelled("giver", GIVER, GIVER_PERSON),
            *labelled("receiver", RECEIVER, RECEIVER_PERSON),
        )
        .select_from(climb)
        .join(mandates, mandates.c.id == climb.c.id)
        .join(GIVER, GIVER.c.id == mandates.c.giver_id)
        .join(GIVER_PERSON, GIVER_PERSON.c.id == GIVER.c.person_id)
        .join(leaf, leaf.c.id == climb.c.leaf)
        .join(RECEIVER, RECEIVER.c.id == leaf.c.receiver_id)
        .join(RECEIVER_PERSON, RECEIVER_PERSON.c.id == RECEIVER.c.person_id)
    )


def chains_of(rows: list[RowMapping]) -> list[Chain]:
    """Put the rows of such a query together, newest mandate first."""
    found: dict[str, list[RowMapping]] = {}
    for row in rows:
        found.setdefault(row["leaf"], []).append(row)
    return [_chain(found[leaf]) for leaf in sorted(found, reverse=True)]


def _chain(rows: list[RowMapping]) -> Chain:
    ordered = sorted(rows, key=lambda row: row["depth"])
    links = (Link(mandate_of(row), holder_of(row, "giver"), row["used"]) for row in ordered)
    return Chain(tuple(links), holder_of(ordered[0], "receiver"))


def holder_of(row: RowMapping, prefix: str) -> LicenseHolder:
    """Return the holder whose columns have a prefix."""
    person = {name: row[f"{prefix}_who_{name}"] for name in names_of(persons)}
    return LicenseHolder(
        id=row[f"{prefix}_id"],
        organisation_id=row[f"{prefix}_organisation_id"],
        license_id=row[f"{prefix}_license_id"],
        person=Person(**person),
        role=HolderRole(row[f"{prefix}_role"]),
        created_at=row[f"{prefix}_created_at"],
        ended_at=row[f"{prefix}_ended_at"],
        ended_reason=row[f"{prefix}_ended_reason"],
    )


def mandate_of(row: RowMapping) -> Mandate:
    """Return the mandate of a row, whose columns have the prefix ``mandate``."""
    kept = {name: row[f"mandate_{name}"] for name in names_of(mandates)}
    scope = Scope(
        acts=frozenset(Act(act) for act in kept.pop("acts")),
        matters=_named(kept.pop("matters")),
        seals=_named(kept.pop("seals")),
        relying_parties=_named(kept.pop("relying_parties")),
        uses=kept.pop("uses"),
        starts_at=kept.pop("starts_at"),
        ends_at=kept.pop("ends_at"),
    )
    return Mandate(scope=scope, **kept)


def mandate_row(mandate: Mandate) -> dict[str, object]:
    """Return the row of a mandate."""
    scope = mandate.scope
    return {
        "id": mandate.id,
        "organisation_id": mandate.organisation_id,
        "license_id": mandate.license_id,
        "giver_id": mandate.giver_id,
        "receiver_id": mandate.receiver_id,
        "parent_id": mandate.parent_id,
        "acts": sorted(act.value for act in scope.acts),
        "matters": _listed(scope.matters),
        "seals": _listed(scope.seals),
        "relying_parties": _listed(scope.relying_parties),
        "uses": scope.uses,
        "starts_at": scope.starts_at,
        "ends_at": scope.ends_at,
        "may_delegate": mandate.may_delegate,
        "created_at": mandate.created_at,
        "actor_kind": mandate.actor_kind,
        "actor_id": mandate.actor_id,
        "revoked_at": mandate.revoked_at,
        "revoked_reason": mandate.revoked_reason,
    }


def _named(names: list[str] | None) -> Named:
    return None if names is None else frozenset(names)


def _listed(names: Named) -> list[str] | None:
    return None if names is None else sorted(names)
