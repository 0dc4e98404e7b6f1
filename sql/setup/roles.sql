-- roles.sql - what a superuser makes once, with psql, before the first `caredesk migrate up`:
-- the roles and the database. Running it again changes nothing.
--
--   caredesk_owner   owns every table; migrations and seeding alone use it
--   caredesk_app     what the workers log in as: owns nothing, inherits nothing, so that without a
--                    batch's *become* nothing is readable
--   caredesk_reader  what a GET becomes: SELECT, and INSERT of audit rows
--   caredesk_writer  what a change becomes
SET client_min_messages = warning;
SELECT 'CREATE ROLE caredesk_owner LOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'caredesk_owner') \gexec
SELECT 'CREATE ROLE caredesk_reader NOLOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'caredesk_reader') \gexec
SELECT 'CREATE ROLE caredesk_writer NOLOGIN'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'caredesk_writer') \gexec
SELECT 'CREATE ROLE caredesk_app LOGIN NOINHERIT NOCREATEDB NOCREATEROLE NOBYPASSRLS'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'caredesk_app') \gexec
ALTER ROLE caredesk_app NOSUPERUSER NOINHERIT NOCREATEDB NOCREATEROLE NOBYPASSRLS;
GRANT caredesk_reader, caredesk_writer TO caredesk_app;
SELECT 'CREATE DATABASE caredesk OWNER caredesk_owner TEMPLATE template0 ENCODING ''UTF8'''
       ' LOCALE ''C.UTF-8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'caredesk') \gexec
REVOKE ALL ON DATABASE caredesk FROM PUBLIC;
GRANT CONNECT ON DATABASE caredesk TO caredesk_app;
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
\connect caredesk
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea)
    FROM PUBLIC;
