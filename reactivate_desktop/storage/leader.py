"""Leaders: of all programs on one database, one at a time leads under a name."""

from __future__ import annotations

import hashlib

import psycopg

# The first half of the lock's key; 7261 belongs to the fixed locks of migrations and of sealing.
_NAMES = 7262
NOTIFIER = "notifier"


def try_lead(connection: psycopg.Connection[tuple[object, ...]], name: str) -> bool:
    """Return whether this connection leads under `name` from now on, or did so already; never waits.

    The lead ends with the connection, whatever happens to the PC: the connection must be one of its own,
    neither from the pool nor through PgBouncer.
    """
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_NAMES, _key(name))).fetchone()
    return row == (True,)


def _key(name: str) -> int:
    """Return the same 32 bits for a name in every program and version (Python's own hash differs by run)."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big", signed=True)
