"""The kinds of process, and the name under which each one is known to the database."""

from enum import StrEnum


class ProcessKind(StrEnum):
    """Who holds a set of credentials; each has only the rights its work needs."""

    ADMIN = "admin"
    """Migrations and buckets; not a running process."""
    WEB = "web"
    SIGNER = "signer"
    WORKER = "worker"
    CHECKER = "checker"

    @property
    def database_role(self) -> str:
        """Return its role in PostgreSQL; the administrator's is the owner of all tables."""
        return "sealservice_owner" if self is ProcessKind.ADMIN else f"sealservice_{self.value}"
