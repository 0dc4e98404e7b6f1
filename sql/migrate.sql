-- The book of migrations. Its table stands in a schema of its own, so that a migration can take
-- everything else away.

-- admin: migrate_lock
SELECT pg_advisory_lock(hashtext('caredesk migrate'));

-- admin: migrate_unlock
SELECT pg_advisory_unlock(hashtext('caredesk migrate'));

-- admin: migrate_book_schema
CREATE SCHEMA IF NOT EXISTS caredesk_meta;

-- admin: migrate_book_table
CREATE TABLE IF NOT EXISTS caredesk_meta.schema_migration (
    number     integer PRIMARY KEY,
    name       text NOT NULL,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- admin: migrate_book_usage
GRANT USAGE ON SCHEMA caredesk_meta TO caredesk_app, caredesk_reader, caredesk_writer;

-- admin: migrate_book_select
GRANT SELECT ON caredesk_meta.schema_migration TO caredesk_reader, caredesk_writer;

-- admin: migrate_book_find
SELECT to_regclass('caredesk_meta.schema_migration')::text;

-- admin: migrate_patience
SET LOCAL lock_timeout = '5s';

-- admin: migrate_find
SELECT checksum FROM caredesk_meta.schema_migration WHERE number = $1::integer;

-- admin: migrate_applied_at
SELECT to_char(applied_at, 'YYYY-MM-DD HH24:MI:SS "UTC"') FROM caredesk_meta.schema_migration
WHERE number = $1::integer;

-- admin: migrate_last
SELECT max(number) FROM caredesk_meta.schema_migration;

-- admin: migrate_note
INSERT INTO caredesk_meta.schema_migration (number, name, checksum) VALUES ($1::integer, $2, $3);

-- admin: migrate_forget
DELETE FROM caredesk_meta.schema_migration WHERE number = $1::integer;
