-- Until when each desk holds whom it took, beside the row that says whom: the best free patient is then found without a
-- look at the claim of each one who is held. A hint: work_claim decides. It may end too early (a lease that was
-- prolonged), never too late: app.drop_hold ends it with the claim.
ALTER TABLE desk_hold ADD COLUMN claimed_until TIMESTAMP WITH TIME ZONE;
UPDATE desk_hold d SET claimed_until = c.claimed_until
    FROM work_claim c
    WHERE c.clinic_id = d.clinic_id AND c.id = d.patient_id AND c.claimed_by = d.user_id AND c.workstation IS NOT DISTINCT FROM d.workstation;
-- All that the queue asks of an open row: whoever is passed over is read in the index alone.
DROP INDEX ix_patient_standing_queue;
CREATE INDEX ix_patient_standing_queue ON patient_standing (clinic_id, priority_rank, contact_priority_score DESC, id)
    WHERE queue_open AND callback_at IS NULL AND contact_priority_score IS NOT NULL;
