REVOKE EXECUTE ON FUNCTION app.patients_named(text[], integer), app.patients_alike(text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.patients_named(text[], integer), app.patients_alike(text[], text[]) TO @app@;
