-- A source of files may be named by STAFF: what she imports has to come from somewhere. Accounts of an EMR stay
-- the ADMIN's, who alone may write emr_connection. Returns the source's id, new or not.
CREATE FUNCTION app.file_source(source uuid, kind text, name text) RETURNS uuid
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    clinic uuid := app.write_clinic_id();
    known @data@.emr_connection;
BEGIN
    IF clinic IS NULL THEN
        RAISE EXCEPTION 'needs STAFF' USING ERRCODE = '42501';
    END IF;
    IF kind NOT IN ('CSV', 'FHIR_FILES') THEN
        RAISE EXCEPTION 'not a source of files' USING ERRCODE = '22023';
    END IF;
    INSERT INTO @data@.emr_connection (clinic_id, id, kind, name)
        VALUES (clinic, source, file_source.kind, file_source.name) ON CONFLICT DO NOTHING;
    SELECT * INTO known FROM @data@.emr_connection c WHERE c.clinic_id = clinic AND c.name = file_source.name;
    IF known.kind IS DISTINCT FROM file_source.kind THEN
        RAISE EXCEPTION 'a source of another kind has this name' USING ERRCODE = '22023';
    END IF;
    RETURN known.id;
END
$$;

-- Which of these addresses (kind PHONE, EMAIL...) somebody opted out of being contacted at on a channel: the
-- newest row of an address counts. One call for many, because the clinic's salt is nobody's to read.
CREATE FUNCTION app.suppressed_addresses(kind text, addresses text[], channel text) RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT w.address
    FROM @data@.clinic_secret c CROSS JOIN unnest(suppressed_addresses.addresses) AS w(address)
    WHERE c.clinic_id = coalesce(app.clinic_id(), app.worker_clinic())
      AND (SELECT NOT s.lifted FROM @data@.suppression s
           WHERE s.clinic_id = c.clinic_id
             AND s.address_key = sha256(c.address_salt
                 || convert_to(suppressed_addresses.kind || ':' || lower(btrim(w.address)), 'UTF8'))
             AND (s.channel IS NULL OR s.channel = suppressed_addresses.channel)
           ORDER BY s.created_at DESC, s.id DESC LIMIT 1)
$$;
