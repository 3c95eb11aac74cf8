-- The words of new names, and of names that changed. A session that planned this for few words keeps the plan while an
-- import makes them many: never by reading them all.
CREATE FUNCTION app.note_names() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO @data@.name_word (clinic_id, id, word)
        SELECT d.clinic_id, gen_random_uuid(), d.word
        FROM (SELECT DISTINCT n.clinic_id, w.word FROM added n, unnest(string_to_array(n.name_key, ' ')) w(word) WHERE w.word <> '') d
        WHERE NOT EXISTS (SELECT 1 FROM @data@.name_word k WHERE k.clinic_id = d.clinic_id AND k.word = d.word);
    RETURN NULL;
END
$$;
CREATE FUNCTION app.note_name() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO @data@.name_word (clinic_id, id, word)
        SELECT NEW.clinic_id, gen_random_uuid(), d.word
        FROM (SELECT DISTINCT w.word FROM unnest(string_to_array(NEW.name_key, ' ')) w(word) WHERE w.word <> '') d
        WHERE NOT EXISTS (SELECT 1 FROM @data@.name_word k WHERE k.clinic_id = NEW.clinic_id AND k.word = d.word);
    RETURN NULL;
END
$$;
CREATE TRIGGER note_names AFTER INSERT ON patient REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION app.note_names();
CREATE TRIGGER note_name AFTER UPDATE OF name_key ON patient FOR EACH ROW
    WHEN (NEW.name_key IS DISTINCT FROM OLD.name_key) EXECUTE FUNCTION app.note_name();

-- Whose name has a word that is alike to the one that was typed (typos, sound-alikes) and does not hold that word itself:
-- the likest first, `match` falls with the likeness. Each word of a name is judged by itself, and by its likeness as a
-- whole alone: "elisabet" finds elizabeth, which app.patients_alike leaves out. `most`: only so many of the likest, for what so many cost; NULL: all.
CREATE FUNCTION app.patients_alike_word(typed text, most integer) RETURNS TABLE (id uuid, name_key text, match integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET pg_trgm.similarity_threshold = 0.3
-- Planned once a session: five ways to read a name cost more to plan than to read. The words of a small clinic, too, are
-- found sooner through their index than by comparing each.
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    clinic uuid := app.clinic_id();
    -- The word with two neighbours changed back: the commonest slip of the fingers leaves few trigrams alike.
    swapped text[] := ARRAY(SELECT '%' || regexp_replace(left(typed, i - 1) || reverse(substr(typed, i, 2)) || substr(typed, i + 2), '([\\%_])', '\\\1', 'g') || '%'
                            FROM generate_series(1, length(typed) - 1) i);
    alike text[];
    places integer[];
    long uuid[];
    near record;
    -- Words of a better place: who has one of them stood there.
    done text[] := '{}';
    found integer;
BEGIN
    IF clinic IS NULL OR typed IS NULL THEN
        RETURN;
    END IF;
    SELECT array_agg(c.word), array_agg(c.place) INTO alike, places
        FROM (SELECT DISTINCT k.word, (1000 - 1000 * @trgm@.similarity(typed, k.word))::integer AS place
              FROM @data@.name_word k
              WHERE k.clinic_id = clinic AND position(typed IN k.word) = 0
                AND (k.word OPERATOR(@trgm@.%) typed OR k.word LIKE ANY (swapped))) c;
    -- Names of more than four words are few: whose of them, once.
    long := ARRAY(SELECT p.id FROM @data@.patient p
                  WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL AND split_part(p.name_key, ' ', 5) <> ''
                    AND string_to_array(p.name_key, ' ') && alike);
    FOR near IN
        SELECT a.place, array_agg(a.word) AS words FROM unnest(alike, places) a(word, place) GROUP BY a.place ORDER BY a.place
    LOOP
        RETURN QUERY
            SELECT DISTINCT f.id, f.name_key, near.place
            FROM unnest(near.words) w(word), LATERAL (
                    (SELECT p.id, p.name_key FROM @data@.patient p
                     WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL AND p.name_key >= w.word AND p.name_key < w.word || '!'
                       AND position(typed IN p.name_key) = 0 AND NOT string_to_array(p.name_key, ' ') && done
                     ORDER BY p.name_key, p.id LIMIT most)
                    UNION ALL
                    (SELECT p.id, p.name_key FROM @data@.patient p
                     WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL AND split_part(p.name_key, ' ', 2) = w.word
                       AND position(typed IN p.name_key) = 0 AND NOT string_to_array(p.name_key, ' ') && done
                     ORDER BY p.name_key, p.id LIMIT most)
                    UNION ALL
                    (SELECT p.id, p.name_key FROM @data@.patient p
                     WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL AND split_part(p.name_key, ' ', 3) = w.word AND split_part(p.name_key, ' ', 3) <> ''
                       AND position(typed IN p.name_key) = 0 AND NOT string_to_array(p.name_key, ' ') && done
                     ORDER BY p.name_key, p.id LIMIT most)
                    UNION ALL
                    (SELECT p.id, p.name_key FROM @data@.patient p
                     WHERE p.clinic_id = clinic AND p.merged_into_id IS NULL AND split_part(p.name_key, ' ', 4) = w.word AND split_part(p.name_key, ' ', 4) <> ''
                       AND position(typed IN p.name_key) = 0 AND NOT string_to_array(p.name_key, ' ') && done
                     ORDER BY p.name_key, p.id LIMIT most)
                    UNION ALL
                    (SELECT p.id, p.name_key FROM unnest(long) l(id) JOIN @data@.patient p ON p.clinic_id = clinic AND p.id = l.id
                     WHERE w.word = ANY (string_to_array(p.name_key, ' '))
                       AND position(typed IN p.name_key) = 0 AND NOT string_to_array(p.name_key, ' ') && done
                     ORDER BY p.name_key, p.id LIMIT most)) f
            ORDER BY f.name_key, f.id LIMIT most;
        GET DIAGNOSTICS found = ROW_COUNT;
        most := most - found;
        IF most <= 0 THEN
            RETURN;
        END IF;
        done := done || near.words;
    END LOOP;
END
$$;
