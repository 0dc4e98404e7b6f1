-- @columns is the list of the patient's columns, @params(n) as many parameters from $n on: both made
-- from src/clinic/patient.def at build time.

-- name: mrn_draw
SELECT nextval('mrn_number') AS number;

-- name: patient_load
SELECT @columns, sealed,
       (SELECT k.wrapped FROM patient_key k WHERE k.patient_id = p.id) AS wrapped
FROM patient p WHERE p.id = $1 AND p.deleted_at IS NULL;

-- name: patient_load_by_mrn
SELECT @columns FROM patient p WHERE p.mrn = $1 AND p.deleted_at IS NULL;

-- name: patient_create
INSERT INTO patient (hospital_id, sort_name, sealed, national_id_hash, @columns)
VALUES (current_hospital(), $1, $2, $3, @params(4));

-- name: patient_key_add
INSERT INTO patient_key (hospital_id, patient_id, wrapped) VALUES (current_hospital(), $1, $2);

-- name: hospital_key_find
SELECT master_id, wrapped FROM hospital_key;

-- name: hospital_key_add
INSERT INTO hospital_key (hospital_id, master_id, wrapped) VALUES (current_hospital(), $1, $2)
ON CONFLICT DO NOTHING;

-- name: patient_update
WITH updated AS (
    UPDATE patient p
    SET (sort_name, sealed, national_id_hash, @columns) = ROW($2, $3, $4, @params(5))
    WHERE p.id = $5 AND p.deleted_at IS NULL AND p.version = $1
    RETURNING 1
)
SELECT require((SELECT count(*) FROM updated) = 1, 'CD409');

-- name: patient_load_any
-- Also one that is deleted or archived.
SELECT @columns, deleted_at IS NOT NULL AS is_deleted, sealed,
       (SELECT k.wrapped FROM patient_key k WHERE k.patient_id = p.id) AS wrapped
FROM patient p WHERE p.id = $1;

-- name: patient_delete
WITH marked AS (
    UPDATE patient p SET deleted_at = $3, updated_at = $3, updated_by = $4, version = version + 1
    WHERE p.id = $1 AND p.version = $2 AND p.deleted_at IS NULL
    RETURNING 1
)
SELECT require((SELECT count(*) FROM marked) = 1, 'CD409');

-- name: patient_restore
-- From deleted to what it was, from archived to what it was before: the dead stay dead.
WITH marked AS (
    UPDATE patient p SET deleted_at = NULL, updated_at = $3, updated_by = $4, version = version + 1,
           status = CASE WHEN deleted_at IS NOT NULL THEN status ELSE coalesce((
               SELECT v.record ->> 'status' FROM patient_version v
               WHERE v.patient_id = p.id AND v.record ->> 'status' <> 'archived'
               ORDER BY v.version DESC LIMIT 1), 'active') END
    WHERE p.id = $1 AND p.version = $2 AND (p.deleted_at IS NOT NULL OR p.status = 'archived')
    RETURNING 1
)
SELECT require((SELECT count(*) FROM marked) = 1, 'CD409');

-- name: patient_archive
WITH marked AS (
    UPDATE patient p SET status = 'archived', updated_at = $3, updated_by = $4, version = version + 1
    WHERE p.id = $1 AND p.version = $2 AND p.deleted_at IS NULL AND p.status <> 'archived'
    RETURNING 1
)
SELECT require((SELECT count(*) FROM marked) = 1, 'CD409');

-- name: patient_words_add
INSERT INTO patient_word (hospital_id, word, patient_id)
SELECT current_hospital(), word, $1 FROM unnest($2::text[]) AS word
ON CONFLICT DO NOTHING;

-- name: patient_words_remove
DELETE FROM patient_word w WHERE w.patient_id = $1 AND NOT w.word = ANY ($2::text[]);

-- name: idempotency_claim
INSERT INTO idempotency (hospital_id, account_id, key, body_hash, patient_id, answer)
VALUES (current_hospital(), $1, $2, $3, $4, $5);

-- name: idempotency_find
SELECT body_hash, patient_id, answer,
       (SELECT k.wrapped FROM patient_key k WHERE k.patient_id = i.patient_id) AS wrapped
FROM idempotency i WHERE i.account_id = $1 AND i.key = $2;

-- name: account_name
SELECT full_name FROM account a WHERE a.id = $1;
