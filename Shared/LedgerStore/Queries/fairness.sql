-- What keeps a sale fair after its opening: the organizer's rule, and the waiting list.

-- statement: fairness_rule_read repeatable
SELECT f.cool_down_seconds_max, f.seats_per_instrument_max, f.waiting_list_offer_seconds
FROM performance f WHERE f.performance_id = $1::uuid AND ($3 OR f.organizer_id = $2::uuid)

-- statement: fairness_rule_write repeatable write
UPDATE performance f SET cool_down_seconds_max = $4::int4, seats_per_instrument_max = $5::int4,
    waiting_list_offer_seconds = $6::int4
WHERE f.performance_id = $1::uuid AND ($3 OR f.organizer_id = $2::uuid)
RETURNING f.cool_down_seconds_max, f.seats_per_instrument_max, f.waiting_list_offer_seconds

-- statement: waiting_list_join
SELECT waiting_list_join($1, $2, $3, $4, $5)

-- An open offer stays its customer's until its time is over.
-- statement: waiting_list_leave repeatable write
UPDATE waiting_list_entry SET state = 'ended'
WHERE performance_id = $1 AND customer_id = $2 AND state <> 'ended'

-- A customer's last entry, how many are before it (to ten thousand), and what became of its offer.
-- statement: waiting_list_entry repeatable
SELECT e.entry_id, e.state, l.price_level_id, e.quantity, e.joined_at,
    CASE WHEN e.state = 'waiting' THEN (
        SELECT count(*) FROM (
            SELECT FROM waiting_list_entry a
            WHERE a.performance_id = e.performance_id AND a.state = 'waiting' AND a.position < e.position
            LIMIT 10000) n) END,
    e.hold_id, h.state, coalesce(h.extended_until, h.expires_at), now()
FROM waiting_list_entry e
LEFT JOIN LATERAL (SELECT * FROM hold x WHERE x.hold_id = e.hold_id OFFSET 0) h ON true
LEFT JOIN price_level l ON l.performance_id = e.performance_id AND l.number = e.price_level
WHERE e.performance_id = $1 AND e.customer_id = $2
ORDER BY e.position DESC LIMIT 1

-- Performances whose freed seats wait to be shared out.
-- statement: waiting_list_pools repeatable
SELECT DISTINCT performance_id FROM waiting_list_pool LIMIT $1

-- Takes the performance's lock: it writes nothing, and is not repeatable on another connection.
-- statement: waiting_list_look
SELECT * FROM waiting_list_look($1)

-- Who waits for so many seats of such price levels, from a position on. Nobody changes what they wait for, or leaves, while
-- it is shared out; who does so at this moment is passed over.
-- statement: waiting_list_candidates
SELECT entry_id, price_level, quantity, position FROM waiting_list_entry
WHERE performance_id = $1 AND state = 'waiting' AND position > $2 AND quantity <= $3
    AND (price_level IS NULL OR price_level = ANY ($4::int4[]))
ORDER BY position LIMIT $5
FOR NO KEY UPDATE SKIP LOCKED

-- statement: waiting_list_seats_left repeatable
SELECT * FROM waiting_list_seats_left($1, $2, $3)

-- statement: waiting_list_offer_batch
SELECT * FROM waiting_list_offer_batch($1, $2, $3, $4, $5, $6)

-- What a mail about an offer is made of.
-- statement: offer_letter_read repeatable
SELECT p.email, p.name, p.language, e.title, v.name, f.starts_at, m.performance_id, h.expires_at,
    h.state IN ('active', 'paying') AND h.expires_at > now(), m.amount_minor, m.currency, t.labels
FROM message m
JOIN hold h ON h.hold_id = m.subject_id
JOIN performance f ON f.performance_id = m.performance_id
JOIN event e ON e.event_id = f.event_id
JOIN venue v ON v.venue_id = e.venue_id
LEFT JOIN customer_profile p ON p.customer_id = h.customer_id
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(c.seat_label ORDER BY u.seat_index), '{}') AS labels
    FROM unnest(h.seat_indexes) AS u (seat_index)
    CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x
                        WHERE x.chart_id = f.chart_id AND x.seat_index = u.seat_index OFFSET 0) c) t
WHERE m.position = $1
