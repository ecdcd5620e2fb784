-- The waiting room of a performance. Each entry has a number, given under the room's lock without gaps. At the opening
-- the list is closed: whoever has a number up to listed_count is ranked by HMAC(seed, entry id), whoever came later
-- stands at the position of the own number. The line has one front, which moves in steps: everybody up to it was called
-- by the first step that reached the own position. That is all; who is called is nobody's row.

-- seed_hash stands there from the beginning, closed_at and listed_count from the opening on, list_hash some moments
-- later, and the seed after that. stepper is the process that moves the front, as long as it looks.
CREATE TABLE waiting_room (
    performance_id uuid PRIMARY KEY REFERENCES performance,
    is_on boolean NOT NULL,
    admissions_per_minute_max integer NOT NULL CHECK (admissions_per_minute_max BETWEEN 1 AND 600000),
    admission_seconds integer NOT NULL CHECK (admission_seconds BETWEEN 30 AND 7200),
    opens_at timestamptz NOT NULL,
    seed_hash bytea NOT NULL CHECK (length(seed_hash) = 32),
    entry_count bigint NOT NULL DEFAULT 0 CHECK (entry_count BETWEEN 0 AND 2000000),
    closed_at timestamptz,
    listed_count bigint CHECK (listed_count BETWEEN 0 AND entry_count),
    list_hash bytea CHECK (length(list_hash) = 32),
    listed_at timestamptz,
    seed bytea,
    seed_published_at timestamptz,
    front bigint NOT NULL DEFAULT 0,
    admitted_count bigint NOT NULL DEFAULT 0,
    step_sequence bigint NOT NULL DEFAULT 0,
    stepper bigint,
    stepper_seen_at timestamptz,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT waiting_room_list_is_whole CHECK (
        (closed_at IS NULL) = (listed_count IS NULL) AND (listed_at IS NULL) = (list_hash IS NULL)
            AND (listed_at IS NULL OR closed_at IS NOT NULL)),
    CONSTRAINT waiting_room_stepper_was_seen CHECK ((stepper IS NULL) = (stepper_seen_at IS NULL)),
    CONSTRAINT waiting_room_seed_after_list CHECK (
        (seed IS NULL) = (seed_published_at IS NULL) AND (seed IS NULL OR seed_published_at > listed_at)),
    CONSTRAINT waiting_room_seed_was_committed CHECK (sha256(seed) = seed_hash),
    CONSTRAINT waiting_room_front_is_in_line CHECK (front BETWEEN 0 AND entry_count AND admitted_count <= front),
    CONSTRAINT waiting_room_moves_after_ranking CHECK (front = 0 OR seed IS NOT NULL)
) WITH (fillfactor = 20);
CREATE INDEX waiting_room_on ON waiting_room (performance_id) WHERE is_on;

-- The seeds, out of the services' sight until they are published.
CREATE TABLE waiting_room_secret (
    performance_id uuid PRIMARY KEY REFERENCES waiting_room,
    seed bytea NOT NULL CHECK (length(seed) = 32)
);

-- Written once. A customer has one place at a time: turn n + 1 is given when the time of turn n is over.
CREATE TABLE waiting_room_entry (
    performance_id uuid NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    entry_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    turn integer NOT NULL CHECK (turn > 0),
    entered_at timestamptz NOT NULL,
    PRIMARY KEY (performance_id, number),
    CONSTRAINT waiting_room_entry_one_place UNIQUE (performance_id, customer_id, turn)
);

-- Written once, at most one a second; the last ten thousand are kept, longer than anybody's admission lasts.
CREATE TABLE waiting_room_step (
    performance_id uuid NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    front bigint NOT NULL CHECK (front > 0),
    admitted_count bigint NOT NULL,
    stepped_at timestamptz NOT NULL,
    PRIMARY KEY (performance_id, sequence)
);

GRANT SELECT ON waiting_room, waiting_room_entry, waiting_room_step TO box_office_service;

-- Waits for and takes the room's row, alone, so that the statements after it see the truth; all null without a room.
CREATE FUNCTION lock_waiting_room(p_performance_id uuid) RETURNS waiting_room
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
    locked waiting_room;
BEGIN
    SELECT * INTO locked FROM waiting_room w WHERE w.performance_id = p_performance_id FOR NO KEY UPDATE;
    RETURN locked;
END $$;
REVOKE ALL ON FUNCTION lock_waiting_room(uuid) FROM PUBLIC;

-- Makes a performance's room, or changes how it is run. p_asker_id: the organizer, or null for somebody who may do
-- everything. Outcomes: kept · not_found · sale_ended. A room that is made while the sale is on opens at once, with an
-- empty list. The seed is made here, of 244 random bits, and is seen by nobody before its time.
CREATE FUNCTION waiting_room_put(
    p_performance_id uuid, p_asker_id uuid, p_is_on boolean, p_admissions_per_minute_max integer,
    p_admission_seconds integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
    sale performance;
    new_seed bytea;
    this_time timestamptz;
BEGIN
    SELECT * INTO sale FROM performance p WHERE p.performance_id = p_performance_id;
    IF sale.performance_id IS NULL OR sale.organizer_id <> p_asker_id THEN RETURN 'not_found'; END IF;
    this_time := clock_timestamp();
    IF sale.sale_state IN ('ended', 'cancelled') OR this_time >= sale.sale_ends_at THEN RETURN 'sale_ended'; END IF;
    UPDATE waiting_room w
    SET is_on = p_is_on, admissions_per_minute_max = p_admissions_per_minute_max, admission_seconds = p_admission_seconds
    WHERE w.performance_id = p_performance_id;
    IF FOUND THEN RETURN 'kept'; END IF;
    new_seed := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    INSERT INTO waiting_room (
        performance_id, is_on, admissions_per_minute_max, admission_seconds, opens_at, seed_hash)
    VALUES (
        p_performance_id, p_is_on, p_admissions_per_minute_max, p_admission_seconds,
        greatest(sale.on_sale_at, this_time), sha256(new_seed))
    ON CONFLICT (performance_id) DO UPDATE
    SET is_on = p_is_on, admissions_per_minute_max = p_admissions_per_minute_max, admission_seconds = p_admission_seconds;
    -- Somebody else may have made it meanwhile, and another seed with it.
    INSERT INTO waiting_room_secret (performance_id, seed)
    SELECT w.performance_id, new_seed FROM waiting_room w
    WHERE w.performance_id = p_performance_id AND w.seed_hash = sha256(new_seed);
    RETURN 'kept';
END $$;

-- Closes the list, under the room's lock: who comes from now on is not of it, and its rows change no more.
CREATE FUNCTION waiting_room_close(p_performance_id uuid, p_now timestamptz) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    UPDATE waiting_room w SET closed_at = p_now, listed_count = w.entry_count
    WHERE w.performance_id = p_performance_id
$$;
REVOKE ALL ON FUNCTION waiting_room_close(uuid, timestamptz) FROM PUBLIC;

-- Publishes the hash of a closed list, which follows from its rows: whoever looks computes it, page by page and without
-- a lock, and who comes first counts. listed_at is a time at which the hash is known already: the seed waits for it.
CREATE FUNCTION waiting_room_publish_list(p_performance_id uuid, p_list_hash bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off AS $$
BEGIN
    PERFORM lock_waiting_room(p_performance_id);
    UPDATE waiting_room w SET list_hash = p_list_hash, listed_at = clock_timestamp()
    WHERE w.performance_id = p_performance_id AND w.closed_at IS NOT NULL AND w.list_hash IS NULL;
END $$;

-- Gives places, in the order of the items, or finds those that there are. No two items share customer and turn. An item
-- asks for the place of its turn, which is made if it is the customer's next, or with turn 0 for the last that there is.
-- Who has one already is answered without the lock.
-- Outcomes: entered · known (both with the place) · no_place · no_room · sale_ended · full.
CREATE FUNCTION waiting_room_enter(
    p_performance_id uuid, p_entry_ids uuid[], p_customer_ids uuid[], p_turns integer[])
RETURNS TABLE (
    item integer, outcome text, entry_id uuid, number bigint, turn integer, entered_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    entries_max CONSTANT bigint := 2000000;
    room waiting_room;
    this_time timestamptz;
    refusal text := 'no_place';
    made bigint := 0;
BEGIN
    SELECT * INTO room FROM waiting_room w WHERE w.performance_id = p_performance_id AND w.is_on;
    IF room.performance_id IS NULL THEN
        RETURN QUERY SELECT w.place::integer, 'no_room', NULL::uuid, NULL::bigint, NULL::integer, NULL::timestamptz
        FROM unnest(p_customer_ids) WITH ORDINALITY AS w (customer_id, place);
        RETURN;
    END IF;

    IF EXISTS (
        SELECT FROM unnest(p_customer_ids, p_turns) AS w (customer_id, turn)
        WHERE w.turn > 0 AND NOT EXISTS (
            SELECT FROM waiting_room_entry e WHERE e.performance_id = p_performance_id
                AND e.customer_id = w.customer_id AND e.turn >= w.turn OFFSET 0))
    THEN
        room := lock_waiting_room(p_performance_id);
        this_time := clock_timestamp();
        IF EXISTS (
            SELECT FROM performance p WHERE p.performance_id = p_performance_id
                AND (p.sale_state IN ('ended', 'cancelled') OR this_time >= p.sale_ends_at))
        THEN
            refusal := 'sale_ended';
        ELSIF room.is_on THEN
            IF room.closed_at IS NULL AND this_time >= room.opens_at THEN
                PERFORM waiting_room_close(p_performance_id, this_time);
            END IF;
            INSERT INTO waiting_room_entry (performance_id, number, entry_id, customer_id, turn, entered_at)
            SELECT p_performance_id, room.entry_count + row_number() OVER (ORDER BY n.place), n.entry_id,
                n.customer_id, n.turn, this_time
            FROM (
                SELECT w.entry_id, w.customer_id, w.turn, w.place
                FROM unnest(p_entry_ids, p_customer_ids, p_turns)
                    WITH ORDINALITY AS w (entry_id, customer_id, turn, place)
                WHERE w.turn > 0
                    AND NOT EXISTS (
                        SELECT FROM waiting_room_entry e WHERE e.performance_id = p_performance_id
                            AND e.customer_id = w.customer_id AND e.turn >= w.turn OFFSET 0)
                    AND (w.turn = 1 OR EXISTS (
                        SELECT FROM waiting_room_entry e WHERE e.performance_id = p_performance_id
                            AND e.customer_id = w.customer_id AND e.turn = w.turn - 1 OFFSET 0))
                ORDER BY w.place
                LIMIT greatest(0, entries_max - room.entry_count)) n
            ORDER BY n.place;
            GET DIAGNOSTICS made = ROW_COUNT;
            IF made > 0 THEN
                UPDATE waiting_room w SET entry_count = w.entry_count + made
                WHERE w.performance_id = p_performance_id;
            END IF;
            refusal := CASE WHEN room.entry_count + made >= entries_max THEN 'full' ELSE 'no_place' END;
        ELSE
            refusal := 'no_room';
        END IF;
    END IF;

    RETURN QUERY
    SELECT w.place::integer,
        CASE WHEN e.entry_id = w.entry_id THEN 'entered' WHEN e.entry_id IS NOT NULL AND e.turn >= w.turn THEN 'known'
             WHEN w.turn = 0 THEN 'no_place' ELSE refusal END,
        e.entry_id, e.number, e.turn, e.entered_at
    FROM unnest(p_entry_ids, p_customer_ids, p_turns) WITH ORDINALITY AS w (entry_id, customer_id, turn, place)
    LEFT JOIN LATERAL (
        SELECT * FROM waiting_room_entry x WHERE x.performance_id = p_performance_id AND x.customer_id = w.customer_id
        ORDER BY x.turn DESC LIMIT 1) e ON true
    ORDER BY w.place;
END $$;

-- Does what is due in a room: closes the list at its opening; publishes the seed two seconds after the list's hash,
-- when everybody may have seen that; and then moves the front to p_front, unless that is null, somebody else has stepped
-- since p_sequence, or the room has another stepper than p_stepper that has looked within one and a half seconds: who
-- moves a line must have heard of all who watch it, and two who each heard of some would call more than are there.
-- p_admitted: how many of those called are there. Whoever asks when nothing is due takes no lock.
CREATE FUNCTION waiting_room_step(
    p_performance_id uuid, p_stepper bigint, p_sequence bigint, p_front bigint, p_admitted integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    pause CONSTANT interval := interval '2 seconds';
    -- A stepper looks once a second. When it has died, the next one makes up for what was due meanwhile.
    stepper_silence CONSTANT interval := interval '1.5 seconds';
    stepper_renewal CONSTANT interval := interval '0.5 seconds';
    steps_kept CONSTANT bigint := 10000;
    room waiting_room;
    this_time timestamptz;
BEGIN
    SELECT * INTO room FROM waiting_room w WHERE w.performance_id = p_performance_id;
    this_time := clock_timestamp();
    IF room.performance_id IS NULL OR NOT room.is_on
        OR (CASE WHEN room.closed_at IS NULL THEN this_time < room.opens_at
                 WHEN room.listed_at IS NULL THEN true
                 WHEN room.seed IS NULL THEN this_time < room.listed_at + pause
                 WHEN room.stepper = p_stepper THEN p_front IS NULL
                     AND (room.front = room.entry_count OR this_time < room.stepper_seen_at + stepper_renewal)
                 ELSE p_front IS NULL OR this_time < room.stepper_seen_at + stepper_silence END)
    THEN
        RETURN;
    END IF;
    room := lock_waiting_room(p_performance_id);
    this_time := clock_timestamp();
    IF NOT room.is_on THEN
        RETURN;
    ELSIF room.closed_at IS NULL THEN
        PERFORM waiting_room_close(p_performance_id, this_time);
    ELSIF room.seed IS NULL THEN
        -- Somebody else may have closed the list while this one waited for the lock.
        UPDATE waiting_room w SET seed = s.seed, seed_published_at = this_time
        FROM waiting_room_secret s
        WHERE w.performance_id = p_performance_id AND s.performance_id = p_performance_id
            AND this_time >= room.listed_at + pause;
    ELSIF room.stepper = p_stepper OR room.stepper IS NULL OR this_time >= room.stepper_seen_at + stepper_silence THEN
        IF p_sequence = room.step_sequence AND p_front > room.front AND p_front <= room.entry_count THEN
            INSERT INTO waiting_room_step (performance_id, sequence, front, admitted_count, stepped_at)
            VALUES (
                p_performance_id, room.step_sequence + 1, p_front, room.admitted_count + greatest(p_admitted, 0),
                this_time);
            UPDATE waiting_room w
            SET front = p_front, step_sequence = room.step_sequence + 1,
                admitted_count = room.admitted_count + greatest(p_admitted, 0),
                stepper = p_stepper, stepper_seen_at = this_time
            WHERE w.performance_id = p_performance_id;
            DELETE FROM waiting_room_step s
            WHERE s.performance_id = p_performance_id AND s.sequence <= room.step_sequence + 1 - steps_kept;
        ELSIF room.stepper = p_stepper THEN
            UPDATE waiting_room w SET stepper_seen_at = this_time WHERE w.performance_id = p_performance_id;
        END IF;
    END IF;
END $$;

-- A process that stops moves no front any more: whoever comes next need not wait for its silence.
CREATE FUNCTION waiting_room_resign(p_stepper bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE waiting_room w SET stepper = NULL, stepper_seen_at = NULL WHERE w.is_on AND w.stepper = p_stepper
$$;

REVOKE ALL ON FUNCTION
    waiting_room_put(uuid, uuid, boolean, integer, integer),
    waiting_room_enter(uuid, uuid[], uuid[], integer[]),
    waiting_room_publish_list(uuid, bytea),
    waiting_room_step(uuid, bigint, bigint, bigint, integer),
    waiting_room_resign(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    waiting_room_put(uuid, uuid, boolean, integer, integer),
    waiting_room_enter(uuid, uuid[], uuid[], integer[]),
    waiting_room_publish_list(uuid, bytea),
    waiting_room_step(uuid, bigint, bigint, bigint, integer),
    waiting_room_resign(bigint) TO box_office_service;
