"""What a DATABASE_URL says: Prisma's extras taken apart, unusual names warned of, passwords hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from reactivate_desktop.domain.errors import Invalid

# Prisma's own parameters; libpq refuses a URL that carries them.
_PRISMA_ONLY = frozenset(
    {
        "schema",
        "connection_limit",
        "pool_timeout",
        "pgbouncer",
        "socket_timeout",
        "statement_cache_size",
        "sslaccept",
        "sslidentity",
        "sslpassword",
    }
)


@dataclass(frozen=True, repr=False)
class Dsn:
    """One Postgres login: where, as whom, and which schema holds the tables."""

    host: str
    port: int
    database: str
    user: str
    password: str | None
    options: tuple[tuple[str, str], ...] = ()
    schema: str = "public"
    # Behind pgbouncer in transaction mode: statements are not prepared (Prisma's ?pgbouncer=true).
    pooled: bool = False

    def __repr__(self) -> str:
        return f"Dsn({self.url()})"

    def url(self, *, with_password: bool = False) -> str:
        """Return the URL that libpq takes; the password only when asked for."""
        login = quote(self.user, safe="")
        if with_password and self.password is not None:
            login += ":" + quote(self.password, safe="")
        # libpq takes a + as it is: blanks must be %20.
        query = f"?{urlencode(self.options, quote_via=quote)}" if self.options else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql://{login}@{host}:{self.port}/{quote(self.database, safe='')}{query}"

    def login(self, user: str, password: str | None) -> Dsn:
        """Return the same database with another login."""
        return replace(self, user=user, password=password)

    def on(self, database: str) -> Dsn:
        """Return the same login on another database of the server."""
        return replace(self, database=database)

    def warnings(self) -> list[str]:
        """Return a sentence for each name that Postgres would fold or quote."""
        return [
            f'The {what} name "{name}" has upper-case letters, which unquoted SQL folds to lower case. '
            f"Please use {name.lower()} instead, or quote it everywhere."
            for what, name in (("database", self.database), ("user", self.user))
            if name != name.lower()
        ]


def read_dsn(url: str) -> Dsn:
    """Return what `url` says. Raises Invalid when it is no usable Postgres URL."""
    try:
        parts = urlsplit(url.strip())
    except ValueError as error:
        raise Invalid("DATABASE_URL has a host in [ ] that is no IPv6 address.") from error
    if parts.scheme not in ("postgres", "postgresql"):
        raise Invalid(
            "DATABASE_URL must look like postgresql://user:password@host:5432/database. "
            f"It begins with {parts.scheme or 'nothing'}://."
        )
    try:
        port = parts.port or 5432
    except ValueError as error:
        raise Invalid("DATABASE_URL has a port that is not a number from 1 to 65535.") from error
    database = unquote(parts.path.lstrip("/"))
    if not parts.hostname or not parts.username or not database:
        raise Invalid("DATABASE_URL must name a host, a user and a database.")
    query = parse_qsl(parts.query)
    schema = next((v for k, v in query if k == "schema"), "public")
    kept = schema in ("app", "information_schema") or schema.startswith("pg_")
    if kept or not re.fullmatch(r"[a-z0-9_]{1,63}", schema):
        raise Invalid(
            f'The schema "{schema}" in DATABASE_URL cannot be used: take lower-case letters, digits and _ '
            '(and not "app", which the program keeps for itself).'
        )
    options = tuple((k, v) for k, v in query if k not in _PRISMA_ONLY)
    password = unquote(parts.password) if parts.password is not None else None
    pooled = dict(query).get("pgbouncer") == "true"
    found = Dsn(parts.hostname, port, database, unquote(parts.username), password, options, schema, pooled)
    _check_for_libpq(found)
    return found


def _check_for_libpq(dsn: Dsn) -> None:
    """Raise Invalid for what libpq would refuse when the program connects; the password is never in the sentence."""
    try:
        conninfo_to_dict(dsn.url())
    except (psycopg.ProgrammingError, UnicodeError) as error:
        reason = str(error).strip().splitlines()[0] if isinstance(error, psycopg.Error) else "it is not UTF-8"
        raise Invalid(f"Postgres cannot use DATABASE_URL ({reason}). Please correct that part.") from error
    try:
        conninfo_to_dict(dsn.url(with_password=True))
    except (psycopg.ProgrammingError, UnicodeError):
        raise Invalid("DATABASE_URL has a password with a character that Postgres cannot take.") from None
