-- Fairness at the seats' door. One card pays for so many seats as its organizer says. Who holds seats and lets them lapse waits, longer each time; who leaves the choice of seats
-- to us is answered by what is true under the lock.

-- 0: nobody waits.
ALTER TABLE performance ADD COLUMN cool_down_seconds_max integer NOT NULL DEFAULT 0
    CHECK (cool_down_seconds_max BETWEEN 0 AND 86400);

-- What a customer's holds of a performance that ended unpaid have kept from others, in seconds times seats.
CREATE TABLE hold_lapse (
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    seat_seconds double precision NOT NULL CHECK (seat_seconds >= 0),
    cooling_until timestamptz NOT NULL,
    PRIMARY KEY (performance_id, customer_id)
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE ON hold_lapse TO box_office_service;

-- How long somebody waits who kept so many seat-seconds from others. A round is as many seats as one customer may have,
-- for as long as a hold lasts. The first round costs nothing: whoever lets one basket lapse, however large, chooses again
-- at once, and who clicked about a little besides hardly waits. From there the wait grows with the rounds, and is doubled
-- ever faster by each seat that was kept for a hold's time beyond the first round: 2, 4 and 6 such seats make 2, 16 and
-- 512 of it. Where four is the limit, a family that lets two baskets of three lapse waits a hold's time, who keeps four
-- seats twice sixteen: so whoever keeps many seats for nothing does it twice, and not again before the sale is over.
CREATE FUNCTION cool_down_seconds(p_sale performance, p_seat_seconds double precision) RETURNS double precision
LANGUAGE plpgsql IMMUTABLE SET jit = off AS $$
DECLARE
    seats_beyond double precision := greatest(0, p_seat_seconds / p_sale.hold_seconds - p_sale.seats_per_customer_max);
BEGIN
    -- Beyond thirty doublings any limit is passed, and a double holds the power.
    RETURN least(p_sale.cool_down_seconds_max, p_sale.hold_seconds * seats_beyond / p_sale.seats_per_customer_max
        * power(2, least(30, seats_beyond * seats_beyond / 4)));
END $$;

-- Until when a customer is given no seats; null when they are given some at p_now. Holds that are past their deadline and
-- that no batch has ended count as if one had: who comes back at that very moment is not quicker than the rule. Called
-- within functions that say how to plan.
CREATE FUNCTION cooling_until(p_sale performance, p_customer_id uuid, p_now timestamptz) RETURNS timestamptz
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
    FROM (SELECT x.seat_indexes, x.created_at, x.expires_at, coalesce(x.extended_until, x.expires_at) AS due_at FROM hold x
          WHERE x.customer_id = p_customer_id AND (x.performance_id = p_sale.performance_id) IS TRUE
            AND x.state = 'active' AND coalesce(x.extended_until, x.expires_at) <= p_now OFFSET 0) h;
    until := known.cooling_until;
    IF due.at IS NOT NULL THEN
        until := greatest(until, due.at + make_interval(
            secs => cool_down_seconds(p_sale, coalesce(known.seat_seconds, 0) + due.seat_seconds)));
    END IF;
    RETURN CASE WHEN until > p_now THEN until END;
END $$;

-- Counts holds that end unpaid at p_now, under the lock. Of a hold the time up to its first deadline counts: what a
-- declined payment gave on top is the bank's; and never more than hold_seconds, as an offer of the waiting list may last
-- longer than what somebody asked for at that moment. Holds of nobody (the waiting list's) are nobody's fault.
-- p_hold_ids may be null.
CREATE FUNCTION lapses_write(p_sale performance, p_now timestamptz, p_hold_ids uuid[]) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
    IF p_sale.cool_down_seconds_max = 0 THEN
        RETURN;
    END IF;
    INSERT INTO hold_lapse AS l (performance_id, customer_id, seat_seconds, cooling_until)
    SELECT p_sale.performance_id, w.customer_id, w.seat_seconds,
           p_now + make_interval(secs => cool_down_seconds(p_sale, w.seat_seconds))
    FROM (SELECT h.customer_id,
                 sum(cardinality(h.seat_indexes)
                     * greatest(0, extract(epoch FROM least(p_now, h.expires_at,
                           h.created_at + make_interval(secs => p_sale.hold_seconds)) - h.created_at)
                         ::double precision)) AS seat_seconds
          FROM hold h
          WHERE h.hold_id = ANY (p_hold_ids) AND h.customer_id <> '00000000-0000-0000-0000-000000000000'
          GROUP BY h.customer_id) w
    ORDER BY w.customer_id
    ON CONFLICT (performance_id, customer_id) DO UPDATE
    SET seat_seconds = l.seat_seconds + EXCLUDED.seat_seconds,
        cooling_until = greatest(l.cooling_until,
            p_now + make_interval(secs => cool_down_seconds(p_sale, l.seat_seconds + EXCLUDED.seat_seconds)));
END $$;

-- Why nobody is given seats of a performance at an instant; null while it sells.
CREATE FUNCTION sale_refusal_at(p_sale performance, p_now timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_sale.sale_state IN ('ended', 'cancelled') OR p_now >= p_sale.sale_ends_at THEN 'sale_ended'
        WHEN p_now < p_sale.on_sale_at THEN 'not_on_sale'
        WHEN p_sale.sale_state = 'paused' THEN 'sale_paused'
    END
$$;

-- What a choice of seats needs to know, under the lock of the batch that it is made for: the first row is the map, each
-- further one an item. changes: what led from (p_epoch, p_after_sequence) here, or all seats that ever changed when that
-- is too long ago or another epoch. seats_left: how many seats the customer may still have; null for an item that gets
-- none whatever is free (its key is known, nothing is sold now, it cools down): the batch says which.
CREATE FUNCTION hold_choice_look(
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
            ELSE sale.seats_per_customer_max - (
                SELECT count(*)::integer
                FROM (SELECT x.hold_id, x.seat_indexes FROM hold x
                      WHERE x.customer_id = w.customer_id AND (x.performance_id = p_performance_id) IS TRUE
                        AND x.state IN ('active', 'paying', 'completed') OFFSET 0) h
                CROSS JOIN unnest(h.seat_indexes) AS x (seat_index)
                CROSS JOIN LATERAL (SELECT s.state, s.hold_id, s.held_until FROM seat s
                    WHERE s.performance_id = p_performance_id AND s.seat_index = x.seat_index OFFSET 0) s
                WHERE s.hold_id = h.hold_id AND (s.state = 2 OR (s.state = 1 AND s.held_until > batch_time)))
        END
    FROM unnest(p_customer_ids, p_keys) WITH ORDINALITY AS w (customer_id, key, place)
    ORDER BY w.place;
END $$;

-- As in 0002, and what was held in vain is counted.
CREATE OR REPLACE FUNCTION release_batch(p_performance_id uuid, p_hold_ids uuid[], p_customer_ids uuid[])
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
    PERFORM lapses_write(sale, batch_time, freed);
    UPDATE hold h
    SET state = CASE WHEN coalesce(h.extended_until, h.expires_at) <= batch_time THEN 'expired' ELSE 'released' END
    WHERE h.hold_id = ANY (freed);
    PERFORM orders_lapse(p_performance_id, freed);

    RETURN QUERY SELECT 0, NULL::text, l.epoch, sale.sequence, change.sequence, batch_time, change.changes
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz,
        NULL::integer[] FROM unnest(outcomes) WITH ORDINALITY AS o (outcome, place);
END $$;

CREATE OR REPLACE FUNCTION expire_batch(p_performance_id uuid, p_hold_ids uuid[])
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
    PERFORM lapses_write(sale, batch_time, freed);
    UPDATE hold h SET state = 'expired' WHERE h.hold_id = ANY (freed);
    PERFORM orders_lapse(p_performance_id, freed);

    RETURN QUERY SELECT 0, NULL::text, l.epoch, sale.sequence, change.sequence, batch_time, change.changes
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz,
        NULL::integer[] FROM unnest(outcomes) WITH ORDINALITY AS o (outcome, place);
END $$;

-- Null: a card may pay for as many seats as its owners' limits allow.
ALTER TABLE performance ADD COLUMN seats_per_instrument_max integer CHECK (seats_per_instrument_max > 0);

-- By which instrument (a card, by the provider's word for it, under a key of the services) an order is paid or was
-- wanted to be, for each attempt by the customer's key; only of performances that limit it.
CREATE TABLE instrument_use (
    order_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    instrument bytea NOT NULL CHECK (length(instrument) = 32),
    performance_id uuid NOT NULL,
    PRIMARY KEY (order_id, idempotency_key, instrument)
);
CREATE INDEX instrument_use_of ON instrument_use (performance_id, instrument);
GRANT SELECT, INSERT ON instrument_use TO box_office_service;

-- How many seats of a performance an instrument pays for at this moment, but for one order: those of orders that wait for
-- their payment, and those that somebody has a ticket for. An attempt counts unless its payment took no money; one that
-- has not become a payment may do so while its order waits for one.
CREATE FUNCTION instrument_seats(p_performance_id uuid, p_instruments bytea[], p_order_id uuid) RETURNS integer
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
    RETURN (
        SELECT coalesce(sum(CASE o.state
            WHEN 'pending' THEN (SELECT sum(cardinality(h.seat_indexes)) FROM hold h WHERE h.hold_id = ANY (o.hold_ids))
            ELSE (SELECT count(*) FROM ticket t WHERE t.order_id = o.order_id AND t.live) END), 0)::integer
        FROM (
            SELECT DISTINCT u.order_id
            FROM instrument_use u
            CROSS JOIN LATERAL (SELECT x.state FROM "order" x WHERE x.order_id = u.order_id OFFSET 0) w
            LEFT JOIN LATERAL (SELECT x.state FROM payment x
                WHERE x.order_id = u.order_id AND x.idempotency_key = u.idempotency_key OFFSET 0) p ON true
            WHERE u.performance_id = p_performance_id AND u.instrument = ANY (p_instruments)
              AND u.order_id <> p_order_id
              AND CASE WHEN p.state IS NULL THEN w.state = 'pending'
                       ELSE p.state NOT IN ('declined', 'cancelled') END) n
        CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = n.order_id OFFSET 0) o);
END $$;

-- Before orders of a performance are paid: whether their instruments may pay for so many seats more, and if so, that they
-- do. An order that is being paid by another instrument is asked about like any: that payment may be declined before
-- this one begins. p_older_instruments are the same by the key of before, while two are valid. Outcomes: passed (also
-- where a payment would be refused or answered again for another reason: that is for payment_begin_batch to say) ·
-- instrument_limit_reached (seats_owned, seats_max); its answer is the caller's to store before it commits.
CREATE FUNCTION instrument_batch(
    p_performance_id uuid, p_order_ids uuid[], p_customer_ids uuid[], p_keys text[], p_instruments bytea[],
    p_older_instruments bytea[]
) RETURNS TABLE (
    item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz,
    changes integer[], seats_owned integer, seats_max integer
)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_row record;
    v_owned integer;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    RETURN QUERY SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sale.sequence, clock_timestamp(), '{}'::integer[],
        NULL::integer, NULL::integer FROM ledger l WHERE l.only_row;
    FOR v_row IN
        SELECT i.item::integer AS item, i.order_id, i.key, i.instrument, i.older, n.seat_count,
               o.order_id IS NOT NULL AND NOT EXISTS (
                   SELECT FROM idempotency x WHERE x.customer_id = i.customer_id AND x.key = i.key) AND NOT EXISTS (
                   SELECT FROM hold x WHERE x.customer_id = i.customer_id AND x.idempotency_key = i.key) AS is_begin
        FROM unnest(p_order_ids, p_customer_ids, p_keys, p_instruments, p_older_instruments)
            WITH ORDINALITY AS i (order_id, customer_id, key, instrument, older, item)
        LEFT JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = i.order_id OFFSET 0) o
            ON o.customer_id = i.customer_id AND o.performance_id = p_performance_id AND o.state = 'pending'
        LEFT JOIN LATERAL (SELECT sum(cardinality(x.seat_indexes))::integer AS seat_count
                           FROM hold x WHERE x.hold_id = ANY (o.hold_ids)) n ON true
        ORDER BY i.item
    LOOP
        item := v_row.item;
        outcome := 'passed';
        seats_owned := NULL;
        seats_max := NULL;
        IF v_row.is_begin AND v_sale.seats_per_instrument_max IS NOT NULL THEN
            v_owned := instrument_seats(
                p_performance_id, array_remove(ARRAY[v_row.instrument, v_row.older], NULL), v_row.order_id);
            IF v_owned + v_row.seat_count > v_sale.seats_per_instrument_max THEN
                outcome := 'instrument_limit_reached';
                seats_owned := v_owned;
                seats_max := v_sale.seats_per_instrument_max;
            ELSE
                -- Of two instruments with one key the payment takes one, and which is not known here: both count.
                INSERT INTO instrument_use (order_id, idempotency_key, instrument, performance_id)
                VALUES (v_row.order_id, v_row.key, v_row.instrument, p_performance_id)
                ON CONFLICT DO NOTHING;
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

REVOKE ALL ON FUNCTION
    instrument_seats(uuid, bytea[], uuid), instrument_batch(uuid, uuid[], uuid[], text[], bytea[], bytea[]),
    cool_down_seconds(performance, double precision), cooling_until(performance, uuid, timestamptz),
    lapses_write(performance, timestamptz, uuid[]),
    sale_refusal_at(performance, timestamptz),
    hold_choice_look(uuid, bigint, bigint, integer, uuid[], text[])
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    instrument_seats(uuid, bytea[], uuid), instrument_batch(uuid, uuid[], uuid[], text[], bytea[], bytea[]),
    cool_down_seconds(performance, double precision), cooling_until(performance, uuid, timestamptz),
    lapses_write(performance, timestamptz, uuid[]),
    sale_refusal_at(performance, timestamptz),
    hold_choice_look(uuid, bigint, bigint, integer, uuid[], text[])
TO box_office_service;
