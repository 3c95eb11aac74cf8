-- Staff: what only an ADMIN (signed in) or the owner (console rescue) may do. The _in functions do the
-- work and are granted to nobody; the others first ask who is signed in.
CREATE FUNCTION app.require_admin() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    clinic uuid := app.admin_clinic_id();
BEGIN
    IF clinic IS NULL THEN
        RAISE EXCEPTION 'only an ADMIN may do this' USING ERRCODE = '42501';
    END IF;
    RETURN clinic;
END
$$;

CREATE FUNCTION app.staff_add_in(clinic uuid, actor uuid, staff uuid, email text, first_name text, last_name text,
                                 role text, location uuid, derived bytea, must_change boolean) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF octet_length(derived) IS DISTINCT FROM 32 THEN
        RAISE EXCEPTION 'malformed key' USING ERRCODE = '22023';
    END IF;
    INSERT INTO @data@.clinic_user (clinic_id, id, location_id, email, password_hash, first_name, last_name, role,
                                    must_change_password)
        VALUES (clinic, staff, location, email, encode(sha256(derived), 'hex'), first_name, last_name, role, must_change);
    INSERT INTO @data@.audit_log (clinic_id, user_id, action, resource_type, resource_id, metadata)
        VALUES (clinic, actor, 'STAFF_ADDED', 'clinic_user', staff::text, jsonb_build_object('role', role));
END
$$;

-- Changes role, state or password of one member of staff; NULL leaves a thing as it is. Any of these
-- ends the person's sign-ins. The clinic always keeps an ADMIN who can sign in.
CREATE FUNCTION app.staff_change_in(clinic uuid, actor uuid, staff uuid, new_role text, disable boolean, derived bytea)
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF derived IS NOT NULL AND octet_length(derived) <> 32 THEN
        RAISE EXCEPTION 'malformed key' USING ERRCODE = '22023';
    END IF;
    -- Two ADMINs demoting each other at once must wait for one another.
    PERFORM 1 FROM @data@.clinic c WHERE c.id = clinic FOR NO KEY UPDATE;
    UPDATE @data@.clinic_user u
        SET role = coalesce(new_role, u.role),
            disabled_at = CASE WHEN disable IS NULL THEN u.disabled_at WHEN disable THEN now() END,
            password_hash = coalesce(encode(sha256(derived), 'hex'), u.password_hash),
            must_change_password = u.must_change_password OR derived IS NOT NULL,
            password_changed_at = CASE WHEN derived IS NULL THEN u.password_changed_at ELSE now() END,
            version = u.version + 1, updated_at = now()
        WHERE u.clinic_id = clinic AND u.id = staff;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such member of staff' USING ERRCODE = 'P0002';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM @data@.clinic_user u
                   WHERE u.clinic_id = clinic AND u.role = 'ADMIN' AND u.disabled_at IS NULL) THEN
        RAISE EXCEPTION 'the clinic would be left without an ADMIN'
            USING ERRCODE = '23514', CONSTRAINT = 'clinic_keeps_an_admin';
    END IF;
    UPDATE @data@.staff_session s SET revoked_at = clock_timestamp()
        WHERE s.clinic_id = clinic AND s.user_id = staff AND s.revoked_at IS NULL;
    INSERT INTO @data@.audit_log (clinic_id, user_id, action, resource_type, resource_id, metadata)
        VALUES (clinic, actor, 'STAFF_CHANGED', 'clinic_user', staff::text,
                jsonb_strip_nulls(jsonb_build_object('role', new_role, 'disabled', disable,
                                                     'password', nullif(derived IS NOT NULL, false))));
END
$$;

CREATE FUNCTION app.staff_unlock_in(clinic uuid, actor uuid, staff uuid) RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    folded text;
BEGIN
    SELECT lower(u.email COLLATE "C") INTO folded FROM @data@.clinic_user u WHERE u.clinic_id = clinic AND u.id = staff;
    IF folded IS NULL THEN
        RAISE EXCEPTION 'no such member of staff' USING ERRCODE = 'P0002';
    END IF;
    INSERT INTO @data@.sign_in_attempt (kind, email, transaction_no, clinic_id)
        VALUES ('UNLOCK', folded, 'unlock ' || pg_current_xact_id()::text, clinic)
        ON CONFLICT (email, transaction_no) DO NOTHING;
    INSERT INTO @data@.audit_log (clinic_id, user_id, action, resource_type, resource_id)
        VALUES (clinic, actor, 'STAFF_UNLOCKED', 'clinic_user', staff::text);
END
$$;

CREATE FUNCTION app.staff_add(staff uuid, email text, first_name text, last_name text, role text, location uuid,
                              derived bytea) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT app.staff_add_in(app.require_admin(), app.user_id(), staff, email, first_name, last_name, role, location,
                            derived, true)
$$;

CREATE FUNCTION app.staff_set_role(staff uuid, role text) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT app.staff_change_in(app.require_admin(), app.user_id(), staff, role, NULL, NULL)
$$;

CREATE FUNCTION app.staff_disable(staff uuid, disable boolean) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT app.staff_change_in(app.require_admin(), app.user_id(), staff, NULL, disable, NULL)
$$;

CREATE FUNCTION app.staff_reset(staff uuid, derived bytea) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT app.staff_change_in(app.require_admin(), app.user_id(), staff, NULL, NULL, derived)
$$;

CREATE FUNCTION app.staff_unlock(staff uuid) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT app.staff_unlock_in(app.require_admin(), app.user_id(), staff)
$$;

-- A PC says that it is there; any role, by name within the clinic.
CREATE FUNCTION app.note_workstation(desk text, client text) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO @data@.workstation (clinic_id, id, name, client_version, last_seen_at)
    SELECT app.clinic_id(), gen_random_uuid(), desk, client, now() WHERE app.clinic_id() IS NOT NULL
    ON CONFLICT (clinic_id, name) DO UPDATE
        SET client_version = excluded.client_version, last_seen_at = now(), updated_at = now()
$$;
