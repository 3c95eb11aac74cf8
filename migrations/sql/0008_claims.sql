-- A desk looks for its own claim by person and workstation: with the person alone, the claims that her other desks gave
-- back since the last clean-up are read, too (200 desks of 8 people: a tenth of each claim).
DROP INDEX ix_work_claim_clinic_id_claimed_by;
CREATE INDEX ix_work_claim_clinic_id_claimed_by_workstation ON work_claim (clinic_id, claimed_by, workstation)
    WHERE claimed_by IS NOT NULL;
