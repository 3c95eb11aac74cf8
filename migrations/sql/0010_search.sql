-- Whose name, or whose second name, begins with the one word that was typed: the best hits of app.patients_named in its
-- own order, each a range of an index. `behind`: the smallest text behind all that begin so.
CREATE FUNCTION app.patients_beginning(word text, behind text, most integer) RETURNS TABLE (id uuid, name_key text, match integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    clinic uuid := app.clinic_id();
BEGIN
    IF clinic IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id, p.name_key, 0 FROM @data@.patient p
        WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL
          AND p.name_key >= word COLLATE "C" AND p.name_key < behind COLLATE "C"
        ORDER BY p.name_key, p.id LIMIT most;
    RETURN QUERY
        SELECT p.id, p.name_key, 1 FROM @data@.patient p
        WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL
          AND split_part(p.name_key, ' ', 2) >= word COLLATE "C" AND split_part(p.name_key, ' ', 2) < behind COLLATE "C"
          AND NOT (p.name_key >= word COLLATE "C" AND p.name_key < behind COLLATE "C")
        ORDER BY split_part(p.name_key, ' ', 2), p.name_key, p.id LIMIT most;
END
$$;

-- As 0009_search has it, but for the order of those in whose name a later part begins with the word: by that part first
-- where it is the second one, as app.patients_beginning gives them.
CREATE OR REPLACE FUNCTION app.patients_named(words text[], most integer) RETURNS TABLE (id uuid, name_key text, match integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    clinic uuid := app.clinic_id();
    inside text[];
    begins text[];
    parts text[];
BEGIN
    SELECT array_agg('%' || e.word || '%'), array_agg(e.word || '%'), array_agg('% ' || e.word || '%')
        INTO inside, begins, parts
        FROM (SELECT regexp_replace(w.word, '([\\%_])', '\\\1', 'g') AS word FROM unnest(words) w(word)) e;
    IF clinic IS NULL OR inside IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT l.id, l.name_key, l.place FROM (
            SELECT p.id, p.name_key,
                   CASE WHEN NOT (' ' || p.name_key LIKE ALL (parts)) THEN 3
                        WHEN p.name_key LIKE ANY (begins) THEN 0
                        WHEN words[2] IS NULL AND split_part(p.name_key, ' ', 2) LIKE begins[1] THEN 1 ELSE 2 END AS place
            FROM @data@.patient p
            WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL AND p.name_key LIKE inside[1]
              AND (inside[2] IS NULL OR p.name_key LIKE inside[2])
              AND (inside[3] IS NULL OR p.name_key LIKE inside[3])
              AND (inside[4] IS NULL OR p.name_key LIKE ALL (inside[4:]))) l
        ORDER BY l.place, CASE WHEN l.place = 1 THEN split_part(l.name_key, ' ', 2) END, l.name_key, l.id LIMIT most;
END
$$;

-- Who has one of these digits in a phone number as it is kept: under row security LIKE could not use an index.
CREATE FUNCTION app.patients_phoned(parts text[]) RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    clinic uuid := app.clinic_id();
BEGIN
    IF clinic IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT p.id FROM @data@.patient p
        WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL
          AND (p.phone LIKE ANY (parts) OR p.phone_second LIKE ANY (parts))
        UNION
        SELECT p.id FROM @data@.patient p
        WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL AND p.phone <> '' AND left(p.phone, 1) <> '+'
          AND translate(p.phone, ' ()-./', '') LIKE ANY (parts);
END
$$;
