-- Shared views, changes of many patients that can be taken back, and the indexes of the search.

-- A view that an ADMIN keeps for everybody; saved_view is each person's own.
CREATE TABLE shared_view (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    screen TEXT NOT NULL,
    name TEXT NOT NULL,
    view JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_shared_view PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_shared_view_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_shared_view_name_length CHECK (length(name) BETWEEN 1 AND 200)
);
CREATE UNIQUE INDEX ix_shared_view_clinic_id_screen_name ON shared_view (clinic_id, screen, name);

-- One change of many patients, carried out in chunks and taken back as one.
CREATE TABLE bulk_change (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_bulk_change_kind_word CHECK (kind IN ('ADD_TAG', 'REMOVE_TAG', 'ASSIGN_LOCATION', 'DO_NOT_CONTACT', 'MARK_INACTIVE')),
    arguments JSONB DEFAULT '{}'::jsonb NOT NULL,
    changed INTEGER DEFAULT '0' NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_bulk_change PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_bulk_change_clinic_id_user_id FOREIGN KEY(clinic_id, user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE NO ACTION,
    CONSTRAINT fk_bulk_change_clinic_id_undone_by FOREIGN KEY(clinic_id, undone_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (undone_by),
    CONSTRAINT ck_bulk_change_changed CHECK (changed >= 0)
);
CREATE INDEX ix_bulk_change_clinic_id_created_at ON bulk_change (clinic_id, created_at);
CREATE INDEX ix_bulk_change_clinic_id_undone_by ON bulk_change (clinic_id, undone_by) WHERE undone_by IS NOT NULL;
CREATE INDEX ix_bulk_change_clinic_id_user_id ON bulk_change (clinic_id, user_id);

-- Whom it changed, and what undo needs of how they stood.
CREATE TABLE bulk_change_row (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    batch_id UUID NOT NULL,
    patient_id UUID NOT NULL,
    before JSONB,
    undone_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_bulk_change_row PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_bulk_change_row_clinic_id_batch_id FOREIGN KEY(clinic_id, batch_id) REFERENCES bulk_change (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_bulk_change_row_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX ix_bulk_change_row_clinic_id_batch_id_patient_id ON bulk_change_row (clinic_id, batch_id, patient_id);
CREATE INDEX ix_bulk_change_row_clinic_id_patient_id ON bulk_change_row (clinic_id, patient_id);

-- Instead of (clinic_id, name_key, id): with the numbers in it, a search in all names or numbers of a clinic reads the
-- index alone.
CREATE INDEX ix_patient_names ON patient (clinic_id, name_key, id) INCLUDE (phone, phone_second, merged_into_id);
DROP INDEX ix_patient_clinic_id_name_key_id;
-- Ids by how they begin: collation C makes that a range.
CREATE INDEX ix_patient_external_begins ON patient (clinic_id, external_patient_id COLLATE "C") WHERE external_patient_id IS NOT NULL;
CREATE INDEX ix_patient_mrn ON patient (clinic_id, mrn COLLATE "C") WHERE mrn IS NOT NULL;

ALTER TABLE shared_view ENABLE ROW LEVEL SECURITY;
CREATE POLICY app_select ON shared_view FOR SELECT TO @app@ USING (clinic_id = (SELECT app.clinic_id()));
CREATE POLICY app_insert ON shared_view FOR INSERT TO @app@ WITH CHECK (clinic_id = (SELECT app.admin_clinic_id()));
CREATE POLICY app_update ON shared_view FOR UPDATE TO @app@ USING (clinic_id = (SELECT app.admin_clinic_id())) WITH CHECK (clinic_id = (SELECT app.admin_clinic_id()));
CREATE POLICY app_delete ON shared_view FOR DELETE TO @app@ USING (clinic_id = (SELECT app.admin_clinic_id()));
CREATE POLICY worker_select ON shared_view FOR SELECT TO @worker@ USING (clinic_id = (SELECT app.worker_clinic()));
CREATE POLICY worker_insert ON shared_view FOR INSERT TO @worker@ WITH CHECK (clinic_id = (SELECT app.worker_clinic()));
CREATE POLICY worker_update ON shared_view FOR UPDATE TO @worker@ USING (clinic_id = (SELECT app.worker_clinic())) WITH CHECK (clinic_id = (SELECT app.worker_clinic()));
CREATE POLICY worker_delete ON shared_view FOR DELETE TO @worker@ USING (clinic_id = (SELECT app.worker_clinic()));
GRANT SELECT ON shared_view TO @app@;
GRANT INSERT (clinic_id, id, screen, name, view, updated_at) ON shared_view TO @app@;
GRANT UPDATE (screen, name, view, updated_at) ON shared_view TO @app@;
GRANT DELETE ON shared_view TO @app@;
GRANT SELECT ON shared_view TO @worker@;
GRANT INSERT (clinic_id, id, screen, name, view, updated_at) ON shared_view TO @worker@;
GRANT UPDATE (screen, name, view, updated_at) ON shared_view TO @worker@;
GRANT DELETE ON shared_view TO @worker@;

ALTER TABLE bulk_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY app_select ON bulk_change FOR SELECT TO @app@ USING (clinic_id = (SELECT app.clinic_id()));
CREATE POLICY app_insert ON bulk_change FOR INSERT TO @app@ WITH CHECK (clinic_id = (SELECT app.write_clinic_id()) AND user_id = (SELECT app.user_id()) AND (undone_by IS NULL OR undone_by = (SELECT app.user_id())));
CREATE POLICY app_update ON bulk_change FOR UPDATE TO @app@ USING (clinic_id = (SELECT app.write_clinic_id())) WITH CHECK (clinic_id = (SELECT app.write_clinic_id()) AND (undone_by IS NULL OR undone_by = (SELECT app.user_id())));
CREATE POLICY worker_select ON bulk_change FOR SELECT TO @worker@ USING (clinic_id = (SELECT app.worker_clinic()));
CREATE POLICY worker_insert ON bulk_change FOR INSERT TO @worker@ WITH CHECK (clinic_id = (SELECT app.worker_clinic()));
CREATE POLICY worker_update ON bulk_change FOR UPDATE TO @worker@ USING (clinic_id = (SELECT app.worker_clinic())) WITH CHECK (clinic_id = (SELECT app.worker_clinic()));
GRANT SELECT ON bulk_change TO @app@;
GRANT INSERT (clinic_id, id, user_id, kind, arguments, changed, finished_at, undone_at, undone_by, updated_at) ON bulk_change TO @app@;
GRANT UPDATE (changed, finished_at, undone_at, undone_by, updated_at) ON bulk_change TO @app@;
GRANT SELECT ON bulk_change TO @worker@;
GRANT INSERT (clinic_id, id, user_id, kind, arguments, changed, finished_at, undone_at, undone_by, updated_at) ON bulk_change TO @worker@;
GRANT UPDATE (user_id, kind, arguments, changed, finished_at, undone_at, undone_by, updated_at) ON bulk_change TO @worker@;

ALTER TABLE bulk_change_row ENABLE ROW LEVEL SECURITY;
CREATE POLICY app_select ON bulk_change_row FOR SELECT TO @app@ USING (clinic_id = (SELECT app.clinic_id()));
CREATE POLICY app_insert ON bulk_change_row FOR INSERT TO @app@ WITH CHECK (clinic_id = (SELECT app.write_clinic_id()));
CREATE POLICY app_update ON bulk_change_row FOR UPDATE TO @app@ USING (clinic_id = (SELECT app.write_clinic_id())) WITH CHECK (clinic_id = (SELECT app.write_clinic_id()));
CREATE POLICY worker_select ON bulk_change_row FOR SELECT TO @worker@ USING (clinic_id = (SELECT app.worker_clinic()));
CREATE POLICY worker_insert ON bulk_change_row FOR INSERT TO @worker@ WITH CHECK (clinic_id = (SELECT app.worker_clinic()));
CREATE POLICY worker_update ON bulk_change_row FOR UPDATE TO @worker@ USING (clinic_id = (SELECT app.worker_clinic())) WITH CHECK (clinic_id = (SELECT app.worker_clinic()));
GRANT SELECT ON bulk_change_row TO @app@;
GRANT INSERT (clinic_id, id, batch_id, patient_id, before, undone_at, updated_at) ON bulk_change_row TO @app@;
GRANT UPDATE (undone_at, updated_at) ON bulk_change_row TO @app@;
GRANT SELECT ON bulk_change_row TO @worker@;
GRANT INSERT (clinic_id, id, batch_id, patient_id, before, undone_at, updated_at) ON bulk_change_row TO @worker@;
GRANT UPDATE (batch_id, patient_id, before, undone_at, updated_at) ON bulk_change_row TO @worker@;
