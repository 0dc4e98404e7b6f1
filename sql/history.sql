-- name: version_add
INSERT INTO patient_version (hospital_id, patient_id, version, change, address, sealed, record)
SELECT p.hospital_id, p.id, p.version, $2, $3, p.sealed,
       to_jsonb(p) - ARRAY['hospital_id', 'sort_name', 'deleted_at', 'sealed', 'national_id_hash']
FROM patient p WHERE p.id = $1;

-- name: version_load
SELECT @columns, saved.sealed,
       (SELECT k.wrapped FROM patient_key k WHERE k.patient_id = $1) AS wrapped
FROM (SELECT v.record, v.sealed FROM patient_version v
      WHERE v.patient_id = $1 AND v.version = $2) AS saved
CROSS JOIN LATERAL jsonb_populate_record(NULL::patient, saved.record) AS r;

-- name: version_list
-- One more than the page holds, so that its last version has one to be compared with.
SELECT @columns, change, address, saved.sealed,
       (SELECT k.wrapped FROM patient_key k WHERE k.patient_id = $1) AS wrapped,
       (SELECT a.full_name FROM account a WHERE a.id = r.updated_by) AS author
FROM (
    SELECT v.record, v.sealed, v.change, v.address, v.version AS number
    FROM patient_version v
    WHERE v.patient_id = $1
    ORDER BY v.version DESC LIMIT $2::integer + 1 OFFSET $3::integer
) AS saved
CROSS JOIN LATERAL jsonb_populate_record(NULL::patient, saved.record) AS r
ORDER BY saved.number DESC;

-- name: version_count
SELECT count(*), (SELECT p.deleted_at IS NOT NULL FROM patient p WHERE p.id = $1) AS is_deleted
FROM patient_version v WHERE v.patient_id = $1;

-- name: version_current
SELECT @columns FROM patient p WHERE p.id = $1;
