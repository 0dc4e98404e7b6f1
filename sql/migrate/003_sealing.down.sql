DELETE FROM caredesk.idempotency;
ALTER TABLE caredesk.idempotency ALTER COLUMN answer TYPE text USING '';
ALTER TABLE caredesk.patient_version DROP COLUMN sealed;
ALTER TABLE caredesk.patient DROP COLUMN sealed, DROP COLUMN national_id_hash;
DROP TABLE caredesk.patient_key;
DROP TABLE caredesk.hospital_key;
