-- The lanes of payments: begin (freeze the seats, write the attempt down), settle (what the provider said).

-- Begins payments of orders of one performance. Outcomes (rows as 0002 says): begun; resumed (a lease ran out: the
-- attempt of this key is the caller's now); replayed (status, body); in_use; key_reused; not_found; method_missing;
-- order_not_payable; payment_in_progress; hold_released; hold_expired; sale_ended.
-- The key of whatever is new stands in idempotency afterwards, leased: the caller stores the answer of each refusal
-- before it commits, and of the others when they are settled.
CREATE FUNCTION payment_begin_batch(
    p_performance_id uuid, p_payment_ids uuid[], p_order_ids uuid[], p_customer_ids uuid[], p_keys text[],
    p_fingerprints bytea[], p_method_types text[], p_method_tokens text[], p_provider text, p_lease_seconds integer
) RETURNS TABLE (
    item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz,
    changes integer[], status smallint, body bytea, payment_id uuid, amount_minor bigint, currency text,
    provider text, method_token text, seat_count integer, age_seconds bigint
)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_lease timestamptz;
    v_row record;
    v_outcome text;
    v_outcomes text[] := '{}';
    v_payments uuid[] := '{}';
    v_new integer[] := '{}';
    v_resumed integer[] := '{}';
    v_begun integer[] := '{}';
    v_begun_orders uuid[] := '{}';
    v_frozen timestamptz[] := '{}';
    v_holds uuid[];
    v_hold_deadlines timestamptz[];
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_now := clock_timestamp();
    v_lease := v_now + make_interval(secs => p_lease_seconds);
    FOR v_row IN
        SELECT i.item, i.payment_id, i.order_id, i.fingerprint, i.method_token,
               k.key IS NOT NULL AS is_known, k.fingerprint AS stored_fingerprint, k.status, k.lease_until,
               hk.hold_id IS NOT NULL AS is_hold_key, o.state AS order_state,
               o.subtotal_minor + o.service_fee_minor AS total_minor,
               m.own_payment_id, m.is_open, s.*
        FROM unnest(p_payment_ids, p_order_ids, p_customer_ids, p_keys, p_fingerprints, p_method_tokens)
            WITH ORDINALITY AS i (payment_id, order_id, customer_id, key, fingerprint, method_token, item)
        LEFT JOIN LATERAL (SELECT * FROM idempotency x
                           WHERE x.customer_id = i.customer_id AND x.key = i.key OFFSET 0) k ON true
        LEFT JOIN LATERAL (SELECT x.hold_id FROM hold x
                           WHERE x.customer_id = i.customer_id AND x.idempotency_key = i.key OFFSET 0) hk ON true
        LEFT JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = i.order_id OFFSET 0) o
            ON o.customer_id = i.customer_id AND o.performance_id = p_performance_id
        LEFT JOIN LATERAL (
            SELECT max(x.payment_id::text) FILTER (WHERE x.customer_id = i.customer_id AND x.idempotency_key = i.key)
                       ::uuid AS own_payment_id,
                   bool_or(x.state IN ('pending', 'unknown', 'requires_action')) AS is_open
            FROM payment x WHERE x.order_id = o.order_id) m ON true
        CROSS JOIN LATERAL (
            SELECT bool_or(h.state = 'released') AS is_released,
                   bool_or(h.state NOT IN ('active', 'paying') OR n.ours < cardinality(h.seat_indexes)) AS is_lapsed,
                   -- From the first deadline on, paying adds payment_seconds and no more, however often it is tried.
                   min(least(v_now, h.expires_at) + make_interval(secs => v_sale.payment_seconds)) AS frozen_until
            FROM unnest(o.hold_ids) AS w (hold_id)
            CROSS JOIN LATERAL (SELECT * FROM hold x WHERE x.hold_id = w.hold_id OFFSET 0) h
            CROSS JOIN LATERAL (
                SELECT count(*) AS ours FROM unnest(h.seat_indexes) AS u (seat_index)
                JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = u.seat_index
                WHERE s.hold_id = h.hold_id AND s.state = 1 AND s.held_until > v_now
            ) n
        ) s
        ORDER BY i.item
    LOOP
        v_payments := v_payments || coalesce(v_row.own_payment_id, v_row.payment_id);
        IF v_row.is_known THEN
            v_outcome := CASE WHEN v_row.stored_fingerprint <> v_row.fingerprint THEN 'key_reused'
                WHEN v_row.status IS NOT NULL THEN 'replayed'
                WHEN v_row.lease_until > v_now OR v_row.own_payment_id IS NULL THEN 'in_use'
                ELSE 'resumed' END;
            IF v_outcome = 'resumed' THEN v_resumed := v_resumed || v_row.item::integer; END IF;
        ELSIF v_row.is_hold_key THEN v_outcome := 'key_reused';
        ELSE
            v_new := v_new || v_row.item::integer;
            v_outcome := CASE WHEN v_row.order_state IS NULL THEN 'not_found'
                WHEN v_row.order_state = 'expired' THEN 'hold_expired'
                WHEN v_row.order_state = 'cancelled' THEN 'hold_released'
                WHEN v_row.order_state <> 'pending' THEN 'order_not_payable'
                WHEN v_row.is_open OR v_row.order_id = ANY (v_begun_orders)
                    THEN 'payment_in_progress'
                WHEN v_sale.sale_state = 'cancelled' THEN 'sale_ended'
                WHEN v_row.is_released THEN 'hold_released'
                WHEN v_row.is_lapsed THEN 'hold_expired'
                WHEN v_row.total_minor > 0 AND v_row.method_token IS NULL THEN 'method_missing'
                ELSE 'begun' END;
            IF v_outcome = 'begun' THEN
                v_begun := v_begun || v_row.item::integer;
                v_begun_orders := v_begun_orders || v_row.order_id;
                v_frozen := v_frozen || v_row.frozen_until;
            END IF;
        END IF;
        v_outcomes := v_outcomes || v_outcome;
    END LOOP;

    INSERT INTO idempotency (customer_id, key, fingerprint, lease_until)
    SELECT p_customer_ids[n.item], p_keys[n.item], p_fingerprints[n.item], v_lease
    FROM unnest(v_new) AS n (item) ORDER BY 1, p_keys[n.item] COLLATE "C";

    IF cardinality(v_begun) > 0 THEN
        SELECT array_agg(w.hold_id), array_agg(b.frozen_until) INTO v_holds, v_hold_deadlines
        FROM unnest(v_begun_orders, v_frozen) AS b (order_id, frozen_until)
        CROSS JOIN LATERAL (SELECT x.hold_ids FROM "order" x WHERE x.order_id = b.order_id OFFSET 0) o
        CROSS JOIN LATERAL unnest(o.hold_ids) AS w (hold_id);
        -- A freeze never shortens what the hold promised.
        UPDATE seat s SET held_until = b.frozen_until
        FROM unnest(v_holds, v_hold_deadlines) AS b (hold_id, frozen_until)
        CROSS JOIN LATERAL (SELECT x.seat_indexes FROM hold x WHERE x.hold_id = b.hold_id OFFSET 0) h
        CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
        WHERE s.performance_id = p_performance_id AND s.seat_index = u.seat_index AND s.held_until < b.frozen_until;
        UPDATE hold SET state = 'paying' WHERE hold_id = ANY (v_holds);
        INSERT INTO payment (payment_id, order_id, performance_id, customer_id, idempotency_key, amount_minor, currency,
            provider, method_type, method_token, frozen_until, created_at, next_check_at)
        SELECT p_payment_ids[b.item], o.order_id, p_performance_id, o.customer_id, p_keys[b.item],
               o.subtotal_minor + o.service_fee_minor, o.currency,
               CASE WHEN o.subtotal_minor + o.service_fee_minor = 0 THEN 'none' ELSE p_provider END,
               coalesce(p_method_types[b.item], 'none'), coalesce(p_method_tokens[b.item], 'none'), b.frozen_until,
               v_now, v_lease
        FROM unnest(v_begun, v_begun_orders, v_frozen) AS b (item, order_id, frozen_until)
        CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = b.order_id OFFSET 0) o;
    END IF;
    UPDATE idempotency k SET lease_until = v_lease
    FROM unnest(v_resumed) AS r (item)
    WHERE k.customer_id = p_customer_ids[r.item] AND k.key = p_keys[r.item];

    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sale.sequence, v_now, '{}'::integer[], NULL::smallint,
           NULL::bytea, NULL::uuid, NULL::bigint, NULL::text, NULL::text, NULL::text, NULL::integer, NULL::bigint
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT r.item::integer, r.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
           CASE WHEN r.outcome = 'replayed' THEN k.status END,
           CASE WHEN r.outcome = 'replayed' THEN k.body END, r.payment_id, p.amount_minor, p.currency, p.provider,
           p.method_token, n.seat_count::integer, floor(extract(epoch FROM v_now - p.created_at))::bigint
    FROM unnest(v_outcomes, v_payments) WITH ORDINALITY AS r (outcome, payment_id, item)
    LEFT JOIN LATERAL (SELECT x.status, x.body FROM idempotency x WHERE r.outcome = 'replayed'
                       AND x.customer_id = p_customer_ids[r.item] AND x.key = p_keys[r.item] OFFSET 0) k ON true
    LEFT JOIN LATERAL (SELECT * FROM payment x WHERE r.outcome IN ('begun', 'resumed')
                       AND x.payment_id = r.payment_id OFFSET 0) p ON true
    LEFT JOIN LATERAL (SELECT x.hold_ids FROM "order" x WHERE x.order_id = p.order_id OFFSET 0) o ON true
    LEFT JOIN LATERAL (SELECT sum(cardinality(x.seat_indexes)) AS seat_count
                       FROM hold x WHERE x.hold_id = ANY (o.hold_ids)) n ON true
    ORDER BY r.item;
END $$;

-- The account of a kind, owner and currency; made when it is first needed.
CREATE FUNCTION account_of(p_kind text, p_owner text, p_currency text) RETURNS uuid
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off AS $$
DECLARE
    v_id uuid;
BEGIN
    SELECT account_id INTO v_id FROM account WHERE kind = p_kind AND owner = p_owner AND currency = p_currency;
    IF v_id IS NULL THEN
        INSERT INTO account (account_id, kind, owner, currency)
        VALUES (gen_random_uuid(), p_kind, p_owner, p_currency) ON CONFLICT DO NOTHING;
        SELECT account_id INTO STRICT v_id FROM account
        WHERE kind = p_kind AND owner = p_owner AND currency = p_currency;
    END IF;
    RETURN v_id;
END $$;
