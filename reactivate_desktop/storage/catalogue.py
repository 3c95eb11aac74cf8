"""What a database's catalogue says, in plain words: the migrated database against the one the models make."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from reactivate_desktop import bundle
from reactivate_desktop.config.secrets import MemorySecrets
from reactivate_desktop.storage import roles
from reactivate_desktop.storage.catalogue_questions import OURS, QUESTIONS
from reactivate_desktop.storage.dsn import Dsn, read_dsn
from reactivate_desktop.storage.guards import GUARDS, guard_sql
from reactivate_desktop.storage.migrate import admin_connection, migrate, prepare_schemas
from reactivate_desktop.storage.models.everything import metadata
from reactivate_desktop.storage.roles import Conn, Names
from reactivate_desktop.storage.server.launcher import EmbeddedServer

# Kind of thing -> its name -> what is said of it.
Catalogue = dict[str, dict[str, dict[str, Any]]]

# What SQL files alone define: run in this order after the tables are made. A migration that replaces a
# function or the view adds its file here.
_CODE_FILES = (
    "0006_functions",
    "0006_staff",
    "0006_services",
    "0007_sources",
    "0007_claims",
    "0008_counting",
    "0009_search",
    "0010_search",
    "0012_claims",
    "0013_search",
    "0014_claims",
)
_GRANT_FILES = (
    "0006_grants",
    "0007_grants",
    "0008_grants",
    "0009_grants",
    "0010_grants",
    "0012_grants",
    "0013_grants",
    "0014_grants",
)
_VIEW_FILE = "0002_patients"
# What alembic makes by itself, and what the migrations do to it.
_ALEMBIC = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
    "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
    "ALTER TABLE alembic_version ENABLE ROW LEVEL SECURITY",
)
_VIEW_GRANT = "GRANT SELECT ON patient_full TO @app@, @worker@"


def read_catalogue(conn: Conn, names: Names) -> Catalogue:
    """Return what the catalogue says of our schemas; names of roles and schemas become @owner@ and so on.

    Runs in the caller's transaction if there is one, and leaves its search_path as it was.
    """
    before = conn.execute("SELECT current_setting('search_path')").fetchone()
    # Names that the search path finds are printed without their schema, so that two schemas compare.
    conn.execute("SELECT set_config('search_path', %s, false)", (names.fill("@data@, @trgm@"),))
    words = _words(names, conn.info.user)
    found: Catalogue = {}
    for kind, question in QUESTIONS.items():
        rows = conn.execute(OURS + question, {"data": names.data}).fetchall()
        found[kind] = {str(_plain(name, words)): _plain(facts, words) for name, facts in rows}
    conn.execute("SELECT set_config('search_path', %s, false)", before)
    return found


def differences(a: Catalogue, b: Catalogue, *, called: tuple[str, str] = ("first", "second")) -> list[str]:
    """Return a sentence for each thing that is not the same in both, in a fixed order."""
    found: list[str] = []
    for kind in a:
        mine, other = a[kind], b[kind]
        for where, names in zip(called, (mine.keys() - other.keys(), other.keys() - mine.keys()), strict=True):
            found += [f"The {kind} {name} is only in the {where}." for name in sorted(names)]
        for name in sorted(mine.keys() & other.keys()):
            found += [
                f"The {kind} {name} differs in its {fact}: {called[0]} {_short(value, other[name][fact])}; "
                f"{called[1]} {_short(other[name][fact], value)}."
                for fact, value in mine[name].items()
                if value != other[name][fact]
            ]
    return found


def build_from_models(conn: Conn, names: Names) -> Names:
    """Make our tables, functions, policies and grants from the models in an empty database, without alembic.

    The roles must be there (`roles.prepare_roles`). Returns the names with the schema of pg_trgm.
    """
    names = prepare_schemas(conn, names)
    conn.execute(names.fill("SET ROLE @owner@"))
    conn.execute("SELECT set_config('search_path', %s, false)", (names.fill("@data@, @trgm@"),))
    conn.execute("SELECT similarity('a', 'b')")  # loads the library: a function sets pg_trgm.*
    for statement in _model_statements():
        conn.execute(names.fill(statement))
    conn.execute("RESET ROLE")
    return names


def _model_statements() -> Iterator[str]:
    made: list[str] = []
    dialect = sa.create_engine("postgresql+psycopg://").dialect

    def note(ddl: Any, *_: Any, **__: Any) -> None:
        made.append(str(ddl.compile(dialect=dialect)))

    metadata.create_all(sa.create_mock_engine("postgresql+psycopg://", note), checkfirst=False)
    yield from made
    yield from _ALEMBIC[:1]
    view = re.search(r"^CREATE VIEW patient_full .*?;$", _file(_VIEW_FILE), re.MULTILINE | re.DOTALL)
    assert view is not None, "the migrations make no view patient_full"
    yield view[0]
    yield from map(_file, _CODE_FILES)
    for table in GUARDS:
        # Nobody can write a generated column, so none is granted.
        yield from guard_sql(table, [c.name for c in metadata.tables[table].columns if c.computed is None])
    yield from (*_ALEMBIC[1:], _VIEW_GRANT, *map(_file, _GRANT_FILES))


def _file(stem: str) -> str:
    return (bundle.folder("migrations") / "sql" / f"{stem}.sql").read_text(encoding="utf-8")


def _words(names: Names, login: str) -> list[tuple[re.Pattern[str], str]]:
    """Return what to replace in texts of the catalogue, longest names first."""
    known = {names.owner: "@owner@", names.app: "@app@", names.worker: "@worker@"}
    known.setdefault(login, "@admin@")
    spoken = [
        (re.compile(rf'"{re.escape(name)}"|(?<![\w.]){re.escape(name)}(?!\w)'), word)
        for name, word in sorted(known.items(), key=lambda each: -len(each[0]))
    ]
    # Tables and pg_trgm may share a schema: one word for both, so that any two installations compare.
    schemas = "|".join(re.escape(name) for name in {names.data, names.trgm})
    return [*spoken, (re.compile(rf'"(?:{schemas})"|(?<![\w.])(?:{schemas})(?!\w)'), "@schema@")]


def _plain(value: Any, words: list[tuple[re.Pattern[str], str]]) -> Any:
    if isinstance(value, str):
        for pattern, word in words:
            value = pattern.sub(word, value)
        return value
    if isinstance(value, list):
        return sorted((_plain(each, words) for each in value), key=str)
    if isinstance(value, dict):
        return {key: _plain(each, words) for key, each in value.items()}
    return value


def _short(value: Any, beside: Any) -> str:
    """Return `value` as text; of a long one only the part around where it parts from `beside`."""
    text, other = str(value), str(beside)
    if len(text) <= 300:
        return text
    pairs = enumerate(zip(text, other, strict=False))
    start = next((n for n, (x, y) in pairs if x != y), min(len(text), len(other)))
    return f"...{text[max(0, start - 60) : start + 120]}..."


def compare_migrations(admin: Dsn) -> list[str]:
    """Migrate one new database of the server, make another from the models, and return the differences.

    `admin` is a superuser's login; the databases stay, so use a server that is thrown away.
    """
    with admin_connection(admin) as conn:
        for name in ("migrated", "modelled"):
            conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    migrated = migrate(admin.on("migrated"))
    with admin_connection(admin.on("migrated")) as conn:
        ours = read_catalogue(conn, migrated.names)
    with admin_connection(admin.on("modelled")) as conn:
        names = roles.names_for("modelled", "public")
        roles.prepare_roles(conn, names, "modelled")
        names = build_from_models(conn, names)
        return differences(ours, read_catalogue(conn, names), called=("migrations", "models"))


def main() -> int:
    """Print each difference between migrations and models; 1 when there is any."""
    with tempfile.TemporaryDirectory(prefix="reactivate-catalogue-") as folder:
        server = EmbeddedServer(Path(folder) / "server", secrets=MemorySecrets(), durable=False)
        try:
            found = compare_migrations(read_dsn(server.attach().dsn("postgres")))
        finally:
            server.discard()
    for sentence in found:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.write(f"Migrations against models: {len(found) or 'no'} differences.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
