-- name: audit_add
-- if-found and if-known: a read records, in its own batch, whether there was anything to read.
INSERT INTO audit (hospital_id, account_id, role, session_id, action, patient_id, outcome, address,
                   user_agent, request_id)
SELECT current_hospital(), NULLIF($1, '')::uuid, NULLIF($2, ''), NULLIF($3, '')::uuid, $4, $5::uuid,
       CASE WHEN $6 NOT IN ('if-found', 'if-known') THEN $6
            WHEN EXISTS (SELECT FROM patient p WHERE p.id = $5::uuid
                         AND (p.deleted_at IS NULL OR $6 = 'if-known')) THEN 'success'
            ELSE 'not-found' END,
       $7, $8, $9;

-- name: outbox_add
INSERT INTO outbox (hospital_id, type, patient_id, version)
VALUES (current_hospital(), $1, $2, $3);
