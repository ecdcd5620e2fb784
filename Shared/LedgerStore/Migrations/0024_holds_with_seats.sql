-- Who claims seats is asked how many it has. Its holds that ended count for nothing, and there may be many: reading them
-- all, which the key's index had to, cost more than the rest of a hold once a customer had made two dozen, under the lock
-- that all others wait for. Those that may still have seats are found by their first deadline, which never changes.
CREATE INDEX hold_customer_deadline ON hold (customer_id, expires_at);

-- A customer's holds in a performance whose seats it may have at this instant or later: those whose first deadline is
-- ahead, and those of its orders, as nothing but an order's payment keeps a hold beyond that. Without settings of its
-- own, so that it is a part of the statement that asks.
CREATE FUNCTION holds_with_seats(p_performance_id uuid, p_customer_id uuid, p_after timestamptz) RETURNS SETOF hold
LANGUAGE sql STABLE AS $$
    SELECT h.* FROM hold h
    WHERE h.customer_id = p_customer_id AND h.expires_at > p_after AND (h.performance_id = p_performance_id) IS TRUE
    UNION ALL
    SELECT h.*
    FROM (SELECT DISTINCT i.hold_id FROM "order" o CROSS JOIN unnest(o.hold_ids) AS i (hold_id)
          WHERE o.customer_id = p_customer_id AND (o.performance_id = p_performance_id) IS TRUE) i
    CROSS JOIN LATERAL (SELECT * FROM hold x WHERE x.hold_id = i.hold_id AND x.expires_at <= p_after OFFSET 0) h
$$;

-- How many of a performance's seats a customer has: sold to it, or held and in time.
CREATE FUNCTION seats_owned(p_performance_id uuid, p_customer_id uuid, p_now timestamptz) RETURNS TABLE (owned integer)
LANGUAGE sql STABLE AS $$
    SELECT count(*)::integer
    FROM (SELECT x.hold_id, x.seat_indexes FROM holds_with_seats(p_performance_id, p_customer_id, p_now) x
          WHERE x.state IN ('active', 'paying', 'completed') OFFSET 0) h
    CROSS JOIN unnest(h.seat_indexes) AS x (seat_index)
    CROSS JOIN LATERAL (SELECT s.state, s.hold_id, s.held_until FROM seat s
        WHERE s.performance_id = p_performance_id AND s.seat_index = x.seat_index OFFSET 0) s
    WHERE s.hold_id = h.hold_id AND (s.state = 2 OR (s.state = 1 AND s.held_until > p_now))
$$;

-- As in 0019. A hold that lapsed longer ago than the longest cool-down, and that nobody has ended yet, counts once that
-- is done.
CREATE OR REPLACE FUNCTION cooling_until(p_sale performance, p_customer_id uuid, p_now timestamptz) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    known record;
    due record;
    until timestamptz;
BEGIN
    SELECT l.seat_seconds, l.cooling_until INTO known FROM hold_lapse l
    WHERE l.performance_id = p_sale.performance_id AND l.customer_id = p_customer_id;
    -- The deadline that holds at this moment stands on the seats: they share it.
    SELECT max(h.due_at) AS at, sum(cardinality(h.seat_indexes)
            * greatest(0, extract(epoch FROM least(h.expires_at, h.created_at + make_interval(secs => p_sale.hold_seconds))
                - h.created_at)::double precision)) AS seat_seconds
    INTO due
    FROM (SELECT x.seat_indexes, x.created_at, x.expires_at, coalesce(x.extended_until, x.expires_at) AS due_at
          FROM holds_with_seats(p_sale.performance_id, p_customer_id,
              p_now - make_interval(secs => p_sale.cool_down_seconds_max)) x
          WHERE x.state = 'active' AND coalesce(x.extended_until, x.expires_at) <= p_now OFFSET 0) h;
    until := known.cooling_until;
    IF due.at IS NOT NULL THEN
        until := greatest(until, due.at + make_interval(
            secs => cool_down_seconds(p_sale, coalesce(known.seat_seconds, 0) + due.seat_seconds)));
    END IF;
    RETURN CASE WHEN until > p_now THEN until END;
END $$;

-- As in 0020, 0019 and 0020, but that seats are counted by seats_owned.
CREATE OR REPLACE FUNCTION hold_batch(
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
    SELECT array_agg(o.owned ORDER BY w.place) INTO owned
    FROM unnest(p_customers) WITH ORDINALITY AS w (customer_id, place)
    CROSS JOIN LATERAL seats_owned(p_performance_id, w.customer_id, batch_time) o;
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

CREATE OR REPLACE FUNCTION hold_choice_look(
    p_performance_id uuid, p_epoch bigint, p_after_sequence bigint, p_history_batches_max integer,
    p_customer_ids uuid[], p_keys text[])
RETURNS TABLE (
    item integer, epoch bigint, sequence bigint, database_time timestamptz, seat_count integer, changes integer[],
    seats_left integer)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    sale performance;
    this_epoch bigint;
    batch_time timestamptz;
    position_before bigint;
    known_changes integer[];
    is_closed boolean;
BEGIN
    sale := lock_performance(p_performance_id);
    IF sale.performance_id IS NULL THEN
        RETURN;
    END IF;
    batch_time := clock_timestamp();
    SELECT l.epoch INTO this_epoch FROM ledger l WHERE l.only_row;
    -- Seats that never changed stand at 0, and are free.
    position_before := CASE WHEN p_epoch = this_epoch AND p_after_sequence <= sale.sequence THEN p_after_sequence
                            ELSE 0 END;
    IF sale.sequence - position_before <= p_history_batches_max THEN
        SELECT coalesce(array_agg(x.change), '{}') INTO known_changes
        FROM (SELECT DISTINCT ON (x.change / 4) x.change
              FROM seat_change c CROSS JOIN unnest(c.changes) AS x (change)
              WHERE c.performance_id = p_performance_id AND c.sequence > position_before
              ORDER BY x.change / 4, c.sequence DESC) x;
    ELSE
        SELECT coalesce(array_agg(s.seat_index * 4 + s.state), '{}') INTO known_changes
        FROM seat s WHERE s.performance_id = p_performance_id AND s.changed_sequence > position_before;
    END IF;
    RETURN QUERY SELECT 0, this_epoch, sale.sequence, batch_time, sale.seat_count::integer, known_changes, NULL::integer;

    is_closed := sale_refusal_at(sale, batch_time) IS NOT NULL;
    RETURN QUERY
    SELECT w.place::integer, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer, NULL::integer[],
        CASE WHEN is_closed
            OR EXISTS (SELECT FROM hold x WHERE x.customer_id = w.customer_id AND x.idempotency_key = w.key)
            OR EXISTS (SELECT FROM idempotency x WHERE x.customer_id = w.customer_id AND x.key = w.key)
            OR sale.cool_down_seconds_max > 0 AND cooling_until(sale, w.customer_id, batch_time) IS NOT NULL
            THEN NULL
            ELSE sale.seats_per_customer_max - o.owned
        END
    FROM unnest(p_customer_ids, p_keys) WITH ORDINALITY AS w (customer_id, key, place)
    CROSS JOIN LATERAL seats_owned(p_performance_id, w.customer_id, batch_time) o
    ORDER BY w.place;
END $$;

CREATE OR REPLACE FUNCTION waiting_list_seats_left(p_performance_id uuid, p_now timestamptz, p_entry_ids uuid[])
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
    SELECT w.entry_id,
        CASE WHEN sale.cool_down_seconds_max > 0 AND cooling_until(sale, e.customer_id, p_now) IS NOT NULL THEN NULL
             ELSE sale.seats_per_customer_max - o.owned END
    FROM unnest(p_entry_ids) AS w (entry_id)
    CROSS JOIN LATERAL (SELECT x.customer_id FROM waiting_list_entry x WHERE x.entry_id = w.entry_id OFFSET 0) e
    CROSS JOIN LATERAL seats_owned(p_performance_id, e.customer_id, p_now) o;
END $$;
