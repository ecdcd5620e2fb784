-- Orders and tickets. An order's row, as OrderRows reads it, holds its payments and tickets in arrays.

-- At whose door customers' holds stand, in their order; null for one that is not the customer's.
-- statement: hold_places repeatable
SELECT (SELECT h.performance_id FROM hold h WHERE h.hold_id = w.hold_id AND h.customer_id = w.customer_id)
FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS w (hold_id, customer_id, place)
ORDER BY w.place

-- statement: order_places repeatable
SELECT (SELECT o.performance_id FROM "order" o WHERE o.order_id = w.order_id AND o.customer_id = w.customer_id)
FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS w (order_id, customer_id, place)
ORDER BY w.place

-- statement: order_create_batch
SELECT b.item, b.outcome, b.epoch, b.after_sequence, b.sequence, b.database_time, b.changes,
       b.found_order_id, b.status, b.body, (b.reading).*
FROM order_create_batch($1, $2, $3, $4, $5, $6, $7) b

-- statement: answers_store
SELECT FROM answers_store($1, $2, $3, $4, $5)

-- Forgets up to $1 keys that came more than a week ago and have their answer: nobody repeats a call so late, no
-- provider is asked again, and the audit looks a day back. One without an answer stays for it.
-- statement: answers_forget repeatable write
WITH old AS (
    SELECT customer_id, key FROM idempotency
    WHERE created_at < statement_timestamp() - interval '7 days' AND status IS NOT NULL
    ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED),
forgotten AS (DELETE FROM idempotency i USING old WHERE i.customer_id = old.customer_id AND i.key = old.key RETURNING 1)
SELECT count(*) FROM forgotten

-- statement: orders_read repeatable
SELECT r.* FROM unnest($1::uuid[]) WITH ORDINALITY AS w (order_id, place)
JOIN order_reading r ON r.order_id = w.order_id
ORDER BY w.place

-- A page: the order ids after a cursor, the latest first.
-- statement: orders_page repeatable
SELECT o.order_id FROM "order" o
WHERE o.customer_id = $1::uuid AND (o.created_at, o.order_id) < (
    SELECT c.created_at, c.order_id FROM "order" c WHERE c.order_id = $2::uuid AND c.customer_id = $1::uuid
    UNION ALL SELECT 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE $2::uuid IS NULL)
ORDER BY o.created_at DESC, o.order_id DESC LIMIT $3

-- statement: ticket_read repeatable
SELECT t.ticket_id, t.order_id, t.performance_id, t.seat_index, c.seat_label, t.price_minor + t.service_fee_minor,
       t.currency, t.state, t.code
FROM ticket t
CROSS JOIN LATERAL (SELECT x.chart_id FROM performance x WHERE x.performance_id = t.performance_id OFFSET 0) f
CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x
                    WHERE x.chart_id = f.chart_id AND x.seat_index = t.seat_index OFFSET 0) c
WHERE t.ticket_id = $1::uuid AND t.customer_id = $2::uuid

-- statement: tickets_page repeatable
SELECT t.ticket_id, t.order_id, t.performance_id, t.seat_index, c.seat_label, t.price_minor + t.service_fee_minor,
       t.currency, t.state, t.code
FROM ticket t
CROSS JOIN LATERAL (SELECT x.chart_id FROM performance x WHERE x.performance_id = t.performance_id OFFSET 0) f
CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x
                    WHERE x.chart_id = f.chart_id AND x.seat_index = t.seat_index OFFSET 0) c
WHERE t.customer_id = $1::uuid AND (t.issued_at, t.ticket_id) < (
    SELECT c.issued_at, c.ticket_id FROM ticket c WHERE c.ticket_id = $2::uuid AND c.customer_id = $1::uuid
    UNION ALL SELECT 'infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE $2::uuid IS NULL)
ORDER BY t.issued_at DESC, t.ticket_id DESC LIMIT $3

-- statement: check_in
SELECT outcome, status, body, ticket_id, performance_id, seat_label, checked_in_at
FROM check_in($1::uuid, $2, $3, $4, $5)

-- Sold are the seats that somebody has a ticket for: one that is blocked is neither sold nor for sale.
-- statement: performance_sales repeatable
SELECT f.seat_count, t.sold, f.currency, s.orders, s.gross, s.fees, s.refunded
FROM performance f
CROSS JOIN LATERAL (
    SELECT count(*)::integer AS sold FROM ticket x WHERE x.performance_id = f.performance_id AND x.live) t
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE o.paid_at IS NOT NULL) AS orders,
           coalesce(sum(o.subtotal_minor + o.service_fee_minor) FILTER (WHERE o.paid_at IS NOT NULL), 0)::bigint AS gross,
           coalesce(sum(o.service_fee_minor) FILTER (WHERE o.paid_at IS NOT NULL), 0)::bigint AS fees,
           coalesce(sum(o.refunded_minor) FILTER (WHERE o.paid_at IS NOT NULL), 0)::bigint AS refunded
    FROM "order" o WHERE o.performance_id = f.performance_id) s
WHERE f.performance_id = $1::uuid AND ($3 OR f.organizer_id = $2::uuid)
