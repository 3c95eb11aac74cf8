-- Who has every word in her name, best hits first: 0 where the name begins with one of the words and each begins a part
-- of it, 1 where each begins a part, 2 where one stands inside. Under row security LIKE could not use the index of
-- trigrams; here the planner chooses, for the words at hand, between it and the clinic's part of the index of names.
-- `most`: only so many of the best; NULL: all.
CREATE FUNCTION app.patients_named(words text[], most integer) RETURNS TABLE (id uuid, name_key text, match integer)
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
        SELECT p.id, p.name_key,
               CASE WHEN NOT (' ' || p.name_key LIKE ALL (parts)) THEN 2
                    WHEN p.name_key LIKE ANY (begins) THEN 0 ELSE 1 END AS place
        FROM @data@.patient p
        WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL AND p.name_key LIKE inside[1]
          AND (inside[2] IS NULL OR p.name_key LIKE inside[2])
          AND (inside[3] IS NULL OR p.name_key LIKE inside[3])
          AND (inside[4] IS NULL OR p.name_key LIKE ALL (inside[4:]))
        ORDER BY place, p.name_key, p.id LIMIT most;
END
$$;

-- Whose name is only alike: each of the words `alike` is near a whole part of it (typos, sound-alikes), each pattern
-- holds, and not all words stand in it as they are. The likest first; `match` falls with the likeness.
CREATE FUNCTION app.patients_alike(alike text[], patterns text[]) RETURNS TABLE (id uuid, name_key text, match integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET pg_trgm.word_similarity_threshold = 0.45
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    clinic uuid := app.clinic_id();
    -- Each word with two neighbours changed back: the commonest slip of the fingers leaves few trigrams alike.
    swapped1 text[] := ARRAY(SELECT '%' || left(alike[1], i - 1) || reverse(substr(alike[1], i, 2)) || substr(alike[1], i + 2) || '%'
                             FROM generate_series(1, length(alike[1]) - 1) i);
    swapped2 text[] := ARRAY(SELECT '%' || left(alike[2], i - 1) || reverse(substr(alike[2], i, 2)) || substr(alike[2], i + 2) || '%'
                             FROM generate_series(1, length(alike[2]) - 1) i);
BEGIN
    IF clinic IS NULL OR alike[1] IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT l.id, l.name_key, (1000 - 1000 * l.likeness)::integer
        FROM (SELECT p.id, p.name_key,
                     (SELECT min(@trgm@.strict_word_similarity(w.word, p.name_key)) FROM unnest(alike) w(word)) AS likeness,
                     (SELECT bool_and(position(w.word IN p.name_key) > 0) FROM unnest(alike) w(word)) AS the_same,
                     p.name_key LIKE ANY (swapped1) OR p.name_key LIKE ANY (swapped2) AS swapped
              FROM @data@.patient p
              WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL AND p.name_key LIKE ALL (patterns)
                AND (alike[1] OPERATOR(@trgm@.<%) p.name_key OR p.name_key LIKE ANY (swapped1))
                AND (alike[2] IS NULL OR alike[2] OPERATOR(@trgm@.<%) p.name_key OR p.name_key LIKE ANY (swapped2))
                AND (alike[3] IS NULL OR alike[3] OPERATOR(@trgm@.<%) p.name_key)) l
        WHERE (l.likeness >= 0.3 OR l.swapped) AND NOT l.the_same;
END
$$;
