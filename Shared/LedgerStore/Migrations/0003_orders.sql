-- What orders and payments need beside the first tables, and the functions of the lane that makes orders.

-- An order keeps its holds when it ends unpaid and order_hold lets them go: money that comes late asks for their seats.
ALTER TABLE "order" ADD COLUMN hold_ids uuid[] NOT NULL CHECK (cardinality(hold_ids) > 0);

-- When a worker may next ask the provider, and how often it did; neither is indexed.
ALTER TABLE payment ADD COLUMN next_check_at timestamptz NOT NULL DEFAULT clock_timestamp();
ALTER TABLE payment ADD COLUMN checks integer NOT NULL DEFAULT 0;

-- Money on its way back, and money that went back. One row is one refund at the provider, by refund_id.
CREATE TABLE refund (
    refund_id uuid PRIMARY KEY,
    payment_id uuid NOT NULL,
    order_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    reason text NOT NULL CHECK (reason IN ('late_payment')),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'made')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    made_at timestamptz,
    CHECK ((state = 'made') = (made_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX refund_payment ON refund (payment_id);

-- An order with its payments, the oldest first, and its tickets by seat: what everybody is told of it.
CREATE VIEW order_reading AS
SELECT o.order_id, o.performance_id, o.customer_id, o.hold_ids, o.state,
       o.subtotal_minor + o.service_fee_minor AS total_minor, o.refunded_minor, o.currency, o.created_at,
       p.payment_ids, p.payment_states, p.payment_amounts, p.payment_times, p.decline_codes, p.next_actions,
       t.ticket_ids, t.ticket_seats, t.ticket_labels, t.ticket_prices, t.ticket_states, t.ticket_codes
FROM "order" o
CROSS JOIN LATERAL (
    SELECT array_agg(p.payment_id ORDER BY p.created_at, p.payment_id) AS payment_ids,
           array_agg(p.state ORDER BY p.created_at, p.payment_id) AS payment_states,
           array_agg(p.amount_minor ORDER BY p.created_at, p.payment_id) AS payment_amounts,
           array_agg(p.created_at ORDER BY p.created_at, p.payment_id) AS payment_times,
           array_agg(p.decline_code ORDER BY p.created_at, p.payment_id) AS decline_codes,
           array_agg(p.next_action ORDER BY p.created_at, p.payment_id) AS next_actions
    FROM payment p WHERE p.order_id = o.order_id) p
CROSS JOIN LATERAL (
    SELECT array_agg(t.ticket_id ORDER BY t.seat_index) AS ticket_ids,
           array_agg(t.seat_index ORDER BY t.seat_index) AS ticket_seats,
           array_agg(c.seat_label ORDER BY t.seat_index) AS ticket_labels,
           array_agg(t.price_minor + t.service_fee_minor ORDER BY t.seat_index) AS ticket_prices,
           array_agg(t.state ORDER BY t.seat_index) AS ticket_states,
           array_agg(t.code ORDER BY t.seat_index) AS ticket_codes
    FROM ticket t
    JOIN performance f ON f.performance_id = t.performance_id
    JOIN chart_seat c ON c.chart_id = f.chart_id AND c.seat_index = t.seat_index
    WHERE t.order_id = o.order_id) t;

-- Makes orders of one performance, each from one or more holds of its customer, all or none.
-- p_hold_ids are the holds of all items after each other; p_hold_items says, 1-based, which item each belongs to.
-- Outcomes (rows as 0002 says): created; replayed (status, body); in_use; key_reused; not_found; other_performance;
-- order_exists (order_id); hold_released; hold_expired. The caller stores the answers before it commits.
CREATE FUNCTION order_create_batch(
    p_performance_id uuid, p_order_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[],
    p_hold_ids uuid[], p_hold_items integer[]
) RETURNS TABLE (
    item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz,
    changes integer[], found_order_id uuid, status smallint, body bytea, reading order_reading)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_row record;
    v_outcomes text[] := '{}';
    v_orders uuid[] := '{}';
    v_statuses smallint[] := '{}';
    v_bodies bytea[] := '{}';
    v_made integer[] := '{}';
    v_claimed_holds uuid[] := '{}';
    v_claimed_orders uuid[] := '{}';
    v_outcome text;
    v_order uuid;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_now := clock_timestamp();
    FOR v_row IN
        SELECT i.item, i.order_id, i.fingerprint, k.fingerprint AS stored_fingerprint, k.status, k.body,
               k.key IS NOT NULL AS is_known, hk.hold_id IS NOT NULL AS is_hold_key, s.*
        FROM unnest(p_order_ids, p_customer_ids, p_keys, p_fingerprints)
            WITH ORDINALITY AS i (order_id, customer_id, key, fingerprint, item)
        LEFT JOIN LATERAL (SELECT * FROM idempotency x
                           WHERE x.customer_id = i.customer_id AND x.key = i.key OFFSET 0) k ON true
        LEFT JOIN LATERAL (SELECT x.hold_id FROM hold x
                           WHERE x.customer_id = i.customer_id AND x.idempotency_key = i.key OFFSET 0) hk ON true
        CROSS JOIN LATERAL (
            SELECT array_agg(w.hold_id) AS hold_ids,
                   bool_or(h.hold_id IS NULL OR h.customer_id <> i.customer_id) AS is_missing,
                   coalesce(bool_or(h.performance_id <> p_performance_id), false) AS is_elsewhere,
                   coalesce(bool_or(h.state = 'released'), false) AS is_released,
                   coalesce(bool_or(h.state NOT IN ('active', 'paying') OR n.ours < cardinality(h.seat_indexes)), false)
                       AS is_lapsed,
                   (array_agg(oh.order_id) FILTER (WHERE oh.order_id IS NOT NULL))[1] AS claimed_by
            FROM unnest(p_hold_ids, p_hold_items) AS w (hold_id, hold_item)
            LEFT JOIN LATERAL (SELECT * FROM hold x WHERE x.hold_id = w.hold_id OFFSET 0) h ON true
            LEFT JOIN LATERAL (SELECT x.order_id FROM order_hold x WHERE x.hold_id = w.hold_id OFFSET 0) oh ON true
            LEFT JOIN LATERAL (
                SELECT count(*) AS ours FROM unnest(h.seat_indexes) AS u (seat_index)
                JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = u.seat_index
                WHERE s.hold_id = h.hold_id AND s.state = 1 AND s.held_until > v_now
            ) n ON true
            WHERE w.hold_item = i.item
        ) s
        ORDER BY i.item
    LOOP
        v_order := v_row.order_id;
        IF v_row.is_known THEN
            v_outcome := CASE WHEN v_row.stored_fingerprint <> v_row.fingerprint THEN 'key_reused'
                WHEN v_row.status IS NULL THEN 'in_use' ELSE 'replayed' END;
        ELSIF v_row.is_hold_key THEN v_outcome := 'key_reused';
        ELSIF v_row.is_missing THEN v_outcome := 'not_found';
        ELSIF v_row.is_elsewhere THEN v_outcome := 'other_performance';
        ELSIF v_row.claimed_by IS NOT NULL THEN
            v_outcome := 'order_exists';
            v_order := v_row.claimed_by;
        ELSIF v_claimed_holds && v_row.hold_ids THEN
            v_outcome := 'order_exists';
            SELECT c.order_id INTO v_order FROM unnest(v_claimed_holds, v_claimed_orders) AS c (hold_id, order_id)
            WHERE c.hold_id = ANY (v_row.hold_ids) LIMIT 1;
        ELSIF v_row.is_released THEN v_outcome := 'hold_released';
        ELSIF v_row.is_lapsed THEN v_outcome := 'hold_expired';
        ELSE
            v_outcome := 'created';
            v_made := v_made || v_row.item::integer;
            v_claimed_holds := v_claimed_holds || v_row.hold_ids;
            v_claimed_orders := v_claimed_orders || array_fill(v_order, ARRAY[cardinality(v_row.hold_ids)]);
        END IF;
        v_outcomes := v_outcomes || v_outcome;
        v_orders := v_orders || v_order;
        v_statuses := v_statuses || CASE WHEN v_outcome = 'replayed' THEN v_row.status END;
        v_bodies := v_bodies || CASE WHEN v_outcome = 'replayed' THEN v_row.body END;
    END LOOP;

    IF cardinality(v_made) > 0 THEN
        INSERT INTO "order" (order_id, performance_id, customer_id, idempotency_key, subtotal_minor,
            service_fee_minor, currency, created_at, hold_ids)
        SELECT p_order_ids[m.item], p_performance_id, p_customer_ids[m.item], p_keys[m.item],
               t.subtotal, t.fee, t.currency, v_now, t.hold_ids
        FROM unnest(v_made) AS m (item)
        CROSS JOIN LATERAL (
            SELECT sum(h.subtotal_minor) AS subtotal, sum(h.service_fee_minor) AS fee, min(h.currency) AS currency,
                   array_agg(h.hold_id ORDER BY h.hold_id) AS hold_ids
            FROM unnest(p_hold_ids, p_hold_items) AS w (hold_id, hold_item)
            CROSS JOIN LATERAL (SELECT * FROM hold x WHERE x.hold_id = w.hold_id OFFSET 0) h
            WHERE w.hold_item = m.item) t;
        INSERT INTO order_hold (hold_id, order_id)
        SELECT c.hold_id, c.order_id FROM unnest(v_claimed_holds, v_claimed_orders) AS c (hold_id, order_id);
    END IF;

    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sale.sequence, v_now, '{}'::integer[], NULL::uuid,
           NULL::smallint, NULL::bytea, NULL::order_reading
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT r.item::integer, r.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
           r.order_id, r.status, r.body, o
    FROM unnest(v_outcomes, v_orders, v_statuses, v_bodies) WITH ORDINALITY AS r (outcome, order_id, status, body, item)
    LEFT JOIN order_reading o ON r.outcome = 'created' AND o.order_id = r.order_id
    ORDER BY r.item;
END $$;

-- Stores answers with their keys. A key that is new gets its row; one that is being worked on gets its end; one that
-- has its answer keeps it. Keys are written in one order, so that two doors never wait for each other in a circle.
CREATE FUNCTION answers_store(
    p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_statuses smallint[], p_bodies bytea[]
) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_row record;
BEGIN
    FOR v_row IN
        SELECT * FROM unnest(p_customer_ids, p_keys, p_fingerprints, p_statuses, p_bodies)
            AS i (customer_id, key, fingerprint, status, body)
        ORDER BY i.customer_id, i.key COLLATE "C"
    LOOP
        UPDATE idempotency SET status = v_row.status, body = v_row.body, lease_until = NULL
        WHERE customer_id = v_row.customer_id AND key = v_row.key AND status IS NULL
            AND fingerprint = coalesce(v_row.fingerprint, fingerprint);
        IF NOT FOUND AND v_row.fingerprint IS NOT NULL THEN
            INSERT INTO idempotency (customer_id, key, fingerprint, status, body)
            VALUES (v_row.customer_id, v_row.key, v_row.fingerprint, v_row.status, v_row.body);
        END IF;
    END LOOP;
END $$;

-- Ends orders that can't be paid any more because a hold of theirs lapsed or was given back, where no payment of
-- theirs is open; a hold that is still alive is free for another order. The caller has the performance's lock.
CREATE FUNCTION orders_lapse(p_performance_id uuid, p_hold_ids uuid[]) RETURNS integer
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_orders uuid[];
BEGIN
    WITH lapsed AS (
        UPDATE "order" o SET state = e.state
        FROM (
            SELECT c.order_id, CASE WHEN bool_or(h.state = 'released') THEN 'cancelled' ELSE 'expired' END AS state
            FROM (SELECT DISTINCT oh.order_id FROM order_hold oh WHERE oh.hold_id = ANY (p_hold_ids)) c
            JOIN "order" x ON x.order_id = c.order_id
            JOIN hold h ON h.hold_id = ANY (x.hold_ids) AND h.state IN ('expired', 'released')
            GROUP BY c.order_id) e
        WHERE o.order_id = e.order_id AND o.performance_id = p_performance_id AND o.state = 'pending'
            AND NOT EXISTS (SELECT FROM payment p WHERE p.order_id = o.order_id
                            AND p.state IN ('pending', 'unknown', 'requires_action', 'refunding'))
        RETURNING o.order_id)
    SELECT array_agg(order_id) INTO v_orders FROM lapsed;
    DELETE FROM order_hold WHERE order_id = ANY (v_orders);
    RETURN coalesce(cardinality(v_orders), 0);
END $$;

-- The same as a batch of the seats' door, for a worker. Outcomes: lapsed (also when there was nothing to end).
CREATE FUNCTION orders_lapse_batch(p_performance_id uuid, p_hold_ids uuid[])
RETURNS TABLE (
    item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz,
    changes integer[])
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_sale performance;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    PERFORM orders_lapse(p_performance_id, p_hold_ids);
    RETURN QUERY SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sale.sequence, clock_timestamp(), '{}'::integer[]
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT w.place::integer, 'lapsed'::text, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz,
        NULL::integer[] FROM unnest(p_hold_ids) WITH ORDINALITY AS w (hold_id, place);
END $$;

-- Lets the bearer of a ticket in, once. Outcomes: checked_in, already_checked_in (since when), ticket_not_valid,
-- not_found (also for another organizer's), replayed (status, body), in_use, key_reused. The key is taken first: the
-- caller stores the answer before it commits.
CREATE FUNCTION check_in(
    p_organizer_id uuid, p_is_admin boolean, p_key text, p_fingerprint bytea, p_code text
) RETURNS TABLE (
    outcome text, status smallint, body bytea, ticket_id uuid, performance_id uuid, seat_label text,
    checked_in_at timestamptz)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_known idempotency;
    v_ticket record;
BEGIN
    INSERT INTO idempotency (customer_id, key, fingerprint, lease_until)
    VALUES (p_organizer_id, p_key, p_fingerprint, clock_timestamp()) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO STRICT v_known FROM idempotency k WHERE k.customer_id = p_organizer_id AND k.key = p_key;
        outcome := CASE WHEN v_known.fingerprint <> p_fingerprint THEN 'key_reused'
            WHEN v_known.status IS NULL THEN 'in_use' ELSE 'replayed' END;
        IF outcome = 'replayed' THEN
            status := v_known.status;
            body := v_known.body;
        END IF;
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT t.ticket_id, t.performance_id, t.state, t.checked_in_at, c.seat_label INTO v_ticket
    FROM ticket t
    JOIN performance f ON f.performance_id = t.performance_id AND (p_is_admin OR f.organizer_id = p_organizer_id)
    JOIN chart_seat c ON c.chart_id = f.chart_id AND c.seat_index = t.seat_index
    WHERE t.code = p_code FOR NO KEY UPDATE OF t;
    IF NOT FOUND THEN
        outcome := 'not_found';
        RETURN NEXT;
        RETURN;
    END IF;
    outcome := CASE v_ticket.state WHEN 'valid' THEN 'checked_in' WHEN 'checked_in' THEN 'already_checked_in'
        ELSE 'ticket_not_valid' END;
    ticket_id := v_ticket.ticket_id;
    performance_id := v_ticket.performance_id;
    seat_label := v_ticket.seat_label;
    checked_in_at := v_ticket.checked_in_at;
    IF outcome = 'checked_in' THEN
        checked_in_at := clock_timestamp();
        UPDATE ticket t SET state = 'checked_in', checked_in_at = check_in.checked_in_at
        WHERE t.ticket_id = v_ticket.ticket_id;
    END IF;
    RETURN NEXT;
END $$;

DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN
        SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            AND proname IN ('order_create_batch', 'answers_store', 'orders_lapse', 'orders_lapse_batch', 'check_in')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO box_office_service', v_function);
    END LOOP;
END $$;
GRANT SELECT ON order_reading TO box_office_service;
GRANT SELECT, INSERT, UPDATE ON refund TO box_office_service;
