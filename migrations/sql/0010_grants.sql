REVOKE EXECUTE ON FUNCTION app.patients_beginning(text, text, integer), app.patients_phoned(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.patients_beginning(text, text, integer), app.patients_phoned(text[]) TO @app@;
