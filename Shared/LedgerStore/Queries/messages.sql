-- Messages and their deliveries. The database's clock judges every due time and every lease: by the statement's time,
-- since a volatile one finds nothing by an index.

-- Takes deliveries that are due, the oldest first: at most $2 in all and $3 of one consumer, none of the consumers $4.
-- Of an order only the message whose predecessors are all finished. Nobody else gets them for $5 seconds.
-- statement: deliveries_claim
UPDATE delivery d
SET attempts = d.attempts + 1, next_attempt_at = clock_timestamp() + make_interval(secs => $5::float8)
FROM (SELECT t.consumer, t.position, c.organizer_id, c.url
      FROM message_consumer c
      CROSS JOIN LATERAL (
          SELECT o.consumer, o.position, o.next_attempt_at FROM delivery o
          WHERE o.consumer = c.name AND o.finished_at IS NULL AND o.dead_at IS NULL
              AND o.next_attempt_at <= statement_timestamp()
              AND NOT EXISTS (SELECT FROM delivery b WHERE b.consumer = o.consumer AND b.order_id = o.order_id
                              AND b.position < o.position AND b.finished_at IS NULL OFFSET 0)
          ORDER BY o.next_attempt_at, o.position LIMIT $3 FOR UPDATE SKIP LOCKED) t
      WHERE c.means = $1 AND c.retired_at IS NULL AND c.name <> ALL ($4::text[])
      ORDER BY t.next_attempt_at, t.position LIMIT $2) due
CROSS JOIN LATERAL (SELECT * FROM message x WHERE x.position = due.position OFFSET 0) m
WHERE d.consumer = due.consumer AND d.position = due.position
RETURNING d.consumer, d.attempts, due.organizer_id, due.url, m.position, m.message_id, m.kind, m.performance_id,
    m.order_id, m.subject_id, m.amount_minor, m.currency, m.seat_count, m.created_at

-- Whoever delivered it, whoever has it now: what is delivered is finished. The order's next message need not wait.
-- statement: delivery_finish repeatable write
WITH finished AS (
    UPDATE delivery SET finished_at = clock_timestamp(), dead_at = NULL, last_error = NULL
    WHERE consumer = $1 AND position = $2 AND finished_at IS NULL RETURNING consumer, position, order_id),
told AS (
    INSERT INTO delivery_attempt (consumer, position, attempt, succeeded, milliseconds, detail)
    SELECT consumer, position, $3, true, $4, $5 FROM finished)
UPDATE delivery f SET next_attempt_at = clock_timestamp()
FROM finished WHERE f.consumer = finished.consumer AND f.order_id = finished.order_id
    AND f.position > finished.position AND f.finished_at IS NULL AND f.next_attempt_at > clock_timestamp()
    AND f.attempts = 0

-- Unless somebody else has it by now: tries it again after $6 seconds, or gives it up ($7). What waits behind it waits
-- as long.
-- statement: delivery_postpone repeatable write
WITH kept AS (
    UPDATE delivery SET next_attempt_at = clock_timestamp() + make_interval(secs => $6::float8), last_error = $5,
        dead_at = coalesce(dead_at, CASE WHEN $7::boolean THEN clock_timestamp() END)
    WHERE consumer = $1 AND position = $2 AND attempts = $3 AND finished_at IS NULL
    RETURNING consumer, position, order_id, dead_at,
        CASE WHEN dead_at IS NULL THEN next_attempt_at ELSE clock_timestamp() + interval '1 day' END AS until),
told AS (
    INSERT INTO delivery_attempt (consumer, position, attempt, succeeded, milliseconds, detail)
    SELECT consumer, position, $3, false, $4, $5 FROM kept)
UPDATE delivery f SET next_attempt_at = kept.until
FROM kept WHERE f.consumer = kept.consumer AND f.order_id = kept.order_id AND f.position > kept.position
    AND f.finished_at IS NULL AND f.next_attempt_at < kept.until

-- Gives back what was not begun.
-- statement: delivery_release repeatable write
UPDATE delivery SET attempts = attempts - 1, next_attempt_at = clock_timestamp()
WHERE consumer = $1 AND position = $2 AND attempts = $3 AND finished_at IS NULL

-- Whatever loses its worker each time ends as the others do.
-- statement: deliveries_bury repeatable write
UPDATE delivery d SET dead_at = clock_timestamp(),
    last_error = coalesce(d.last_error, 'whoever began it was lost, ' || d.attempts || ' times')
FROM message_consumer c
WHERE d.consumer = c.name AND d.finished_at IS NULL AND d.dead_at IS NULL AND d.next_attempt_at <= statement_timestamp()
    AND d.attempts >= $1
RETURNING d.consumer, d.position

-- What waits behind a dead letter is looked at by no claim before a day is over: when the dead one is redriven, or
-- arrived after all, it is free at once. Of each consumer the first $1 that are due: what claims meet first.
-- statement: deliveries_hold_back repeatable write
UPDATE delivery f SET next_attempt_at = clock_timestamp() + interval '1 day'
FROM message_consumer c
CROSS JOIN LATERAL (
    SELECT x.position FROM delivery x
    WHERE x.consumer = c.name AND x.finished_at IS NULL AND x.dead_at IS NULL
        AND x.next_attempt_at <= statement_timestamp()
    ORDER BY x.next_attempt_at, x.position LIMIT $1) due
WHERE c.retired_at IS NULL AND f.consumer = c.name AND f.position = due.position AND f.finished_at IS NULL
    AND f.attempts = 0 AND f.next_attempt_at <= statement_timestamp()
    AND (SELECT bool_or(b.dead_at IS NOT NULL) FROM delivery b
         WHERE b.consumer = f.consumer AND b.order_id = f.order_id AND b.position < f.position
            AND b.finished_at IS NULL)

-- statement: deliveries_forget repeatable write
SELECT deliveries_forget($1)

-- What waits and what was given up, by means. What waits behind a dead letter for a day is none of it.
-- statement: deliveries_load repeatable
SELECT c.means, coalesce(sum(w.count), 0)::bigint, (coalesce(max(a.age), 0) * 1000)::bigint, coalesce(sum(e.count), 0)::bigint
FROM message_consumer c
CROSS JOIN LATERAL (
    SELECT count(*) AS count, min(d.position) AS oldest
    FROM delivery d
    WHERE d.consumer = c.name AND d.finished_at IS NULL AND d.dead_at IS NULL
        AND d.next_attempt_at <= statement_timestamp() + interval '12 hours') w
LEFT JOIN LATERAL (
    SELECT extract(epoch FROM clock_timestamp() - m.created_at) AS age FROM message m WHERE m.position = w.oldest) a
    ON true
CROSS JOIN LATERAL (SELECT count(*) AS count FROM delivery d WHERE d.consumer = c.name AND d.dead_at IS NOT NULL) e
WHERE c.retired_at IS NULL GROUP BY c.means

-- What a mail is made of.
-- statement: letter_read repeatable
SELECT p.email, p.name, p.language, e.title, v.name, f.starts_at, o.order_id, o.subtotal_minor + o.service_fee_minor,
       o.currency, t.labels, t.prices, t.codes
FROM message m
JOIN "order" o ON o.order_id = m.order_id
JOIN performance f ON f.performance_id = m.performance_id
JOIN event e ON e.event_id = f.event_id
JOIN venue v ON v.venue_id = e.venue_id
LEFT JOIN customer_profile p ON p.customer_id = o.customer_id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(c.seat_label ORDER BY t.seat_index), '{}') AS labels,
           coalesce(array_agg(t.price_minor + t.service_fee_minor ORDER BY t.seat_index), '{}') AS prices,
           coalesce(array_agg(t.code ORDER BY t.seat_index), '{}') AS codes
    FROM ticket t
    CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x
                        WHERE x.chart_id = f.chart_id AND x.seat_index = t.seat_index OFFSET 0) c
    WHERE t.order_id = o.order_id AND t.state IN ('valid', 'checked_in')) t
WHERE m.position = $1

-- For operators: what was given up, the oldest first, behind a cursor.
-- statement: deliveries_dead repeatable
SELECT d.consumer, d.position, m.kind, m.order_id, d.attempts, d.dead_at, d.last_error
FROM delivery d JOIN message m ON m.position = d.position
WHERE d.dead_at IS NOT NULL AND (d.consumer, d.position) > ($1::text, $2::bigint)
ORDER BY d.consumer, d.position LIMIT $3

-- statement: message_read repeatable
SELECT position, message_id, kind, performance_id, order_id, subject_id, amount_minor, currency, seat_count, created_at
FROM message WHERE position = $1

-- statement: message_deliveries repeatable
SELECT d.consumer, d.attempts, d.finished_at, d.dead_at, d.next_attempt_at, d.last_error,
       (SELECT min(b.position) FROM delivery b WHERE b.consumer = d.consumer AND b.order_id = d.order_id
        AND b.position < d.position AND b.finished_at IS NULL)
FROM message_consumer c JOIN delivery d ON d.consumer = c.name WHERE d.position = $1 ORDER BY d.consumer

-- statement: delivery_attempts repeatable
SELECT a.consumer, a.attempt, a.ended_at, a.succeeded, a.milliseconds, a.detail
FROM message_consumer c JOIN delivery_attempt a ON a.consumer = c.name
WHERE a.position = $1 ORDER BY a.ended_at LIMIT 1000

-- Dead letters are tried again as if they were new: of one consumer ($1) or all, of one message ($2) or all.
-- statement: deliveries_redrive repeatable write
WITH revived AS (
    UPDATE delivery d SET dead_at = NULL, attempts = 0, next_attempt_at = clock_timestamp()
    FROM message_consumer c
    WHERE d.consumer = c.name AND c.retired_at IS NULL AND d.dead_at IS NOT NULL
        AND ($1::text IS NULL OR d.consumer = $1)
        AND ($2::bigint IS NULL OR d.position = $2)
    RETURNING d.consumer, d.position, d.order_id),
freed AS (
    UPDATE delivery f SET next_attempt_at = clock_timestamp()
    FROM (SELECT consumer, order_id, min(position) AS position FROM revived GROUP BY consumer, order_id) r
    WHERE f.consumer = r.consumer AND f.order_id = r.order_id AND f.position > r.position AND f.finished_at IS NULL
        AND f.attempts = 0)
SELECT consumer, position FROM revived ORDER BY consumer, position

-- The first message at or after an instant; null when there is none.
-- statement: message_position_at repeatable
SELECT min(position) FROM message WHERE created_at >= $1::timestamptz AND position > 0

-- Opens a consumer's deliveries of the messages from one position to another, those that it finished among them, none
-- when it was retired; a page of $4. Answers the last position that it looked at, null behind the end, and how many it
-- opened.
-- statement: deliveries_replay repeatable write
WITH page AS (
    SELECT m.* FROM message m WHERE m.position >= $2 AND m.position <= $3 ORDER BY m.position LIMIT $4),
opened AS (
    INSERT INTO delivery AS d (consumer, position, order_id, next_attempt_at)
    SELECT c.name, m.position, m.order_id, clock_timestamp()
    FROM page m JOIN message_consumer c ON c.name = $1 AND c.retired_at IS NULL AND m.kind = ANY (c.kinds)
        AND (c.organizer_id IS NULL OR c.organizer_id = m.organizer_id)
        AND (c.means <> 'mail' OR m.order_id IS NOT NULL OR m.kind = 'seats_offered')
    ON CONFLICT (position, consumer) DO UPDATE
        SET finished_at = NULL, dead_at = NULL, attempts = 0, next_attempt_at = clock_timestamp()
        WHERE d.finished_at IS NOT NULL OR d.dead_at IS NOT NULL
    RETURNING 1)
SELECT (SELECT max(position) FROM page), (SELECT count(*) FROM opened)

-- statement: message_consumers repeatable
SELECT c.name, c.means, c.kinds, c.organizer_id, c.url, c.created_at,
       (SELECT p.email FROM customer_profile p WHERE p.customer_id = c.organizer_id)
FROM message_consumer c WHERE c.retired_at IS NULL ORDER BY c.created_at, c.name

-- statement: message_consumer_add
SELECT FROM message_consumer_add($1, $2, $3::text[], $4::uuid, $5)

-- statement: message_consumer_retire repeatable write
UPDATE message_consumer SET retired_at = clock_timestamp()
WHERE name = $1 AND means = 'webhook' AND retired_at IS NULL RETURNING name

-- statement: sales_figures_count
SELECT sales_figures_count($1)

-- What was held, sold and given back in each minute, the latest first; of the holds made in a minute, how many were
-- bought by now. Counted where somebody asks: the seats' door has no time for it.
-- statement: sales_minutes repeatable
SELECT coalesce(s.minute, h.minute), coalesce(h.holds, 0), coalesce(h.bought, 0), coalesce(s.orders, 0),
       coalesce(s.seats, 0), coalesce(s.gross_minor, 0), coalesce(s.refunds, 0), coalesce(s.refunded_minor, 0)
FROM (SELECT * FROM sales_minute x WHERE x.performance_id = $1::uuid
      AND x.minute >= $2::timestamptz AND x.minute < $3::timestamptz) s
FULL JOIN (
    SELECT date_trunc('minute', x.created_at, 'UTC') AS minute, count(*) AS holds,
           count(*) FILTER (WHERE x.state = 'completed') AS bought
    FROM hold x WHERE x.performance_id = $1::uuid AND x.created_at >= $2::timestamptz AND x.created_at < $3::timestamptz
    GROUP BY 1) h ON h.minute = s.minute
ORDER BY 1 DESC LIMIT $4
