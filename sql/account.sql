-- name: account_for_login
SELECT hospital_id, hospital_name, id, full_name, role, password_hash FROM account_for_login($1);

-- name: login_refused
INSERT INTO login_refused (address, user_agent, request_id) VALUES ($1, $2, $3);

-- name: account_load
SELECT a.id, a.email, a.full_name, a.role, a.hospital_id, h.name AS hospital_name
FROM account a JOIN hospital h ON h.id = a.hospital_id
WHERE a.id = $1;

-- name: session_create
INSERT INTO session (hospital_id, id, account_id, kind, token_hash, expires_at, address, user_agent)
VALUES (current_hospital(), $1, $2, $3, $4, now() + $5::int * interval '1 second', $6, $7);

-- name: session_resume
SELECT id, account_id, email, full_name, role, hospital_name
FROM session_resume($1::integer, $2::bytea, $3::int * interval '1 minute');

-- name: session_revoke
UPDATE session s SET revoked_at = now() WHERE s.id = $1 AND s.revoked_at IS NULL;

-- name: refresh_create
INSERT INTO refresh_token (hospital_id, token_hash, session_id) VALUES (current_hospital(), $1, $2);

-- name: refresh_find
SELECT r.session_id, r.used_at IS NOT NULL AS is_used, s.account_id, a.role,
       s.revoked_at IS NULL AND s.expires_at > now() AND a.status = 'active' AS is_alive
FROM refresh_token r
JOIN session s ON s.hospital_id = r.hospital_id AND s.id = r.session_id
JOIN account a ON a.hospital_id = s.hospital_id AND a.id = s.account_id
WHERE r.token_hash = $1;

-- name: refresh_use
WITH used AS (
    UPDATE refresh_token r SET used_at = now() WHERE r.token_hash = $1 AND r.used_at IS NULL
    RETURNING 1
)
SELECT require((SELECT count(*) FROM used) = 1, 'CD401');
