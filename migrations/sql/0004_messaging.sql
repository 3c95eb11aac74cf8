-- Threads, messages and campaigns.

CREATE TABLE channel_account (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    location_id UUID,
    channel TEXT NOT NULL CONSTRAINT ck_channel_account_channel_word CHECK (channel IN ('SMS', 'WHATSAPP', 'EMAIL', 'FACEBOOK_MESSENGER', 'INSTAGRAM_DM', 'VOICE')),
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    settings JSONB DEFAULT '{}'::jsonb NOT NULL,
    live BOOLEAN DEFAULT false NOT NULL,
    disabled_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_channel_account PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_channel_account_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT fk_channel_account_clinic_id_location_id FOREIGN KEY(clinic_id, location_id) REFERENCES location (clinic_id, id) ON DELETE SET NULL (location_id),
    CONSTRAINT ck_channel_account_address_length CHECK (length(address) BETWEEN 1 AND 320),
    CONSTRAINT ck_channel_account_name_length CHECK (length(name) BETWEEN 1 AND 200)
);
CREATE UNIQUE INDEX ix_channel_account_clinic_id_channel_address ON channel_account (clinic_id, channel, address);
CREATE INDEX ix_channel_account_clinic_id_location_id ON channel_account (clinic_id, location_id) WHERE location_id IS NOT NULL;

CREATE TABLE campaign_template (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL CONSTRAINT ck_campaign_template_type_word CHECK (type IN ('REMINDER', 'CONFIRMATION', 'NO_SHOW_PREVENTION', 'POST_OP_FOLLOWUP', 'REACTIVATION', 'RETENTION')),
    message_text TEXT NOT NULL,
    is_ab_test BOOLEAN DEFAULT false NOT NULL,
    variant_a_text TEXT,
    variant_b_text TEXT,
    channel TEXT DEFAULT 'SMS' NOT NULL CONSTRAINT ck_campaign_template_channel_word CHECK (channel IN ('SMS', 'WHATSAPP', 'EMAIL', 'FACEBOOK_MESSENGER', 'INSTAGRAM_DM', 'VOICE')),
    subject TEXT,
    language TEXT DEFAULT 'en' NOT NULL,
    external_template_id TEXT,
    audience JSONB DEFAULT '{}'::jsonb NOT NULL,
    created_by UUID,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_campaign_template PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_campaign_template_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT fk_campaign_template_clinic_id_created_by FOREIGN KEY(clinic_id, created_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT ck_campaign_template_name_length CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_campaign_template_ab_variants CHECK (NOT is_ab_test OR (variant_a_text IS NOT NULL AND variant_b_text IS NOT NULL))
);
CREATE INDEX ix_campaign_template_clinic_id_created_by ON campaign_template (clinic_id, created_by) WHERE created_by IS NOT NULL;

CREATE TABLE channel_identity (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    patient_id UUID NOT NULL,
    channel TEXT NOT NULL CONSTRAINT ck_channel_identity_channel_word CHECK (channel IN ('SMS', 'WHATSAPP', 'EMAIL', 'FACEBOOK_MESSENGER', 'INSTAGRAM_DM', 'VOICE')),
    address TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_channel_identity PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_channel_identity_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_channel_identity_address_length CHECK (length(address) BETWEEN 1 AND 320)
);
CREATE UNIQUE INDEX ix_channel_identity_clinic_id_channel_address_patient_id ON channel_identity (clinic_id, channel, address, patient_id);
CREATE INDEX ix_channel_identity_clinic_id_patient_id ON channel_identity (clinic_id, patient_id);

CREATE TABLE draft (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    place TEXT NOT NULL,
    subject_id UUID,
    draft_text TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_draft PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_draft_clinic_id_user_id FOREIGN KEY(clinic_id, user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_draft_place_length CHECK (length(place) BETWEEN 1 AND 100)
);
CREATE UNIQUE INDEX ix_draft_clinic_id_user_id_place_subject_id ON draft (clinic_id, user_id, place, subject_id) NULLS NOT DISTINCT;

CREATE TABLE inbound_parked (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    channel_account_id UUID NOT NULL,
    address TEXT NOT NULL,
    message_text TEXT NOT NULL,
    external_message_id TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    resolved_at TIMESTAMP WITH TIME ZONE,
    resolved_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_inbound_parked PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_inbound_parked_clinic_id_channel_account_id FOREIGN KEY(clinic_id, channel_account_id) REFERENCES channel_account (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_inbound_parked_clinic_id_resolved_by FOREIGN KEY(clinic_id, resolved_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (resolved_by)
);
CREATE INDEX ix_inbound_parked_clinic_id_resolved_by ON inbound_parked (clinic_id, resolved_by) WHERE resolved_by IS NOT NULL;
CREATE UNIQUE INDEX uq_inbound_parked_external ON inbound_parked (clinic_id, channel_account_id, external_message_id);

CREATE TABLE message_template (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    language TEXT DEFAULT 'en' NOT NULL,
    channel TEXT CONSTRAINT ck_message_template_channel_word CHECK (channel IN ('SMS', 'WHATSAPP', 'EMAIL', 'FACEBOOK_MESSENGER', 'INSTAGRAM_DM', 'VOICE')),
    subject TEXT,
    message_text TEXT NOT NULL,
    external_template_id TEXT,
    created_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_message_template PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_message_template_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT fk_message_template_clinic_id_created_by FOREIGN KEY(clinic_id, created_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT ck_message_template_name_length CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_message_template_message_text_length CHECK (length(message_text) BETWEEN 1 AND 20000)
);
CREATE INDEX ix_message_template_clinic_id_created_by ON message_template (clinic_id, created_by) WHERE created_by IS NOT NULL;
CREATE UNIQUE INDEX ix_message_template_clinic_id_name_language ON message_template (clinic_id, name, language);

CREATE TABLE unified_conversation (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    location_id UUID,
    patient_id UUID NOT NULL,
    status TEXT DEFAULT 'ACTIVE' NOT NULL CONSTRAINT ck_unified_conversation_status_word CHECK (status IN ('ACTIVE', 'RESOLVED', 'ARCHIVED')),
    assigned_to UUID,
    tags TEXT[] DEFAULT '{}'::text[] NOT NULL,
    unread_count INTEGER DEFAULT '0' NOT NULL,
    last_message_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_message_preview TEXT,
    snoozed_until TIMESTAMP WITH TIME ZONE,
    waiting_since TIMESTAMP WITH TIME ZONE,
    first_reply_at TIMESTAMP WITH TIME ZONE,
    last_inbound_at JSONB DEFAULT '{}'::jsonb NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_unified_conversation PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_unified_conversation_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_unified_conversation_clinic_id_location_id FOREIGN KEY(clinic_id, location_id) REFERENCES location (clinic_id, id) ON DELETE SET NULL (location_id),
    CONSTRAINT fk_unified_conversation_clinic_id_assigned_to FOREIGN KEY(clinic_id, assigned_to) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (assigned_to),
    CONSTRAINT ck_unified_conversation_unread_count CHECK (unread_count >= 0)
);
CREATE INDEX ix_unified_conversation_clinic_id_assigned_to ON unified_conversation (clinic_id, assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX ix_unified_conversation_clinic_id_location_id ON unified_conversation (clinic_id, location_id) WHERE location_id IS NOT NULL;
CREATE INDEX ix_unified_conversation_clinic_id_patient_id ON unified_conversation (clinic_id, patient_id);
CREATE INDEX ix_unified_conversation_last_message ON unified_conversation (clinic_id, last_message_at DESC);
CREATE INDEX ix_unified_conversation_status ON unified_conversation (clinic_id, status, last_message_at DESC);
CREATE INDEX ix_unified_conversation_waiting ON unified_conversation (clinic_id, waiting_since) WHERE waiting_since IS NOT NULL;

CREATE TABLE ab_test (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    variant_a TEXT NOT NULL,
    variant_b TEXT NOT NULL,
    status TEXT DEFAULT 'RUNNING' NOT NULL CONSTRAINT ck_ab_test_status_word CHECK (status IN ('RUNNING', 'COMPLETED', 'PAUSED')),
    winner TEXT,
    planned_per_arm INTEGER,
    ends_at TIMESTAMP WITH TIME ZONE,
    result JSONB,
    created_by UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_ab_test PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_ab_test_clinic_id_campaign_id FOREIGN KEY(clinic_id, campaign_id) REFERENCES campaign_template (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_ab_test_clinic_id_created_by FOREIGN KEY(clinic_id, created_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT ck_ab_test_winner_word CHECK (winner IN ('A', 'B')),
    CONSTRAINT ck_ab_test_winner_status CHECK (winner IS NULL OR status = 'COMPLETED'),
    CONSTRAINT ck_ab_test_planned_per_arm CHECK (planned_per_arm > 0)
);
CREATE INDEX ix_ab_test_clinic_id_campaign_id ON ab_test (clinic_id, campaign_id);
CREATE INDEX ix_ab_test_clinic_id_created_by ON ab_test (clinic_id, created_by) WHERE created_by IS NOT NULL;

CREATE TABLE campaign_run (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    campaign_id UUID NOT NULL,
    run_state TEXT DEFAULT 'DRAFT' NOT NULL CONSTRAINT ck_campaign_run_run_state_word CHECK (run_state IN ('DRAFT', 'DRY_RUN', 'RUNNING', 'PAUSED', 'COMPLETED', 'CANCELLED', 'FAILED')),
    audience JSONB NOT NULL,
    message_text TEXT NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE,
    per_day INTEGER,
    hold_out_percent INTEGER DEFAULT '20' NOT NULL,
    ledger JSONB DEFAULT '{}'::jsonb NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    created_by UUID,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_campaign_run PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_campaign_run_clinic_id_campaign_id FOREIGN KEY(clinic_id, campaign_id) REFERENCES campaign_template (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_campaign_run_clinic_id_created_by FOREIGN KEY(clinic_id, created_by) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (created_by),
    CONSTRAINT ck_campaign_run_per_day CHECK (per_day > 0),
    CONSTRAINT ck_campaign_run_hold_out_percent CHECK (hold_out_percent BETWEEN 0 AND 90)
);
CREATE INDEX ix_campaign_run_clinic_id_campaign_id ON campaign_run (clinic_id, campaign_id);
CREATE INDEX ix_campaign_run_clinic_id_created_by ON campaign_run (clinic_id, created_by) WHERE created_by IS NOT NULL;
CREATE INDEX ix_campaign_run_clinic_id_run_state_starts_at ON campaign_run (clinic_id, run_state, starts_at);

CREATE TABLE conversation_note (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    user_id UUID NOT NULL,
    note_text TEXT NOT NULL,
    mentioned_users UUID[] DEFAULT '{}'::uuid[] NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_conversation_note PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_conversation_note_clinic_id_conversation_id FOREIGN KEY(clinic_id, conversation_id) REFERENCES unified_conversation (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_conversation_note_clinic_id_user_id FOREIGN KEY(clinic_id, user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE NO ACTION,
    CONSTRAINT ck_conversation_note_note_text_length CHECK (length(note_text) BETWEEN 1 AND 20000)
);
CREATE INDEX ix_conversation_note_clinic_id_conversation_id_created_at ON conversation_note (clinic_id, conversation_id, created_at);
CREATE INDEX ix_conversation_note_clinic_id_user_id ON conversation_note (clinic_id, user_id);

CREATE TABLE campaign_recipient (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    run_id UUID NOT NULL,
    patient_id UUID NOT NULL,
    step INTEGER DEFAULT '1' NOT NULL,
    arm TEXT NOT NULL CONSTRAINT ck_campaign_recipient_arm_word CHECK (arm IN ('A', 'B', 'HOLD_OUT')),
    recipient_state TEXT NOT NULL CONSTRAINT ck_campaign_recipient_recipient_state_word CHECK (recipient_state IN ('PLANNED', 'EXCLUDED', 'HELD_OUT', 'QUEUED', 'SENT', 'FAILED')),
    exclusion_reason TEXT,
    household_id UUID,
    send_after TIMESTAMP WITH TIME ZONE,
    returned_on TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_campaign_recipient PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_campaign_recipient_clinic_id_run_id FOREIGN KEY(clinic_id, run_id) REFERENCES campaign_run (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_campaign_recipient_clinic_id_patient_id FOREIGN KEY(clinic_id, patient_id) REFERENCES patient (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_campaign_recipient_clinic_id_household_id FOREIGN KEY(clinic_id, household_id) REFERENCES household (clinic_id, id) ON DELETE SET NULL (household_id),
    CONSTRAINT ck_campaign_recipient_exclusion_reason CHECK ((recipient_state = 'EXCLUDED') = (exclusion_reason IS NOT NULL)),
    CONSTRAINT ck_campaign_recipient_hold_out CHECK ((arm = 'HOLD_OUT') = (recipient_state = 'HELD_OUT')),
    CONSTRAINT ck_campaign_recipient_step CHECK (step >= 1)
);
CREATE INDEX ix_campaign_recipient_clinic_id_household_id ON campaign_recipient (clinic_id, household_id) WHERE household_id IS NOT NULL;
CREATE INDEX ix_campaign_recipient_clinic_id_patient_id ON campaign_recipient (clinic_id, patient_id);
CREATE UNIQUE INDEX ix_campaign_recipient_clinic_id_run_id_patient_id_step ON campaign_recipient (clinic_id, run_id, patient_id, step);
CREATE INDEX ix_campaign_recipient_clinic_id_run_id_recipient_state ON campaign_recipient (clinic_id, run_id, recipient_state);

CREATE TABLE mention (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    note_id UUID NOT NULL,
    user_id UUID NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_mention PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_mention_clinic_id_note_id FOREIGN KEY(clinic_id, note_id) REFERENCES conversation_note (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_mention_clinic_id_user_id FOREIGN KEY(clinic_id, user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX ix_mention_clinic_id_note_id_user_id ON mention (clinic_id, note_id, user_id);
CREATE INDEX ix_mention_clinic_id_user_id ON mention (clinic_id, user_id);

CREATE TABLE unified_message (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    message_text TEXT NOT NULL,
    subject TEXT,
    channel TEXT NOT NULL CONSTRAINT ck_unified_message_channel_word CHECK (channel IN ('SMS', 'WHATSAPP', 'EMAIL', 'FACEBOOK_MESSENGER', 'INSTAGRAM_DM', 'VOICE')),
    direction TEXT NOT NULL CONSTRAINT ck_unified_message_direction_word CHECK (direction IN ('INBOUND', 'OUTBOUND')),
    status TEXT NOT NULL CONSTRAINT ck_unified_message_status_word CHECK (status IN ('PENDING', 'SENT', 'DELIVERED', 'READ', 'FAILED')),
    external_message_id TEXT,
    metadata JSONB,
    channel_account_id UUID,
    sender_user_id UUID,
    automation TEXT,
    scheduled_for TIMESTAMP WITH TIME ZONE,
    sent_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    send_state TEXT DEFAULT 'NONE' NOT NULL CONSTRAINT ck_unified_message_send_state_word CHECK (send_state IN ('NONE', 'QUEUED', 'SENDING', 'SENT', 'RECONCILING', 'UNKNOWN', 'FAILED', 'CANCELLED')),
    attempt INTEGER DEFAULT '0' NOT NULL,
    first_attempt_at TIMESTAMP WITH TIME ZONE,
    lease_until TIMESTAMP WITH TIME ZONE,
    provider_status TEXT,
    error_code TEXT,
    segments INTEGER,
    cost NUMERIC(12, 5),
    recipient_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_unified_message PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_unified_message_clinic_id_conversation_id FOREIGN KEY(clinic_id, conversation_id) REFERENCES unified_conversation (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_unified_message_clinic_id_channel_account_id FOREIGN KEY(clinic_id, channel_account_id) REFERENCES channel_account (clinic_id, id) ON DELETE SET NULL (channel_account_id),
    CONSTRAINT fk_unified_message_clinic_id_sender_user_id FOREIGN KEY(clinic_id, sender_user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE SET NULL (sender_user_id),
    CONSTRAINT fk_unified_message_clinic_id_recipient_id FOREIGN KEY(clinic_id, recipient_id) REFERENCES campaign_recipient (clinic_id, id) ON DELETE SET NULL (recipient_id),
    CONSTRAINT ck_unified_message_message_length CHECK (length(message_text) <= 100000),
    CONSTRAINT ck_unified_message_send_state_direction CHECK (direction = 'OUTBOUND' OR send_state = 'NONE'),
    CONSTRAINT ck_unified_message_counts CHECK (attempt >= 0 AND segments >= 0)
);
CREATE INDEX ix_unified_message_clinic_id_channel ON unified_message (clinic_id, channel);
CREATE INDEX ix_unified_message_clinic_id_channel_account_id ON unified_message (clinic_id, channel_account_id) WHERE channel_account_id IS NOT NULL;
CREATE INDEX ix_unified_message_clinic_id_recipient_id ON unified_message (clinic_id, recipient_id) WHERE recipient_id IS NOT NULL;
CREATE INDEX ix_unified_message_clinic_id_sender_user_id ON unified_message (clinic_id, sender_user_id) WHERE sender_user_id IS NOT NULL;
CREATE INDEX ix_unified_message_clinic_id_status ON unified_message (clinic_id, status);
CREATE INDEX ix_unified_message_conversation ON unified_message (clinic_id, conversation_id, sent_at DESC);
CREATE INDEX ix_unified_message_outbox ON unified_message (clinic_id, send_state, scheduled_for) WHERE send_state IN ('QUEUED', 'SENDING', 'RECONCILING');
CREATE UNIQUE INDEX uq_unified_message_external ON unified_message (clinic_id, channel_account_id, external_message_id) WHERE external_message_id IS NOT NULL;

CREATE TABLE ab_test_result (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    test_id UUID NOT NULL,
    message_id UUID NOT NULL,
    variant TEXT NOT NULL,
    clicked BOOLEAN DEFAULT false NOT NULL,
    response_received BOOLEAN DEFAULT false NOT NULL,
    response_at TIMESTAMP WITH TIME ZONE,
    booked_at TIMESTAMP WITH TIME ZONE,
    attended_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_ab_test_result PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_ab_test_result_clinic_id_test_id FOREIGN KEY(clinic_id, test_id) REFERENCES ab_test (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_ab_test_result_clinic_id_message_id FOREIGN KEY(clinic_id, message_id) REFERENCES unified_message (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_ab_test_result_variant_word CHECK (variant IN ('A', 'B')),
    CONSTRAINT ck_ab_test_result_response_at CHECK (response_received = (response_at IS NOT NULL))
);
CREATE INDEX ix_ab_test_result_clinic_id_message_id ON ab_test_result (clinic_id, message_id);
CREATE UNIQUE INDEX ix_ab_test_result_clinic_id_test_id_message_id ON ab_test_result (clinic_id, test_id, message_id);

CREATE TABLE attachment (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    message_id UUID NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    byte_count INTEGER NOT NULL,
    sha256 BYTEA NOT NULL,
    content BYTEA,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_attachment PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_attachment_clinic_id_message_id FOREIGN KEY(clinic_id, message_id) REFERENCES unified_message (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_attachment_file_name_length CHECK (length(file_name) BETWEEN 1 AND 255),
    CONSTRAINT ck_attachment_byte_count CHECK (byte_count >= 0),
    CONSTRAINT ck_attachment_sha256 CHECK (octet_length(sha256) = 32)
);
CREATE INDEX ix_attachment_clinic_id_message_id ON attachment (clinic_id, message_id);

CREATE TABLE conversation_read (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    user_id UUID NOT NULL,
    last_read_message_id UUID,
    read_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_conversation_read PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_conversation_read_clinic_id_conversation_id FOREIGN KEY(clinic_id, conversation_id) REFERENCES unified_conversation (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_conversation_read_clinic_id_user_id FOREIGN KEY(clinic_id, user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT fk_conversation_read_clinic_id_last_read_message_id FOREIGN KEY(clinic_id, last_read_message_id) REFERENCES unified_message (clinic_id, id) ON DELETE SET NULL (last_read_message_id)
);
CREATE UNIQUE INDEX ix_conversation_read_clinic_id_conversation_id_user_id ON conversation_read (clinic_id, conversation_id, user_id);
CREATE INDEX ix_conversation_read_clinic_id_last_read_message_id ON conversation_read (clinic_id, last_read_message_id) WHERE last_read_message_id IS NOT NULL;
CREATE INDEX ix_conversation_read_clinic_id_user_id ON conversation_read (clinic_id, user_id);
