-- A seat's label is looked up by its key, wherever one is told. By a plan that was made while there were few charts it was
-- sought among all the seats of its chart: of the database's time for a paid order that was four fifths.

CREATE OR REPLACE VIEW order_reading AS
SELECT o.order_id, o.performance_id, o.customer_id, o.hold_ids, o.state,
       o.subtotal_minor + o.service_fee_minor AS total_minor, o.refunded_minor, o.currency, o.created_at,
       p.payment_ids, p.payment_states, p.payment_amounts, p.payment_times, p.decline_codes, p.next_actions,
       t.ticket_ids, t.ticket_seats, t.ticket_labels, t.ticket_prices, t.ticket_states, t.ticket_codes
FROM "order" o
CROSS JOIN LATERAL (
    SELECT array_agg(p.payment_id ORDER BY p.created_at, p.payment_id) AS payment_ids,
           array_agg(p.state ORDER BY p.created_at, p.payment_id) AS payment_states,
           array_agg(p.amount_minor ORDER BY p.created_at, p.payment_id) AS payment_amounts,
           array_agg(p.created_at ORDER BY p.created_at, p.payment_id) AS payment_times,
           array_agg(p.decline_code ORDER BY p.created_at, p.payment_id) AS decline_codes,
           array_agg(p.next_action ORDER BY p.created_at, p.payment_id) AS next_actions
    FROM payment p WHERE p.order_id = o.order_id) p
CROSS JOIN LATERAL (
    SELECT array_agg(t.ticket_id ORDER BY t.seat_index) AS ticket_ids,
           array_agg(t.seat_index ORDER BY t.seat_index) AS ticket_seats,
           array_agg(c.seat_label ORDER BY t.seat_index) AS ticket_labels,
           array_agg(t.price_minor + t.service_fee_minor ORDER BY t.seat_index) AS ticket_prices,
           array_agg(t.state ORDER BY t.seat_index) AS ticket_states,
           array_agg(t.code ORDER BY t.seat_index) AS ticket_codes
    FROM ticket t
    CROSS JOIN LATERAL (SELECT x.chart_id FROM performance x WHERE x.performance_id = t.performance_id OFFSET 0) f
    CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x
                        WHERE x.chart_id = f.chart_id AND x.seat_index = t.seat_index OFFSET 0) c
    WHERE t.order_id = o.order_id) t;

-- As in 0003, but for that.
CREATE OR REPLACE FUNCTION check_in(
    p_organizer_id uuid, p_is_admin boolean, p_key text, p_fingerprint bytea, p_code text
) RETURNS TABLE (
    outcome text, status smallint, body bytea, ticket_id uuid, performance_id uuid, seat_label text,
    checked_in_at timestamptz)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET jit = off
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_known idempotency;
    v_ticket record;
BEGIN
    INSERT INTO idempotency (customer_id, key, fingerprint, lease_until)
    VALUES (p_organizer_id, p_key, p_fingerprint, clock_timestamp()) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO STRICT v_known FROM idempotency k WHERE k.customer_id = p_organizer_id AND k.key = p_key;
        outcome := CASE WHEN v_known.fingerprint <> p_fingerprint THEN 'key_reused'
            WHEN v_known.status IS NULL THEN 'in_use' ELSE 'replayed' END;
        IF outcome = 'replayed' THEN
            status := v_known.status;
            body := v_known.body;
        END IF;
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT t.ticket_id, t.performance_id, t.state, t.checked_in_at, c.seat_label INTO v_ticket
    FROM ticket t
    JOIN performance f ON f.performance_id = t.performance_id AND (p_is_admin OR f.organizer_id = p_organizer_id)
    CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x
                        WHERE x.chart_id = f.chart_id AND x.seat_index = t.seat_index OFFSET 0) c
    WHERE t.code = p_code FOR NO KEY UPDATE OF t;
    IF NOT FOUND THEN
        outcome := 'not_found';
        RETURN NEXT;
        RETURN;
    END IF;
    outcome := CASE v_ticket.state WHEN 'valid' THEN 'checked_in' WHEN 'checked_in' THEN 'already_checked_in'
        ELSE 'ticket_not_valid' END;
    ticket_id := v_ticket.ticket_id;
    performance_id := v_ticket.performance_id;
    seat_label := v_ticket.seat_label;
    checked_in_at := v_ticket.checked_in_at;
    IF outcome = 'checked_in' THEN
        checked_in_at := clock_timestamp();
        UPDATE ticket t SET state = 'checked_in', checked_in_at = check_in.checked_in_at
        WHERE t.ticket_id = v_ticket.ticket_id;
    END IF;
    RETURN NEXT;
END $$;
