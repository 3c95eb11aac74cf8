-- Learned scorers, predictions and planned slots.

CREATE TABLE outcome_label (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    scorer TEXT NOT NULL CONSTRAINT ck_outcome_label_scorer_word CHECK (scorer IN ('REACTIVATION', 'NO_SHOW')),
    subject_id UUID NOT NULL,
    as_of DATE NOT NULL,
    horizon_days INTEGER NOT NULL,
    happened BOOLEAN NOT NULL,
    decided_on DATE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_outcome_label PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_outcome_label_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_outcome_label_decided_after CHECK (decided_on >= as_of)
);
CREATE UNIQUE INDEX uq_outcome_label_subject ON outcome_label (clinic_id, scorer, subject_id, as_of);

CREATE TABLE model_version (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    scorer TEXT NOT NULL CONSTRAINT ck_model_version_scorer_word CHECK (scorer IN ('REACTIVATION', 'NO_SHOW')),
    name TEXT NOT NULL,
    stage TEXT NOT NULL,
    model JSONB NOT NULL,
    data_as_of DATE NOT NULL,
    metrics JSONB DEFAULT '{}'::jsonb NOT NULL,
    card JSONB DEFAULT '{}'::jsonb NOT NULL,
    active BOOLEAN DEFAULT false NOT NULL,
    created_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_model_version PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_model_version_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_model_version_name_length CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT fk_model_version_clinic_id_created_by FOREIGN KEY(clinic_id, created_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (created_by)
);
CREATE INDEX ix_model_version_clinic_id_created_by ON model_version (clinic_id, created_by) WHERE created_by IS NOT NULL;
CREATE UNIQUE INDEX uq_model_version_active ON model_version (clinic_id, scorer) WHERE active;

CREATE TABLE waiting_list (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    location_id UUID,
    provider_name TEXT,
    appointment_type TEXT,
    earliest_on DATE,
    latest_on DATE,
    note TEXT,
    created_by UUID,
    closed_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_waiting_list PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_waiting_list_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_waiting_list_clinic_id_location_id FOREIGN KEY(clinic_id, location_id) REFERENCES location (clinic_id, id) ON DELETE SET NULL (location_id),
    CONSTRAINT fk_waiting_list_clinic_id_created_by FOREIGN KEY(clinic_id, created_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT ck_waiting_list_day_order CHECK (earliest_on <= latest_on)
);
CREATE INDEX ix_waiting_list_clinic_id_created_by ON waiting_list (clinic_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX ix_waiting_list_clinic_id_location_id ON waiting_list (clinic_id, location_id) WHERE location_id IS NOT NULL;
CREATE INDEX ix_waiting_list_clinic_id_patient_id ON waiting_list (clinic_id, patient_id);
CREATE INDEX ix_waiting_list_open ON waiting_list (clinic_id, created_at) WHERE closed_at IS NULL;

CREATE TABLE appointment (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    location_id UUID,
    patient_id UUID NOT NULL,
    appointment_datetime TIMESTAMP WITH TIME ZONE NOT NULL,
    appointment_type TEXT,
    provider_name TEXT,
    duration_minutes INTEGER DEFAULT '30' NOT NULL,
    status TEXT DEFAULT 'SCHEDULED' NOT NULL CONSTRAINT ck_appointment_status_word CHECK (status IN ('SCHEDULED', 'CONFIRMED', 'COMPLETED', 'CANCELLED', 'NO_SHOW', 'RESCHEDULED')),
    confirmed BOOLEAN DEFAULT false NOT NULL,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    no_show_risk_score NUMERIC(4, 3),
    no_show_risk_level TEXT CONSTRAINT ck_appointment_no_show_risk_level_word CHECK (no_show_risk_level IN ('LOW', 'MEDIUM', 'HIGH')),
    reactivated BOOLEAN DEFAULT false,
    reactivation_source TEXT,
    estimated_revenue NUMERIC(12, 2),
    external_appointment_id TEXT,
    emr_system TEXT CONSTRAINT ck_appointment_emr_system_word CHECK (emr_system IN ('EPIC', 'CERNER', 'ATHENA')),
    connection_id UUID,
    booked_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    cancel_reason TEXT,
    moved_to_id UUID,
    visit_id UUID,
    source_attempt_id UUID,
    row_hash BYTEA,
    created_by UUID,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_appointment PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_appointment_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_appointment_clinic_id_location_id FOREIGN KEY(clinic_id, location_id) REFERENCES location (clinic_id, id) ON DELETE SET NULL (location_id),
    CONSTRAINT fk_appointment_clinic_id_moved_to_id FOREIGN KEY(clinic_id, moved_to_id) REFERENCES appointment (clinic_id, id) ON DELETE SET NULL (moved_to_id),
    CONSTRAINT fk_appointment_clinic_id_visit_id FOREIGN KEY(clinic_id, visit_id) REFERENCES visit (clinic_id, id) ON DELETE SET NULL (visit_id),
    CONSTRAINT fk_appointment_clinic_id_source_attempt_id FOREIGN KEY(clinic_id, source_attempt_id) REFERENCES contact_attempt (clinic_id, id) ON DELETE SET NULL (source_attempt_id),
    CONSTRAINT fk_appointment_clinic_id_connection_id FOREIGN KEY(clinic_id, connection_id) REFERENCES emr_connection (clinic_id, id) ON DELETE SET NULL (connection_id),
    CONSTRAINT fk_appointment_clinic_id_created_by FOREIGN KEY(clinic_id, created_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT ck_appointment_no_show_risk_score_share CHECK (no_show_risk_score >= 0 AND no_show_risk_score <= 1),
    CONSTRAINT ck_appointment_duration_minutes CHECK (duration_minutes BETWEEN 1 AND 1440),
    CONSTRAINT ck_appointment_estimated_revenue CHECK (estimated_revenue >= 0),
    CONSTRAINT ck_appointment_confirmed_at CHECK (confirmed = (confirmed_at IS NOT NULL)),
    CONSTRAINT ck_appointment_confirmed_status CHECK (status <> 'CONFIRMED' OR confirmed),
    CONSTRAINT ck_appointment_scheduled_unconfirmed CHECK (status <> 'SCHEDULED' OR NOT confirmed),
    CONSTRAINT ck_appointment_reactivation_source CHECK (NOT reactivated OR reactivation_source IS NOT NULL),
    CONSTRAINT ck_appointment_moved_to_other CHECK (moved_to_id <> id)
);
CREATE INDEX ix_appointment_clinic_id_appointment_datetime ON appointment (clinic_id, appointment_datetime);
CREATE INDEX ix_appointment_clinic_id_connection_id ON appointment (clinic_id, connection_id) WHERE connection_id IS NOT NULL;
CREATE INDEX ix_appointment_clinic_id_created_by ON appointment (clinic_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX ix_appointment_clinic_id_location_id ON appointment (clinic_id, location_id) WHERE location_id IS NOT NULL;
CREATE INDEX ix_appointment_clinic_id_moved_to_id ON appointment (clinic_id, moved_to_id) WHERE moved_to_id IS NOT NULL;
CREATE INDEX ix_appointment_clinic_id_patient_id_appointment_datetime ON appointment (clinic_id, patient_id, appointment_datetime);
CREATE INDEX ix_appointment_clinic_id_source_attempt_id ON appointment (clinic_id, source_attempt_id) WHERE source_attempt_id IS NOT NULL;
CREATE INDEX ix_appointment_clinic_id_status_appointment_datetime ON appointment (clinic_id, status, appointment_datetime);
CREATE INDEX ix_appointment_clinic_id_visit_id ON appointment (clinic_id, visit_id) WHERE visit_id IS NOT NULL;
CREATE UNIQUE INDEX uq_appointment_external ON appointment (clinic_id, connection_id, external_appointment_id) NULLS NOT DISTINCT WHERE external_appointment_id IS NOT NULL;

CREATE TABLE drift_check (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    model_version_id UUID NOT NULL,
    checked_on DATE NOT NULL,
    figure TEXT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    low DOUBLE PRECISION,
    high DOUBLE PRECISION,
    passed BOOLEAN NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_drift_check PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_drift_check_clinic_id_model_version_id FOREIGN KEY(clinic_id, model_version_id) REFERENCES model_version (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_drift_check_figure_length CHECK (length(figure) BETWEEN 1 AND 100)
);
CREATE UNIQUE INDEX uq_drift_check ON drift_check (clinic_id, model_version_id, checked_on, figure);

CREATE TABLE reactivation_prediction (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    contact_priority TEXT NOT NULL CONSTRAINT ck_reactivation_prediction_contact_priority_word CHECK (contact_priority IN ('RED', 'YELLOW', 'GREEN')),
    score NUMERIC(4, 3) NOT NULL,
    top_factors JSONB NOT NULL,
    predicted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    model_version_id UUID,
    as_of DATE NOT NULL,
    horizon_days INTEGER DEFAULT '90' NOT NULL,
    held_out BOOLEAN DEFAULT false NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_reactivation_prediction PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_reactivation_prediction_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_reactivation_prediction_clinic_id_model_version_id FOREIGN KEY(clinic_id, model_version_id) REFERENCES model_version (clinic_id, id) ON DELETE SET NULL (model_version_id),
    CONSTRAINT ck_reactivation_prediction_score_share CHECK (score >= 0 AND score <= 1),
    CONSTRAINT ck_reactivation_prediction_horizon_days CHECK (horizon_days BETWEEN 1 AND 730)
);
CREATE INDEX ix_reactivation_prediction_clinic_id_model_version_id ON reactivation_prediction (clinic_id, model_version_id) WHERE model_version_id IS NOT NULL;
CREATE INDEX ix_reactivation_prediction_patient ON reactivation_prediction (clinic_id, patient_id, predicted_at DESC);
CREATE INDEX ix_reactivation_prediction_predicted ON reactivation_prediction (clinic_id, predicted_at DESC);
CREATE INDEX ix_reactivation_prediction_priority ON reactivation_prediction (clinic_id, contact_priority);

CREATE TABLE no_show_prediction (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    appointment_id UUID NOT NULL,
    no_show_risk_score NUMERIC(4, 3) NOT NULL,
    risk_level TEXT NOT NULL CONSTRAINT ck_no_show_prediction_risk_level_word CHECK (risk_level IN ('LOW', 'MEDIUM', 'HIGH')),
    top_risk_factors JSONB NOT NULL,
    features JSONB NOT NULL,
    predicted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    model_version_id UUID,
    as_of DATE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_no_show_prediction PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_no_show_prediction_clinic_id_appointment_id FOREIGN KEY(clinic_id, appointment_id) REFERENCES appointment (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_no_show_prediction_clinic_id_model_version_id FOREIGN KEY(clinic_id, model_version_id) REFERENCES model_version (clinic_id, id) ON DELETE SET NULL (model_version_id),
    CONSTRAINT ck_no_show_prediction_no_show_risk_score_share CHECK (no_show_risk_score >= 0 AND no_show_risk_score <= 1)
);
CREATE INDEX ix_no_show_prediction_clinic_id_appointment_id_predicted_at ON no_show_prediction (clinic_id, appointment_id, predicted_at);
CREATE INDEX ix_no_show_prediction_clinic_id_model_version_id ON no_show_prediction (clinic_id, model_version_id) WHERE model_version_id IS NOT NULL;
CREATE INDEX ix_no_show_prediction_clinic_id_risk_level ON no_show_prediction (clinic_id, risk_level);
