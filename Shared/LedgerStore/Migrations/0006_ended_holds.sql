-- A hold whose time is over when its payment ends becomes due at that moment. Before, it stayed "paying" without an
-- order that would lead to it: nobody ended it, and its seats looked held for ever.

-- Writes payments that ended without a charge, under the lock. Where the order's seats are all still its own and in
-- time, the old deadline returns, later once by p_extension_seconds; where they are not, the order has ended.
CREATE OR REPLACE FUNCTION ended_payments_write(
    p_sale performance, p_now timestamptz, p_payment_ids uuid[], p_observations text[], p_references text[],
    p_decline_codes text[], p_items integer[], p_extension_seconds integer
) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_orders uuid[];
    v_alive uuid[];
    v_lapsed uuid[];
BEGIN
    UPDATE payment p SET state = p_observations[w.item], settled_at = p_now, next_action = NULL,
        decline_code = p_decline_codes[w.item],
        provider_reference = coalesce(p_references[w.item], p.provider_reference)
    FROM unnest(p_items) AS w (item) WHERE p.payment_id = p_payment_ids[w.item];
    SELECT array_agg(p.order_id) INTO v_orders
    FROM unnest(p_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
    JOIN "order" o ON o.order_id = p.order_id WHERE o.state = 'pending';

    -- The holds whose seats are all their own and in time get their deadline back.
    SELECT array_agg(h.hold_id) INTO v_alive
    FROM "order" o JOIN hold h ON h.hold_id = ANY (o.hold_ids) AND h.state = 'paying'
    CROSS JOIN LATERAL (
        SELECT count(*) AS ours FROM unnest(h.seat_indexes) AS u (seat_index)
        JOIN seat s ON s.performance_id = p_sale.performance_id AND s.seat_index = u.seat_index
        WHERE s.hold_id = h.hold_id AND s.state = 1 AND s.held_until > p_now) n
    WHERE o.order_id = ANY (v_orders) AND n.ours = cardinality(h.seat_indexes);
    UPDATE hold h SET state = 'active', extended_until = greatest(p_now, coalesce(h.extended_until,
        greatest(h.expires_at, p_now) + make_interval(secs => p_extension_seconds)))
    WHERE h.hold_id = ANY (v_alive);
    UPDATE seat s SET held_until = h.extended_until
    FROM hold h CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
    WHERE h.hold_id = ANY (v_alive) AND s.performance_id = p_sale.performance_id AND s.seat_index = u.seat_index;
    -- Those that ran out while the payment was open are due at this moment, and found by those who end holds.
    UPDATE hold h SET state = 'active', extended_until = p_now
    FROM "order" o
    WHERE o.order_id = ANY (v_orders) AND h.hold_id = ANY (o.hold_ids) AND h.state = 'paying';

    SELECT array_agg(o.order_id) INTO v_lapsed
    FROM "order" o
    WHERE o.order_id = ANY (v_orders) AND EXISTS (
        SELECT FROM hold h WHERE h.hold_id = ANY (o.hold_ids)
            AND (h.hold_id <> ALL (coalesce(v_alive, '{}')) OR h.extended_until <= p_now));
    UPDATE "order" SET state = 'expired' WHERE order_id = ANY (v_lapsed);
    DELETE FROM order_hold WHERE order_id = ANY (v_lapsed);
END $$;

-- Writes money that came too late for its seats, and such money that went back, under the lock.
CREATE OR REPLACE FUNCTION late_money_write(
    p_sale performance, p_now timestamptz, p_payment_ids uuid[], p_references text[], p_transfer_ids uuid[],
    p_refund_ids uuid[], p_late_items integer[], p_refunded_items integer[]
) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
    INSERT INTO refund (refund_id, payment_id, order_id, performance_id, amount_minor, currency, reason, created_at)
    SELECT p_refund_ids[w.item], p.payment_id, p.order_id, p.performance_id, p.amount_minor, p.currency,
           'late_payment', p_now
    FROM unnest(p_late_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
    WHERE p.amount_minor > 0;
    UPDATE payment p SET next_action = NULL, next_check_at = p_now,
        state = CASE WHEN p.amount_minor > 0 THEN 'refunding' ELSE 'cancelled' END,
        settled_at = CASE WHEN p.amount_minor > 0 THEN NULL ELSE p_now END,
        provider_reference = coalesce(p_references[w.item], p.provider_reference)
    FROM unnest(p_late_items) AS w (item) WHERE p.payment_id = p_payment_ids[w.item];
    WITH lapsed AS (
        UPDATE "order" o SET state = 'expired'
        FROM unnest(p_late_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
        WHERE o.order_id = p.order_id AND o.state = 'pending' RETURNING o.order_id)
    DELETE FROM order_hold oh USING lapsed WHERE oh.order_id = lapsed.order_id;
    UPDATE hold h SET state = 'active', extended_until = greatest(h.extended_until, h.expires_at, p_now)
    FROM unnest(p_late_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
    JOIN "order" o ON o.order_id = p.order_id
    WHERE h.hold_id = ANY (o.hold_ids) AND h.state = 'paying';

    UPDATE refund r SET state = 'made', made_at = p_now
    FROM unnest(p_refunded_items) AS w (item) WHERE r.payment_id = p_payment_ids[w.item] AND r.state = 'pending';
    UPDATE payment p SET state = 'refunded', settled_at = p_now
    FROM unnest(p_refunded_items) AS w (item) WHERE p.payment_id = p_payment_ids[w.item];
    UPDATE "order" o SET refunded_minor = o.refunded_minor + p.amount_minor, state = 'refunded'
    FROM unnest(p_refunded_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
    WHERE o.order_id = p.order_id AND o.state = 'expired';

    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT p_transfer_ids[2 * w.item - 1], CASE WHEN w.is_back THEN a.refunds ELSE a.clearing END,
               CASE WHEN w.is_back THEN a.clearing ELSE a.refunds END, p.amount_minor, p.currency, p.order_id,
               p.payment_id, CASE WHEN w.is_back THEN 'refund' ELSE 'late_payment' END, p_now
        FROM (SELECT l.item, false AS is_back FROM unnest(p_late_items) AS l (item)
              UNION ALL SELECT b.item, true FROM unnest(p_refunded_items) AS b (item)) w
        JOIN payment p ON p.payment_id = p_payment_ids[w.item]
        CROSS JOIN LATERAL (SELECT account_of('provider_clearing', p.provider, p.currency) AS clearing,
                                   account_of('refunds', '', p.currency) AS refunds) a
        WHERE p.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
END $$;

-- Those that were left behind.
UPDATE hold h SET state = 'active', extended_until = clock_timestamp()
WHERE h.state = 'paying' AND NOT EXISTS (
    SELECT FROM payment p JOIN "order" o ON o.order_id = p.order_id
    WHERE h.hold_id = ANY (o.hold_ids) AND p.state IN ('pending', 'unknown', 'requires_action'));
