-- The audit's questions, all on one snapshot. Each of the checks answers rows of subject and detail, one a finding, at
-- most $1 of them; none is what a clean ledger answers. They read whole tables by design.

-- statement: audit_snapshot
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY

-- statement: audit_time repeatable
SELECT clock_timestamp()

-- statement: audit_counts repeatable
SELECT (SELECT count(*) FROM seat WHERE state = 2), (SELECT count(*) FROM ticket WHERE live),
       (SELECT count(*) FROM "order" WHERE state IN ('paid', 'partly_refunded')),
       (SELECT count(*) FROM payment WHERE state = 'succeeded'), (SELECT count(*) FROM transfer)

-- statement: audit_balances repeatable
SELECT a.kind, a.owner, a.currency, coalesce(sum(e.signed_minor) FILTER (WHERE e.signed_minor > 0), 0)::bigint,
       coalesce(-sum(e.signed_minor) FILTER (WHERE e.signed_minor < 0), 0)::bigint
FROM account a LEFT JOIN entry e ON e.account_id = a.account_id AND e.state = 'posted'
GROUP BY a.kind, a.owner, a.currency ORDER BY a.kind, a.owner, a.currency

-- statement: audit_debits_differ_from_credits repeatable
SELECT e.currency, 'debits less credits: ' || sum(e.signed_minor)
FROM entry e WHERE e.state = 'posted' GROUP BY e.currency HAVING sum(e.signed_minor) <> 0 LIMIT $1

-- statement: audit_transfer_of_wrong_account repeatable
SELECT t.transfer_id::text, 'an account is missing, or of another currency'
FROM transfer t
LEFT JOIN account d ON d.account_id = t.debit_account_id AND d.currency = t.currency
LEFT JOIN account c ON c.account_id = t.credit_account_id AND c.currency = t.currency
WHERE d.account_id IS NULL OR c.account_id IS NULL LIMIT $1

-- statement: audit_transfer_of_wrong_order repeatable
SELECT t.transfer_id::text, 'its payment and order do not belong together, or are of another currency'
FROM transfer t
LEFT JOIN payment p ON p.payment_id = t.payment_id AND p.order_id = t.order_id AND p.currency = t.currency
LEFT JOIN "order" o ON o.order_id = t.order_id AND o.currency = t.currency
WHERE p.payment_id IS NULL OR o.order_id IS NULL LIMIT $1

-- statement: audit_transfer_without_end repeatable
SELECT t.transfer_id::text, 'order ' || t.order_id
FROM transfer t LEFT JOIN transfer_resolution r USING (transfer_id) WHERE r.transfer_id IS NULL LIMIT $1

-- statement: audit_end_without_transfer repeatable
SELECT r.transfer_id::text, r.state
FROM transfer_resolution r LEFT JOIN transfer t USING (transfer_id) WHERE t.transfer_id IS NULL LIMIT $1

-- statement: audit_seat_sold_without_ticket repeatable
SELECT s.performance_id || ' seat ' || s.seat_index, 'valid tickets: ' || n.tickets
FROM seat s
CROSS JOIN LATERAL (SELECT count(*) AS tickets FROM ticket t WHERE t.performance_id = s.performance_id
                    AND t.seat_index = s.seat_index AND t.live AND t.order_id = s.order_id) n
WHERE s.state = 2 AND n.tickets <> 1 LIMIT $1

-- statement: audit_seat_sold_without_paid_order repeatable
SELECT s.performance_id || ' seat ' || s.seat_index, 'order ' || s.order_id || ' is ' || coalesce(o.state, 'missing')
FROM seat s LEFT JOIN "order" o ON o.order_id = s.order_id
WHERE s.state = 2 AND (o.order_id IS NULL OR o.state NOT IN ('paid', 'partly_refunded')
    OR o.performance_id <> s.performance_id OR NOT s.hold_id = ANY (o.hold_ids)) LIMIT $1

-- statement: audit_ticket_without_seat repeatable
SELECT t.ticket_id::text, t.performance_id || ' seat ' || t.seat_index
FROM ticket t LEFT JOIN seat s ON s.performance_id = t.performance_id AND s.seat_index = t.seat_index
WHERE t.live AND (s.state IS DISTINCT FROM 2 OR s.order_id <> t.order_id) LIMIT $1

-- statement: audit_seat_with_two_tickets repeatable
SELECT t.performance_id || ' seat ' || t.seat_index, 'valid tickets: ' || count(*)
FROM ticket t WHERE t.live GROUP BY t.performance_id, t.seat_index HAVING count(*) > 1 LIMIT $1

-- statement: audit_ticket_without_payment repeatable
SELECT t.ticket_id::text, 'order ' || t.order_id
FROM ticket t
WHERE t.live AND NOT EXISTS (SELECT FROM payment p WHERE p.order_id = t.order_id AND p.state = 'succeeded') LIMIT $1

-- statement: audit_payment_without_tickets repeatable
SELECT p.payment_id::text, 'order ' || p.order_id || ' is ' || coalesce(o.state, 'missing') || ', tickets ' || n.tickets
       || ' of ' || coalesce(m.seats, 0)
FROM payment p
LEFT JOIN "order" o ON o.order_id = p.order_id
CROSS JOIN LATERAL (SELECT count(*) AS tickets FROM ticket t WHERE t.order_id = p.order_id) n
CROSS JOIN LATERAL (SELECT sum(cardinality(h.seat_indexes)) AS seats FROM hold h WHERE h.hold_id = ANY (o.hold_ids)) m
WHERE p.state = 'succeeded' AND (o.state IS NULL OR o.state NOT IN ('paid', 'partly_refunded', 'refunded')
    OR n.tickets IS DISTINCT FROM m.seats) LIMIT $1

-- statement: audit_order_paid_twice repeatable
SELECT p.order_id::text, 'succeeded payments: ' || count(*)
FROM payment p WHERE p.state = 'succeeded' GROUP BY p.order_id HAVING count(*) > 1 LIMIT $1

-- statement: audit_order_paid_without_payment repeatable
SELECT o.order_id::text, o.state FROM "order" o
WHERE o.state IN ('paid', 'partly_refunded')
    AND NOT EXISTS (SELECT FROM payment p WHERE p.order_id = o.order_id AND p.state = 'succeeded') LIMIT $1

-- statement: audit_order_of_wrong_amount repeatable
SELECT o.order_id::text, 'tickets ' || n.price || ', payment ' || p.amount_minor || ', order '
       || o.subtotal_minor + o.service_fee_minor
FROM "order" o
JOIN payment p ON p.order_id = o.order_id AND p.state = 'succeeded'
CROSS JOIN LATERAL (SELECT coalesce(sum(t.price_minor + t.service_fee_minor), 0) AS price
                    FROM ticket t WHERE t.order_id = o.order_id) n
WHERE n.price <> o.subtotal_minor + o.service_fee_minor OR p.amount_minor <> o.subtotal_minor + o.service_fee_minor
    OR p.currency <> o.currency LIMIT $1

-- What of each payment stands in clearing: all of it when it succeeded or is on its way back, else nothing.
-- statement: audit_payment_of_wrong_posting repeatable
SELECT p.payment_id::text, p.state || ' of ' || p.amount_minor || ', in clearing ' || coalesce(c.kept, 0)
FROM payment p
LEFT JOIN LATERAL (
    SELECT sum(e.signed_minor) AS kept FROM entry e JOIN account a ON a.account_id = e.account_id
    WHERE e.payment_id = p.payment_id AND e.state = 'posted' AND a.kind = 'provider_clearing') c ON true
WHERE coalesce(c.kept, 0) <> CASE WHEN p.state IN ('succeeded', 'refunding') THEN p.amount_minor ELSE 0 END LIMIT $1

-- statement: audit_refund_missing repeatable
SELECT p.payment_id::text, p.state
FROM payment p LEFT JOIN refund r ON r.payment_id = p.payment_id
WHERE p.state = 'refunding' AND r.state IS DISTINCT FROM 'pending'
    OR p.state = 'refunded' AND r.state IS DISTINCT FROM 'made' LIMIT $1

-- statement: audit_refund_overdue repeatable
SELECT r.refund_id::text, 'payment ' || r.payment_id || ', since ' || r.created_at
FROM refund r WHERE r.state = 'pending' AND r.created_at < clock_timestamp() - interval '1 minute' LIMIT $1

-- statement: audit_refund_of_wrong_amount repeatable
SELECT p.payment_id::text, 'refunded ' || sum(r.amount_minor) || ' of ' || p.amount_minor
FROM refund r LEFT JOIN payment p ON p.payment_id = r.payment_id
GROUP BY p.payment_id, p.amount_minor, p.state
HAVING p.payment_id IS NULL OR sum(r.amount_minor) > p.amount_minor
    OR p.state NOT IN ('refunding', 'refunded', 'succeeded') LIMIT $1

-- statement: audit_payment_overdue repeatable
SELECT p.payment_id::text, p.state || ' since ' || p.created_at
FROM payment p WHERE p.state IN ('pending', 'unknown', 'requires_action')
    AND p.frozen_until < clock_timestamp() - interval '5 minutes' LIMIT $1

-- statement: audit_key_without_answer repeatable
SELECT i.customer_id || ' ' || i.key, 'since ' || i.created_at
FROM idempotency i WHERE i.status IS NULL AND i.lease_until < clock_timestamp() - interval '10 minutes' LIMIT $1

-- statement: audit_limit_exceeded repeatable
SELECT h.customer_id || ' in ' || h.performance_id, count(*) || ' of ' || f.seats_per_customer_max
FROM seat s
JOIN hold h ON h.hold_id = s.hold_id
JOIN performance f ON f.performance_id = s.performance_id
WHERE s.state = 2 OR s.state = 1 AND s.held_until > clock_timestamp()
GROUP BY h.customer_id, h.performance_id, f.seats_per_customer_max HAVING count(*) > f.seats_per_customer_max LIMIT $1

-- statement: audit_seat_held_by_ended_hold repeatable
SELECT s.performance_id || ' seat ' || s.seat_index, 'hold ' || s.hold_id || ' is ' || coalesce(h.state, 'missing')
FROM seat s LEFT JOIN hold h ON h.hold_id = s.hold_id
WHERE s.state = 1 AND (h.state IS NULL OR h.state NOT IN ('active', 'paying')
    OR NOT s.seat_index = ANY (h.seat_indexes)) LIMIT $1

-- statement: audit_seat_held_past_its_time repeatable
SELECT s.performance_id || ' seat ' || s.seat_index, 'hold ' || s.hold_id || ' until ' || s.held_until
FROM seat s WHERE s.state = 1 AND s.held_until < clock_timestamp() - interval '5 minutes' LIMIT $1

-- statement: audit_hold_in_part repeatable
SELECT h.hold_id::text, h.state || ', seats ' || n.own || ' of ' || cardinality(h.seat_indexes)
FROM hold h
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE s.hold_id = h.hold_id AND s.state IN (1, 2)) AS own,
           count(*) FILTER (WHERE s.hold_id = h.hold_id AND s.state = 2) AS sold,
           bool_or(s.hold_id = h.hold_id AND s.state = 1 AND s.held_until > clock_timestamp()) AS is_in_time
    FROM unnest(h.seat_indexes) AS u (seat_index)
    JOIN seat s ON s.performance_id = h.performance_id AND s.seat_index = u.seat_index) n
WHERE h.state IN ('active', 'paying') AND n.is_in_time AND n.own < cardinality(h.seat_indexes)
    OR h.state = 'completed' AND n.sold < cardinality(h.seat_indexes)
    OR h.state <> 'completed' AND n.sold > 0 LIMIT $1

-- statement: audit_hold_in_wrong_order repeatable
SELECT oh.hold_id::text, 'order ' || oh.order_id || ' is ' || coalesce(o.state, 'missing')
FROM order_hold oh LEFT JOIN "order" o ON o.order_id = oh.order_id
WHERE o.state IS NULL OR o.state IN ('expired', 'cancelled') OR NOT oh.hold_id = ANY (o.hold_ids) LIMIT $1

-- statement: audit_order_without_hold repeatable
SELECT o.order_id::text, o.state FROM "order" o
WHERE o.state IN ('pending', 'paid', 'partly_refunded') AND EXISTS (
    SELECT FROM unnest(o.hold_ids) AS w (hold_id)
    WHERE NOT EXISTS (SELECT FROM order_hold oh WHERE oh.hold_id = w.hold_id AND oh.order_id = o.order_id)) LIMIT $1

-- statement: audit_order_overdue repeatable
SELECT o.order_id::text, 'a hold of it has ended'
FROM "order" o JOIN hold h ON h.hold_id = ANY (o.hold_ids)
WHERE o.state = 'pending' AND h.state IN ('expired', 'released')
    AND coalesce(h.extended_until, h.expires_at) < clock_timestamp() - interval '5 minutes'
    AND NOT EXISTS (SELECT FROM payment p WHERE p.order_id = o.order_id
                    AND p.state IN ('pending', 'unknown', 'requires_action', 'refunding')) LIMIT $1

-- statement: audit_seats_miscounted repeatable
SELECT f.performance_id::text, 'unsold ' || f.unsold_count || ', counted ' || n.unsold || ' of ' || n.seats
FROM performance f
CROSS JOIN LATERAL (SELECT count(*) AS seats, count(*) FILTER (WHERE s.state IN (0, 1)) AS unsold,
                           count(*) FILTER (WHERE s.state = 3) AS blocked
                    FROM seat s WHERE s.performance_id = f.performance_id) n
WHERE n.seats <> f.seat_count OR n.unsold <> f.unsold_count LIMIT $1

-- A canary's chain begins behind what was pruned of it.
-- statement: audit_chain_broken repeatable
SELECT c.performance_id || ' change ' || c.sequence, 'the link does not follow from the one before'
FROM (SELECT c.*, lag(c.sequence) OVER w AS previous, lag(c.chain_hash) OVER w AS previous_hash
      FROM seat_change c WINDOW w AS (PARTITION BY c.performance_id ORDER BY c.sequence)) c
LEFT JOIN canary k ON k.performance_id = c.performance_id
WHERE c.sequence <> coalesce(c.previous, k.pruned_sequence, 0) + 1
    OR c.chain_hash <> chain_link(
        coalesce(c.previous_hash, k.pruned_hash, sha256(uuid_send(c.performance_id))), c.sequence, c.committed_at,
        c.changes) LIMIT $1

-- statement: audit_chain_without_head repeatable
SELECT f.performance_id::text, 'sequence ' || f.sequence || ', last change ' || coalesce(c.sequence, 0)
FROM performance f
LEFT JOIN LATERAL (SELECT c.sequence, c.chain_hash FROM seat_change c WHERE c.performance_id = f.performance_id
                   ORDER BY c.sequence DESC LIMIT 1) c ON true
WHERE f.sequence <> coalesce(c.sequence, 0)
    OR f.chain_hash <> coalesce(c.chain_hash, sha256(uuid_send(f.performance_id))) LIMIT $1

-- statement: audit_seat_differs_from_history repeatable
SELECT s.performance_id || ' seat ' || s.seat_index, 'state ' || s.state || ', last change ' || l.change % 4
FROM seat s
JOIN (SELECT DISTINCT ON (c.performance_id, u.change / 4) c.performance_id, u.change, c.sequence
      FROM seat_change c CROSS JOIN LATERAL unnest(c.changes) AS u (change)
      ORDER BY c.performance_id, u.change / 4, c.sequence DESC) l
    ON l.performance_id = s.performance_id AND l.change / 4 = s.seat_index
WHERE l.change % 4 <> s.state OR l.sequence <> s.changed_sequence LIMIT $1

-- A page of what of each payment stands in clearing, by payment id; payments of nothing never met a provider.
-- statement: audit_clearing_page repeatable
SELECT p.payment_id, p.state, p.currency, coalesce(c.kept, 0)::bigint
FROM payment p
LEFT JOIN LATERAL (
    SELECT sum(e.signed_minor) AS kept FROM entry e JOIN account a ON a.account_id = e.account_id
    WHERE e.payment_id = p.payment_id AND e.state = 'posted' AND a.kind = 'provider_clearing') c ON true
WHERE p.payment_id > $1::uuid AND p.provider = $3
ORDER BY p.payment_id LIMIT $2
