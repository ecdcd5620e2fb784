-- What is planted in a copy of a ledger after a sale, one at a time, as a corrupt restore or a database administrator
-- would: by the owner of the tables, constraints put aside where they stand in the way. Each names the check of
-- `payment audit` that has to find it. Read by Tests/PaymentTests and by Tests/PlantedFaults/run.py.

-- fault: a seat is sold a second time, to another ticket
-- finds: seat_with_two_tickets
DROP INDEX ticket_one_live;
INSERT INTO ticket (ticket_id, order_id, performance_id, customer_id, seat_index, code, price_minor, service_fee_minor,
    currency)
SELECT gen_random_uuid(), order_id, performance_id, customer_id, seat_index, 'twin', price_minor, service_fee_minor,
    currency FROM ticket WHERE live ORDER BY issued_at, seat_index LIMIT 1;

-- fault: a sold seat is on sale again
-- finds: ticket_without_seat
UPDATE seat s SET state = 0, hold_id = NULL, order_id = NULL
FROM (SELECT * FROM ticket WHERE live ORDER BY issued_at, seat_index LIMIT 1) t
WHERE s.performance_id = t.performance_id AND s.seat_index = t.seat_index;

-- fault: an orphan ticket, for a seat that nobody bought
-- finds: ticket_without_seat
INSERT INTO ticket (ticket_id, order_id, performance_id, customer_id, seat_index, code, price_minor, service_fee_minor,
    currency)
SELECT gen_random_uuid(), t.order_id, t.performance_id, t.customer_id, s.seat_index, 'forged', t.price_minor,
    t.service_fee_minor, t.currency
FROM ticket t JOIN seat s ON s.performance_id = t.performance_id AND s.state = 0 LIMIT 1;

-- fault: a ticket of an order that has not its seat
-- finds: ticket_of_wrong_order
UPDATE ticket SET customer_id = gen_random_uuid()
WHERE ticket_id = (SELECT ticket_id FROM ticket WHERE live ORDER BY issued_at, seat_index LIMIT 1);

-- fault: a ticket is gone
-- finds: seat_sold_without_ticket payment_without_tickets ticket_differs_from_change
DELETE FROM ticket WHERE ticket_id = (SELECT ticket_id FROM ticket WHERE live ORDER BY issued_at, seat_index LIMIT 1);

-- fault: a seat is sold to an order that is not there
-- finds: seat_sold_without_ticket seat_sold_without_paid_order seat_differs_from_history
UPDATE seat s SET state = 2, order_id = gen_random_uuid()
WHERE (s.performance_id, s.seat_index) = (
    SELECT x.performance_id, x.seat_index FROM seat x JOIN ticket t ON t.performance_id = x.performance_id
    WHERE x.state = 0 LIMIT 1);

-- fault: a paid order is pending
-- finds: seat_sold_without_paid_order
UPDATE "order" SET state = 'pending' WHERE state = 'paid';

-- fault: the payment of a ticket was declined
-- finds: ticket_without_payment order_paid_without_payment
UPDATE payment SET state = 'declined' WHERE state = 'succeeded';

-- fault: the payment of a paid order is gone
-- finds: order_paid_without_payment transfer_of_wrong_order
DELETE FROM payment WHERE state = 'succeeded';

-- fault: an order was paid a second time
-- finds: order_paid_twice
INSERT INTO payment (payment_id, order_id, performance_id, customer_id, idempotency_key, state, amount_minor, currency,
    provider, method_type, method_token, frozen_until)
SELECT gen_random_uuid(), order_id, performance_id, customer_id, 'twice', 'succeeded', amount_minor, currency, provider,
    method_type, method_token, frozen_until FROM payment WHERE state = 'succeeded' LIMIT 1;

-- fault: a transfer is one unit higher, on both sides
-- finds: payment_of_wrong_posting
UPDATE transfer SET amount_minor = amount_minor + 1
WHERE transfer_id = (SELECT transfer_id FROM transfer WHERE kind = 'sale' LIMIT 1);

-- fault: a transfer credits somebody else
-- finds: transfer_of_wrong_account
UPDATE transfer SET credit_account_id = (SELECT account_id FROM account WHERE kind = 'service_fee_revenue' LIMIT 1)
WHERE transfer_id = (SELECT transfer_id FROM transfer WHERE kind = 'sale' LIMIT 1);

-- fault: a transfer names another order
-- finds: transfer_of_wrong_order
UPDATE transfer SET order_id = gen_random_uuid()
WHERE transfer_id = (SELECT transfer_id FROM transfer WHERE kind = 'sale' LIMIT 1);

-- fault: a sale was booked twice
-- finds: payment_of_wrong_posting
WITH twin AS (
    INSERT INTO transfer SELECT (t).* FROM (
        SELECT jsonb_populate_record(x, jsonb_build_object('transfer_id', gen_random_uuid())) AS t
        FROM transfer x WHERE x.kind = 'sale' LIMIT 1) s
    RETURNING transfer_id)
INSERT INTO transfer_resolution (transfer_id, state) SELECT transfer_id, 'posted' FROM twin;

-- fault: an account is gone, and with it the other side of what it was debited or credited
-- finds: debits_differ_from_credits transfer_of_wrong_account
DELETE FROM account WHERE kind = 'service_fee_revenue';

-- fault: money of a payment moved from its price to its tax
-- finds: payment_of_wrong_posting
WITH moved AS (
    UPDATE transfer SET amount_minor = amount_minor - 100
    WHERE transfer_id = (SELECT transfer_id FROM transfer WHERE kind = 'sale' LIMIT 1) RETURNING *),
lines AS (
    INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id, payment_id,
        kind, created_at)
    SELECT gen_random_uuid(), m.debit_account_id, account_of('tax_payable', f.organizer_id::text, m.currency), 100,
           m.currency, m.order_id, m.payment_id, 'sale_tax', m.created_at
    FROM moved m JOIN payment p ON p.payment_id = m.payment_id JOIN performance f ON f.performance_id = p.performance_id
    RETURNING transfer_id)
INSERT INTO transfer_resolution (transfer_id, state) SELECT transfer_id, 'posted' FROM lines;

-- fault: a payout was booked higher than it was
-- finds: payout_of_wrong_transfer
SELECT payout_write(gen_random_uuid(), f.organizer_id, 1000, f.currency, 'planted')
FROM performance f JOIN payment p ON p.performance_id = f.performance_id AND p.state = 'succeeded' LIMIT 1;
UPDATE transfer SET amount_minor = amount_minor + 1 WHERE kind = 'payout';

-- fault: a payout is booked, and stands in no list
-- finds: payout_of_wrong_transfer
SELECT payout_write(gen_random_uuid(), f.organizer_id, 1000, f.currency, 'planted')
FROM performance f JOIN payment p ON p.performance_id = f.performance_id AND p.state = 'succeeded' LIMIT 1;
DELETE FROM payout;

-- fault: a payout went to another organizer than was booked
-- finds: payout_of_wrong_transfer
SELECT payout_write(gen_random_uuid(), f.organizer_id, 1000, f.currency, 'planted')
FROM performance f JOIN payment p ON p.performance_id = f.performance_id AND p.state = 'succeeded' LIMIT 1;
UPDATE payout SET organizer_id = (
    SELECT customer_id FROM customer c WHERE c.customer_id <> payout.organizer_id LIMIT 1);

-- fault: a message is gone
-- finds: message_missing
DELETE FROM message WHERE position = (SELECT min(position) FROM message WHERE kind = 'tickets_issued');

-- fault: nobody is told that money went back
-- finds: message_missing
DELETE FROM message WHERE kind = 'refund_made';

-- fault: a message is delivered to nobody
-- finds: message_missing
DELETE FROM delivery WHERE position = (SELECT min(position) FROM message WHERE kind = 'order_paid');

-- fault: what a provider keeps of a payment was booked twice
-- finds: payment_of_wrong_posting
WITH lines AS (
    INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id, payment_id,
        kind, created_at)
    SELECT gen_random_uuid(), account_of('provider_fees', p.provider, p.currency),
           account_of('provider_clearing', p.provider, p.currency), 1, p.currency, p.order_id, p.payment_id,
           'provider_fee', p.created_at
    FROM (SELECT * FROM payment WHERE state = 'succeeded' LIMIT 1) p CROSS JOIN generate_series(1, 2)
    RETURNING transfer_id)
INSERT INTO transfer_resolution (transfer_id, state) SELECT transfer_id, 'posted' FROM lines;

-- fault: transfers are voided
-- finds: payment_of_wrong_posting
UPDATE transfer_resolution SET state = 'voided';

-- fault: a transfer never ended
-- finds: transfer_without_end
DELETE FROM transfer_resolution WHERE transfer_id = (SELECT transfer_id FROM transfer LIMIT 1);

-- fault: a transfer is gone
-- finds: end_without_transfer payment_of_wrong_posting
DELETE FROM transfer WHERE transfer_id = (SELECT transfer_id FROM transfer WHERE kind = 'sale' LIMIT 1);

-- fault: a transfer in a wrong currency
-- finds: transfer_of_wrong_account
UPDATE transfer SET currency = 'EUR' WHERE transfer_id = (SELECT transfer_id FROM transfer WHERE kind = 'sale' LIMIT 1);

-- fault: a ticket in a wrong currency
-- finds: wrong_currency ticket_differs_from_change
UPDATE ticket SET currency = 'EUR'
WHERE ticket_id = (SELECT ticket_id FROM ticket WHERE live ORDER BY issued_at, seat_index LIMIT 1);

-- fault: an order in a wrong currency
-- finds: wrong_currency
UPDATE "order" SET currency = 'EUR' WHERE state = 'paid';

-- fault: a ticket is cheaper than it was
-- finds: order_of_wrong_amount ticket_differs_from_change
UPDATE ticket SET price_minor = 1
WHERE ticket_id = (SELECT ticket_id FROM ticket WHERE live ORDER BY issued_at, seat_index LIMIT 1);

-- fault: an order is not the sum of its holds
-- finds: order_of_wrong_hold
UPDATE hold SET subtotal_minor = subtotal_minor + 1 WHERE state = 'completed';

-- fault: a refund is missing
-- finds: refund_missing
DELETE FROM refund WHERE reason = 'late_payment';

-- fault: a refund is twice as high
-- finds: refund_of_wrong_amount payment_of_wrong_posting
UPDATE refund SET amount_minor = amount_minor * 2 WHERE reason = 'late_payment';

-- fault: a refund waits for an hour
-- finds: refund_overdue
UPDATE refund SET state = 'pending', made_at = NULL, created_at = created_at - interval '1 hour'
WHERE reason = 'late_payment';

-- fault: an order says that its money went back
-- finds: order_of_wrong_refund
UPDATE "order" SET refunded_minor = 1 WHERE state = 'paid';

-- fault: a ticket is refunded, and no money went back
-- finds: ticket_of_wrong_refund
UPDATE ticket SET state = 'refunded', live = false
WHERE ticket_id = (SELECT ticket_id FROM ticket WHERE live ORDER BY issued_at, seat_index LIMIT 1);

-- fault: a payment is open for an hour
-- finds: payment_overdue
UPDATE payment SET state = 'unknown', frozen_until = clock_timestamp() - interval '1 hour' WHERE state = 'refunded';

-- fault: a key never got its answer
-- finds: key_without_answer
UPDATE idempotency SET status = NULL, body = NULL, lease_until = clock_timestamp() - interval '1 hour';

-- fault: an answer is gone
-- finds: answer_missing
DELETE FROM idempotency i USING (SELECT * FROM "order" WHERE state = 'paid' LIMIT 1) o
WHERE i.customer_id = o.customer_id AND i.key = o.idempotency_key;

-- fault: an answer is about another order
-- finds: answer_missing
UPDATE idempotency SET body = '{"order_id": "another"}' WHERE status = 201;

-- fault: a customer has more seats than one may have
-- finds: limit_exceeded
UPDATE performance SET seats_per_customer_max = 1;

-- fault: a seat is held by a hold that was given back
-- finds: seat_held_by_ended_hold
UPDATE hold SET state = 'released' WHERE state = 'active';

-- fault: a seat is held past its time
-- finds: seat_held_past_its_time
UPDATE seat SET held_until = clock_timestamp() - interval '1 hour' WHERE state = 1;

-- fault: a hold has lost a seat
-- finds: hold_in_part seat_differs_from_history
UPDATE seat s SET state = 0, hold_id = NULL, held_until = NULL
WHERE (s.performance_id, s.seat_index) = (
    SELECT h.performance_id, h.seat_indexes[1] FROM hold h
    WHERE h.state = 'active' AND cardinality(h.seat_indexes) > 1 AND h.expires_at > clock_timestamp()
    ORDER BY h.created_at DESC LIMIT 1);

-- fault: a hold is in an order that is not there
-- finds: hold_in_wrong_order
UPDATE order_hold SET order_id = gen_random_uuid();

-- fault: a paid order has lost its holds
-- finds: order_without_hold
DELETE FROM order_hold;

-- fault: a performance miscounts its seats
-- finds: seats_miscounted
UPDATE performance SET unsold_count = unsold_count - 1 WHERE unsold_count > 0;

-- fault: a change was altered
-- finds: chain_broken
UPDATE seat_change c SET changes = c.changes || (c.changes[cardinality(c.changes)] + 4)
FROM (SELECT * FROM ticket WHERE live ORDER BY issued_at, seat_index LIMIT 1) t
WHERE c.performance_id = t.performance_id AND c.sequence = 1;

-- fault: a change is gone
-- finds: chain_broken
DELETE FROM seat_change c USING (SELECT * FROM ticket WHERE live ORDER BY issued_at, seat_index LIMIT 1) t
WHERE c.performance_id = t.performance_id AND c.sequence = 1;

-- fault: the last change is gone
-- finds: chain_without_head
DELETE FROM seat_change c USING performance f
WHERE c.performance_id = f.performance_id AND c.sequence = f.sequence;

-- fault: a change was put behind the last one
-- finds: chain_without_head
INSERT INTO seat_change (performance_id, sequence, committed_at, changes, chain_hash)
SELECT performance_id, sequence + 1, committed_at, changes, chain_hash FROM seat_change
ORDER BY performance_id DESC, sequence DESC LIMIT 1;

-- fault: a seat's state was changed alone
-- finds: seat_differs_from_history
UPDATE seat s SET state = 3 WHERE (s.performance_id, s.seat_index) = (
    SELECT x.performance_id, x.seat_index FROM seat x JOIN ticket t ON t.performance_id = x.performance_id
    WHERE x.state = 0 LIMIT 1);

-- fault: two tickets swapped their seats
-- finds: ticket_differs_from_change
DROP INDEX ticket_one_live;
UPDATE ticket t SET seat_index = o.seat_index
FROM ticket o
WHERE t.order_id = o.order_id AND t.ticket_id <> o.ticket_id AND t.live AND o.live AND t.order_id = (
    SELECT x.order_id FROM ticket x WHERE x.live GROUP BY x.order_id HAVING count(*) = 2 LIMIT 1);

-- fault: a seat has another name than it was sold by
-- finds: ticket_differs_from_change
UPDATE chart_seat SET seat_label = seat_label || ' (a better one)';

-- fault: a ticket has another code than it was sold with
-- finds: ticket_differs_from_change
UPDATE ticket SET code = 'somebody else''s'
WHERE ticket_id = (SELECT ticket_id FROM ticket WHERE live ORDER BY issued_at, seat_index LIMIT 1);

-- fault: a history was rewritten whole, every hash made anew
-- finds: head_not_in_chain
DO $$
DECLARE
    v_sale uuid := (SELECT performance_id FROM published_head ORDER BY published_at LIMIT 1);
    v_hash bytea := sha256(uuid_send(v_sale));
    v_row seat_change;
BEGIN
    UPDATE seat_change SET committed_at = committed_at + interval '1 second'
    WHERE performance_id = v_sale AND sequence = 1;
    FOR v_row IN SELECT * FROM seat_change WHERE performance_id = v_sale ORDER BY sequence LOOP
        v_hash := chain_link(v_hash, v_row.sequence, v_row.committed_at, v_row.changes, v_row.tickets_hash);
        UPDATE seat_change SET chain_hash = v_hash WHERE performance_id = v_sale AND sequence = v_row.sequence;
    END LOOP;
    UPDATE performance SET chain_hash = v_hash WHERE performance_id = v_sale;
END $$;

-- fault: a published head was made up
-- finds: head_not_in_chain
UPDATE published_head SET signature = sha256(signature) || sha256(chain_hash);

-- fault: a history sells one seat twice, every hash made anew
-- finds: seat_sold_twice
DO $$
DECLARE
    v_ticket ticket;
    v_sale uuid;
    v_hash bytea;
    v_row seat_change;
BEGIN
    DELETE FROM published_head;
    SELECT * INTO v_ticket FROM ticket WHERE live ORDER BY issued_at DESC LIMIT 1;
    v_sale := v_ticket.performance_id;
    SELECT * INTO v_row FROM seat_change WHERE performance_id = v_sale AND sequence = v_ticket.sold_sequence;
    SELECT chain_hash INTO v_hash FROM seat_change WHERE performance_id = v_sale ORDER BY sequence DESC LIMIT 1;
    v_row.sequence := (SELECT sequence + 1 FROM performance WHERE performance_id = v_sale);
    v_row.tickets_hash := NULL;
    v_row.chain_hash := chain_link(v_hash, v_row.sequence, v_row.committed_at, v_row.changes, NULL);
    INSERT INTO seat_change SELECT v_row.*;
    UPDATE performance SET sequence = v_row.sequence, chain_hash = v_row.chain_hash WHERE performance_id = v_sale;
    UPDATE seat SET changed_sequence = v_row.sequence
    WHERE performance_id = v_sale AND seat_index IN (SELECT c / 4 FROM unnest(v_row.changes) AS u (c));
END $$;

-- fault: the provider charged more than we booked
-- in: book
-- finds: clearing_differs_from_provider
UPDATE sandbox_charge SET amount_minor = amount_minor + 1 WHERE state = 'succeeded';

-- fault: the provider never gave the money back
-- in: book
-- finds: clearing_differs_from_provider
DELETE FROM sandbox_refund;

-- fault: the provider has no such charge
-- in: book
-- finds: clearing_differs_from_provider
DELETE FROM sandbox_charge c WHERE c.state = 'succeeded'
    AND NOT EXISTS (SELECT FROM sandbox_refund r WHERE r.payment_id = c.payment_id);

-- fault: the provider charged somebody without a payment of ours
-- in: book
-- finds: charge_without_payment
INSERT INTO sandbox_charge (payment_id, amount_minor, currency, token, state)
VALUES (gen_random_uuid(), 5, 'KRW', 'x', 'succeeded');

-- fault: the provider charged in another currency
-- in: book
-- finds: clearing_differs_from_provider
UPDATE sandbox_charge SET currency = 'EUR';
