-- statement: venue_insert
INSERT INTO venue (venue_id, name) VALUES ($1, $2)

-- statement: venue_by_name repeatable
SELECT venue_id, name FROM venue WHERE name = $1 ORDER BY venue_id LIMIT 1

-- statement: venue_by_id repeatable
SELECT venue_id, name FROM venue WHERE venue_id = $1

-- statement: chart_insert
WITH chart AS (
    INSERT INTO chart (chart_id, name, seat_count, document, content_hash)
    VALUES ($1, $2, cardinality($6::text[]), $3, $4)
    RETURNING chart_id)
INSERT INTO chart_seat (chart_id, seat_index, price_level, seat_label)
SELECT chart.chart_id, s.place - 1, s.price_level, s.seat_label
FROM chart, unnest($5::int2[], $6::text[]) WITH ORDINALITY AS s (price_level, seat_label, place)

-- statement: chart_document repeatable
SELECT document, content_hash FROM chart WHERE chart_id = $1

-- statement: chart_seat_count repeatable
SELECT seat_count FROM chart WHERE chart_id = $1

-- statement: chart_seat_labels repeatable
SELECT w.seat_index, s.seat_label
FROM unnest($2::int4[]) AS w (seat_index)
CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x
                    WHERE x.chart_id = $1 AND x.seat_index = w.seat_index OFFSET 0) s

-- statement: event_insert
INSERT INTO event (event_id, organizer_id, venue_id, title, description, starts_at) VALUES ($1, $2, $3, $4, $5, $6)

-- The chain of a performance starts with the hash of its id.
-- statement: performance_insert
INSERT INTO performance (
    performance_id, event_id, organizer_id, chart_id, starts_at, on_sale_at, sale_ends_at, currency,
    seats_per_customer_max, hold_seconds, payment_seconds, seat_count, unsold_count, chain_hash, refund_until_seconds,
    refund_keeps_fee, refunded_seats)
SELECT $1, e.event_id, e.organizer_id, c.chart_id, $4, $5, $6, $7, $8::int4, $9::int4, $10::int4, c.seat_count,
    c.seat_count, sha256(uuid_send($1)), $11::int4, $12::boolean, $13::int2
FROM event e, chart c
WHERE e.event_id = $2 AND c.chart_id = $3

-- statement: price_levels_insert
INSERT INTO price_level (
    performance_id, number, price_level_id, name, color, price_minor, service_fee_minor, tax_basis_points)
SELECT $1, l.place - 1, l.price_level_id, l.name, l.color, l.price_minor, l.service_fee_minor, l.tax_basis_points
FROM unnest($2::text[], $3::text[], $4::text[], $5::int8[], $6::int8[], $7::int4[])
    WITH ORDINALITY AS l (price_level_id, name, color, price_minor, service_fee_minor, tax_basis_points, place)

-- statement: seats_fill
INSERT INTO seat (performance_id, seat_index, price_level)
SELECT $1, s.seat_index, s.price_level FROM chart_seat s WHERE s.chart_id = $2 ORDER BY s.seat_index

-- statement: seats_analyze
SELECT analyze_seats($1)

-- statement: performance_sale_state_update
UPDATE performance SET sale_state = $2 WHERE performance_id = $1 AND sale_state <> 'cancelled'

-- statement: events_page repeatable
SELECT e.event_id, e.title, e.description, e.starts_at, v.venue_id, v.name
FROM event e JOIN venue v ON v.venue_id = e.venue_id
WHERE e.is_listed AND (e.starts_at, e.event_id) > ($4, $5)
  AND ($1 = '' OR strpos(lower(e.title || ' ' || v.name || ' ' || e.description), lower($1)) > 0)
  AND EXISTS (SELECT FROM performance p
              WHERE p.event_id = e.event_id AND p.starts_at >= $2 AND p.starts_at < $3)
ORDER BY e.starts_at, e.event_id
LIMIT $6

-- statement: event_by_id repeatable
SELECT e.event_id, e.title, e.description, e.starts_at, v.venue_id, v.name
FROM event e JOIN venue v ON v.venue_id = e.venue_id
WHERE e.event_id = $1

-- statement: performances_of_events repeatable
SELECT p.event_id, p.performance_id, p.starts_at, p.on_sale_at, p.sale_ends_at, p.sale_state, p.unsold_count,
    p.currency, (SELECT min(l.price_minor) FROM price_level l WHERE l.performance_id = p.performance_id), now()
FROM performance p
WHERE p.event_id = ANY ($1)
ORDER BY p.starts_at, p.performance_id

-- statement: performance_by_id repeatable
SELECT p.performance_id, p.event_id, e.title, v.venue_id, v.name, p.chart_id, p.starts_at, p.on_sale_at,
    p.sale_ends_at, p.sale_state, p.unsold_count, p.seat_count, p.currency, p.seats_per_customer_max, p.hold_seconds,
    p.payment_seconds, p.organizer_id, now(), w.opens_at, w.closed_at IS NOT NULL, w.seed IS NOT NULL
FROM performance p
JOIN event e ON e.event_id = p.event_id
JOIN venue v ON v.venue_id = e.venue_id
LEFT JOIN waiting_room w ON w.performance_id = p.performance_id AND w.is_on
WHERE p.performance_id = $1

-- statement: price_levels_of_performance repeatable
SELECT l.price_level_id, l.name, l.color, l.price_minor, l.service_fee_minor
FROM price_level l
WHERE l.performance_id = $1
ORDER BY l.number

-- A crowd comes when a sale opens, or is there.
-- statement: performances_opening repeatable
SELECT performance_id FROM performance
WHERE on_sale_at > now() - make_interval(secs => $1::float8) AND on_sale_at < now() + make_interval(secs => $2::float8)
    AND sale_ends_at > now() AND sale_state = 'open'
ORDER BY on_sale_at DESC LIMIT $3
