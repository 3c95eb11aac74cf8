"""Migrations against models by catalogue: they agree, and each kind of disagreement is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reactivate_desktop.storage import roles
from reactivate_desktop.storage.catalogue import (
    Catalogue,
    build_from_models,
    differences,
    main,
    read_catalogue,
)
from reactivate_desktop.storage.dsn import Dsn
from reactivate_desktop.storage.migrate import admin_connection, migrate
from reactivate_desktop.storage.roles import Names
from tests.conftest import ClinicDatabase, Server

# What is done to the migrated database, and the one sentence that must name it.
PLANTS = [
    (
        "ALTER TABLE patient DROP CONSTRAINT ck_patient_phone_length; "
        "ALTER TABLE patient ADD CONSTRAINT ck_patient_phone_length CHECK (length(phone) <= 41)",
        "The constraint patient.ck_patient_phone_length differs in its definition",
    ),
    (
        "ALTER TABLE visit DROP CONSTRAINT ck_visit_visit_date",
        "The constraint visit.ck_visit_visit_date is only",
    ),
    ("DROP POLICY app_select ON visit", "The policy visit.app_select is only in the models"),
    (
        "ALTER POLICY app_select ON visit USING (true)",
        "The policy visit.app_select differs in its using: migrations true",
    ),
    ("ALTER POLICY app_select ON visit TO @worker@", "The policy visit.app_select differs in its roles"),
    (
        "CREATE POLICY extra ON visit FOR ALL TO @app@ USING (true)",
        "The policy visit.extra is only in the migrations",
    ),
    (
        "GRANT SELECT (password_hash) ON clinic_user TO @app@",
        "The grant SELECT on clinic_user.password_hash to @app@ is only in the migrations",
    ),
    ("GRANT DELETE ON patient TO @app@", "The grant DELETE on patient to @app@ is only in the migrations"),
    (
        "GRANT EXECUTE ON FUNCTION app.signed_in() TO @app@",
        "The grant EXECUTE on app.signed_in() to @app@ is only in the migrations",
    ),
    (
        "GRANT CREATE ON SCHEMA app TO @app@",
        "The grant CREATE on schema app to @app@ is only in the migrations",
    ),
    (
        "GRANT TEMP ON DATABASE @database@ TO @app@",
        "The grant TEMPORARY on the database to @app@ is only in the migrations",
    ),
    (
        "CREATE OR REPLACE FUNCTION app.clinic_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE "
        "SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT NULL::uuid'",
        "The function app.clinic_id() differs in its body",
    ),
    (
        "ALTER FUNCTION app.clinic_id() SECURITY INVOKER",
        "The function app.clinic_id() differs in its security definer: migrations False; models True",
    ),
    (
        "ALTER FUNCTION app.clinic_id() RESET search_path",
        "The function app.clinic_id() differs in its settings: migrations None",
    ),
    (
        "ALTER FUNCTION app.clinic_id() VOLATILE",
        "The function app.clinic_id() differs in its volatility: migrations v; models s",
    ),
    (
        "DROP INDEX ix_patient_clinic_id_phone",
        "The index patient.ix_patient_clinic_id_phone is only in the models",
    ),
    (
        "ALTER TABLE patient ALTER language SET DEFAULT 'fr'",
        "The column patient.language differs in its default: migrations 'fr'::text; models 'en'::text",
    ),
    (
        "ALTER TABLE patient ALTER email SET NOT NULL",
        "The column patient.email differs in its not null: migrations True; models False",
    ),
    ("ALTER TABLE patient ADD nickname text", "The column patient.nickname is only in the migrations"),
    (
        'ALTER TABLE name_word ALTER word TYPE text COLLATE pg_catalog."default"',
        "The column name_word.word differs in its collation",
    ),
    (
        "DROP VIEW patient_full; CREATE VIEW patient_full WITH (security_invoker = true) AS "
        "SELECT p.clinic_id, p.id FROM patient p; GRANT SELECT ON patient_full TO @app@, @worker@",
        "The view patient_full differs in its definition",
    ),
    ("ALTER VIEW patient_full RESET (security_invoker)", "The table patient_full differs in its options"),
    (
        "ALTER TABLE visit DISABLE ROW LEVEL SECURITY",
        "The table visit differs in its row security: migrations False; models True",
    ),
    (
        "ALTER TABLE visit FORCE ROW LEVEL SECURITY",
        "The table visit differs in its forced row security: migrations True; models False",
    ),
    ("ALTER TABLE change_outbox SET LOGGED", "The table change_outbox differs in its persistence"),
    ("ALTER TABLE visit OWNER TO @worker@", "The table visit differs in its owner: migrations @worker@"),
    (
        "CREATE TYPE colour AS ENUM ('RED')",
        "The type colour is only in the migrations",
    ),
    (
        "CREATE RULE silent AS ON DELETE TO visit DO INSTEAD NOTHING",
        "The rule visit.silent is only in the migrations",
    ),
    (
        "ALTER DEFAULT PRIVILEGES FOR ROLE @owner@ GRANT SELECT ON TABLES TO @app@",
        "The grant SELECT on new objects (r) of @owner@ to @app@ is only in the migrations",
    ),
]


def build(server: Server) -> tuple[Dsn, Names]:
    """Make a database from the models."""
    dsn = server.admin.on(server.new_database("template0"))
    with admin_connection(dsn) as conn:
        names = roles.names_for(dsn.database, "public")
        roles.prepare_roles(conn, names, dsn.database)
        return dsn, build_from_models(conn, names)


@pytest.fixture(scope="module")
def modelled(server: Server) -> Iterator[Catalogue]:
    dsn, names = build(server)
    with admin_connection(dsn) as conn:
        yield read_catalogue(conn, names)
    server.drop_database(dsn.database)


@pytest.fixture(scope="module")
def migrated(server: Server, clinic_db: ClinicDatabase) -> ClinicDatabase:
    migrate(clinic_db.admin)  # a copy lacks the settings of its database
    return clinic_db


def compare(conn: roles.Conn, names: Names, modelled: Catalogue) -> list[str]:
    return differences(read_catalogue(conn, names), modelled, called=("migrations", "models"))


def test_migrations_make_what_the_models_say(migrated: ClinicDatabase, modelled: Catalogue) -> None:
    with admin_connection(migrated.admin) as conn:
        assert compare(conn, migrated.server.names, modelled) == []
    for kind in ("table", "column", "constraint", "index", "policy", "view", "function", "grant", "database"):
        assert modelled[kind], f"nothing was read of kind {kind}"
    assert not modelled["type"]
    assert set(modelled["trigger"]) == {"work_claim.drop_hold", "patient.note_names", "patient.note_name"}


@pytest.mark.parametrize(("plant", "sentence"), PLANTS, ids=lambda text: text[:50])
def test_a_planted_difference_is_named(
    plant: str, sentence: str, migrated: ClinicDatabase, modelled: Catalogue, pg_bin: Path
) -> None:
    if "15" in pg_bin.parts:
        pytest.skip("the same questions; that they work on 15 too is told by the tests beside this one")
    names = migrated.server.names
    with admin_connection(migrated.admin) as conn, conn.transaction(force_rollback=True):
        conn.execute("SET LOCAL search_path = public")
        conn.execute(names.fill(plant.replace("@database@", f'"{migrated.name}"')))
        found = compare(conn, names, modelled)
    assert any(line.startswith(sentence) for line in found), found


def test_reading_leaves_the_search_path_as_it_was(migrated: ClinicDatabase) -> None:
    with admin_connection(migrated.admin) as conn:
        conn.execute("SET search_path = app, pg_temp")
        read_catalogue(conn, migrated.server.names)
        assert conn.execute("SHOW search_path").fetchone() == ("app, pg_temp",)


def test_the_schema_of_the_tables_does_not_matter(server: Server, modelled: Catalogue) -> None:
    dsn = server.admin.on(server.new_database("template0"))
    names = migrate(Dsn(**{**vars(dsn), "schema": "x_1"})).names
    with admin_connection(dsn) as conn:
        found = compare(conn, names, modelled)
    server.drop_database(dsn.database)
    # The schema public itself came with the database; any other is the owner's.
    assert [line for line in found if "schema @schema@" not in line] == []


def test_main_says_that_nothing_differs(capsys: pytest.CaptureFixture[str], pg_bin: Path) -> None:
    if "15" in pg_bin.parts:
        return  # it brings its own server, once is enough
    assert main() == 0
    assert capsys.readouterr().out == "Migrations against models: no differences.\n"
