-- Receipts and statements.

-- statement: receipt_read repeatable
SELECT o.order_id, o.paid_at, e.title, v.name, f.starts_at, p.provider, p.payment_id, o.subtotal_minor,
       o.service_fee_minor, o.refunded_minor, o.currency
FROM "order" o
JOIN payment p ON p.order_id = o.order_id AND p.state = 'succeeded'
JOIN performance f ON f.performance_id = o.performance_id
JOIN event e ON e.event_id = f.event_id
JOIN venue v ON v.venue_id = e.venue_id
WHERE o.order_id = $1::uuid AND o.customer_id = $2::uuid

-- statement: receipt_lines repeatable
SELECT t.ticket_id, c.seat_label, l.name, t.price_minor, t.service_fee_minor,
       t.price_tax_minor + t.service_fee_tax_minor, t.state, t.tax_basis_points
FROM ticket t
CROSS JOIN LATERAL (SELECT x.chart_id FROM performance x WHERE x.performance_id = t.performance_id OFFSET 0) f
CROSS JOIN LATERAL (SELECT x.seat_label, x.price_level FROM chart_seat x
                    WHERE x.chart_id = f.chart_id AND x.seat_index = t.seat_index OFFSET 0) c
JOIN price_level l ON l.performance_id = t.performance_id AND l.number = c.price_level
WHERE t.order_id = $1::uuid ORDER BY t.seat_index

-- statement: statement_read repeatable
SELECT e.title, f.starts_at, f.currency, clock_timestamp()
FROM performance f JOIN event e ON e.event_id = f.event_id
WHERE f.performance_id = $1::uuid AND ($3 OR f.organizer_id = $2::uuid)

-- By price level, what was sold by the instant $2 and what of it was refunded by then.
-- statement: statement_levels repeatable
SELECT l.price_level_id, l.name, count(t.ticket_id)::integer, count(t.refund_id)::integer,
       coalesce(sum(t.price_minor), 0)::bigint, coalesce(sum(t.price_tax_minor), 0)::bigint,
       coalesce(sum(t.service_fee_minor), 0)::bigint,
       coalesce(sum(t.price_minor) FILTER (WHERE t.refund_id IS NOT NULL), 0)::bigint,
       coalesce(sum(t.price_tax_minor) FILTER (WHERE t.refund_id IS NOT NULL), 0)::bigint,
       coalesce(sum(t.service_fee_minor) FILTER (WHERE t.is_fee_refunded), 0)::bigint
FROM price_level l
LEFT JOIN (
    SELECT t.ticket_id, c.price_level, t.price_minor, t.price_tax_minor, t.service_fee_minor, r.refund_id,
           r.service_fee_minor > 0 AS is_fee_refunded
    FROM "order" o
    JOIN performance f ON f.performance_id = o.performance_id
    JOIN ticket t ON t.order_id = o.order_id AND t.issued_at <= $2::timestamptz
    JOIN chart_seat c ON c.chart_id = f.chart_id AND c.seat_index = t.seat_index
    LEFT JOIN refund r ON r.refund_id = t.refund_id AND r.created_at <= $2::timestamptz
    WHERE o.performance_id = $1::uuid) t ON t.price_level = l.number
WHERE l.performance_id = $1::uuid
GROUP BY l.number, l.price_level_id, l.name ORDER BY l.number

-- The tickets of the next $4 orders after an order, by order and seat, as they were at the instant $2.
-- statement: statement_lines repeatable
SELECT o.order_id, t.ticket_id, t.issued_at, c.seat_label, l.name, t.currency, t.price_minor, t.price_tax_minor,
       t.service_fee_minor, t.service_fee_tax_minor, r.created_at,
       CASE WHEN r.refund_id IS NOT NULL THEN t.price_minor END,
       CASE WHEN r.refund_id IS NOT NULL THEN CASE WHEN r.service_fee_minor > 0 THEN t.service_fee_minor ELSE 0 END END
FROM (SELECT x.order_id, x.performance_id FROM "order" x
      WHERE x.performance_id = $1::uuid AND x.paid_at <= $2::timestamptz AND x.order_id > $3::uuid
      ORDER BY x.order_id LIMIT $4) o
JOIN performance f ON f.performance_id = o.performance_id
JOIN ticket t ON t.order_id = o.order_id AND t.issued_at <= $2::timestamptz
CROSS JOIN LATERAL (SELECT x.seat_label, x.price_level FROM chart_seat x
                    WHERE x.chart_id = f.chart_id AND x.seat_index = t.seat_index OFFSET 0) c
JOIN price_level l ON l.performance_id = t.performance_id AND l.number = c.price_level
LEFT JOIN refund r ON r.refund_id = t.refund_id AND r.created_at <= $2::timestamptz
ORDER BY o.order_id, t.seat_index
