-- statement: canary_batch
SELECT * FROM canary_batch($1, $2)

-- Beside an organizer who can't sign in and a show that is not listed.
-- statement: canary_organizer_insert
INSERT INTO customer (customer_id, role) VALUES ($1, 'organizer')

-- statement: canary_event_unlist
UPDATE event SET is_listed = false WHERE event_id = $1

-- statement: canary_insert
INSERT INTO canary (performance_id, pruned_hash) VALUES ($1, sha256(uuid_send($1)))
