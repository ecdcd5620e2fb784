-- What grows for ever and is of no use after a time goes: deliveries with their attempts, answers to old keys, ended
-- sessions. Messages stay: whoever becomes a consumer later may have them replayed, and the figures are made of them.

-- What is told apart by age.
CREATE INDEX delivery_finished ON delivery (finished_at) WHERE finished_at IS NOT NULL;

-- A page of a statement's file begins behind the last order of the page before.
CREATE INDEX order_performance_id ON "order" (performance_id, order_id);
DROP INDEX order_performance;

-- Forgets deliveries that were finished more than 30 days ago, and what retired consumers were never told, each with
-- the story of its attempts: at most p_limit, none that somebody has in hand; how many. The services may not delete
-- deliveries: this lends them the right, for these alone. A message younger than that has all of its deliveries
-- (audit_message_missing).
CREATE FUNCTION deliveries_forget(p_limit integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off
AS $$
DECLARE
    kept CONSTANT interval := interval '30 days';
    v_positions bigint[];
    v_consumers text[];
BEGIN
    SELECT array_agg(w.position), array_agg(w.consumer) INTO v_positions, v_consumers
    FROM (
        SELECT o.position, o.consumer FROM (
            SELECT d.position, d.consumer FROM delivery d WHERE d.finished_at < statement_timestamp() - kept
            ORDER BY d.finished_at LIMIT p_limit FOR UPDATE SKIP LOCKED) o
        UNION ALL
        SELECT u.position, u.consumer FROM message_consumer c CROSS JOIN LATERAL (
            SELECT d.position, d.consumer FROM delivery d
            WHERE d.consumer = c.name AND d.finished_at IS NULL AND d.dead_at IS NULL
            LIMIT p_limit FOR UPDATE SKIP LOCKED) u
        WHERE c.retired_at IS NOT NULL
        UNION ALL
        SELECT g.position, g.consumer FROM message_consumer c CROSS JOIN LATERAL (
            SELECT d.position, d.consumer FROM delivery d WHERE d.consumer = c.name AND d.dead_at IS NOT NULL
            LIMIT p_limit FOR UPDATE SKIP LOCKED) g
        WHERE c.retired_at IS NOT NULL
        LIMIT p_limit) w;
    IF v_positions IS NULL THEN RETURN 0; END IF;
    DELETE FROM delivery_attempt a USING unnest(v_positions, v_consumers) AS w (position, consumer)
    WHERE a.position = w.position AND a.consumer = w.consumer;
    DELETE FROM delivery d USING unnest(v_positions, v_consumers) AS w (position, consumer)
    WHERE d.position = w.position AND d.consumer = w.consumer;
    RETURN cardinality(v_positions);
END $$;
REVOKE ALL ON FUNCTION deliveries_forget(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION deliveries_forget(integer) TO box_office_service;
