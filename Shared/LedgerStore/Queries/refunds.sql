-- Refunds: the two lanes, and what those who make them ask.

-- statement: refund_begin_batch
SELECT item, outcome, epoch, after_sequence, sequence, database_time, changes, status, body, refund_id, amount_minor,
       currency, tickets, reason, created_at
FROM refund_begin_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- statement: refund_settle_batch
SELECT item, outcome, epoch, after_sequence, sequence, database_time, changes, refund_state
FROM refund_settle_batch($1, $2, $3, $4, $5)

-- statement: order_anywhere repeatable
SELECT performance_id FROM "order" WHERE order_id = $1::uuid

-- Takes refunds that are due: no other replica gets them before the lease, or the pause after this check, is over, or
-- this process is seen to be dead.
-- statement: refunds_claim
UPDATE refund r
SET checks = r.checks + 1, process_id = nullif(current_setting('box_office.process_id', true), '')::uuid,
    next_check_at = clock_timestamp()
        + make_interval(secs => greatest($2::float8, least(2 ^ least(r.checks, 16), $3::float8)))
FROM (SELECT c.refund_id FROM refund c
      WHERE c.state = 'pending' AND c.next_check_at <= clock_timestamp()
      ORDER BY (c.reason = 'performance_cancelled'), c.next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED) due
CROSS JOIN LATERAL (SELECT x.payment_id FROM refund x WHERE x.refund_id = due.refund_id OFFSET 0) y
CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = y.payment_id OFFSET 0) p
WHERE r.refund_id = due.refund_id
RETURNING r.refund_id, coalesce(r.retry_key, r.refund_id), r.amount_minor, r.currency, r.state,
    p.payment_id, p.order_id, p.performance_id, p.customer_id, p.state, p.amount_minor, p.currency, p.provider,
    p.method_token, p.frozen_until <= clock_timestamp(),
    floor(extract(epoch FROM clock_timestamp() - p.created_at))::bigint, r.ticket_count, p.provider_reference

-- statement: refund_claim
UPDATE refund r
SET checks = r.checks + 1, process_id = nullif(current_setting('box_office.process_id', true), '')::uuid,
    next_check_at = clock_timestamp() + make_interval(secs => $2::float8)
FROM payment p
WHERE r.refund_id = $1::uuid AND r.state = 'pending' AND p.payment_id = r.payment_id
RETURNING r.refund_id, coalesce(r.retry_key, r.refund_id), r.amount_minor, r.currency, r.state,
    p.payment_id, p.order_id, p.performance_id, p.customer_id, p.state, p.amount_minor, p.currency, p.provider,
    p.method_token, p.frozen_until <= clock_timestamp(),
    floor(extract(epoch FROM clock_timestamp() - p.created_at))::bigint, r.ticket_count, p.provider_reference

-- What a provider made it may take back, for months: a card's bank may send the money back that late.
-- statement: refunds_of_payment repeatable
SELECT r.refund_id, coalesce(r.retry_key, r.refund_id), r.amount_minor, r.currency, r.state,
    p.payment_id, p.order_id, p.performance_id, p.customer_id, p.state, p.amount_minor, p.currency, p.provider,
    p.method_token, p.frozen_until <= clock_timestamp(),
    floor(extract(epoch FROM clock_timestamp() - p.created_at))::bigint, r.ticket_count, p.provider_reference
FROM refund r JOIN payment p ON p.payment_id = r.payment_id
WHERE r.payment_id = $1::uuid
    AND (r.state = 'pending' OR r.state = 'made' AND r.made_at > clock_timestamp() - interval '180 days')

-- Whoever asked in vain does not keep it longer than its pause.
-- statement: refund_postpone repeatable write
UPDATE refund
SET next_check_at = clock_timestamp() + make_interval(secs => least(2 ^ least(checks - 1, 16), $2::float8))
WHERE refund_id = $1::uuid AND state = 'pending'

-- statement: refunds_load repeatable
SELECT (SELECT count(*) FROM refund WHERE state = 'pending'), (SELECT count(*) FROM refund WHERE state = 'refused'),
       (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - created_at)), 0)::bigint
        FROM refund WHERE state = 'pending')

-- statement: refunds_of_orders repeatable
SELECT r.refund_id, r.order_id, r.state, r.reason, r.amount_minor, r.currency,
       ARRAY(SELECT t.ticket_id FROM ticket t WHERE t.order_id = r.order_id AND t.refund_id = r.refund_id
             ORDER BY t.seat_index),
       r.created_at, r.made_at
FROM unnest($1::uuid[]) AS w (order_id) JOIN refund r ON r.order_id = w.order_id
ORDER BY r.created_at, r.refund_id

-- Until when customers of performances refund by themselves, where that is still offered, and whether with the fee.
-- statement: refund_offers repeatable
SELECT f.performance_id, f.starts_at - make_interval(secs => f.refund_until_seconds), NOT f.refund_keeps_fee
FROM performance f
WHERE f.performance_id = ANY ($1::uuid[]) AND f.sale_state <> 'cancelled'
    AND f.starts_at - make_interval(secs => f.refund_until_seconds) > statement_timestamp()

-- statement: refund_rule_read repeatable
SELECT f.refund_until_seconds, f.refund_keeps_fee, f.refunded_seats
FROM performance f WHERE f.performance_id = $1::uuid AND ($3 OR f.organizer_id = $2::uuid)

-- statement: refund_rule_write repeatable write
UPDATE performance f SET refund_until_seconds = $4::int4, refund_keeps_fee = $5::boolean, refunded_seats = $6::int2
WHERE f.performance_id = $1::uuid AND ($3 OR f.organizer_id = $2::uuid)
RETURNING f.refund_until_seconds, f.refund_keeps_fee, f.refunded_seats

-- statement: refunds_refused repeatable
SELECT r.refund_id, r.order_id, r.payment_id, r.performance_id, p.provider, r.amount_minor, r.currency, r.reason,
       r.refusal_code, r.refused_at
FROM refund r JOIN payment p ON p.payment_id = r.payment_id
WHERE r.state = 'refused'
    AND (r.refused_at, r.refund_id) > (coalesce($1::timestamptz, '-infinity'),
         coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'))
ORDER BY r.refused_at, r.refund_id LIMIT $3

-- A refused refund is refused for good at the provider: it is asked for by another key from now on.
-- Those who settle lock refunds in the order of their ids: so does this, before it changes any.
-- statement: refunds_retry
UPDATE refund r
SET state = 'pending', retry_key = uuid_at(clock_timestamp()), checks = 0, next_check_at = clock_timestamp()
FROM (SELECT c.refund_id FROM refund c
      WHERE c.state = 'refused' AND ($1::uuid IS NULL OR c.refund_id = $1)
      ORDER BY c.refund_id FOR NO KEY UPDATE) refused
WHERE r.refund_id = refused.refund_id
RETURNING r.refund_id

-- A refund, and what of its payment stands in clearing, as the audit's page of it counts; what else of the payment is
-- on its way back.
-- statement: refund_in_books repeatable
SELECT r.state, r.amount_minor, r.currency, p.payment_id, p.performance_id, p.provider, p.created_at,
       coalesce(c.kept, 0)::bigint, coalesce(o.pending, 0)::bigint, r.given_back_note
FROM refund r JOIN payment p ON p.payment_id = r.payment_id
CROSS JOIN LATERAL (
    SELECT sum(CASE WHEN d.kind = 'provider_clearing' THEN t.amount_minor ELSE -t.amount_minor END) AS kept
    FROM transfer t
    JOIN transfer_resolution e ON e.transfer_id = t.transfer_id AND e.state = 'posted'
    JOIN account d ON d.account_id = t.debit_account_id
    JOIN account k ON k.account_id = t.credit_account_id
    WHERE t.payment_id = p.payment_id AND t.kind <> 'provider_fee'
        AND 'provider_clearing' IN (d.kind, k.kind)) c
CROSS JOIN LATERAL (SELECT sum(x.amount_minor) AS pending FROM refund x
                    WHERE x.payment_id = p.payment_id AND x.state = 'pending') o
WHERE r.refund_id = $1::uuid
