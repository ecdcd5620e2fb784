-- Payments of processes that were killed: whoever sees that one says nothing any more ends its leases, and the next
-- caller, or reconciliation, goes on with what it had in hand.

CREATE TABLE payment_process (
    process_id uuid PRIMARY KEY,
    -- Since when it has been seen without a pause.
    since timestamptz NOT NULL,
    seen_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Who began it: its connections say so from their start.
ALTER TABLE payment ADD COLUMN process_id uuid;
ALTER TABLE payment ALTER COLUMN process_id SET DEFAULT nullif(current_setting('box_office.process_id', true), '')::uuid;

-- A process says that it lives, and looks for those that were silent for too long. Answers how many payments are
-- anybody's now. Nobody is waited for: what somebody works on at this moment is not left behind.
CREATE FUNCTION payment_process_beat(p_process_id uuid, p_silence_milliseconds integer) RETURNS integer
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
    RETURN v_count;
END $$;

-- As in 0003, but for one thing: an answer that tells of an open payment (202) gives way to the one about its end.
CREATE OR REPLACE FUNCTION answers_store(
    p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_statuses smallint[], p_bodies bytea[]
) RETURNS void
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
DECLARE
    v_row record;
BEGIN
    FOR v_row IN
        SELECT * FROM unnest(p_customer_ids, p_keys, p_fingerprints, p_statuses, p_bodies)
            AS i (customer_id, key, fingerprint, status, body)
        ORDER BY i.customer_id, i.key COLLATE "C"
    LOOP
        UPDATE idempotency SET status = v_row.status, body = v_row.body, lease_until = NULL
        WHERE customer_id = v_row.customer_id AND key = v_row.key
            AND (status IS NULL OR status = 202 AND v_row.fingerprint IS NULL)
            AND fingerprint = coalesce(v_row.fingerprint, fingerprint);
        IF NOT FOUND AND v_row.fingerprint IS NOT NULL THEN
            INSERT INTO idempotency (customer_id, key, fingerprint, status, body)
            VALUES (v_row.customer_id, v_row.key, v_row.fingerprint, v_row.status, v_row.body);
        END IF;
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON payment_process TO box_office_service;
REVOKE ALL ON FUNCTION payment_process_beat(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION payment_process_beat(uuid, integer) TO box_office_service;
