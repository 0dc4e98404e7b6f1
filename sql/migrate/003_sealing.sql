-- Sensitive values, sealed: only wrapped keys and sealed bytes are ever in the database.

CREATE TABLE caredesk.hospital_key (
    hospital_id integer PRIMARY KEY REFERENCES caredesk.hospital,
    master_id   text NOT NULL, -- which key of the key file wraps it
    wrapped     bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);

-- One key a patient; without it, the patient's values are gone from every backup.
CREATE TABLE caredesk.patient_key (
    hospital_id integer NOT NULL,
    patient_id  uuid NOT NULL,
    wrapped     bytea NOT NULL,
    PRIMARY KEY (hospital_id, patient_id),
    FOREIGN KEY (hospital_id, patient_id) REFERENCES caredesk.patient
);

ALTER TABLE caredesk.patient
    ADD COLUMN sealed bytea, -- all sealed fields of the record in one
    ADD COLUMN national_id_hash bytea; -- blind index
CREATE UNIQUE INDEX patient_national_id_unique ON caredesk.patient (hospital_id, national_id_hash)
    WHERE national_id_hash IS NOT NULL;
ALTER TABLE caredesk.patient_version ADD COLUMN sealed bytea;

-- Answers held patients' values as text: what is left of them goes, and new ones are sealed.
DELETE FROM caredesk.idempotency;
ALTER TABLE caredesk.idempotency ALTER COLUMN answer TYPE bytea USING ''::bytea;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['hospital_key', 'patient_key'] LOOP
        EXECUTE format('ALTER TABLE caredesk.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY hospital ON caredesk.%I TO caredesk_reader, caredesk_writer'
                       ' USING (hospital_id = caredesk.current_hospital())'
                       ' WITH CHECK (hospital_id = caredesk.current_hospital())', name);
    END LOOP;
END $$;
GRANT SELECT ON caredesk.hospital_key, caredesk.patient_key TO caredesk_reader, caredesk_writer;
GRANT INSERT ON caredesk.hospital_key, caredesk.patient_key TO caredesk_writer;
