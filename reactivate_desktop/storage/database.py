"""A pool of connections to one Postgres login; opens nothing until it is used."""

from __future__ import annotations

import psycopg
import sqlalchemy as sa

from reactivate_desktop import __version__
from reactivate_desktop.domain.errors import Invalid
from reactivate_desktop.storage.driver_errors import Unreachable
from reactivate_desktop.storage.dsn import Dsn

# A desk uses one or two connections; 200 desks must fit into one server.
_POOL = 4
_CONNECT_SECONDS = 10
# Without it a cut network freezes a desk for 15 minutes; systems other than Linux ignore it.
_UNANSWERED_MS = 30_000
Connection = psycopg.Connection[tuple[object, ...]]


def connect_to(dsn: Dsn, *, autocommit: bool = False) -> Connection:
    """Return a new connection; one that is refused or not answered raises Unreachable, which names the database."""
    try:
        return psycopg.connect(
            dsn.url(with_password=True),
            autocommit=autocommit,
            connect_timeout=_CONNECT_SECONDS,
            application_name=f"reactivate {__version__}",
            prepare_threshold=None if dsn.pooled else 5,
            keepalives_idle=20,
            keepalives_interval=5,
            keepalives_count=3,
            tcp_user_timeout=_UNANSWERED_MS,
        )
    except psycopg.OperationalError as error:
        raise Unreachable(error, f"{dsn.host}:{dsn.port}/{dsn.database}", dsn.user) from error


class Database:
    """The database as one login sees it; `listen_dsn` is the server itself where `dsn` is a pooler."""

    def __init__(self, dsn: Dsn, *, listen_dsn: Dsn | None = None, pool_size: int = _POOL) -> None:
        self.dsn = dsn
        self.listen_dsn = listen_dsn
        self.engine = sa.create_engine(
            "postgresql+psycopg://",
            creator=self.connect,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=15,
            # The one that was used last knows its statements already; the others are for what runs beside it.
            pool_use_lifo=True,
            hide_parameters=True,
        )

    def connect(self, *, autocommit: bool = False, direct: bool = False) -> Connection:
        """Return a connection of its own, outside the pool; `direct` for listening, which no pooler passes on.

        Raises Unreachable (inside `translated` ConnectionLost), Invalid when only the pooler is known.
        """
        dsn = self.listen_dsn or self.dsn if direct else self.dsn
        if direct and dsn.pooled:
            raise Invalid("Name the server itself in listen_url: live changes cannot pass a pooler.")
        return connect_to(dsn, autocommit=autocommit)

    def move(self, dsn: Dsn) -> None:
        """Use another address from now on: an embedded server that was started again has another port."""
        self.dsn = dsn
        self.engine.dispose()

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()
