"""Who acts: every write takes an ``Actor``, and leaves an audit fact that names it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sealservice.kernel.errors import NotAllowed
from sealservice.kernel.text import Text


class Permission(StrEnum):
    """What a caller may do; an API key's scopes are these words."""

    LICENSES_READ = "licenses:read"
    LICENSES_WRITE = "licenses:write"
    SEALS_READ = "seals:read"
    SEALS_WRITE = "seals:write"
    DOCUMENTS_WRITE = "documents:write"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    RECORDS_READ = "records:read"
    VERIFY = "verify"
    """Keep verification reports and read those kept; verifying itself needs none."""
    AUDIT_READ = "audit:read"
    ADMIN = "admin"


class ActorKind(StrEnum):
    """By what right somebody acts."""

    OPERATOR = "operator"
    """A person at the command line of the machine, who can read its home folder."""
    STAFF = "staff"
    API_KEY = "api_key"
    HOLDER = "holder"
    """A person of a license, in their wallet; ``id`` is the person's."""
    PROCESS = "process"
    """One of our own processes, finishing what somebody else ordered."""


class PermissionMissing(NotAllowed):
    """The caller is known but lacks the permission for this."""

    code = "permission_missing"
    text = Text(
        "没有“{permission}”权限。请联系管理员授权。",
        "The permission “{permission}” is missing. Ask an administrator to grant it.",
    )


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts for one organisation with a fixed set of permissions."""

    kind: ActorKind
    id: str
    organisation_id: str
    permissions: frozenset[Permission]
    holder: str | None = None
    """Id of the person of a license (``licenses/persons.py``) that this is, if it is one."""
    mandate: "ActingBy | None" = None
    """The mandate by which they act; None: in their own right."""

    def require(self, permission: Permission) -> None:
        """Raise unless the actor holds the permission (``admin`` does not imply the others).

        Raises:
            PermissionMissing: the permission is not among the actor's.
        """
        if permission not in self.permissions:
            raise PermissionMissing(permission=permission.value)

    def acting_by(self, mandate: "ActingBy | None") -> "Actor":
        """Return the same actor, acting by a mandate."""
        return replace(self, mandate=mandate)


@dataclass(frozen=True, slots=True)
class ActingBy:
    """By which mandate of a license somebody acts, and in what; checked whenever it is used."""

    mandate_id: str
    matter: str | None = None
    """Code of the matter (事项)."""
    relying_party: str | None = None


EVERYTHING: Final = frozenset(Permission)


def operator(user: str, organisation_id: str) -> Actor:
    """Return the person at the machine's command line, who may do everything."""
    return Actor(ActorKind.OPERATOR, user, organisation_id, EVERYTHING)


def process(name: str, organisation_id: str) -> Actor:
    """Return one of our own processes acting for an organisation."""
    return Actor(ActorKind.PROCESS, name, organisation_id, EVERYTHING)
