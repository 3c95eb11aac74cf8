-- Billing, logs, long work.

CREATE TABLE audit_log (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    clinic_id UUID,
    user_id UUID,
    action TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id TEXT DEFAULT '' NOT NULL,
    metadata JSONB,
    ip_address TEXT,
    workstation TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    seal_no BIGINT,
    CONSTRAINT pk_audit_log PRIMARY KEY (id),
    CONSTRAINT ck_audit_log_action_length CHECK (length(action) BETWEEN 1 AND 100),
    CONSTRAINT ck_audit_log_resource_type_length CHECK (length(resource_type) BETWEEN 1 AND 100),
    CONSTRAINT ck_audit_log_sizes CHECK (octet_length(metadata::text) <= 8192 AND length(resource_id) <= 200 AND length(workstation) <= 200 AND length(ip_address) <= 100)
);
CREATE INDEX ix_audit_log_clinic_id_created_at ON audit_log (clinic_id, created_at);
CREATE INDEX ix_audit_log_clinic_id_resource_type_resource_id_created_at ON audit_log (clinic_id, resource_type, resource_id, created_at);
CREATE INDEX ix_audit_log_clinic_id_seal_no ON audit_log (clinic_id, seal_no);
CREATE INDEX ix_audit_log_clinic_id_user_id_created_at ON audit_log (clinic_id, user_id, created_at);
CREATE INDEX ix_audit_log_unsealed ON audit_log (clinic_id, id) WHERE seal_no IS NULL;

CREATE TABLE audit_seal (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    clinic_id UUID,
    seal_no BIGINT NOT NULL,
    row_count INTEGER NOT NULL,
    previous_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_audit_seal PRIMARY KEY (id),
    CONSTRAINT ck_audit_seal_hash CHECK (octet_length(hash) = 32 AND octet_length(previous_hash) = 32),
    CONSTRAINT ck_audit_seal_row_count CHECK (row_count > 0)
);
CREATE UNIQUE INDEX ix_audit_seal_clinic_id_seal_no ON audit_seal (clinic_id, seal_no) NULLS NOT DISTINCT;

CREATE UNLOGGED TABLE change_outbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    clinic_id UUID NOT NULL,
    kind TEXT NOT NULL CONSTRAINT ck_change_outbox_kind_word CHECK (kind IN ('PATIENTS', 'VISITS', 'APPOINTMENTS', 'QUEUE', 'INBOX', 'CAMPAIGNS', 'STAFF', 'CLINIC', 'JOBS', 'EVERYTHING')),
    row_ids UUID[] NOT NULL,
    CONSTRAINT pk_change_outbox PRIMARY KEY (id),
    CONSTRAINT ck_change_outbox_row_ids CHECK (cardinality(row_ids) <= 50)
);

CREATE TABLE schema_info (
    id INTEGER NOT NULL,
    min_client TEXT NOT NULL,
    schema_revision TEXT NOT NULL,
    migrated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_schema_info PRIMARY KEY (id),
    CONSTRAINT ck_schema_info_one_row CHECK (id = 1)
);

CREATE TABLE subscription (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    stripe_subscription_id TEXT,
    stripe_customer_id TEXT,
    tier TEXT NOT NULL CONSTRAINT ck_subscription_tier_word CHECK (tier IN ('STARTER', 'PROFESSIONAL', 'ADVANCED', 'ENTERPRISE')),
    status TEXT NOT NULL CONSTRAINT ck_subscription_status_word CHECK (status IN ('TRIAL', 'ACTIVE', 'CANCELLED', 'PAUSED', 'PAST_DUE')),
    price_monthly NUMERIC(12, 2) NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    renews_at TIMESTAMP WITH TIME ZONE,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_subscription PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_subscription_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_subscription_price_monthly CHECK (price_monthly >= 0),
    CONSTRAINT ck_subscription_cancelled_at CHECK ((status = 'CANCELLED') = (cancelled_at IS NOT NULL))
);
CREATE INDEX ix_subscription_clinic ON subscription (clinic_id, started_at);
CREATE UNIQUE INDEX uq_subscription_stripe ON subscription (clinic_id, stripe_subscription_id) WHERE stripe_subscription_id IS NOT NULL;

CREATE TABLE webhook_log (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    clinic_id UUID,
    source TEXT NOT NULL CONSTRAINT ck_webhook_log_source_word CHECK (source IN ('TWILIO', 'META', 'STRIPE', 'EPIC', 'CERNER', 'ATHENA')),
    event_type TEXT NOT NULL,
    external_event_id TEXT,
    payload JSONB NOT NULL,
    status TEXT DEFAULT 'RECEIVED' NOT NULL CONSTRAINT ck_webhook_log_status_word CHECK (status IN ('RECEIVED', 'DONE', 'FAILED', 'IGNORED')),
    error_message TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_webhook_log PRIMARY KEY (id),
    CONSTRAINT ck_webhook_log_event_type_length CHECK (length(event_type) BETWEEN 1 AND 200),
    CONSTRAINT fk_webhook_log_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE SET NULL
);
CREATE INDEX ix_webhook_log_clinic_id_created_at ON webhook_log (clinic_id, created_at);
CREATE INDEX ix_webhook_log_open ON webhook_log (created_at) WHERE status IN ('RECEIVED', 'FAILED');
CREATE UNIQUE INDEX uq_webhook_log_event ON webhook_log (source, external_event_id) WHERE external_event_id IS NOT NULL;

CREATE TABLE job (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    dedupe_key TEXT,
    arguments JSONB DEFAULT '{}'::jsonb NOT NULL,
    job_state TEXT DEFAULT 'QUEUED' NOT NULL CONSTRAINT ck_job_job_state_word CHECK (job_state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    priority INTEGER DEFAULT '0' NOT NULL,
    run_after TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    lease_until TIMESTAMP WITH TIME ZONE,
    leased_by TEXT,
    attempt INTEGER DEFAULT '0' NOT NULL,
    max_attempts INTEGER DEFAULT '3' NOT NULL,
    progress JSONB DEFAULT '{}'::jsonb NOT NULL,
    result JSONB,
    error TEXT,
    cancel_requested_at TIMESTAMP WITH TIME ZONE,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    created_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_job PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_job_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT fk_job_clinic_id_created_by FOREIGN KEY(clinic_id, created_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT ck_job_kind_length CHECK (length(kind) BETWEEN 1 AND 100),
    CONSTRAINT ck_job_lease CHECK ((job_state = 'RUNNING') = (lease_until IS NOT NULL)),
    CONSTRAINT ck_job_attempt CHECK (attempt BETWEEN 0 AND max_attempts)
);
CREATE INDEX ix_job_clinic_id_created_at ON job (clinic_id, created_at);
CREATE INDEX ix_job_clinic_id_created_by ON job (clinic_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX ix_job_next ON job (clinic_id, job_state, priority DESC, run_after, id) WHERE job_state IN ('QUEUED', 'RUNNING');
CREATE UNIQUE INDEX uq_job_open ON job (clinic_id, kind, dedupe_key) WHERE job_state IN ('QUEUED', 'RUNNING');

CREATE TABLE saved_view (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    screen TEXT NOT NULL,
    name TEXT NOT NULL,
    view JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_saved_view PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_saved_view_clinic_id_user_id FOREIGN KEY(clinic_id, user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_saved_view_name_length CHECK (length(name) BETWEEN 1 AND 200)
);
CREATE UNIQUE INDEX ix_saved_view_clinic_id_user_id_screen_name ON saved_view (clinic_id, user_id, screen, name);
