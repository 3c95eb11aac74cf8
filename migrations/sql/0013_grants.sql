ALTER TABLE name_word ENABLE ROW LEVEL SECURITY;
REVOKE EXECUTE ON FUNCTION app.note_names(), app.note_name(), app.patients_alike_word(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.patients_alike_word(text, integer) TO @app@;
