-- Letters wait up to a minute while seats go by the dozen; an offer of the waiting list may be over by then. It goes
-- before what was written in the minute before it.
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
    SELECT c.name, m.position, m.order_id,
           CASE p_kind WHEN 'seats_offered' THEN p_at - interval '1 minute' ELSE p_at END
    FROM unnest(v_positions, v_orders) AS m (position, order_id) CROSS JOIN message_consumer c
    WHERE p_kind = ANY (c.kinds) AND c.retired_at IS NULL
        AND (c.organizer_id IS NULL OR c.organizer_id = p_sale.organizer_id)
        AND (c.means <> 'mail' OR m.order_id IS NOT NULL OR p_kind = 'seats_offered');
END $$;
