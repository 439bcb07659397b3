"""The kinds of columns and checks that every table is made of."""

from typing import Any, Final

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, MetaData, Text
from sqlalchemy.types import TypeEngine

metadata: Final = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)


def needed(name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any]) -> Column[Any]:
    """Return a column that every row fills."""
    return Column(name, kind, nullable=False)


def moment(name: str, *, needed: bool = True) -> Column[Any]:
    """Return a ``timestamptz`` column."""
    return Column(name, DateTime(timezone=True), nullable=not needed)


def refers(name: str, to: str, *, needed: bool = True) -> Column[Any]:
    """Return a column that holds the id of another table's row."""
    return Column(name, Text, ForeignKey(to), nullable=not needed)


def organisation() -> Column[Any]:
    """Return the column that says whose a row is."""
    return refers("organisation_id", "organisations.id")


def key(name: str = "id") -> Column[Any]:
    """Return the primary key."""
    return Column(name, Text, primary_key=True)


def one_of(column: str, *words: str) -> CheckConstraint:
    """Return the check that a column holds one of these words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def digest(column: str) -> CheckConstraint:
    """Return the check that a column holds 64 hexadecimal letters."""
    return CheckConstraint(f"{column} ~ '^[0-9a-f]{{64}}$'", name=column)
