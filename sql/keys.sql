-- The hospitals' keys, as `caredesk keys rotate` sees them.

-- admin: hospital_key_old
SELECT hospital_id || ' ' || master_id || ' ' || wrapped::text FROM hospital_key
WHERE master_id <> $1 ORDER BY hospital_id LIMIT 1;

-- admin: hospital_key_rewrap
UPDATE hospital_key SET master_id = $3, wrapped = $4
WHERE hospital_id = $1 AND master_id = $2;
