"""The rules that tables, policies, grants and roles must keep: each returns what breaks it, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reactivate_desktop.storage.guards import GUARDS, Access
from reactivate_desktop.storage.roles import Conn, Names
from tests.security.catalogue import Table, read_tables

# No policy is named for these: nobody but definer functions may touch them, or no clinic's data is inside.
OPEN_TABLES = {"schema_info"}
NO_CLINIC = {"clinic", "server_secret", "schema_info", "alembic_version"}
# Rows that exist before their clinic is known: clinic_id is nullable there.
OWN_KEY = {"sign_in_attempt", "webhook_log", "audit_log", "audit_seal", "change_outbox"}
# Unique without a clinic: random keys that no login may write, and the provider's own event numbers.
GLOBAL_KEYS = {
    "pk_clinic", "ix_clinic_live_key", "ix_staff_session_token_hash", "pk_sign_in_attempt",
    "ix_sign_in_attempt_email_transaction_no", "pk_webhook_log", "uq_webhook_log_event", "pk_audit_log",
    "pk_audit_seal", "pk_change_outbox", "pk_server_secret", "pk_schema_info", "alembic_version_pkc",
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A database as the rules read it."""

    conn: Conn
    names: Names
    tables: dict[str, Table]

    @property
    def logins(self) -> tuple[str, str]:
        return self.names.app, self.names.worker


def find(conn: Conn, names: Names) -> Found:
    return Found(conn, names, read_tables(conn, names))


def row_security_off(found: Found) -> list[str]:
    """Row security is on (and not forced: the definer functions rest on that), or the table is open."""
    faults = []
    for table in found.tables.values():
        if table.row_security == (table.name in OPEN_TABLES):
            faults.append(f"{table.name}: row security is {'on' if table.row_security else 'off'}")
        if table.forced:
            faults.append(f"{table.name}: row security is forced")
        if table.name not in GUARDS and table.name != "alembic_version":
            faults.append(f"{table.name}: has no access class")
    return faults


def lax_policies(found: Found) -> list[str]:
    """A policy names one of our logins and one command, is permissive, and asks whose the row is."""
    faults = []
    query = (
        "SELECT tablename::text, policyname::text, roles::text[], cmd, permissive, qual, with_check FROM pg_policies "
        "WHERE schemaname = %s"
    )
    for table, name, roles, command, permissive, using, check in found.conn.execute(query, (found.names.data,)):
        where = f"{table}.{name}"
        if roles not in ([found.names.app], [found.names.worker]):
            faults.append(f"{where}: is for {roles}")
        if command not in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            faults.append(f"{where}: is for every command")
        if permissive != "PERMISSIVE":
            faults.append(f"{where}: is not permissive")
        if command in ("SELECT", "UPDATE", "DELETE", "ALL") and not _asks_who(found, roles, using):
            faults.append(f"{where}: lets rows be used that are not asked whose they are: {using}")
        if command in ("INSERT", "UPDATE", "ALL") and not _asks_who(found, roles, check):
            faults.append(f"{where}: lets rows be written that are not asked whose they are: {check}")
    return faults


def _asks_who(found: Found, roles: object, rule: object) -> bool:
    asked = ("app.worker_clinic() AS",) if roles == [found.names.worker] else (
        "app.clinic_id() AS", "app.write_clinic_id() AS", "app.admin_clinic_id() AS"
    )  # fmt: skip
    return any(f"= ( SELECT {a}" in str(rule) for a in asked)


def stray_grants(found: Found) -> list[str]:
    """No login reads or writes a hidden column, or may truncate, refer to or put triggers on a table."""
    faults = []
    for table in found.tables.values():
        guard = GUARDS.get(table.name)
        for login in found.logins:
            hidden = set(guard.hidden) if guard else set(table.columns)
            if guard and guard.access is Access.NONE:
                hidden = set(table.columns)
            for command in ("SELECT", "INSERT", "UPDATE", "REFERENCES"):
                granted = table.may(login, command)
                bad = granted if command == "REFERENCES" else sorted(hidden & set(granted))
                if bad:
                    faults.append(f"{table.name}: {login} may {command} {', '.join(bad)}")
            whole = {c for r, c in table.whole if r == login} - {"DELETE"}
            faults += [f"{table.name}: {login} may {c}" for c in sorted(whole)]
    query = (
        "SELECT c.relname::text, a.grantee::regrole::text, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a "
        "WHERE c.relnamespace = %(s)s::regnamespace "
        "AND (a.grantee = 0 OR (a.is_grantable AND a.grantee <> c.relowner)) "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') UNION ALL "
        "SELECT c.relname || '.' || t.attname, a.grantee::regrole::text, a.privilege_type FROM pg_class c "
        "JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a WHERE c.relnamespace = %(s)s::regnamespace "
        "AND (a.grantee = 0 OR a.is_grantable)"
    )
    for what, whom, right in found.conn.execute(query, {"s": found.names.data}):
        faults.append(f"{what}: {right} to {'PUBLIC' if whom == '-' else whom} or with grant option")
    return faults


def keys_without_clinic(found: Found) -> list[str]:
    """A primary key leads with the clinic, and so does every unique key that a login can write."""
    faults = []
    for table in found.tables.values():
        for unique in table.uniques:
            leads = bool(unique.keys) and unique.keys[0] == "clinic_id"
            if leads or unique.name in GLOBAL_KEYS:
                continue
            faults.append(f"{table.name}: {unique.name} is unique over all clinics")
        if not table.tenant and table.name not in NO_CLINIC:
            faults.append(f"{table.name}: has no clinic_id")
        primary = [u for u in table.uniques if u.primary]
        if table.tenant and table.name not in OWN_KEY and [p.keys[0] for p in primary] != ["clinic_id"]:
            faults.append(f"{table.name}: its primary key does not lead with clinic_id")
    return faults


def writable_global_keys(found: Found) -> list[str]:
    """Of the keys that are unique over all clinics, no column may be written by the app (worker: events)."""
    faults = []
    for table in found.tables.values():
        for unique in table.uniques:
            if unique.keys[:1] == ("clinic_id",):
                continue
            for login in found.logins:
                open_to = {c for command in ("INSERT", "UPDATE") for c in table.may(login, command)}
                # Random ids are no business keys: the worker names webhook rows itself.
                bad = sorted(open_to & set(unique.columns))
                if bad and not (login == found.names.worker and table.name == "webhook_log"):
                    faults.append(f"{table.name}: {login} writes {', '.join(bad)} of {unique.name}")
    return faults


def references_across(found: Found) -> list[str]:
    """A reference between two tables of clinics carries the clinic on both sides, at the same place."""
    faults = []
    for table in found.tables.values():
        for reference in table.references:
            pairs = set(zip(reference.columns, reference.parent_columns, strict=True))
            to_clinic = reference.parent == "clinic" and pairs == {("clinic_id", "id")}
            if table.tenant and not to_clinic and ("clinic_id", "clinic_id") not in pairs:
                faults.append(f"{table.name}: {reference.name} may point into another clinic")
    return faults


def cascades_beyond_rights(found: Found) -> list[str]:
    """Deleting a row must not take rows along that the same login may not delete."""
    faults = []
    for table in found.tables.values():
        for reference in table.references:
            parent = found.tables[reference.parent]
            for login in found.logins:
                if reference.on_delete == "c" and parent.may(login, "DELETE") and not table.may(login, "DELETE"):
                    faults.append(f"{table.name}: {login} deletes it through {parent.name}")
    return faults


def strong_logins(found: Found) -> list[str]:
    """The logins are nobody: no attributes, no memberships, nothing owned, nothing to create anywhere."""
    faults = []
    for login in found.logins:
        checks = {
            "has attributes": "SELECT 1 FROM pg_roles WHERE rolname = %(r)s AND (rolsuper OR rolbypassrls OR "
            "rolcreaterole OR rolcreatedb OR rolreplication)",
            "is a member of a role": "SELECT 1 FROM pg_auth_members WHERE member = %(r)s::regrole",
            "owns something": "SELECT 1 FROM pg_shdepend WHERE refobjid = %(r)s::regrole AND deptype = 'o'",
            "may use TEMP": "SELECT 1 WHERE has_database_privilege(%(r)s, current_database(), 'TEMP')",
            "may CREATE in the database": "SELECT 1 WHERE has_database_privilege(%(r)s, current_database(), 'CREATE')",
            "may CREATE in a schema": "SELECT 1 FROM pg_namespace WHERE has_schema_privilege(%(r)s, oid, 'CREATE')",
            "uses a sequence": "SELECT 1 FROM pg_class WHERE "
            "CASE WHEN relkind = 'S' THEN has_sequence_privilege(%(r)s, oid, 'USAGE, SELECT, UPDATE') END",
        }
        faults += [f"{login} {w}" for w, q in checks.items() if found.conn.execute(q.encode(), {"r": login}).fetchall()]
    return faults


def views_of_the_owner(found: Found) -> list[str]:
    """A view reads with the rights of who asks."""
    query = (
        "SELECT relname::text FROM pg_class c WHERE relkind IN ('v', 'm') AND relnamespace = %s::regnamespace "
        "AND NOT coalesce('security_invoker=true' = ANY(reloptions), false) "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
    )
    return [f"{v} reads as the owner" for (v,) in found.conn.execute(query, (found.names.data,))]


RULES: tuple[Callable[[Found], list[str]], ...] = (
    row_security_off, lax_policies, stray_grants, keys_without_clinic, writable_global_keys, references_across,
    cascades_beyond_rights, strong_logins, views_of_the_owner,
)  # fmt: skip
