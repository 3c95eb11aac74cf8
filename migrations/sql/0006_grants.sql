-- Functions: nobody by default, then each by name.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
-- Not IN SCHEMA: a default for one schema cannot take away the global one.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT USAGE ON SCHEMA app TO @app@, @worker@;
GRANT USAGE ON SCHEMA @data@ TO @app@, @worker@;
GRANT EXECUTE ON FUNCTION
    app.clinic_id(), app.user_id(), app.write_clinic_id(), app.admin_clinic_id(), app.enter(text),
    app.kdf_salt(text), app.sign_in_try(text, bytea), app.sign_in_take(uuid, uuid, text), app.sign_out(),
    app.change_password(uuid, bytea), app.staff_add(uuid, text, text, text, text, uuid, bytea),
    app.staff_set_role(uuid, text), app.staff_disable(uuid, boolean), app.staff_reset(uuid, bytea),
    app.staff_unlock(uuid), app.note_workstation(text, text), app.search_patients(text, integer),
    app.live_channel(), app.address_key(text, text), app.audit_faults(), app.publish_changes(), app.seal_audit(integer)
    TO @app@;
GRANT EXECUTE ON FUNCTION
    app.worker_clinic(), app.worker_clinics(), app.worker_enter(uuid), app.address_key(text, text),
    app.publish_changes(), app.seal_audit(integer)
    TO @worker@;
