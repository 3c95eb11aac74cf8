"""Where a running server listens, and how its DSN is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote


@dataclass(frozen=True)
class ServerAddress:
    """Where a running server listens, and its superuser; `repr` hides the password."""

    host: str
    port: int
    superuser: str
    password: str = field(repr=False)

    def dsn(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """Return a postgresql:// URL; without `user` it is the superuser's, with the superuser's password."""
        if user is None:
            user, password = self.superuser, self.password
        login = quote(user, safe="") + (f":{quote(password, safe='')}" if password is not None else "")
        return f"postgresql://{login}@{self.host}:{self.port}/{quote(database, safe='')}"
