-- The waiting list: seats that lapse, are given back or refunded are offered to those who wait for such seats before they
-- are free for all. What becomes free while somebody waits is kept for some seconds by a hold of nobody (a pool), in the
-- transaction that frees it, whoever does; seat-reservation knows the charts and makes of it, in one batch, holds of those
-- who wait, and frees the rest. Nobody's hold ends like any other: seats are never kept for long.

-- How long an offer lasts; null: there is no waiting list.
ALTER TABLE performance ADD COLUMN waiting_list_offer_seconds integer
    CHECK (waiting_list_offer_seconds BETWEEN 30 AND 86400);

-- position: first in, first out. What became of an offer its hold says: completed, released or expired.
CREATE TABLE waiting_list_entry (
    entry_id uuid PRIMARY KEY,
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    price_level smallint,
    quantity integer NOT NULL CHECK (quantity > 0),
    joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'offered', 'ended')),
    hold_id uuid,
    CHECK (state <> 'offered' OR hold_id IS NOT NULL)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX waiting_list_one_live ON waiting_list_entry (performance_id, customer_id) WHERE state <> 'ended';
CREATE INDEX waiting_list_waiting ON waiting_list_entry (performance_id, position) WHERE state = 'waiting';
CREATE INDEX waiting_list_customer ON waiting_list_entry (performance_id, customer_id, position);

-- Nobody's holds that wait to be shared out: few rows, for less than a second each.
CREATE TABLE waiting_list_pool (
    hold_id uuid PRIMARY KEY,
    performance_id uuid NOT NULL,
    held_until timestamptz NOT NULL
);
CREATE INDEX waiting_list_pool_performance ON waiting_list_pool (performance_id);

GRANT SELECT, INSERT, UPDATE ON waiting_list_entry TO box_office_service;
GRANT SELECT, INSERT, DELETE ON waiting_list_pool TO box_office_service;

-- What others are told of besides: seats are offered to somebody; the subject is the offer's hold.
ALTER TABLE message DROP CONSTRAINT message_kind_check, DROP CONSTRAINT message_check;
ALTER TABLE message ADD CONSTRAINT message_kind_check CHECK (kind IN
    ('order_paid', 'tickets_issued', 'refund_made', 'performance_cancelled', 'seats_offered'));
ALTER TABLE message ADD CONSTRAINT message_check
    CHECK (order_id IS NOT NULL OR kind IN ('performance_cancelled', 'seats_offered'));
UPDATE message_consumer SET kinds = kinds || '{seats_offered}' WHERE name = 'mail';

-- As in 0008, and an offer is written to its customer without an order.
CREATE OR REPLACE FUNCTION messages_write(
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
        AND (c.means <> 'mail' OR m.order_id IS NOT NULL OR p_kind = 'seats_offered');
END $$;

-- Whose the holds of nobody are.
CREATE FUNCTION nobody() RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;

-- Whether somebody waits for what becomes free at an instant. A performance that is being cancelled offers nothing, also
-- where the caller read it before.
CREATE FUNCTION waiting_list_is_open(p_sale performance, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off
AS $$
BEGIN
    RETURN p_sale.waiting_list_offer_seconds IS NOT NULL AND sale_refusal_at(p_sale, p_now) IS NULL AND EXISTS (
        SELECT FROM waiting_list_entry e
        WHERE e.performance_id = p_sale.performance_id AND e.state = 'waiting')
        AND NOT EXISTS (SELECT FROM cancellation c WHERE c.performance_id = p_sale.performance_id);
END $$;

-- Makes a hold of nobody for seats that become free, under the lock; the seats' rows are the caller's to write. p_seats:
-- ascending. Whoever shares it out has some seconds for it.
CREATE FUNCTION waiting_list_keep(p_sale performance, p_now timestamptz, p_seats integer[]) RETURNS waiting_list_pool
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off
AS $$
DECLARE
    v_pool waiting_list_pool;
BEGIN
    v_pool.hold_id := uuid_at(p_now);
    v_pool.performance_id := p_sale.performance_id;
    v_pool.held_until := p_now + interval '15 seconds';
    INSERT INTO hold (hold_id, performance_id, customer_id, idempotency_key, fingerprint, request_id, seat_indexes,
        created_at, expires_at, subtotal_minor, service_fee_minor, currency)
    VALUES (v_pool.hold_id, p_sale.performance_id, nobody(), 'waiting list ' || v_pool.hold_id, '', 'waiting-list',
        p_seats, p_now, v_pool.held_until, 0, 0, p_sale.currency);
    INSERT INTO waiting_list_pool SELECT v_pool.*;
    RETURN v_pool;
END $$;

-- As in 0002; and while somebody waits, what customers held becomes nobody's instead of free: held before and after, so
-- that nothing changes for those who look. What nobody held is free.
CREATE OR REPLACE FUNCTION free_seats(
    sale performance, p_now timestamptz, p_hold_ids uuid[], OUT sequence bigint, OUT changes integer[])
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    kept integer[];
    pool waiting_list_pool;
BEGIN
    sequence := sale.sequence;
    SELECT coalesce(array_agg(f.seat_index * 4 ORDER BY f.seat_index), '{}'),
           array_agg(f.seat_index ORDER BY f.seat_index) FILTER (WHERE f.customer_id <> nobody())
    INTO changes, kept
    FROM (
        SELECT DISTINCT s.seat_index, h.customer_id
        FROM hold h
        CROSS JOIN unnest(h.seat_indexes) AS x (seat_index)
        JOIN seat s ON s.performance_id = sale.performance_id AND s.seat_index = x.seat_index
        WHERE h.hold_id = ANY (p_hold_ids) AND s.hold_id = h.hold_id AND s.state = 1) f;
    IF kept IS NOT NULL AND waiting_list_is_open(sale, p_now) THEN
        pool := waiting_list_keep(sale, p_now, kept);
        UPDATE seat s SET hold_id = pool.hold_id, held_until = pool.held_until
        FROM unnest(kept) AS k (seat_index)
        WHERE s.performance_id = sale.performance_id AND s.seat_index = k.seat_index;
        changes := ARRAY(SELECT c.change FROM unnest(changes) AS c (change)
                         WHERE c.change / 4 <> ALL (kept) ORDER BY c.change);
    END IF;
    IF cardinality(changes) = 0 THEN
        RETURN;
    END IF;
    sequence := append_change(sale.performance_id, p_now, changes);
    UPDATE seat s
    SET state = 0, changed_sequence = free_seats.sequence, hold_id = NULL, held_until = NULL
    FROM unnest(free_seats.changes) AS c (change)
    WHERE s.performance_id = sale.performance_id AND s.seat_index = c.change / 4;
END $$;

-- Called within functions that say how to plan: saying it once more costs each batch two rounds of settings.
ALTER FUNCTION lock_performance(uuid) RESET ALL;
ALTER FUNCTION append_change(uuid, timestamptz, integer[], integer, bytea) RESET ALL;

-- As in 0002, and: who cools down (0019) is told so; what others wait for is not free before they were asked; an item of no
-- seat, for whom none were found that fit, is held to the limit by p_quantities and told that there are not enough. p_now
-- is the time that a choice was made by, under the same lock. The new parameters have defaults and the new column comes
-- last: replicas of before go on while this is rolled out.
-- Outcomes besides: cooling_down (retry_after_seconds) · not_enough_seats.
DROP FUNCTION hold_batch(
    uuid, uuid[], uuid[], text[], bytea[], text[], uuid[], integer[], integer[], integer[], integer[], integer[]);
CREATE FUNCTION hold_batch(
    p_performance_id uuid,
    p_hold_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_request_ids text[],
    p_customers uuid[], p_customer_positions integer[],
    p_item_seats integer[], p_item_starts integer[], p_seats integer[], p_seat_positions integer[],
    p_quantities integer[] DEFAULT NULL, p_now timestamptz DEFAULT NULL)
RETURNS TABLE (
    item integer, outcome text,
    epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz, changes integer[],
    hold_id uuid, seat_indexes integer[], created_at timestamptz, expires_at timestamptz,
    subtotal_minor bigint, service_fee_minor bigint, currency text, request_id text,
    seats_owned integer, seats_max integer, on_sale_at timestamptz, retry_after_seconds integer)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    sale performance;
    this_epoch bigint;
    batch_time timestamptz;
    deadline timestamptz;
    sale_refusal text;
    key_states integer[];
    owned integer[];
    cooling timestamptz[];
    is_listed boolean;
    states integer[];
    levels integer[];
    spots tid[];
    prices bigint[];
    fees bigint[];
    item_count integer := cardinality(p_hold_ids);
    outcomes text[] := array_fill(NULL::text, ARRAY[item_count]);
    subtotals bigint[] := array_fill(0::bigint, ARRAY[item_count]);
    service_fees bigint[] := array_fill(0::bigint, ARRAY[item_count]);
    owned_before integer[] := array_fill(0, ARRAY[item_count]);
    takers integer[] := array_fill(0, ARRAY[cardinality(p_seats)]);
    is_any_held boolean := false;
    new_changes integer[] := '{}';
    new_sequence bigint;
    first integer;
    last integer;
    place integer;
    worst integer;
    quantity integer;
    written integer;
BEGIN
    sale := lock_performance(p_performance_id);
    IF sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    batch_time := coalesce(p_now, clock_timestamp());
    deadline := batch_time + make_interval(secs => sale.hold_seconds);
    SELECT l.epoch INTO this_epoch FROM ledger l WHERE l.only_row;
    sale_refusal := sale_refusal_at(sale, batch_time);
    is_listed := sale.waiting_list_offer_seconds IS NOT NULL AND waiting_list_is_open(sale, batch_time);
    IF sale.cool_down_seconds_max > 0 THEN
        SELECT array_agg(c.until) INTO cooling
        FROM (SELECT cooling_until(sale, w.customer_id, batch_time) AS until
              FROM unnest(p_customers) WITH ORDINALITY AS w (customer_id, place) ORDER BY w.place) c;
    END IF;

    -- 0 free, 1 held, 2 sold, 3 blocked, 4 unknown: a hold past its deadline is free, unless others wait for it.
    -- spots: where the rows lie. Under the lock nobody moves them: the update below need not look for them again (+ 0: not
    -- by the index), and would be seen to miss one.
    SELECT array_agg(s.free_state), array_agg(s.price_level), array_agg(s.spot) INTO states, levels, spots
    FROM (
        SELECT CASE WHEN s.state IS NULL THEN 4 WHEN s.state = 1 AND s.held_until <= batch_time AND NOT is_listed THEN 0
                    ELSE s.state::integer END AS free_state,
               s.price_level::integer AS price_level, s.ctid AS spot
        FROM unnest(p_seats) WITH ORDINALITY AS w (seat_index, place)
        LEFT JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = w.seat_index
        ORDER BY w.place) s;
    SELECT array_agg(l.price_minor), array_agg(l.service_fee_minor) INTO prices, fees
    FROM (SELECT l.price_minor, l.service_fee_minor FROM price_level l
          WHERE l.performance_id = p_performance_id ORDER BY l.number) l;
    -- 0 new, 1 replayed, 2 reused.
    SELECT array_agg(k.key_state) INTO key_states
    FROM (
        SELECT CASE
            WHEN h.hold_id IS NULL AND i.customer_id IS NULL THEN 0
            WHEN h.performance_id = p_performance_id AND h.fingerprint = w.fingerprint THEN 1
            ELSE 2 END AS key_state
        FROM unnest(p_customer_ids, p_keys, p_fingerprints) WITH ORDINALITY AS w (customer_id, key, fingerprint, place)
        LEFT JOIN LATERAL (SELECT * FROM hold x
                           WHERE x.customer_id = w.customer_id AND x.idempotency_key = w.key OFFSET 0) h ON true
        LEFT JOIN LATERAL (SELECT * FROM idempotency x
                           WHERE x.customer_id = w.customer_id AND x.key = w.key OFFSET 0) i ON true
        ORDER BY w.place) k;
    -- Behind OFFSET 0 a customer's holds are found by their key's index, also while the table's statistics are young.
    SELECT array_agg(o.owned) INTO owned
    FROM (
        SELECT (SELECT count(*)::integer
                FROM (SELECT x.hold_id, x.seat_indexes FROM hold x
                      WHERE x.customer_id = w.customer_id AND (x.performance_id = p_performance_id) IS TRUE
                        AND x.state IN ('active', 'paying', 'completed') OFFSET 0) h
                CROSS JOIN unnest(h.seat_indexes) AS x (seat_index)
                CROSS JOIN LATERAL (SELECT s.state, s.hold_id, s.held_until FROM seat s
                    WHERE s.performance_id = p_performance_id AND s.seat_index = x.seat_index OFFSET 0) s
                WHERE s.hold_id = h.hold_id AND (s.state = 2 OR (s.state = 1 AND s.held_until > batch_time))) AS owned
        FROM unnest(p_customers) WITH ORDINALITY AS w (customer_id, place)
        ORDER BY w.place) o;

    FOR i IN 1 .. item_count LOOP
        IF key_states[i] = 1 THEN
            outcomes[i] := 'replayed';
            CONTINUE;
        ELSIF key_states[i] = 2 THEN
            outcomes[i] := 'key_reused';
            CONTINUE;
        ELSIF sale_refusal IS NOT NULL THEN
            outcomes[i] := sale_refusal;
            CONTINUE;
        END IF;
        place := p_customer_positions[i];
        IF cooling[place] IS NOT NULL THEN
            outcomes[i] := 'cooling_down';
            CONTINUE;
        END IF;
        first := p_item_starts[i];
        last := p_item_starts[i + 1] - 1;
        quantity := coalesce(p_quantities[i], last - first + 1);
        worst := 0;
        FOR k IN first .. last LOOP
            place := states[p_seat_positions[k]];
            -- Unknown says more than taken, taken more than blocked.
            worst := CASE WHEN place = 4 OR worst = 4 THEN 4 WHEN place IN (1, 2) OR worst = 1 THEN 1
                          WHEN place = 3 OR worst = 3 THEN 3 ELSE 0 END;
        END LOOP;
        IF worst > 0 THEN
            outcomes[i] := CASE worst WHEN 4 THEN 'unknown_seat' WHEN 1 THEN 'seat_taken' ELSE 'seat_blocked' END;
            CONTINUE;
        END IF;
        place := p_customer_positions[i];
        owned_before[i] := owned[place];
        IF owned[place] + quantity > sale.seats_per_customer_max THEN
            outcomes[i] := 'seat_limit_reached';
            CONTINUE;
        END IF;
        IF last < first THEN
            outcomes[i] := 'not_enough_seats';
            CONTINUE;
        END IF;
        owned[place] := owned[place] + last - first + 1;
        FOR k IN first .. last LOOP
            place := p_seat_positions[k];
            states[place] := 1;
            takers[place] := i;
            subtotals[i] := subtotals[i] + prices[levels[place] + 1];
            service_fees[i] := service_fees[i] + fees[levels[place] + 1];
        END LOOP;
        outcomes[i] := 'held';
        is_any_held := true;
    END LOOP;

    new_sequence := sale.sequence;
    IF is_any_held THEN
        SELECT array_agg(t.change) INTO new_changes
        FROM (SELECT p_seats[t.place] * 4 + 1 AS change FROM unnest(takers) WITH ORDINALITY AS t (taker, place)
              WHERE t.taker > 0 ORDER BY t.place) t;
        new_sequence := append_change(p_performance_id, batch_time, new_changes);
        INSERT INTO hold (
            hold_id, performance_id, customer_id, idempotency_key, fingerprint, request_id, seat_indexes,
            created_at, expires_at, subtotal_minor, service_fee_minor, currency)
        SELECT h.hold_id, p_performance_id, h.customer_id, h.key, h.fingerprint, h.request_id,
               p_item_seats[p_item_starts[h.place] : p_item_starts[h.place + 1] - 1],
               batch_time, deadline, h.subtotal, h.service_fee, sale.currency
        FROM unnest(p_hold_ids, p_customer_ids, p_keys, p_fingerprints, p_request_ids, subtotals, service_fees, outcomes)
            WITH ORDINALITY AS h (hold_id, customer_id, key, fingerprint, request_id, subtotal, service_fee, outcome, place)
        WHERE h.outcome = 'held'
        ORDER BY h.customer_id, h.key COLLATE "C";
        UPDATE seat s
        SET state = 1, changed_sequence = new_sequence, hold_id = t.hold_id, held_until = deadline
        FROM (SELECT p_seats[t.place] AS seat_index, spots[t.place] AS spot, p_hold_ids[t.taker] AS hold_id
              FROM unnest(takers) WITH ORDINALITY AS t (taker, place) WHERE t.taker > 0) t
        WHERE s.performance_id = p_performance_id AND s.ctid = t.spot AND s.seat_index + 0 = t.seat_index;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written <> cardinality(new_changes) THEN
            RAISE EXCEPTION 'a batch held % seats but wrote %', cardinality(new_changes), written;
        END IF;
    END IF;

    RETURN QUERY SELECT 0, NULL::text, this_epoch, sale.sequence, new_sequence, batch_time, new_changes, NULL::uuid,
        NULL::integer[], NULL::timestamptz, NULL::timestamptz, NULL::bigint, NULL::bigint, NULL::text, NULL::text,
        NULL::integer, NULL::integer, NULL::timestamptz, NULL::integer;
    -- Seats at fault are judged by the states as the item met them: what a later item took does not count.
    RETURN QUERY
    SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
        CASE o.outcome WHEN 'held' THEN p_hold_ids[o.place] ELSE h.hold_id END,
        CASE WHEN o.outcome IN ('unknown_seat', 'seat_taken', 'seat_blocked') THEN
            ARRAY(SELECT x.seat_index
                FROM unnest(p_item_seats[p_item_starts[o.place] : p_item_starts[o.place + 1] - 1],
                            p_seat_positions[p_item_starts[o.place] : p_item_starts[o.place + 1] - 1])
                    AS x (seat_index, place)
                WHERE CASE o.outcome WHEN 'unknown_seat' THEN states[x.place] = 4
                                     ELSE states[x.place] > 0 AND takers[x.place] <= o.place END)
            ELSE h.seat_indexes END,
        CASE o.outcome WHEN 'held' THEN batch_time ELSE h.created_at END,
        CASE o.outcome WHEN 'held' THEN deadline ELSE h.expires_at END,
        CASE o.outcome WHEN 'held' THEN subtotals[o.place] ELSE h.subtotal_minor END,
        CASE o.outcome WHEN 'held' THEN service_fees[o.place] ELSE h.service_fee_minor END,
        CASE o.outcome WHEN 'held' THEN sale.currency ELSE h.currency END,
        h.request_id,
        CASE o.outcome WHEN 'seat_limit_reached' THEN owned_before[o.place] END,
        CASE o.outcome WHEN 'seat_limit_reached' THEN sale.seats_per_customer_max END,
        CASE o.outcome WHEN 'not_on_sale' THEN sale.on_sale_at END,
        CASE o.outcome WHEN 'cooling_down' THEN
            ceil(extract(epoch FROM cooling[p_customer_positions[o.place]] - batch_time))::integer END
    FROM unnest(outcomes) WITH ORDINALITY AS o (outcome, place)
    LEFT JOIN LATERAL (SELECT * FROM hold x WHERE o.outcome = 'replayed'
        AND x.customer_id = p_customer_ids[o.place] AND x.idempotency_key = p_keys[o.place] OFFSET 0) h ON true
    ORDER BY o.place;
END $$;

-- As in 0012; and while somebody waits, seats of refunded tickets become nobody's instead of free.
CREATE OR REPLACE FUNCTION refund_settle_batch(
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
    v_is_listed boolean;
    v_pool waiting_list_pool;
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
        v_is_listed := v_seat_state = 0 AND waiting_list_is_open(v_sale, v_now);
        SELECT coalesce(array_agg(t.seat_index * 4 + v_seat_state ORDER BY t.seat_index), '{}') INTO v_changes
        FROM unnest(v_made) AS w (refund_id)
        CROSS JOIN LATERAL (SELECT x.order_id FROM refund x
                            WHERE x.refund_id = w.refund_id AND x.returned_at IS NULL OFFSET 0) r
        CROSS JOIN LATERAL (SELECT x.seat_index FROM ticket x
                            WHERE x.order_id = r.order_id AND x.refund_id = w.refund_id OFFSET 0) t;
        IF cardinality(v_changes) > 0 THEN
            v_sequence := append_change(p_performance_id, v_now, v_changes,
                CASE v_seat_state WHEN 3 THEN 0 ELSE cardinality(v_changes) END);
            IF v_is_listed THEN
                -- Free for no time at all: a history in which what is sold becomes held would be one of a seat sold twice.
                v_pool := waiting_list_keep(v_sale, v_now, ARRAY(SELECT c.change / 4 FROM unnest(v_changes) AS c (change)));
                v_seat_state := 1;
                v_changes := ARRAY(SELECT c.change / 4 * 4 + 1 FROM unnest(v_changes) AS c (change) ORDER BY c.change);
                v_sequence := append_change(p_performance_id, v_now, v_changes);
            END IF;
            UPDATE seat s SET state = v_seat_state, hold_id = v_pool.hold_id, held_until = v_pool.held_until, order_id = NULL,
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

-- Puts a customer on the list, or leaves them where they are: first in, first out. Another wish begins at the end, in the
-- same row; so does whoever left, so that a customer has one row and one more for each offer.
-- Outcomes: joined · offered (an offer is open) · not_found · no_waiting_list · not_on_sale · sale_paused · sale_ended ·
-- seat_limit_reached (more than one customer may have) · unknown_price_level.
CREATE FUNCTION waiting_list_join(
    p_entry_id uuid, p_performance_id uuid, p_customer_id uuid, p_price_level_id text, p_quantity integer)
RETURNS text
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off
AS $$
DECLARE
    v_sale performance;
    v_now timestamptz := clock_timestamp();
    v_refusal text;
    v_known waiting_list_entry;
    v_price_level smallint;
BEGIN
    SELECT * INTO v_sale FROM performance p WHERE p.performance_id = p_performance_id;
    IF NOT FOUND THEN RETURN 'not_found'; END IF;
    IF v_sale.waiting_list_offer_seconds IS NULL THEN RETURN 'no_waiting_list'; END IF;
    v_refusal := sale_refusal_at(v_sale, v_now);
    IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
    IF p_quantity > v_sale.seats_per_customer_max THEN RETURN 'seat_limit_reached'; END IF;
    IF p_price_level_id IS NOT NULL THEN
        SELECT l.number INTO v_price_level FROM price_level l
        WHERE l.performance_id = p_performance_id AND l.price_level_id = p_price_level_id;
        IF NOT FOUND THEN RETURN 'unknown_price_level'; END IF;
    END IF;
    SELECT * INTO v_known FROM waiting_list_entry e
    WHERE e.performance_id = p_performance_id AND e.customer_id = p_customer_id AND e.state <> 'ended' FOR UPDATE;
    IF FOUND THEN
        IF v_known.state = 'waiting' AND v_known.quantity = p_quantity
            AND v_known.price_level IS NOT DISTINCT FROM v_price_level
        THEN
            RETURN 'joined';
        END IF;
        IF v_known.state = 'offered' AND EXISTS (
            SELECT FROM hold h WHERE h.hold_id = v_known.hold_id AND (h.state = 'paying'
                OR h.state = 'active' AND coalesce(h.extended_until, h.expires_at) > v_now))
        THEN
            RETURN 'offered';
        END IF;
        IF v_known.state = 'offered' THEN
            UPDATE waiting_list_entry e SET state = 'ended' WHERE e.entry_id = v_known.entry_id;
            v_known := NULL;
        END IF;
    END IF;
    IF v_known.entry_id IS NULL THEN
        SELECT * INTO v_known FROM waiting_list_entry e
        WHERE e.performance_id = p_performance_id AND e.customer_id = p_customer_id AND e.state = 'ended'
            AND e.hold_id IS NULL
        ORDER BY e.position DESC LIMIT 1 FOR UPDATE;
    END IF;
    IF v_known.entry_id IS NOT NULL THEN
        UPDATE waiting_list_entry e SET state = 'waiting', price_level = v_price_level, quantity = p_quantity,
            joined_at = v_now, position = DEFAULT
        WHERE e.entry_id = v_known.entry_id;
        RETURN 'joined';
    END IF;
    -- The same customer in another window may have been quicker: one place is enough.
    INSERT INTO waiting_list_entry (entry_id, performance_id, customer_id, price_level, quantity, joined_at)
    VALUES (p_entry_id, p_performance_id, p_customer_id, v_price_level, p_quantity, v_now)
    ON CONFLICT DO NOTHING;
    RETURN 'joined';
END $$;

-- What is there to share out, under the lock: nobody's seats that are in time, and of which price levels there are some.
CREATE FUNCTION waiting_list_look(
    p_performance_id uuid, OUT database_time timestamptz, OUT seats integer[], OUT price_levels integer[])
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_sale performance;
BEGIN
    v_sale := lock_performance(p_performance_id);
    database_time := clock_timestamp();
    SELECT coalesce(array_agg(s.seat_index ORDER BY s.seat_index), '{}'),
           coalesce(array_agg(DISTINCT s.price_level::integer), '{}')
    INTO seats, price_levels
    FROM waiting_list_pool p
    CROSS JOIN LATERAL (SELECT x.hold_id, x.seat_indexes FROM hold x WHERE x.hold_id = p.hold_id OFFSET 0) h
    CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
    JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = u.seat_index
    WHERE p.performance_id = p_performance_id AND s.hold_id = h.hold_id AND s.state = 1
      AND waiting_list_is_open(v_sale, database_time);
END $$;

-- Of entries, how many seats their customers may still have at an instant; null for one that cools down.
CREATE FUNCTION waiting_list_seats_left(p_performance_id uuid, p_now timestamptz, p_entry_ids uuid[])
RETURNS TABLE (entry_id uuid, seats_left integer)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    sale performance;
BEGIN
    SELECT * INTO sale FROM performance p WHERE p.performance_id = p_performance_id;
    RETURN QUERY
    SELECT w.entry_id, CASE WHEN sale.cool_down_seconds_max > 0 AND cooling_until(sale, e.customer_id, p_now) IS NOT NULL
        THEN NULL
        ELSE sale.seats_per_customer_max - (
            SELECT count(*)::integer
            FROM (SELECT x.hold_id, x.seat_indexes FROM hold x
                  WHERE x.customer_id = e.customer_id AND (x.performance_id = p_performance_id) IS TRUE
                    AND x.state IN ('active', 'paying', 'completed') OFFSET 0) h
            CROSS JOIN unnest(h.seat_indexes) AS x (seat_index)
            CROSS JOIN LATERAL (SELECT s.state, s.hold_id, s.held_until FROM seat s
                WHERE s.performance_id = p_performance_id AND s.seat_index = x.seat_index OFFSET 0) s
            WHERE s.hold_id = h.hold_id AND (s.state = 2 OR (s.state = 1 AND s.held_until > p_now)))
        END
    FROM unnest(p_entry_ids) AS w (entry_id)
    CROSS JOIN LATERAL (SELECT x.customer_id FROM waiting_list_entry x WHERE x.entry_id = w.entry_id OFFSET 0) e;
END $$;

-- Shares nobody's seats out, under the lock that they were looked at: entry i gets the hold p_hold_ids[i] of
-- p_seats[p_starts[i] .. p_starts[i + 1] - 1]; what is left is free for all. One item, whose row says how many offers.
CREATE FUNCTION waiting_list_offer_batch(
    p_performance_id uuid, p_now timestamptz, p_hold_ids uuid[], p_entry_ids uuid[], p_seats integer[],
    p_starts integer[])
RETURNS TABLE (
    item integer, outcome text,
    epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz, changes integer[], offers integer)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_until timestamptz;
    v_pools uuid[];
    v_change record;
    v_written integer;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_until := p_now + make_interval(secs => v_sale.waiting_list_offer_seconds);
    SELECT coalesce(array_agg(p.hold_id), '{}') INTO v_pools
    FROM waiting_list_pool p WHERE p.performance_id = p_performance_id;
    IF cardinality(p_entry_ids) > 0 THEN
        INSERT INTO hold (hold_id, performance_id, customer_id, idempotency_key, fingerprint, request_id, seat_indexes,
            created_at, expires_at, subtotal_minor, service_fee_minor, currency)
        SELECT p_hold_ids[n.i], p_performance_id, e.customer_id, 'waiting list ' || e.entry_id, '', 'waiting-list',
               n.seats, p_now, v_until, l.subtotal, l.fees, v_sale.currency
        FROM (SELECT i, p_seats[p_starts[i] : p_starts[i + 1] - 1] AS seats
              FROM generate_series(1, cardinality(p_entry_ids)) AS i) n
        CROSS JOIN LATERAL (SELECT * FROM waiting_list_entry x WHERE x.entry_id = p_entry_ids[n.i] OFFSET 0) e
        CROSS JOIN LATERAL (
            SELECT sum(x.price_minor)::bigint AS subtotal, sum(x.service_fee_minor)::bigint AS fees
            FROM unnest(n.seats) AS u (seat_index)
            JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = u.seat_index
            JOIN price_level x ON x.performance_id = p_performance_id AND x.number = s.price_level) l
        ORDER BY e.customer_id, e.entry_id;
        UPDATE seat s SET hold_id = h.hold_id, held_until = v_until
        FROM unnest(p_hold_ids) AS w (hold_id)
        CROSS JOIN LATERAL (SELECT * FROM hold x WHERE x.hold_id = w.hold_id OFFSET 0) h
        CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
        WHERE s.performance_id = p_performance_id AND s.seat_index = u.seat_index AND s.state = 1
          AND s.hold_id = ANY (v_pools);
        GET DIAGNOSTICS v_written = ROW_COUNT;
        IF v_written <> cardinality(p_seats) THEN
            RAISE EXCEPTION 'offered % seats but had %', cardinality(p_seats), v_written;
        END IF;
        UPDATE waiting_list_entry e SET state = 'offered', hold_id = p_hold_ids[w.place]
        FROM unnest(p_entry_ids) WITH ORDINALITY AS w (entry_id, place)
        WHERE e.entry_id = w.entry_id AND e.state = 'waiting';
        GET DIAGNOSTICS v_written = ROW_COUNT;
        IF v_written <> cardinality(p_entry_ids) THEN
            RAISE EXCEPTION 'offered to % who wait but found %', cardinality(p_entry_ids), v_written;
        END IF;
        PERFORM messages_write('seats_offered', v_sale, array_fill(NULL::uuid, ARRAY[cardinality(p_hold_ids)]),
            p_hold_ids,
            ARRAY(SELECT h.subtotal_minor + h.service_fee_minor FROM unnest(p_hold_ids) WITH ORDINALITY AS w (hold_id, place)
                  JOIN hold h ON h.hold_id = w.hold_id ORDER BY w.place),
            ARRAY(SELECT p_starts[i + 1] - p_starts[i] FROM generate_series(1, cardinality(p_entry_ids)) AS i ORDER BY i),
            p_now);
    END IF;
    v_change := free_seats(v_sale, p_now, v_pools);
    UPDATE hold h SET state = 'released' WHERE h.hold_id = ANY (v_pools) AND h.state = 'active';
    DELETE FROM waiting_list_pool p WHERE p.hold_id = ANY (v_pools);

    RETURN QUERY SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_change.sequence, p_now, v_change.changes, NULL::integer
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT 1, 'served', NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
        coalesce(cardinality(p_entry_ids), 0);
END $$;

REVOKE ALL ON FUNCTION
    nobody(), waiting_list_is_open(performance, timestamptz), waiting_list_keep(performance, timestamptz, integer[]),
    waiting_list_join(uuid, uuid, uuid, text, integer), waiting_list_look(uuid),
    waiting_list_seats_left(uuid, timestamptz, uuid[]),
    waiting_list_offer_batch(uuid, timestamptz, uuid[], uuid[], integer[], integer[]),
    hold_batch(uuid, uuid[], uuid[], text[], bytea[], text[], uuid[], integer[], integer[], integer[], integer[],
        integer[], integer[], timestamptz)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    nobody(), waiting_list_is_open(performance, timestamptz), waiting_list_keep(performance, timestamptz, integer[]),
    waiting_list_join(uuid, uuid, uuid, text, integer), waiting_list_look(uuid),
    waiting_list_seats_left(uuid, timestamptz, uuid[]),
    waiting_list_offer_batch(uuid, timestamptz, uuid[], uuid[], integer[], integer[]),
    hold_batch(uuid, uuid[], uuid[], text[], bytea[], text[], uuid[], integer[], integer[], integer[], integer[],
        integer[], integer[], timestamptz)
TO box_office_service;
