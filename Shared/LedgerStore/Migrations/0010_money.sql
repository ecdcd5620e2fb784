-- Refunds of tickets and of whole performances, and the books beside them: tax, providers' fees, payouts.
--
-- Who asks for a refund has it written down in one transaction: the refund pending, its tickets "refunding" (they open
-- no gate, but their seats are still theirs), and its amount owed to the customer. The provider is asked outside of any
-- transaction, with refund_id, or retry_key once it was refused, as its key. What it says goes through the seats' door.

-- An id of ours: a UUIDv7 of an instant.
CREATE FUNCTION uuid_at(p_now timestamptz) RETURNS uuid
LANGUAGE sql VOLATILE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM p_now) * 1000)::bigint), 12, '0') || '7'
            || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;

-- The tax inside an amount at a rate of hundredths of a percent, rounded half up.
CREATE FUNCTION inclusive_tax(p_amount_minor bigint, p_basis_points integer) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
    SELECT div(2::numeric * p_amount_minor * p_basis_points + 10000 + p_basis_points,
               2::numeric * (10000 + p_basis_points))::bigint
$$;

-- The organizer's rule. refund_until_seconds: until so long before the start customers refund their tickets themselves;
-- null: not at all. refunded_seats: what becomes of the seats, 0 available or 3 blocked.
ALTER TABLE performance
    ADD COLUMN refund_until_seconds integer CHECK (refund_until_seconds >= 0),
    ADD COLUMN refund_keeps_fee boolean NOT NULL DEFAULT true,
    ADD COLUMN refunded_seats smallint NOT NULL DEFAULT 0 CHECK (refunded_seats IN (0, 3));

-- The tax is inside the price and inside the fee. A ticket keeps what it was sold with.
ALTER TABLE price_level
    ADD COLUMN tax_basis_points integer NOT NULL DEFAULT 0 CHECK (tax_basis_points BETWEEN 0 AND 10000);
ALTER TABLE ticket
    ADD COLUMN tax_basis_points integer NOT NULL DEFAULT 0,
    ADD COLUMN price_tax_minor bigint NOT NULL DEFAULT 0 CHECK (price_tax_minor >= 0),
    ADD COLUMN service_fee_tax_minor bigint NOT NULL DEFAULT 0 CHECK (service_fee_tax_minor >= 0),
    -- The refund that it is in, or was given back by.
    ADD COLUMN refund_id uuid,
    DROP CONSTRAINT ticket_state_check,
    ADD CONSTRAINT ticket_state_check CHECK (state IN ('valid', 'checked_in', 'refunding', 'refunded', 'void')),
    DROP CONSTRAINT ticket_live_states,
    ADD CONSTRAINT ticket_live_states CHECK (live = (state IN ('valid', 'checked_in', 'refunding'))),
    ADD CONSTRAINT ticket_refunding_has_refund CHECK (state <> 'refunding' OR refund_id IS NOT NULL);

-- Money that came too late has no tickets. price and fee are what of each goes back, tax inside; they are nothing then.
ALTER TABLE refund
    DROP CONSTRAINT refund_amount_minor_check,
    ADD CONSTRAINT refund_amount_minor_check CHECK (amount_minor >= 0),
    DROP CONSTRAINT refund_reason_check,
    ADD CONSTRAINT refund_reason_check
        CHECK (reason IN ('late_payment', 'customer', 'organizer', 'operator', 'performance_cancelled')),
    DROP CONSTRAINT refund_state_check,
    ADD CONSTRAINT refund_state_check CHECK (state IN ('pending', 'made', 'refused')),
    ADD COLUMN note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    ADD COLUMN asked_by uuid,
    ADD COLUMN ticket_count integer NOT NULL DEFAULT 0 CHECK (ticket_count >= 0),
    ADD COLUMN price_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN service_fee_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN price_tax_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN service_fee_tax_minor bigint NOT NULL DEFAULT 0,
    ADD COLUMN retry_key uuid,
    ADD COLUMN refusal_code text,
    ADD COLUMN refused_at timestamptz,
    -- When a worker may next ask the provider, and how often one did.
    ADD COLUMN next_check_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ADD COLUMN checks integer NOT NULL DEFAULT 0,
    ADD CONSTRAINT refund_parts CHECK (reason = 'late_payment' OR amount_minor = price_minor + service_fee_minor),
    ADD CONSTRAINT refund_refused CHECK (state <> 'refused' OR refused_at IS NOT NULL);
CREATE INDEX refund_order ON refund (order_id);
CREATE INDEX refund_performance ON refund (performance_id);
-- Whoever asked alone comes before the many of a cancelled performance.
CREATE INDEX refund_unsettled ON refund ((reason = 'performance_cancelled'), next_check_at) WHERE state = 'pending';
CREATE INDEX refund_refused_unsettled ON refund (refused_at, refund_id) WHERE state = 'refused';

-- A performance that does not take place, and how far its refunds are. planned_at: a refund stands for every ticket;
-- finished_at: none of them waits. While somebody works on it, claimed_until is the end of the lease.
CREATE TABLE cancellation (
    performance_id uuid PRIMARY KEY,
    asked_by uuid NOT NULL,
    reason text NOT NULL CHECK (length(reason) <= 1000),
    ticket_count integer NOT NULL CHECK (ticket_count >= 0),
    requested_at timestamptz NOT NULL,
    planned_at timestamptz,
    finished_at timestamptz,
    claimed_until timestamptz NOT NULL
);
CREATE INDEX cancellation_unsettled ON cancellation (claimed_until) WHERE finished_at IS NULL;

CREATE VIEW cancellation_reading AS
SELECT c.performance_id, f.organizer_id, c.reason, c.requested_at, c.planned_at, c.finished_at, c.ticket_count,
       f.currency, r.refunds, r.refunds_made, r.refunds_refused, r.tickets_made, r.amount_minor, r.made_minor
FROM cancellation c
JOIN performance f ON f.performance_id = c.performance_id
CROSS JOIN LATERAL (
    SELECT count(*)::integer AS refunds, (count(*) FILTER (WHERE r.state = 'made'))::integer AS refunds_made,
           (count(*) FILTER (WHERE r.state = 'refused'))::integer AS refunds_refused,
           coalesce(sum(r.ticket_count) FILTER (WHERE r.state = 'made'), 0)::integer AS tickets_made,
           coalesce(sum(r.amount_minor), 0)::bigint AS amount_minor,
           coalesce(sum(r.amount_minor) FILTER (WHERE r.state = 'made'), 0)::bigint AS made_minor
    FROM refund r WHERE r.performance_id = c.performance_id AND r.reason = 'performance_cancelled') r;

-- The books. tax_payable: the organizer's own for the tickets' prices, ours for the fees. provider_fees: what a
-- provider keeps, by its rule. payouts: what an organizer was sent.
ALTER TABLE account
    DROP CONSTRAINT account_kind_check,
    ADD CONSTRAINT account_kind_check CHECK (kind IN ('provider_clearing', 'organizer_payable', 'service_fee_revenue',
        'refunds', 'tax_payable', 'provider_fees', 'payouts'));
ALTER TABLE transfer
    ALTER COLUMN order_id DROP NOT NULL,
    ADD CONSTRAINT transfer_has_order CHECK (order_id IS NOT NULL OR kind = 'payout');
-- A balance is a sum over its account's lines.
CREATE INDEX transfer_debit_account ON transfer (debit_account_id);
CREATE INDEX transfer_credit_account ON transfer (credit_account_id);

CREATE TABLE provider_fee_rule (
    provider text NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    basis_points integer NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    fixed_minor bigint NOT NULL CHECK (fixed_minor >= 0),
    PRIMARY KEY (provider, currency)
);

CREATE TABLE payout (
    payout_id uuid PRIMARY KEY,
    organizer_id uuid NOT NULL REFERENCES customer,
    transfer_id uuid NOT NULL UNIQUE,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL,
    CONSTRAINT payout_reference_unique UNIQUE (organizer_id, reference)
);

-- What stands on an account's right less what stands on its left, of what was posted by an instant.
CREATE FUNCTION account_credit_balance(p_account_id uuid, p_at timestamptz) RETURNS bigint
LANGUAGE sql STABLE
SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off
AS $$
    SELECT (SELECT coalesce(sum(t.amount_minor), 0) FROM transfer t JOIN transfer_resolution r USING (transfer_id)
            WHERE t.credit_account_id = p_account_id AND r.state = 'posted' AND r.resolved_at <= p_at)::bigint
         - (SELECT coalesce(sum(t.amount_minor), 0) FROM transfer t JOIN transfer_resolution r USING (transfer_id)
            WHERE t.debit_account_id = p_account_id AND r.state = 'posted' AND r.resolved_at <= p_at)::bigint
$$;

-- Records that an organizer was sent money. Outcomes: paid_out; repeated (this reference was recorded before, with this
-- amount); reference_used (with another amount); more_than_payable. Payouts of one account wait for each other.
CREATE FUNCTION payout_write(
    p_payout_id uuid, p_organizer_id uuid, p_amount_minor bigint, p_currency text, p_reference text,
    OUT outcome text, OUT payout_id uuid, OUT payable_minor bigint)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
AS $$
DECLARE
    v_payable uuid := account_of('organizer_payable', p_organizer_id::text, p_currency);
    v_known payout;
    v_transfer uuid;
    v_now timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('payout ' || v_payable, 0));
    v_now := clock_timestamp();
    payable_minor := account_credit_balance(v_payable, 'infinity');
    SELECT * INTO v_known FROM payout x WHERE x.organizer_id = p_organizer_id AND x.reference = p_reference;
    IF v_known.payout_id IS NOT NULL THEN
        payout_id := v_known.payout_id;
        outcome := CASE WHEN v_known.amount_minor = p_amount_minor AND v_known.currency = p_currency
            THEN 'repeated' ELSE 'reference_used' END;
        RETURN;
    ELSIF p_amount_minor > payable_minor THEN
        outcome := 'more_than_payable';
        RETURN;
    END IF;
    v_transfer := uuid_at(v_now);
    INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, kind, created_at)
    VALUES (v_transfer, v_payable, account_of('payouts', p_organizer_id::text, p_currency), p_amount_minor, p_currency,
            'payout', v_now);
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) VALUES (v_transfer, 'posted', v_now);
    INSERT INTO payout (payout_id, organizer_id, transfer_id, amount_minor, currency, reference, created_at)
    VALUES (p_payout_id, p_organizer_id, v_transfer, p_amount_minor, p_currency, p_reference, v_now);
    payout_id := p_payout_id;
    payable_minor := payable_minor - p_amount_minor;
    outcome := 'paid_out';
END $$;

-- Books what providers keep of charges, where there is a rule: hundredths of a percent, rounded half up, and a fixed
-- part.
CREATE FUNCTION provider_fees_write(p_now timestamptz, p_payment_ids uuid[]) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM provider_fee_rule) THEN RETURN; END IF;
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT uuid_at(p_now), account_of('provider_fees', p.provider, p.currency),
               account_of('provider_clearing', p.provider, p.currency), f.fee_minor, p.currency, p.order_id,
               p.payment_id, 'provider_fee', p_now
        FROM unnest(p_payment_ids) AS w (payment_id)
        CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = w.payment_id OFFSET 0) p
        JOIN provider_fee_rule r ON r.provider = p.provider AND r.currency = p.currency
        CROSS JOIN LATERAL (
            SELECT least(p.amount_minor, r.fixed_minor
                + div(2::numeric * p.amount_minor * r.basis_points + 10000, 20000)::bigint) AS fee_minor) f
        WHERE f.fee_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
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

    INSERT INTO ticket (ticket_id, order_id, performance_id, customer_id, seat_index, code, price_minor,
        service_fee_minor, currency, issued_at, tax_basis_points, price_tax_minor, service_fee_tax_minor)
    SELECT p_ticket_ids[p_ticket_starts[w.item] + n.place - 1], o.order_id, p_sale.performance_id, o.customer_id,
           n.seat_index, p_ticket_codes[p_ticket_starts[w.item] + n.place - 1], l.price_minor, l.service_fee_minor,
           o.currency, p_now, l.tax_basis_points, inclusive_tax(l.price_minor, l.tax_basis_points),
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
    WHERE n.place <= p_ticket_starts[w.item + 1] - p_ticket_starts[w.item];
    GET DIAGNOSTICS v_tickets = ROW_COUNT;
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
-- Refunds.

-- Writes refunds that were decided on, under the lock: the refunds, their tickets "refunding", and what is owed to
-- customers from now on. Ticket k belongs to refund p_ticket_refunds[k], a place in p_refund_ids; all of a refund's
-- tickets are of its order.
CREATE FUNCTION refunds_write(
    p_sale performance, p_now timestamptz, p_refund_ids uuid[], p_order_ids uuid[], p_reasons text[], p_notes text[],
    p_asked_by uuid[], p_with_fees boolean[], p_ticket_ids uuid[], p_ticket_refunds integer[]
) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_written integer;
    v_owed uuid := account_of('refunds', '', p_sale.currency);
BEGIN
    UPDATE ticket t SET state = 'refunding', refund_id = p_refund_ids[w.refund]
    FROM unnest(p_ticket_ids, p_ticket_refunds) AS w (ticket_id, refund)
    WHERE t.ticket_id = w.ticket_id AND t.state IN ('valid', 'checked_in');
    GET DIAGNOSTICS v_written = ROW_COUNT;
    IF v_written <> cardinality(p_ticket_ids) THEN
        RAISE EXCEPTION 'a refund of % tickets found %', cardinality(p_ticket_ids), v_written;
    END IF;
    INSERT INTO refund (refund_id, payment_id, order_id, performance_id, amount_minor, currency, reason, note, asked_by,
        ticket_count, price_minor, service_fee_minor, price_tax_minor, service_fee_tax_minor, created_at, next_check_at)
    SELECT p_refund_ids[w.place], p.payment_id, w.order_id, p_sale.performance_id, t.price + t.fee, p_sale.currency,
           p_reasons[w.place], p_notes[w.place], p_asked_by[w.place], t.tickets, t.price, t.fee, t.price_tax, t.fee_tax,
           p_now, p_now
    FROM unnest(p_order_ids) WITH ORDINALITY AS w (order_id, place)
    CROSS JOIN LATERAL (SELECT x.payment_id FROM payment x
                        WHERE x.order_id = w.order_id AND x.state = 'succeeded' LIMIT 1) p
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS tickets, sum(x.price_minor)::bigint AS price,
               sum(x.price_tax_minor)::bigint AS price_tax,
               (CASE WHEN p_with_fees[w.place] THEN sum(x.service_fee_minor) ELSE 0 END)::bigint AS fee,
               (CASE WHEN p_with_fees[w.place] THEN sum(x.service_fee_tax_minor) ELSE 0 END)::bigint AS fee_tax
        FROM ticket x WHERE x.order_id = w.order_id AND x.refund_id = p_refund_ids[w.place]) t;
    GET DIAGNOSTICS v_written = ROW_COUNT;
    IF v_written <> cardinality(p_refund_ids) THEN
        RAISE EXCEPTION '% refunds found % payments', cardinality(p_refund_ids), v_written;
    END IF;
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT uuid_at(p_now), account_of(l.kind, l.owner, p_sale.currency), v_owed, l.amount_minor, p_sale.currency,
               r.order_id, r.payment_id, l.word, p_now
        FROM unnest(p_refund_ids) AS w (refund_id)
        CROSS JOIN LATERAL (SELECT * FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
        CROSS JOIN LATERAL (VALUES
            ('organizer_payable', p_sale.organizer_id::text, r.price_minor - r.price_tax_minor, 'refund_of_price'),
            ('tax_payable', p_sale.organizer_id::text, r.price_tax_minor, 'refund_of_tax'),
            ('service_fee_revenue', '', r.service_fee_minor - r.service_fee_tax_minor, 'refund_of_fee'),
            ('tax_payable', '', r.service_fee_tax_minor, 'refund_of_fee_tax')) AS l (kind, owner, amount_minor, word)
        WHERE l.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
END $$;

-- Asks for refunds of tickets of one performance. Asker i is a customer (of own orders, as far as the performance's
-- rule allows), an organizer (of own performances) or an operator (of all). p_tickets are the tickets of all items
-- after each other, p_ticket_items the place, from 1, of the item that each belongs to; an item without any asks for
-- all that is left of its order.
-- Outcomes (rows as 0002 says): begun (refund_id, amount, tickets); replayed (status, body); in_use; key_reused;
-- not_found; unknown_ticket; not_refundable (nothing of it was sold); already_refunded, already_checked_in,
-- ticket_not_valid (tickets: all at fault); not_offered. The caller stores the answers before it commits.
CREATE FUNCTION refund_begin_batch(
    p_performance_id uuid, p_refund_ids uuid[], p_order_ids uuid[], p_asker_ids uuid[], p_askers text[], p_keys text[],
    p_fingerprints bytea[], p_notes text[], p_tickets uuid[], p_ticket_items integer[]
) RETURNS TABLE (
    item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz,
    changes integer[], status smallint, body bytea, refund_id uuid, amount_minor bigint, currency text, tickets uuid[],
    reason text, created_at timestamptz)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_row record;
    v_is_cancelled boolean;
    v_outcome text;
    v_outcomes text[] := '{}';
    v_statuses smallint[] := '{}';
    v_bodies bytea[] := '{}';
    v_refunds uuid[] := '{}';
    v_orders uuid[] := '{}';
    v_reasons text[] := '{}';
    v_notes text[] := '{}';
    v_askers uuid[] := '{}';
    v_valid uuid[];
    v_taken uuid[] := '{}';
    v_taken_by integer[] := '{}';
    v_faults uuid[] := '{}';
    v_fault_items integer[] := '{}';
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_now := clock_timestamp();
    v_is_cancelled := v_sale.sale_state = 'cancelled';
    -- A gate that lets somebody in at this moment locks the ticket alone: whoever comes second sees what the first did.
    PERFORM FROM ticket t JOIN unnest(p_order_ids) AS w (order_id) ON w.order_id = t.order_id
    ORDER BY t.ticket_id FOR NO KEY UPDATE OF t;
    FOR v_row IN
        SELECT i.*, k.key IS NOT NULL AS is_known, k.fingerprint AS stored_fingerprint, k.status, k.body,
               hk.hold_id IS NOT NULL AS is_hold_key, o.state AS order_state, t.*,
               CASE i.asker WHEN 'customer' THEN o.customer_id = i.asker_id
                            WHEN 'organizer' THEN v_sale.organizer_id = i.asker_id
                            ELSE i.asker = 'operator' END AS may_see
        FROM unnest(p_refund_ids, p_order_ids, p_asker_ids, p_askers, p_keys, p_fingerprints, p_notes)
            WITH ORDINALITY AS i (refund_id, order_id, asker_id, asker, key, fingerprint, note, item)
        LEFT JOIN LATERAL (SELECT * FROM idempotency x
                           WHERE x.customer_id = i.asker_id AND x.key = i.key OFFSET 0) k ON true
        LEFT JOIN LATERAL (SELECT x.hold_id FROM hold x
                           WHERE x.customer_id = i.asker_id AND x.idempotency_key = i.key OFFSET 0) hk ON true
        LEFT JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = i.order_id OFFSET 0) o
            ON o.performance_id = p_performance_id
        CROSS JOIN LATERAL (
            SELECT array_agg(w.ticket_id) AS named FROM unnest(p_tickets, p_ticket_items) AS w (ticket_id, ticket_item)
            WHERE w.ticket_item = i.item) n
        CROSS JOIN LATERAL (
            SELECT count(*) AS sold,
                   cardinality(n.named) IS DISTINCT FROM (count(*) FILTER (WHERE x.ticket_id = ANY (n.named)))::integer
                       AND n.named IS NOT NULL AS has_unknown,
                   coalesce(array_agg(x.ticket_id ORDER BY x.seat_index) FILTER (WHERE x.is_asked
                       AND x.state = 'valid'), '{}') AS valid,
                   coalesce(array_agg(x.ticket_id) FILTER (WHERE x.is_asked AND x.state = 'checked_in'), '{}')
                       AS checked_in,
                   coalesce(array_agg(x.ticket_id) FILTER (WHERE x.is_asked AND x.state IN ('refunding', 'refunded')),
                       '{}') AS gone,
                   coalesce(array_agg(x.ticket_id) FILTER (WHERE x.is_asked AND x.state = 'void'), '{}') AS void,
                   n.named IS NULL AS asks_for_all
            FROM (SELECT y.*, n.named IS NULL OR y.ticket_id = ANY (n.named) AS is_asked
                  FROM ticket y WHERE y.order_id = o.order_id) x
        ) t
        ORDER BY i.item
    LOOP
        -- Who asks for all asks for what the items before left.
        v_valid := ARRAY(SELECT x.id FROM unnest(v_row.valid) AS x (id)
                         WHERE NOT v_row.asks_for_all OR x.id <> ALL (v_taken));
        IF v_row.is_known THEN
            v_outcome := CASE WHEN v_row.stored_fingerprint <> v_row.fingerprint THEN 'key_reused'
                WHEN v_row.status IS NULL THEN 'in_use' ELSE 'replayed' END;
        ELSIF v_row.is_hold_key THEN v_outcome := 'key_reused';
        ELSIF v_row.may_see IS NOT TRUE OR v_row.order_state IS NULL THEN v_outcome := 'not_found';
        ELSIF v_row.has_unknown THEN v_outcome := 'unknown_ticket';
        ELSIF v_row.sold = 0 THEN
            v_outcome := CASE v_row.order_state WHEN 'refunded' THEN 'already_refunded' ELSE 'not_refundable' END;
        ELSIF cardinality(v_row.checked_in) > 0 THEN
            v_outcome := 'already_checked_in';
            v_faults := v_faults || v_row.checked_in;
        ELSIF cardinality(v_row.void) > 0 AND NOT v_row.asks_for_all THEN
            v_outcome := 'ticket_not_valid';
            v_faults := v_faults || v_row.void;
        ELSIF cardinality(v_row.gone) > 0 AND NOT v_row.asks_for_all OR cardinality(v_valid) = 0
            OR v_valid && v_taken
        THEN
            v_outcome := 'already_refunded';
            v_faults := v_faults || v_row.gone || ARRAY(
                SELECT x.id FROM unnest(v_row.valid) AS x (id) WHERE x.id = ANY (v_taken));
        ELSIF v_row.asker = 'customer' AND NOT v_is_cancelled AND (v_sale.refund_until_seconds IS NULL
            OR v_now > v_sale.starts_at - make_interval(secs => v_sale.refund_until_seconds))
        THEN v_outcome := 'not_offered';
        ELSE
            v_outcome := 'begun';
            v_refunds := v_refunds || v_row.refund_id;
            v_orders := v_orders || v_row.order_id;
            v_reasons := v_reasons || CASE WHEN v_is_cancelled THEN 'performance_cancelled' ELSE v_row.asker END;
            v_notes := v_notes || v_row.note;
            v_askers := v_askers || v_row.asker_id;
            v_taken := v_taken || v_valid;
            v_taken_by := v_taken_by || array_fill(cardinality(v_refunds), ARRAY[cardinality(v_valid)]);
        END IF;
        v_fault_items := v_fault_items
            || array_fill(v_row.item::integer, ARRAY[cardinality(v_faults) - cardinality(v_fault_items)]);
        v_outcomes := v_outcomes || v_outcome;
        v_statuses := v_statuses || CASE WHEN v_outcome = 'replayed' THEN v_row.status END;
        v_bodies := v_bodies || CASE WHEN v_outcome = 'replayed' THEN v_row.body END;
    END LOOP;

    IF cardinality(v_refunds) > 0 THEN
        PERFORM refunds_write(v_sale, v_now, v_refunds, v_orders, v_reasons, v_notes, v_askers,
            array_fill(v_is_cancelled OR NOT v_sale.refund_keeps_fee, ARRAY[cardinality(v_refunds)]), v_taken,
            v_taken_by);
    END IF;

    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sale.sequence, v_now, '{}'::integer[], NULL::smallint,
           NULL::bytea, NULL::uuid, NULL::bigint, NULL::text, NULL::uuid[], NULL::text, NULL::timestamptz
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
           o.status, o.body, r.refund_id, r.amount_minor, r.currency,
           CASE WHEN o.outcome = 'begun' THEN ARRAY(
               SELECT t.ticket_id FROM ticket t WHERE t.order_id = r.order_id AND t.refund_id = r.refund_id
               ORDER BY t.seat_index)
           ELSE ARRAY(SELECT f.ticket_id FROM unnest(v_faults, v_fault_items) AS f (ticket_id, item)
                      WHERE f.item = o.place) END,
           r.reason, r.created_at
    FROM unnest(v_outcomes, v_statuses, v_bodies) WITH ORDINALITY AS o (outcome, status, body, place)
    LEFT JOIN LATERAL (SELECT * FROM refund x WHERE o.outcome = 'begun'
                       AND x.refund_id = p_refund_ids[o.place] OFFSET 0) r ON true
    ORDER BY o.place;
END $$;

-- Settles refunds of one performance by what the provider said of each to the key that it was asked by: made, or
-- refused for a reason. No two items share a refund.
-- Outcomes: made; refused; settled (it had its end before, or was asked by another key since: nothing was written);
-- not_found.
CREATE FUNCTION refund_settle_batch(
    p_performance_id uuid, p_refund_ids uuid[], p_keys uuid[], p_observations text[], p_codes text[]
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
           array_agg(d.item) FILTER (WHERE d.outcome = 'refused')
    INTO v_outcomes, v_made, v_refused
    FROM (
        SELECT w.item::integer, w.refund_id, CASE
            WHEN r.refund_id IS NULL THEN 'not_found'
            WHEN r.state <> 'pending' OR coalesce(r.retry_key, r.refund_id) <> w.key THEN 'settled'
            ELSE w.observation END AS outcome
        FROM unnest(p_refund_ids, p_keys, p_observations) WITH ORDINALITY AS w (refund_id, key, observation, item)
        LEFT JOIN LATERAL (SELECT * FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
            ON r.performance_id = p_performance_id) d;

    UPDATE refund r SET state = 'refused', refused_at = v_now, refusal_code = p_codes[w.item]
    FROM unnest(v_refused) AS w (item) WHERE r.refund_id = p_refund_ids[w.item];

    IF v_made IS NOT NULL THEN
        -- What does not take place is not for sale.
        v_seat_state := CASE WHEN v_sale.sale_state = 'cancelled' THEN 3 ELSE v_sale.refunded_seats END;
        SELECT coalesce(array_agg(t.seat_index * 4 + v_seat_state ORDER BY t.seat_index), '{}') INTO v_changes
        FROM unnest(v_made) AS w (refund_id)
        CROSS JOIN LATERAL (SELECT x.order_id FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
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

-- Writes refunds that the provider made, under the lock: refunds, tickets, orders, payments of late money, transfers,
-- messages.
CREATE FUNCTION refunds_made_write(p_sale performance, p_now timestamptz, p_refund_ids uuid[]) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_orders uuid[];
    v_amounts bigint[];
    v_seat_counts integer[];
BEGIN
    UPDATE refund r SET state = 'made', made_at = p_now
    FROM unnest(p_refund_ids) AS w (refund_id) WHERE r.refund_id = w.refund_id;
    SELECT array_agg(r.order_id ORDER BY w.place), array_agg(r.amount_minor ORDER BY w.place),
           array_agg(r.ticket_count ORDER BY w.place)
    INTO v_orders, v_amounts, v_seat_counts
    FROM unnest(p_refund_ids) WITH ORDINALITY AS w (refund_id, place)
    CROSS JOIN LATERAL (SELECT * FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r;
    UPDATE ticket t SET state = 'refunded', live = false
    FROM unnest(p_refund_ids, v_orders) AS w (refund_id, order_id)
    WHERE t.order_id = w.order_id AND t.refund_id = w.refund_id;
    -- Money that came too late: its payment bought nothing. Another payment may have bought its order's seats.
    UPDATE payment p SET state = 'refunded', settled_at = p_now
    FROM unnest(p_refund_ids) AS w (refund_id)
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
               account_of('provider_clearing', p.provider, r.currency), r.amount_minor, r.currency, r.order_id,
               r.payment_id, 'refund', p_now
        FROM unnest(p_refund_ids) AS w (refund_id)
        CROSS JOIN LATERAL (SELECT * FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
        CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = r.payment_id OFFSET 0) p
        WHERE r.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
    PERFORM messages_write('refund_made', p_sale, v_orders, p_refund_ids, v_amounts, v_seat_counts, p_now);
END $$;

-- Whole performances.

-- Ends a performance's sale for good: nothing of it is sold any more, its holds are given back, its customers are told;
-- what is being paid at this moment goes back when it is settled. Asker i is its organizer, or an operator.
-- Outcomes (rows as 0002 says): cancelled (also when it had been before); replayed (status, body); in_use; key_reused;
-- not_found. The caller stores the answers before it commits.
CREATE FUNCTION cancellation_begin_batch(
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
    v_holds uuid[];
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
        SELECT array_agg(DISTINCT s.hold_id) INTO v_holds
        FROM seat s WHERE s.performance_id = p_performance_id AND s.state = 1 AND EXISTS (
            SELECT FROM hold h WHERE h.hold_id = s.hold_id AND h.state = 'active');
        SELECT f.sequence, f.changes INTO v_sequence, v_changes FROM free_seats(v_sale, v_now, v_holds) f;
        UPDATE hold h SET state = 'released' WHERE h.hold_id = ANY (v_holds);
        PERFORM orders_lapse(p_performance_id, v_holds);
        INSERT INTO cancellation (performance_id, asked_by, reason, ticket_count, requested_at, claimed_until)
        SELECT p_performance_id, p_asker_ids[v_first], p_reasons[v_first], count(*), v_now, v_now
        FROM ticket t WHERE t.performance_id = p_performance_id AND t.live AND t.state <> 'refunding';
        PERFORM cancellation_write(v_sale, v_now);
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

-- Writes the refunds of the next tickets of a cancelled performance, whole orders, at least as many tickets as it is
-- asked for; every ticket's once, however often it is called. Outcomes: planned (some may be left); complete (none is);
-- not_cancelled. refunds: how many were written.
CREATE FUNCTION cancellation_plan_batch(p_performance_id uuid, p_tickets_max integer)
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
    SELECT * INTO v_job FROM cancellation c WHERE c.performance_id = p_performance_id;
    SELECT array_agg(DISTINCT n.order_id) INTO v_orders
    FROM (SELECT t.order_id FROM ticket t
          WHERE t.performance_id = p_performance_id AND t.live AND t.state IN ('valid', 'checked_in')
          ORDER BY t.seat_index LIMIT p_tickets_max) n
    WHERE v_job.performance_id IS NOT NULL;
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
    ELSE
        UPDATE cancellation c SET planned_at = v_now
        WHERE c.performance_id = p_performance_id AND c.planned_at IS NULL;
    END IF;

    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sale.sequence, v_now, '{}'::integer[], NULL::integer
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT 1, CASE WHEN v_job.performance_id IS NULL THEN 'not_cancelled' WHEN v_count > 0 THEN 'planned'
                   ELSE 'complete' END,
           NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[], v_count;
END $$;

-- Whoever may settle may do what settling does.
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN
        SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname IN
            ('uuid_at', 'inclusive_tax', 'account_credit_balance', 'payout_write', 'provider_fees_write',
             'refunds_write', 'refund_begin_batch', 'refund_settle_batch', 'refunds_made_write',
             'cancellation_begin_batch', 'cancellation_plan_batch')
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO box_office_service', v_function);
    END LOOP;
END $$;
GRANT SELECT ON cancellation_reading TO box_office_service;
GRANT SELECT, INSERT, UPDATE ON cancellation, provider_fee_rule TO box_office_service;
-- What was sent stays sent.
GRANT SELECT, INSERT ON payout TO box_office_service;
