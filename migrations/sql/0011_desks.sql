-- A claim writes two rows of work_claim. While who holds was in an index, each of them was a new index entry, which stays
-- as long as any snapshot is open: a scoring run, an import, 200 desks. Now only the desk's own row says whom it took.
CREATE TABLE desk_hold (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    workstation TEXT,
    patient_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_desk_hold PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_desk_hold_clinic_id_user_id FOREIGN KEY(clinic_id, user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE CASCADE
) WITH (fillfactor = 30);
CREATE UNIQUE INDEX uq_desk_hold_desk ON desk_hold (clinic_id, user_id, workstation) NULLS NOT DISTINCT;
INSERT INTO desk_hold (clinic_id, id, user_id, workstation, patient_id)
    SELECT DISTINCT ON (c.clinic_id, c.claimed_by, c.workstation) c.clinic_id, gen_random_uuid(), c.claimed_by, c.workstation, c.id
    FROM work_claim c WHERE c.claimed_by IS NOT NULL
    ORDER BY c.clinic_id, c.claimed_by, c.workstation, c.claimed_until DESC;
DROP INDEX ix_work_claim_clinic_id_claimed_by_workstation;
ALTER TABLE work_claim DROP CONSTRAINT fk_work_claim_clinic_id_claimed_by;
