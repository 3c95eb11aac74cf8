"""Postgres: models, migrations, the unit of work, queries and the embedded server."""
