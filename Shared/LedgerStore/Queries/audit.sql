-- The audit's questions, all on one snapshot. Each of the checks answers rows of subject and detail, one a finding, at
-- most $1 of them; none is what a clean ledger answers. They read whole tables by design, and join them by hashes: the
-- sessions' settings for look-ups by key are put aside (audit_room).

-- statement: audit_begin
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY

-- The name by which other connections take this one's snapshot.
-- statement: audit_export
SELECT pg_export_snapshot()

-- statement: audit_room repeatable
SELECT set_config(name, value, true) FROM (VALUES
    ('work_mem', '128MB'), ('hash_mem_multiplier', '4'), ('jit', 'off'), ('plan_cache_mode', 'auto'),
    ('max_parallel_workers_per_gather', '2')) AS s (name, value)

-- When, and on which server: where its log stood, and how far a standby is behind. One that has replayed all that it
-- received is not behind, however long ago that was.
-- statement: audit_server repeatable
SELECT clock_timestamp(), pg_is_in_recovery(),
       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text,
       CASE WHEN NOT pg_is_in_recovery() THEN NULL
            WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint END,
       (SELECT epoch FROM ledger)

-- statement: audit_counts repeatable
SELECT (SELECT count(*) FROM seat WHERE state = 2), (SELECT count(*) FROM ticket WHERE live),
       (SELECT count(*) FROM "order" WHERE state IN ('paid', 'partly_refunded')),
       (SELECT count(*) FROM payment WHERE state = 'succeeded'), (SELECT count(*) FROM transfer),
       (SELECT count(*) FROM seat_change), (SELECT count(*) FROM hold)

-- statement: audit_balances repeatable
SELECT a.kind, a.owner, a.currency, coalesce(s.debit, 0)::bigint, coalesce(s.credit, 0)::bigint
FROM account a
LEFT JOIN (SELECT e.account_id, sum(e.signed_minor) FILTER (WHERE e.signed_minor > 0) AS debit,
                  -sum(e.signed_minor) FILTER (WHERE e.signed_minor < 0) AS credit
           FROM entry e WHERE e.state = 'posted' AND e.resolved_at <= $1 GROUP BY e.account_id) s
    ON s.account_id = a.account_id
ORDER BY a.kind, a.owner, a.currency

-- A transfer is one row, and its two sides can't differ. What can is what stands on accounts, by their kind and
-- currency: a side that is written to no account, or to none of its currency, leaves the other one without its own.
-- statement: audit_debits_differ_from_credits repeatable
SELECT e.currency, 'debits less credits: ' || sum(e.signed_minor) || ', by kinds of account: '
       || string_agg(e.kind || ' ' || e.signed_minor, ', ' ORDER BY e.kind)
FROM (SELECT a.kind, a.currency, sum(x.signed_minor) AS signed_minor
      FROM (SELECT t.debit_account_id AS account_id, t.currency, sum(t.amount_minor) AS signed_minor
            FROM transfer t JOIN transfer_resolution r ON r.transfer_id = t.transfer_id AND r.state = 'posted'
            GROUP BY t.debit_account_id, t.currency
            UNION ALL
            SELECT t.credit_account_id, t.currency, -sum(t.amount_minor)
            FROM transfer t JOIN transfer_resolution r ON r.transfer_id = t.transfer_id AND r.state = 'posted'
            GROUP BY t.credit_account_id, t.currency) x
      JOIN account a ON a.account_id = x.account_id AND a.currency = x.currency
      GROUP BY a.kind, a.currency) e
GROUP BY e.currency HAVING sum(e.signed_minor) <> 0 LIMIT $1

-- statement: audit_transfer_of_wrong_account repeatable
SELECT t.transfer_id::text, t.kind || ': debit ' || coalesce(d.kind || ' ' || d.owner, 'no account') || ', credit '
       || coalesce(c.kind || ' ' || c.owner, 'no account')
FROM transfer t
LEFT JOIN account d ON d.account_id = t.debit_account_id AND d.currency = t.currency
LEFT JOIN account c ON c.account_id = t.credit_account_id AND c.currency = t.currency
LEFT JOIN payment p ON p.payment_id = t.payment_id
LEFT JOIN performance f ON f.performance_id = p.performance_id
LEFT JOIN (VALUES
    ('sale', 'provider_clearing', 'provider', 'organizer_payable', 'organizer'),
    ('sale_tax', 'provider_clearing', 'provider', 'tax_payable', 'organizer'),
    ('service_fee', 'provider_clearing', 'provider', 'service_fee_revenue', 'house'),
    ('service_fee_tax', 'provider_clearing', 'provider', 'tax_payable', 'house'),
    ('late_payment', 'provider_clearing', 'provider', 'refunds', 'house'),
    ('refund', 'refunds', 'house', 'provider_clearing', 'provider'),
    ('refund_outside', 'refunds', 'house', 'house_bank', 'house'),
    ('refund_returned', 'provider_clearing', 'provider', 'refunds', 'house'),
    ('refund_of_price', 'organizer_payable', 'organizer', 'refunds', 'house'),
    ('refund_of_tax', 'tax_payable', 'organizer', 'refunds', 'house'),
    ('refund_of_fee', 'service_fee_revenue', 'house', 'refunds', 'house'),
    ('refund_of_fee_tax', 'tax_payable', 'house', 'refunds', 'house'),
    ('provider_fee', 'provider_fees', 'provider', 'provider_clearing', 'provider')
) AS k (kind, debit_kind, debit_owner, credit_kind, credit_owner) ON k.kind = t.kind
WHERE CASE WHEN t.kind = 'payout' THEN d.kind IS DISTINCT FROM 'organizer_payable'
               OR c.kind IS DISTINCT FROM 'payouts' OR c.owner <> d.owner
           ELSE d.kind IS DISTINCT FROM k.debit_kind OR c.kind IS DISTINCT FROM k.credit_kind
               OR d.owner IS DISTINCT FROM CASE k.debit_owner WHEN 'provider' THEN p.provider
                                                WHEN 'organizer' THEN f.organizer_id::text ELSE '' END
               OR c.owner IS DISTINCT FROM CASE k.credit_owner WHEN 'provider' THEN p.provider
                                                WHEN 'organizer' THEN f.organizer_id::text ELSE '' END END LIMIT $1

-- statement: audit_transfer_of_wrong_order repeatable
SELECT t.transfer_id::text, 'its payment and order do not belong together, or are of another currency'
FROM transfer t
LEFT JOIN payment p ON p.payment_id = t.payment_id AND p.order_id = t.order_id AND p.currency = t.currency
LEFT JOIN "order" o ON o.order_id = t.order_id AND o.currency = t.currency
WHERE t.kind <> 'payout' AND (p.payment_id IS NULL OR o.order_id IS NULL) LIMIT $1

-- statement: audit_transfer_without_end repeatable
SELECT t.transfer_id::text, 'order ' || coalesce(t.order_id::text, 'none')
FROM transfer t LEFT JOIN transfer_resolution r USING (transfer_id) WHERE r.transfer_id IS NULL LIMIT $1

-- statement: audit_end_without_transfer repeatable
SELECT r.transfer_id::text, r.state
FROM transfer_resolution r LEFT JOIN transfer t USING (transfer_id) WHERE t.transfer_id IS NULL LIMIT $1

-- What a payment and its refunds should have booked, against what they did, each kind of line by itself: one that was
-- changed, added or taken away later is found although debits still equal credits. A provider keeps its fee of money
-- that came too late as well; money that came back to it was given back no more.
-- statement: audit_payment_of_wrong_posting repeatable
SELECT p.payment_id::text, p.state || ' of ' || p.amount_minor || ': price ' || coalesce(t.price, 0) || ' (tax '
       || coalesce(t.price_tax, 0) || ' of ' || coalesce(n.price_tax, 0) || '), fee ' || coalesce(t.fee, 0) || ' (tax '
       || coalesce(t.fee_tax, 0) || ' of ' || coalesce(n.fee_tax, 0) || '), late ' || coalesce(t.late, 0)
       || ', owed back ' || coalesce(t.owed, 0) || ' (price tax ' || coalesce(t.owed_price_tax, 0) || ' of '
       || coalesce(r.price_tax, 0) || ', fee ' || coalesce(t.owed_fee, 0) || ' of ' || coalesce(r.fee, 0)
       || ', fee tax ' || coalesce(t.owed_fee_tax, 0) || ' of ' || coalesce(r.fee_tax, 0) || '), given back '
       || coalesce(t.back, 0) || '; refunds ' || coalesce(r.amount, 0) || ', of them made ' || coalesce(r.made, 0)
       || '; the provider kept ' || coalesce(t.kept, 0) || ' in ' || coalesce(t.kept_count, 0)
FROM payment p
LEFT JOIN "order" o ON o.order_id = p.order_id
LEFT JOIN (
    SELECT x.payment_id, sum(x.amount_minor) FILTER (WHERE x.kind IN ('sale', 'sale_tax')) AS price,
           sum(x.amount_minor) FILTER (WHERE x.kind = 'sale_tax') AS price_tax,
           sum(x.amount_minor) FILTER (WHERE x.kind IN ('service_fee', 'service_fee_tax')) AS fee,
           sum(x.amount_minor) FILTER (WHERE x.kind = 'service_fee_tax') AS fee_tax,
           sum(x.amount_minor) FILTER (WHERE x.kind = 'late_payment') AS late,
           sum(x.amount_minor) FILTER (WHERE x.kind IN ('refund_of_price', 'refund_of_tax', 'refund_of_fee',
               'refund_of_fee_tax')) AS owed,
           sum(x.amount_minor) FILTER (WHERE x.kind = 'refund_of_tax') AS owed_price_tax,
           sum(x.amount_minor) FILTER (WHERE x.kind = 'refund_of_fee') AS owed_fee,
           sum(x.amount_minor) FILTER (WHERE x.kind = 'refund_of_fee_tax') AS owed_fee_tax,
           sum(CASE x.kind WHEN 'refund_returned' THEN -x.amount_minor ELSE x.amount_minor END)
               FILTER (WHERE x.kind IN ('refund', 'refund_outside', 'refund_returned')) AS back,
           sum(x.amount_minor) FILTER (WHERE x.kind = 'provider_fee') AS kept,
           count(*) FILTER (WHERE x.kind = 'provider_fee') AS kept_count
    FROM transfer x JOIN transfer_resolution e ON e.transfer_id = x.transfer_id AND e.state = 'posted'
    WHERE x.payment_id IS NOT NULL GROUP BY x.payment_id) t ON t.payment_id = p.payment_id
LEFT JOIN (
    SELECT x.order_id, sum(x.price_tax_minor) AS price_tax, sum(x.service_fee_tax_minor) AS fee_tax
    FROM ticket x WHERE x.price_tax_minor > 0 OR x.service_fee_tax_minor > 0 GROUP BY x.order_id) n
    ON n.order_id = p.order_id AND p.state = 'succeeded'
LEFT JOIN (
    SELECT x.payment_id, sum(x.amount_minor) AS amount, sum(x.amount_minor) FILTER (WHERE x.state = 'made') AS made,
           sum(x.price_tax_minor) AS price_tax, sum(x.service_fee_minor - x.service_fee_tax_minor) AS fee,
           sum(x.service_fee_tax_minor) AS fee_tax
    FROM refund x GROUP BY x.payment_id) r ON r.payment_id = p.payment_id
WHERE coalesce(t.price, 0) <> CASE WHEN p.state = 'succeeded' THEN o.subtotal_minor ELSE 0 END
    OR coalesce(t.fee, 0) <> CASE WHEN p.state = 'succeeded' THEN o.service_fee_minor ELSE 0 END
    OR coalesce(t.price_tax, 0) <> coalesce(n.price_tax, 0) OR coalesce(t.fee_tax, 0) <> coalesce(n.fee_tax, 0)
    OR coalesce(t.late, 0) <> CASE WHEN p.state IN ('refunding', 'refunded') THEN p.amount_minor ELSE 0 END
    OR coalesce(t.late, 0) + coalesce(t.owed, 0) <> coalesce(r.amount, 0)
    OR coalesce(t.owed_price_tax, 0) <> coalesce(r.price_tax, 0) OR coalesce(t.owed_fee, 0) <> coalesce(r.fee, 0)
    OR coalesce(t.owed_fee_tax, 0) <> coalesce(r.fee_tax, 0)
    OR coalesce(t.back, 0) <> coalesce(r.made, 0)
    OR coalesce(t.kept, 0) > p.amount_minor OR t.kept_count > 1
    OR t.kept > 0 AND p.state NOT IN ('succeeded', 'refunding', 'refunded') LIMIT $1

-- What organizers were sent, in the list of payouts and in the books.
-- statement: audit_payout_of_wrong_transfer repeatable
SELECT coalesce(p.payout_id, t.transfer_id)::text, 'sent '
       || coalesce(p.amount_minor || ' ' || p.currency || ' to ' || p.organizer_id, 'nothing') || ', booked '
       || coalesce(t.amount_minor || ' ' || t.currency || ' of ' || t.owner, 'nothing')
FROM payout p
FULL JOIN (
    SELECT x.transfer_id, x.amount_minor, x.currency, coalesce(a.owner, 'nobody') AS owner
    FROM transfer x JOIN transfer_resolution e ON e.transfer_id = x.transfer_id AND e.state = 'posted'
    LEFT JOIN account a ON a.account_id = x.debit_account_id
    WHERE x.kind = 'payout') t ON t.transfer_id = p.transfer_id
WHERE p.payout_id IS NULL OR t.transfer_id IS NULL OR p.amount_minor <> t.amount_minor OR p.currency <> t.currency
    OR p.organizer_id::text <> t.owner LIMIT $1

-- What somebody had to be told of, and who was told of it: of what happened since there are messages at all, and of
-- deliveries as long as they are kept. A consumer that was added later was not there, and one that was retired is told
-- nothing any more. One that is everybody's hears of each message, a webhook of its organizer's alone.
-- statement: audit_message_missing repeatable
WITH beginning AS (SELECT applied_at FROM schema_migration WHERE version = 8)
SELECT f.subject, f.detail FROM (
    SELECT w.subject_id::text AS subject, 'no message says ' || w.kind AS detail
    FROM (
        SELECT p.payment_id AS subject_id, k.kind
        FROM beginning b CROSS JOIN payment p JOIN "order" o ON o.order_id = p.order_id
        CROSS JOIN (VALUES ('order_paid'), ('tickets_issued')) AS k (kind)
        WHERE p.state = 'succeeded' AND p.settled_at > b.applied_at
            AND o.state IN ('paid', 'partly_refunded', 'refunded')
        UNION ALL
        SELECT r.refund_id, 'refund_made' FROM beginning b CROSS JOIN refund r
        WHERE r.state = 'made' AND r.made_at > b.applied_at) w
    LEFT JOIN message m ON m.subject_id = w.subject_id AND m.kind = w.kind
    WHERE m.position IS NULL
    UNION ALL
    SELECT c.performance_id::text, 'no message says performance_cancelled'
    FROM beginning b CROSS JOIN cancellation c
    WHERE c.requested_at > b.applied_at AND NOT EXISTS (
        SELECT FROM message m WHERE m.performance_id = c.performance_id AND m.kind = 'performance_cancelled'
            AND m.order_id IS NULL)
    UNION ALL
    SELECT m.message_id::text, m.kind || ' of position ' || m.position || ' has no delivery to ' || m.name
    FROM (
        SELECT x.message_id, x.position, x.kind, c.name FROM message x JOIN message_consumer c
            ON c.organizer_id IS NULL AND x.kind = ANY (c.kinds)
            AND (c.means <> 'mail' OR x.order_id IS NOT NULL OR x.kind = 'seats_offered')
        WHERE c.retired_at IS NULL AND x.created_at > c.created_at
            AND x.created_at > statement_timestamp() - interval '29 days'
        UNION ALL
        SELECT x.message_id, x.position, x.kind, c.name FROM message x JOIN message_consumer c
            ON c.organizer_id = x.organizer_id AND x.kind = ANY (c.kinds)
            AND (c.means <> 'mail' OR x.order_id IS NOT NULL OR x.kind = 'seats_offered')
        WHERE c.retired_at IS NULL AND x.created_at > c.created_at
            AND x.created_at > statement_timestamp() - interval '29 days') m
    LEFT JOIN delivery d ON d.position = m.position AND d.consumer = m.name
    WHERE d.position IS NULL) f LIMIT $1

-- statement: audit_wrong_currency repeatable
SELECT w.subject, w.currency || ' in a sale in ' || f.currency
FROM (SELECT 'order ' || order_id AS subject, performance_id, currency FROM "order"
      UNION ALL SELECT 'payment ' || payment_id, performance_id, currency FROM payment
      UNION ALL SELECT 'ticket ' || ticket_id, performance_id, currency FROM ticket
      UNION ALL SELECT 'hold ' || hold_id, performance_id, currency FROM hold
      UNION ALL SELECT 'refund ' || refund_id, performance_id, currency FROM refund) w
JOIN performance f ON f.performance_id = w.performance_id
WHERE w.currency <> f.currency LIMIT $1

-- statement: audit_seat_sold_without_ticket repeatable
SELECT s.performance_id || ' seat ' || s.seat_index,
       'valid tickets of order ' || s.order_id || ': ' || count(t.ticket_id)
FROM seat s
LEFT JOIN ticket t ON t.performance_id = s.performance_id AND t.seat_index = s.seat_index AND t.live
    AND t.order_id = s.order_id
WHERE s.state = 2 GROUP BY s.performance_id, s.seat_index, s.order_id HAVING count(t.ticket_id) <> 1 LIMIT $1

-- statement: audit_seat_sold_without_paid_order repeatable
SELECT s.performance_id || ' seat ' || s.seat_index, 'order ' || s.order_id || ' is ' || coalesce(o.state, 'missing')
FROM seat s LEFT JOIN "order" o ON o.order_id = s.order_id
WHERE s.state = 2 AND (o.order_id IS NULL OR o.state NOT IN ('paid', 'partly_refunded')
    OR o.performance_id <> s.performance_id OR NOT s.hold_id = ANY (o.hold_ids)) LIMIT $1

-- statement: audit_ticket_without_seat repeatable
SELECT t.ticket_id::text, t.performance_id || ' seat ' || t.seat_index
FROM ticket t LEFT JOIN seat s ON s.performance_id = t.performance_id AND s.seat_index = t.seat_index
WHERE t.live AND (s.state IS DISTINCT FROM 2 OR s.order_id <> t.order_id) LIMIT $1

-- statement: audit_seat_with_two_tickets repeatable
SELECT t.performance_id || ' seat ' || t.seat_index, 'valid tickets: ' || count(*)
FROM ticket t WHERE t.live GROUP BY t.performance_id, t.seat_index HAVING count(*) > 1 LIMIT $1

-- statement: audit_ticket_without_payment repeatable
SELECT t.ticket_id::text, 'order ' || t.order_id
FROM ticket t
WHERE t.live AND NOT EXISTS (SELECT FROM payment p WHERE p.order_id = t.order_id AND p.state = 'succeeded') LIMIT $1

-- statement: audit_ticket_of_wrong_order repeatable
SELECT t.ticket_id::text, 'order ' || t.order_id || ' has neither this customer nor this seat'
FROM ticket t
LEFT JOIN "order" o ON o.order_id = t.order_id AND o.customer_id = t.customer_id
    AND o.performance_id = t.performance_id
WHERE o.order_id IS NULL OR NOT EXISTS (
    SELECT FROM hold h WHERE h.hold_id = ANY (o.hold_ids) AND t.seat_index = ANY (h.seat_indexes)) LIMIT $1

-- statement: audit_payment_without_tickets repeatable
SELECT p.payment_id::text, 'order ' || p.order_id || ' is ' || coalesce(o.state, 'missing') || ', tickets '
       || coalesce(n.tickets, 0) || ' of ' || coalesce(m.seats, 0)
FROM payment p
LEFT JOIN "order" o ON o.order_id = p.order_id
LEFT JOIN (SELECT t.order_id, count(*) AS tickets FROM ticket t GROUP BY t.order_id) n ON n.order_id = p.order_id
LEFT JOIN (SELECT x.order_id, sum(cardinality(h.seat_indexes)) AS seats
           FROM "order" x CROSS JOIN unnest(x.hold_ids) AS w (hold_id) JOIN hold h ON h.hold_id = w.hold_id
           GROUP BY x.order_id) m ON m.order_id = p.order_id
WHERE p.state = 'succeeded' AND (o.state IS NULL OR o.state NOT IN ('paid', 'partly_refunded', 'refunded')
    OR n.tickets IS DISTINCT FROM m.seats) LIMIT $1

-- statement: audit_order_paid_twice repeatable
SELECT p.order_id::text, 'succeeded payments: ' || count(*)
FROM payment p WHERE p.state = 'succeeded' GROUP BY p.order_id HAVING count(*) > 1 LIMIT $1

-- statement: audit_order_paid_without_payment repeatable
SELECT o.order_id::text, o.state FROM "order" o
WHERE o.state IN ('paid', 'partly_refunded')
    AND NOT EXISTS (SELECT FROM payment p WHERE p.order_id = o.order_id AND p.state = 'succeeded') LIMIT $1

-- statement: audit_order_of_wrong_amount repeatable
SELECT o.order_id::text, 'tickets ' || coalesce(n.price, 0) || ' and ' || coalesce(n.fee, 0) || ', payment '
       || p.amount_minor || ', order ' || o.subtotal_minor || ' and ' || o.service_fee_minor
FROM "order" o
JOIN payment p ON p.order_id = o.order_id AND p.state = 'succeeded'
LEFT JOIN (SELECT t.order_id, sum(t.price_minor) AS price, sum(t.service_fee_minor) AS fee
           FROM ticket t GROUP BY t.order_id) n ON n.order_id = o.order_id
WHERE coalesce(n.price, 0) <> o.subtotal_minor OR coalesce(n.fee, 0) <> o.service_fee_minor
    OR p.amount_minor <> o.subtotal_minor + o.service_fee_minor LIMIT $1

-- What went back of an order: what its refunds made; of money that came too late, when nothing else paid the order. Of
-- what came back to the provider later the order says nothing: it is owed again, and goes back by the same refund.
-- statement: audit_order_of_wrong_refund repeatable
SELECT o.order_id::text, o.state || ', refunded ' || o.refunded_minor || ', its refunds made ' || coalesce(r.made, 0)
       || ', of late money ' || coalesce(r.late, 0)
FROM "order" o
LEFT JOIN (SELECT x.order_id, sum(x.amount_minor) FILTER (WHERE x.reason <> 'late_payment') AS made,
                  sum(x.amount_minor) FILTER (WHERE x.reason = 'late_payment') AS late
           FROM refund x WHERE x.state = 'made' OR x.returned_at IS NOT NULL GROUP BY x.order_id) r
    ON r.order_id = o.order_id
LEFT JOIN (SELECT DISTINCT p.order_id FROM payment p WHERE p.state = 'succeeded') p ON p.order_id = o.order_id
WHERE CASE WHEN p.order_id IS NOT NULL OR o.state <> 'refunded' THEN o.refunded_minor <> coalesce(r.made, 0)
           ELSE o.refunded_minor <> o.subtotal_minor + o.service_fee_minor OR coalesce(r.late, 0) < o.refunded_minor END
LIMIT $1

-- A ticket that was refunded has a refund that was made, if only once; an order all of whose tickets were is refunded,
-- and no other.
-- statement: audit_ticket_of_wrong_refund repeatable
SELECT t.order_id::text, o.state || ', tickets refunded ' || t.refunded || ' of ' || t.tickets || ', refunds made '
       || coalesce(r.refunds, 0)
FROM (SELECT x.order_id, count(*) AS tickets, count(*) FILTER (WHERE x.state = 'refunded') AS refunded
      FROM ticket x GROUP BY x.order_id) t
JOIN "order" o ON o.order_id = t.order_id
LEFT JOIN (SELECT x.order_id, count(*) AS refunds FROM refund x
           WHERE (x.state = 'made' OR x.returned_at IS NOT NULL) AND x.reason <> 'late_payment'
           GROUP BY x.order_id) r ON r.order_id = t.order_id
WHERE (t.refunded > 0) <> (coalesce(r.refunds, 0) > 0)
    OR o.state <> CASE t.refunded WHEN 0 THEN 'paid' WHEN t.tickets THEN 'refunded' ELSE 'partly_refunded' END LIMIT $1

-- Money that has to go back and is on no way: of a late payment, of a ticket that is being refunded or was, of a
-- cancelled performance whose refunds are all said to be written.
-- statement: audit_refund_missing repeatable
SELECT f.subject, f.detail FROM (
    SELECT p.payment_id::text AS subject, p.state AS detail
    FROM payment p LEFT JOIN refund r ON r.payment_id = p.payment_id AND r.reason = 'late_payment'
    WHERE p.state = 'refunding' AND coalesce(r.state, '') NOT IN ('pending', 'refused')
        OR p.state = 'refunded' AND (r.state = 'made' OR r.returned_at IS NOT NULL) IS NOT TRUE
    UNION ALL
    SELECT t.ticket_id::text, t.state || ', its refund is ' || coalesce(r.state, 'missing')
    FROM ticket t LEFT JOIN refund r ON r.refund_id = t.refund_id AND r.order_id = t.order_id
    WHERE t.state = 'refunding' AND coalesce(r.state, '') NOT IN ('pending', 'refused')
        OR t.state = 'refunded' AND (r.state = 'made' OR r.returned_at IS NOT NULL) IS NOT TRUE
    UNION ALL
    SELECT t.ticket_id::text, t.state || ' for a cancelled performance'
    FROM cancellation c JOIN ticket t ON t.performance_id = c.performance_id AND t.live
    WHERE c.planned_at IS NOT NULL AND t.state IN ('valid', 'checked_in')) f LIMIT $1

-- The many refunds of a cancelled performance wait for each other.
-- statement: audit_refund_overdue repeatable
SELECT r.refund_id::text, 'payment ' || r.payment_id || ', since ' || r.created_at
FROM refund r WHERE r.state = 'pending' AND r.created_at < clock_timestamp()
    - CASE r.reason WHEN 'performance_cancelled' THEN interval '1 day' ELSE interval '1 minute' END LIMIT $1

-- More than was paid; other than its tickets cost.
-- statement: audit_refund_of_wrong_amount repeatable
SELECT f.subject, f.detail FROM (
    SELECT r.payment_id::text AS subject, 'refunds of ' || r.amount || ' for a payment of '
           || coalesce(p.amount_minor::text, 'nobody') || ' that is ' || coalesce(p.state, 'missing') AS detail
    FROM (SELECT x.payment_id, sum(x.amount_minor) AS amount FROM refund x GROUP BY x.payment_id) r
    LEFT JOIN payment p ON p.payment_id = r.payment_id
    WHERE p.payment_id IS NULL OR r.amount > p.amount_minor OR p.state NOT IN ('refunding', 'refunded', 'succeeded')
    UNION ALL
    SELECT r.refund_id::text, 'price ' || r.price_minor || ', its ' || coalesce(n.tickets, 0) || ' tickets cost '
           || coalesce(n.price, 0)
    FROM refund r
    LEFT JOIN (SELECT t.refund_id, t.order_id, count(*) AS tickets, sum(t.price_minor) AS price,
                      sum(t.service_fee_minor) AS fee, sum(t.price_tax_minor) AS price_tax,
                      sum(t.service_fee_tax_minor) AS fee_tax
               FROM ticket t WHERE t.refund_id IS NOT NULL GROUP BY t.refund_id, t.order_id) n
        ON n.refund_id = r.refund_id AND n.order_id = r.order_id
    WHERE r.reason <> 'late_payment' AND (coalesce(n.tickets, 0) <> r.ticket_count
        OR coalesce(n.price, 0) <> r.price_minor OR r.service_fee_minor NOT IN (0, coalesce(n.fee, 0))
        OR coalesce(n.price_tax, 0) <> r.price_tax_minor
        OR r.service_fee_tax_minor NOT IN (0, coalesce(n.fee_tax, 0)))) f LIMIT $1

-- statement: audit_payment_overdue repeatable
SELECT p.payment_id::text, p.state || ' since ' || p.created_at
FROM payment p WHERE p.state IN ('pending', 'unknown', 'requires_action')
    AND p.frozen_until < clock_timestamp() - interval '5 minutes' LIMIT $1

-- statement: audit_key_without_answer repeatable
SELECT i.customer_id || ' ' || i.key, 'since ' || i.created_at
FROM idempotency i WHERE i.status IS NULL AND i.lease_until < clock_timestamp() - interval '10 minutes' LIMIT $1

-- Answers are kept for a day at least. An order's answer was 201 and named it; a payment that has ended has one.
-- statement: audit_answer_missing repeatable
SELECT w.subject, 'key ' || w.key || ': ' || CASE WHEN i.key IS NULL THEN 'no answer is kept'
       WHEN i.status IS NULL THEN 'its answer was never stored' ELSE 'its answer is about something else' END
FROM (SELECT 'order ' || o.order_id AS subject, o.customer_id, o.idempotency_key AS key, o.order_id
      FROM "order" o WHERE o.created_at > clock_timestamp() - interval '24 hours'
      UNION ALL
      SELECT 'payment ' || p.payment_id, p.customer_id, p.idempotency_key, p.order_id
      FROM payment p WHERE p.created_at > clock_timestamp() - interval '24 hours'
          AND p.state IN ('succeeded', 'declined', 'cancelled', 'refunding', 'refunded')) w
LEFT JOIN idempotency i ON i.customer_id = w.customer_id AND i.key = w.key
WHERE i.status IS NULL OR i.status < 300 AND strpos(encode(i.body, 'escape'), w.order_id::text) = 0 LIMIT $1

-- statement: audit_limit_exceeded repeatable
SELECT h.customer_id || ' in ' || h.performance_id, count(*) || ' of ' || f.seats_per_customer_max
FROM seat s
JOIN hold h ON h.hold_id = s.hold_id
JOIN performance f ON f.performance_id = s.performance_id
WHERE (s.state = 2 OR s.state = 1 AND s.held_until > clock_timestamp()) AND h.customer_id <> nobody()
GROUP BY h.customer_id, h.performance_id, f.seats_per_customer_max HAVING count(*) > f.seats_per_customer_max LIMIT $1

-- statement: audit_seat_held_by_ended_hold repeatable
SELECT s.performance_id || ' seat ' || s.seat_index, 'hold ' || s.hold_id || ' is ' || coalesce(h.state, 'missing')
FROM seat s LEFT JOIN hold h ON h.hold_id = s.hold_id
WHERE s.state = 1 AND (h.state IS NULL OR h.state NOT IN ('active', 'paying') OR h.performance_id <> s.performance_id
    OR NOT s.seat_index = ANY (h.seat_indexes)) LIMIT $1

-- statement: audit_seat_held_past_its_time repeatable
SELECT s.performance_id || ' seat ' || s.seat_index, 'hold ' || s.hold_id || ' until ' || s.held_until
FROM seat s WHERE s.state = 1 AND s.held_until < clock_timestamp() - interval '5 minutes' LIMIT $1

-- statement: audit_hold_in_part repeatable
SELECT h.hold_id::text, h.state || ', seats ' || coalesce(n.own, 0) || ' of ' || cardinality(h.seat_indexes)
FROM hold h
LEFT JOIN (
    SELECT s.hold_id, count(*) AS own, count(*) FILTER (WHERE s.state = 2) AS sold,
           bool_or(s.state = 1 AND s.held_until > clock_timestamp()) AS is_in_time
    FROM seat s WHERE s.state IN (1, 2) GROUP BY s.hold_id) n ON n.hold_id = h.hold_id
LEFT JOIN (
    SELECT oh.hold_id, array_agg(t.seat_index) AS seats
    FROM ticket t JOIN order_hold oh ON oh.order_id = t.order_id WHERE t.state = 'refunded' GROUP BY oh.hold_id) b
    ON b.hold_id = h.hold_id
WHERE h.state IN ('active', 'paying') AND n.is_in_time AND n.own < cardinality(h.seat_indexes)
    OR h.state = 'completed' AND coalesce(n.sold, 0) < cardinality(h.seat_indexes) AND coalesce(n.sold, 0) + (
        SELECT count(*) FROM unnest(h.seat_indexes) AS u (seat_index) WHERE u.seat_index = ANY (b.seats))
            < cardinality(h.seat_indexes)
    OR h.state <> 'completed' AND n.sold > 0 LIMIT $1

-- statement: audit_hold_in_wrong_order repeatable
SELECT oh.hold_id::text, 'order ' || oh.order_id || ' is ' || coalesce(o.state, 'missing')
FROM order_hold oh LEFT JOIN "order" o ON o.order_id = oh.order_id
WHERE o.state IS NULL OR o.state IN ('expired', 'cancelled') OR NOT oh.hold_id = ANY (o.hold_ids) LIMIT $1

-- statement: audit_order_without_hold repeatable
SELECT DISTINCT o.order_id::text, o.state
FROM "order" o CROSS JOIN unnest(o.hold_ids) AS w (hold_id)
LEFT JOIN order_hold oh ON oh.hold_id = w.hold_id AND oh.order_id = o.order_id
WHERE o.state IN ('pending', 'paid', 'partly_refunded') AND oh.hold_id IS NULL LIMIT $1

-- statement: audit_order_of_wrong_hold repeatable
SELECT o.order_id::text, 'holds ' || coalesce(sum(h.subtotal_minor), 0) || ' and '
       || coalesce(sum(h.service_fee_minor), 0) || ', order ' || o.subtotal_minor || ' and ' || o.service_fee_minor
FROM "order" o CROSS JOIN unnest(o.hold_ids) AS w (hold_id)
LEFT JOIN hold h ON h.hold_id = w.hold_id AND h.customer_id = o.customer_id AND h.performance_id = o.performance_id
GROUP BY o.order_id
HAVING count(*) <> count(h.hold_id) OR sum(h.subtotal_minor) <> o.subtotal_minor
    OR sum(h.service_fee_minor) <> o.service_fee_minor LIMIT $1

-- statement: audit_order_overdue repeatable
SELECT o.order_id::text, 'a hold of it has ended'
FROM "order" o JOIN hold h ON h.hold_id = ANY (o.hold_ids)
WHERE o.state = 'pending' AND h.state IN ('expired', 'released')
    AND coalesce(h.extended_until, h.expires_at) < clock_timestamp() - interval '5 minutes'
    AND NOT EXISTS (SELECT FROM payment p WHERE p.order_id = o.order_id
                    AND p.state IN ('pending', 'unknown', 'requires_action', 'refunding')) LIMIT $1

-- statement: audit_seats_miscounted repeatable
SELECT f.performance_id::text, 'unsold ' || f.unsold_count || ', counted ' || coalesce(n.unsold, 0) || ' of '
       || coalesce(n.seats, 0)
FROM performance f
LEFT JOIN (SELECT s.performance_id, count(*) AS seats, count(*) FILTER (WHERE s.state IN (0, 1)) AS unsold
           FROM seat s GROUP BY s.performance_id) n ON n.performance_id = f.performance_id
WHERE coalesce(n.seats, 0) <> f.seat_count OR coalesce(n.unsold, 0) <> f.unsold_count LIMIT $1

-- A page of what of each payment stands in clearing, by payment id, without what the provider keeps for itself; and
-- what of it is on its way back. What a provider refused to give back is on no way: whoever gave it back by hand has to
-- say so. Payments of nothing never met a provider.
-- statement: audit_clearing_page repeatable
SELECT p.payment_id, p.state, p.currency, coalesce(c.kept, 0)::bigint, coalesce(r.pending, 0)::bigint, p.created_at
FROM (SELECT * FROM payment x WHERE x.payment_id > $1::uuid AND x.provider = $3 ORDER BY x.payment_id LIMIT $2) p
LEFT JOIN LATERAL (
    SELECT sum(CASE WHEN d.kind = 'provider_clearing' THEN t.amount_minor ELSE -t.amount_minor END) AS kept
    FROM transfer t
    JOIN transfer_resolution e ON e.transfer_id = t.transfer_id AND e.state = 'posted'
    JOIN account d ON d.account_id = t.debit_account_id
    JOIN account k ON k.account_id = t.credit_account_id
    WHERE t.payment_id = p.payment_id AND t.kind <> 'provider_fee'
        AND 'provider_clearing' IN (d.kind, k.kind)) c ON true
LEFT JOIN LATERAL (SELECT sum(x.amount_minor) AS pending FROM refund x
                   WHERE x.payment_id = p.payment_id AND x.state = 'pending') r ON true
ORDER BY p.payment_id

-- The histories that are replayed. A canary's begins behind what was pruned of it.
-- statement: audit_histories repeatable
SELECT f.performance_id, f.seat_count, f.sequence, f.chain_hash, k.pruned_sequence, k.pruned_hash
FROM performance f LEFT JOIN canary k ON k.performance_id = f.performance_id ORDER BY f.performance_id

-- statement: audit_history repeatable
SELECT f.performance_id, f.seat_count, f.sequence, f.chain_hash, k.pruned_sequence, k.pruned_hash
FROM performance f LEFT JOIN canary k ON k.performance_id = f.performance_id WHERE f.performance_id = $1::uuid

-- statement: audit_changes_page repeatable
SELECT c.sequence, c.committed_at, c.changes, c.tickets_hash, c.chain_hash
FROM seat_change c WHERE c.performance_id = $1::uuid AND c.sequence > $2 ORDER BY c.sequence LIMIT $3

-- statement: audit_tickets_page repeatable
SELECT t.ticket_id, t.order_id, t.performance_id, t.seat_index, coalesce(c.seat_label, ''), t.price_minor,
       t.service_fee_minor, t.currency, t.code, t.sold_sequence
FROM (SELECT * FROM ticket x WHERE x.performance_id = $1::uuid AND x.sold_sequence IS NOT NULL
          AND (x.sold_sequence, x.seat_index) > ($2, $3)
      ORDER BY x.sold_sequence, x.seat_index LIMIT $4) t
JOIN performance f ON f.performance_id = t.performance_id
LEFT JOIN chart_seat c ON c.chart_id = f.chart_id AND c.seat_index = t.seat_index
ORDER BY t.sold_sequence, t.seat_index

-- statement: audit_seats repeatable
SELECT s.seat_index, s.state, s.changed_sequence FROM seat s WHERE s.performance_id = $1::uuid

-- statement: audit_heads repeatable
SELECT h.sequence, h.epoch, h.chain_hash, h.tree_hash, h.published_at, h.key_id, h.signature
FROM published_head h WHERE h.performance_id = $1::uuid ORDER BY h.sequence

-- A seat's life: what its history says, and who had a part in it.
-- statement: audit_seat_changes repeatable
SELECT c.sequence, c.committed_at, (u.change % 4)::smallint
FROM seat_change c CROSS JOIN unnest(c.changes) AS u (change)
WHERE c.performance_id = $1::uuid AND u.change / 4 = $2 ORDER BY c.sequence

-- statement: audit_seat_holds repeatable
SELECT h.hold_id, h.customer_id, h.state, h.created_at, coalesce(h.extended_until, h.expires_at)
FROM hold h WHERE h.performance_id = $1::uuid AND $2 = ANY (h.seat_indexes) ORDER BY h.created_at, h.hold_id

-- statement: audit_seat_tickets repeatable
SELECT t.ticket_id, t.order_id, t.state, t.issued_at, t.checked_in_at, t.price_minor + t.service_fee_minor, t.currency
FROM ticket t WHERE t.performance_id = $1::uuid AND t.seat_index = $2 ORDER BY t.issued_at, t.ticket_id

-- statement: audit_seat_payments repeatable
SELECT p.payment_id, p.order_id, p.state, p.amount_minor, p.currency, p.provider, p.created_at, p.settled_at
FROM payment p JOIN "order" o ON o.order_id = p.order_id
WHERE p.performance_id = $1::uuid AND EXISTS (
    SELECT FROM hold h WHERE h.hold_id = ANY (o.hold_ids) AND $2 = ANY (h.seat_indexes))
ORDER BY p.created_at, p.payment_id

-- statement: audit_seat_refunds repeatable
SELECT r.refund_id, r.payment_id, r.order_id, r.reason, r.state, r.amount_minor, r.currency, r.created_at, r.made_at
FROM refund r JOIN "order" o ON o.order_id = r.order_id
WHERE r.performance_id = $1::uuid AND EXISTS (
    SELECT FROM hold h WHERE h.hold_id = ANY (o.hold_ids) AND $2 = ANY (h.seat_indexes))
ORDER BY r.created_at, r.refund_id
