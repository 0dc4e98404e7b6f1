DROP INDEX caredesk.patient_deleted;
DROP TABLE caredesk.patient_version;
