-- Takes the best free patient of the queue for the signed-in desk, and lets go whom it held. A function, because 200
-- desks wait for just this: one round trip, plans kept for the session, and the clinic named once instead of asked for
-- by the policy of each table. With `look`, `due` is not null where somebody's time has come: then nobody is taken (true:
-- not only promised calls have come). Without it, promised calls that are due come first. The claim row is locked, never
-- the standing: scoring and imports write standings all the time.
CREATE OR REPLACE FUNCTION app.take_best(desk text, lease_minutes double precision, skip uuid[], look boolean, OUT taken uuid, OUT due boolean)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    clinic uuid;
    me uuid;
    held uuid;
    freed integer;
    until timestamptz;
    candidate uuid;
BEGIN
    SELECT i.clinic_id, i.user_id INTO clinic, me FROM app.signed_in() i WHERE NOT i.must_change AND i.role IN ('ADMIN', 'STAFF');
    IF clinic IS NULL THEN
        RAISE EXCEPTION 'needs STAFF' USING ERRCODE = '42501';
    END IF;
    -- Locked first: one desk in two programs takes one patient after the other, and each sees whom the other took.
    SELECT h.patient_id INTO held FROM @data@.desk_hold h
        WHERE h.clinic_id = clinic AND h.user_id = me AND h.workstation IS NOT DISTINCT FROM desk FOR NO KEY UPDATE;
    IF look THEN
        -- Mostly nobody's time has come: one look at an index. A promised call has its time in next_action_at, too.
        SELECT bool_or(s.callback_at IS NULL) INTO due
            FROM @data@.patient_standing s JOIN @data@.work_claim c ON c.clinic_id = clinic AND c.id = s.id
            WHERE s.clinic_id = clinic AND s.next_action_at <= statement_timestamp()
              AND (s.callback_at <= statement_timestamp()
                   OR (NOT s.queue_open AND s.callback_at IS NULL AND s.contact_priority_score IS NOT NULL))
              AND (c.claimed_until IS NULL OR c.claimed_until <= statement_timestamp()) AND c.id <> ALL (skip);
        IF due IS NOT NULL THEN
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
    -- The desk's row first: where it names the next one already, app.drop_hold finds nothing to write.
    IF taken IS NOT NULL THEN
        INSERT INTO @data@.desk_hold (clinic_id, id, user_id, workstation, patient_id, claimed_until)
            VALUES (clinic, gen_random_uuid(), me, desk, taken, statement_timestamp() + make_interval(secs => 60 * coalesce(
                (SELECT (v.value ->> 'lease_minutes')::double precision FROM @data@.clinic_setting v
                 WHERE v.clinic_id = clinic AND v.name = 'outreach'), lease_minutes)))
            ON CONFLICT (clinic_id, user_id, workstation)
            DO UPDATE SET patient_id = excluded.patient_id, claimed_until = excluded.claimed_until, updated_at = now()
            RETURNING desk_hold.claimed_until INTO until;
    END IF;
    UPDATE @data@.work_claim w
        SET claimed_by = CASE WHEN w.id = taken THEN me END, workstation = CASE WHEN w.id = taken THEN desk END,
            claimed_at = CASE WHEN w.id = taken THEN statement_timestamp() END,
            claimed_until = CASE WHEN w.id = taken THEN until END, updated_at = now()
        WHERE w.clinic_id = clinic AND w.id = ANY (ARRAY[taken, held])
          AND (w.id = taken OR (w.claimed_by = me AND w.workstation IS NOT DISTINCT FROM desk
                                AND w.claimed_until > statement_timestamp()));
    GET DIAGNOSTICS freed = ROW_COUNT;
    IF taken IS NOT NULL THEN
        WITH noted AS (
            INSERT INTO @data@.audit_log (clinic_id, user_id, action, resource_type, resource_id, workstation)
            VALUES (clinic, me, 'PATIENT_CLAIMED', 'patient', taken::text, desk))
        INSERT INTO @data@.change_outbox (clinic_id, kind, row_ids)
            VALUES (clinic, 'QUEUE', CASE freed WHEN 2 THEN ARRAY[taken, held] ELSE ARRAY[taken] END);
    ELSIF freed > 0 THEN
        INSERT INTO @data@.change_outbox (clinic_id, kind, row_ids) VALUES (clinic, 'QUEUE', ARRAY[held]);
    END IF;
END
$$;

-- Whoever frees a patient (her desk, another that logs an outcome, a record that is closed), the desk holds her no more.
CREATE FUNCTION app.drop_hold() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE @data@.desk_hold h SET claimed_until = NULL, updated_at = now()
        WHERE h.clinic_id = OLD.clinic_id AND h.user_id = OLD.claimed_by AND h.workstation IS NOT DISTINCT FROM OLD.workstation
          AND h.patient_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER drop_hold AFTER UPDATE ON work_claim FOR EACH ROW
    WHEN (OLD.claimed_by IS NOT NULL
          AND (NEW.claimed_by IS DISTINCT FROM OLD.claimed_by OR NEW.workstation IS DISTINCT FROM OLD.workstation
               OR NEW.claimed_until IS NULL OR NEW.claimed_until < OLD.claimed_until))
    EXECUTE FUNCTION app.drop_hold();
