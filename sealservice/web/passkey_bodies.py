"""What the scripts of pages send about passkeys: these members and no others."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    form_token: str = ""
    """Of a session; a page without one sends none."""


class Answered(_Body):
    """What an authenticator answered, as WebAuthn's JSON."""

    answer: dict[str, Any]


class Enrolling(Answered):
    """The same, of a new passkey, and its name."""

    name: str = Field(max_length=200)


class KeyOffered(_Body):
    """The public part of a key that a browser holds, and that it does."""

    jwk: dict[str, str]
    proof: str = Field(max_length=100)
