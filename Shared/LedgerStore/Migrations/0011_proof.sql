-- A change that sells seats commits to the tickets that it issued, and heads of the chain are published, so that a
-- ticket can carry its proof.

-- Which change of its performance a ticket came with; null for those that were issued before they were bound to one.
ALTER TABLE ticket ADD COLUMN sold_sequence bigint CHECK (sold_sequence > 0);
CREATE INDEX ticket_sold_sequence ON ticket (performance_id, sold_sequence, seat_index) WHERE sold_sequence IS NOT NULL;

-- The root of the Merkle tree over the tickets that a change issued, by seat; null where it issued none.
ALTER TABLE seat_change ADD COLUMN tickets_hash bytea CHECK (length(tickets_hash) = 32);

-- What was told to everybody of a performance's history, under a key that the database does not have: whoever rewrites
-- the history can't rewrite what was signed. tree_hash is the root of the Merkle tree over the chain's hashes up to
-- sequence.
CREATE TABLE published_head (
    performance_id uuid NOT NULL REFERENCES performance,
    sequence bigint NOT NULL CHECK (sequence > 0),
    epoch bigint NOT NULL CHECK (epoch > 0),
    chain_hash bytea NOT NULL CHECK (length(chain_hash) = 32),
    tree_hash bytea NOT NULL CHECK (length(tree_hash) = 32),
    published_at timestamptz NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL CHECK (length(signature) = 64),
    PRIMARY KEY (performance_id, sequence)
);
GRANT SELECT, INSERT ON published_head TO box_office_service;

-- What a change commits to of a ticket. A leaf of RFC 6962, section 2.1. The code stands in it as its hash: a proof is
-- no ticket.
CREATE FUNCTION ticket_leaf(
    p_ticket_id uuid, p_order_id uuid, p_performance_id uuid, p_seat_index integer, p_price_minor bigint,
    p_service_fee_minor bigint, p_currency text, p_code text, p_seat_label text
) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256('\x00'::bytea || convert_to(
        p_ticket_id || ' ' || p_order_id || ' ' || p_performance_id || ' ' || p_seat_index || ' ' || p_price_minor
            || ' ' || p_service_fee_minor || ' ' || p_currency || ' '
            || encode(sha256(convert_to(p_code, 'UTF8')), 'hex') || ' ' || p_seat_label, 'UTF8'))
$$;

-- The root over leaves, in RFC 6962's shape: neighbours are joined, level by level, and who has none goes up alone.
CREATE FUNCTION merkle_root(p_leaves bytea[]) RETURNS bytea
LANGUAGE plpgsql STABLE PARALLEL SAFE SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
    v_level bytea[] := p_leaves;
BEGIN
    WHILE cardinality(v_level) > 1 LOOP
        SELECT array_agg(p.hash ORDER BY p.place) INTO v_level
        FROM (SELECT (n.place - 1) / 2 AS place,
                     CASE count(*) WHEN 1 THEN string_agg(n.hash, NULL)
                         ELSE sha256('\x01'::bytea || string_agg(n.hash, NULL ORDER BY n.place)) END AS hash
              FROM unnest(v_level) WITH ORDINALITY AS n (hash, place) GROUP BY (n.place - 1) / 2) p;
    END LOOP;
    RETURN v_level[1];
END $$;

-- A link of the chain, as 0002 has it; where the change issued tickets, ' <tickets_hash in hexadecimal>' follows.
CREATE FUNCTION chain_link(
    p_previous bytea, p_sequence bigint, p_committed_at timestamptz, p_changes integer[], p_tickets_hash bytea)
RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT sha256(p_previous || convert_to(
        p_sequence || ' ' || (extract(epoch FROM p_committed_at) * 1000000)::bigint || ' '
            || array_to_string(p_changes, ',') || coalesce(' ' || encode(p_tickets_hash, 'hex'), ''), 'UTF8'))
$$;

-- Closes a batch that changed seats, as 0002 says; p_tickets_hash is the root over the tickets that it issued.
DROP FUNCTION append_change(uuid, timestamptz, integer[], integer);
CREATE FUNCTION append_change(
    p_performance_id uuid, p_now timestamptz, p_changes integer[], p_unsold_delta integer DEFAULT 0,
    p_tickets_hash bytea DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
    appended bigint;
BEGIN
    WITH linked AS (
        UPDATE performance p
        SET sequence = p.sequence + 1, unsold_count = p.unsold_count + p_unsold_delta,
            chain_hash = chain_link(p.chain_hash, p.sequence + 1, p_now, p_changes, p_tickets_hash)
        WHERE p.performance_id = p_performance_id
        RETURNING p.sequence, p.chain_hash)
    INSERT INTO seat_change AS c (performance_id, sequence, committed_at, changes, chain_hash, tickets_hash)
    SELECT p_performance_id, l.sequence, p_now, p_changes, l.chain_hash, p_tickets_hash FROM linked l
    RETURNING c.sequence INTO appended;
    RETURN appended;
END $$;

-- Issues the tickets of sales that were decided on, and closes the batch with a change that commits to them; under the
-- lock, so that the change's sequence is known before it is written. p_changes are the sold seats. Returns its
-- sequence.
CREATE FUNCTION tickets_issue(
    p_sale performance, p_now timestamptz, p_changes integer[], p_ticket_ids uuid[], p_ticket_codes text[],
    p_ticket_starts integer[], p_items integer[], p_order_ids uuid[]
) RETURNS bigint
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_leaves bytea[];
BEGIN
    WITH issued AS (
        INSERT INTO ticket (ticket_id, order_id, performance_id, customer_id, seat_index, code, price_minor,
            service_fee_minor, currency, issued_at, sold_sequence, tax_basis_points, price_tax_minor,
            service_fee_tax_minor)
        SELECT p_ticket_ids[p_ticket_starts[w.item] + n.place - 1], o.order_id, p_sale.performance_id, o.customer_id,
               n.seat_index, p_ticket_codes[p_ticket_starts[w.item] + n.place - 1], l.price_minor, l.service_fee_minor,
               o.currency, p_now, p_sale.sequence + 1, l.tax_basis_points,
               inclusive_tax(l.price_minor, l.tax_basis_points),
               inclusive_tax(l.service_fee_minor, l.tax_basis_points)
        FROM unnest(p_items, p_order_ids) AS w (item, order_id)
        CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = w.order_id OFFSET 0) o
        CROSS JOIN LATERAL (
            SELECT u.seat_index, row_number() OVER (ORDER BY u.seat_index) AS place
            FROM hold h CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
            WHERE h.hold_id = ANY (o.hold_ids)) n
        CROSS JOIN LATERAL (SELECT x.price_level FROM seat x WHERE x.performance_id = p_sale.performance_id
                            AND x.seat_index = n.seat_index OFFSET 0) s
        JOIN price_level l ON l.performance_id = p_sale.performance_id AND l.number = s.price_level
        WHERE n.place <= p_ticket_starts[w.item + 1] - p_ticket_starts[w.item]
        RETURNING *)
    SELECT array_agg(ticket_leaf(t.ticket_id, t.order_id, t.performance_id, t.seat_index, t.price_minor,
                                 t.service_fee_minor, t.currency, t.code, c.seat_label) ORDER BY t.seat_index)
    INTO v_leaves
    FROM issued t
    CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x WHERE x.chart_id = p_sale.chart_id
                        AND x.seat_index = t.seat_index OFFSET 0) c;
    IF cardinality(v_leaves) IS DISTINCT FROM cardinality(p_changes) THEN
        RAISE EXCEPTION 'sold % seats but issued % tickets', cardinality(p_changes), cardinality(v_leaves);
    END IF;
    RETURN append_change(p_sale.performance_id, p_now, p_changes, -cardinality(p_changes), merkle_root(v_leaves));
END $$;

-- Writes sales that were decided on, under the lock: seats, holds, orders, payments, tickets, transfers (no line of
-- nothing), messages.
CREATE OR REPLACE FUNCTION sales_write(
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

-- Settling, as migration 5 says; what does not take place is sold to nobody, and providers' fees are booked.
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
            v_is_free := v_sale.sale_state <> 'cancelled' AND v_row.order_state IN ('pending', 'expired')
                AND v_row.free = v_row.seat_count AND NOT v_taken && v_row.seat_indexes;
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

DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN
        SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN
            ('ticket_leaf', 'merkle_root', 'chain_link', 'append_change', 'tickets_issue')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO box_office_service', v_function);
    END LOOP;
END $$;
