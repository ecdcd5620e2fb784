-- Settles payments of one performance by what the provider said of each: succeeded, declined, requires_action, unknown,
-- cancelled (ended there before anything was charged), refunded (the refund of late money was made there).
-- No two items share a payment. Item i brings transfer ids 2i - 1 and 2i, refund id i, and a ticket id and code for
-- each seat of its order: those from p_ticket_starts[i] to p_ticket_starts[i + 1] - 1.
-- Outcomes: sold; refund_due (charged, but the seats are gone: refund_id); declined; cancelled; waiting (state
-- requires_action or unknown); refunded; settled (it had its end before; nothing written); not_found.
-- needs_answer: the key of the payment waits for its answer, which the caller stores before it commits; where it has
-- one, status and body.
CREATE FUNCTION payment_settle_batch(
    p_performance_id uuid, p_payment_ids uuid[], p_observations text[], p_references text[], p_decline_codes text[],
    p_next_actions text[], p_transfer_ids uuid[], p_refund_ids uuid[], p_ticket_ids uuid[], p_ticket_codes text[],
    p_ticket_starts integer[], p_extension_seconds integer
) RETURNS TABLE (
    item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz,
    changes integer[], payment_state text, idempotency_key text, needs_answer boolean, status smallint, body bytea,
    refund_id uuid, reading order_reading)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_row record;
    v_items integer := cardinality(p_payment_ids);
    v_outcomes text[] := array_fill('not_found'::text, ARRAY[v_items]);
    v_sold integer[] := '{}';
    v_sold_orders uuid[] := '{}';
    v_taken integer[] := '{}';
    v_late_customers uuid[] := '{}';
    v_late integer[] := '{}';
    v_ended integer[] := '{}';
    v_waiting integer[] := '{}';
    v_refunded integer[] := '{}';
    v_is_free boolean;
    v_owned integer;
    v_changes integer[] := '{}';
    v_sequence bigint;
    v_written integer;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_now := clock_timestamp();
    v_sequence := v_sale.sequence;

    FOR v_row IN
        SELECT i.item::integer, i.observation, p.state, o.order_id, o.customer_id, o.state AS order_state, s.*
        FROM unnest(p_payment_ids, p_observations) WITH ORDINALITY AS i (payment_id, observation, item)
        JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = i.payment_id OFFSET 0) p
            ON p.performance_id = p_performance_id
        CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = p.order_id OFFSET 0) o
        CROSS JOIN LATERAL (
            SELECT count(*) AS seat_count, array_agg(u.seat_index) AS seat_indexes,
                   count(*) FILTER (WHERE s.state = 1 AND s.hold_id = h.hold_id AND s.held_until > v_now) AS in_time,
                   count(*) FILTER (WHERE s.state = 0 OR s.state = 1
                                    AND (s.hold_id = h.hold_id OR s.held_until <= v_now)) AS free
            FROM unnest(o.hold_ids) AS w (hold_id)
            CROSS JOIN LATERAL (SELECT x.* FROM hold x WHERE x.hold_id = w.hold_id OFFSET 0) h
            CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
            CROSS JOIN LATERAL (SELECT * FROM seat x WHERE x.performance_id = p_performance_id
                                AND x.seat_index = u.seat_index OFFSET 0) s
        ) s
        ORDER BY i.item
    LOOP
        IF v_row.state IN ('succeeded', 'refunded') OR (v_row.state = 'refunding') <> (v_row.observation = 'refunded')
            OR (v_row.state IN ('declined', 'cancelled') AND v_row.observation <> 'succeeded')
            OR (v_row.state = v_row.observation)
        THEN
            v_outcomes[v_row.item] := 'settled';
        ELSIF v_row.observation = 'refunded' THEN
            v_outcomes[v_row.item] := 'refunded';
            v_refunded := v_refunded || v_row.item;
        ELSIF v_row.observation IN ('requires_action', 'unknown') THEN
            v_outcomes[v_row.item] := 'waiting';
            v_waiting := v_waiting || v_row.item;
        ELSIF v_row.observation IN ('declined', 'cancelled') THEN
            v_outcomes[v_row.item] := v_row.observation;
            v_ended := v_ended || v_row.item;
        ELSE
            v_is_free := v_row.order_state IN ('pending', 'expired') AND v_row.free = v_row.seat_count
                AND NOT v_taken && v_row.seat_indexes;
            IF v_is_free AND v_row.in_time < v_row.seat_count THEN
                -- Seats that had been let go count against the limit again.
                SELECT count(*) + (SELECT count(*) FROM unnest(v_late_customers) AS l (id)
                                   WHERE l.id = v_row.customer_id)
                INTO v_owned
                FROM hold h
                CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
                JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = u.seat_index
                WHERE h.customer_id = v_row.customer_id AND h.performance_id = p_performance_id
                    AND s.hold_id = h.hold_id AND NOT s.seat_index = ANY (v_row.seat_indexes)
                    AND (s.state = 2 OR s.state = 1 AND s.held_until > v_now);
                v_is_free := v_owned + v_row.seat_count <= v_sale.seats_per_customer_max;
                IF v_is_free THEN
                    v_late_customers := v_late_customers
                        || array_fill(v_row.customer_id, ARRAY[v_row.seat_count::integer]);
                END IF;
            END IF;
            IF v_is_free THEN
                v_outcomes[v_row.item] := 'sold';
                v_sold := v_sold || v_row.item;
                v_sold_orders := v_sold_orders || v_row.order_id;
                v_taken := v_taken || v_row.seat_indexes;
            ELSE
                v_outcomes[v_row.item] := 'refund_due';
                v_late := v_late || v_row.item;
            END IF;
        END IF;
    END LOOP;

    IF cardinality(v_sold) > 0 THEN
        SELECT array_agg(t.seat_index * 4 + 2 ORDER BY t.seat_index) INTO v_changes
        FROM unnest(v_taken) AS t (seat_index);
        v_sequence := append_change(p_performance_id, v_now, v_changes, -cardinality(v_changes));
        PERFORM sales_write(v_sale, v_now, v_sequence, p_payment_ids, p_references, p_transfer_ids, p_ticket_ids,
            p_ticket_codes, p_ticket_starts, v_sold, v_sold_orders);
    END IF;
    IF cardinality(v_ended) > 0 THEN
        PERFORM ended_payments_write(v_sale, v_now, p_payment_ids, p_observations, p_references, p_decline_codes,
            v_ended, p_extension_seconds);
    END IF;
    IF cardinality(v_late) + cardinality(v_refunded) > 0 THEN
        PERFORM late_money_write(v_sale, v_now, p_payment_ids, p_references, p_transfer_ids, p_refund_ids, v_late,
            v_refunded);
    END IF;
    -- Who waits is asked for soon; the pauses grow as it goes on.
    UPDATE payment p SET state = p_observations[w.item], next_action = p_next_actions[w.item],
        next_check_at = v_now + interval '2 seconds', checks = 1,
        provider_reference = coalesce(p_references[w.item], p.provider_reference)
    FROM unnest(v_waiting) AS w (item)
    WHERE p.payment_id = p_payment_ids[w.item];

    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sequence, v_now, v_changes, NULL::text, NULL::text,
           NULL::boolean, NULL::smallint, NULL::bytea, NULL::uuid, NULL::order_reading
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT i.item::integer, v_outcomes[i.item], NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz,
           NULL::integer[], p.state, p.idempotency_key, k.key IS NOT NULL AND k.status IS NULL, k.status, k.body,
           r.refund_id, o.reading
    FROM unnest(p_payment_ids) WITH ORDINALITY AS i (payment_id, item)
    LEFT JOIN LATERAL (SELECT * FROM payment x WHERE v_outcomes[i.item] <> 'not_found'
                       AND x.payment_id = i.payment_id OFFSET 0) p ON true
    LEFT JOIN LATERAL (SELECT x AS reading FROM order_reading x WHERE x.order_id = p.order_id OFFSET 0) o
        ON true
    LEFT JOIN LATERAL (SELECT * FROM idempotency x WHERE x.customer_id = p.customer_id
                       AND x.key = p.idempotency_key OFFSET 0) k ON true
    LEFT JOIN LATERAL (SELECT x.refund_id FROM refund x WHERE x.payment_id = p.payment_id
                       AND x.state = 'pending' OFFSET 0) r ON true
    ORDER BY i.item;
END $$;

-- Writes sales that were decided on, under the lock: seats, holds, orders, payments, transfers (no line of nothing),
-- tickets.
CREATE FUNCTION sales_write(
    p_sale performance, p_now timestamptz, p_sequence bigint, p_payment_ids uuid[], p_references text[],
    p_transfer_ids uuid[], p_ticket_ids uuid[], p_ticket_codes text[], p_ticket_starts integer[], p_items integer[],
    p_order_ids uuid[]
) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_holds uuid[];
    v_hold_orders uuid[];
    v_seats integer;
    v_tickets integer;
BEGIN
    SELECT array_agg(h.hold_id), array_agg(w.order_id) INTO v_holds, v_hold_orders
    FROM unnest(p_order_ids) AS w (order_id)
    CROSS JOIN LATERAL (SELECT x.hold_ids FROM "order" x WHERE x.order_id = w.order_id OFFSET 0) o
    CROSS JOIN LATERAL unnest(o.hold_ids) AS h (hold_id);
    UPDATE seat s
    SET state = 2, hold_id = h.hold_id, held_until = NULL, order_id = o.order_id, changed_sequence = p_sequence
    FROM unnest(v_holds, v_hold_orders) AS o (hold_id, order_id)
    CROSS JOIN LATERAL (SELECT x.hold_id, x.seat_indexes FROM hold x WHERE x.hold_id = o.hold_id OFFSET 0) h
    CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
    WHERE s.performance_id = p_sale.performance_id AND s.seat_index = u.seat_index;
    GET DIAGNOSTICS v_seats = ROW_COUNT;
    UPDATE hold SET state = 'completed' WHERE hold_id = ANY (v_holds);
    UPDATE "order" SET state = 'paid', paid_at = p_now WHERE order_id = ANY (p_order_ids);
    -- A late payment revives an order whose holds had been let go.
    INSERT INTO order_hold (hold_id, order_id)
    SELECT w.hold_id, w.order_id FROM unnest(v_holds, v_hold_orders) AS w (hold_id, order_id)
    LEFT JOIN LATERAL (SELECT x.order_id FROM order_hold x WHERE x.hold_id = w.hold_id OFFSET 0) oh ON true
    WHERE oh.order_id IS DISTINCT FROM w.order_id;
    UPDATE payment p SET state = 'succeeded', settled_at = p_now, next_action = NULL,
        provider_reference = coalesce(p_references[w.item], p.provider_reference)
    FROM unnest(p_items) AS w (item) WHERE p.payment_id = p_payment_ids[w.item];

    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT l.transfer_id, account_of('provider_clearing', p.provider, p.currency), l.credit, l.amount_minor,
               p.currency, p.order_id, p.payment_id, l.kind, p_now
        FROM unnest(p_items) AS w (item)
        CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = p_payment_ids[w.item] OFFSET 0) p
        CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = p.order_id OFFSET 0) o
        CROSS JOIN LATERAL (VALUES
            (p_transfer_ids[2 * w.item - 1], account_of('organizer_payable', p_sale.organizer_id::text, p.currency),
             o.subtotal_minor, 'sale'),
            (p_transfer_ids[2 * w.item], account_of('service_fee_revenue', '', p.currency),
             o.service_fee_minor, 'service_fee')) AS l (transfer_id, credit, amount_minor, kind)
        WHERE l.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;

    INSERT INTO ticket (ticket_id, order_id, performance_id, customer_id, seat_index, code, price_minor,
        service_fee_minor, currency, issued_at)
    SELECT p_ticket_ids[p_ticket_starts[w.item] + n.place - 1], o.order_id, p_sale.performance_id, o.customer_id,
           n.seat_index, p_ticket_codes[p_ticket_starts[w.item] + n.place - 1], l.price_minor, l.service_fee_minor,
           o.currency, p_now
    FROM unnest(p_items, p_order_ids) AS w (item, order_id)
    CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = w.order_id OFFSET 0) o
    CROSS JOIN LATERAL (
        SELECT u.seat_index, row_number() OVER (ORDER BY u.seat_index) AS place
        FROM hold h CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
        WHERE h.hold_id = ANY (o.hold_ids)) n
    CROSS JOIN LATERAL (SELECT x.price_level FROM seat x WHERE x.performance_id = p_sale.performance_id
                        AND x.seat_index = n.seat_index OFFSET 0) s
    JOIN price_level l ON l.performance_id = p_sale.performance_id AND l.number = s.price_level
    WHERE n.place <= p_ticket_starts[w.item + 1] - p_ticket_starts[w.item];
    GET DIAGNOSTICS v_tickets = ROW_COUNT;
    IF v_tickets <> v_seats THEN
        RAISE EXCEPTION 'sold % seats but issued % tickets', v_seats, v_tickets;
    END IF;
END $$;

-- Writes payments that ended without a charge, under the lock. Where the order's seats are all still its own and in
-- time, the old deadline returns, later once by p_extension_seconds; where they are not, the order has ended.
CREATE FUNCTION ended_payments_write(
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
    UPDATE hold h SET state = 'active', extended_until = coalesce(h.extended_until,
        greatest(h.expires_at, p_now) + make_interval(secs => p_extension_seconds))
    WHERE h.hold_id = ANY (v_alive);
    UPDATE seat s SET held_until = h.extended_until
    FROM hold h CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
    WHERE h.hold_id = ANY (v_alive) AND s.performance_id = p_sale.performance_id AND s.seat_index = u.seat_index;

    SELECT array_agg(o.order_id) INTO v_lapsed
    FROM "order" o
    WHERE o.order_id = ANY (v_orders) AND EXISTS (
        SELECT FROM hold h WHERE h.hold_id = ANY (o.hold_ids)
            AND (h.hold_id <> ALL (coalesce(v_alive, '{}')) OR h.extended_until <= p_now));
    UPDATE "order" SET state = 'expired' WHERE order_id = ANY (v_lapsed);
    DELETE FROM order_hold WHERE order_id = ANY (v_lapsed);
END $$;

-- Writes money that came too late for its seats, and such money that went back, under the lock.
CREATE FUNCTION late_money_write(
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
    UPDATE hold h SET state = 'active'
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

-- Whoever may settle may do what settling does.
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN
        SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN
            ('payment_begin_batch', 'account_of', 'payment_settle_batch', 'sales_write', 'ended_payments_write',
             'late_money_write')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO box_office_service', v_function);
    END LOOP;
END $$;
