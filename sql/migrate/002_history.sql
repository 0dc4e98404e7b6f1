-- Each version of a record as it was saved: nothing that was entered is lost by correcting it.

CREATE TABLE caredesk.patient_version (
    hospital_id integer NOT NULL,
    patient_id  uuid NOT NULL,
    version     integer NOT NULL,
    change      text NOT NULL CHECK (change IN ('created', 'updated', 'deleted', 'restored',
                                                'archived')),
    address     text NOT NULL, -- of the client; who and when stand in the record
    record      jsonb NOT NULL,
    PRIMARY KEY (hospital_id, patient_id, version),
    FOREIGN KEY (hospital_id, patient_id) REFERENCES caredesk.patient
);
ALTER TABLE caredesk.patient_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY hospital ON caredesk.patient_version TO caredesk_reader, caredesk_writer
    USING (hospital_id = caredesk.current_hospital())
    WITH CHECK (hospital_id = caredesk.current_hospital());
GRANT SELECT ON caredesk.patient_version TO caredesk_reader, caredesk_writer;
GRANT INSERT ON caredesk.patient_version TO caredesk_writer;

-- Records from before begin their history with what they are now.
INSERT INTO caredesk.patient_version (hospital_id, patient_id, version, change, address, record)
SELECT p.hospital_id, p.id, p.version, CASE WHEN p.version = 1 THEN 'created' ELSE 'updated' END, '',
       to_jsonb(p) - ARRAY['hospital_id', 'sort_name', 'deleted_at']
FROM caredesk.patient p;

-- Lists of deleted records, for those who may see them.
CREATE INDEX patient_deleted ON caredesk.patient (hospital_id, sort_name, id)
    WHERE deleted_at IS NOT NULL;
