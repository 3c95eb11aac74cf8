-- What the queue, imports and their undo need beside 0002-0005.

-- A promised call: it stands on top of the queue from then on, whatever the patient's priority.
ALTER TABLE patient_standing ADD COLUMN callback_at TIMESTAMP WITH TIME ZONE;
-- Moved by every desk that changes where a patient stands: an outcome is logged on what was seen, and a scoring
-- run that read an older version leaves the patient to the desk.
ALTER TABLE patient_standing ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;
CREATE INDEX ix_patient_standing_callback ON patient_standing (clinic_id, callback_at) WHERE callback_at IS NOT NULL;

-- What the source said last, by field: a field that it did not change keeps what staff made of it.
ALTER TABLE patient ADD COLUMN source_values JSONB;

-- Every row of a file is counted once: also those that wait for their patient and those the file repeats.
ALTER TABLE import_run ADD COLUMN rows_parked INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE import_run ADD COLUMN rows_repeated INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE import_run DROP CONSTRAINT ck_import_run_row_counts;
ALTER TABLE import_run ADD CONSTRAINT ck_import_run_row_counts CHECK (rows_new + rows_changed + rows_unchanged + rows_rejected + rows_parked + rows_repeated = rows_read);

GRANT INSERT (callback_at, version), UPDATE (callback_at, version) ON patient_standing TO @app@, @worker@;
GRANT INSERT (source_values), UPDATE (source_values) ON patient TO @app@, @worker@;
GRANT INSERT (rows_parked, rows_repeated), UPDATE (rows_parked, rows_repeated) ON import_run TO @app@, @worker@;
