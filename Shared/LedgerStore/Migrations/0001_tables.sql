-- The tables of the ledger. Times are timestamptz, money is whole minor units, ids are UUIDv7 made by the services.
-- Tables that the seats' door writes (seat, hold, "order", payment, ticket, transfer) have no foreign keys: its
-- functions read what they refer to under the performance's lock, a foreign key would lock and check each row a
-- second time. No column that changes on the hot path is indexed, so that updates stay heap-only.

-- The group role that every service's login is a member of. Roles belong to the cluster: another database of it, or
-- another migration at the same moment, may have made it already.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'box_office_service') THEN
        CREATE ROLE box_office_service NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- One row: the epoch of every sequence. A restore or a lossy promotion raises it before the services start.
CREATE TABLE ledger (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch bigint NOT NULL DEFAULT 1 CHECK (epoch > 0)
);
INSERT INTO ledger DEFAULT VALUES;

CREATE TABLE schema_migration (
    version integer PRIMARY KEY CHECK (version > 0),
    name text NOT NULL,
    checksum bytea NOT NULL CHECK (length(checksum) = 32),
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- People. The ledger refers to customer; personal data stands apart, so that it can be exported and erased.
CREATE TABLE customer (
    customer_id uuid PRIMARY KEY,
    role text NOT NULL CHECK (role IN ('customer', 'organizer', 'admin')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE customer_profile (
    customer_id uuid PRIMARY KEY REFERENCES customer,
    email text NOT NULL CONSTRAINT customer_profile_email_unique UNIQUE,
    name text NOT NULL,
    password_hash text NOT NULL
);

CREATE TABLE session_revocation (
    session_id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customer,
    revoked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_revocation_revoked_at ON session_revocation (revoked_at);
CREATE INDEX session_revocation_expires_at ON session_revocation (expires_at);

-- Places. A chart never changes: another drawing is another chart. Its document is what the API serves, byte for byte.
CREATE TABLE venue (
    venue_id uuid PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX venue_name ON venue (name);

CREATE TABLE chart (
    chart_id uuid PRIMARY KEY,
    name text NOT NULL,
    seat_count integer NOT NULL CHECK (seat_count > 0),
    document bytea NOT NULL,
    content_hash bytea NOT NULL CHECK (length(content_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A chart's seats for labels and for filling a performance; price_level is a position in the document's price_levels.
CREATE TABLE chart_seat (
    chart_id uuid NOT NULL REFERENCES chart,
    seat_index integer NOT NULL CHECK (seat_index >= 0),
    price_level smallint NOT NULL CHECK (price_level >= 0),
    seat_label text NOT NULL,
    PRIMARY KEY (chart_id, seat_index)
);

-- Occasions.
CREATE TABLE event (
    event_id uuid PRIMARY KEY,
    organizer_id uuid NOT NULL REFERENCES customer,
    venue_id uuid NOT NULL REFERENCES venue,
    title text NOT NULL,
    description text NOT NULL,
    -- The first performance's start: the order in which events are listed.
    starts_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX event_starts_at ON event (starts_at, event_id);

-- sequence, chain_hash and unsold_count change with every batch of the seats' door; whether a sale is upcoming, on sale
-- or sold out follows from the stored state, the times and unsold_count (seats available or held).
CREATE TABLE performance (
    performance_id uuid PRIMARY KEY,
    event_id uuid NOT NULL REFERENCES event,
    organizer_id uuid NOT NULL REFERENCES customer,
    chart_id uuid NOT NULL REFERENCES chart,
    starts_at timestamptz NOT NULL,
    on_sale_at timestamptz NOT NULL,
    sale_ends_at timestamptz NOT NULL,
    sale_state text NOT NULL DEFAULT 'open' CHECK (sale_state IN ('open', 'paused', 'ended', 'cancelled')),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    seats_per_customer_max integer NOT NULL CHECK (seats_per_customer_max > 0),
    hold_seconds integer NOT NULL CHECK (hold_seconds > 0),
    payment_seconds integer NOT NULL CHECK (payment_seconds > 0),
    seat_count integer NOT NULL CHECK (seat_count > 0),
    unsold_count integer NOT NULL CHECK (unsold_count BETWEEN 0 AND seat_count),
    sequence bigint NOT NULL DEFAULT 0 CHECK (sequence >= 0),
    chain_hash bytea NOT NULL CHECK (length(chain_hash) = 32),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (sale_ends_at > on_sale_at)
) WITH (fillfactor = 20);
CREATE INDEX performance_event ON performance (event_id);
CREATE INDEX performance_organizer ON performance (organizer_id);

CREATE TABLE price_level (
    performance_id uuid NOT NULL REFERENCES performance,
    number smallint NOT NULL CHECK (number >= 0),
    price_level_id text NOT NULL,
    name text NOT NULL,
    color text NOT NULL,
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    service_fee_minor bigint NOT NULL CHECK (service_fee_minor >= 0),
    PRIMARY KEY (performance_id, number),
    UNIQUE (performance_id, price_level_id)
);

-- state: 0 available, 1 held, 2 sold, 3 blocked. A sold seat keeps the hold that it was bought by: a customer's seats
-- are counted through the holds. Monthly ranges by the performance's UUIDv7: see keep_seat_partitions.
CREATE TABLE seat (
    performance_id uuid NOT NULL,
    seat_index integer NOT NULL,
    state smallint NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3),
    price_level smallint NOT NULL,
    changed_sequence bigint NOT NULL DEFAULT 0,
    hold_id uuid,
    held_until timestamptz,
    order_id uuid,
    PRIMARY KEY (performance_id, seat_index),
    CONSTRAINT seat_held_has_hold CHECK (state <> 1 OR (hold_id IS NOT NULL AND held_until IS NOT NULL)),
    CONSTRAINT seat_sold_has_order CHECK (state <> 2 OR order_id IS NOT NULL),
    CONSTRAINT seat_free_has_none CHECK (state IN (1, 2) OR (hold_id IS NULL AND held_until IS NULL)),
    CONSTRAINT seat_unsold_has_no_order CHECK (state = 2 OR order_id IS NULL)
) PARTITION BY RANGE (performance_id);

CREATE TABLE seat_default PARTITION OF seat DEFAULT WITH (fillfactor = 40);

-- One row a batch: history, gap filling and proof. changes: seat_index * 4 + state, ascending.
CREATE TABLE seat_change (
    performance_id uuid NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    committed_at timestamptz NOT NULL,
    changes integer[] NOT NULL CHECK (cardinality(changes) > 0),
    chain_hash bytea NOT NULL CHECK (length(chain_hash) = 32),
    PRIMARY KEY (performance_id, sequence)
);

-- Everything but state and extended_until is written once. expires_at is the first deadline; extended_until the later
-- one that a declined payment gives, once. Which deadline holds at this moment stands on the seats (held_until).
CREATE TABLE hold (
    hold_id uuid PRIMARY KEY,
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    fingerprint bytea NOT NULL,
    request_id text NOT NULL,
    seat_indexes integer[] NOT NULL CHECK (cardinality(seat_indexes) > 0),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
    extended_until timestamptz CHECK (extended_until > created_at),
    state text NOT NULL DEFAULT 'active'
        CHECK (state IN ('active', 'paying', 'completed', 'released', 'expired')),
    subtotal_minor bigint NOT NULL CHECK (subtotal_minor >= 0),
    service_fee_minor bigint NOT NULL CHECK (service_fee_minor >= 0),
    currency text NOT NULL,
    CONSTRAINT hold_key_unique UNIQUE (customer_id, idempotency_key)
) WITH (fillfactor = 80);
CREATE INDEX hold_expires_at ON hold (expires_at);
CREATE INDEX hold_extended_until ON hold (extended_until) WHERE extended_until IS NOT NULL;
CREATE INDEX hold_performance_customer ON hold (performance_id, customer_id);

-- Money.
CREATE TABLE "order" (
    order_id uuid PRIMARY KEY,
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    state text NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'paid', 'expired', 'cancelled', 'partly_refunded', 'refunded')),
    subtotal_minor bigint NOT NULL CHECK (subtotal_minor >= 0),
    service_fee_minor bigint NOT NULL CHECK (service_fee_minor >= 0),
    refunded_minor bigint NOT NULL DEFAULT 0
        CHECK (refunded_minor BETWEEN 0 AND subtotal_minor + service_fee_minor),
    currency text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    paid_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX order_customer ON "order" (customer_id, created_at, order_id);
CREATE INDEX order_performance ON "order" (performance_id);

-- A hold is in one live order: the row goes when its order ends unpaid.
CREATE TABLE order_hold (
    hold_id uuid PRIMARY KEY,
    order_id uuid NOT NULL
);
CREATE INDEX order_hold_order ON order_hold (order_id);

CREATE TABLE payment (
    payment_id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'unknown', 'requires_action', 'succeeded', 'declined', 'cancelled', 'refunding', 'refunded')),
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    currency text NOT NULL,
    provider text NOT NULL,
    provider_reference text,
    method_type text NOT NULL,
    method_token text NOT NULL,
    decline_code text,
    next_action text,
    -- Until when the seats were frozen for this payment, written once.
    frozen_until timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX payment_one_unsettled ON payment (order_id)
    WHERE state IN ('pending', 'unknown', 'requires_action');
CREATE INDEX payment_order ON payment (order_id);
CREATE INDEX payment_frozen_until ON payment (frozen_until);
CREATE INDEX payment_unsettled ON payment (created_at)
    WHERE state IN ('pending', 'unknown', 'requires_action', 'refunding');

-- live: the right to enter exists. Two live tickets for one seat are impossible, whatever else goes wrong.
CREATE TABLE ticket (
    ticket_id uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    seat_index integer NOT NULL,
    code text NOT NULL CONSTRAINT ticket_code_unique UNIQUE,
    live boolean NOT NULL DEFAULT true,
    state text NOT NULL DEFAULT 'valid' CHECK (state IN ('valid', 'checked_in', 'refunded', 'void')),
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    service_fee_minor bigint NOT NULL CHECK (service_fee_minor >= 0),
    currency text NOT NULL,
    issued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    checked_in_at timestamptz,
    CONSTRAINT ticket_live_states CHECK (live = (state IN ('valid', 'checked_in')))
);
CREATE UNIQUE INDEX ticket_one_live ON ticket (performance_id, seat_index) WHERE live;
CREATE INDEX ticket_order ON ticket (order_id);
CREATE INDEX ticket_customer ON ticket (customer_id, issued_at, ticket_id);

-- owner: the organizer's id, the provider's name, or empty for accounts of the house.
CREATE TABLE account (
    account_id uuid PRIMARY KEY,
    kind text NOT NULL
        CHECK (kind IN ('provider_clearing', 'organizer_payable', 'service_fee_revenue', 'refunds')),
    owner text NOT NULL DEFAULT '',
    currency text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT account_unique UNIQUE (kind, owner, currency)
);

-- Immutable. Its end is one row in transfer_resolution; a balance is a sum over entry.
CREATE TABLE transfer (
    transfer_id uuid PRIMARY KEY,
    debit_account_id uuid NOT NULL,
    credit_account_id uuid NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    order_id uuid NOT NULL,
    payment_id uuid,
    kind text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (debit_account_id <> credit_account_id)
);
CREATE INDEX transfer_order ON transfer (order_id);
CREATE INDEX transfer_payment ON transfer (payment_id) WHERE payment_id IS NOT NULL;

CREATE TABLE transfer_resolution (
    transfer_id uuid PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('posted', 'voided', 'expired')),
    resolved_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Both sides of each transfer; state is 'pending' until it is resolved.
CREATE VIEW entry AS
    SELECT t.transfer_id, s.account_id, s.side, s.signed_minor, t.currency, t.order_id, t.payment_id, t.kind,
           coalesce(r.state, 'pending') AS state, t.created_at, r.resolved_at
    FROM transfer t
    LEFT JOIN transfer_resolution r USING (transfer_id)
    CROSS JOIN LATERAL (VALUES
        (t.debit_account_id, 'debit', t.amount_minor),
        (t.credit_account_id, 'credit', -t.amount_minor)) AS s (account_id, side, signed_minor);

-- Stored answers of every keyed call save holds (a hold's row is its own answer). status and body are null while a
-- lease runs.
CREATE TABLE idempotency (
    customer_id uuid NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    lease_until timestamptz,
    status smallint,
    body bytea,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (customer_id, key),
    CHECK ((status IS NULL) = (body IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX idempotency_created_at ON idempotency (created_at);

-- Seats' partitions: a month starts at the smallest UUIDv7 of its first millisecond. A partition gets its storage
-- settings and statistics of its own, because neither is inherited.
CREATE FUNCTION smallest_uuid_at(moment timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the partitions of this month and of the next `months_ahead`; repeatable, owner only. Returns how many it made.
CREATE FUNCTION keep_seat_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    this_month timestamp := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC');
    month timestamp;
    partition_name text;
    made integer := 0;
BEGIN
    FOR i IN 0 .. months_ahead LOOP
        month := this_month + make_interval(months => i);
        partition_name := 'seat_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(format('%I.%I', current_schema(), partition_name)) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I PARTITION OF seat FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = 40)',
            partition_name, smallest_uuid_at(month AT TIME ZONE 'UTC'),
            smallest_uuid_at((month + interval '1 month') AT TIME ZONE 'UTC'));
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;

-- Rights of the services: no DDL, and what is written in the ledger stays written.
REVOKE ALL ON FUNCTION smallest_uuid_at(timestamptz), keep_seat_partitions(integer) FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO box_office_service;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO box_office_service;
GRANT INSERT ON transfer, transfer_resolution, seat_change, account, chart, chart_seat TO box_office_service;
GRANT INSERT, UPDATE ON customer, venue, event, performance, price_level, seat, hold, "order", payment, ticket
    TO box_office_service;
GRANT INSERT, UPDATE, DELETE ON customer_profile, session_revocation, order_hold, idempotency TO box_office_service;
