-- A payment of which several tickets are on their way back at once could not be settled again: the answer had a row for
-- each refund, and with it no payment of its batch was settled. Whoever settles makes only what came too late.

-- As in 0012, but for that.
CREATE OR REPLACE FUNCTION payment_settle_batch(
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
    v_is_free boolean;
    v_owned integer;
    v_changes integer[] := '{}';
    v_sequence bigint;
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
        SELECT i.item::integer, i.observation, p.state, o.order_id, o.customer_id, o.state AS order_state,
               EXISTS (SELECT FROM unnest(o.hold_ids) AS w (hold_id)
                       CROSS JOIN LATERAL (SELECT x.order_id FROM order_hold x WHERE x.hold_id = w.hold_id OFFSET 0) oh
                       WHERE oh.order_id <> o.order_id) AS has_hold_elsewhere, s.*
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
        IF v_row.state IN ('succeeded', 'refunding', 'refunded')
            OR (v_row.state IN ('declined', 'cancelled') AND v_row.observation <> 'succeeded')
            OR (v_row.state = v_row.observation)
        THEN
            v_outcomes[v_row.item] := 'settled';
        ELSIF v_row.observation IN ('requires_action', 'unknown') THEN
            v_outcomes[v_row.item] := 'waiting';
            v_waiting := v_waiting || v_row.item;
        ELSIF v_row.observation IN ('declined', 'cancelled') THEN
            v_outcomes[v_row.item] := v_row.observation;
            v_ended := v_ended || v_row.item;
        ELSE
            -- A hold that was let go by its order and lives on may stand in another one, which it stays in.
            v_is_free := v_sale.sale_state <> 'cancelled' AND v_row.order_state IN ('pending', 'expired')
                AND NOT v_row.has_hold_elsewhere AND v_row.free = v_row.seat_count
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
        v_sequence := tickets_issue(v_sale, v_now, v_changes, p_ticket_ids, p_ticket_codes, p_ticket_starts, v_sold,
            v_sold_orders);
        PERFORM sales_write(v_sale, v_now, v_sequence, p_payment_ids, p_references, p_transfer_ids, p_ticket_starts,
            v_sold, v_sold_orders);
    END IF;
    IF cardinality(v_ended) > 0 THEN
        PERFORM ended_payments_write(v_sale, v_now, p_payment_ids, p_observations, p_references, p_decline_codes,
            v_ended, p_extension_seconds);
    END IF;
    IF cardinality(v_late) > 0 THEN
        PERFORM late_money_write(v_sale, v_now, p_payment_ids, p_references, p_transfer_ids, p_refund_ids, v_late);
        PERFORM provider_fees_write(v_now, ARRAY(SELECT p_payment_ids[w.item] FROM unnest(v_late) AS w (item)));
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
                       AND x.state = 'pending' AND x.reason = 'late_payment' LIMIT 1) r ON true
    ORDER BY i.item;
END $$;
