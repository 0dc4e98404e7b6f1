-- The first statements of every batch: as whom, for which hospital, and whether the session lives.

-- name: become
SELECT set_config('role', $1, true), set_config('app.hospital_id', $2, true);

-- name: become_session
SELECT require_session($1, $2);

-- name: ready
SELECT (SELECT max(number) FROM caredesk_meta.schema_migration) AS migration,
       outbox_waiting_seconds() AS outbox_seconds;
