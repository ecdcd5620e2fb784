-- A performance is cancelled in steps. Before, the one transaction that ended the sale gave all holds back and told all
-- customers: a second for 20,000 orders, two where five webhooks hear of each, eight for 80,000 of those; and no
-- statement of the services may take more than five.

-- freed_at: no open hold is left to give back. told_order_id: of the performance's orders, by their ids, all up to this
-- one were told; told_at: all of them. planned_at follows both.
ALTER TABLE cancellation
    ADD COLUMN freed_at timestamptz,
    ADD COLUMN told_order_id uuid,
    ADD COLUMN told_at timestamptz;

-- Those that were cancelled before had it done at once.
UPDATE cancellation SET freed_at = requested_at, told_at = requested_at;

-- How many seats' holds are given back, and how many orders are told, in one step: a tenth of a second, and as much
-- again for each ten webhooks.
CREATE FUNCTION cancellation_step_max() RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT 1024 $$;

-- Ends orders that can't be paid any more, as 0003 says, and looks each of them up by its key. As one statement it read
-- all of them again for each pending order of the performance, by a plan that was made while there were few.
CREATE OR REPLACE FUNCTION orders_lapse(p_performance_id uuid, p_hold_ids uuid[]) RETURNS integer
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_cancelled uuid[];
    v_expired uuid[];
BEGIN
    SELECT coalesce(array_agg(e.order_id) FILTER (WHERE e.is_released), '{}'),
           coalesce(array_agg(e.order_id) FILTER (WHERE NOT e.is_released), '{}')
    INTO v_cancelled, v_expired
    FROM (
        SELECT c.order_id, bool_or(h.state = 'released') AS is_released
        FROM (SELECT DISTINCT oh.order_id FROM order_hold oh WHERE oh.hold_id = ANY (p_hold_ids)) c
        CROSS JOIN LATERAL (SELECT x.hold_ids FROM "order" x WHERE x.order_id = c.order_id
                            AND x.performance_id = p_performance_id AND x.state = 'pending' OFFSET 0) o
        CROSS JOIN LATERAL (SELECT x.state FROM hold x WHERE x.hold_id = ANY (o.hold_ids)
                            AND x.state IN ('expired', 'released') OFFSET 0) h
        WHERE NOT EXISTS (SELECT FROM payment p WHERE p.order_id = c.order_id
                          AND p.state IN ('pending', 'unknown', 'requires_action', 'refunding') OFFSET 0)
        GROUP BY c.order_id) e;
    UPDATE "order" SET state = 'cancelled' WHERE order_id = ANY (v_cancelled);
    UPDATE "order" SET state = 'expired' WHERE order_id = ANY (v_expired);
    DELETE FROM order_hold WHERE order_id = ANY (v_cancelled || v_expired);
    RETURN cardinality(v_cancelled) + cardinality(v_expired);
END $$;

-- Gives the next open holds of a cancelled performance back, under the lock that p_sale was read with, and ends the
-- orders that can't be paid any more; what is being paid stays. Returns the change, as free_seats does.
CREATE FUNCTION cancellation_free(
    p_sale performance, p_now timestamptz, OUT sequence bigint, OUT changes integer[])
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_holds uuid[];
    v_seats bigint;
BEGIN
    SELECT array_agg(DISTINCT n.hold_id), count(*) INTO v_holds, v_seats
    FROM (SELECT s.hold_id FROM seat s
          WHERE s.performance_id = p_sale.performance_id AND s.state = 1 AND EXISTS (
              SELECT FROM hold h WHERE h.hold_id = s.hold_id AND h.state = 'active')
          ORDER BY s.seat_index LIMIT cancellation_step_max()) n;
    SELECT f.sequence, f.changes INTO sequence, changes FROM free_seats(p_sale, p_now, v_holds) f;
    UPDATE hold h SET state = 'released' WHERE h.hold_id = ANY (v_holds);
    PERFORM orders_lapse(p_sale.performance_id, v_holds);
    IF v_seats < cancellation_step_max() THEN
        UPDATE cancellation c SET freed_at = p_now WHERE c.performance_id = p_sale.performance_id;
    END IF;
END $$;

-- Tells the customers of the next orders of a cancelled performance, under its lock: of each order that had something
-- of it when it was cancelled, also where somebody was faster and has the money back by now.
CREATE FUNCTION cancellation_tell(p_sale performance, p_now timestamptz) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_job cancellation;
    v_orders uuid[];
    v_told uuid[];
    v_seat_counts integer[];
BEGIN
    SELECT * INTO STRICT v_job FROM cancellation c WHERE c.performance_id = p_sale.performance_id;
    SELECT array_agg(n.order_id ORDER BY n.order_id) INTO v_orders
    FROM (SELECT o.order_id FROM "order" o
          WHERE o.performance_id = p_sale.performance_id
              AND o.order_id > coalesce(v_job.told_order_id, '00000000-0000-0000-0000-000000000000')
          ORDER BY o.order_id LIMIT cancellation_step_max()) n;
    SELECT array_agg(w.order_id ORDER BY w.place), array_agg(t.seat_count ORDER BY w.place) INTO v_told, v_seat_counts
    FROM unnest(v_orders) WITH ORDINALITY AS w (order_id, place)
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS seat_count FROM ticket x
        LEFT JOIN LATERAL (SELECT greatest(y.made_at, y.returned_at) AS back_at FROM refund y
                           WHERE y.refund_id = x.refund_id OFFSET 0) r ON true
        WHERE x.order_id = w.order_id AND (x.live OR r.back_at >= v_job.requested_at)) t
    WHERE t.seat_count > 0;
    IF v_told IS NOT NULL THEN
        PERFORM messages_write('performance_cancelled', p_sale, v_told, NULL::uuid[],
            array_fill(0::bigint, ARRAY[cardinality(v_told)]), v_seat_counts, p_now);
    END IF;
    UPDATE cancellation c SET told_order_id = coalesce(v_orders[cardinality(v_orders)], c.told_order_id),
        told_at = CASE WHEN coalesce(cardinality(v_orders), 0) < cancellation_step_max() THEN p_now END
    WHERE c.performance_id = p_sale.performance_id;
END $$;

-- Ends a performance's sale for good: nothing of it is sold any more, its organizer is told, and the first step is made
-- of what follows; what is being paid at this moment goes back when it is settled. Asker i is its organizer, or an
-- operator.
-- Outcomes (rows as 0002 says): cancelled (also when it had been before); replayed (status, body); in_use; key_reused;
-- not_found. The caller stores the answers before it commits.
CREATE OR REPLACE FUNCTION cancellation_begin_batch(
    p_performance_id uuid, p_asker_ids uuid[], p_askers text[], p_keys text[], p_fingerprints bytea[], p_reasons text[]
) RETURNS TABLE (
    item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz,
    changes integer[], status smallint, body bytea, reading cancellation_reading)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_outcomes text[];
    v_first integer;
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
    SELECT array_agg(d.outcome ORDER BY d.item), min(d.item) FILTER (WHERE d.outcome = 'cancelled')
    INTO v_outcomes, v_first
    FROM (
        SELECT i.item, CASE
            WHEN k.key IS NOT NULL AND k.fingerprint <> i.fingerprint THEN 'key_reused'
            WHEN k.key IS NOT NULL AND k.status IS NULL THEN 'in_use'
            WHEN k.key IS NOT NULL THEN 'replayed'
            WHEN hk.hold_id IS NOT NULL THEN 'key_reused'
            WHEN i.asker = 'operator' OR i.asker = 'organizer' AND v_sale.organizer_id = i.asker_id THEN 'cancelled'
            ELSE 'not_found' END AS outcome
        FROM unnest(p_asker_ids, p_askers, p_keys, p_fingerprints)
            WITH ORDINALITY AS i (asker_id, asker, key, fingerprint, item)
        LEFT JOIN LATERAL (SELECT * FROM idempotency x
                           WHERE x.customer_id = i.asker_id AND x.key = i.key OFFSET 0) k ON true
        LEFT JOIN LATERAL (SELECT x.hold_id FROM hold x
                           WHERE x.customer_id = i.asker_id AND x.idempotency_key = i.key OFFSET 0) hk ON true) d;
    v_sequence := v_sale.sequence;
    IF v_first IS NOT NULL AND NOT EXISTS (SELECT FROM cancellation c WHERE c.performance_id = p_performance_id) THEN
        UPDATE performance f SET sale_state = 'cancelled' WHERE f.performance_id = p_performance_id;
        INSERT INTO cancellation (performance_id, asked_by, reason, ticket_count, requested_at, claimed_until)
        SELECT p_performance_id, p_asker_ids[v_first], p_reasons[v_first], count(*), v_now, v_now
        FROM ticket t WHERE t.performance_id = p_performance_id AND t.live AND t.state <> 'refunding';
        PERFORM messages_write('performance_cancelled', v_sale, ARRAY[NULL::uuid], NULL::uuid[], ARRAY[0::bigint],
            ARRAY[0], v_now);
        SELECT f.sequence, f.changes INTO v_sequence, v_changes FROM cancellation_free(v_sale, v_now) f;
        PERFORM cancellation_tell(v_sale, v_now);
    END IF;

    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sequence, v_now, v_changes, NULL::smallint, NULL::bytea,
           NULL::cancellation_reading
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
           CASE WHEN o.outcome = 'replayed' THEN k.status END, CASE WHEN o.outcome = 'replayed' THEN k.body END, c
    FROM unnest(v_outcomes) WITH ORDINALITY AS o (outcome, place)
    LEFT JOIN LATERAL (SELECT x.status, x.body FROM idempotency x WHERE o.outcome = 'replayed'
                       AND x.customer_id = p_asker_ids[o.place] AND x.key = p_keys[o.place] OFFSET 0) k ON true
    LEFT JOIN cancellation_reading c ON o.outcome = 'cancelled' AND c.performance_id = p_performance_id
    ORDER BY o.place;
END $$;

-- Goes on with a cancelled performance by a step. Until all holds are given back and all customers are told: some more
-- of both. Then the refunds of the next tickets are written, whole orders, at least as many tickets as it is asked for;
-- every ticket's once, however often it is called. Outcomes: planned (something may be left); complete (nothing is);
-- not_cancelled. refunds: how many were written.
CREATE OR REPLACE FUNCTION cancellation_plan_batch(p_performance_id uuid, p_tickets_max integer)
RETURNS TABLE (
    item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz,
    changes integer[], refunds integer)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_job cancellation;
    v_now timestamptz;
    v_is_ready boolean;
    v_changes integer[] := '{}';
    v_sequence bigint;
    v_orders uuid[];
    v_tickets uuid[];
    v_ticket_refunds integer[];
    v_count integer;
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
    SELECT * INTO v_job FROM cancellation c WHERE c.performance_id = p_performance_id;
    v_is_ready := v_job.freed_at IS NOT NULL AND v_job.told_at IS NOT NULL;
    IF v_job.performance_id IS NOT NULL AND v_job.freed_at IS NULL THEN
        SELECT f.sequence, f.changes INTO v_sequence, v_changes FROM cancellation_free(v_sale, v_now) f;
    END IF;
    IF v_job.performance_id IS NOT NULL AND v_job.told_at IS NULL THEN PERFORM cancellation_tell(v_sale, v_now); END IF;
    SELECT array_agg(DISTINCT n.order_id) INTO v_orders
    FROM (SELECT t.order_id FROM ticket t
          WHERE t.performance_id = p_performance_id AND t.live AND t.state IN ('valid', 'checked_in')
          ORDER BY t.seat_index LIMIT p_tickets_max) n
    WHERE v_is_ready;
    v_count := coalesce(cardinality(v_orders), 0);
    IF v_count > 0 THEN
        -- A gate may be letting somebody in: in either state the ticket goes back.
        PERFORM FROM ticket t JOIN unnest(v_orders) AS w (order_id) ON w.order_id = t.order_id
        ORDER BY t.ticket_id FOR NO KEY UPDATE OF t;
        SELECT array_agg(t.ticket_id), array_agg(w.place::integer) INTO v_tickets, v_ticket_refunds
        FROM unnest(v_orders) WITH ORDINALITY AS w (order_id, place)
        CROSS JOIN LATERAL (SELECT x.ticket_id FROM ticket x
                            WHERE x.order_id = w.order_id AND x.state IN ('valid', 'checked_in') OFFSET 0) t;
        PERFORM refunds_write(v_sale, v_now, ARRAY(SELECT uuid_at(v_now) FROM generate_series(1, v_count)), v_orders,
            array_fill('performance_cancelled'::text, ARRAY[v_count]), array_fill(v_job.reason, ARRAY[v_count]),
            array_fill(v_job.asked_by, ARRAY[v_count]), array_fill(true, ARRAY[v_count]), v_tickets, v_ticket_refunds);
    ELSIF v_is_ready THEN
        UPDATE cancellation c SET planned_at = v_now
        WHERE c.performance_id = p_performance_id AND c.planned_at IS NULL;
    END IF;

    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sequence, v_now, v_changes, NULL::integer
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT 1, CASE WHEN v_job.performance_id IS NULL THEN 'not_cancelled' WHEN v_count > 0 OR NOT v_is_ready
                   THEN 'planned' ELSE 'complete' END,
           NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[], v_count;
END $$;

-- What is without a caller now.
DROP FUNCTION cancellation_write(performance, timestamptz);

DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN
        SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            AND proname IN ('cancellation_step_max', 'cancellation_free', 'cancellation_tell')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO box_office_service', v_function);
    END LOOP;
END $$;
