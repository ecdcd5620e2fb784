-- The sandbox provider's own book. It stands in a database of its own, as a real provider's would: the ledger reaches it
-- through PaymentProvider only. The merchant's payment id is its idempotency key; a charge that was cancelled keeps its
-- row, so that whoever starts it later is refused.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'box_office_service') THEN
        CREATE ROLE box_office_service NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

CREATE TABLE IF NOT EXISTS sandbox_charge (
    payment_id uuid PRIMARY KEY,
    -- Null only on the tombstone of a charge that never arrived.
    amount_minor bigint CHECK (amount_minor > 0),
    currency text,
    token text,
    state text NOT NULL CHECK (state IN ('processing', 'requires_action', 'succeeded', 'declined', 'cancelled')),
    decline_code text,
    -- When a charge that is processing is carried out.
    due_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (state = 'cancelled' OR (amount_minor IS NOT NULL AND currency IS NOT NULL AND token IS NOT NULL)),
    CHECK ((state = 'processing') = (due_at IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX IF NOT EXISTS sandbox_charge_due ON sandbox_charge (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS sandbox_refund (
    refund_id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES sandbox_charge,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX IF NOT EXISTS sandbox_refund_payment ON sandbox_refund (payment_id);

-- Refunds that were asked for and refused: the same refund is refused again, whatever changed.
CREATE TABLE IF NOT EXISTS sandbox_refund_refusal (
    refund_id uuid PRIMARY KEY,
    payment_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    code text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The provider is away for a payment until then: nothing that is asked about it is answered.
CREATE TABLE IF NOT EXISTS sandbox_outage (
    payment_id uuid PRIMARY KEY,
    ends_at timestamptz NOT NULL
);

CREATE TABLE IF NOT EXISTS sandbox_webhook (
    webhook_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    payment_id uuid NOT NULL,
    event text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    delivered_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 80);
CREATE INDEX IF NOT EXISTS sandbox_webhook_waiting ON sandbox_webhook (next_attempt_at) WHERE delivered_at IS NULL;

-- Starts charges, each once: a payment id that is known answers what it came to, whatever is asked now; one that asks
-- for another amount is told so (is_mismatch). p_due_seconds: a charge in processing is carried out so much later.
-- Webhook w is about the charge at p_webhook_places[w] and is sent p_webhook_seconds[w] later.
DROP FUNCTION IF EXISTS sandbox_start(
    uuid[], bigint[], text[], text[], text[], text[], double precision[], integer[]);
CREATE OR REPLACE FUNCTION sandbox_start(
    p_payment_ids uuid[], p_amounts bigint[], p_currencies text[], p_tokens text[], p_states text[],
    p_decline_codes text[], p_due_seconds double precision[], p_webhook_places integer[], p_webhook_events text[],
    p_webhook_seconds double precision[]
) RETURNS TABLE (payment_id uuid, state text, decline_code text, is_mismatch boolean)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
DECLARE
    v_now timestamptz := clock_timestamp();
BEGIN
    WITH made AS (
        INSERT INTO sandbox_charge (payment_id, amount_minor, currency, token, state, decline_code, due_at, created_at,
            changed_at)
        SELECT i.payment_id, i.amount, i.currency, i.token, i.state, i.decline_code,
               CASE WHEN i.state = 'processing' THEN v_now + make_interval(secs => i.due) END, v_now, v_now
        FROM unnest(p_payment_ids, p_amounts, p_currencies, p_tokens, p_states, p_decline_codes, p_due_seconds)
            AS i (payment_id, amount, currency, token, state, decline_code, due)
        ORDER BY i.payment_id
        ON CONFLICT DO NOTHING
        RETURNING payment_id, state)
    INSERT INTO sandbox_webhook (payment_id, event, next_attempt_at)
    SELECT m.payment_id, w.event, v_now + make_interval(secs => w.seconds)
    FROM unnest(p_webhook_places, p_webhook_events, p_webhook_seconds) AS w (place, event, seconds)
    JOIN made m ON m.payment_id = p_payment_ids[w.place];
    RETURN QUERY
    SELECT i.payment_id, c.state, c.decline_code,
           c.amount_minor IS NOT NULL AND (c.amount_minor <> i.amount OR c.currency <> i.currency)
    FROM unnest(p_payment_ids, p_amounts, p_currencies) WITH ORDINALITY AS i (payment_id, amount, currency, place)
    JOIN sandbox_charge c ON c.payment_id = i.payment_id
    ORDER BY i.place;
END $$;

-- Carries out charges whose time has come, and says so by webhook. Returns how many.
CREATE OR REPLACE FUNCTION sandbox_carry_out_due(p_limit integer) RETURNS integer
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    v_count integer;
BEGIN
    WITH due AS (
        SELECT payment_id FROM sandbox_charge WHERE due_at <= clock_timestamp()
        ORDER BY due_at LIMIT p_limit FOR UPDATE SKIP LOCKED),
    done AS (
        UPDATE sandbox_charge c SET state = 'succeeded', due_at = NULL, changed_at = clock_timestamp()
        FROM due WHERE c.payment_id = due.payment_id RETURNING c.payment_id),
    told AS (
        INSERT INTO sandbox_webhook (payment_id, event) SELECT payment_id, 'payment.succeeded' FROM done RETURNING 1)
    SELECT count(*) INTO v_count FROM told;
    RETURN v_count;
END $$;

-- Whether the provider is away for a payment.
CREATE OR REPLACE FUNCTION sandbox_is_away(p_payment_id uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM sandbox_outage WHERE payment_id = p_payment_id AND ends_at > clock_timestamp())
$$;

-- Lets the provider be away for a payment from the first time on that it is started; returns whether it still is.
CREATE OR REPLACE FUNCTION sandbox_outage_begin(p_payment_id uuid, p_seconds double precision) RETURNS boolean
LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO sandbox_outage (payment_id, ends_at)
    VALUES (p_payment_id, clock_timestamp() + make_interval(secs => p_seconds)) ON CONFLICT DO NOTHING;
    RETURN sandbox_is_away(p_payment_id);
END $$;

-- Ends a charge that has not been made, or leaves a tombstone for one that never arrived. Returns what it came to, or
-- away.
CREATE OR REPLACE FUNCTION sandbox_cancel(p_payment_id uuid) RETURNS text
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    v_state text;
BEGIN
    IF sandbox_is_away(p_payment_id) THEN RETURN 'away'; END IF;
    INSERT INTO sandbox_charge (payment_id, state) VALUES (p_payment_id, 'cancelled') ON CONFLICT DO NOTHING;
    UPDATE sandbox_charge SET state = 'cancelled', due_at = NULL, changed_at = clock_timestamp()
    WHERE payment_id = p_payment_id AND (state = 'requires_action' OR state = 'processing' AND due_at > clock_timestamp());
    UPDATE sandbox_charge SET state = 'succeeded', due_at = NULL, changed_at = clock_timestamp()
    WHERE payment_id = p_payment_id AND state = 'processing';
    SELECT state INTO STRICT v_state FROM sandbox_charge WHERE payment_id = p_payment_id;
    RETURN v_state;
END $$;

-- What became of a refund: made, why it was refused, or null.
CREATE OR REPLACE FUNCTION sandbox_refund_state(p_refund_id uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT 'made' FROM sandbox_refund WHERE refund_id = p_refund_id
    UNION ALL SELECT code FROM sandbox_refund_refusal WHERE refund_id = p_refund_id
$$;

-- Gives money back, once for each refund id and never more than was charged. Returns made, away, or why it is refused.
CREATE OR REPLACE FUNCTION sandbox_refund_make(p_refund_id uuid, p_payment_id uuid, p_amount_minor bigint) RETURNS text
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    v_charge sandbox_charge;
    v_code text;
BEGIN
    IF sandbox_is_away(p_payment_id) THEN RETURN 'away'; END IF;
    SELECT * INTO v_charge FROM sandbox_charge WHERE payment_id = p_payment_id FOR UPDATE;
    IF NOT FOUND THEN RETURN 'no_such_charge'; END IF;
    v_code := sandbox_refund_state(p_refund_id);
    IF v_code IS NOT NULL THEN RETURN v_code; END IF;
    v_code := CASE
        WHEN v_charge.state <> 'succeeded' THEN 'not_charged'
        WHEN v_charge.token = 'sandbox_refuse_refund' THEN 'card_account_closed'
        WHEN p_amount_minor > v_charge.amount_minor
            - (SELECT coalesce(sum(amount_minor), 0) FROM sandbox_refund WHERE payment_id = p_payment_id)
            THEN 'more_than_charged' END;
    IF v_code IS NOT NULL THEN
        INSERT INTO sandbox_refund_refusal (refund_id, payment_id, amount_minor, code)
        VALUES (p_refund_id, p_payment_id, p_amount_minor, v_code);
        RETURN v_code;
    END IF;
    INSERT INTO sandbox_refund (refund_id, payment_id, amount_minor) VALUES (p_refund_id, p_payment_id, p_amount_minor);
    RETURN 'made';
END $$;

-- The buyer's word on a charge that waits for it; null when there is no such charge, else what it came to.
CREATE OR REPLACE FUNCTION sandbox_authorize(p_payment_id uuid, p_is_approved boolean) RETURNS text
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    v_state text;
BEGIN
    UPDATE sandbox_charge SET changed_at = clock_timestamp(),
        state = CASE WHEN p_is_approved THEN 'succeeded' ELSE 'declined' END,
        decline_code = CASE WHEN p_is_approved THEN NULL ELSE 'not_authorized' END
    WHERE payment_id = p_payment_id AND state = 'requires_action'
    RETURNING state INTO v_state;
    IF v_state IS NOT NULL THEN
        INSERT INTO sandbox_webhook (payment_id, event) VALUES (p_payment_id, 'payment.' || v_state);
    ELSE
        SELECT state INTO v_state FROM sandbox_charge WHERE payment_id = p_payment_id;
    END IF;
    RETURN v_state;
END $$;

-- Leases waiting webhooks to the caller for p_lease_seconds: several senders share the work.
CREATE OR REPLACE FUNCTION sandbox_webhooks_claim(p_limit integer, p_lease_seconds integer)
RETURNS TABLE (webhook_id uuid, payment_id uuid, event text, attempts integer)
LANGUAGE plpgsql SET enable_seqscan = off AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    UPDATE sandbox_webhook w
    SET attempts = w.attempts + 1, next_attempt_at = clock_timestamp() + make_interval(secs => p_lease_seconds)
    FROM (SELECT x.webhook_id FROM sandbox_webhook x
          WHERE x.delivered_at IS NULL AND x.next_attempt_at <= clock_timestamp()
          ORDER BY x.next_attempt_at LIMIT p_limit FOR UPDATE SKIP LOCKED) due
    WHERE w.webhook_id = due.webhook_id
    RETURNING w.webhook_id, w.payment_id, w.event, w.attempts;
END $$;

GRANT USAGE ON SCHEMA public TO box_office_service;
GRANT SELECT, INSERT, UPDATE ON sandbox_charge, sandbox_refund, sandbox_refund_refusal, sandbox_outage, sandbox_webhook
    TO box_office_service;
