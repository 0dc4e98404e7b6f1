-- Run by `caredesk seed` and `caredesk populate` as the owner, who stands above row level security.

-- admin: seed_hospital
INSERT INTO hospital (name, country) VALUES ($1, $2) RETURNING id;

-- admin: seed_hospital_find
SELECT min(id) AS id FROM hospital;

-- admin: seed_account
INSERT INTO account (hospital_id, id, email, full_name, role, password_hash)
VALUES ($1, $2, $3, $4, $5, $6);

-- admin: seed_account_find
SELECT min(id::text) FROM account WHERE hospital_id = $1 AND role = 'admin';

-- admin: seed_count
SELECT count(*) FROM patient p WHERE p.hospital_id = $1;

-- admin: seed_analyze
VACUUM (ANALYZE) patient, patient_word, patient_version;

-- admin: seed_copy_patients
COPY patient (hospital_id, sort_name, @columns) FROM STDIN;

-- admin: seed_copy_words
COPY patient_word (hospital_id, word, patient_id) FROM STDIN;

-- admin: seed_versions
INSERT INTO patient_version (hospital_id, patient_id, version, change, address, record)
SELECT p.hospital_id, p.id, p.version, 'created', '',
       to_jsonb(p) - ARRAY['hospital_id', 'sort_name', 'deleted_at', 'sealed', 'national_id_hash']
FROM patient p
WHERE p.hospital_id = $1 AND p.version = 1 AND NOT EXISTS (
    SELECT FROM patient_version v WHERE v.hospital_id = p.hospital_id AND v.patient_id = p.id
);
