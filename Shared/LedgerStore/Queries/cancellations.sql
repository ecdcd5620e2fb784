-- Whole performances that do not take place.

-- statement: cancellation_begin_batch
SELECT b.item, b.outcome, b.epoch, b.after_sequence, b.sequence, b.database_time, b.changes, b.status, b.body,
       (b.reading).*
FROM cancellation_begin_batch($1, $2, $3, $4, $5, $6) b

-- statement: cancellation_plan_batch
SELECT item, outcome, epoch, after_sequence, sequence, database_time, changes, refunds
FROM cancellation_plan_batch($1, $2)

-- statement: cancellation_read repeatable
SELECT c.* FROM cancellation_reading c
WHERE c.performance_id = $1::uuid AND ($3 OR c.organizer_id = $2::uuid)

-- Takes cancelled performances that somebody has to look after; nobody else gets them for $2 seconds.
-- statement: cancellations_claim
UPDATE cancellation c SET claimed_until = clock_timestamp() + make_interval(secs => $2::float8)
FROM (SELECT x.performance_id FROM cancellation x
      WHERE x.finished_at IS NULL AND x.claimed_until <= clock_timestamp()
      ORDER BY x.claimed_until LIMIT $1 FOR UPDATE SKIP LOCKED) due
WHERE c.performance_id = due.performance_id
RETURNING c.performance_id, c.planned_at IS NOT NULL

-- Finished: no refund of it waits, and nothing of it is being paid.
-- statement: cancellation_finish repeatable write
UPDATE cancellation c SET finished_at = clock_timestamp()
WHERE c.performance_id = $1::uuid AND c.planned_at IS NOT NULL AND c.finished_at IS NULL
    AND NOT EXISTS (SELECT FROM refund r WHERE r.performance_id = c.performance_id AND r.state = 'pending')
    AND NOT EXISTS (
        SELECT FROM "order" o JOIN payment p ON p.order_id = o.order_id
        WHERE o.performance_id = c.performance_id AND p.state IN ('pending', 'unknown', 'requires_action'))
RETURNING c.performance_id
