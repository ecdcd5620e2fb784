-- What a batch costs by itself. For each statement that writes, PostgreSQL reads the CHECKs of its table anew from their
-- stored text, those of columns that it leaves alone too: of a batch of eight holds that was a tenth. So what a single
-- column may hold is said by its domain (read once a session, asked only where the column is written), and the rest by
-- one CHECK for each table. Nothing may be written that was refused before.

-- In the order in which a batch takes them: one that is under way ends, and none waits for us while we wait for it.
LOCK TABLE performance, seat, hold, seat_change IN ACCESS EXCLUSIVE MODE;

-- Held has a hold and a deadline and no order, sold an order; what is free or blocked has nothing.
ALTER TABLE seat
    DROP CONSTRAINT seat_state_check, DROP CONSTRAINT seat_held_has_hold, DROP CONSTRAINT seat_sold_has_order,
    DROP CONSTRAINT seat_free_has_none, DROP CONSTRAINT seat_unsold_has_no_order,
    ADD CONSTRAINT seat_fits_state CHECK (CASE state
        WHEN 1 THEN hold_id IS NOT NULL AND held_until IS NOT NULL AND order_id IS NULL
        WHEN 2 THEN order_id IS NOT NULL
        ELSE state IN (0, 3) AND hold_id IS NULL AND held_until IS NULL AND order_id IS NULL END);

-- A domain that is checked only after the columns have it: no table is written anew.
CREATE DOMAIN hold_state AS text;
CREATE DOMAIN sale_state AS text;
CREATE DOMAIN count_from_one AS integer;
CREATE DOMAIN count_from_zero AS integer;
CREATE DOMAIN seconds_of_a_day AS integer;

ALTER TABLE hold
    DROP CONSTRAINT hold_check, DROP CONSTRAINT hold_check1, DROP CONSTRAINT hold_seat_indexes_check,
    DROP CONSTRAINT hold_service_fee_minor_check, DROP CONSTRAINT hold_state_check,
    DROP CONSTRAINT hold_subtotal_minor_check,
    ALTER state TYPE hold_state,
    ADD CONSTRAINT hold_fits CHECK (cardinality(seat_indexes) > 0 AND expires_at > created_at
        AND extended_until > created_at AND subtotal_minor >= 0 AND service_fee_minor >= 0);

ALTER TABLE performance
    DROP CONSTRAINT performance_chain_hash_check, DROP CONSTRAINT performance_check, DROP CONSTRAINT performance_check1,
    DROP CONSTRAINT performance_cool_down_seconds_max_check, DROP CONSTRAINT performance_currency_check,
    DROP CONSTRAINT performance_hold_seconds_check, DROP CONSTRAINT performance_payment_seconds_check,
    DROP CONSTRAINT performance_refund_until_seconds_check, DROP CONSTRAINT performance_refunded_seats_check,
    DROP CONSTRAINT performance_sale_state_check, DROP CONSTRAINT performance_seat_count_check,
    DROP CONSTRAINT performance_seats_per_customer_max_check, DROP CONSTRAINT performance_seats_per_instrument_max_check,
    DROP CONSTRAINT performance_sequence_check, DROP CONSTRAINT performance_waiting_list_offer_seconds_check,
    ALTER sale_state TYPE sale_state,
    ALTER seat_count TYPE count_from_one, ALTER seats_per_customer_max TYPE count_from_one,
    ALTER seats_per_instrument_max TYPE count_from_one, ALTER hold_seconds TYPE count_from_one,
    ALTER payment_seconds TYPE count_from_one, ALTER refund_until_seconds TYPE count_from_zero,
    ALTER cool_down_seconds_max TYPE seconds_of_a_day, ALTER waiting_list_offer_seconds TYPE seconds_of_a_day,
    ADD CONSTRAINT performance_fits CHECK (sequence >= 0 AND unsold_count BETWEEN 0 AND seat_count
        AND length(chain_hash) = 32 AND sale_ends_at > on_sale_at AND refunded_seats IN (0, 3)
        AND currency ~ '^[A-Z]{3}$'
        AND waiting_list_offer_seconds >= 30);

ALTER TABLE seat_change
    DROP CONSTRAINT seat_change_chain_hash_check, DROP CONSTRAINT seat_change_changes_check,
    DROP CONSTRAINT seat_change_sequence_check, DROP CONSTRAINT seat_change_tickets_hash_check,
    ADD CONSTRAINT seat_change_fits CHECK (sequence > 0 AND cardinality(changes) > 0 AND length(chain_hash) = 32
        AND length(tickets_hash) = 32);

ALTER DOMAIN hold_state ADD CHECK (VALUE IN ('active', 'paying', 'completed', 'released', 'expired'));
ALTER DOMAIN sale_state ADD CHECK (VALUE IN ('open', 'paused', 'ended', 'cancelled'));
ALTER DOMAIN count_from_one ADD CHECK (VALUE > 0);
ALTER DOMAIN count_from_zero ADD CHECK (VALUE >= 0);
ALTER DOMAIN seconds_of_a_day ADD CHECK (VALUE BETWEEN 0 AND 86400);

-- A customer's holds are found by the key's index, which begins with the customer; a performance's, and those of some
-- of its hours, by one that every batch writes at one place.
DROP INDEX hold_performance_customer;
CREATE INDEX hold_performance_created ON hold (performance_id, created_at);

-- As in 0001, and repeatable where a ledger was not migrated for so long that seats went to the default partition: their
-- month stays there. An update of seats opens every partition, so that few are made ahead (Migrator.Settings).
CREATE OR REPLACE FUNCTION keep_seat_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    this_month timestamp := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC');
    month timestamp;
    partition_name text;
    first_id uuid;
    next_id uuid;
    made integer := 0;
BEGIN
    FOR i IN 0 .. months_ahead LOOP
        month := this_month + make_interval(months => i);
        partition_name := 'seat_' || to_char(month, 'YYYY_MM');
        first_id := smallest_uuid_at(month AT TIME ZONE 'UTC');
        next_id := smallest_uuid_at((month + interval '1 month') AT TIME ZONE 'UTC');
        CONTINUE WHEN to_regclass(format('%I.%I', current_schema(), partition_name)) IS NOT NULL
            OR EXISTS (SELECT FROM seat_default s WHERE s.performance_id >= first_id AND s.performance_id < next_id);
        EXECUTE format('CREATE TABLE %I PARTITION OF seat FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = 40)',
            partition_name, first_id, next_id);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
