"""Faults that a later migration could bring, and the rule that must name each."""

from __future__ import annotations

# What is planted (as the owner), the rule that must see it, and what it must name.
FAULTS: dict[str, tuple[str, str, str]] = {
    "unguarded table": (
        "CREATE TABLE forgotten (clinic_id uuid, id uuid, PRIMARY KEY (clinic_id, id)); "
        "GRANT SELECT ON forgotten TO @app@",
        "row_security_off", "forgotten",
    ),
    "table without a class": (
        "CREATE TABLE forgotten (clinic_id uuid, id uuid, PRIMARY KEY (clinic_id, id)); "
        "ALTER TABLE forgotten ENABLE ROW LEVEL SECURITY",
        "row_security_off", "forgotten",
    ),
    "table without a clinic": ("CREATE TABLE loose (id uuid PRIMARY KEY)", "keys_without_clinic", "loose"),
    "key that does not lead with the clinic": (
        "CREATE TABLE turned (clinic_id uuid, id uuid, PRIMARY KEY (id, clinic_id))",
        "keys_without_clinic", "turned",
    ),
    "row security disabled": ("ALTER TABLE visit DISABLE ROW LEVEL SECURITY", "row_security_off", "visit"),
    "row security forced": ("ALTER TABLE visit FORCE ROW LEVEL SECURITY", "row_security_off", "visit"),
    "column grant on a hash": (
        "GRANT SELECT (password_hash) ON clinic_user TO @app@",
        "stray_grants", "password_hash",
    ),
    "column grant to the worker": (
        "GRANT UPDATE (mfa_secret) ON clinic_user TO @worker@",
        "stray_grants", "mfa_secret",
    ),
    "grant on a table of functions": (
        "GRANT SELECT ON staff_session TO @app@",
        "stray_grants", "staff_session",
    ),
    "grant to PUBLIC": ("GRANT SELECT ON patient TO PUBLIC", "stray_grants", "patient: SELECT to PUBLIC"),
    "column grant to PUBLIC": ("GRANT SELECT (phone) ON patient TO PUBLIC", "stray_grants", "patient.phone"),
    "grant option": ("GRANT SELECT ON patient TO @app@ WITH GRANT OPTION", "stray_grants", "patient: SELECT"),
    "truncate": ("GRANT TRUNCATE ON visit TO @app@", "stray_grants", "visit"),
    "trigger": ("GRANT TRIGGER ON visit TO @worker@", "stray_grants", "visit"),
    "references": ("GRANT REFERENCES ON visit TO @app@", "stray_grants", "visit"),
    "policy for every command": (
        "CREATE POLICY planted ON visit FOR ALL TO @worker@ USING (clinic_id = (SELECT app.worker_clinic())) "
        "WITH CHECK (clinic_id = (SELECT app.worker_clinic()))",
        "lax_policies", "visit.planted: is for every command",
    ),
    "policy for PUBLIC": (
        "CREATE POLICY planted ON visit FOR SELECT TO PUBLIC USING (clinic_id = (SELECT app.clinic_id()))",
        "lax_policies", "visit.planted: is for",
    ),
    "policy for two logins": (
        "CREATE POLICY planted ON visit FOR SELECT TO @app@, @worker@ USING (clinic_id = (SELECT "
        "app.clinic_id()))",
        "lax_policies", "visit.planted: is for",
    ),
    "policy that lets all read": (
        "CREATE POLICY planted ON visit FOR SELECT TO @app@ USING (true)",
        "lax_policies", "visit.planted",
    ),
    "policy without a check": (
        "CREATE POLICY planted ON visit FOR INSERT TO @app@ WITH CHECK (true)", "lax_policies", "visit.planted",
    ),
    "policy that asks the worker's setting": (
        "CREATE POLICY planted ON visit FOR SELECT TO @app@ USING (clinic_id = (SELECT app.worker_clinic()))",
        "lax_policies", "visit.planted",
    ),
    "policy that trusts a setting": (
        "CREATE POLICY planted ON visit FOR SELECT TO @app@ USING (clinic_id = "
        "current_setting('app.clinic')::uuid)",
        "lax_policies", "visit.planted",
    ),
    "reference without the clinic": (
        "CREATE UNIQUE INDEX planted_key ON patient (id); ALTER TABLE visit ADD CONSTRAINT planted_reference "
        "FOREIGN KEY (patient_id) REFERENCES patient (id)",
        "references_across", "planted_reference",
    ),
    "key over all clinics": (
        "CREATE UNIQUE INDEX planted_key ON patient (phone)",
        "keys_without_clinic", "planted_key",
    ),
    "writable key over all clinics": (
        "GRANT INSERT (id) ON audit_log TO @app@", "writable_global_keys", "audit_log",
    ),
    "cascade into a ledger": (
        "GRANT DELETE ON patient TO @app@", "cascades_beyond_rights", "patient_standing",
    ),
    "owner's view": (
        "CREATE VIEW planted AS SELECT * FROM patient; GRANT SELECT ON planted TO @app@",
        "views_of_the_owner", "planted",
    ),
    "temporary tables": ("GRANT TEMP ON DATABASE @database@ TO PUBLIC", "strong_logins", "TEMP"),
    "creating in the database": (
        "GRANT CREATE ON DATABASE @database@ TO @app@",
        "strong_logins", "CREATE in the database",
    ),
    "creating in a schema": ("GRANT CREATE ON SCHEMA app TO @app@", "strong_logins", "CREATE in a schema"),
    "sequence": (
        "CREATE SEQUENCE planted; GRANT USAGE ON SEQUENCE planted TO @app@",
        "strong_logins", "uses a sequence",
    ),
    "membership": ("GRANT @worker@ TO @app@", "strong_logins", "is a member"),
    "attributes": ("ALTER ROLE @app@ BYPASSRLS", "strong_logins", "has attributes"),
    "ownership": ("ALTER TABLE visit OWNER TO @app@", "strong_logins", "owns something"),
    "lax definer": (
        "CREATE FUNCTION app.planted() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "lax_functions", "planted(): search_path",
    ),
    "definer with a laxer path": (
        "CREATE FUNCTION app.planted() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = "
        "public AS 'SELECT 1'",
        "lax_functions", "planted(): search_path",
    ),
    "definer in the data schema": (
        "CREATE FUNCTION public.planted() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "lax_functions", "planted(): search_path",
    ),
    "definer no more": (
        "ALTER FUNCTION app.clinic_id() SECURITY INVOKER",
        "lax_functions", "clinic_id(): SECURITY INVOKER",
    ),
    "enter that may be cached": ("ALTER FUNCTION app.enter(text) STABLE", "lax_functions", "enter(text)"),
    "enter in a parallel worker": (
        "ALTER FUNCTION app.enter(text) PARALLEL SAFE",
        "lax_functions", "enter(text)",
    ),
    "policy function without parallel plans": (
        "ALTER FUNCTION app.user_id() PARALLEL UNSAFE",
        "lax_functions", "user_id()",
    ),
    "function for PUBLIC": (
        "GRANT EXECUTE ON FUNCTION app.open_session(uuid, uuid, text) TO PUBLIC",
        "stray_callers", "PUBLIC",
    ),
    "function for the app": (
        "GRANT EXECUTE ON FUNCTION app.staff_change_in(uuid, uuid, uuid, text, boolean, bytea) TO @app@",
        "stray_callers", "staff_change_in",
    ),
    "worker's function for the app": (
        "GRANT EXECUTE ON FUNCTION app.worker_clinics() TO @app@",
        "stray_callers", "worker_clinics",
    ),
    "function taken away": (
        "REVOKE EXECUTE ON FUNCTION app.sign_out() FROM @app@",
        "stray_callers", "sign_out",
    ),
    "unqualified table": (
        "CREATE FUNCTION app.planted() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER "
        "SET search_path = pg_catalog, pg_temp AS 'BEGIN RETURN (SELECT count(*) FROM patient);END'",
        "loose_names", "planted(): FROM patient",
    ),
}  # fmt: skip
