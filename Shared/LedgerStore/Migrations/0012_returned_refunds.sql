-- Money that came back after it was given back, and money that was given back by hand.

-- returned_at: a refund that the provider had made, and whose money then came back to it, or never arrived: it is
-- refused, and owed again. Its tickets, seats, order and payment keep what they became when it was first made.
-- given_back_at: an operator found that the money of a refused refund went back all the same, and says how.
ALTER TABLE refund
    ADD COLUMN returned_at timestamptz,
    ADD COLUMN given_back_at timestamptz,
    ADD COLUMN given_back_note text CHECK (length(given_back_note) BETWEEN 1 AND 1000),
    ADD COLUMN given_back_outside boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT refund_given_back CHECK ((given_back_at IS NULL) = (given_back_note IS NULL));

-- house_bank: what was given back from our own accounts, past the provider.
ALTER TABLE account
    DROP CONSTRAINT account_kind_check,
    ADD CONSTRAINT account_kind_check CHECK (kind IN ('provider_clearing', 'organizer_payable', 'service_fee_revenue',
        'refunds', 'tax_payable', 'provider_fees', 'payouts', 'house_bank'));

-- Settles refunds of one performance by what the provider said of each to the key that it was asked by: made, or
-- refused for a reason; or by what an operator knows of a refused one: given_back at the provider, given_back_outside
-- of it. p_words: the reason, or the operator's note. No two items share a refund.
-- Outcomes: made; refused; returned (it had been made, and the money came back: it is refused, and owed again); settled
-- (it had its end before, or was asked by another key since: nothing was written); not_found.
DROP FUNCTION refund_settle_batch(uuid, uuid[], uuid[], text[], text[]);
CREATE FUNCTION refund_settle_batch(
    p_performance_id uuid, p_refund_ids uuid[], p_keys uuid[], p_observations text[], p_words text[]
) RETURNS TABLE (
    item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz,
    changes integer[], refund_state text)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_outcomes text[];
    v_made uuid[];
    v_refused integer[];
    v_returned uuid[];
    v_given_back integer[];
    v_seat_state integer;
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
    -- Whoever has one asked again holds its row, and not the performance's.
    PERFORM FROM refund r JOIN unnest(p_refund_ids) AS w (refund_id) ON w.refund_id = r.refund_id
    ORDER BY r.refund_id FOR NO KEY UPDATE OF r;
    SELECT array_agg(d.outcome ORDER BY d.item), array_agg(d.refund_id) FILTER (WHERE d.outcome = 'made'),
           array_agg(d.item) FILTER (WHERE d.outcome IN ('refused', 'returned')),
           array_agg(d.refund_id) FILTER (WHERE d.outcome = 'returned'),
           array_agg(d.item) FILTER (WHERE d.outcome = 'made' AND d.observation <> 'made')
    INTO v_outcomes, v_made, v_refused, v_returned, v_given_back
    FROM (
        SELECT w.item::integer, w.refund_id, w.observation, CASE
            WHEN r.refund_id IS NULL THEN 'not_found'
            WHEN w.observation IN ('given_back', 'given_back_outside') THEN
                CASE r.state WHEN 'refused' THEN 'made' ELSE 'settled' END
            WHEN r.state = 'made' AND w.observation = 'refused' AND coalesce(r.retry_key, r.refund_id) = w.key
                THEN 'returned'
            WHEN r.state <> 'pending' OR coalesce(r.retry_key, r.refund_id) <> w.key THEN 'settled'
            ELSE w.observation END AS outcome
        FROM unnest(p_refund_ids, p_keys, p_observations) WITH ORDINALITY AS w (refund_id, key, observation, item)
        LEFT JOIN LATERAL (SELECT * FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
            ON r.performance_id = p_performance_id) d;

    UPDATE refund r SET state = 'refused', refused_at = v_now, refusal_code = p_words[w.item],
        returned_at = CASE r.state WHEN 'made' THEN v_now ELSE r.returned_at END, made_at = NULL
    FROM unnest(v_refused) AS w (item) WHERE r.refund_id = p_refund_ids[w.item];
    IF v_returned IS NOT NULL THEN PERFORM refunds_returned_write(v_now, v_returned); END IF;
    -- The provider is asked by the old key no more: whatever it says to it is not about what was given back.
    UPDATE refund r SET given_back_at = v_now, given_back_note = p_words[w.item], retry_key = uuid_at(v_now),
        given_back_outside = p_observations[w.item] = 'given_back_outside'
    FROM unnest(v_given_back) AS w (item) WHERE r.refund_id = p_refund_ids[w.item];

    IF v_made IS NOT NULL THEN
        -- What does not take place is not for sale.
        v_seat_state := CASE WHEN v_sale.sale_state = 'cancelled' THEN 3 ELSE v_sale.refunded_seats END;
        SELECT coalesce(array_agg(t.seat_index * 4 + v_seat_state ORDER BY t.seat_index), '{}') INTO v_changes
        FROM unnest(v_made) AS w (refund_id)
        CROSS JOIN LATERAL (SELECT x.order_id FROM refund x
                            WHERE x.refund_id = w.refund_id AND x.returned_at IS NULL OFFSET 0) r
        CROSS JOIN LATERAL (SELECT x.seat_index FROM ticket x
                            WHERE x.order_id = r.order_id AND x.refund_id = w.refund_id OFFSET 0) t;
        IF cardinality(v_changes) > 0 THEN
            v_sequence := append_change(p_performance_id, v_now, v_changes,
                CASE v_seat_state WHEN 0 THEN cardinality(v_changes) ELSE 0 END);
            UPDATE seat s SET state = v_seat_state, hold_id = NULL, held_until = NULL, order_id = NULL,
                changed_sequence = v_sequence
            FROM unnest(v_changes) AS c (change)
            WHERE s.performance_id = p_performance_id AND s.seat_index = c.change / 4 AND s.state = 2;
            GET DIAGNOSTICS v_written = ROW_COUNT;
            IF v_written <> cardinality(v_changes) THEN
                RAISE EXCEPTION 'refunded % seats but freed %', cardinality(v_changes), v_written;
            END IF;
        END IF;
        PERFORM refunds_made_write(v_sale, v_now, v_made);
    END IF;

    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sequence, v_now, v_changes, NULL::text
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
           r.state
    FROM unnest(v_outcomes) WITH ORDINALITY AS o (outcome, place)
    LEFT JOIN LATERAL (SELECT x.state FROM refund x WHERE o.outcome <> 'not_found'
                       AND x.refund_id = p_refund_ids[o.place] OFFSET 0) r ON true
    ORDER BY o.place;
END $$;

-- Writes refunds that were made, under the lock: refunds, tickets, orders, payments of late money, transfers, messages.
-- Of those whose money had come back, what they brought about stands already: the money alone is written.
CREATE OR REPLACE FUNCTION refunds_made_write(p_sale performance, p_now timestamptz, p_refund_ids uuid[]) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_first uuid[];
    v_orders uuid[];
    v_amounts bigint[];
    v_seat_counts integer[];
BEGIN
    UPDATE refund r SET state = 'made', made_at = p_now
    FROM unnest(p_refund_ids) AS w (refund_id) WHERE r.refund_id = w.refund_id;
    SELECT array_agg(r.refund_id ORDER BY w.place), array_agg(r.order_id ORDER BY w.place),
           array_agg(r.amount_minor ORDER BY w.place), array_agg(r.ticket_count ORDER BY w.place)
    INTO v_first, v_orders, v_amounts, v_seat_counts
    FROM unnest(p_refund_ids) WITH ORDINALITY AS w (refund_id, place)
    CROSS JOIN LATERAL (SELECT * FROM refund x
                        WHERE x.refund_id = w.refund_id AND x.returned_at IS NULL OFFSET 0) r;
    UPDATE ticket t SET state = 'refunded', live = false
    FROM unnest(v_first, v_orders) AS w (refund_id, order_id)
    WHERE t.order_id = w.order_id AND t.refund_id = w.refund_id;
    -- Money that came too late: its payment bought nothing. Another payment may have bought its order's seats.
    UPDATE payment p SET state = 'refunded', settled_at = p_now
    FROM unnest(v_first) AS w (refund_id)
    CROSS JOIN LATERAL (SELECT x.payment_id FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
    WHERE p.payment_id = r.payment_id AND p.state = 'refunding';
    UPDATE "order" o
    SET refunded_minor = o.refunded_minor + g.of_tickets + CASE o.state WHEN 'expired' THEN g.late ELSE 0 END,
        state = CASE WHEN EXISTS (SELECT FROM ticket t WHERE t.order_id = o.order_id AND t.live)
            THEN 'partly_refunded' ELSE 'refunded' END
    FROM (SELECT w.order_id, bool_or(w.seat_count > 0) AS has_tickets,
                 coalesce(sum(w.amount_minor) FILTER (WHERE w.seat_count > 0), 0) AS of_tickets,
                 coalesce(sum(w.amount_minor) FILTER (WHERE w.seat_count = 0), 0) AS late
          FROM unnest(v_orders, v_amounts, v_seat_counts) AS w (order_id, amount_minor, seat_count)
          GROUP BY w.order_id) g
    WHERE o.order_id = g.order_id AND (g.has_tickets OR o.state = 'expired');
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT uuid_at(p_now), account_of('refunds', '', r.currency),
               CASE WHEN r.given_back_outside THEN account_of('house_bank', '', r.currency)
                    ELSE account_of('provider_clearing', p.provider, r.currency) END,
               r.amount_minor, r.currency, r.order_id, r.payment_id,
               CASE WHEN r.given_back_outside THEN 'refund_outside' ELSE 'refund' END, p_now
        FROM unnest(p_refund_ids) AS w (refund_id)
        CROSS JOIN LATERAL (SELECT * FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
        CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = r.payment_id OFFSET 0) p
        WHERE r.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
    IF v_first IS NOT NULL THEN
        PERFORM messages_write('refund_made', p_sale, v_orders, v_first, v_amounts, v_seat_counts, p_now);
    END IF;
END $$;

-- Books that the provider has money again which it had given back: its customer is owed it once more.
CREATE FUNCTION refunds_returned_write(p_now timestamptz, p_refund_ids uuid[]) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT uuid_at(p_now), account_of('provider_clearing', p.provider, r.currency),
               account_of('refunds', '', r.currency), r.amount_minor, r.currency, r.order_id, r.payment_id,
               'refund_returned', p_now
        FROM unnest(p_refund_ids) AS w (refund_id)
        CROSS JOIN LATERAL (SELECT * FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
        CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = r.payment_id OFFSET 0) p
        WHERE r.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
END $$;

-- As in 0009, but for one thing: an answer about how a payment ended takes the place of any that said something else of
-- it before, also that nothing was charged; only that it is paid (201) is never taken back. Who asks by a key of their
-- own (with a fingerprint) replaces nothing.
CREATE OR REPLACE FUNCTION answers_store(
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
        WHERE customer_id = v_row.customer_id AND key = v_row.key
            AND (status IS NULL OR status <> 201 AND v_row.fingerprint IS NULL)
            AND fingerprint = coalesce(v_row.fingerprint, fingerprint);
        IF NOT FOUND AND v_row.fingerprint IS NOT NULL THEN
            INSERT INTO idempotency (customer_id, key, fingerprint, status, body)
            VALUES (v_row.customer_id, v_row.key, v_row.fingerprint, v_row.status, v_row.body);
        END IF;
    END LOOP;
END $$;

-- Settling, as migration 5 says, but that refunds are settled by refund_settle_batch alone. Money whose order lost a
-- hold to another order goes back.
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
                       AND x.state = 'pending' OFFSET 0) r ON true
    ORDER BY i.item;
END $$;

-- Writes sales that were decided on, under the lock, once tickets_issue issued their tickets: seats, holds, orders,
-- payments, transfers (no line of nothing), messages.
DROP FUNCTION sales_write(
    performance, timestamptz, bigint, uuid[], text[], uuid[], uuid[], text[], integer[], integer[], uuid[]);
CREATE FUNCTION sales_write(
    p_sale performance, p_now timestamptz, p_sequence bigint, p_payment_ids uuid[], p_references text[],
    p_transfer_ids uuid[], p_ticket_starts integer[], p_items integer[], p_order_ids uuid[]
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
    v_payments uuid[];
    v_totals bigint[];
    v_seat_counts integer[];
    v_is_taxed boolean;
    v_payable uuid;
    v_fees uuid;
    v_taxes uuid;
    v_own_taxes uuid;
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

    SELECT sum(p_ticket_starts[w.item + 1] - p_ticket_starts[w.item]) INTO v_tickets FROM unnest(p_items) AS w (item);
    IF v_tickets <> v_seats THEN
        RAISE EXCEPTION 'sold % seats but issued % tickets', v_seats, v_tickets;
    END IF;

    v_payable := account_of('organizer_payable', p_sale.organizer_id::text, p_sale.currency);
    v_fees := account_of('service_fee_revenue', '', p_sale.currency);
    v_is_taxed := EXISTS (SELECT FROM price_level l
                          WHERE l.performance_id = p_sale.performance_id AND l.tax_basis_points > 0);
    IF v_is_taxed THEN
        v_taxes := account_of('tax_payable', p_sale.organizer_id::text, p_sale.currency);
        v_own_taxes := account_of('tax_payable', '', p_sale.currency);
    END IF;
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT l.transfer_id, account_of('provider_clearing', p.provider, p.currency), l.credit, l.amount_minor,
               p.currency, p.order_id, p.payment_id, l.kind, p_now
        FROM unnest(p_items) AS w (item)
        CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = p_payment_ids[w.item] OFFSET 0) p
        CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = p.order_id OFFSET 0) o
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(x.price_tax_minor), 0)::bigint AS price,
                   coalesce(sum(x.service_fee_tax_minor), 0)::bigint AS fee
            FROM ticket x WHERE v_is_taxed AND x.order_id = p.order_id) t
        CROSS JOIN LATERAL (VALUES
            (p_transfer_ids[2 * w.item - 1], v_payable, o.subtotal_minor - t.price, 'sale'),
            (p_transfer_ids[2 * w.item], v_fees, o.service_fee_minor - t.fee, 'service_fee'),
            (uuid_at(p_now), v_taxes, t.price, 'sale_tax'),
            (uuid_at(p_now), v_own_taxes, t.fee, 'service_fee_tax')) AS l (transfer_id, credit, amount_minor, kind)
        WHERE l.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
    PERFORM provider_fees_write(p_now, ARRAY(SELECT p_payment_ids[w.item] FROM unnest(p_items) AS w (item)));

    SELECT array_agg(p_payment_ids[w.item] ORDER BY w.place), array_agg(o.total ORDER BY w.place),
           array_agg(p_ticket_starts[w.item + 1] - p_ticket_starts[w.item] ORDER BY w.place)
    INTO v_payments, v_totals, v_seat_counts
    FROM unnest(p_items, p_order_ids) WITH ORDINALITY AS w (item, order_id, place)
    CROSS JOIN LATERAL (SELECT x.subtotal_minor + x.service_fee_minor AS total FROM "order" x
                        WHERE x.order_id = w.order_id OFFSET 0) o;
    PERFORM messages_write('order_paid', p_sale, p_order_ids, v_payments, v_totals, v_seat_counts, p_now);
    PERFORM messages_write('tickets_issued', p_sale, p_order_ids, v_payments, v_totals, v_seat_counts, p_now);
END $$;

-- Writes money that came too late for its seats, under the lock.
DROP FUNCTION late_money_write(
    performance, timestamptz, uuid[], text[], uuid[], uuid[], integer[], integer[]);
CREATE FUNCTION late_money_write(
    p_sale performance, p_now timestamptz, p_payment_ids uuid[], p_references text[], p_transfer_ids uuid[],
    p_refund_ids uuid[], p_items integer[]
) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
    INSERT INTO refund (refund_id, payment_id, order_id, performance_id, amount_minor, currency, reason, created_at)
    SELECT p_refund_ids[w.item], p.payment_id, p.order_id, p.performance_id, p.amount_minor, p.currency,
           'late_payment', p_now
    FROM unnest(p_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
    WHERE p.amount_minor > 0;
    UPDATE payment p SET next_action = NULL, next_check_at = p_now,
        state = CASE WHEN p.amount_minor > 0 THEN 'refunding' ELSE 'cancelled' END,
        settled_at = CASE WHEN p.amount_minor > 0 THEN NULL ELSE p_now END,
        provider_reference = coalesce(p_references[w.item], p.provider_reference)
    FROM unnest(p_items) AS w (item) WHERE p.payment_id = p_payment_ids[w.item];
    WITH lapsed AS (
        UPDATE "order" o SET state = 'expired'
        FROM unnest(p_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
        WHERE o.order_id = p.order_id AND o.state = 'pending' RETURNING o.order_id)
    DELETE FROM order_hold oh USING lapsed WHERE oh.order_id = lapsed.order_id;
    -- A hold that lives on in another order is that order's.
    UPDATE hold h SET state = 'active', extended_until = greatest(h.extended_until, h.expires_at, p_now)
    FROM unnest(p_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
    JOIN "order" o ON o.order_id = p.order_id
    WHERE h.hold_id = ANY (o.hold_ids) AND h.state = 'paying'
        AND NOT EXISTS (SELECT FROM order_hold oh WHERE oh.hold_id = h.hold_id AND oh.order_id <> o.order_id);
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT p_transfer_ids[2 * w.item - 1], account_of('provider_clearing', p.provider, p.currency),
               account_of('refunds', '', p.currency), p.amount_minor, p.currency, p.order_id, p.payment_id,
               'late_payment', p_now
        FROM unnest(p_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
        WHERE p.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
END $$;

-- What 0011 left without a caller.
DROP FUNCTION chain_link(bytea, bigint, timestamptz, integer[]);

DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN
        SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN
            ('refund_settle_batch', 'refunds_returned_write', 'sales_write', 'late_money_write')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO box_office_service', v_function);
    END LOOP;
END $$;
