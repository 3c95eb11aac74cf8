-- Takes the best free patient of the queue for the desk of `token`, lets go whom it held, and answers with her row of the
-- queue. A whole transaction by itself, because 200 desks wait for just this: one round trip, plans kept for the session,
-- who is signed in asked for once instead of by the policy of each table.
-- `what`: TAKEN, and her row; LEFT, and `id` of who stands in the queue and may not be called (any more); with `look`
-- PROMISED or DUE where somebody's time has come (a promised call, somebody to wake): those three wrote nothing. No row:
-- nobody is free, and whom the desk held is let go. Without `look`, promised calls that are due come first. The claim row
-- is locked, never the standing: scoring and imports write standings all the time.
CREATE FUNCTION app.claim_next(token text, desk text, lease_minutes double precision, skip uuid[], look boolean)
RETURNS TABLE (what text, id uuid, first_name text, last_name text, date_of_birth date, phone text, phone_quality text,
               phone_second text, preferred_channel text, language text, segment text, contact_priority text,
               contact_priority_score numeric, reason text, second_reason text, last_visit_on date, callback_at timestamptz,
               outcome text, started_at timestamptz, last_contact_by text, claimed_by uuid, claimed_by_name text,
               claimed_until timestamptz, version integer, factors jsonb)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    entered text;
    clinic uuid;
    me uuid;
    my_name text;
    held uuid;
    due boolean;
    taken uuid;
    candidate uuid;
    until timestamptz;
BEGIN
    entered := set_config('app.token', token, true);
    SELECT i.clinic_id, i.user_id, trim(u.first_name || ' ' || u.last_name),
           statement_timestamp() + make_interval(secs => 60 * coalesce((v.value ->> 'lease_minutes')::double precision, lease_minutes))
        INTO clinic, me, my_name, until
        FROM app.signed_in() i
        JOIN @data@.clinic_user u ON u.clinic_id = i.clinic_id AND u.id = i.user_id
        LEFT JOIN @data@.clinic_setting v ON v.clinic_id = i.clinic_id AND v.name = 'outreach'
        WHERE NOT i.must_change AND i.role IN ('ADMIN', 'STAFF');
    IF clinic IS NULL THEN
        -- Entering says what is wrong with the sign-in; where nothing is, it is the role.
        PERFORM app.enter(token);
        RAISE EXCEPTION 'needs STAFF' USING ERRCODE = '42501';
    END IF;
    -- Locked first: one desk in two programs takes one patient after the other, and each sees whom the other took.
    SELECT h.patient_id INTO held FROM @data@.desk_hold h
        WHERE h.clinic_id = clinic AND h.user_id = me AND h.workstation IS NOT DISTINCT FROM desk FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        -- The first time there is no row to lock: one of two programs waits here for the other, and looks again.
        PERFORM pg_advisory_xact_lock(hashtextextended(coalesce(desk, ''), hashtextextended(me::text, 0)));
        SELECT h.patient_id INTO held FROM @data@.desk_hold h
            WHERE h.clinic_id = clinic AND h.user_id = me AND h.workstation IS NOT DISTINCT FROM desk FOR NO KEY UPDATE;
    END IF;
    IF look THEN
        -- Mostly nobody's time has come: one look at an index. A promised call has its time in next_action_at, too.
        SELECT bool_or(s.callback_at IS NULL) INTO due
            FROM @data@.patient_standing s JOIN @data@.work_claim c ON c.clinic_id = clinic AND c.id = s.id
            WHERE s.clinic_id = clinic AND s.next_action_at <= statement_timestamp()
              AND (s.callback_at <= statement_timestamp()
                   OR (NOT s.queue_open AND s.callback_at IS NULL AND s.contact_priority_score IS NOT NULL))
              AND (c.claimed_until IS NULL OR c.claimed_until <= statement_timestamp()) AND c.id <> ALL (skip);
        IF due IS NOT NULL THEN
            what := CASE WHEN due THEN 'DUE' ELSE 'PROMISED' END;
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;
    -- The two hundred who are held stand before the best free one: passed over by the list of what the desks hold, not by a
    -- look at the claim of each, with every version of it that some open snapshot still needs. Those whom other desks take
    -- at this moment are passed over by an advisory lock each, a hint as well: cheaper than asking for their rows, and a
    -- statement that finds, orders and locks rows locks those, too, whom somebody else has taken since it began, and her
    -- desk then waits. The subquery's LIMIT keeps its order, and the locks out of it.
    LOOP
        candidate := NULL;
        IF NOT look THEN
            SELECT q.id INTO candidate
                FROM (SELECT s.id FROM @data@.patient_standing s
                      WHERE s.clinic_id = clinic AND s.callback_at <= statement_timestamp() AND s.id <> ALL (skip)
                        AND s.id NOT IN (SELECT h.patient_id FROM @data@.desk_hold h
                                         WHERE h.clinic_id = clinic AND h.claimed_until > statement_timestamp())
                      ORDER BY s.callback_at, s.id LIMIT 1000) q
                WHERE pg_try_advisory_xact_lock(uuid_hash_extended(q.id, 0)) LIMIT 1;
        END IF;
        IF candidate IS NULL THEN
            SELECT q.id INTO candidate
                FROM (SELECT s.id FROM @data@.patient_standing s
                      WHERE s.clinic_id = clinic AND s.queue_open AND s.callback_at IS NULL AND s.contact_priority_score IS NOT NULL AND s.id <> ALL (skip)
                        AND s.id NOT IN (SELECT h.patient_id FROM @data@.desk_hold h
                                         WHERE h.clinic_id = clinic AND h.claimed_until > statement_timestamp())
                      ORDER BY s.priority_rank, s.contact_priority_score DESC, s.id LIMIT 1000) q
                WHERE pg_try_advisory_xact_lock(uuid_hash_extended(q.id, 0)) LIMIT 1;
        END IF;
        EXIT WHEN candidate IS NULL;
        SELECT c.id INTO taken FROM @data@.work_claim c
            WHERE c.clinic_id = clinic AND c.id = candidate
              AND (c.claimed_until IS NULL OR c.claimed_until <= statement_timestamp()) FOR NO KEY UPDATE SKIP LOCKED;
        EXIT WHEN taken IS NOT NULL;
        skip := skip || candidate;
    END LOOP;
    IF taken IS NOT NULL THEN
        -- The outcome of her former holder, whose lease ran out, may have come since the search began.
        PERFORM 1 FROM @data@.patient_standing s
            JOIN @data@.patient p ON p.clinic_id = clinic AND p.id = s.id
            WHERE s.clinic_id = clinic AND s.id = taken
              AND ((s.queue_open AND s.callback_at IS NULL AND s.contact_priority_score IS NOT NULL) OR s.callback_at <= statement_timestamp())
              AND NOT p.do_not_contact AND p.patient_state = 'PRESENT' AND p.merged_into_id IS NULL;
        IF NOT FOUND THEN
            what := 'LEFT';
            id := taken;
            RETURN NEXT;
            RETURN;
        END IF;
    END IF;
    -- One statement for all that is written. The desk's own row names the next one when app.drop_hold looks at it, which
    -- then finds nothing to write.
    WITH hold AS (
        INSERT INTO @data@.desk_hold (clinic_id, id, user_id, workstation, patient_id, claimed_until)
            SELECT clinic, gen_random_uuid(), me, desk, taken, until WHERE taken IS NOT NULL
            ON CONFLICT (clinic_id, user_id, workstation)
            DO UPDATE SET patient_id = excluded.patient_id, claimed_until = excluded.claimed_until, updated_at = now()),
    moved AS (
        UPDATE @data@.work_claim w
            SET claimed_by = CASE WHEN w.id = taken THEN me END, workstation = CASE WHEN w.id = taken THEN desk END,
                claimed_at = CASE WHEN w.id = taken THEN statement_timestamp() END,
                claimed_until = CASE WHEN w.id = taken THEN until END, updated_at = now()
            WHERE w.clinic_id = clinic AND w.id = ANY (ARRAY[taken, held])
              AND (w.id = taken OR (w.claimed_by = me AND w.workstation IS NOT DISTINCT FROM desk
                                    AND w.claimed_until > statement_timestamp()))
            RETURNING w.id),
    noted AS (
        INSERT INTO @data@.audit_log (clinic_id, user_id, action, resource_type, resource_id, workstation)
            SELECT clinic, me, 'PATIENT_CLAIMED', 'patient', taken::text, desk WHERE taken IS NOT NULL)
    INSERT INTO @data@.change_outbox (clinic_id, kind, row_ids)
        SELECT clinic, 'QUEUE', array_agg(m.id) FROM moved m HAVING count(*) > 0;
    IF taken IS NULL THEN
        RETURN;
    END IF;
    -- A statement of its own after all that may have waited, so that it sees what was committed until then. The row is that
    -- of queue_rows.py, which a test holds it to.
    RETURN QUERY
        SELECT 'TAKEN', p.id, p.first_name, p.last_name, p.date_of_birth, p.phone, p.phone_quality, p.phone_second,
               p.preferred_channel, p.language, s.segment, s.contact_priority, s.contact_priority_score,
               coalesce(f.list -> 0 ->> 'text', ''), coalesce(f.list -> 1 ->> 'text', ''), s.last_visit_on, s.callback_at,
               a.outcome, a.started_at, trim(au.first_name || ' ' || au.last_name), me, my_name, until, s.version,
               jsonb_build_array(f.list -> 0, f.list -> 1)
        FROM @data@.patient_standing s
        JOIN @data@.patient p ON p.clinic_id = clinic AND p.id = s.id
        CROSS JOIN LATERAL (SELECT CASE jsonb_typeof(s.contact_priority_factors) WHEN 'array' THEN s.contact_priority_factors
                                   ELSE s.contact_priority_factors -> 'factors' END AS list) f
        LEFT JOIN LATERAL (
            SELECT a.outcome, a.started_at, a.user_id FROM @data@.contact_attempt a
            WHERE a.clinic_id = clinic AND a.patient_id = taken AND a.undone_at IS NULL
              AND (a.patient_id, a.started_at) <= (taken, 'infinity'::timestamptz)
            ORDER BY a.started_at DESC LIMIT 1) a ON true
        LEFT JOIN @data@.clinic_user au ON au.clinic_id = clinic AND au.id = a.user_id
        WHERE s.clinic_id = clinic AND s.id = taken
          AND ((s.queue_open AND s.callback_at IS NULL AND s.contact_priority_score IS NOT NULL) OR s.callback_at <= statement_timestamp())
          AND NOT p.do_not_contact AND p.patient_state = 'PRESENT' AND p.merged_into_id IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'left the queue meanwhile' USING ERRCODE = '40001';
    END IF;
END
$$;
