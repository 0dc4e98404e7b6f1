-- name: audit_add
-- A read that found nothing is recorded as such: the row is written in the batch that reads.
INSERT INTO audit (hospital_id, account_id, role, session_id, action, patient_id, outcome, address,
                   user_agent, request_id)
SELECT current_hospital(), NULLIF($1, '')::uuid, NULLIF($2, ''), NULLIF($3, '')::uuid, $4, $5::uuid,
       CASE WHEN $6 = 'success' AND $5::uuid IS NOT NULL AND NOT EXISTS (
           SELECT FROM patient p WHERE p.id = $5::uuid AND p.deleted_at IS NULL
       ) THEN 'not-found' ELSE $6 END,
       $7, $8, $9;

-- name: outbox_add
INSERT INTO outbox (hospital_id, type, patient_id, version)
VALUES (current_hospital(), $1, $2, $3);
