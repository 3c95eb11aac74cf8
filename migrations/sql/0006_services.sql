-- Search, live changes, the audit chain and address keys.

-- LIKE and trigram operators are not leakproof: under row security they lose their index. Here the
-- clinic is named inside. Every word of the query must occur in the name; when no name has them all, each
-- must be alike a part of it, and the likest come first. Plans are made for the words at hand: a generic plan
-- cannot know that a word is missing or how rare it is.
CREATE FUNCTION app.search_patients(query text, most integer) RETURNS TABLE (id uuid, likeness real)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET pg_trgm.word_similarity_threshold = 0.45
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    clinic uuid := app.clinic_id();
    words text[] := regexp_split_to_array(btrim(query), '\s+');
    part text[] := regexp_split_to_array(regexp_replace(btrim(query), '([\\%_])', '\\\1', 'g'), '\s+');
BEGIN
    IF clinic IS NULL OR btrim(query) = '' THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, 1::real FROM @data@.patient p
        WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL
          AND p.name_key LIKE '%' || part[1] || '%'
          AND (part[2] IS NULL OR p.name_key LIKE '%' || part[2] || '%')
          AND (part[3] IS NULL OR p.name_key LIKE '%' || part[3] || '%')
          AND (part[4] IS NULL OR NOT EXISTS (
              SELECT 1 FROM unnest(part[4:]) m(word) WHERE p.name_key NOT LIKE '%' || m.word || '%'))
        ORDER BY p.name_key, p.id LIMIT least(most, 1000);
    IF NOT FOUND THEN
        RETURN QUERY
            SELECT p.id, (@trgm@.word_similarity(words[1], p.name_key)
                          + @trgm@.word_similarity(coalesce(words[2], words[1]), p.name_key)
                          + @trgm@.word_similarity(coalesce(words[3], words[1]), p.name_key))::real AS likest
            FROM @data@.patient p
            WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL
              AND words[1] OPERATOR(@trgm@.<%) p.name_key
              AND (words[2] IS NULL OR words[2] OPERATOR(@trgm@.<%) p.name_key)
              AND (words[3] IS NULL OR words[3] OPERATOR(@trgm@.<%) p.name_key)
              AND (words[4] IS NULL OR NOT EXISTS (
                  SELECT 1 FROM unnest(words[4:]) m(word) WHERE NOT m.word OPERATOR(@trgm@.<%) p.name_key))
            ORDER BY likest DESC, p.name_key, p.id LIMIT least(most, 1000);
    END IF;
END
$$;

-- The elected notifier empties the outbox: one notice per clinic, ids only (at most 50), never text.
CREATE FUNCTION app.publish_changes() RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    published integer := 0;
    note record;
BEGIN
    FOR note IN
        WITH gone AS (DELETE FROM @data@.change_outbox o RETURNING o.id, o.clinic_id, o.kind, o.row_ids),
             each_kind AS (
                 SELECT g.clinic_id, g.kind, count(DISTINCT g.id) AS changes,
                        array_agg(DISTINCT r.row_id) FILTER (WHERE r.row_id IS NOT NULL) AS ids
                 FROM gone g LEFT JOIN LATERAL unnest(g.row_ids) AS r(row_id) ON true
                 GROUP BY g.clinic_id, g.kind)
        SELECT c.live_key, sum(k.changes)::integer AS changes,
               jsonb_object_agg(k.kind, CASE WHEN cardinality(k.ids) <= 50 THEN to_jsonb(k.ids) ELSE 'null'::jsonb END) AS kinds
        FROM each_kind k JOIN @data@.clinic c ON c.id = k.clinic_id
        GROUP BY c.live_key
    LOOP
        PERFORM pg_notify('c_' || note.live_key,
            CASE WHEN octet_length(note.kinds::text) < 7900 THEN note.kinds::text
                 ELSE (SELECT jsonb_object_agg(k, NULL)::text FROM jsonb_object_keys(note.kinds) k) END);
        published := published + note.changes;
    END LOOP;
    RETURN published;
END
$$;

CREATE FUNCTION app.live_channel() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'c_' || c.live_key FROM @data@.clinic c WHERE c.id = app.clinic_id()
$$;

-- Suppression and consent outlive the patient: the address itself is not kept, only this key.
CREATE FUNCTION app.address_key(kind text, address text) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(s.address_salt || convert_to(kind || ':' || lower(btrim(address)), 'UTF8'))
    FROM @data@.clinic_secret s WHERE s.clinic_id = coalesce(app.clinic_id(), app.worker_clinic())
$$;

-- One row of the chain as text: independent of time zone and locale.
CREATE FUNCTION app.audit_text(r @data@.audit_log) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
    SELECT jsonb_build_array(r.id, r.clinic_id, r.user_id, r.action, r.resource_type, r.resource_id, r.metadata,
                             r.ip_address, r.workstation, extract(epoch FROM r.created_at))::text
$$;

-- Seals what is not sealed yet, clinic by clinic, into each clinic's chain. Never a range of time or of
-- transactions: late commits and restores break ranges.
CREATE FUNCTION app.seal_audit(most integer DEFAULT 20000) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    chain record;
    last_seal record;
    sealed integer;
    total integer := 0;
    digest bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(7261, 1);
    FOR chain IN
        SELECT DISTINCT w.clinic_id FROM
            (SELECT a.clinic_id FROM @data@.audit_log a WHERE a.seal_no IS NULL ORDER BY a.clinic_id, a.id LIMIT most) w
    LOOP
        SELECT s.seal_no, s.hash INTO last_seal FROM @data@.audit_seal s
            WHERE s.clinic_id IS NOT DISTINCT FROM chain.clinic_id ORDER BY s.seal_no DESC LIMIT 1;
        WITH picked AS (
            SELECT a.id FROM @data@.audit_log a
            WHERE a.seal_no IS NULL AND a.clinic_id IS NOT DISTINCT FROM chain.clinic_id ORDER BY a.id LIMIT most
        ), marked AS (
            UPDATE @data@.audit_log a SET seal_no = coalesce(last_seal.seal_no, 0) + 1
            FROM picked WHERE a.id = picked.id RETURNING a.*
        )
        SELECT count(*), sha256(coalesce(last_seal.hash, sha256(''::bytea))
                                || convert_to(string_agg(app.audit_text(m::@data@.audit_log), E'\n' ORDER BY m.id), 'UTF8'))
            INTO sealed, digest
            FROM (SELECT r.id, r.clinic_id, r.user_id, r.action, r.resource_type, r.resource_id, r.metadata,
                         r.ip_address, r.workstation, r.created_at, r.seal_no FROM marked r) m;
        INSERT INTO @data@.audit_seal (clinic_id, seal_no, row_count, previous_hash, hash)
            VALUES (chain.clinic_id, coalesce(last_seal.seal_no, 0) + 1, sealed,
                    coalesce(last_seal.hash, sha256(''::bytea)), digest);
        total := total + sealed;
    END LOOP;
    RETURN total;
END
$$;

-- The first broken links of a chain: rows changed, removed or added after they were sealed.
CREATE FUNCTION app.audit_faults_in(clinic uuid) RETURNS TABLE (seal_no bigint, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH chain AS (
        SELECT s.*, lag(s.hash, 1, sha256(''::bytea)) OVER w AS before, lag(s.seal_no, 1, 0::bigint) OVER w AS number_before
        FROM @data@.audit_seal s WHERE s.clinic_id IS NOT DISTINCT FROM clinic WINDOW w AS (ORDER BY s.seal_no)
    ), rows AS (
        SELECT a.seal_no, count(*) AS row_count, string_agg(app.audit_text(a), E'\n' ORDER BY a.id) AS body
        FROM @data@.audit_log a
        WHERE a.clinic_id IS NOT DISTINCT FROM clinic AND a.seal_no IS NOT NULL GROUP BY a.seal_no
    )
    SELECT coalesce(c.seal_no, r.seal_no),
           CASE WHEN c.seal_no IS NULL THEN 'seal missing'
                WHEN c.number_before <> c.seal_no - 1 OR c.previous_hash <> c.before THEN 'chain broken'
                WHEN coalesce(r.row_count, 0) <> c.row_count THEN 'rows missing or added'
                ELSE 'row changed' END
    FROM chain c FULL JOIN rows r ON r.seal_no = c.seal_no
    WHERE c.seal_no IS NULL OR c.number_before <> c.seal_no - 1 OR c.previous_hash <> c.before
       OR coalesce(r.row_count, 0) <> c.row_count
       OR c.hash <> sha256(c.previous_hash || convert_to(r.body, 'UTF8'))
    ORDER BY 1
$$;

CREATE FUNCTION app.audit_faults() RETURNS TABLE (seal_no bigint, fault text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.seal_no, f.fault FROM app.audit_faults_in(app.require_admin()) f
$$;
