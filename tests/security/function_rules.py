"""The rules that our functions must keep, and which login may call which."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.security.rules import Found

PINNED = "search_path=pg_catalog, pg_temp"
# Granted to nobody and not SECURITY DEFINER: signed_in, so that it is inlined into the pinned ones;
# audit_text, called by definer functions only (it is pinned, too).
NOT_DEFINER = {"signed_in", "audit_text"}
POLICY_FUNCTIONS = {"clinic_id", "user_id", "write_clinic_id", "admin_clinic_id", "worker_clinic"}
READ_ONLY = POLICY_FUNCTIONS | {
    "signed_in", "worker_clinics", "kdf_salt", "search_patients", "live_channel", "address_key", "audit_text",
    "audit_faults", "audit_faults_in", "require_admin", "try_standing", "try_counts_for",
    "suppressed_addresses", "patients_named", "patients_alike", "patients_beginning", "patients_phoned",
    "patients_alike_word",
}  # fmt: skip
APP_CALLS = {
    "clinic_id()", "user_id()", "write_clinic_id()", "admin_clinic_id()", "enter(text)", "kdf_salt(text)",
    "sign_in_try(text, bytea)", "sign_in_take(uuid, uuid, text)", "sign_out()", "change_password(uuid, bytea)",
    "staff_add(uuid, text, text, text, text, uuid, bytea)", "staff_set_role(uuid, text)",
    "staff_disable(uuid, boolean)", "staff_reset(uuid, bytea)", "staff_unlock(uuid)", "note_workstation(text, text)",
    "search_patients(text, integer)", "live_channel()", "address_key(text, text)", "audit_faults()",
    "publish_changes()", "seal_audit(integer)", "file_source(uuid, text, text)",
    "suppressed_addresses(text, text[], text)", "claim_next(text, text, double precision, uuid[], boolean)",
    "count_grown()", "patients_named(text[], integer)", "patients_alike(text[], text[])",
    "patients_beginning(text, text, integer)", "patients_phoned(text[])",
    "patients_alike_word(text, integer)",
}  # fmt: skip
WORKER_CALLS = {
    "worker_clinic()", "worker_clinics()", "worker_enter(uuid)", "address_key(text, text)", "publish_changes()",
    "seal_audit(integer)", "suppressed_addresses(text, text[], text)",
}  # fmt: skip
# Read in definer functions without a schema: names of their own WITH clauses and variables.
_LOCAL_NAMES = {
    "gone", "g", "each_kind", "picked", "marked", "chain", "rows", "unnest", "jsonb_object_keys", "generate_series",
    "nothing", "one", "w", "m", "freed", "added", "moved",
}  # fmt: skip


@dataclass(frozen=True)
class Function:
    """One function of schema app as pg_proc has it."""

    name: str
    signature: str
    definer: bool
    settings: tuple[str, ...]
    volatile: str
    parallel: str
    owner: str
    body: str
    leakproof: bool
    callers: tuple[str, ...]


_TARGETS = re.compile(
    r"\b(FROM|JOIN|INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+|LATERAL\s+)?([\w\".@]+)", re.IGNORECASE
)
_QUERY = """
SELECT p.proname::text, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
       oidvectortypes(p.proargtypes), p.prosecdef, coalesce(p.proconfig, '{}'), p.provolatile::text,
       p.proparallel::text, p.proowner::regrole::text, p.prosrc, p.proleakproof,
       ARRAY(SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END
             FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
             WHERE a.grantee <> p.proowner AND a.privilege_type = 'EXECUTE')
FROM pg_proc p WHERE p.pronamespace = 'app'::regnamespace OR (
    p.pronamespace = %s::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e'))
ORDER BY p.proname
"""


def read_functions(found: Found) -> list[Function]:
    """Return our functions: those of schema app, and any that somebody left in the data schema."""
    rows: list[tuple[object, ...]] = found.conn.execute(_QUERY, (found.names.data,)).fetchall()
    functions = []
    for name, _, types, definer, settings, volatile, parallel, owner, body, leakproof, callers in rows:
        functions.append(
            Function(
                str(name),
                f"{name}({types})",
                bool(definer),
                _texts(settings),
                str(volatile),
                str(parallel),
                str(owner),
                str(body),
                bool(leakproof),
                _texts(callers),
            )
        )
    return functions


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else ()


def lax_functions(found: Found) -> list[str]:
    """A function is a definer of the owner with a pinned path, or is one of two that nobody may call."""
    faults = []
    for f in read_functions(found):
        if f.definer == (f.name in NOT_DEFINER):
            faults.append(f"{f.signature}: SECURITY {'DEFINER' if f.definer else 'INVOKER'}")
        if PINNED not in f.settings and f.name != "signed_in":
            faults.append(f"{f.signature}: search_path is not pinned")
        if f.owner.strip('"') != found.names.owner:
            faults.append(f"{f.signature}: belongs to {f.owner}")
        if f.leakproof:
            faults.append(f"{f.signature}: is called leakproof")
        if f.name in READ_ONLY and f.volatile != "s":
            faults.append(f"{f.signature}: reads only and is not STABLE")
        if f.name not in READ_ONLY and f.volatile != "v":
            faults.append(f"{f.signature}: writes and is not VOLATILE")
        if f.name in POLICY_FUNCTIONS and f.parallel != "s":
            faults.append(f"{f.signature}: is in a policy and not PARALLEL SAFE")
        if f.volatile == "v" and f.parallel != "u":
            faults.append(f"{f.signature}: is VOLATILE and not PARALLEL UNSAFE")
    return faults


def stray_callers(found: Found) -> list[str]:
    """PUBLIC calls nothing; each login calls exactly what it is listed for."""
    faults = []
    wanted = {found.names.app: APP_CALLS, found.names.worker: WORKER_CALLS}
    functions = read_functions(found)
    for f in functions:
        for caller in f.callers:
            known = wanted.get(caller.strip('"'))
            if known is None or f.signature not in known:
                faults.append(f"{f.signature}: {caller} may call it")
    for login, calls in wanted.items():
        missing = calls - {f.signature for f in functions if login in (c.strip('"') for c in f.callers)}
        faults += [f"{signature}: {login} may not call it" for signature in sorted(missing)]
    return faults


def loose_names(found: Found) -> list[str]:
    """What a body reads from or writes to has its schema before it, or is a name of the body's own."""
    faults = []
    for f in read_functions(found):
        body = re.sub(r"--[^\n]*", "", f.body)
        body = re.sub(r"'(?:[^']|'')*'", "''", body)
        # `IS DISTINCT FROM x`, `substring(x FROM 1)` and `extract(epoch FROM x)` read no table.
        body = re.sub(r"DISTINCT\s+FROM|substring\([^;]*?FROM|extract\(\w+\s+FROM", "", body, flags=re.IGNORECASE)
        for keyword, target in _TARGETS.findall(body):
            if "." in target or target.lower() in _LOCAL_NAMES | {"set", "of", "lateral"}:
                continue
            if re.search(rf"\bFOR\s+(NO\s+KEY\s+)?UPDATE\b.{{0,3}}{target}", body, re.IGNORECASE):
                continue
            faults.append(f"{f.signature}: {keyword} {target}")
    return faults


FUNCTION_RULES = (lax_functions, stray_callers, loose_names)
