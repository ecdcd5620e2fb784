-- Messages: what customers, organizers and our own figures are to hear of. A message is one row, written in the
-- transaction of what it tells of; each consumer finishes its own delivery of it.

-- position: an order's messages are written under its performance's lock, so that theirs follow what happened.
-- subject_id: the payment or the refund that the message tells of.
CREATE TABLE message (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id uuid NOT NULL DEFAULT gen_random_uuid(),
    kind text NOT NULL CHECK (kind IN ('order_paid', 'tickets_issued', 'refund_made', 'performance_cancelled')),
    organizer_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    order_id uuid,
    subject_id uuid,
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    currency text NOT NULL,
    seat_count integer NOT NULL CHECK (seat_count >= 0),
    created_at timestamptz NOT NULL,
    CHECK (order_id IS NOT NULL OR kind = 'performance_cancelled')
);
CREATE INDEX message_order ON message (order_id);
CREATE INDEX message_performance ON message (performance_id, created_at);

-- Who hears of what. A webhook is an address that an organizer gave, and hears of that organizer's sales alone; what
-- signs its messages is derived from a key of the services and stands nowhere.
CREATE TABLE message_consumer (
    name text PRIMARY KEY,
    means text NOT NULL CHECK (means IN ('mail', 'webhook', 'figures')),
    kinds text[] NOT NULL CHECK (cardinality(kinds) > 0),
    organizer_id uuid REFERENCES customer,
    url text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_at timestamptz,
    CHECK ((means = 'webhook') = (organizer_id IS NOT NULL AND url IS NOT NULL))
);
INSERT INTO message_consumer (name, means, kinds) VALUES
    ('mail', 'mail', '{tickets_issued,refund_made,performance_cancelled}'),
    ('figures', 'figures', '{order_paid,refund_made}');

-- One consumer's work on one message. While somebody works on it, next_attempt_at is the end of the lease: a claim of a
-- killed process comes back by itself. dead_at: given up, until an operator redrives it.
-- No foreign keys: the door's functions write here, and a key's row lock would be shared by all of them.
CREATE TABLE delivery (
    consumer text NOT NULL,
    position bigint NOT NULL,
    order_id uuid,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    finished_at timestamptz,
    dead_at timestamptz,
    last_error text,
    PRIMARY KEY (position, consumer),
    CHECK (finished_at IS NULL OR dead_at IS NULL)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX delivery_unsettled ON delivery (consumer, next_attempt_at, position)
    WHERE finished_at IS NULL AND dead_at IS NULL;
CREATE INDEX delivery_lane_unsettled ON delivery (order_id, consumer, position)
    WHERE finished_at IS NULL AND order_id IS NOT NULL;
CREATE INDEX delivery_dead_unsettled ON delivery (consumer, position) WHERE dead_at IS NOT NULL;

-- How each attempt went. One that was killed leaves a number out.
CREATE TABLE delivery_attempt (
    consumer text NOT NULL,
    position bigint NOT NULL,
    attempt integer NOT NULL,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    succeeded boolean NOT NULL,
    milliseconds integer NOT NULL,
    detail text NOT NULL
);
CREATE INDEX delivery_attempt_of ON delivery_attempt (position, consumer);

-- What was sold and given back in each minute. Made from the messages; each change counts its minute anew.
CREATE TABLE sales_minute (
    performance_id uuid NOT NULL,
    minute timestamptz NOT NULL,
    orders integer NOT NULL DEFAULT 0,
    seats integer NOT NULL DEFAULT 0,
    gross_minor bigint NOT NULL DEFAULT 0,
    refunds integer NOT NULL DEFAULT 0,
    refunded_minor bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (performance_id, minute)
) WITH (fillfactor = 50);

-- In which language a customer is written to; unknown for those who came before.
ALTER TABLE customer_profile ADD COLUMN language text CHECK (language IN ('ko', 'en'));

-- Writes one message of a kind for each order (null: for the performance itself), and what every consumer of that kind
-- has to deliver; to be called under the performance's lock, in the transaction of what is told of.
CREATE FUNCTION messages_write(
    p_kind text, p_sale performance, p_order_ids uuid[], p_subject_ids uuid[], p_amounts bigint[],
    p_seat_counts integer[], p_at timestamptz
) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
AS $$
DECLARE
    v_positions bigint[];
    v_orders uuid[];
BEGIN
    WITH told AS (
        INSERT INTO message (kind, organizer_id, performance_id, order_id, subject_id, amount_minor, currency,
            seat_count, created_at)
        SELECT p_kind, p_sale.organizer_id, p_sale.performance_id, t.order_id, t.subject_id, t.amount_minor,
               p_sale.currency, t.seat_count, p_at
        FROM unnest(p_order_ids, p_subject_ids, p_amounts, p_seat_counts)
            AS t (order_id, subject_id, amount_minor, seat_count)
        RETURNING position, order_id)
    SELECT array_agg(t.position), array_agg(t.order_id) INTO v_positions, v_orders FROM told t;
    -- A statement of its own: whoever became a consumer before the first row was written is seen here. A consumer is
    -- added behind a lock that waits for such writers (message_consumer_add), so that it misses none.
    INSERT INTO delivery (consumer, position, order_id, next_attempt_at)
    SELECT c.name, m.position, m.order_id, p_at
    FROM unnest(v_positions, v_orders) AS m (position, order_id) CROSS JOIN message_consumer c
    WHERE p_kind = ANY (c.kinds) AND c.retired_at IS NULL
        AND (c.organizer_id IS NULL OR c.organizer_id = p_sale.organizer_id)
        AND (c.means <> 'mail' OR m.order_id IS NOT NULL);
END $$;

-- Tells of a cancelled performance: its organizer, and the customer of each order that still has something of it.
CREATE FUNCTION cancellation_write(p_sale performance, p_at timestamptz) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off
AS $$
DECLARE
    v_orders uuid[];
    v_seat_counts integer[];
BEGIN
    SELECT array_agg(o.order_id ORDER BY o.order_id), array_agg(o.seat_count ORDER BY o.order_id)
    INTO v_orders, v_seat_counts
    FROM (SELECT x.order_id, count(*)::integer AS seat_count FROM "order" x JOIN ticket t ON t.order_id = x.order_id
          WHERE x.performance_id = p_sale.performance_id AND t.live GROUP BY x.order_id) o;
    PERFORM messages_write('performance_cancelled', p_sale, ARRAY[NULL::uuid] || v_orders, NULL::uuid[],
        array_fill(0::bigint, ARRAY[1 + coalesce(cardinality(v_orders), 0)]), ARRAY[0] || v_seat_counts, p_at);
END $$;

-- Adds a consumer, behind every message that is being written: those that end before it are for a replay, all later
-- ones are delivered to it. With the owner's rights, because the services can't lock the table so.
CREATE FUNCTION message_consumer_add(p_name text, p_means text, p_kinds text[], p_organizer_id uuid, p_url text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    LOCK TABLE message IN SHARE MODE;
    INSERT INTO message_consumer (name, means, kinds, organizer_id, url)
    VALUES (p_name, p_means, p_kinds, p_organizer_id, p_url);
END $$;

-- Takes what the figures have not counted, counts the minutes that it belongs to anew, and ends it; how many messages.
-- Whoever counts a minute has locked it before: two replicas never count one from two snapshots.
CREATE FUNCTION sales_figures_count(p_limit integer) RETURNS integer
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off
AS $$
DECLARE
    v_positions bigint[];
    v_performances uuid[];
    v_minutes timestamptz[];
BEGIN
    SELECT array_agg(d.position) INTO v_positions FROM (
        SELECT x.position FROM delivery x
        WHERE x.consumer = 'figures' AND x.finished_at IS NULL AND x.dead_at IS NULL
            AND x.next_attempt_at <= statement_timestamp()
        ORDER BY x.next_attempt_at LIMIT p_limit FOR UPDATE SKIP LOCKED) d;
    IF v_positions IS NULL THEN RETURN 0; END IF;
    SELECT array_agg(g.performance_id ORDER BY g.performance_id, g.minute),
           array_agg(g.minute ORDER BY g.performance_id, g.minute)
    INTO v_performances, v_minutes
    FROM (SELECT DISTINCT m.performance_id, date_trunc('minute', m.created_at, 'UTC') AS minute
          FROM unnest(v_positions) AS p (position)
          CROSS JOIN LATERAL (SELECT * FROM message x WHERE x.position = p.position OFFSET 0) m) g;
    INSERT INTO sales_minute (performance_id, minute)
    SELECT * FROM unnest(v_performances, v_minutes) ON CONFLICT DO NOTHING;
    PERFORM FROM unnest(v_performances, v_minutes) WITH ORDINALITY AS g (performance_id, minute, place)
    JOIN sales_minute s ON s.performance_id = g.performance_id AND s.minute = g.minute
    ORDER BY g.place FOR UPDATE OF s;
    UPDATE sales_minute s SET orders = n.orders, seats = n.seats, gross_minor = n.gross, refunds = n.refunds,
        refunded_minor = n.refunded
    FROM unnest(v_performances, v_minutes) AS g (performance_id, minute)
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE m.kind = 'order_paid') AS orders,
               coalesce(sum(m.seat_count) FILTER (WHERE m.kind = 'order_paid'), 0) AS seats,
               coalesce(sum(m.amount_minor) FILTER (WHERE m.kind = 'order_paid'), 0) AS gross,
               count(*) FILTER (WHERE m.kind = 'refund_made') AS refunds,
               coalesce(sum(m.amount_minor) FILTER (WHERE m.kind = 'refund_made'), 0) AS refunded
        FROM message m
        WHERE m.performance_id = g.performance_id AND m.created_at >= g.minute
            AND m.created_at < g.minute + interval '1 minute'
            -- Money that came too late was never a sale, and is none that went back.
            AND (m.kind = 'order_paid' OR EXISTS (SELECT FROM message p
                 WHERE p.order_id = m.order_id AND p.kind = 'order_paid'))) n
    WHERE s.performance_id = g.performance_id AND s.minute = g.minute;
    UPDATE delivery d SET finished_at = clock_timestamp(), attempts = d.attempts + 1, last_error = NULL
    FROM unnest(v_positions) AS p (position) WHERE d.consumer = 'figures' AND d.position = p.position;
    RETURN cardinality(v_positions);
END $$;

-- Writes sales that were decided on, under the lock: seats, holds, orders, payments, transfers (no line of nothing),
-- tickets, messages.
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

    SELECT array_agg(p_payment_ids[w.item] ORDER BY w.place), array_agg(o.total ORDER BY w.place),
           array_agg(p_ticket_starts[w.item + 1] - p_ticket_starts[w.item] ORDER BY w.place)
    INTO v_payments, v_totals, v_seat_counts
    FROM unnest(p_items, p_order_ids) WITH ORDINALITY AS w (item, order_id, place)
    CROSS JOIN LATERAL (SELECT x.subtotal_minor + x.service_fee_minor AS total FROM "order" x
                        WHERE x.order_id = w.order_id OFFSET 0) o;
    PERFORM messages_write('order_paid', p_sale, p_order_ids, v_payments, v_totals, v_seat_counts, p_now);
    PERFORM messages_write('tickets_issued', p_sale, p_order_ids, v_payments, v_totals, v_seat_counts, p_now);
END $$;

-- Writes money that came too late for its seats, and such money that went back (its customer is told), under the lock.
CREATE OR REPLACE FUNCTION late_money_write(
    p_sale performance, p_now timestamptz, p_payment_ids uuid[], p_references text[], p_transfer_ids uuid[],
    p_refund_ids uuid[], p_late_items integer[], p_refunded_items integer[]
) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_orders uuid[];
    v_refunds uuid[];
    v_amounts bigint[];
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

    WITH made AS (
        UPDATE refund r SET state = 'made', made_at = p_now
        FROM unnest(p_refunded_items) AS w (item) WHERE r.payment_id = p_payment_ids[w.item] AND r.state = 'pending'
        RETURNING r.order_id, r.refund_id, r.amount_minor)
    SELECT array_agg(m.order_id), array_agg(m.refund_id), array_agg(m.amount_minor)
    INTO v_orders, v_refunds, v_amounts FROM made m;
    IF v_orders IS NOT NULL THEN
        PERFORM messages_write('refund_made', p_sale, v_orders, v_refunds, v_amounts,
            array_fill(0, ARRAY[cardinality(v_orders)]), p_now);
    END IF;
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

DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN
        SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN
            ('messages_write', 'cancellation_write', 'message_consumer_add', 'sales_figures_count')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO box_office_service', v_function);
    END LOOP;
END $$;
-- What was told stays told.
GRANT SELECT, INSERT ON message, delivery_attempt TO box_office_service;
GRANT SELECT ON message_consumer TO box_office_service;
GRANT UPDATE (retired_at) ON message_consumer TO box_office_service;
GRANT SELECT, INSERT, UPDATE ON delivery, sales_minute TO box_office_service;
