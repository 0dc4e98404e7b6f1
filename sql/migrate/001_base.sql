-- The first tables: hospital, account, session, patient, audit, outbox. Every key contains the
-- hospital, and row level security by hospital stands on every table from the start.

CREATE SCHEMA caredesk;
GRANT USAGE ON SCHEMA caredesk TO caredesk_app, caredesk_reader, caredesk_writer;

-- The hospital that this transaction may see; NULL (and so nothing) where none was set.
CREATE FUNCTION caredesk.current_hospital() RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('app.hospital_id', true), '')::integer;

CREATE TABLE caredesk.hospital (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    country    text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE caredesk.account (
    hospital_id   integer NOT NULL REFERENCES caredesk.hospital,
    id            uuid NOT NULL,
    email         text NOT NULL CHECK (email = lower(email)),
    full_name     text NOT NULL CHECK (full_name <> ''),
    role          text NOT NULL CHECK (role IN ('admin', 'doctor', 'nurse', 'receptionist',
                                                'patient', 'auditor', 'service')),
    status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    password_hash text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hospital_id, id),
    -- One person signs in with one address, wherever she works.
    CONSTRAINT account_email_unique UNIQUE (email)
);

-- A signed-in browser (kind browser: token_hash is of its cookie) or API client (kind api).
CREATE TABLE caredesk.session (
    hospital_id  integer NOT NULL,
    id           uuid NOT NULL,
    account_id   uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('browser', 'api')),
    token_hash   bytea,
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    revoked_at   timestamptz,
    address      text NOT NULL,
    user_agent   text NOT NULL,
    PRIMARY KEY (hospital_id, id),
    FOREIGN KEY (hospital_id, account_id) REFERENCES caredesk.account,
    CONSTRAINT session_ends CHECK (expires_at <= created_at + interval '366 days'),
    CONSTRAINT session_token_unique UNIQUE (hospital_id, token_hash)
);
CREATE INDEX session_account ON caredesk.session (hospital_id, account_id) WHERE revoked_at IS NULL;

-- Each refresh token of an API session, used once; a second use revokes the session.
CREATE TABLE caredesk.refresh_token (
    hospital_id integer NOT NULL,
    token_hash  bytea NOT NULL,
    session_id  uuid NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    used_at     timestamptz,
    PRIMARY KEY (hospital_id, token_hash),
    FOREIGN KEY (hospital_id, session_id) REFERENCES caredesk.session
);

-- Numbers for MRNs; a worker draws them in blocks of 16. 30^5 is the first with six digits in base 30.
CREATE SEQUENCE caredesk.mrn_number START 24300000 INCREMENT 16;

CREATE TABLE caredesk.patient (
    hospital_id                    integer NOT NULL,
    id                             uuid NOT NULL,
    mrn                            text NOT NULL,
    version                        integer NOT NULL CHECK (version > 0),
    status                         text NOT NULL CHECK (status IN ('active', 'inactive', 'deceased',
                                                                   'archived')),
    created_at                     timestamptz NOT NULL,
    updated_at                     timestamptz NOT NULL,
    created_by                     uuid NOT NULL,
    updated_by                     uuid NOT NULL,
    deleted_at                     timestamptz,
    first_name                     text,
    middle_name                    text,
    last_name                      text,
    preferred_name                 text,
    former_name                    text,
    name_prefix                    text,
    name_suffix                    text,
    date_of_birth                  date NOT NULL,
    date_of_birth_estimated        boolean,
    gender                         text NOT NULL CHECK (gender IN ('female', 'male', 'other',
                                                                   'unknown')),
    gender_identity                text,
    pronouns                       text,
    phone                          text,
    alternate_phone                text,
    email                          text,
    address_street                 text,
    address_city                   text,
    address_state                  text,
    address_zip_code               text,
    address_country                text,
    emergency_contact_name         text,
    emergency_contact_relationship text,
    emergency_contact_phone        text,
    language                       text,
    interpreter_needed             boolean,
    marital_status                 text,
    occupation                     text,
    employer                       text,
    blood_type                     text,
    primary_physician              text,
    -- The name as lists sort it: words folded by the application, last name first.
    sort_name                      text NOT NULL COLLATE "C",
    PRIMARY KEY (hospital_id, id),
    CONSTRAINT patient_mrn_unique UNIQUE (hospital_id, mrn),
    CONSTRAINT patient_name_present CHECK (first_name IS NOT NULL OR last_name IS NOT NULL)
);
CREATE INDEX patient_by_name ON caredesk.patient (hospital_id, sort_name, id)
    WHERE deleted_at IS NULL;
CREATE INDEX patient_by_birth ON caredesk.patient (hospital_id, date_of_birth, id)
    WHERE deleted_at IS NULL;
CREATE INDEX patient_by_creation ON caredesk.patient (hospital_id, created_at, id)
    WHERE deleted_at IS NULL;
CREATE INDEX patient_by_update ON caredesk.patient (hospital_id, updated_at, id)
    WHERE deleted_at IS NULL;
-- Filters of few patients among many, and their counts.
CREATE INDEX patient_by_gender ON caredesk.patient (hospital_id, gender) WHERE deleted_at IS NULL;
CREATE INDEX patient_by_status ON caredesk.patient (hospital_id, status) WHERE deleted_at IS NULL;

-- What the search box finds a patient by: words folded by the application, found by range.
CREATE TABLE caredesk.patient_word (
    hospital_id integer NOT NULL,
    word        text NOT NULL COLLATE "C",
    patient_id  uuid NOT NULL,
    PRIMARY KEY (hospital_id, word, patient_id),
    FOREIGN KEY (hospital_id, patient_id) REFERENCES caredesk.patient
);
CREATE INDEX patient_word_patient ON caredesk.patient_word (hospital_id, patient_id);

-- The first answer to a creation, given again when the client repeats it.
CREATE TABLE caredesk.idempotency (
    hospital_id integer NOT NULL,
    account_id  uuid NOT NULL,
    key         text NOT NULL,
    body_hash   text NOT NULL, -- SHA-256, hexadecimal
    patient_id  uuid NOT NULL,
    answer      text NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_key PRIMARY KEY (hospital_id, account_id, key),
    FOREIGN KEY (hospital_id, patient_id) REFERENCES caredesk.patient
);

-- Who did what to whom. The application can only add rows. (No foreign key to the hospital, here and
-- in what is written all the time: row level security lets nobody name another one, and the key would
-- lock the hospital's one row at every read.)
CREATE TABLE caredesk.audit (
    hospital_id integer NOT NULL,
    id          bigint GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    account_id  uuid,
    role        text,
    session_id  uuid,
    action      text NOT NULL,
    patient_id  uuid,
    outcome     text NOT NULL,
    address     text NOT NULL,
    user_agent  text NOT NULL,
    request_id  text NOT NULL,
    PRIMARY KEY (hospital_id, id)
);
CREATE INDEX audit_by_patient ON caredesk.audit (hospital_id, patient_id, id);

-- Attempts to sign in with an address that nobody has: of no hospital, and without the address.
CREATE TABLE caredesk.login_refused (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    address    text NOT NULL,
    user_agent text NOT NULL,
    request_id text NOT NULL
);

-- What other systems are told: written with the change, published later. No patient data beyond ids.
CREATE TABLE caredesk.outbox (
    hospital_id  integer NOT NULL,
    id           bigint GENERATED ALWAYS AS IDENTITY,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    type         text NOT NULL,
    patient_id   uuid NOT NULL,
    version      integer NOT NULL,
    published_at timestamptz,
    PRIMARY KEY (hospital_id, id)
);
CREATE INDEX outbox_waiting ON caredesk.outbox (at) WHERE published_at IS NULL;

-- Row level security, the same sentence for each table.
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['account', 'session', 'refresh_token', 'patient', 'patient_word',
                                'idempotency', 'audit', 'outbox'] LOOP
        EXECUTE format('ALTER TABLE caredesk.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY hospital ON caredesk.%I TO caredesk_reader, caredesk_writer'
                       ' USING (hospital_id = caredesk.current_hospital())'
                       ' WITH CHECK (hospital_id = caredesk.current_hospital())', name);
    END LOOP;
END $$;
ALTER TABLE caredesk.hospital ENABLE ROW LEVEL SECURITY;
CREATE POLICY hospital ON caredesk.hospital TO caredesk_reader, caredesk_writer
    USING (id = caredesk.current_hospital());

-- What was revoked stays revoked: such a row cannot be updated again.
CREATE POLICY alive ON caredesk.session AS RESTRICTIVE FOR UPDATE
    TO caredesk_reader, caredesk_writer USING (revoked_at IS NULL) WITH CHECK (true);
ALTER TABLE caredesk.login_refused ENABLE ROW LEVEL SECURITY;
CREATE POLICY add ON caredesk.login_refused FOR INSERT TO caredesk_reader WITH CHECK (true);

GRANT SELECT ON caredesk.hospital, caredesk.patient, caredesk.patient_word, caredesk.idempotency
    TO caredesk_reader, caredesk_writer;
GRANT SELECT (hospital_id, id, email, full_name, role, status, created_at) ON caredesk.account
    TO caredesk_reader, caredesk_writer;
GRANT SELECT (hospital_id, id, account_id, kind, created_at, last_seen_at, expires_at, revoked_at,
              address, user_agent) ON caredesk.session TO caredesk_reader, caredesk_writer;
-- Not `at`, nor `id`: nobody dates a row back.
GRANT INSERT (hospital_id, account_id, role, session_id, action, patient_id, outcome, address,
              user_agent, request_id) ON caredesk.audit TO caredesk_reader, caredesk_writer;
GRANT INSERT (address, user_agent, request_id) ON caredesk.login_refused TO caredesk_reader;
GRANT INSERT, UPDATE ON caredesk.patient TO caredesk_writer;
GRANT INSERT, DELETE ON caredesk.patient_word TO caredesk_writer;
GRANT INSERT ON caredesk.idempotency, caredesk.outbox, caredesk.refresh_token TO caredesk_writer;
GRANT INSERT (hospital_id, id, account_id, kind, token_hash, expires_at, address, user_agent)
    ON caredesk.session TO caredesk_writer;
GRANT SELECT ON caredesk.refresh_token TO caredesk_writer;
GRANT UPDATE (revoked_at) ON caredesk.session TO caredesk_writer;
GRANT UPDATE (used_at) ON caredesk.refresh_token TO caredesk_writer;
GRANT USAGE ON SEQUENCE caredesk.mrn_number TO caredesk_writer;

-- Ends the transaction, and all of its batch, unless `is_true`. `kind` is an SQLSTATE of our own,
-- which the application's table of errors knows.
CREATE FUNCTION caredesk.require(is_true boolean, kind text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF is_true IS NOT TRUE THEN
        RAISE EXCEPTION 'required' USING ERRCODE = kind;
    END IF;
END $$;

-- SECURITY DEFINER, because before signing in nobody has a hospital: finds the account of an address.
CREATE FUNCTION caredesk.account_for_login(of_email text)
RETURNS TABLE (hospital_id integer, hospital_name text, id uuid, full_name text, role text,
               password_hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = caredesk, pg_temp
AS $$
    SELECT a.hospital_id, h.name, a.id, a.full_name, a.role, a.password_hash
    FROM account a JOIN hospital h ON h.id = a.hospital_id
    WHERE a.email = of_email AND a.status = 'active'
$$;

-- SECURITY DEFINER, because a reader may not write: takes up a browser's session by its token and
-- notes, at most once a minute, that it was seen.
CREATE FUNCTION caredesk.session_resume(of_hospital integer, of_token bytea, idle interval)
RETURNS TABLE (id uuid, account_id uuid, email text, full_name text, role text, hospital_name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = caredesk, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT s.id, a.id, a.email, a.full_name, a.role, h.name
        FROM session s
        JOIN account a ON a.hospital_id = s.hospital_id AND a.id = s.account_id
        JOIN hospital h ON h.id = s.hospital_id
        WHERE s.hospital_id = of_hospital AND s.token_hash = of_token AND s.kind = 'browser'
          AND s.revoked_at IS NULL AND s.expires_at > now() AND s.last_seen_at > now() - idle
          AND a.status = 'active';
    UPDATE session s SET last_seen_at = now()
    WHERE s.hospital_id = of_hospital AND s.token_hash = of_token AND s.revoked_at IS NULL
      AND s.last_seen_at < now() - interval '1 minute' AND s.last_seen_at > now() - idle;
END $$;

-- SECURITY DEFINER, because readiness is of no hospital: how long the oldest event has been waiting.
CREATE FUNCTION caredesk.outbox_waiting_seconds() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = caredesk, pg_temp
AS $$
    SELECT extract(epoch FROM now() - at)::bigint FROM outbox WHERE published_at IS NULL
    ORDER BY at LIMIT 1
$$;

REVOKE ALL ON FUNCTION caredesk.account_for_login, caredesk.session_resume,
    caredesk.outbox_waiting_seconds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION caredesk.outbox_waiting_seconds TO caredesk_reader;
GRANT EXECUTE ON FUNCTION caredesk.account_for_login TO caredesk_writer;
GRANT EXECUTE ON FUNCTION caredesk.session_resume TO caredesk_reader;
