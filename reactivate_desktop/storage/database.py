"""A pool of connections to one Postgres login; opens nothing until it is used."""

from __future__ import annotations

import psycopg
import sqlalchemy as sa

from reactivate_desktop import __version__
from reactivate_desktop.storage.dsn import Dsn

# A desk uses one or two connections; 200 desks must fit into one server.
_POOL = 4
_CONNECT_SECONDS = 10


class Database:
    """The database as one login sees it."""

    def __init__(self, dsn: Dsn, *, pool_size: int = _POOL) -> None:
        self.dsn = dsn
        self.engine = sa.create_engine(
            "postgresql+psycopg://",
            creator=self.connect,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=15,
            hide_parameters=True,
        )

    def connect(self, *, autocommit: bool = False) -> psycopg.Connection[tuple[object, ...]]:
        """Return a connection of its own, outside the pool (for listening, and for the pool itself)."""
        return psycopg.connect(
            self.dsn.url(with_password=True),
            autocommit=autocommit,
            connect_timeout=_CONNECT_SECONDS,
            application_name=f"reactivate {__version__}",
            prepare_threshold=None if self.dsn.pooled else 5,
            keepalives_idle=20,
            keepalives_interval=5,
            keepalives_count=3,
        )

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()
