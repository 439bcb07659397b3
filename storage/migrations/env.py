"""Run by Alembic, on the connection that ``sealservice.infra.sql.migrate`` hands over."""

from alembic import context

from sealservice.infra.sql.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
