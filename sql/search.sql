-- Fragments that a list is composed of. $? is the next parameter.

-- fragment: list_select
SELECT @columns FROM patient p
WHERE p.deleted_at IS NULL

-- fragment: list_count
SELECT count(*) FROM (SELECT FROM patient p
WHERE p.deleted_at IS NULL

-- fragment: list_count_end
LIMIT 10001) AS counted

-- fragment: list_words
AND p.id IN (
    SELECT hit.patient_id
    FROM unnest($?::text[], $?::text[]) AS asked (low, high)
    CROSS JOIN LATERAL (
        SELECT DISTINCT w.patient_id FROM patient_word w
        WHERE w.word >= asked.low AND w.word < asked.high
    ) AS hit
    GROUP BY hit.patient_id HAVING count(*) = $?
)

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
