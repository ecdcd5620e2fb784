-- What of a performance's history is published, and what proves a ticket.

-- Where a performance's history is; no row for a canary, whose history is pruned.
-- statement: proof_position repeatable
SELECT p.sequence, l.epoch FROM performance p CROSS JOIN ledger l
WHERE p.performance_id = $1::uuid AND NOT EXISTS (SELECT FROM canary c WHERE c.performance_id = p.performance_id)

-- statement: proof_chain repeatable
SELECT sequence, chain_hash FROM seat_change WHERE performance_id = $1::uuid AND sequence >= $2
ORDER BY sequence LIMIT $3

-- statement: proof_head_latest repeatable
SELECT sequence, epoch, chain_hash, tree_hash, published_at, key_id, signature
FROM published_head WHERE performance_id = $1::uuid ORDER BY sequence DESC LIMIT 1

-- statement: proof_head_publish repeatable write
INSERT INTO published_head (performance_id, sequence, epoch, chain_hash, tree_hash, published_at, key_id, signature)
VALUES ($1::uuid, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING

-- statement: proof_performances_to_publish repeatable
SELECT p.performance_id FROM performance p
CROSS JOIN LATERAL (SELECT max(h.sequence) AS sequence FROM published_head h
                    WHERE h.performance_id = p.performance_id) h
WHERE p.sequence > coalesce(h.sequence, 0)
    AND NOT EXISTS (SELECT FROM canary c WHERE c.performance_id = p.performance_id)
ORDER BY p.performance_id LIMIT $1

-- statement: proof_ticket repeatable
SELECT t.ticket_id, t.order_id, t.performance_id, t.seat_index, c.seat_label, t.price_minor, t.service_fee_minor,
       t.currency, t.code, t.sold_sequence
FROM ticket t
CROSS JOIN LATERAL (SELECT x.chart_id FROM performance x WHERE x.performance_id = t.performance_id OFFSET 0) f
CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x
                    WHERE x.chart_id = f.chart_id AND x.seat_index = t.seat_index OFFSET 0) c
WHERE t.ticket_id = $1::uuid AND t.customer_id = $2::uuid

-- statement: proof_tickets_of_change repeatable
SELECT t.ticket_id, t.order_id, t.performance_id, t.seat_index, c.seat_label, t.price_minor, t.service_fee_minor,
       t.currency, t.code, t.sold_sequence
FROM ticket t
CROSS JOIN LATERAL (SELECT x.chart_id FROM performance x WHERE x.performance_id = t.performance_id OFFSET 0) f
CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x
                    WHERE x.chart_id = f.chart_id AND x.seat_index = t.seat_index OFFSET 0) c
WHERE t.performance_id = $1::uuid AND t.sold_sequence = $2 ORDER BY t.seat_index

-- statement: proof_change repeatable
SELECT c.sequence, c.committed_at, c.changes, c.tickets_hash, c.chain_hash, p.chain_hash
FROM seat_change c
LEFT JOIN seat_change p ON p.performance_id = c.performance_id AND p.sequence = c.sequence - 1
WHERE c.performance_id = $1::uuid AND c.sequence = $2
