"""Who calls: an API key in ``Authorization: Bearer``, and the permissions an operation needs.

The permission is asked for here, before a body is read or an earlier answer repeated, and again by
the service that does the work.
"""

from typing import Annotated, Any

from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from sealservice.api.services import Services
from sealservice.identity.errors import ApiKeyMissing
from sealservice.kernel.actor import Actor, Permission

_bearer = HTTPBearer(
    scheme_name="ApiKey",
    bearerFormat="esk_",
    description=(
        "An API key: `esk_live_…`, or `esk_test_…` in a demonstration. Its scopes say which "
        "operations it opens; each operation names those it needs."
    ),
    auto_error=False,
)


def _caller(
    needed: SecurityScopes,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    services: Services,
) -> Actor:
    if credentials is None:
        raise ApiKeyMissing
    actor = services.api_keys.authenticate_api_key(credentials.credentials)
    for scope in needed.scopes:
        actor.require(Permission(scope))
    return actor


def may(*permissions: Permission) -> Any:  # noqa: ANN401 (FastAPI's own type for a dependency)
    """Return the dependency that gives the caller, who has all these permissions."""
    return Security(_caller, scopes=[permission.value for permission in permissions])
