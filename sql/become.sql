-- The first statements of every batch: as whom, for which hospital, and whether the session lives.

-- name: become
SELECT set_config('role', $1, true), set_config('app.hospital_id', $2, true);

-- name: become_session
SELECT require(EXISTS (
    SELECT FROM session s
    JOIN account a ON a.hospital_id = s.hospital_id AND a.id = s.account_id
    WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > now()
      AND a.status = 'active' AND a.role = $2
), 'CD401');

-- name: ready
SELECT (SELECT max(number) FROM caredesk_meta.schema_migration) AS migration,
       outbox_waiting_seconds() AS outbox_seconds,
       current_setting('transaction_read_only') = 'off' AS is_writable;
