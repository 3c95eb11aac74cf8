"""Whoever holds the app DSN and no token reads nothing and writes nothing."""

from __future__ import annotations

from reactivate_desktop.storage.guards import GUARDS, UNLISTED, Access
from reactivate_desktop.storage.roles import Conn
from tests.security.attack import DENIED, Login
from tests.security.clinics import SERVER_WIDE, World


def test_every_table_has_rows_to_steal(world: World, owner: Conn) -> None:
    """Without rows of both clinics everywhere, the tests of this folder would prove nothing."""
    empty = []
    for table in world.tables.values():
        for clinic in (world.a, world.b):
            where = "" if table.name in SERVER_WIDE else f" WHERE {table.key} = '{clinic.id}'"
            row = owner.execute(f"SELECT count(*) FROM {table.name}{where}".encode()).fetchone()
            if row == (0,):
                empty.append((table.name, clinic.mark))
    assert empty == []
    assert len(world.tables) >= 60


def test_reads_nothing(world: World, app: Login) -> None:
    found = {}
    for name, table in world.tables.items():
        wide = app.attempt(f"SELECT * FROM {name}")
        narrow = [app.attempt(f"SELECT {c} FROM {name}") for c in table.columns]
        if not all(o.nothing for o in (wide, *narrow)):
            found[name] = str(wide)
    assert set(found) == {n for n, g in GUARDS.items() if g.access is Access.OPEN} == {"schema_info"}


def test_views_read_nothing(world: World, app: Login, owner: Conn) -> None:
    views = owner.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = %s::regnamespace "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')",
        (world.names.data,),
    ).fetchall()
    assert ("patient_full",) in views
    for (view,) in views:
        assert app.attempt(f"SELECT * FROM {view}").nothing
        assert owner.execute(f"SELECT count(*) FROM {view}".encode()).fetchone() != (0,)


def test_writes_nothing(world: World, app: Login) -> None:
    done = []
    for name, table in world.tables.items():
        if name in SERVER_WIDE:
            continue
        row = world.fresh(name, world.a)
        granted = {c: v for c, v in row.items() if c in table.may(world.names.app, "INSERT")}
        outcomes = {"insert of all": app.insert(name, row), "delete": app.attempt(f"DELETE FROM {name}")}
        if granted:
            outcomes["insert of what is granted"] = app.insert(name, granted)
        for column in table.columns:
            outcomes[f"update of {column}"] = app.attempt(f"UPDATE {name} SET {column} = {column}")
        outcomes["truncate"] = app.attempt(f"TRUNCATE {name}")
        done += [f"{name}: {what}: {o}" for what, o in outcomes.items() if not o.nothing]
        assert outcomes["insert of all"].state == DENIED, f"{name}: {outcomes['insert of all']}"
    assert done == []


def test_unlisted_tables(world: World) -> None:
    """What has no access class is alembic's own table, and only the owner has a right to it."""
    assert set(world.tables) - set(GUARDS) == UNLISTED == {"alembic_version"}
    assert set(GUARDS) <= set(world.tables)
    for name in UNLISTED:
        assert world.tables[name].rights == {}
        assert world.tables[name].whole == set()


def test_statistics_and_sizes_show_no_values(world: World, app: Login) -> None:
    """pg_stats holds samples of values: it must be empty of every guarded table."""
    seen = app.attempt("SELECT DISTINCT tablename::text FROM pg_stats WHERE schemaname = %s", (world.names.data,))
    assert {r[0] for r in seen.rows} <= {"schema_info"}
    assert app.attempt("SELECT * FROM pg_statistic").denied


def test_search_and_keys_answer_nothing(world: World, app: Login) -> None:
    assert app.attempt("SELECT * FROM app.search_patients('north', 10)").count == 0
    assert app.attempt("SELECT app.live_channel()").rows in ((), ((None,),))
    assert app.attempt("SELECT app.address_key('PHONE', '+15550100')").rows in ((), ((None,),))
    for function in ("clinic_id", "user_id", "write_clinic_id", "admin_clinic_id"):
        assert app.attempt(f"SELECT app.{function}()").rows == ((None,),)


def test_staff_functions_are_denied(world: World, app: Login) -> None:
    """Each function for ADMINs says so to nobody, before it looks whether the id exists."""
    key = b"k" * 32
    for person in (world.a.admin.id, world.b.admin.id):
        calls: list[tuple[str, tuple[object, ...]]] = [
            ("app.staff_add(%s, 'x@x.test', 'F', 'L', 'ADMIN', NULL, %s)", (person, key)),
            ("app.staff_set_role(%s, 'ADMIN')", (person,)),
            ("app.staff_disable(%s, false)", (person,)),
            ("app.staff_reset(%s, %s)", (person, key)),
            ("app.staff_unlock(%s)", (person,)),
            ("app.audit_faults()", ()),
        ]
        for call, values in calls:
            assert app.attempt(f"SELECT {call}", values).denied, call
    assert app.attempt("SELECT app.change_password(%s, %s)", (person, key)).state == "28000"
