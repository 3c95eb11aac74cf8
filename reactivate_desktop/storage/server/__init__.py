"""The embedded Postgres server of one PC: found, started, shared and stopped."""
