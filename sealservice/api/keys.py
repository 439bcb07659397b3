"""``/api-keys``: the keys of programs."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.listing import Page, PageAsked
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.api.values import Line, Sent
from sealservice.identity.model import ApiKey
from sealservice.kernel.actor import Actor, Permission

router: APIRouter = ProblemRouter("api-keys")

Administrator = Annotated[Actor, may(Permission.ADMIN)]


class KeyWanted(Sent):
    """A wish for an API key."""

    name: Line = Field(description="What the key is for.", examples=["开户系统"])
    scopes: list[Annotated[Permission, Field(strict=False)]] = Field(
        min_length=1,
        max_length=len(Permission),
        description="What the key may do; an API key cannot grant what it lacks itself.",
        examples=[["documents:write", "orders:write", "orders:read"]],
    )
    days: int | None = Field(default=None, ge=1, le=366, description="Lifetime; 90 if not said.")


class KeyShown(BaseModel):
    """An API key, without the key itself."""

    id: str = Field(examples=["key_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    name: str
    hint: str = Field(description="Its last characters.")
    scopes: list[Permission]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> "KeyShown":
        """Show a key."""
        return cls(
            id=key.id,
            name=key.name,
            hint=key.hint,
            scopes=sorted(key.scopes),
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
        )


class KeyIssued(KeyShown):
    """A new API key; only this answer holds the key itself."""

    key: str | None = Field(
        description="The key, shown this once. Null when the request is repeated.",
        examples=["esk_test_…"],
    )


@router.post(
    "/api-keys",
    status_code=201,
    response_model=KeyIssued,
    responses=problems(400, 401, 403, 409, 413, 422),
    summary="Issue an API key",
)
def issue(services: Services, actor: Administrator, once: OnceOnly, wanted: KeyWanted) -> Response:
    """Issue a key for the organisation's own programs. Keep it: it is not shown again."""

    def work() -> Created:
        key, secret = services.api_keys.create_api_key(
            actor, wanted.name, frozenset(wanted.scopes), wanted.days
        )
        shown = KeyShown.of(key).model_dump()
        return Created(KeyIssued(**shown, key=secret), kept=KeyIssued(**shown, key=None))

    return once.run(actor, wanted, work)


@router.get("/api-keys", responses=problems(401, 403, 422), summary="List API keys")
def page(services: Services, actor: Administrator, paging: PageAsked) -> Page[KeyShown]:
    """List the organisation's keys, expired and revoked ones included."""
    return paging.page(
        lambda after, limit: services.api_keys.list_api_keys(actor, after, limit),
        KeyShown.of,
        lambda key: key.id,
    )


@router.delete(
    "/api-keys/{key_id}",
    status_code=204,
    responses=problems(401, 403, 404),
    summary="Revoke an API key",
)
def revoke(services: Services, actor: Administrator, key_id: str) -> None:
    """Revoke a key at once. Revoking it again changes nothing."""
    services.api_keys.revoke_api_key(actor, key_id)
