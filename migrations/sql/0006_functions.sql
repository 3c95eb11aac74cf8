-- Functions that the policies and the sign-in rest on. All are SECURITY DEFINER, owned by the owner,
-- with every name qualified and a fixed search_path: a temporary table must not stand in for a real one.
CREATE SCHEMA app;

-- Who is signed in (with a first password still to be changed, she opens nothing but that change): a plain
-- set-returning function, so that the planner can inline it into the
-- definer functions below. Nobody but the owner may call it.
CREATE FUNCTION app.signed_in()
RETURNS TABLE (clinic_id uuid, user_id uuid, role text, session_id uuid, must_change boolean)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT u.clinic_id, u.id, u.role, s.id, u.must_change_password
    FROM @data@.staff_session s
    JOIN @data@.clinic_user u ON u.clinic_id = s.clinic_id AND u.id = s.user_id
    WHERE s.token_hash = pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.current_setting('app.token', true), 'UTF8'))
      AND s.revoked_at IS NULL
      AND s.expires_at > pg_catalog.statement_timestamp()
      AND u.disabled_at IS NULL
$$;

CREATE FUNCTION app.clinic_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.clinic_id FROM app.signed_in() i WHERE NOT i.must_change
$$;

CREATE FUNCTION app.user_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.user_id FROM app.signed_in() i WHERE NOT i.must_change
$$;

CREATE FUNCTION app.write_clinic_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.clinic_id FROM app.signed_in() i WHERE NOT i.must_change AND i.role IN ('ADMIN', 'STAFF')
$$;

CREATE FUNCTION app.admin_clinic_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.clinic_id FROM app.signed_in() i WHERE NOT i.must_change AND i.role = 'ADMIN'
$$;

-- The worker (sync host) may serve every clinic, one per transaction.
CREATE FUNCTION app.worker_clinic() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(current_setting('app.worker_clinic', true), '')::uuid
    WHERE has_function_privilege(session_user, 'app.worker_enter(uuid)', 'EXECUTE')
$$;

CREATE FUNCTION app.worker_clinics() RETURNS TABLE (clinic_id uuid, name text, timezone text)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.id, c.name, c.timezone FROM @data@.clinic c ORDER BY c.id
$$;

CREATE FUNCTION app.worker_enter(clinic uuid) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM @data@.clinic c WHERE c.id = clinic) THEN
        RAISE EXCEPTION 'no such clinic' USING ERRCODE = 'P0002';
    END IF;
    PERFORM set_config('app.worker_clinic', clinic::text, true);
END
$$;

-- Every transaction of a desk begins with this, as a statement of its own: joined with a read, the
-- read's snapshot of the setting is older and finds no rows.
CREATE FUNCTION app.enter(token text) RETURNS TABLE (clinic_id uuid, user_id uuid, role text, session_id uuid)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM set_config('app.token', token, true);
    IF EXISTS (SELECT 1 FROM app.signed_in() i WHERE i.must_change) THEN
        RAISE EXCEPTION 'password must be changed' USING ERRCODE = '28000';
    END IF;
    RETURN QUERY SELECT i.clinic_id, i.user_id, i.role, i.session_id FROM app.signed_in() i;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'signed out' USING ERRCODE = '28000';
    END IF;
END
$$;

-- --- sign-in ------------------------------------------------------------------------------------

-- The salt is derived, so that an unknown address gets one too and cannot be told from a known one.
CREATE FUNCTION app.kdf_salt(email text) RETURNS TABLE (salt bytea, n integer, r integer, p integer)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT substring(sha256(s.salt_secret || convert_to(lower(email COLLATE "C"), 'UTF8')) FROM 1 FOR 16),
           s.kdf_n, s.kdf_r, s.kdf_p
    FROM @data@.server_secret s
$$;

-- Step one: count the try, answer nothing. It must be committed before step two looks at it, else a
-- rolled-back guess would be free. One try per address and transaction.
CREATE FUNCTION app.sign_in_try(email text, derived bytea) RETURNS uuid
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    folded text := lower(email COLLATE "C");
    attempt uuid;
BEGIN
    IF folded IS NULL OR length(folded) > 320 OR octet_length(derived) IS DISTINCT FROM 32 THEN
        RAISE EXCEPTION 'malformed sign-in' USING ERRCODE = '22023';
    END IF;
    -- A few old tries go with each new one; never waiting for a transaction that holds them.
    DELETE FROM @data@.sign_in_attempt a WHERE a.id IN (
        SELECT o.id FROM @data@.sign_in_attempt o WHERE o.created_at < clock_timestamp() - interval '30 days'
        ORDER BY o.created_at LIMIT 20 FOR UPDATE SKIP LOCKED);
    INSERT INTO @data@.sign_in_attempt (kind, email, key_hash, transaction_no)
        VALUES ('TRY', folded, sha256(derived), pg_current_xact_id()::text) RETURNING id INTO attempt;
    RETURN attempt;
END
$$;

-- What the tries of the last 15 minutes say of this one: OK to look at, WAIT (seconds) or LOCKED.
CREATE FUNCTION app.try_standing(attempt uuid, OUT verdict text, OUT wait_seconds integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine @data@.sign_in_attempt;
    failed integer;
    before_this timestamptz;
BEGIN
    SELECT * INTO mine FROM @data@.sign_in_attempt a WHERE a.id = attempt AND a.kind = 'TRY';
    IF NOT FOUND OR mine.transaction_no = pg_current_xact_id_if_assigned()::text
       OR mine.succeeded_at IS NOT NULL OR mine.created_at < clock_timestamp() - interval '60 seconds' THEN
        verdict := 'REFUSED';
        RETURN;
    END IF;
    SELECT count(*), max(a.created_at) FILTER (WHERE a.id <> attempt AND a.created_at <= mine.created_at)
        INTO failed, before_this
        FROM @data@.sign_in_attempt a
        WHERE a.email = mine.email AND a.kind = 'TRY' AND a.succeeded_at IS NULL
          AND a.created_at > clock_timestamp() - interval '15 minutes'
          AND a.created_at > coalesce((SELECT max(k.created_at) FROM @data@.sign_in_attempt k
                                       WHERE k.email = mine.email AND k.kind = 'UNLOCK'), '-infinity');
    verdict := 'OK';
    IF failed > 10 THEN
        verdict := 'LOCKED';
    ELSIF failed > 5 AND mine.created_at < before_this + make_interval(secs => 2 ^ (failed - 5)) THEN
        verdict := 'WAIT';
        wait_seconds := 2 ^ (failed - 5);
    END IF;
END
$$;

-- Whether a clinic's staff may be matched with this try: it is one of at most ten since that clinic's own
-- last unlock. Another clinic's unlock, or a try from before the unlock, opens nothing here.
CREATE FUNCTION app.try_counts_for(attempt uuid, clinic uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) <= 10 AND coalesce(bool_or(a.id = attempt), false)
    FROM @data@.sign_in_attempt mine
    JOIN @data@.sign_in_attempt a ON a.email = mine.email
    WHERE mine.id = attempt AND a.kind = 'TRY' AND a.succeeded_at IS NULL
      AND a.created_at > clock_timestamp() - interval '15 minutes'
      AND a.created_at > coalesce((SELECT max(k.created_at) FROM @data@.sign_in_attempt k
                                   WHERE k.email = mine.email AND k.kind = 'UNLOCK' AND k.clinic_id = clinic), '-infinity')
$$;

-- Step two, in a later transaction. Status: OK (token), CHOOSE (clinics; call again naming one),
-- WAIT, LOCKED or REFUSED. It never raises for a wrong password: that would undo what it notes.
CREATE FUNCTION app.sign_in_take(attempt uuid, clinic uuid DEFAULT NULL, workstation text DEFAULT NULL)
RETURNS TABLE (status text, token text, clinic_id uuid, user_id uuid, role text, clinics jsonb,
               wait_seconds integer, must_change_password boolean, expires_at timestamptz)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    mine @data@.sign_in_attempt;
    found_user @data@.clinic_user;
    matches integer;
BEGIN
    -- Two takes of one try wait for one another. Takes of different tries need no lock: whoever sees the
    -- r-th committed try sees r tries, so at most ten are ever answered.
    SELECT * INTO mine FROM @data@.sign_in_attempt a WHERE a.id = attempt FOR UPDATE;
    SELECT s.verdict, s.wait_seconds INTO status, wait_seconds FROM app.try_standing(attempt) s;
    IF status <> 'OK' THEN
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT count(*), jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name) ORDER BY c.name, c.id)
        INTO matches, clinics
        FROM @data@.clinic_user u JOIN @data@.clinic c ON c.id = u.clinic_id
        WHERE lower(u.email COLLATE "C") = mine.email AND u.disabled_at IS NULL
          AND u.password_hash = encode(mine.key_hash, 'hex')
          AND (clinic IS NULL OR u.clinic_id = clinic) AND app.try_counts_for(attempt, u.clinic_id);
    IF matches = 0 THEN
        status := 'REFUSED';
        PERFORM app.note_failed_sign_in(mine.email, workstation);
        RETURN NEXT;
        RETURN;
    ELSIF matches > 1 THEN
        status := 'CHOOSE';
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT * INTO found_user FROM @data@.clinic_user u
        WHERE lower(u.email COLLATE "C") = mine.email AND u.disabled_at IS NULL
          AND u.password_hash = encode(mine.key_hash, 'hex') AND (clinic IS NULL OR u.clinic_id = clinic)
          AND app.try_counts_for(attempt, u.clinic_id);
    UPDATE @data@.sign_in_attempt a SET succeeded_at = clock_timestamp(), clinic_id = found_user.clinic_id
        WHERE a.id = attempt;
    clinics := NULL;
    clinic_id := found_user.clinic_id;
    user_id := found_user.id;
    role := found_user.role;
    must_change_password := found_user.must_change_password;
    SELECT o.token, o.expires_at INTO token, expires_at
        FROM app.open_session(found_user.clinic_id, found_user.id, workstation) o;
    RETURN NEXT;
END
$$;

CREATE FUNCTION app.note_failed_sign_in(folded text, workstation text) RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO @data@.audit_log (clinic_id, user_id, action, resource_type, resource_id, workstation, ip_address)
    SELECT u.clinic_id, NULL, 'SIGN_IN_FAILED', 'clinic_user', coalesce(u.id::text, ''), left(workstation, 200), host(inet_client_addr())
    FROM (SELECT 1) one LEFT JOIN @data@.clinic_user u ON lower(u.email COLLATE "C") = folded
$$;

CREATE FUNCTION app.open_session(clinic uuid, staff uuid, desk text, OUT token text, OUT expires_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    hours numeric;
BEGIN
    SELECT CASE WHEN jsonb_typeof(s.value -> 'hours') = 'number'
                THEN least(greatest((s.value ->> 'hours')::numeric, 0.25), 720) END INTO hours
        FROM @data@.clinic_setting s WHERE s.clinic_id = clinic AND s.name = 'session';
    expires_at := clock_timestamp() + make_interval(secs => (coalesce(hours, 12) * 3600)::double precision);
    token := encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid() || gen_random_uuid(), 'UTF8')), 'hex');
    -- Sessions that ended long ago say nothing any more.
    DELETE FROM @data@.staff_session s
        WHERE s.clinic_id = clinic AND s.user_id = staff AND s.expires_at < clock_timestamp() - interval '30 days';
    INSERT INTO @data@.staff_session (clinic_id, id, user_id, token_hash, workstation, expires_at)
        VALUES (clinic, gen_random_uuid(), staff, sha256(convert_to(token, 'UTF8')), left(desk, 200), open_session.expires_at);
    UPDATE @data@.clinic_user u SET last_sign_in_at = clock_timestamp() WHERE u.clinic_id = clinic AND u.id = staff;
    INSERT INTO @data@.audit_log (clinic_id, user_id, action, resource_type, resource_id, workstation, ip_address)
        VALUES (clinic, staff, 'SIGN_IN', 'clinic_user', staff::text, left(desk, 200), host(inet_client_addr()));
END
$$;

CREATE FUNCTION app.sign_out() RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE @data@.staff_session s SET revoked_at = clock_timestamp()
    FROM app.signed_in() i WHERE s.clinic_id = i.clinic_id AND s.id = i.session_id
$$;

-- The old password is shown by a committed sign-in try, so that guesses here count like any other.
CREATE FUNCTION app.change_password(attempt uuid, derived bytea) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    me record;
    mine @data@.sign_in_attempt;
    verdict text;
BEGIN
    SELECT i.* INTO me FROM app.signed_in() i;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'signed out' USING ERRCODE = '28000';
    END IF;
    IF octet_length(derived) IS DISTINCT FROM 32 THEN
        RAISE EXCEPTION 'malformed key' USING ERRCODE = '22023';
    END IF;
    SELECT * INTO mine FROM @data@.sign_in_attempt a WHERE a.id = attempt FOR UPDATE;
    SELECT s.verdict INTO verdict FROM app.try_standing(attempt) s;
    IF verdict <> 'OK' THEN
        RETURN verdict;
    END IF;
    UPDATE @data@.clinic_user u
        SET password_hash = encode(sha256(derived), 'hex'), password_changed_at = clock_timestamp(),
            must_change_password = false, version = u.version + 1, updated_at = now()
        WHERE u.clinic_id = me.clinic_id AND u.id = me.user_id
          AND lower(u.email COLLATE "C") = mine.email AND u.password_hash = encode(mine.key_hash, 'hex')
          AND app.try_counts_for(attempt, u.clinic_id);
    IF NOT FOUND THEN
        RETURN 'REFUSED';
    END IF;
    UPDATE @data@.sign_in_attempt a SET succeeded_at = clock_timestamp(), clinic_id = me.clinic_id WHERE a.id = attempt;
    UPDATE @data@.staff_session s SET revoked_at = clock_timestamp()
        WHERE s.clinic_id = me.clinic_id AND s.user_id = me.user_id AND s.id <> me.session_id AND s.revoked_at IS NULL;
    INSERT INTO @data@.audit_log (clinic_id, user_id, action, resource_type, resource_id)
        VALUES (me.clinic_id, me.user_id, 'PASSWORD_CHANGED', 'clinic_user', me.user_id::text);
    RETURN 'OK';
END
$$;

-- gen_random_uuid() draws from the server's strong random source; no extension is needed.
INSERT INTO @data@.server_secret (id, salt_secret, kdf_n, kdf_r, kdf_p)
VALUES (1, sha256(convert_to(gen_random_uuid()::text || gen_random_uuid() || gen_random_uuid(), 'UTF8')), 32768, 8, 1);
