-- Counts (ANALYZE) the tables that an import fills, where they have doubled since the planner last knew their size: only
-- the owner may do it, and on a new clinic's first day nobody has. A look at sizes when there is nothing to do. In a
-- transaction of its own, in one order always: it holds the tables' counting lock until the end.
CREATE FUNCTION app.count_grown() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    grown regclass;
BEGIN
    IF app.write_clinic_id() IS NULL THEN
        RAISE EXCEPTION 'needs STAFF' USING ERRCODE = '42501';
    END IF;
    FOR grown IN
        SELECT c.oid::regclass FROM pg_catalog.pg_class c
        WHERE c.oid IN ('@data@.patient'::regclass, '@data@.patient_standing'::regclass, '@data@.visit'::regclass,
                        '@data@.appointment'::regclass)
          AND pg_relation_size(c.oid) / current_setting('block_size')::integer > 2 * greatest(c.relpages, 10)
        ORDER BY c.relname
    LOOP
        EXECUTE format('ANALYZE %s', grown);
    END LOOP;
END
$$;
