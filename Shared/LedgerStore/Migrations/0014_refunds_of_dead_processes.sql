-- Refunds of processes that were killed, as payments of theirs (0009): whoever sees that one says nothing any more makes
-- what it had in hand due at once, instead of leaving it to the end of a lease.

-- Who took it last: what takes it writes down by which connection.
ALTER TABLE refund ADD COLUMN process_id uuid;

-- As in 0009, and for refunds too. Answers how many payments and refunds are anybody's now.
CREATE OR REPLACE FUNCTION payment_process_beat(p_process_id uuid, p_silence_milliseconds integer) RETURNS integer
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off SET enable_seqscan = off
AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_silence interval := make_interval(secs => p_silence_milliseconds / 1000.0);
    v_since timestamptz;
    v_silent uuid[];
    v_row record;
    v_count integer := 0;
BEGIN
    INSERT INTO payment_process AS p (process_id, since, seen_at) VALUES (p_process_id, v_now, v_now)
    ON CONFLICT (process_id) DO UPDATE
    SET since = CASE WHEN p.seen_at < v_now - v_silence / 2 THEN v_now ELSE p.since END, seen_at = v_now
    RETURNING since INTO v_since;
    -- After an outage everybody looks silent: only who has been seen all the time itself may judge.
    IF v_since > v_now - v_silence THEN RETURN 0; END IF;

    WITH silent AS (
        SELECT process_id FROM payment_process WHERE seen_at < v_now - v_silence FOR UPDATE SKIP LOCKED),
    forgotten AS (
        DELETE FROM payment_process p USING silent s WHERE p.process_id = s.process_id RETURNING p.process_id)
    SELECT array_agg(process_id) INTO v_silent FROM forgotten;
    IF v_silent IS NULL THEN RETURN 0; END IF;

    FOR v_row IN
        SELECT payment_id, customer_id, idempotency_key FROM payment
        WHERE state = 'pending' AND process_id = ANY (v_silent) FOR UPDATE SKIP LOCKED
    LOOP
        -- The customer who asks again comes first, and reconciliation a second later.
        UPDATE payment SET next_check_at = least(next_check_at, v_now + interval '1 second')
        WHERE payment_id = v_row.payment_id;
        UPDATE idempotency SET lease_until = v_now
        WHERE (customer_id, key) = (
            SELECT customer_id, key FROM idempotency
            WHERE customer_id = v_row.customer_id AND key = v_row.idempotency_key AND status IS NULL
            FOR UPDATE SKIP LOCKED);
        v_count := v_count + 1;
    END LOOP;

    -- Nobody waits for a refund with its key in hand: its next maker comes at once.
    FOR v_row IN
        SELECT refund_id FROM refund
        WHERE state = 'pending' AND process_id = ANY (v_silent) FOR UPDATE SKIP LOCKED
    LOOP
        UPDATE refund SET next_check_at = least(next_check_at, v_now), process_id = NULL
        WHERE refund_id = v_row.refund_id;
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;
