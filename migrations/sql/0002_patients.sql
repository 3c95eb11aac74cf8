-- Sources, patients, visits, consent, attempts and claims.

CREATE TABLE contact_consent (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    address_key BYTEA NOT NULL,
    patient_id UUID,
    channel TEXT NOT NULL CONSTRAINT ck_contact_consent_channel_word CHECK (channel IN ('SMS', 'WHATSAPP', 'EMAIL', 'FACEBOOK_MESSENGER', 'INSTAGRAM_DM', 'VOICE')),
    purpose TEXT NOT NULL CONSTRAINT ck_contact_consent_purpose_word CHECK (purpose IN ('CARE', 'MARKETING')),
    state TEXT NOT NULL CONSTRAINT ck_contact_consent_state_word CHECK (state IN ('GRANTED', 'REVOKED')),
    source TEXT NOT NULL,
    wording_version TEXT,
    given_at TIMESTAMP WITH TIME ZONE NOT NULL,
    user_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_contact_consent PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_contact_consent_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_contact_consent_address_key CHECK (octet_length(address_key) = 32),
    CONSTRAINT ck_contact_consent_source_length CHECK (length(source) BETWEEN 1 AND 200)
);
CREATE INDEX ix_contact_consent_address ON contact_consent (clinic_id, address_key, channel, purpose, given_at);
CREATE INDEX ix_contact_consent_clinic_id_patient_id ON contact_consent (clinic_id, patient_id);

CREATE TABLE emr_connection (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_emr_connection_kind_word CHECK (kind IN ('EPIC', 'CERNER', 'ATHENA', 'FHIR_FILES', 'HL7V2', 'CSV')),
    name TEXT NOT NULL,
    settings JSONB DEFAULT '{}'::jsonb NOT NULL,
    paused BOOLEAN DEFAULT false NOT NULL,
    last_success_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_emr_connection PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_emr_connection_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_emr_connection_name_length CHECK (length(name) BETWEEN 1 AND 200)
);
CREATE UNIQUE INDEX ix_emr_connection_clinic_id_name ON emr_connection (clinic_id, name);

CREATE TABLE household (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_household PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_household_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_household_name_length CHECK (length(name) BETWEEN 1 AND 200)
);

CREATE TABLE suppression (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    address_key BYTEA NOT NULL,
    channel TEXT CONSTRAINT ck_suppression_channel_word CHECK (channel IN ('SMS', 'WHATSAPP', 'EMAIL', 'FACEBOOK_MESSENGER', 'INSTAGRAM_DM', 'VOICE')),
    purpose TEXT CONSTRAINT ck_suppression_purpose_word CHECK (purpose IN ('CARE', 'MARKETING')),
    reason TEXT NOT NULL,
    lifted BOOLEAN DEFAULT false NOT NULL,
    user_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_suppression PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_suppression_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_suppression_address_key CHECK (octet_length(address_key) = 32),
    CONSTRAINT ck_suppression_reason_length CHECK (length(reason) BETWEEN 1 AND 200)
);
CREATE INDEX ix_suppression_clinic_id_address_key_created_at ON suppression (clinic_id, address_key, created_at);

CREATE TABLE tag (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_tag PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_tag_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_tag_name_length CHECK (length(name) BETWEEN 1 AND 60)
);
CREATE UNIQUE INDEX uq_tag_clinic_id_name ON tag (clinic_id, lower(name COLLATE "C"));

CREATE TABLE parked_reference (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    connection_id UUID NOT NULL,
    resource TEXT NOT NULL,
    external_id TEXT NOT NULL,
    patient_external_id TEXT NOT NULL,
    record JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_parked_reference PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_parked_reference_clinic_id_connection_id FOREIGN KEY(clinic_id, connection_id) REFERENCES emr_connection (clinic_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_parked_reference_patient ON parked_reference (clinic_id, connection_id, patient_external_id);
CREATE UNIQUE INDEX uq_parked_reference ON parked_reference (clinic_id, connection_id, resource, external_id);

CREATE TABLE patient (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT,
    date_of_birth DATE,
    external_patient_id TEXT,
    emr_system TEXT CONSTRAINT ck_patient_emr_system_word CHECK (emr_system IN ('EPIC', 'CERNER', 'ATHENA')),
    preferred_channel TEXT DEFAULT 'SMS' NOT NULL CONSTRAINT ck_patient_preferred_channel_word CHECK (preferred_channel IN ('SMS', 'WHATSAPP', 'EMAIL', 'FACEBOOK_MESSENGER', 'INSTAGRAM_DM', 'VOICE')),
    connection_id UUID,
    name_key TEXT COLLATE "C" NOT NULL,
    phone_raw TEXT,
    phone_type TEXT DEFAULT 'UNKNOWN' NOT NULL CONSTRAINT ck_patient_phone_type_word CHECK (phone_type IN ('MOBILE', 'LANDLINE', 'VOIP', 'UNKNOWN')),
    phone_quality TEXT DEFAULT 'UNKNOWN' NOT NULL CONSTRAINT ck_patient_phone_quality_word CHECK (phone_quality IN ('VALID', 'INVALID', 'WRONG', 'UNKNOWN')),
    phone_second TEXT,
    timezone TEXT,
    postal_code TEXT,
    state TEXT,
    language TEXT DEFAULT 'en' NOT NULL,
    location_id UUID,
    household_id UUID,
    guarantor_id UUID,
    mrn TEXT,
    registered_on DATE NOT NULL,
    do_not_contact BOOLEAN DEFAULT false NOT NULL,
    patient_state TEXT DEFAULT 'PRESENT' NOT NULL CONSTRAINT ck_patient_patient_state_word CHECK (patient_state IN ('PRESENT', 'INACTIVE', 'MOVED', 'DECEASED')),
    deceased_on DATE,
    best_time TEXT,
    alternative_contact TEXT,
    merged_into_id UUID,
    row_hash BYTEA,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_patient PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_patient_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_patient_name_length CHECK (length(first_name) + length(last_name) BETWEEN 1 AND 400),
    CONSTRAINT ck_patient_phone_length CHECK (length(phone) <= 40),
    CONSTRAINT ck_patient_email_length CHECK (length(email) BETWEEN 3 AND 320),
    CONSTRAINT ck_patient_date_of_birth CHECK (date_of_birth >= DATE '1850-01-01'),
    CONSTRAINT ck_patient_merged_into_other CHECK (merged_into_id <> id),
    CONSTRAINT ck_patient_guarantor_other CHECK (guarantor_id <> id),
    CONSTRAINT fk_patient_clinic_id_location_id FOREIGN KEY(clinic_id, location_id) REFERENCES location (clinic_id, id) ON DELETE SET NULL (location_id),
    CONSTRAINT fk_patient_clinic_id_household_id FOREIGN KEY(clinic_id, household_id) REFERENCES household (clinic_id, id) ON DELETE SET NULL (household_id),
    CONSTRAINT fk_patient_clinic_id_guarantor_id FOREIGN KEY(clinic_id, guarantor_id) REFERENCES patient (clinic_id, id) ON DELETE SET NULL (guarantor_id),
    CONSTRAINT fk_patient_clinic_id_merged_into_id FOREIGN KEY(clinic_id, merged_into_id) REFERENCES patient (clinic_id, id) ON DELETE SET NULL (merged_into_id),
    CONSTRAINT fk_patient_clinic_id_connection_id FOREIGN KEY(clinic_id, connection_id) REFERENCES emr_connection (clinic_id, id) ON DELETE SET NULL (connection_id)
);
CREATE INDEX ix_patient_clinic_id_connection_id ON patient (clinic_id, connection_id) WHERE connection_id IS NOT NULL;
CREATE INDEX ix_patient_clinic_id_created_at ON patient (clinic_id, created_at);
CREATE INDEX ix_patient_clinic_id_date_of_birth ON patient (clinic_id, date_of_birth);
CREATE INDEX ix_patient_clinic_id_guarantor_id ON patient (clinic_id, guarantor_id) WHERE guarantor_id IS NOT NULL;
CREATE INDEX ix_patient_clinic_id_household_id ON patient (clinic_id, household_id) WHERE household_id IS NOT NULL;
CREATE INDEX ix_patient_clinic_id_location_id ON patient (clinic_id, location_id) WHERE location_id IS NOT NULL;
CREATE INDEX ix_patient_clinic_id_merged_into_id ON patient (clinic_id, merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE INDEX ix_patient_clinic_id_name_key_id ON patient (clinic_id, name_key, id);
CREATE INDEX ix_patient_clinic_id_phone ON patient (clinic_id, phone);
CREATE INDEX ix_patient_clinic_id_phone_second ON patient (clinic_id, phone_second) WHERE phone_second IS NOT NULL;
CREATE INDEX ix_patient_email ON patient (clinic_id, lower(email COLLATE "C"));
CREATE INDEX ix_patient_external ON patient (clinic_id, external_patient_id);
CREATE INDEX ix_patient_name_key_trgm ON patient USING gin (name_key @trgm@.gin_trgm_ops);
CREATE UNIQUE INDEX uq_patient_external ON patient (clinic_id, connection_id, external_patient_id) NULLS NOT DISTINCT WHERE external_patient_id IS NOT NULL;

CREATE TABLE sync_cursor (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    connection_id UUID NOT NULL,
    resource TEXT NOT NULL,
    cursor JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sync_cursor PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_sync_cursor_clinic_id_connection_id FOREIGN KEY(clinic_id, connection_id) REFERENCES emr_connection (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_sync_cursor_resource_length CHECK (length(resource) BETWEEN 1 AND 100)
);
CREATE UNIQUE INDEX ix_sync_cursor_clinic_id_connection_id_resource ON sync_cursor (clinic_id, connection_id, resource);

CREATE TABLE sync_reject (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    connection_id UUID NOT NULL,
    resource TEXT NOT NULL,
    external_id TEXT,
    reason TEXT NOT NULL,
    record JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sync_reject PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_sync_reject_clinic_id_connection_id FOREIGN KEY(clinic_id, connection_id) REFERENCES emr_connection (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_sync_reject_reason_length CHECK (length(reason) BETWEEN 1 AND 2000)
);
CREATE INDEX ix_sync_reject_clinic_id_connection_id_created_at ON sync_reject (clinic_id, connection_id, created_at);

CREATE TABLE contact_attempt (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    user_id UUID NOT NULL,
    channel TEXT NOT NULL CONSTRAINT ck_contact_attempt_channel_word CHECK (channel IN ('SMS', 'WHATSAPP', 'EMAIL', 'FACEBOOK_MESSENGER', 'INSTAGRAM_DM', 'VOICE')),
    outcome TEXT NOT NULL CONSTRAINT ck_contact_attempt_outcome_word CHECK (outcome IN ('BOOKED', 'LEFT_MESSAGE', 'NO_ANSWER', 'CALL_BACK', 'DECLINED', 'WRONG_NUMBER', 'MOVED', 'DECEASED', 'OPT_OUT')),
    note TEXT,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    next_action_at TIMESTAMP WITH TIME ZONE,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_by UUID,
    batch_id UUID,
    before JSONB,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_contact_attempt PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_contact_attempt_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_contact_attempt_clinic_id_user_id FOREIGN KEY(clinic_id, user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE NO ACTION,
    CONSTRAINT fk_contact_attempt_clinic_id_undone_by FOREIGN KEY(clinic_id, undone_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (undone_by),
    CONSTRAINT ck_contact_attempt_time_order CHECK (ended_at >= started_at),
    CONSTRAINT ck_contact_attempt_note_length CHECK (length(note) <= 20000)
);
CREATE INDEX ix_contact_attempt_batch ON contact_attempt (clinic_id, batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX ix_contact_attempt_clinic_id_patient_id_started_at ON contact_attempt (clinic_id, patient_id, started_at);
CREATE INDEX ix_contact_attempt_clinic_id_started_at ON contact_attempt (clinic_id, started_at);
CREATE INDEX ix_contact_attempt_clinic_id_undone_by ON contact_attempt (clinic_id, undone_by) WHERE undone_by IS NOT NULL;
CREATE INDEX ix_contact_attempt_clinic_id_user_id_started_at ON contact_attempt (clinic_id, user_id, started_at);

CREATE TABLE contact_point (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_contact_point_kind_word CHECK (kind IN ('PHONE', 'EMAIL', 'MESSENGER', 'INSTAGRAM')),
    address TEXT NOT NULL,
    preferred BOOLEAN DEFAULT false NOT NULL,
    wrong_since TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_contact_point PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_contact_point_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_contact_point_address_length CHECK (length(address) BETWEEN 1 AND 320)
);
CREATE INDEX ix_contact_point_clinic_id_kind_address ON contact_point (clinic_id, kind, address);
CREATE UNIQUE INDEX ix_contact_point_clinic_id_patient_id_kind_address ON contact_point (clinic_id, patient_id, kind, address);

CREATE TABLE duplicate_candidate (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    other_id UUID NOT NULL,
    reason TEXT NOT NULL,
    likeness NUMERIC(4, 3) NOT NULL,
    review_state TEXT DEFAULT 'OPEN' NOT NULL CONSTRAINT ck_duplicate_candidate_review_state_word CHECK (review_state IN ('OPEN', 'ACCEPTED', 'DISMISSED')),
    reviewed_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_duplicate_candidate PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_duplicate_candidate_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_duplicate_candidate_clinic_id_other_id FOREIGN KEY(clinic_id, other_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_duplicate_candidate_clinic_id_reviewed_by FOREIGN KEY(clinic_id, reviewed_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (reviewed_by),
    CONSTRAINT ck_duplicate_candidate_likeness_share CHECK (likeness >= 0 AND likeness <= 1),
    CONSTRAINT ck_duplicate_candidate_pair_order CHECK (patient_id < other_id)
);
CREATE INDEX ix_duplicate_candidate_clinic_id_other_id ON duplicate_candidate (clinic_id, other_id);
CREATE UNIQUE INDEX ix_duplicate_candidate_clinic_id_patient_id_other_id ON duplicate_candidate (clinic_id, patient_id, other_id);
CREATE INDEX ix_duplicate_candidate_clinic_id_review_state ON duplicate_candidate (clinic_id, review_state);
CREATE INDEX ix_duplicate_candidate_clinic_id_reviewed_by ON duplicate_candidate (clinic_id, reviewed_by) WHERE reviewed_by IS NOT NULL;

CREATE TABLE import_profile (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    subject TEXT NOT NULL,
    mapping JSONB NOT NULL,
    created_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_import_profile PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_import_profile_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT fk_import_profile_clinic_id_created_by FOREIGN KEY(clinic_id, created_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT ck_import_profile_name_length CHECK (length(name) BETWEEN 1 AND 200)
);
CREATE INDEX ix_import_profile_clinic_id_created_by ON import_profile (clinic_id, created_by) WHERE created_by IS NOT NULL;
CREATE UNIQUE INDEX ix_import_profile_clinic_id_subject_name ON import_profile (clinic_id, subject, name);

CREATE TABLE import_run (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    connection_id UUID NOT NULL,
    subject TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 BYTEA NOT NULL,
    mapping JSONB DEFAULT '{}'::jsonb NOT NULL,
    run_state TEXT NOT NULL CONSTRAINT ck_import_run_run_state_word CHECK (run_state IN ('DRAFT', 'DRY_RUN', 'RUNNING', 'PAUSED', 'COMPLETED', 'CANCELLED', 'FAILED')),
    next_row INTEGER DEFAULT '0' NOT NULL,
    rows_read INTEGER DEFAULT '0' NOT NULL,
    rows_new INTEGER DEFAULT '0' NOT NULL,
    rows_changed INTEGER DEFAULT '0' NOT NULL,
    rows_unchanged INTEGER DEFAULT '0' NOT NULL,
    rows_rejected INTEGER DEFAULT '0' NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    created_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_import_run PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_import_run_clinic_id_connection_id FOREIGN KEY(clinic_id, connection_id) REFERENCES emr_connection (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_import_run_clinic_id_created_by FOREIGN KEY(clinic_id, created_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT ck_import_run_file_sha256 CHECK (octet_length(file_sha256) = 32),
    CONSTRAINT ck_import_run_row_counts CHECK (rows_new + rows_changed + rows_unchanged + rows_rejected <= rows_read)
);
CREATE INDEX ix_import_run_clinic_id_connection_id ON import_run (clinic_id, connection_id);
CREATE INDEX ix_import_run_clinic_id_created_at ON import_run (clinic_id, created_at);
CREATE INDEX ix_import_run_clinic_id_created_by ON import_run (clinic_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX ix_import_run_clinic_id_file_sha256 ON import_run (clinic_id, file_sha256);

CREATE TABLE patient_merge (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    survivor_id UUID NOT NULL,
    merged_id UUID NOT NULL,
    user_id UUID NOT NULL,
    before JSONB NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_patient_merge PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_patient_merge_clinic_id_survivor_id FOREIGN KEY(clinic_id, survivor_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_patient_merge_clinic_id_merged_id FOREIGN KEY(clinic_id, merged_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_patient_merge_clinic_id_user_id FOREIGN KEY(clinic_id, user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE NO ACTION,
    CONSTRAINT fk_patient_merge_clinic_id_undone_by FOREIGN KEY(clinic_id, undone_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (undone_by),
    CONSTRAINT ck_patient_merge_two_records CHECK (survivor_id <> merged_id)
);
CREATE INDEX ix_patient_merge_clinic_id_merged_id ON patient_merge (clinic_id, merged_id);
CREATE INDEX ix_patient_merge_clinic_id_survivor_id ON patient_merge (clinic_id, survivor_id);
CREATE INDEX ix_patient_merge_clinic_id_undone_by ON patient_merge (clinic_id, undone_by) WHERE undone_by IS NOT NULL;
CREATE INDEX ix_patient_merge_clinic_id_user_id ON patient_merge (clinic_id, user_id);

CREATE TABLE patient_note (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    user_id UUID NOT NULL,
    note_text TEXT NOT NULL,
    pinned BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_patient_note PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_patient_note_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_patient_note_clinic_id_user_id FOREIGN KEY(clinic_id, user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE NO ACTION,
    CONSTRAINT ck_patient_note_note_text_length CHECK (length(note_text) BETWEEN 1 AND 20000)
);
CREATE INDEX ix_patient_note_clinic_id_patient_id_created_at ON patient_note (clinic_id, patient_id, created_at);
CREATE INDEX ix_patient_note_clinic_id_user_id ON patient_note (clinic_id, user_id);

CREATE TABLE patient_standing (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    segment TEXT NOT NULL CONSTRAINT ck_patient_standing_segment_word CHECK (segment IN ('ACTIVE', 'AT_RISK', 'DORMANT', 'NEW')),
    churn_risk_score NUMERIC(4, 3),
    churn_risk_level TEXT CONSTRAINT ck_patient_standing_churn_risk_level_word CHECK (churn_risk_level IN ('LOW', 'MEDIUM', 'HIGH')),
    contact_priority TEXT CONSTRAINT ck_patient_standing_contact_priority_word CHECK (contact_priority IN ('RED', 'YELLOW', 'GREEN')),
    contact_priority_score NUMERIC(4, 3),
    contact_priority_factors JSONB,
    priority_rank SMALLINT GENERATED ALWAYS AS (CASE contact_priority WHEN 'RED' THEN 0 WHEN 'YELLOW' THEN 1 WHEN 'GREEN' THEN 2 ELSE 3 END) STORED NOT NULL,
    queue_open BOOLEAN DEFAULT false NOT NULL,
    visit_count INTEGER DEFAULT '0' NOT NULL,
    first_visit_on DATE,
    last_visit_on DATE,
    usual_gap_days INTEGER,
    no_show_count INTEGER DEFAULT '0' NOT NULL,
    next_appointment_at TIMESTAMP WITH TIME ZONE,
    next_action_at TIMESTAMP WITH TIME ZONE,
    cool_off_until TIMESTAMP WITH TIME ZONE,
    scored_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_patient_standing PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_patient_standing_clinic_id_id FOREIGN KEY(clinic_id, id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_patient_standing_churn_risk_score_share CHECK (churn_risk_score >= 0 AND churn_risk_score <= 1),
    CONSTRAINT ck_patient_standing_contact_priority_score_share CHECK (contact_priority_score >= 0 AND contact_priority_score <= 1),
    CONSTRAINT ck_patient_standing_counts CHECK (visit_count >= 0 AND no_show_count >= 0),
    CONSTRAINT ck_patient_standing_visit_order CHECK (first_visit_on <= last_visit_on)
) WITH (fillfactor = 70);
CREATE INDEX ix_patient_standing_clinic_id_contact_priority ON patient_standing (clinic_id, contact_priority);
CREATE INDEX ix_patient_standing_clinic_id_segment ON patient_standing (clinic_id, segment);
CREATE INDEX ix_patient_standing_next_action ON patient_standing (clinic_id, next_action_at) WHERE next_action_at IS NOT NULL;
CREATE INDEX ix_patient_standing_queue ON patient_standing (clinic_id, priority_rank, contact_priority_score DESC, id) WHERE queue_open;

CREATE TABLE patient_tag (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    tag_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_patient_tag PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_patient_tag_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_patient_tag_clinic_id_tag_id FOREIGN KEY(clinic_id, tag_id) REFERENCES tag (clinic_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX ix_patient_tag_clinic_id_patient_id_tag_id ON patient_tag (clinic_id, patient_id, tag_id);
CREATE INDEX ix_patient_tag_clinic_id_tag_id ON patient_tag (clinic_id, tag_id);

CREATE TABLE visit (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    location_id UUID,
    visit_date DATE NOT NULL,
    visit_type TEXT,
    source TEXT NOT NULL CONSTRAINT ck_visit_source_word CHECK (source IN ('EMR', 'MANUAL')),
    external_visit_id TEXT,
    connection_id UUID,
    started_at TIMESTAMP WITH TIME ZONE,
    provider_name TEXT,
    not_counted_reason TEXT,
    row_hash BYTEA,
    created_by UUID,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_visit PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_visit_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_visit_clinic_id_location_id FOREIGN KEY(clinic_id, location_id) REFERENCES location (clinic_id, id) ON DELETE SET NULL (location_id),
    CONSTRAINT fk_visit_clinic_id_connection_id FOREIGN KEY(clinic_id, connection_id) REFERENCES emr_connection (clinic_id, id) ON DELETE SET NULL (connection_id),
    CONSTRAINT fk_visit_clinic_id_created_by FOREIGN KEY(clinic_id, created_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT ck_visit_visit_date CHECK (visit_date >= DATE '1900-01-01')
);
CREATE INDEX ix_visit_clinic_id_connection_id ON visit (clinic_id, connection_id) WHERE connection_id IS NOT NULL;
CREATE INDEX ix_visit_clinic_id_created_by ON visit (clinic_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX ix_visit_clinic_id_location_id ON visit (clinic_id, location_id) WHERE location_id IS NOT NULL;
CREATE INDEX ix_visit_clinic_id_patient_id_visit_date ON visit (clinic_id, patient_id, visit_date);
CREATE INDEX ix_visit_clinic_id_visit_date ON visit (clinic_id, visit_date);
CREATE UNIQUE INDEX uq_visit_external ON visit (clinic_id, connection_id, external_visit_id) NULLS NOT DISTINCT WHERE external_visit_id IS NOT NULL;

CREATE TABLE work_claim (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    claimed_by UUID,
    workstation TEXT,
    claimed_at TIMESTAMP WITH TIME ZONE,
    claimed_until TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_work_claim PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_work_claim_clinic_id_id FOREIGN KEY(clinic_id, id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_work_claim_clinic_id_claimed_by FOREIGN KEY(clinic_id, claimed_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (claimed_by),
    CONSTRAINT ck_work_claim_claimed_at CHECK (claimed_until IS NULL OR claimed_at IS NOT NULL)
) WITH (fillfactor = 70);
CREATE INDEX ix_work_claim_clinic_id_claimed_by ON work_claim (clinic_id, claimed_by) WHERE claimed_by IS NOT NULL;

CREATE TABLE import_reject (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    run_id UUID NOT NULL,
    row_number INTEGER NOT NULL,
    column_name TEXT,
    reason TEXT NOT NULL,
    raw JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_import_reject PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_import_reject_clinic_id_run_id FOREIGN KEY(clinic_id, run_id) REFERENCES import_run (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_import_reject_reason_length CHECK (length(reason) BETWEEN 1 AND 2000)
);
CREATE INDEX ix_import_reject_clinic_id_run_id_row_number ON import_reject (clinic_id, run_id, row_number);

CREATE TABLE patient_merge_row (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    merge_id UUID NOT NULL,
    table_name TEXT NOT NULL,
    row_id UUID NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_patient_merge_row PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_patient_merge_row_clinic_id_merge_id FOREIGN KEY(clinic_id, merge_id) REFERENCES patient_merge (clinic_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX ix_patient_merge_row_clinic_id_merge_id_table_name_row_id ON patient_merge_row (clinic_id, merge_id, table_name, row_id);

-- Patient exactly as the schema lists it, for reports and people who browse.
CREATE VIEW patient_full WITH (security_invoker = true) AS
SELECT p.clinic_id, p.id, p.first_name, p.last_name, p.phone, p.email, p.date_of_birth, p.external_patient_id,
       p.emr_system, s.segment, p.preferred_channel, s.churn_risk_score, s.churn_risk_level, s.contact_priority,
       s.contact_priority_score, s.contact_priority_factors,
       s.last_visit_on::timestamp AT TIME ZONE coalesce(l.timezone, c.timezone) AS last_visit_at,
       p.created_at, p.updated_at
FROM patient p
JOIN clinic c ON c.id = p.clinic_id
LEFT JOIN patient_standing s ON s.clinic_id = p.clinic_id AND s.id = p.id
LEFT JOIN location l ON l.clinic_id = p.clinic_id AND l.id = p.location_id;
