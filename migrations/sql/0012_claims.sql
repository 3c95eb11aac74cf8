-- Takes the best free patient of the queue for the signed-in desk, and lets go whom it held. A function, because 200
-- desks wait for just this: one round trip, plans kept for the session, and the clinic named once instead of asked for
-- by the policy of each table. With `look`, `due` is not null where somebody's time has come: then nobody is taken (true:
-- not only promised calls have come). Without it, promised calls that are due come first. The claim row is locked, never
-- the standing: scoring and imports write standings all the time.
CREATE OR REPLACE FUNCTION app.take_best(desk text, lease_minutes double precision, skip uuid[], look boolean, OUT taken uuid, OUT due boolean)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    clinic uuid := app.write_clinic_id();
    me uuid := app.user_id();
    held uuid;
    moved uuid[];
    minutes double precision;
    until timestamptz;
BEGIN
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
    ELSE
        SELECT c.id INTO taken
            FROM @data@.patient_standing s JOIN @data@.work_claim c ON c.clinic_id = clinic AND c.id = s.id
            WHERE s.clinic_id = clinic AND s.callback_at <= statement_timestamp()
              AND (c.claimed_until IS NULL OR c.claimed_until <= statement_timestamp()) AND c.id <> ALL (skip)
            ORDER BY s.callback_at, s.id LIMIT 1 FOR NO KEY UPDATE OF c SKIP LOCKED;
    END IF;
    IF taken IS NULL THEN
        -- Two hundred who are held stand before the best free one: passed over by the list of what the desks hold, not by a
        -- look at the claim of each, with every version of it that some open snapshot still needs.
        SELECT c.id INTO taken
            FROM @data@.patient_standing s JOIN @data@.work_claim c ON c.clinic_id = clinic AND c.id = s.id
            WHERE s.clinic_id = clinic AND s.queue_open AND s.callback_at IS NULL AND s.contact_priority_score IS NOT NULL
              AND (c.claimed_until IS NULL OR c.claimed_until <= statement_timestamp()) AND c.id <> ALL (skip)
              AND s.id NOT IN (SELECT h.patient_id FROM @data@.desk_hold h
                               WHERE h.clinic_id = clinic AND h.claimed_until > statement_timestamp())
            ORDER BY s.priority_rank, s.contact_priority_score DESC, s.id LIMIT 1 FOR NO KEY UPDATE OF c SKIP LOCKED;
    END IF;
    IF taken IS NOT NULL THEN
        SELECT (v.value ->> 'lease_minutes')::double precision INTO minutes
            FROM @data@.clinic_setting v WHERE v.clinic_id = clinic AND v.name = 'outreach';
        UPDATE @data@.work_claim w
            SET claimed_by = me, workstation = desk, claimed_at = statement_timestamp(), updated_at = now(),
                claimed_until = statement_timestamp() + make_interval(secs => 60 * coalesce(minutes, lease_minutes))
            WHERE w.clinic_id = clinic AND w.id = taken RETURNING w.claimed_until INTO until;
        INSERT INTO @data@.desk_hold (clinic_id, id, user_id, workstation, patient_id, claimed_until)
            VALUES (clinic, gen_random_uuid(), me, desk, taken, until)
            ON CONFLICT (clinic_id, user_id, workstation)
            DO UPDATE SET patient_id = excluded.patient_id, claimed_until = excluded.claimed_until, updated_at = now();
        INSERT INTO @data@.audit_log (clinic_id, user_id, action, resource_type, resource_id, workstation)
            VALUES (clinic, me, 'PATIENT_CLAIMED', 'patient', taken::text, desk);
        moved := ARRAY[taken];
    END IF;
    -- After the desk's row names the next one: app.drop_hold then finds nothing to write.
    IF held IS DISTINCT FROM taken THEN
        UPDATE @data@.work_claim w
            SET claimed_by = NULL, workstation = NULL, claimed_at = NULL, claimed_until = NULL, updated_at = now()
            WHERE w.clinic_id = clinic AND w.id = held AND w.claimed_by = me AND w.workstation IS NOT DISTINCT FROM desk
              AND w.claimed_until > statement_timestamp();
        IF FOUND THEN
            moved := moved || held;
        END IF;
    END IF;
    IF moved IS NOT NULL THEN
        INSERT INTO @data@.change_outbox (clinic_id, kind, row_ids) VALUES (clinic, 'QUEUE', moved);
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
