-- From PUBLIC by name: what 0006 set by default holds for what its own login makes, and another may migrate.
REVOKE EXECUTE ON FUNCTION app.file_source(uuid, text, text), app.suppressed_addresses(text, text[], text),
    app.take_best(text, double precision, uuid[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.file_source(uuid, text, text), app.suppressed_addresses(text, text[], text),
    app.take_best(text, double precision, uuid[], boolean) TO @app@;
GRANT EXECUTE ON FUNCTION app.suppressed_addresses(text, text[], text) TO @worker@;
