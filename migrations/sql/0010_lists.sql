-- The first rows of a search in a large clinic, without reading all who match. Numbers by parts: a phone number that is
-- typed begins or ends somewhere in the kept one.
CREATE INDEX ix_patient_second_name ON patient (clinic_id, (split_part(name_key, ' ', 2)), name_key, id) WHERE merged_into_id IS NULL;
CREATE INDEX ix_patient_phone_trgm ON patient USING gin (phone @trgm@.gin_trgm_ops);
CREATE INDEX ix_patient_phone_second_trgm ON patient USING gin (phone_second @trgm@.gin_trgm_ops) WHERE phone_second IS NOT NULL;
-- Numbers that are no valid ones are kept with the signs that were typed: few, and looked through.
CREATE INDEX ix_patient_phone_as_typed ON patient (clinic_id) WHERE phone <> '' AND left(phone, 1) <> '+';
