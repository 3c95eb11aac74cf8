"""What `db status` and `doctor` read of a database, by logins with few rights."""

from __future__ import annotations

import pytest

from reactivate_desktop.domain.errors import NotAllowed
from reactivate_desktop.domain.health import Verdict
from reactivate_desktop.storage import inspection
from reactivate_desktop.storage.database import Database
from reactivate_desktop.storage.migrate import Logins, head, migrate
from tests.conftest import APP_PASSWORD, ClinicDatabase, Server
from tests.storage.databases import ask, empty_database, in_schema, new_login, run


def test_an_admin_that_inherits_nothing_reads_the_status(server: Server) -> None:
    """It may act as the owner, and has none of its rights (what a CREATEROLE login gets since 16)."""
    name, password = new_login(server, "CREATEROLE CREATEDB NOINHERIT")
    with empty_database(server, owner=name) as dsn:
        admin = dsn.login(name, password)
        assert inspection.status(admin, embedded=False).schema_revision is None
        migrate(admin)
        assert ask(admin, "SELECT has_table_privilege('clinic', 'SELECT')") == (False,)
        found = inspection.status(admin, embedded=False)
        assert (found.schema_revision, found.min_client is None, found.clinics) == (head(), False, 0)


def test_the_login_of_the_desks_reads_the_status_without_clinics(clinic_db: ClinicDatabase) -> None:
    found = inspection.status(clinic_db.app, embedded=False)
    assert (found.schema_revision, found.clinics) == (head(), None)


def test_a_stranger_is_told_to_use_the_admin_login(server: Server, clinic_db: ClinicDatabase) -> None:
    name, password = new_login(server)
    run(clinic_db.admin, f"GRANT CONNECT ON DATABASE {clinic_db.name} TO {name}")
    with pytest.raises(NotAllowed, match="Use the admin login"):
        inspection.status(clinic_db.admin.login(name, password), embedded=False)


def test_doctor_finds_the_schema_wherever_it_is(server: Server) -> None:
    with empty_database(server) as dsn:
        names = migrate(in_schema(dsn, "praxis"), logins=Logins(APP_PASSWORD)).names
        database = Database(dsn.login(names.app, APP_PASSWORD), pool_size=1)
        found = {each.subject: each for each in inspection.look(database)}
    assert found["Schema"].verdict is Verdict.OK
    assert found["Rights"].verdict is Verdict.OK
    assert found["Server log"].verdict is Verdict.OK
