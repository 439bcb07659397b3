"""Kinds of value that requests are made of."""

from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

from sealservice.kernel.fields import unprintable_problem
from sealservice.kernel.json import JsonObject


def _printable(value: str) -> str:
    if unprintable_problem(value):
        raise PydanticCustomError("unprintable", "holds characters that do not print")
    return value


Word = TypeVar("Word", bound=StrEnum)

JsonEnum = Annotated[Word, Strict(strict=False)]
"""One of the words of an enum; JSON knows no enums, so the word itself is taken."""


class Sent(BaseModel):
    """A body that callers send: unknown members are refused, nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
"""One line of text."""

Id = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_printable)]
"""The id of something that exists already."""

Base64 = Annotated[str, Field(max_length=4_096, pattern=r"^[A-Za-z0-9+/]+={0,2}$")]
"""Bytes in base64, RFC 4648 section 4."""

Millimetres = Annotated[float, Field(ge=-2_000, le=2_000, allow_inf_nan=False)]
"""A length on a page."""


class Failure(BaseModel):
    """The refusal that ended something, under its stable code and in both languages."""

    code: str
    zh: str
    en: str

    @classmethod
    def of(cls, kept: JsonObject | None) -> "Failure | None":
        """Show a failure as it was kept; None where there is none."""
        return None if kept is None else cls.model_validate(kept)
