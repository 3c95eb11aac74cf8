"""Where a desk's database is: its passwords, its reset, and an embedded server that dies."""

from __future__ import annotations

import contextlib
from pathlib import Path

import psutil
import pytest

from reactivate_desktop.config.secrets import MemorySecrets
from reactivate_desktop.config.settings import Settings
from reactivate_desktop.domain.errors import Conflict, Invalid, NotAllowed
from reactivate_desktop.services.database import DatabaseCare
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import head
from reactivate_desktop.storage.place import Place
from tests.conftest import ClinicDatabase, Server
from tests.storage.databases import ask, empty_database, new_login, run


def place_of(dsn: Dsn, home: Path, secrets: MemorySecrets, listen_url: str | None = None) -> Place:
    """The place of a desk whose DATABASE_URL is `dsn`."""
    return Place(Settings(home, database_url=dsn.url(with_password=True), listen_url=listen_url), secrets)


def test_a_new_database_gets_passwords_that_this_pc_knows(server: Server, tmp_path: Path) -> None:
    secrets = MemorySecrets()
    with empty_database(server) as dsn:
        place = place_of(dsn, tmp_path, secrets)
        names = place.migrate().names
        assert place.scope == f"{dsn.host}:{dsn.port}/{dsn.database}"
        app = place.login("app")
        assert app.user == names.app
        assert ask(app, "SELECT 1") == (1,)
        place.migrate()
        assert place.login("app") == app
        place.migrate(new_passwords=True)
        assert place.login("app") != app
        assert ask(place.login("app"), "SELECT 1") == (1,)


def test_a_login_of_the_desks_is_no_admin(server: Server, tmp_path: Path) -> None:
    secrets = MemorySecrets()
    with empty_database(server) as dsn:
        admin = place_of(dsn, tmp_path, secrets)
        admin.migrate()
        desk = place_of(admin.login("app"), tmp_path, MemorySecrets())
        assert desk.login("app") == admin.login("app")
        with pytest.raises(NotAllowed, match="Use the admin login"):
            desk.login("admin")
        assert admin.login("admin") == dsn


def test_a_login_with_a_like_name_is_not_the_desks(server: Server, tmp_path: Path) -> None:
    with empty_database(server) as dsn:
        secrets = MemorySecrets()
        place_of(dsn, tmp_path, secrets).migrate()
        login = f"reactivate_apprentice_{dsn.database}"
        run(dsn, f"CREATE ROLE {login} LOGIN SUPERUSER PASSWORD 'x'")
        apprentice = place_of(dsn.login(login, "x"), tmp_path, secrets)
        assert apprentice.login("app").user == f"reactivate_app_{dsn.database}"
        run(dsn, f"DROP ROLE {login}")


def test_a_password_that_the_database_did_not_take_is_not_kept(server: Server, tmp_path: Path) -> None:
    """A database administrator keeps the logins; what this PC knows of them still holds."""
    secrets = MemorySecrets()
    name, password = new_login(server)
    with empty_database(server) as dsn:
        before = place_of(dsn, tmp_path, secrets)
        names = before.migrate().names
        app, worker = (before.login(role).password for role in ("app", "worker"))
        run(dsn, names.fill(f"GRANT @owner@ TO {name}"), f"GRANT CONNECT ON DATABASE {dsn.database} TO {name}")
        place = place_of(dsn.login(name, password), tmp_path, secrets)
        for new_passwords in (False, True):
            assert place.migrate(new_passwords=new_passwords).kept == (names.app, names.worker)
            assert (place.login("app").password, place.login("worker").password) == (app, worker)
        assert ask(place.login("app"), "SELECT 1") == (1,)


def test_a_single_role_makes_no_passwords_and_its_reset_spares_what_is_not_ours(server: Server, tmp_path: Path) -> None:
    name, password = new_login(server)
    with empty_database(server, owner=name) as dsn:
        secrets = MemorySecrets()
        place = place_of(dsn.login(name, password), tmp_path, secrets)
        place.migrate(single_role=True)
        assert secrets._values == {}
        assert place.login("app") == place.login("admin")
        run(place.admin(), "CREATE TABLE recipe (name text)", "INSERT INTO recipe VALUES ('soup')")
        run(place.admin(), "CREATE VIEW seen AS SELECT id FROM clinic")
        with pytest.raises(Invalid, match="something else depends on our tables"):
            place.reset(dsn.database)
        assert ask(place.admin(), "SELECT count(*) FROM patient_full") == (0,)
        run(place.admin(), "DROP VIEW seen")
        assert place.reset(dsn.database)
        assert ask(place.admin(), "SELECT name FROM recipe") == ("soup",)
        left = (
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')"
        )
        assert ask(place.admin(), left) == (1,)
        place.migrate(single_role=True)
        DatabaseCare(place).reset(dsn.database)
        assert place.migrate().names.single


def test_a_reset_that_fails_deletes_nothing(server: Server, tmp_path: Path) -> None:
    with empty_database(server) as dsn:
        place = place_of(dsn, tmp_path, MemorySecrets())
        place.migrate()
        run(
            dsn,
            "CREATE FUNCTION stop() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF to_regclass('patient') IS NULL THEN RAISE EXCEPTION 'no' USING ERRCODE = '55P03'; END IF; END $$",
            "CREATE EVENT TRIGGER stop ON sql_drop EXECUTE FUNCTION stop()",
        )
        with pytest.raises(Conflict):
            place.reset(dsn.database)
        assert ask(dsn, "SELECT count(*) FROM pg_namespace WHERE nspname = 'app'") == (1,)
        run(dsn, "DROP EVENT TRIGGER stop")


def test_a_listen_url_takes_the_login_of_the_desk(clinic_db: ClinicDatabase, tmp_path: Path) -> None:
    app = clinic_db.app
    place = place_of(app, tmp_path, MemorySecrets(), f"postgresql://{app.user}@direct:5432/{app.database}")
    assert place.listen_login(app) == Dsn("direct", 5432, app.database, app.user, app.password)
    assert place_of(app, tmp_path, MemorySecrets()).listen_login(app) is None


def test_two_homes_keep_their_passwords_apart(tmp_path: Path) -> None:
    one, two = (Place(Settings(tmp_path / name), MemorySecrets()) for name in ("one", "two"))
    assert one.scope.startswith("embedded-")
    assert one.scope != two.scope
    assert one.scope == Place(Settings(tmp_path / "one" / ".." / "one"), MemorySecrets()).scope


def test_a_desk_survives_the_death_of_its_server(tmp_path: Path) -> None:
    place = Place(Settings(tmp_path), MemorySecrets())
    server = place.server
    assert server is not None
    try:
        place.open()
        place.migrate()
        database = Database(place.login("app"))
        postmaster = psutil.Process(int((server.data / "postmaster.pid").read_text(encoding="utf-8").split()[0]))
        killed = [postmaster, *postmaster.children(recursive=True)]
        for process in killed:
            with contextlib.suppress(psutil.NoSuchProcess):  # the postmaster's end ends its children
                process.kill()
        psutil.wait_procs(killed, timeout=30)
        place.open()
        database.move(place.login("app"))
        with database.engine.connect() as conn:
            assert conn.exec_driver_sql("SELECT schema_revision FROM schema_info").scalar_one() == head()
        database.close()
        place.close()
    finally:
        server.discard()
