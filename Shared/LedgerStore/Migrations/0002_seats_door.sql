-- The seats' door. Whatever changes seats of a performance is one batch in one call of a function that
--   1. takes lock_performance(…) in a statement of its own: the statements after it see the truth (READ COMMITTED);
--   2. reads clock_timestamp() once and judges every deadline by it;
--   3. reads, decides, then writes: one outcome for each item, a refused item writes nothing;
--   4. ends with append_change(…) if the state of a seat changed: sequence + 1, history, chain hash. The seats that
--      changed carry the same new sequence: sale.sequence + 1.
-- Rows of a door function: the first has item = 0 and the batch's epoch, after_sequence, sequence, database_time and
-- changes (empty when no seat changed); its outcome is unknown_performance when there is none. Then one row an item.
-- A key (customer, idempotency key) is always inserted in the order of (customer, key COLLATE "C"): two batches of two
-- performances that insert the same keys then wait for one another in one direction only.

-- OFFSET 0 keeps a look-up by key a look-up by key: a plan that was made while a table was empty reads all of it later
-- (seen: 12 times slower in the first minute of a fresh database).

-- Waits for and takes the performance's row; all null when there is none.
CREATE FUNCTION lock_performance(p_performance_id uuid) RETURNS performance
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
    locked performance;
BEGIN
    SELECT * INTO locked FROM performance p WHERE p.performance_id = p_performance_id FOR NO KEY UPDATE;
    RETURN locked;
END $$;

-- A link of the chain: sha256(previous || '<sequence> <committed_at in Unix microseconds> <change>,<change>…'), where
-- a change is seat_index * 4 + state, ascending. The chain starts with sha256 of the performance id's sixteen bytes.
CREATE FUNCTION chain_link(p_previous bytea, p_sequence bigint, p_committed_at timestamptz, p_changes integer[])
RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(p_previous || convert_to(
        p_sequence || ' ' || (extract(epoch FROM p_committed_at) * 1000000)::bigint || ' '
            || array_to_string(p_changes, ','), 'UTF8'))
$$;

-- Closes a batch that changed seats, under the lock: the next sequence, its row of history, and how many more (or, when
-- negative, fewer) seats are now available or held. p_changes: seat_index * 4 + state, ascending by seat.
-- Returns the new sequence.
CREATE FUNCTION append_change(
    p_performance_id uuid, p_now timestamptz, p_changes integer[], p_unsold_delta integer DEFAULT 0)
RETURNS bigint
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
    appended bigint;
BEGIN
    WITH linked AS (
        UPDATE performance p
        SET sequence = p.sequence + 1, unsold_count = p.unsold_count + p_unsold_delta,
            chain_hash = chain_link(p.chain_hash, p.sequence + 1, p_now, p_changes)
        WHERE p.performance_id = p_performance_id
        RETURNING p.sequence, p.chain_hash)
    INSERT INTO seat_change AS c (performance_id, sequence, committed_at, changes, chain_hash)
    SELECT p_performance_id, l.sequence, p_now, p_changes, l.chain_hash FROM linked l
    RETURNING c.sequence INTO appended;
    RETURN appended;
END $$;

-- Holds seats. Item i asks for p_item_seats[p_item_starts[i] .. p_item_starts[i + 1] - 1], ascending and distinct;
-- p_seats are the distinct seats of all items, ascending; p_seat_positions[k] is the place of p_item_seats[k] in
-- p_seats; p_customers are the distinct customers and p_customer_positions[i] is item i's place among them. No two items
-- share customer and key.
-- Outcomes: held · replayed (the stored hold) · key_reused · not_on_sale (on_sale_at) · sale_paused · sale_ended ·
-- unknown_seat, seat_blocked, seat_taken (seat_indexes: all at fault) · seat_limit_reached (seats_owned, seats_max).
CREATE FUNCTION hold_batch(
    p_performance_id uuid,
    p_hold_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_request_ids text[],
    p_customers uuid[], p_customer_positions integer[],
    p_item_seats integer[], p_item_starts integer[], p_seats integer[], p_seat_positions integer[])
RETURNS TABLE (
    item integer, outcome text,
    epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz, changes integer[],
    hold_id uuid, seat_indexes integer[], created_at timestamptz, expires_at timestamptz,
    subtotal_minor bigint, service_fee_minor bigint, currency text, request_id text,
    seats_owned integer, seats_max integer, on_sale_at timestamptz)
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
    states integer[];
    levels integer[];
    prices bigint[];
    fees bigint[];
    item_count integer := cardinality(p_hold_ids);
    outcomes text[] := array_fill(NULL::text, ARRAY[item_count]);
    subtotals bigint[] := array_fill(0::bigint, ARRAY[item_count]);
    service_fees bigint[] := array_fill(0::bigint, ARRAY[item_count]);
    owned_before integer[] := array_fill(0, ARRAY[item_count]);
    takers integer[] := array_fill(0, ARRAY[cardinality(p_seats)]);
    held integer[] := '{}';
    new_changes integer[] := '{}';
    new_sequence bigint;
    first integer;
    last integer;
    place integer;
    worst integer;
    written integer;
BEGIN
    sale := lock_performance(p_performance_id);
    IF sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    batch_time := clock_timestamp();
    deadline := batch_time + make_interval(secs => sale.hold_seconds);
    SELECT l.epoch INTO this_epoch FROM ledger l WHERE l.only_row;
    sale_refusal := CASE
        WHEN sale.sale_state IN ('ended', 'cancelled') OR batch_time >= sale.sale_ends_at THEN 'sale_ended'
        WHEN batch_time < sale.on_sale_at THEN 'not_on_sale'
        WHEN sale.sale_state = 'paused' THEN 'sale_paused'
    END;

    -- 0 free, 1 held, 2 sold, 3 blocked, 4 unknown: a hold past its deadline is free.
    SELECT array_agg(s.free_state), array_agg(s.price_level) INTO states, levels
    FROM (
        SELECT CASE WHEN s.state IS NULL THEN 4 WHEN s.state = 1 AND s.held_until <= batch_time THEN 0
                    ELSE s.state::integer END AS free_state,
               s.price_level::integer AS price_level
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
    SELECT array_agg(o.owned) INTO owned
    FROM (
        SELECT (SELECT count(*)::integer
                FROM hold h
                CROSS JOIN unnest(h.seat_indexes) AS x (seat_index)
                JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = x.seat_index
                WHERE h.customer_id = w.customer_id AND h.performance_id = p_performance_id
                  AND h.state IN ('active', 'paying', 'completed')
                  AND s.hold_id = h.hold_id AND (s.state = 2 OR (s.state = 1 AND s.held_until > batch_time))) AS owned
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
        first := p_item_starts[i];
        last := p_item_starts[i + 1] - 1;
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
        IF owned[place] + last - first + 1 > sale.seats_per_customer_max THEN
            outcomes[i] := 'seat_limit_reached';
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
        held := held || i;
    END LOOP;

    new_sequence := sale.sequence;
    IF cardinality(held) > 0 THEN
        SELECT array_agg(t.change) INTO new_changes
        FROM (SELECT p_seats[t.place] * 4 + 1 AS change FROM unnest(takers) WITH ORDINALITY AS t (taker, place)
              WHERE t.taker > 0 ORDER BY t.place) t;
        new_sequence := append_change(p_performance_id, batch_time, new_changes);
        INSERT INTO hold (
            hold_id, performance_id, customer_id, idempotency_key, fingerprint, request_id, seat_indexes,
            created_at, expires_at, subtotal_minor, service_fee_minor, currency)
        SELECT p_hold_ids[h.i], p_performance_id, p_customer_ids[h.i], p_keys[h.i], p_fingerprints[h.i],
               p_request_ids[h.i], p_item_seats[p_item_starts[h.i] : p_item_starts[h.i + 1] - 1],
               batch_time, deadline, subtotals[h.i], service_fees[h.i], sale.currency
        FROM unnest(held) AS h (i)
        ORDER BY p_customer_ids[h.i], p_keys[h.i] COLLATE "C";
        UPDATE seat s
        SET state = 1, changed_sequence = new_sequence, hold_id = t.hold_id, held_until = deadline
        FROM (SELECT p_seats[t.place] AS seat_index, p_hold_ids[t.taker] AS hold_id
              FROM unnest(takers) WITH ORDINALITY AS t (taker, place) WHERE t.taker > 0) t
        WHERE s.performance_id = p_performance_id AND s.seat_index = t.seat_index;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written <> cardinality(new_changes) THEN
            RAISE EXCEPTION 'a batch held % seats but wrote %', cardinality(new_changes), written;
        END IF;
    END IF;

    RETURN QUERY SELECT 0, NULL::text, this_epoch, sale.sequence, new_sequence, batch_time, new_changes, NULL::uuid,
        NULL::integer[], NULL::timestamptz, NULL::timestamptz, NULL::bigint, NULL::bigint, NULL::text, NULL::text,
        NULL::integer, NULL::integer, NULL::timestamptz;
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
        CASE o.outcome WHEN 'not_on_sale' THEN sale.on_sale_at END
    FROM unnest(outcomes) WITH ORDINALITY AS o (outcome, place)
    LEFT JOIN LATERAL (SELECT * FROM hold x WHERE o.outcome = 'replayed'
        AND x.customer_id = p_customer_ids[o.place] AND x.idempotency_key = p_keys[o.place] OFFSET 0) h ON true
    ORDER BY o.place;
END $$;

-- Gives holds back. Outcomes: released (also when its deadline had passed or it was released before) · not_found (no
-- such hold of this customer and performance) · payment_in_progress · completed.
CREATE FUNCTION release_batch(p_performance_id uuid, p_hold_ids uuid[], p_customer_ids uuid[])
RETURNS TABLE (
    item integer, outcome text,
    epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz, changes integer[])
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    sale performance;
    batch_time timestamptz;
    outcomes text[];
    freed uuid[];
    change record;
BEGIN
    sale := lock_performance(p_performance_id);
    IF sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    batch_time := clock_timestamp();

    SELECT array_agg(o.outcome), array_agg(o.hold_id) FILTER (WHERE o.state = 'active') INTO outcomes, freed
    FROM (
        SELECT h.hold_id, h.state, CASE
            WHEN h.hold_id IS NULL THEN 'not_found'
            WHEN h.state = 'paying' THEN 'payment_in_progress'
            WHEN h.state = 'completed' THEN 'completed'
            ELSE 'released' END AS outcome
        FROM unnest(p_hold_ids, p_customer_ids) WITH ORDINALITY AS w (hold_id, customer_id, place)
        LEFT JOIN hold h ON h.hold_id = w.hold_id AND h.customer_id = w.customer_id
            AND h.performance_id = p_performance_id
        ORDER BY w.place) o;
    change := free_seats(sale, batch_time, freed);
    UPDATE hold h
    SET state = CASE WHEN coalesce(h.extended_until, h.expires_at) <= batch_time THEN 'expired' ELSE 'released' END
    WHERE h.hold_id = ANY (freed);
    PERFORM orders_lapse(p_performance_id, freed);

    RETURN QUERY SELECT 0, NULL::text, l.epoch, sale.sequence, change.sequence, batch_time, change.changes
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz,
        NULL::integer[] FROM unnest(outcomes) WITH ORDINALITY AS o (outcome, place);
END $$;

-- Ends holds whose deadline has passed, and frees the seats that nobody took since. Outcomes: expired (also when it had
-- ended before) · not_due (a payment or an extension moved the deadline; also completed) · not_found.
CREATE FUNCTION expire_batch(p_performance_id uuid, p_hold_ids uuid[])
RETURNS TABLE (
    item integer, outcome text,
    epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz, changes integer[])
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    sale performance;
    batch_time timestamptz;
    outcomes text[];
    freed uuid[];
    change record;
BEGIN
    sale := lock_performance(p_performance_id);
    IF sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    batch_time := clock_timestamp();

    -- The deadline that holds at this moment stands on the seats; they share it. A hold that lost a seat to another
    -- customer was past it.
    SELECT array_agg(o.outcome), array_agg(o.hold_id) FILTER (WHERE o.due) INTO outcomes, freed
    FROM (
        SELECT h.hold_id, h.state IN ('active', 'paying') AND NOT s.in_time AS due, CASE
            WHEN h.hold_id IS NULL THEN 'not_found'
            WHEN h.state = 'completed' OR (h.state IN ('active', 'paying') AND s.in_time) THEN 'not_due'
            ELSE 'expired' END AS outcome
        FROM unnest(p_hold_ids) WITH ORDINALITY AS w (hold_id, place)
        LEFT JOIN hold h ON h.hold_id = w.hold_id AND h.performance_id = p_performance_id
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM unnest(h.seat_indexes) AS x (seat_index)
                JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = x.seat_index
                WHERE s.hold_id = h.hold_id AND s.state = 1 AND s.held_until > batch_time) AS in_time) s
        ORDER BY w.place) o;
    change := free_seats(sale, batch_time, freed);
    UPDATE hold h SET state = 'expired' WHERE h.hold_id = ANY (freed);
    PERFORM orders_lapse(p_performance_id, freed);

    RETURN QUERY SELECT 0, NULL::text, l.epoch, sale.sequence, change.sequence, batch_time, change.changes
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz,
        NULL::integer[] FROM unnest(outcomes) WITH ORDINALITY AS o (outcome, place);
END $$;

-- Makes the held seats of some holds available, under the lock that `sale` was read with; appends the change if there
-- is one. The holds' own state is the caller's to set. p_hold_ids may be null.
CREATE FUNCTION free_seats(
    sale performance, p_now timestamptz, p_hold_ids uuid[], OUT sequence bigint, OUT changes integer[])
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
    sequence := sale.sequence;
    SELECT coalesce(array_agg(f.seat_index * 4 ORDER BY f.seat_index), '{}') INTO changes
    FROM (
        SELECT DISTINCT s.seat_index
        FROM hold h
        CROSS JOIN unnest(h.seat_indexes) AS x (seat_index)
        JOIN seat s ON s.performance_id = sale.performance_id AND s.seat_index = x.seat_index
        WHERE h.hold_id = ANY (p_hold_ids) AND s.hold_id = h.hold_id AND s.state = 1) f;
    IF cardinality(changes) = 0 THEN
        RETURN;
    END IF;
    sequence := append_change(sale.performance_id, p_now, changes);
    UPDATE seat s
    SET state = 0, changed_sequence = free_seats.sequence, hold_id = NULL, held_until = NULL
    FROM unnest(free_seats.changes) AS c (change)
    WHERE s.performance_id = sale.performance_id AND s.seat_index = c.change / 4;
END $$;

-- Reads the statistics of the partition that a performance's seats went to: without them its first statements are three
-- times slower. ANALYZE is the owner's right; this lends it.
CREATE FUNCTION analyze_seats(p_performance_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partition regclass;
BEGIN
    SELECT s.tableoid::regclass INTO partition FROM seat s WHERE s.performance_id = p_performance_id LIMIT 1;
    IF partition IS NOT NULL THEN
        EXECUTE format('ANALYZE %s', partition);
    END IF;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    lock_performance(uuid), chain_link(bytea, bigint, timestamptz, integer[]),
    append_change(uuid, timestamptz, integer[], integer),
    hold_batch(uuid, uuid[], uuid[], text[], bytea[], text[], uuid[], integer[], integer[], integer[], integer[],
        integer[]),
    release_batch(uuid, uuid[], uuid[]), expire_batch(uuid, uuid[]),
    free_seats(performance, timestamptz, uuid[]), analyze_seats(uuid)
TO box_office_service;
