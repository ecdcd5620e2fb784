-- A hold as it stands now: active past its deadline is expired, whether or not a batch has said so yet.
-- statement: hold_of_customer repeatable
SELECT hold_id, performance_id,
    CASE WHEN state = 'active' AND coalesce(extended_until, expires_at) <= now() THEN 'expired' ELSE state END,
    seat_indexes, coalesce(extended_until, expires_at), subtotal_minor, service_fee_minor, currency
FROM hold
WHERE hold_id = $1 AND customer_id = $2

-- By the customer's index, however young the statistics are: a performance has a hundred thousand holds.
-- statement: holds_of_performance repeatable
SELECT hold_id, performance_id,
    CASE WHEN state = 'active' AND coalesce(extended_until, expires_at) <= now() THEN 'expired' ELSE state END,
    seat_indexes, coalesce(extended_until, expires_at), subtotal_minor, service_fee_minor, currency
FROM hold
WHERE (performance_id = $1) IS TRUE AND customer_id = $2
ORDER BY hold_id DESC
LIMIT $3

-- Holds whose deadline passed in the last $1 seconds and that no batch has ended. A frozen one is due when its payment's time is
-- over and its money may still come.
-- statement: due_holds repeatable
SELECT performance_id, hold_id, extract(epoch FROM now() - due_at)::float8 FROM (
    (SELECT performance_id, hold_id, expires_at AS due_at FROM hold
    WHERE expires_at > now() - make_interval(secs => $1::float8) AND expires_at <= now() AND state = 'active' AND extended_until IS NULL
    ORDER BY expires_at LIMIT $2)
    UNION ALL
    (SELECT performance_id, hold_id, extended_until FROM hold
    WHERE extended_until > now() - make_interval(secs => $1::float8) AND extended_until <= now() AND state = 'active'
    ORDER BY extended_until LIMIT $2)
    UNION ALL
    (SELECT h.performance_id, h.hold_id, p.frozen_until
    FROM payment p
    JOIN order_hold o ON o.order_id = p.order_id
    JOIN hold h ON h.hold_id = o.hold_id
    WHERE p.frozen_until > now() - make_interval(secs => $1::float8) AND p.frozen_until <= now() AND h.state = 'paying'
    ORDER BY p.frozen_until LIMIT $2)
) AS due
ORDER BY due_at
LIMIT $2

-- What customers' keys made, as it was answered first, each with its place; and keys that were used for something else
-- than a hold. Those that were never used are left out.
-- statement: holds_by_keys repeatable
SELECT w.place::int4, h.hold_id, h.performance_id, h.seat_indexes, h.created_at, h.expires_at, h.subtotal_minor,
    h.service_fee_minor, h.currency, h.request_id, h.fingerprint
FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS w (customer_id, key, place)
LEFT JOIN LATERAL (SELECT * FROM hold x
                   WHERE x.customer_id = w.customer_id AND x.idempotency_key = w.key OFFSET 0) h ON true
LEFT JOIN LATERAL (SELECT x.customer_id FROM idempotency x
                   WHERE x.customer_id = w.customer_id AND x.key = w.key OFFSET 0) i ON true
WHERE h.hold_id IS NOT NULL OR i.customer_id IS NOT NULL
