"""What is asked of a database's catalogue: one SQL question per kind of thing, for storage.catalogue."""

from __future__ import annotations

from typing import LiteralString

# `ours`: relations of our two schemas, `procs` their functions; what an extension owns is not ours.
OURS: LiteralString = """
WITH spaces AS (
    SELECT oid, nspname FROM pg_namespace WHERE nspname IN (%(data)s, 'app')
), ours AS (
    SELECT c.* FROM pg_class c JOIN spaces s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
        SELECT 1 FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
), procs AS (
    SELECT p.*,
        s.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS called
    FROM pg_proc p JOIN spaces s ON s.oid = p.pronamespace
    WHERE NOT EXISTS (
        SELECT 1 FROM pg_depend d
        WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
)
"""

# Each gives (name, what is said of it as json); an ACL that was never touched counts as its default.
QUESTIONS: dict[str, LiteralString] = {
    "table": """
SELECT relname, jsonb_build_object(
    'kind', relkind, 'persistence', relpersistence, 'options', reloptions, 'owner', relowner::regrole,
    'row security', relrowsecurity, 'forced row security', relforcerowsecurity)
FROM ours""",
    "column": """
SELECT c.relname || '.' || a.attname, jsonb_build_object(
    'type', format_type(a.atttypid, a.atttypmod), 'not null', a.attnotnull,
    'default', pg_get_expr(d.adbin, d.adrelid), 'generated', a.attgenerated, 'identity', a.attidentity,
    'collation', nullif(a.attcollation, t.typcollation)::regcollation)
FROM ours c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum""",
    # 18 lists NOT NULL among the constraints too; that is a fact of the column above.
    "constraint": """
SELECT c.relname || '.' || k.conname, jsonb_build_object(
    'definition', pg_get_constraintdef(k.oid), 'validated', k.convalidated)
FROM ours c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype <> 'n'""",
    "index": """
SELECT c.relname || '.' || x.relname, jsonb_build_object(
    'definition', pg_get_indexdef(i.indexrelid), 'valid', i.indisvalid)
FROM ours c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid""",
    "policy": """
SELECT c.relname || '.' || p.polname, jsonb_build_object(
    'command', p.polcmd, 'permissive', p.polpermissive,
    'roles', (SELECT array_agg(coalesce(nullif(r, 0)::regrole::text, 'PUBLIC')) FROM unnest(p.polroles) r),
    'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
FROM ours c JOIN pg_policy p ON p.polrelid = c.oid""",
    "trigger": """
SELECT c.relname || '.' || t.tgname, jsonb_build_object('definition', pg_get_triggerdef(t.oid))
FROM ours c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal""",
    "rule": """
SELECT c.relname || '.' || r.rulename, jsonb_build_object('definition', pg_get_ruledef(r.oid))
FROM ours c JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'""",
    "view": """
SELECT relname, jsonb_build_object('definition', pg_get_viewdef(oid))
FROM ours WHERE relkind IN ('v', 'm')""",
    "function": """
SELECT called, jsonb_build_object(
    'body', prosrc, 'arguments', pg_get_function_arguments(p.oid), 'result', pg_get_function_result(p.oid),
    'language', (SELECT lanname FROM pg_language l WHERE l.oid = prolang), 'volatility', provolatile,
    'parallel', proparallel, 'security definer', prosecdef, 'strict', proisstrict, 'leakproof', proleakproof,
    'settings', proconfig, 'owner', proowner::regrole)
FROM procs p""",
    "type": """
SELECT t.typname, jsonb_build_object('kind', t.typtype)
FROM pg_type t JOIN spaces s ON s.oid = t.typnamespace WHERE t.typtype IN ('e', 'd', 'r')""",
    "extension": """
SELECT extname, jsonb_build_object('schema', extnamespace::regnamespace)
FROM pg_extension WHERE extname <> 'plpgsql'""",
    "schema": """
SELECT nspname, jsonb_build_object('owner', nspowner::regrole)
FROM pg_namespace JOIN spaces USING (oid, nspname)""",
    "database": """
SELECT 'itself', jsonb_build_object(
    'owner', datdba::regrole, 'encoding', pg_encoding_to_char(encoding),
    'settings', (
        SELECT to_jsonb(setconfig) FROM pg_db_role_setting WHERE setdatabase = d.oid AND setrole = 0))
FROM pg_database d WHERE datname = current_database()""",
    "grant": """
SELECT g.privilege_type || ' on ' || g.what || ' to '
    || coalesce(nullif(g.grantee, 0)::regrole::text, 'PUBLIC'),
    jsonb_build_object('grantable', g.is_grantable)
FROM (
    SELECT c.relname::text AS what, e.* FROM ours c, aclexplode(
        coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner))) e
    UNION ALL
    SELECT c.relname || '.' || a.attname, e.*
    FROM ours c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) e
    UNION ALL
    SELECT called, e.* FROM procs, aclexplode(coalesce(proacl, acldefault('f', proowner))) e
    UNION ALL
    SELECT 'schema ' || nspname, e.*
    FROM pg_namespace JOIN spaces USING (oid, nspname),
        aclexplode(coalesce(nspacl, acldefault('n', nspowner))) e
    UNION ALL
    SELECT 'the database', e.*
    FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) e
    WHERE datname = current_database()
    UNION ALL
    SELECT 'new objects (' || defaclobjtype::text || ') of ' || defaclrole::regrole, e.*
    FROM pg_default_acl, aclexplode(defaclacl) e
) g""",
}
