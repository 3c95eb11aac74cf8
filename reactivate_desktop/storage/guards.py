"""Which access class guards each table: the list from which policies and grants are made and checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Access(StrEnum):
    """Who may see and write the rows of a table."""

    TENANT = "TENANT"  # the clinic reads; ADMIN and STAFF write
    ADMIN = "ADMIN"  # the clinic reads; ADMIN writes
    LEDGER = "LEDGER"  # like TENANT, but rows are only ever added
    OWN = "OWN"  # each member of staff, VIEWER too, only her own rows
    APPEND = "APPEND"  # anybody signed in adds in her own name; ADMIN reads
    INTAKE = "INTAKE"  # the worker writes; ADMIN reads her clinic's rows
    OUTBOX = "OUTBOX"  # anybody signed in adds; read by a definer function only
    NONE = "NONE"  # definer functions only
    OPEN = "OPEN"  # no clinic's data: every login reads, nobody writes; no row security


@dataclass(frozen=True)
class Guard:
    """How one table is guarded.

    actor: column that must be the signed-in user on INSERT and is not granted for UPDATE.
    holders: columns that may change, but only to the signed-in user or NULL.
    hidden: columns that no login may read or write.
    fixed: columns that are not granted for UPDATE.
    given: holders name somebody else when the row is made (a mention), and only that person afterwards.
    author_only: only the actor changes or deletes the row, so that nobody speaks in another's name.
    """

    access: Access
    insert: bool = True
    update: bool = True
    delete: bool = False
    actor: str | None = None
    holders: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    key: str = "clinic_id"
    given: bool = False
    author_only: bool = False


def _read_only(access: Access) -> Guard:
    return Guard(access, insert=False, update=False)


GUARDS: dict[str, Guard] = {
    # organisation
    "clinic": Guard(
        Access.ADMIN,
        insert=False,
        key="id",
        fixed=(
            "subscription_tier",
            "subscription_status",
            "message_limit",
            "locations_limit",
            "stripe_customer_id",
        ),
        hidden=("live_key",),
    ),
    "location": Guard(Access.ADMIN),
    # Roles, emails and sign-in state change through definer functions only.
    "clinic_user": Guard(
        Access.ADMIN,
        insert=False,
        hidden=("password_hash", "mfa_secret"),
        fixed=(
            "email",
            "role",
            "password_changed_at",
            "must_change_password",
            "last_sign_in_at",
            "disabled_at",
        ),
    ),
    "clinic_secret": Guard(Access.NONE),
    "clinic_setting": Guard(Access.ADMIN, delete=True),
    "location_hours": Guard(Access.ADMIN, delete=True),
    "holiday": Guard(Access.ADMIN, delete=True),
    "workstation": _read_only(Access.TENANT),
    # access
    "staff_session": Guard(Access.NONE),
    "sign_in_attempt": Guard(Access.NONE),
    "server_secret": Guard(Access.NONE),
    # sources and files
    "emr_connection": Guard(Access.ADMIN),
    "sync_cursor": Guard(Access.TENANT, delete=True),
    "sync_reject": Guard(Access.TENANT, delete=True),
    "import_profile": Guard(Access.TENANT, delete=True, actor="created_by"),
    "import_run": Guard(Access.TENANT, actor="created_by"),
    "import_reject": Guard(Access.LEDGER),
    "parked_reference": Guard(Access.TENANT, delete=True),
    # patients
    "household": Guard(Access.TENANT, delete=True),
    "patient": Guard(Access.TENANT),
    "name_word": Guard(Access.NONE),
    "patient_standing": Guard(Access.TENANT),
    "visit": Guard(Access.TENANT, delete=True, actor="created_by"),
    "patient_note": Guard(Access.TENANT, delete=True, actor="user_id", author_only=True),
    "tag": Guard(Access.TENANT, delete=True),
    "patient_tag": Guard(Access.TENANT, delete=True),
    "patient_merge": Guard(Access.TENANT, actor="user_id", holders=("undone_by",)),
    "patient_merge_row": Guard(Access.LEDGER),
    "duplicate_candidate": Guard(Access.TENANT, delete=True, holders=("reviewed_by",)),
    # contact
    "contact_point": Guard(Access.TENANT, delete=True),
    "contact_consent": Guard(Access.LEDGER, actor="user_id"),
    "suppression": Guard(Access.LEDGER, actor="user_id"),
    "contact_attempt": Guard(Access.TENANT, actor="user_id", holders=("undone_by",)),
    "work_claim": Guard(Access.TENANT, holders=("claimed_by",)),
    "desk_hold": Guard(Access.TENANT, actor="user_id", author_only=True),
    # appointments and predictions
    "appointment": Guard(Access.TENANT, actor="created_by"),
    "no_show_prediction": Guard(Access.LEDGER),
    "waiting_list": Guard(Access.TENANT, actor="created_by"),
    "model_version": Guard(Access.ADMIN, actor="created_by"),
    "reactivation_prediction": Guard(Access.LEDGER),
    "outcome_label": Guard(Access.LEDGER),
    "drift_check": Guard(Access.LEDGER),
    # inbox
    "unified_conversation": Guard(Access.TENANT),
    "unified_message": Guard(Access.TENANT, actor="sender_user_id"),
    "conversation_note": Guard(Access.TENANT, actor="user_id", author_only=True),
    "mention": Guard(Access.TENANT, holders=("user_id",), given=True),
    "conversation_read": Guard(Access.OWN, delete=True, actor="user_id"),
    "draft": Guard(Access.OWN, delete=True, actor="user_id"),
    "attachment": Guard(Access.LEDGER),
    "channel_account": Guard(Access.ADMIN),
    "channel_identity": Guard(Access.TENANT, delete=True),
    "inbound_parked": Guard(Access.TENANT, insert=False, holders=("resolved_by",)),
    "message_template": Guard(Access.TENANT, delete=True, actor="created_by"),
    # campaigns
    "campaign_template": Guard(Access.TENANT, actor="created_by"),
    "campaign_run": Guard(Access.TENANT, actor="created_by"),
    "campaign_recipient": Guard(Access.TENANT),
    "ab_test": Guard(Access.TENANT, actor="created_by"),
    "ab_test_result": Guard(Access.TENANT),
    # billing, logs, work
    "subscription": _read_only(Access.ADMIN),
    "webhook_log": _read_only(Access.INTAKE),
    "audit_log": Guard(Access.APPEND, update=False, actor="user_id", fixed=("id", "created_at", "seal_no")),
    "audit_seal": _read_only(Access.INTAKE),
    "change_outbox": Guard(Access.OUTBOX, update=False),
    "job": Guard(Access.TENANT, actor="created_by"),
    "saved_view": Guard(Access.OWN, delete=True, actor="user_id"),
    "shared_view": Guard(Access.ADMIN, delete=True),
    "bulk_change": Guard(Access.TENANT, actor="user_id", holders=("undone_by",), fixed=("kind", "arguments")),
    "bulk_change_row": Guard(Access.TENANT, fixed=("batch_id", "patient_id", "before")),
    "schema_info": Guard(Access.OPEN, insert=False, update=False),
}

# Kept by alembic itself; row security is on and nobody but the owner has a grant.
UNLISTED = frozenset({"alembic_version"})

# Columns that no login ever writes after the row is made.
_KEYS = ("id", "clinic_id", "created_at")


def guard_sql(table: str, columns: Iterable[str]) -> list[str]:
    """Return the statements that guard `table` (its column names in order), with @app@ and @worker@ for roles."""
    guard = GUARDS[table]
    if guard.access is Access.OPEN:
        return [f"GRANT SELECT ON {table} TO @app@, @worker@"]
    names = list(columns)
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        *_app_policies(table, guard),
        *_worker_policies(table, guard),
        *_grants(table, guard, names),
    ]


def _app_policies(table: str, guard: Guard) -> list[str]:
    read, write = _app_rules(guard)
    rules: list[str] = []
    if read:
        rules.append(_policy(table, "app", "SELECT", using=read))
    if write is None:
        return rules
    held = [f"({h} IS NULL OR {h} = (SELECT app.user_id()))" for h in guard.holders]
    if guard.insert and guard.access not in (Access.NONE, Access.INTAKE):
        mine = f"{guard.actor} = (SELECT app.user_id())" if guard.actor else ""
        rules.append(_policy(table, "app", "INSERT", check=_both(write, mine, *(() if guard.given else held))))
    if guard.update and _updates(guard):
        own = guard.access is Access.OWN or guard.author_only
        mine = f"{guard.actor} = (SELECT app.user_id())" if own else ""
        both = _both(write, mine)
        rules.append(_policy(table, "app", "UPDATE", using=both, check=_both(both, *held)))
    if guard.delete:
        own = guard.access is Access.OWN or guard.author_only
        mine = f"{guard.actor} = (SELECT app.user_id())" if own else ""
        rules.append(_policy(table, "app", "DELETE", using=_both(write, mine)))
    return rules


def _app_rules(guard: Guard) -> tuple[str | None, str | None]:
    """Return what a row must satisfy to be read and to be written by a signed-in user."""
    clinic = f"{guard.key} = (SELECT app.clinic_id())"
    staff = f"{guard.key} = (SELECT app.write_clinic_id())"
    admin = f"{guard.key} = (SELECT app.admin_clinic_id())"
    return {
        Access.TENANT: (clinic, staff),
        Access.LEDGER: (clinic, staff),
        Access.ADMIN: (clinic, admin),
        Access.OWN: (_both(clinic, f"{guard.actor} = (SELECT app.user_id())"), clinic),
        Access.APPEND: (admin, clinic),
        Access.INTAKE: (admin, None),
        Access.OUTBOX: (None, clinic),
    }.get(guard.access, (None, None))


def _worker_policies(table: str, guard: Guard) -> list[str]:
    mine = f"{guard.key} = (SELECT app.worker_clinic())"
    if guard.access in (Access.NONE, Access.OWN) or table == "audit_seal":
        return []
    if guard.access is Access.APPEND:
        return [_policy(table, "worker", "INSERT", check=_both(mine, f"{guard.actor} IS NULL"))]
    if guard.access is Access.OUTBOX:
        return [_policy(table, "worker", "INSERT", check=mine)]
    if guard.access is Access.INTAKE:
        mine = f"({mine} OR clinic_id IS NULL)"
    rules = [_policy(table, "worker", "SELECT", using=mine)]
    if table == "clinic_user":
        return rules
    if table != "clinic":
        rules.append(_policy(table, "worker", "INSERT", check=mine))
    if _updates(guard):
        rules.append(_policy(table, "worker", "UPDATE", using=mine, check=mine))
    if guard.delete:
        rules.append(_policy(table, "worker", "DELETE", using=mine))
    return rules


def _updates(guard: Guard) -> bool:
    return guard.access not in (Access.LEDGER, Access.APPEND, Access.OUTBOX, Access.NONE)


def _grants(table: str, guard: Guard, columns: list[str]) -> list[str]:
    if guard.access is Access.NONE:
        return []
    readable = [c for c in columns if c not in guard.hidden]
    # Rows are dated by the server, and an audit row or outbox row is also named by it.
    dated = {"created_at", *(guard.fixed if guard.access is Access.APPEND else ())}
    added = [c for c in readable if c not in dated and not (guard.access is Access.OUTBOX and c == "id")]
    app_set = [c for c in readable if c not in (*_KEYS, *guard.fixed, guard.actor)]
    # An intake row is stored before its clinic is known: routing it sets the clinic.
    kept = ("id", "created_at") if guard.access is Access.INTAKE else _KEYS
    worker_set = [c for c in readable if c not in kept]
    return [
        *([_select("app", table, guard, readable)] if _app_rules(guard)[0] else []),
        *_grant("app", table, "INSERT", added if guard.insert and _app_rules(guard)[1] else []),
        *_grant("app", table, "UPDATE", app_set if guard.update and _updates(guard) else []),
        *([f"GRANT DELETE ON {table} TO @app@"] if guard.delete else []),
        *_worker_grants(table, guard, readable, added, worker_set),
    ]


def _worker_grants(table: str, guard: Guard, readable: list[str], added: list[str], changed: list[str]) -> list[str]:
    commands = {p.split(" FOR ")[1].split()[0] for p in _worker_policies(table, guard)}
    return [
        *([_select("worker", table, guard, readable)] if "SELECT" in commands else []),
        *_grant("worker", table, "INSERT", added if "INSERT" in commands else []),
        *_grant("worker", table, "UPDATE", changed if "UPDATE" in commands else []),
        *([f"GRANT DELETE ON {table} TO @worker@"] if "DELETE" in commands else []),
    ]


def _select(role: str, table: str, guard: Guard, readable: list[str]) -> str:
    return _grant(role, table, "SELECT", readable)[0] if guard.hidden else f"GRANT SELECT ON {table} TO @{role}@"


def _grant(role: str, table: str, command: str, columns: list[str]) -> list[str]:
    if not columns:
        return []
    return [f"GRANT {command} ({', '.join(columns)}) ON {table} TO @{role}@"]


def _policy(table: str, role: str, command: str, *, using: str = "", check: str = "") -> str:
    parts = [f"CREATE POLICY {role}_{command.lower()} ON {table} FOR {command} TO @{role}@"]
    if using:
        parts.append(f"USING ({using})")
    if check:
        parts.append(f"WITH CHECK ({check})")
    return " ".join(parts)


def _both(*rules: str) -> str:
    return " AND ".join(r for r in rules if r)
