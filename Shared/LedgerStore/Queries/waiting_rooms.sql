-- statement: waiting_room_put repeatable write
SELECT waiting_room_put($1, $2, $3, $4, $5)

-- statement: waiting_room_enter repeatable write
SELECT * FROM waiting_room_enter($1, $2, $3, $4)

-- Twice the same step is one: it goes on from the sequence that it names.
-- statement: waiting_room_step repeatable write
SELECT waiting_room_step($1, $2, $3, $4, $5)

-- statement: waiting_room_resign repeatable write
SELECT waiting_room_resign($1)

-- statement: waiting_room_publish_list repeatable write
SELECT waiting_room_publish_list($1, $2)

-- statement: waiting_room_reading repeatable
SELECT w.is_on, w.admissions_per_minute_max, w.admission_seconds, w.opens_at, w.seed_hash, w.entry_count, w.list_hash,
    w.listed_count, w.listed_at, w.seed, w.seed_published_at, w.front, w.admitted_count, w.step_sequence,
    clock_timestamp(),
    p.sale_state = 'open' AND clock_timestamp() BETWEEN p.on_sale_at AND p.sale_ends_at, p.seats_per_customer_max,
    p.organizer_id
FROM waiting_room w JOIN performance p ON p.performance_id = w.performance_id
WHERE w.performance_id = $1

-- statement: waiting_room_steps repeatable
SELECT s.sequence, s.front, s.admitted_count, s.stepped_at
FROM waiting_room_step s
WHERE s.performance_id = $1 AND s.sequence > $2
ORDER BY s.sequence

-- Entries in the order of their numbers, from behind $2 up to $3: they are read in that order.
-- statement: waiting_room_list repeatable
SELECT ARRAY(
    SELECT e.entry_id FROM waiting_room_entry e
    WHERE e.performance_id = $1 AND e.number > $2 AND e.number <= $3
    ORDER BY e.number)

-- The performances for which holds need an admission.
-- statement: waiting_rooms_on repeatable
SELECT coalesce(array_agg(w.performance_id), '{}'), clock_timestamp()
FROM waiting_room w JOIN performance p ON p.performance_id = w.performance_id
WHERE w.is_on AND p.sale_ends_at > now()
