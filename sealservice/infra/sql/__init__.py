"""PostgreSQL: the connection, the tables, migrations, and one store per feature."""
