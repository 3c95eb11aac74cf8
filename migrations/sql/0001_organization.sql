-- The clinic, its sites and staff; sign-ins.

CREATE TABLE clinic (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    timezone TEXT NOT NULL,
    subscription_tier TEXT DEFAULT 'STARTER' NOT NULL CONSTRAINT ck_clinic_subscription_tier_word CHECK (subscription_tier IN ('STARTER', 'PROFESSIONAL', 'ADVANCED', 'ENTERPRISE')),
    subscription_status TEXT DEFAULT 'TRIAL' NOT NULL CONSTRAINT ck_clinic_subscription_status_word CHECK (subscription_status IN ('TRIAL', 'ACTIVE', 'CANCELLED', 'PAUSED', 'PAST_DUE')),
    message_limit INTEGER DEFAULT '1000' NOT NULL,
    locations_limit INTEGER DEFAULT '1' NOT NULL,
    stripe_customer_id TEXT,
    live_key TEXT DEFAULT replace(gen_random_uuid()::text, '-', '') NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_clinic PRIMARY KEY (id),
    CONSTRAINT ck_clinic_name_length CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_clinic_timezone_length CHECK (length(timezone) BETWEEN 1 AND 64),
    CONSTRAINT ck_clinic_message_limit CHECK (message_limit >= 0),
    CONSTRAINT ck_clinic_locations_limit CHECK (locations_limit >= 0)
);
CREATE INDEX ix_clinic_created_at ON clinic (created_at);
CREATE UNIQUE INDEX ix_clinic_live_key ON clinic (live_key);
CREATE INDEX ix_clinic_subscription_tier ON clinic (subscription_tier);

CREATE TABLE server_secret (
    id INTEGER NOT NULL,
    salt_secret BYTEA NOT NULL,
    kdf_n INTEGER NOT NULL,
    kdf_r INTEGER NOT NULL,
    kdf_p INTEGER NOT NULL,
    CONSTRAINT pk_server_secret PRIMARY KEY (id),
    CONSTRAINT ck_server_secret_one_row CHECK (id = 1),
    CONSTRAINT ck_server_secret_salt_secret CHECK (octet_length(salt_secret) >= 32),
    CONSTRAINT ck_server_secret_kdf_cost CHECK (kdf_n >= 16384 AND kdf_r >= 8 AND kdf_p >= 1)
);

CREATE TABLE sign_in_attempt (
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    kind TEXT NOT NULL,
    email TEXT NOT NULL,
    key_hash BYTEA,
    transaction_no TEXT NOT NULL,
    succeeded_at TIMESTAMP WITH TIME ZONE,
    clinic_id UUID,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_sign_in_attempt PRIMARY KEY (id),
    CONSTRAINT ck_sign_in_attempt_kind_word CHECK (kind IN ('TRY', 'UNLOCK'))
);
CREATE INDEX ix_sign_in_attempt_created_at ON sign_in_attempt (created_at);
CREATE INDEX ix_sign_in_attempt_email_created_at ON sign_in_attempt (email, created_at);
CREATE UNIQUE INDEX ix_sign_in_attempt_email_transaction_no ON sign_in_attempt (email, transaction_no);

CREATE TABLE clinic_secret (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    address_salt BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_clinic_secret PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_clinic_secret_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_clinic_secret_one_per_clinic CHECK (id = clinic_id)
);

CREATE TABLE clinic_setting (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    value JSONB NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_clinic_setting PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_clinic_setting_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_clinic_setting_name_length CHECK (length(name) BETWEEN 1 AND 100)
);
CREATE UNIQUE INDEX ix_clinic_setting_clinic_id_name ON clinic_setting (clinic_id, name);

CREATE TABLE location (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    phone_number TEXT DEFAULT '' NOT NULL,
    address TEXT DEFAULT '' NOT NULL,
    timezone TEXT NOT NULL,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_location PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_location_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_location_name_length CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT ck_location_timezone_length CHECK (length(timezone) BETWEEN 1 AND 64)
);

CREATE TABLE clinic_user (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    location_id UUID,
    email TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    role TEXT NOT NULL CONSTRAINT ck_clinic_user_role_word CHECK (role IN ('ADMIN', 'STAFF', 'VIEWER')),
    notification_preferences JSONB DEFAULT '{}'::jsonb NOT NULL,
    language TEXT DEFAULT 'en' NOT NULL,
    mfa_secret TEXT,
    password_changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    must_change_password BOOLEAN DEFAULT false NOT NULL,
    last_sign_in_at TIMESTAMP WITH TIME ZONE,
    disabled_at TIMESTAMP WITH TIME ZONE,
    version INTEGER DEFAULT '1' NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_clinic_user PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_clinic_user_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT fk_clinic_user_clinic_id_location_id FOREIGN KEY(clinic_id, location_id) REFERENCES location (clinic_id, id) ON DELETE SET NULL (location_id),
    CONSTRAINT ck_clinic_user_email_length CHECK (length(email) BETWEEN 1 AND 320),
    CONSTRAINT ck_clinic_user_first_name_length CHECK (length(first_name) BETWEEN 1 AND 100),
    CONSTRAINT ck_clinic_user_last_name_length CHECK (length(last_name) BETWEEN 1 AND 100)
);
CREATE INDEX ix_clinic_user_clinic_id_location_id ON clinic_user (clinic_id, location_id) WHERE location_id IS NOT NULL;
CREATE INDEX ix_clinic_user_email ON clinic_user (lower(email COLLATE "C"));
CREATE UNIQUE INDEX uq_clinic_user_clinic_id_email ON clinic_user (clinic_id, lower(email COLLATE "C"));

CREATE TABLE holiday (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    location_id UUID,
    day DATE NOT NULL,
    name TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_holiday PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_holiday_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT fk_holiday_clinic_id_location_id FOREIGN KEY(clinic_id, location_id) REFERENCES location (clinic_id, id) ON DELETE SET NULL (location_id)
);
CREATE UNIQUE INDEX ix_holiday_clinic_id_day_location_id ON holiday (clinic_id, day, location_id) NULLS NOT DISTINCT;
CREATE INDEX ix_holiday_clinic_id_location_id ON holiday (clinic_id, location_id) WHERE location_id IS NOT NULL;

CREATE TABLE location_hours (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    location_id UUID NOT NULL,
    weekday INTEGER NOT NULL,
    opens TIME WITHOUT TIME ZONE NOT NULL,
    closes TIME WITHOUT TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_location_hours PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_location_hours_clinic_id_location_id FOREIGN KEY(clinic_id, location_id) REFERENCES location (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_location_hours_weekday CHECK (weekday BETWEEN 0 AND 6),
    CONSTRAINT ck_location_hours_order CHECK (opens < closes)
);
CREATE UNIQUE INDEX ix_location_hours_clinic_id_location_id_weekday_opens ON location_hours (clinic_id, location_id, weekday, opens);

CREATE TABLE workstation (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    location_id UUID,
    client_version TEXT NOT NULL,
    last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_workstation PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_workstation_clinic_id FOREIGN KEY(clinic_id) REFERENCES clinic (id) ON DELETE CASCADE,
    CONSTRAINT ck_workstation_name_length CHECK (length(name) BETWEEN 1 AND 200),
    CONSTRAINT fk_workstation_clinic_id_location_id FOREIGN KEY(clinic_id, location_id) REFERENCES location (clinic_id, id) ON DELETE SET NULL (location_id)
);
CREATE INDEX ix_workstation_clinic_id_location_id ON workstation (clinic_id, location_id) WHERE location_id IS NOT NULL;
CREATE UNIQUE INDEX ix_workstation_clinic_id_name ON workstation (clinic_id, name);

CREATE TABLE staff_session (
    clinic_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    workstation TEXT,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_staff_session PRIMARY KEY (clinic_id, id),
    CONSTRAINT fk_staff_session_clinic_id_user_id FOREIGN KEY(clinic_id, user_id) REFERENCES clinic_user (clinic_id, id) ON DELETE CASCADE,
    CONSTRAINT ck_staff_session_token_hash CHECK (octet_length(token_hash) = 32)
);
CREATE INDEX ix_staff_session_clinic_id_user_id ON staff_session (clinic_id, user_id);
CREATE UNIQUE INDEX ix_staff_session_token_hash ON staff_session (token_hash);
