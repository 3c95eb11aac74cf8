-- Every word that stands in somebody's name, once a clinic: a name that was mistyped is compared with each word, not with
-- each patient. Not unique: two who add a new word at once need not wait for each other. A word of nobody finds nobody.
CREATE TABLE name_word (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_name_word PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_name_word_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE
);
CREATE INDEX ix_name_word_clinic_id_word ON name_word (clinic_id, word);
CREATE INDEX ix_name_word_trgm ON name_word USING gin (word @trgm@.gin_trgm_ops);
-- Who has a word in her name, by its place: first and second have their indexes since 0009 and 0010.
CREATE INDEX ix_patient_third_name ON patient (clinic_id, (split_part(name_key, ' ', 3)), name_key, id) WHERE merged_into_id IS NULL AND split_part(name_key, ' ', 3) <> '';
CREATE INDEX ix_patient_fourth_name ON patient (clinic_id, (split_part(name_key, ' ', 4)), name_key, id) WHERE merged_into_id IS NULL AND split_part(name_key, ' ', 4) <> '';
CREATE INDEX ix_patient_long_names ON patient (clinic_id, name_key, id) WHERE merged_into_id IS NULL AND split_part(name_key, ' ', 5) <> '';
INSERT INTO name_word (clinic_id, id, word)
    SELECT d.clinic_id, gen_random_uuid(), d.word
    FROM (SELECT DISTINCT p.clinic_id, w.word FROM patient p, string_to_table(p.name_key, ' ') w(word) WHERE w.word <> '') d;
ANALYZE name_word;
