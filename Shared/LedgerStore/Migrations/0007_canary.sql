-- A canary: a performance that nobody sells, whose map is a clock. Every few seconds one batch sets its seats to the
-- instant of the batch: seat i is blocked where bit i of the Unix milliseconds is 1, else available. Who sees the map
-- can tell how late it is, and whether a change on its way was lost.

-- Shows that are not listed can be read by whoever knows their ids.
ALTER TABLE event ADD COLUMN is_listed boolean NOT NULL DEFAULT true;

-- One row for each canary. Its history would grow for ever at a few seconds' pace: what is older than its last thousand
-- changes goes, and the chain begins behind what is kept here.
CREATE TABLE canary (
    performance_id uuid PRIMARY KEY REFERENCES performance,
    changed_at timestamptz NOT NULL DEFAULT '-infinity',
    pruned_sequence bigint NOT NULL DEFAULT 0,
    pruned_hash bytea NOT NULL CHECK (length(pruned_hash) = 32)
) WITH (fillfactor = 50);
GRANT SELECT, INSERT ON canary TO box_office_service;

-- Moves the clock if its last move is p_interval_milliseconds ago: whoever asks, it moves once in that time. Outcomes:
-- moved · not_due; due_in_milliseconds: when to ask again. The services may not delete history: this lends them the
-- right, for the canary's alone.
CREATE FUNCTION canary_batch(p_performance_id uuid, p_interval_milliseconds integer[])
RETURNS TABLE (
    item integer, outcome text,
    epoch bigint, after_sequence bigint, sequence bigint, database_time timestamptz, changes integer[],
    due_in_milliseconds integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    kept CONSTANT integer := 1000;
    pace CONSTANT interval := make_interval(secs => p_interval_milliseconds[1] / 1000.0);
    sale performance;
    bird canary;
    batch_time timestamptz;
    instant bigint;
    moved integer[] := '{}';
    reached bigint;
BEGIN
    sale := lock_performance(p_performance_id);
    SELECT * INTO bird FROM canary c WHERE c.performance_id = p_performance_id;
    IF bird.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    batch_time := clock_timestamp();
    reached := sale.sequence;

    IF batch_time >= bird.changed_at + pace THEN
        instant := (extract(epoch FROM batch_time) * 1000)::bigint;
        SELECT coalesce(array_agg(t.seat_index * 4 + t.state ORDER BY t.seat_index), '{}') INTO moved
        FROM (SELECT s.seat_index, s.state AS before, 3 * ((instant >> s.seat_index) & 1)::integer AS state
              FROM seat s WHERE s.performance_id = p_performance_id) t
        WHERE t.state <> t.before;
        reached := append_change(p_performance_id, batch_time, moved,
            (SELECT sum(CASE WHEN m.change % 4 = 0 THEN 1 ELSE -1 END)::integer FROM unnest(moved) AS m (change)));
        UPDATE seat s SET state = m.change % 4, changed_sequence = reached
        FROM unnest(moved) AS m (change)
        WHERE s.performance_id = p_performance_id AND s.seat_index = m.change / 4;
        UPDATE canary c SET changed_at = batch_time WHERE c.performance_id = p_performance_id;
        bird.changed_at := batch_time;
        -- By a tenth at a time.
        IF reached - bird.pruned_sequence > kept + kept / 10 THEN
            UPDATE canary c SET pruned_sequence = h.sequence, pruned_hash = h.chain_hash
            FROM seat_change h
            WHERE c.performance_id = p_performance_id AND h.performance_id = p_performance_id
                AND h.sequence = reached - kept;
            DELETE FROM seat_change h WHERE h.performance_id = p_performance_id AND h.sequence <= reached - kept;
        END IF;
    END IF;

    RETURN QUERY SELECT 0, NULL::text, l.epoch, sale.sequence, reached, batch_time, moved, NULL::integer
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT w.place::integer, CASE WHEN reached > sale.sequence THEN 'moved' ELSE 'not_due' END,
        NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
        ceil(extract(epoch FROM bird.changed_at + pace - batch_time) * 1000)::integer
        FROM unnest(p_interval_milliseconds) WITH ORDINALITY AS w (milliseconds, place);
END $$;
REVOKE ALL ON FUNCTION canary_batch(uuid, integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION canary_batch(uuid, integer[]) TO box_office_service;
