-- statement: hold_batch
SELECT * FROM hold_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)

-- Takes the performance's lock: it writes nothing, and is not repeatable on another connection.
-- statement: hold_choice_look
SELECT * FROM hold_choice_look($1, $2, $3, $4, $5, $6)

-- Held seats whose deadline has passed at the instant $2 and whose hold no batch has ended; none while others wait for
-- what becomes free.
-- statement: lapsed_seats repeatable
SELECT coalesce(array_agg(s.seat_index), '{}')
FROM seat s
WHERE s.performance_id = $1 AND s.state = 1 AND s.held_until <= $2
    AND NOT (SELECT waiting_list_is_open(f, $2) FROM performance f WHERE f.performance_id = $1)

-- statement: release_batch
SELECT * FROM release_batch($1, $2, $3)

-- statement: expire_batch
SELECT * FROM expire_batch($1, $2)

-- One digit a seat, in index order: packed to two bits by the caller.
-- statement: seat_states repeatable
SELECT l.epoch, p.sequence, clock_timestamp(), p.seat_count,
    (SELECT string_agg(s.digit, '') FROM
        (SELECT s.state::text AS digit FROM seat s WHERE s.performance_id = p.performance_id ORDER BY s.seat_index) s)
FROM performance p CROSS JOIN ledger l
WHERE p.performance_id = $1 AND l.only_row

-- What changed after the sequence $2: from the history when at most $3 batches ran since, else from the seats. One
-- statement is one snapshot: the changes lead exactly to the sequence beside them.
-- statement: seat_changes_after repeatable
SELECT l.epoch, p.sequence, clock_timestamp(),
    CASE
        WHEN p.sequence <= $2 THEN '{}'
        WHEN p.sequence - $2 <= $3 THEN
            (SELECT coalesce(array_agg(x.change), '{}') FROM
                (SELECT DISTINCT ON (x.change / 4) x.change
                FROM seat_change c CROSS JOIN unnest(c.changes) AS x (change)
                WHERE c.performance_id = $1 AND c.sequence > $2
                ORDER BY x.change / 4, c.sequence DESC) x)
        ELSE
            (SELECT coalesce(array_agg(s.change), '{}') FROM
                (SELECT s.seat_index * 4 + s.state AS change FROM seat s
                WHERE s.performance_id = $1 AND s.changed_sequence > $2 ORDER BY s.seat_index) s)
    END
FROM performance p CROSS JOIN ledger l
WHERE p.performance_id = $1 AND l.only_row

-- statement: seats_position repeatable
SELECT l.epoch, p.sequence, clock_timestamp()
FROM performance p CROSS JOIN ledger l
WHERE p.performance_id = $1 AND l.only_row

-- statement: ledger_epoch repeatable
SELECT epoch FROM ledger WHERE only_row

-- Numbers of seconds: a backup's own number plus one may have been in use before it was restored.
-- statement: ledger_epoch_begin
UPDATE ledger SET epoch = greatest(epoch + 1, floor(extract(epoch FROM clock_timestamp()))::bigint)
WHERE only_row RETURNING epoch
