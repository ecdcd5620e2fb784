-- Payments: the two lanes, and what webhooks and reconciliation ask.

-- statement: payment_begin_batch
SELECT item, outcome, epoch, after_sequence, sequence, database_time, changes, status, body, payment_id, amount_minor,
       currency, provider, method_token, seat_count, age_seconds
FROM payment_begin_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- statement: payment_settle_batch
SELECT b.item, b.outcome, b.epoch, b.after_sequence, b.sequence, b.database_time, b.changes, b.payment_state,
       b.idempotency_key, b.needs_answer, b.status, b.body, b.refund_id, (b.reading).*
FROM payment_settle_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) b

-- What is needed to go on with a payment.
-- statement: payment_read repeatable
SELECT p.payment_id, p.order_id, p.performance_id, p.customer_id, p.state, p.amount_minor, p.currency, p.provider,
       p.method_token, p.frozen_until <= clock_timestamp(),
       floor(extract(epoch FROM clock_timestamp() - p.created_at))::bigint,
       (SELECT sum(cardinality(h.seat_indexes))::integer FROM "order" o JOIN hold h ON h.hold_id = ANY (o.hold_ids)
        WHERE o.order_id = p.order_id),
       p.provider_reference
FROM payment p WHERE p.payment_id = $1::uuid

-- Takes payments whose outcome is open and whose next check is due: no other replica gets them before the pause after
-- this check is over. The pause doubles, to 4 seconds at first, so that what an outage left open is settled soon after
-- it, and to $2 seconds where a buyer has to do something or the outage is long; it never jumps over the end of the
-- freeze.
-- statement: payments_claim
UPDATE payment p
SET checks = p.checks + 1,
    next_check_at = least(clock_timestamp() + make_interval(secs => least(2 ^ least(p.checks + 1, 16), $2::float8,
                              CASE WHEN p.state <> 'requires_action'
                                        AND p.created_at > clock_timestamp() - interval '10 minutes' THEN 4 END)),
                          greatest(p.frozen_until, clock_timestamp() + interval '2 seconds'))
FROM (SELECT c.payment_id FROM payment c
      WHERE c.state IN ('pending', 'unknown', 'requires_action') AND c.next_check_at <= clock_timestamp()
      ORDER BY c.created_at LIMIT $1 FOR UPDATE SKIP LOCKED) due
WHERE p.payment_id = due.payment_id
RETURNING p.payment_id, p.order_id, p.performance_id, p.customer_id, p.state, p.amount_minor, p.currency, p.provider,
    p.method_token, p.frozen_until <= clock_timestamp(),
    floor(extract(epoch FROM clock_timestamp() - p.created_at))::bigint,
    (SELECT sum(cardinality(h.seat_indexes))::integer FROM "order" o JOIN hold h ON h.hold_id = ANY (o.hold_ids)
     WHERE o.order_id = p.order_id),
    p.provider_reference

-- Pending orders whose holds ended in a stretch of time, without an open payment: what the seats' door and the
-- settlements end already, asked for once more.
-- statement: orders_lapsed repeatable
SELECT DISTINCT o.performance_id, h.hold_id
FROM hold h
JOIN order_hold oh ON oh.hold_id = h.hold_id
JOIN "order" o ON o.order_id = oh.order_id AND o.state = 'pending'
WHERE h.expires_at > $1::timestamptz AND h.expires_at <= $2::timestamptz AND h.state IN ('expired', 'released')
    AND NOT EXISTS (SELECT FROM payment p WHERE p.order_id = o.order_id
                    AND p.state IN ('pending', 'unknown', 'requires_action', 'refunding'))
LIMIT $3

-- statement: orders_lapse_batch
SELECT item, outcome, epoch, after_sequence, sequence, database_time, changes FROM orders_lapse_batch($1, $2)

-- statement: payments_open repeatable
SELECT state, count(*), coalesce(max(extract(epoch FROM clock_timestamp() - created_at)), 0)::bigint
FROM payment WHERE state IN ('pending', 'unknown', 'requires_action', 'refunding') GROUP BY state

-- statement: database_time repeatable
SELECT clock_timestamp()

-- Says that a process lives, and frees what those that live no more had in hand.
-- statement: payment_process_beat
SELECT payment_process_beat($1, $2)

-- statement: instrument_batch
SELECT * FROM instrument_batch($1, $2, $3, $4, $5, $6)

-- statement: instrument_limit repeatable
SELECT seats_per_instrument_max FROM performance WHERE performance_id = $1

-- statement: key_is_known repeatable
SELECT EXISTS (SELECT FROM idempotency WHERE customer_id = $1 AND key = $2)
