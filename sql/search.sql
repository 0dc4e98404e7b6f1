-- Fragments that a list is composed of. $? is the next parameter.

-- fragment: list_select
SELECT @columns FROM patient p
WHERE p.deleted_at IS NULL

-- fragment: hits
-- Who has every word: each word's range, and the patients that all of them have. Materialised, so that
-- it is done once whatever the planner thinks of its size.
WITH hit AS MATERIALIZED (
    SELECT one.patient_id
    FROM unnest($?::text[], $?::text[]) AS asked (low, high)
    CROSS JOIN LATERAL (
        SELECT DISTINCT w.patient_id FROM patient_word w
        WHERE w.word >= asked.low AND w.word < asked.high
    ) AS one
    GROUP BY one.patient_id HAVING count(*) = $?
)

-- fragment: hits_select
SELECT @columns FROM hit JOIN patient p ON p.id = hit.patient_id
WHERE p.deleted_at IS NULL

-- fragment: hits_count
SELECT count(*) FROM (SELECT FROM hit JOIN patient p ON p.id = hit.patient_id
WHERE p.deleted_at IS NULL

-- fragment: list_count
SELECT count(*) FROM (SELECT FROM patient p
WHERE p.deleted_at IS NULL

-- fragment: list_count_end
LIMIT 10001) AS counted

-- fragment: list_nobody
AND false

-- fragment: broad_begin
-- One word that many patients have: a walk along the order that stops at the page's end. One that few
-- have: those few, sorted. The first 5,000 hits tell which it is. (OFFSET 0 keeps EXISTS a probe.)
WITH broad AS MATERIALIZED (
    SELECT count(*) = 5000 AS yes
    FROM (SELECT FROM patient_word w WHERE w.word >= $? AND w.word < $? LIMIT 5000) AS few
)
SELECT @columns FROM (
    (SELECT @columns, sort_name FROM patient p
     WHERE p.deleted_at IS NULL AND NOT (SELECT yes FROM broad) AND p.id IN (
         SELECT w.patient_id FROM patient_word w WHERE w.word >= $? AND w.word < $?))
    UNION ALL
    (SELECT @columns, sort_name FROM patient p
     WHERE p.deleted_at IS NULL AND (SELECT yes FROM broad) AND EXISTS (
         SELECT FROM patient_word w
         WHERE w.patient_id = p.id AND w.word >= $? AND w.word < $? OFFSET 0)

-- fragment: broad_limit
LIMIT $?

-- fragment: broad_end
)) AS p

-- fragment: broad_count
-- Words of deleted patients are not kept, so no look at the patients is needed. A patient has at most
-- five words with one beginning, nearly always: 50,000 of them are more than 10,000 patients.
SELECT CASE WHEN words < 50000 THEN patients ELSE 10001 END AS count FROM (
    SELECT count(*) AS words, count(DISTINCT patient_id) AS patients
    FROM (SELECT w.patient_id FROM patient_word w WHERE w.word >= $? AND w.word < $?
          LIMIT 50000) AS few
) AS counted

-- fragment: list_gender
AND p.gender = $?

-- fragment: list_status
AND p.status = $?

-- fragment: list_date_of_birth
AND p.date_of_birth = $?

-- fragment: order_name_asc
ORDER BY p.sort_name, p.id

-- fragment: order_name_desc
ORDER BY p.sort_name DESC, p.id DESC

-- fragment: order_date_of_birth_asc
ORDER BY p.date_of_birth, p.id

-- fragment: order_date_of_birth_desc
ORDER BY p.date_of_birth DESC, p.id DESC

-- fragment: order_created_at_asc
ORDER BY p.created_at, p.id

-- fragment: order_created_at_desc
ORDER BY p.created_at DESC, p.id DESC

-- fragment: order_updated_at_asc
ORDER BY p.updated_at, p.id

-- fragment: order_updated_at_desc
ORDER BY p.updated_at DESC, p.id DESC

-- fragment: order_mrn_asc
ORDER BY p.mrn, p.id

-- fragment: order_mrn_desc
ORDER BY p.mrn DESC, p.id DESC

-- fragment: list_page
LIMIT $? OFFSET $?
