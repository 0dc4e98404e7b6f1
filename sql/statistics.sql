-- name: statistics_counts
-- One pass over the hospital's patients counts everything: a row for each value of each field, the
-- most frequent first; of values beyond the first $4 one row for all of them together, with their
-- number. $1 are the days on which the age bands change, ascending; $2 and $3 the first and last day
-- of registration.
WITH counted AS (
    SELECT CASE 0 WHEN GROUPING(status) THEN 'status'
                  WHEN GROUPING(gender) THEN 'gender'
                  WHEN GROUPING(band) THEN 'age_band'
                  WHEN GROUPING(blood_type) THEN 'blood_type'
                  WHEN GROUPING(marital_status) THEN 'marital_status'
                  WHEN GROUPING(address_city) THEN 'address_city'
                  WHEN GROUPING(primary_physician) THEN 'primary_physician'
                  ELSE 'total' END AS field,
           COALESCE(status, gender, band::text, blood_type, marital_status, address_city,
                    primary_physician) COLLATE "C" AS value,
           count(*) AS count
    FROM (
        SELECT status, gender, width_bucket(date_of_birth, $1::date[]) AS band, blood_type,
               marital_status, address_city, primary_physician
        FROM patient
        WHERE deleted_at IS NULL AND created_at >= $2::date::timestamp AT TIME ZONE 'UTC'
          AND created_at < ($3::date + 1)::timestamp AT TIME ZONE 'UTC'
    ) AS p
    GROUP BY GROUPING SETS ((), (status), (gender), (band), (blood_type), (marital_status),
                            (address_city), (primary_physician))
), ranked AS (
    SELECT field, value, value IS NOT NULL AS is_given, count,
           row_number() OVER (PARTITION BY field, value IS NULL ORDER BY count DESC, value) AS rank
    FROM counted
)
SELECT field, CASE WHEN min(rank) <= $4::integer THEN min(value) END AS value, sum(count) AS count,
       CASE WHEN min(rank) > $4::integer THEN count(*) ELSE 0 END AS others
FROM ranked
GROUP BY field, is_given, least(rank, $4::integer + 1)
ORDER BY field, is_given DESC, least(rank, $4::integer + 1);

-- name: statistics_days
-- How many patients were registered on each day (in UTC) that any were.
SELECT (created_at AT TIME ZONE 'UTC')::date AS day, count(*) AS count
FROM patient
WHERE deleted_at IS NULL AND created_at >= $1::date::timestamp AT TIME ZONE 'UTC'
  AND created_at < ($2::date + 1)::timestamp AT TIME ZONE 'UTC'
GROUP BY 1 ORDER BY 1;
