-- What the migrations add up to, as pg_dump writes it; the seats' monthly partitions left out.
CREATE DOMAIN public.count_from_one AS integer
	CONSTRAINT count_from_one_check CHECK ((VALUE > 0));
CREATE DOMAIN public.count_from_zero AS integer
	CONSTRAINT count_from_zero_check CHECK ((VALUE >= 0));
CREATE DOMAIN public.hold_state AS text
	CONSTRAINT hold_state_check CHECK ((VALUE = ANY (ARRAY['active'::text, 'paying'::text, 'completed'::text, 'released'::text, 'expired'::text])));
CREATE DOMAIN public.sale_state AS text
	CONSTRAINT sale_state_check CHECK ((VALUE = ANY (ARRAY['open'::text, 'paused'::text, 'ended'::text, 'cancelled'::text])));
CREATE DOMAIN public.seconds_of_a_day AS integer
	CONSTRAINT seconds_of_a_day_check CHECK (((VALUE >= 0) AND (VALUE <= 86400)));
CREATE FUNCTION public.account_credit_balance(p_account_id uuid, p_at timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
    SELECT (SELECT coalesce(sum(t.amount_minor), 0) FROM transfer t JOIN transfer_resolution r USING (transfer_id)
            WHERE t.credit_account_id = p_account_id AND r.state = 'posted' AND r.resolved_at <= p_at)::bigint
         - (SELECT coalesce(sum(t.amount_minor), 0) FROM transfer t JOIN transfer_resolution r USING (transfer_id)
            WHERE t.debit_account_id = p_account_id AND r.state = 'posted' AND r.resolved_at <= p_at)::bigint
$$;
CREATE FUNCTION public.account_of(p_kind text, p_owner text, p_currency text) RETURNS uuid
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    v_id uuid;
BEGIN
    SELECT account_id INTO v_id FROM account WHERE kind = p_kind AND owner = p_owner AND currency = p_currency;
    IF v_id IS NULL THEN
        INSERT INTO account (account_id, kind, owner, currency)
        VALUES (gen_random_uuid(), p_kind, p_owner, p_currency) ON CONFLICT DO NOTHING;
        SELECT account_id INTO STRICT v_id FROM account
        WHERE kind = p_kind AND owner = p_owner AND currency = p_currency;
    END IF;
    RETURN v_id;
END $$;
CREATE FUNCTION public.analyze_seats(p_performance_id uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    partition regclass;
BEGIN
    SELECT s.tableoid::regclass INTO partition FROM seat s WHERE s.performance_id = p_performance_id LIMIT 1;
    IF partition IS NOT NULL THEN
        EXECUTE format('ANALYZE %s', partition);
    END IF;
END $$;
CREATE FUNCTION public.answers_store(p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_statuses smallint[], p_bodies bytea[]) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    v_row record;
BEGIN
    FOR v_row IN
        SELECT * FROM unnest(p_customer_ids, p_keys, p_fingerprints, p_statuses, p_bodies)
            AS i (customer_id, key, fingerprint, status, body)
        ORDER BY i.customer_id, i.key COLLATE "C"
    LOOP
        UPDATE idempotency SET status = v_row.status, body = v_row.body, lease_until = NULL
        WHERE customer_id = v_row.customer_id AND key = v_row.key
            AND (status IS NULL OR status <> 201 AND v_row.fingerprint IS NULL)
            AND fingerprint = coalesce(v_row.fingerprint, fingerprint);
        IF NOT FOUND AND v_row.fingerprint IS NOT NULL THEN
            INSERT INTO idempotency (customer_id, key, fingerprint, status, body)
            VALUES (v_row.customer_id, v_row.key, v_row.fingerprint, v_row.status, v_row.body);
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION public.append_change(p_performance_id uuid, p_now timestamp with time zone, p_changes integer[], p_unsold_delta integer DEFAULT 0, p_tickets_hash bytea DEFAULT NULL::bytea) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    appended bigint;
BEGIN
    WITH linked AS (
        UPDATE performance p
        SET sequence = p.sequence + 1, unsold_count = p.unsold_count + p_unsold_delta,
            chain_hash = chain_link(p.chain_hash, p.sequence + 1, p_now, p_changes, p_tickets_hash)
        WHERE p.performance_id = p_performance_id
        RETURNING p.sequence, p.chain_hash)
    INSERT INTO seat_change AS c (performance_id, sequence, committed_at, changes, chain_hash, tickets_hash)
    SELECT p_performance_id, l.sequence, p_now, p_changes, l.chain_hash, p_tickets_hash FROM linked l
    RETURNING c.sequence INTO appended;
    RETURN appended;
END $$;
CREATE FUNCTION public.canary_batch(p_performance_id uuid, p_interval_milliseconds integer[]) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[], due_in_milliseconds integer)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    kept CONSTANT integer := 1000;
    pace CONSTANT interval := make_interval(secs => p_interval_milliseconds[1] / 1000.0);
    sale performance;
    bird canary;
    batch_time timestamptz;
    instant bigint;
    moved integer[] := '{}';
    reached bigint;
BEGIN
    sale := lock_performance(p_performance_id);
    SELECT * INTO bird FROM canary c WHERE c.performance_id = p_performance_id;
    IF bird.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    batch_time := clock_timestamp();
    reached := sale.sequence;
    IF batch_time >= bird.changed_at + pace THEN
        instant := (extract(epoch FROM batch_time) * 1000)::bigint;
        SELECT coalesce(array_agg(t.seat_index * 4 + t.state ORDER BY t.seat_index), '{}') INTO moved
        FROM (SELECT s.seat_index, s.state AS before, 3 * ((instant >> s.seat_index) & 1)::integer AS state
              FROM seat s WHERE s.performance_id = p_performance_id) t
        WHERE t.state <> t.before;
        reached := append_change(p_performance_id, batch_time, moved,
            (SELECT sum(CASE WHEN m.change % 4 = 0 THEN 1 ELSE -1 END)::integer FROM unnest(moved) AS m (change)));
        UPDATE seat s SET state = m.change % 4, changed_sequence = reached
        FROM unnest(moved) AS m (change)
        WHERE s.performance_id = p_performance_id AND s.seat_index = m.change / 4;
        UPDATE canary c SET changed_at = batch_time WHERE c.performance_id = p_performance_id;
        bird.changed_at := batch_time;
        -- By a tenth at a time.
        IF reached - bird.pruned_sequence > kept + kept / 10 THEN
            UPDATE canary c SET pruned_sequence = h.sequence, pruned_hash = h.chain_hash
            FROM seat_change h
            WHERE c.performance_id = p_performance_id AND h.performance_id = p_performance_id
                AND h.sequence = reached - kept;
            DELETE FROM seat_change h WHERE h.performance_id = p_performance_id AND h.sequence <= reached - kept;
        END IF;
    END IF;
    RETURN QUERY SELECT 0, NULL::text, l.epoch, sale.sequence, reached, batch_time, moved, NULL::integer
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT w.place::integer, CASE WHEN reached > sale.sequence THEN 'moved' ELSE 'not_due' END,
        NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
        ceil(extract(epoch FROM bird.changed_at + pace - batch_time) * 1000)::integer
        FROM unnest(p_interval_milliseconds) WITH ORDINALITY AS w (milliseconds, place);
END $$;
CREATE TABLE public.cancellation (
    performance_id uuid NOT NULL,
    asked_by uuid NOT NULL,
    reason text NOT NULL,
    ticket_count integer NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    planned_at timestamp with time zone,
    finished_at timestamp with time zone,
    claimed_until timestamp with time zone NOT NULL,
    freed_at timestamp with time zone,
    told_order_id uuid,
    told_at timestamp with time zone,
    CONSTRAINT cancellation_reason_check CHECK ((length(reason) <= 1000)),
    CONSTRAINT cancellation_ticket_count_check CHECK ((ticket_count >= 0))
);
CREATE TABLE public.performance (
    performance_id uuid NOT NULL,
    event_id uuid NOT NULL,
    organizer_id uuid NOT NULL,
    chart_id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    on_sale_at timestamp with time zone NOT NULL,
    sale_ends_at timestamp with time zone NOT NULL,
    sale_state public.sale_state DEFAULT 'open'::text NOT NULL,
    currency text NOT NULL,
    seats_per_customer_max public.count_from_one NOT NULL,
    hold_seconds public.count_from_one NOT NULL,
    payment_seconds public.count_from_one NOT NULL,
    seat_count public.count_from_one NOT NULL,
    unsold_count integer NOT NULL,
    sequence bigint DEFAULT 0 NOT NULL,
    chain_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    refund_until_seconds public.count_from_zero,
    refund_keeps_fee boolean DEFAULT true NOT NULL,
    refunded_seats smallint DEFAULT 0 NOT NULL,
    cool_down_seconds_max public.seconds_of_a_day DEFAULT 0 NOT NULL,
    seats_per_instrument_max public.count_from_one,
    waiting_list_offer_seconds public.seconds_of_a_day,
    CONSTRAINT performance_fits CHECK (((sequence >= 0) AND ((unsold_count >= 0) AND (unsold_count <= (seat_count)::integer)) AND (length(chain_hash) = 32) AND (sale_ends_at > on_sale_at) AND (refunded_seats = ANY (ARRAY[0, 3])) AND (currency ~ '^[A-Z]{3}$'::text) AND ((waiting_list_offer_seconds)::integer >= 30)))
)
WITH (fillfactor='20');
CREATE TABLE public.refund (
    refund_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    order_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    made_at timestamp with time zone,
    note text DEFAULT ''::text NOT NULL,
    asked_by uuid,
    ticket_count integer DEFAULT 0 NOT NULL,
    price_minor bigint DEFAULT 0 NOT NULL,
    service_fee_minor bigint DEFAULT 0 NOT NULL,
    price_tax_minor bigint DEFAULT 0 NOT NULL,
    service_fee_tax_minor bigint DEFAULT 0 NOT NULL,
    retry_key uuid,
    refusal_code text,
    refused_at timestamp with time zone,
    next_check_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    checks integer DEFAULT 0 NOT NULL,
    returned_at timestamp with time zone,
    given_back_at timestamp with time zone,
    given_back_note text,
    given_back_outside boolean DEFAULT false NOT NULL,
    process_id uuid,
    CONSTRAINT refund_amount_minor_check CHECK ((amount_minor >= 0)),
    CONSTRAINT refund_check CHECK (((state = 'made'::text) = (made_at IS NOT NULL))),
    CONSTRAINT refund_given_back CHECK (((given_back_at IS NULL) = (given_back_note IS NULL))),
    CONSTRAINT refund_given_back_note_check CHECK (((length(given_back_note) >= 1) AND (length(given_back_note) <= 1000))),
    CONSTRAINT refund_note_check CHECK ((length(note) <= 1000)),
    CONSTRAINT refund_parts CHECK (((reason = 'late_payment'::text) OR (amount_minor = (price_minor + service_fee_minor)))),
    CONSTRAINT refund_reason_check CHECK ((reason = ANY (ARRAY['late_payment'::text, 'customer'::text, 'organizer'::text, 'operator'::text, 'performance_cancelled'::text]))),
    CONSTRAINT refund_refused CHECK (((state <> 'refused'::text) OR (refused_at IS NOT NULL))),
    CONSTRAINT refund_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'made'::text, 'refused'::text]))),
    CONSTRAINT refund_ticket_count_check CHECK ((ticket_count >= 0))
)
WITH (fillfactor='80');
CREATE VIEW public.cancellation_reading AS
 SELECT c.performance_id,
    f.organizer_id,
    c.reason,
    c.requested_at,
    c.planned_at,
    c.finished_at,
    c.ticket_count,
    f.currency,
    r.refunds,
    r.refunds_made,
    r.refunds_refused,
    r.tickets_made,
    r.amount_minor,
    r.made_minor
   FROM ((public.cancellation c
     JOIN public.performance f ON ((f.performance_id = c.performance_id)))
     CROSS JOIN LATERAL ( SELECT (count(*))::integer AS refunds,
            (count(*) FILTER (WHERE (r_1.state = 'made'::text)))::integer AS refunds_made,
            (count(*) FILTER (WHERE (r_1.state = 'refused'::text)))::integer AS refunds_refused,
            (COALESCE(sum(r_1.ticket_count) FILTER (WHERE (r_1.state = 'made'::text)), (0)::bigint))::integer AS tickets_made,
            (COALESCE(sum(r_1.amount_minor), (0)::numeric))::bigint AS amount_minor,
            (COALESCE(sum(r_1.amount_minor) FILTER (WHERE (r_1.state = 'made'::text)), (0)::numeric))::bigint AS made_minor
           FROM public.refund r_1
          WHERE ((r_1.performance_id = c.performance_id) AND (r_1.reason = 'performance_cancelled'::text))) r);
CREATE FUNCTION public.cancellation_begin_batch(p_performance_id uuid, p_asker_ids uuid[], p_askers text[], p_keys text[], p_fingerprints bytea[], p_reasons text[]) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[], status smallint, body bytea, reading public.cancellation_reading)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_outcomes text[];
    v_first integer;
    v_changes integer[] := '{}';
    v_sequence bigint;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_now := clock_timestamp();
    SELECT array_agg(d.outcome ORDER BY d.item), min(d.item) FILTER (WHERE d.outcome = 'cancelled')
    INTO v_outcomes, v_first
    FROM (
        SELECT i.item, CASE
            WHEN k.key IS NOT NULL AND k.fingerprint <> i.fingerprint THEN 'key_reused'
            WHEN k.key IS NOT NULL AND k.status IS NULL THEN 'in_use'
            WHEN k.key IS NOT NULL THEN 'replayed'
            WHEN hk.hold_id IS NOT NULL THEN 'key_reused'
            WHEN i.asker = 'operator' OR i.asker = 'organizer' AND v_sale.organizer_id = i.asker_id THEN 'cancelled'
            ELSE 'not_found' END AS outcome
        FROM unnest(p_asker_ids, p_askers, p_keys, p_fingerprints)
            WITH ORDINALITY AS i (asker_id, asker, key, fingerprint, item)
        LEFT JOIN LATERAL (SELECT * FROM idempotency x
                           WHERE x.customer_id = i.asker_id AND x.key = i.key OFFSET 0) k ON true
        LEFT JOIN LATERAL (SELECT x.hold_id FROM hold x
                           WHERE x.customer_id = i.asker_id AND x.idempotency_key = i.key OFFSET 0) hk ON true) d;
    v_sequence := v_sale.sequence;
    IF v_first IS NOT NULL AND NOT EXISTS (SELECT FROM cancellation c WHERE c.performance_id = p_performance_id) THEN
        UPDATE performance f SET sale_state = 'cancelled' WHERE f.performance_id = p_performance_id;
        INSERT INTO cancellation (performance_id, asked_by, reason, ticket_count, requested_at, claimed_until)
        SELECT p_performance_id, p_asker_ids[v_first], p_reasons[v_first], count(*), v_now, v_now
        FROM ticket t WHERE t.performance_id = p_performance_id AND t.live AND t.state <> 'refunding';
        PERFORM messages_write('performance_cancelled', v_sale, ARRAY[NULL::uuid], NULL::uuid[], ARRAY[0::bigint],
            ARRAY[0], v_now);
        SELECT f.sequence, f.changes INTO v_sequence, v_changes FROM cancellation_free(v_sale, v_now) f;
        PERFORM cancellation_tell(v_sale, v_now);
    END IF;
    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sequence, v_now, v_changes, NULL::smallint, NULL::bytea,
           NULL::cancellation_reading
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
           CASE WHEN o.outcome = 'replayed' THEN k.status END, CASE WHEN o.outcome = 'replayed' THEN k.body END, c
    FROM unnest(v_outcomes) WITH ORDINALITY AS o (outcome, place)
    LEFT JOIN LATERAL (SELECT x.status, x.body FROM idempotency x WHERE o.outcome = 'replayed'
                       AND x.customer_id = p_asker_ids[o.place] AND x.key = p_keys[o.place] OFFSET 0) k ON true
    LEFT JOIN cancellation_reading c ON o.outcome = 'cancelled' AND c.performance_id = p_performance_id
    ORDER BY o.place;
END $$;
CREATE FUNCTION public.cancellation_free(p_sale public.performance, p_now timestamp with time zone, OUT sequence bigint, OUT changes integer[]) RETURNS record
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    v_holds uuid[];
    v_seats bigint;
BEGIN
    SELECT array_agg(DISTINCT n.hold_id), count(*) INTO v_holds, v_seats
    FROM (SELECT s.hold_id FROM seat s
          WHERE s.performance_id = p_sale.performance_id AND s.state = 1 AND EXISTS (
              SELECT FROM hold h WHERE h.hold_id = s.hold_id AND h.state = 'active')
          ORDER BY s.seat_index LIMIT cancellation_step_max()) n;
    SELECT f.sequence, f.changes INTO sequence, changes FROM free_seats(p_sale, p_now, v_holds) f;
    UPDATE hold h SET state = 'released' WHERE h.hold_id = ANY (v_holds);
    PERFORM orders_lapse(p_sale.performance_id, v_holds);
    IF v_seats < cancellation_step_max() THEN
        UPDATE cancellation c SET freed_at = p_now WHERE c.performance_id = p_sale.performance_id;
    END IF;
END $$;
CREATE FUNCTION public.cancellation_plan_batch(p_performance_id uuid, p_tickets_max integer) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[], refunds integer)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_job cancellation;
    v_now timestamptz;
    v_is_ready boolean;
    v_changes integer[] := '{}';
    v_sequence bigint;
    v_orders uuid[];
    v_tickets uuid[];
    v_ticket_refunds integer[];
    v_count integer;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_now := clock_timestamp();
    v_sequence := v_sale.sequence;
    SELECT * INTO v_job FROM cancellation c WHERE c.performance_id = p_performance_id;
    v_is_ready := v_job.freed_at IS NOT NULL AND v_job.told_at IS NOT NULL;
    IF v_job.performance_id IS NOT NULL AND v_job.freed_at IS NULL THEN
        SELECT f.sequence, f.changes INTO v_sequence, v_changes FROM cancellation_free(v_sale, v_now) f;
    END IF;
    IF v_job.performance_id IS NOT NULL AND v_job.told_at IS NULL THEN PERFORM cancellation_tell(v_sale, v_now); END IF;
    SELECT array_agg(DISTINCT n.order_id) INTO v_orders
    FROM (SELECT t.order_id FROM ticket t
          WHERE t.performance_id = p_performance_id AND t.live AND t.state IN ('valid', 'checked_in')
          ORDER BY t.seat_index LIMIT p_tickets_max) n
    WHERE v_is_ready;
    v_count := coalesce(cardinality(v_orders), 0);
    IF v_count > 0 THEN
        -- A gate may be letting somebody in: in either state the ticket goes back.
        PERFORM FROM ticket t JOIN unnest(v_orders) AS w (order_id) ON w.order_id = t.order_id
        ORDER BY t.ticket_id FOR NO KEY UPDATE OF t;
        SELECT array_agg(t.ticket_id), array_agg(w.place::integer) INTO v_tickets, v_ticket_refunds
        FROM unnest(v_orders) WITH ORDINALITY AS w (order_id, place)
        CROSS JOIN LATERAL (SELECT x.ticket_id FROM ticket x
                            WHERE x.order_id = w.order_id AND x.state IN ('valid', 'checked_in') OFFSET 0) t;
        PERFORM refunds_write(v_sale, v_now, ARRAY(SELECT uuid_at(v_now) FROM generate_series(1, v_count)), v_orders,
            array_fill('performance_cancelled'::text, ARRAY[v_count]), array_fill(v_job.reason, ARRAY[v_count]),
            array_fill(v_job.asked_by, ARRAY[v_count]), array_fill(true, ARRAY[v_count]), v_tickets, v_ticket_refunds);
    ELSIF v_is_ready THEN
        UPDATE cancellation c SET planned_at = v_now
        WHERE c.performance_id = p_performance_id AND c.planned_at IS NULL;
    END IF;
    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sequence, v_now, v_changes, NULL::integer
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT 1, CASE WHEN v_job.performance_id IS NULL THEN 'not_cancelled' WHEN v_count > 0 OR NOT v_is_ready
                   THEN 'planned' ELSE 'complete' END,
           NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[], v_count;
END $$;
CREATE FUNCTION public.cancellation_step_max() RETURNS integer
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT 1024 $$;
CREATE FUNCTION public.cancellation_tell(p_sale public.performance, p_now timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    v_job cancellation;
    v_orders uuid[];
    v_told uuid[];
    v_seat_counts integer[];
BEGIN
    SELECT * INTO STRICT v_job FROM cancellation c WHERE c.performance_id = p_sale.performance_id;
    SELECT array_agg(n.order_id ORDER BY n.order_id) INTO v_orders
    FROM (SELECT o.order_id FROM "order" o
          WHERE o.performance_id = p_sale.performance_id
              AND o.order_id > coalesce(v_job.told_order_id, '00000000-0000-0000-0000-000000000000')
          ORDER BY o.order_id LIMIT cancellation_step_max()) n;
    SELECT array_agg(w.order_id ORDER BY w.place), array_agg(t.seat_count ORDER BY w.place) INTO v_told, v_seat_counts
    FROM unnest(v_orders) WITH ORDINALITY AS w (order_id, place)
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS seat_count FROM ticket x
        LEFT JOIN LATERAL (SELECT greatest(y.made_at, y.returned_at) AS back_at FROM refund y
                           WHERE y.refund_id = x.refund_id OFFSET 0) r ON true
        WHERE x.order_id = w.order_id AND (x.live OR r.back_at >= v_job.requested_at)) t
    WHERE t.seat_count > 0;
    IF v_told IS NOT NULL THEN
        PERFORM messages_write('performance_cancelled', p_sale, v_told, NULL::uuid[],
            array_fill(0::bigint, ARRAY[cardinality(v_told)]), v_seat_counts, p_now);
    END IF;
    UPDATE cancellation c SET told_order_id = coalesce(v_orders[cardinality(v_orders)], c.told_order_id),
        told_at = CASE WHEN coalesce(cardinality(v_orders), 0) < cancellation_step_max() THEN p_now END
    WHERE c.performance_id = p_sale.performance_id;
END $$;
CREATE FUNCTION public.chain_link(p_previous bytea, p_sequence bigint, p_committed_at timestamp with time zone, p_changes integer[], p_tickets_hash bytea) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT sha256(p_previous || convert_to(
        p_sequence || ' ' || (extract(epoch FROM p_committed_at) * 1000000)::bigint || ' '
            || array_to_string(p_changes, ',') || coalesce(' ' || encode(p_tickets_hash, 'hex'), ''), 'UTF8'))
$$;
CREATE FUNCTION public.check_in(p_organizer_id uuid, p_is_admin boolean, p_key text, p_fingerprint bytea, p_code text) RETURNS TABLE(outcome text, status smallint, body bytea, ticket_id uuid, performance_id uuid, seat_label text, checked_in_at timestamp with time zone)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    v_known idempotency;
    v_ticket record;
BEGIN
    INSERT INTO idempotency (customer_id, key, fingerprint, lease_until)
    VALUES (p_organizer_id, p_key, p_fingerprint, clock_timestamp()) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO STRICT v_known FROM idempotency k WHERE k.customer_id = p_organizer_id AND k.key = p_key;
        outcome := CASE WHEN v_known.fingerprint <> p_fingerprint THEN 'key_reused'
            WHEN v_known.status IS NULL THEN 'in_use' ELSE 'replayed' END;
        IF outcome = 'replayed' THEN
            status := v_known.status;
            body := v_known.body;
        END IF;
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT t.ticket_id, t.performance_id, t.state, t.checked_in_at, c.seat_label INTO v_ticket
    FROM ticket t
    JOIN performance f ON f.performance_id = t.performance_id AND (p_is_admin OR f.organizer_id = p_organizer_id)
    CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x
                        WHERE x.chart_id = f.chart_id AND x.seat_index = t.seat_index OFFSET 0) c
    WHERE t.code = p_code FOR NO KEY UPDATE OF t;
    IF NOT FOUND THEN
        outcome := 'not_found';
        RETURN NEXT;
        RETURN;
    END IF;
    outcome := CASE v_ticket.state WHEN 'valid' THEN 'checked_in' WHEN 'checked_in' THEN 'already_checked_in'
        ELSE 'ticket_not_valid' END;
    ticket_id := v_ticket.ticket_id;
    performance_id := v_ticket.performance_id;
    seat_label := v_ticket.seat_label;
    checked_in_at := v_ticket.checked_in_at;
    IF outcome = 'checked_in' THEN
        checked_in_at := clock_timestamp();
        UPDATE ticket t SET state = 'checked_in', checked_in_at = check_in.checked_in_at
        WHERE t.ticket_id = v_ticket.ticket_id;
    END IF;
    RETURN NEXT;
END $$;
CREATE FUNCTION public.cool_down_seconds(p_sale public.performance, p_seat_seconds double precision) RETURNS double precision
    LANGUAGE plpgsql IMMUTABLE
    SET jit TO 'off'
    AS $$
DECLARE
    seats_beyond double precision := greatest(0, p_seat_seconds / p_sale.hold_seconds - p_sale.seats_per_customer_max);
BEGIN
    -- Beyond thirty doublings any limit is passed, and a double holds the power.
    RETURN least(p_sale.cool_down_seconds_max, p_sale.hold_seconds * seats_beyond / p_sale.seats_per_customer_max
        * power(2, least(30, seats_beyond * seats_beyond / 4)));
END $$;
CREATE FUNCTION public.cooling_until(p_sale public.performance, p_customer_id uuid, p_now timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    AS $$
#variable_conflict use_column
DECLARE
    known record;
    due record;
    until timestamptz;
BEGIN
    SELECT l.seat_seconds, l.cooling_until INTO known FROM hold_lapse l
    WHERE l.performance_id = p_sale.performance_id AND l.customer_id = p_customer_id;
    -- The deadline that holds at this moment stands on the seats: they share it.
    SELECT max(h.due_at) AS at, sum(cardinality(h.seat_indexes)
            * greatest(0, extract(epoch FROM least(h.expires_at, h.created_at + make_interval(secs => p_sale.hold_seconds))
                - h.created_at)::double precision)) AS seat_seconds
    INTO due
    FROM (SELECT x.seat_indexes, x.created_at, x.expires_at, coalesce(x.extended_until, x.expires_at) AS due_at
          FROM holds_with_seats(p_sale.performance_id, p_customer_id,
              p_now - make_interval(secs => p_sale.cool_down_seconds_max)) x
          WHERE x.state = 'active' AND coalesce(x.extended_until, x.expires_at) <= p_now OFFSET 0) h;
    until := known.cooling_until;
    IF due.at IS NOT NULL THEN
        until := greatest(until, due.at + make_interval(
            secs => cool_down_seconds(p_sale, coalesce(known.seat_seconds, 0) + due.seat_seconds)));
    END IF;
    RETURN CASE WHEN until > p_now THEN until END;
END $$;
CREATE FUNCTION public.deliveries_forget(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    kept CONSTANT interval := interval '30 days';
    v_positions bigint[];
    v_consumers text[];
BEGIN
    SELECT array_agg(w.position), array_agg(w.consumer) INTO v_positions, v_consumers
    FROM (
        SELECT o.position, o.consumer FROM (
            SELECT d.position, d.consumer FROM delivery d WHERE d.finished_at < statement_timestamp() - kept
            ORDER BY d.finished_at LIMIT p_limit FOR UPDATE SKIP LOCKED) o
        UNION ALL
        SELECT u.position, u.consumer FROM message_consumer c CROSS JOIN LATERAL (
            SELECT d.position, d.consumer FROM delivery d
            WHERE d.consumer = c.name AND d.finished_at IS NULL AND d.dead_at IS NULL
            LIMIT p_limit FOR UPDATE SKIP LOCKED) u
        WHERE c.retired_at IS NOT NULL
        UNION ALL
        SELECT g.position, g.consumer FROM message_consumer c CROSS JOIN LATERAL (
            SELECT d.position, d.consumer FROM delivery d WHERE d.consumer = c.name AND d.dead_at IS NOT NULL
            LIMIT p_limit FOR UPDATE SKIP LOCKED) g
        WHERE c.retired_at IS NOT NULL
        LIMIT p_limit) w;
    IF v_positions IS NULL THEN RETURN 0; END IF;
    DELETE FROM delivery_attempt a USING unnest(v_positions, v_consumers) AS w (position, consumer)
    WHERE a.position = w.position AND a.consumer = w.consumer;
    DELETE FROM delivery d USING unnest(v_positions, v_consumers) AS w (position, consumer)
    WHERE d.position = w.position AND d.consumer = w.consumer;
    RETURN cardinality(v_positions);
END $$;
CREATE FUNCTION public.ended_payments_write(p_sale public.performance, p_now timestamp with time zone, p_payment_ids uuid[], p_observations text[], p_references text[], p_decline_codes text[], p_items integer[], p_extension_seconds integer) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    v_orders uuid[];
    v_alive uuid[];
    v_lapsed uuid[];
BEGIN
    UPDATE payment p SET state = p_observations[w.item], settled_at = p_now, next_action = NULL,
        decline_code = p_decline_codes[w.item],
        provider_reference = coalesce(p_references[w.item], p.provider_reference)
    FROM unnest(p_items) AS w (item) WHERE p.payment_id = p_payment_ids[w.item];
    SELECT array_agg(p.order_id) INTO v_orders
    FROM unnest(p_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
    JOIN "order" o ON o.order_id = p.order_id WHERE o.state = 'pending';
    -- The holds whose seats are all their own and in time get their deadline back.
    SELECT array_agg(h.hold_id) INTO v_alive
    FROM "order" o JOIN hold h ON h.hold_id = ANY (o.hold_ids) AND h.state = 'paying'
    CROSS JOIN LATERAL (
        SELECT count(*) AS ours FROM unnest(h.seat_indexes) AS u (seat_index)
        JOIN seat s ON s.performance_id = p_sale.performance_id AND s.seat_index = u.seat_index
        WHERE s.hold_id = h.hold_id AND s.state = 1 AND s.held_until > p_now) n
    WHERE o.order_id = ANY (v_orders) AND n.ours = cardinality(h.seat_indexes);
    UPDATE hold h SET state = 'active', extended_until = greatest(p_now, coalesce(h.extended_until,
        greatest(h.expires_at, p_now) + make_interval(secs => p_extension_seconds)))
    WHERE h.hold_id = ANY (v_alive);
    UPDATE seat s SET held_until = h.extended_until
    FROM hold h CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
    WHERE h.hold_id = ANY (v_alive) AND s.performance_id = p_sale.performance_id AND s.seat_index = u.seat_index;
    -- Those that ran out while the payment was open are due at this moment, and found by those who end holds.
    UPDATE hold h SET state = 'active', extended_until = p_now
    FROM "order" o
    WHERE o.order_id = ANY (v_orders) AND h.hold_id = ANY (o.hold_ids) AND h.state = 'paying';
    SELECT array_agg(o.order_id) INTO v_lapsed
    FROM "order" o
    WHERE o.order_id = ANY (v_orders) AND EXISTS (
        SELECT FROM hold h WHERE h.hold_id = ANY (o.hold_ids)
            AND (h.hold_id <> ALL (coalesce(v_alive, '{}')) OR h.extended_until <= p_now));
    UPDATE "order" SET state = 'expired' WHERE order_id = ANY (v_lapsed);
    DELETE FROM order_hold WHERE order_id = ANY (v_lapsed);
END $$;
CREATE FUNCTION public.expire_batch(p_performance_id uuid, p_hold_ids uuid[]) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[])
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    sale performance;
    batch_time timestamptz;
    outcomes text[];
    freed uuid[];
    change record;
BEGIN
    sale := lock_performance(p_performance_id);
    IF sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    batch_time := clock_timestamp();
    -- The deadline that holds at this moment stands on the seats; they share it. A hold that lost a seat to another
    -- customer was past it.
    SELECT array_agg(o.outcome), array_agg(o.hold_id) FILTER (WHERE o.due) INTO outcomes, freed
    FROM (
        SELECT h.hold_id, h.state IN ('active', 'paying') AND NOT s.in_time AS due, CASE
            WHEN h.hold_id IS NULL THEN 'not_found'
            WHEN h.state = 'completed' OR (h.state IN ('active', 'paying') AND s.in_time) THEN 'not_due'
            ELSE 'expired' END AS outcome
        FROM unnest(p_hold_ids) WITH ORDINALITY AS w (hold_id, place)
        LEFT JOIN hold h ON h.hold_id = w.hold_id AND h.performance_id = p_performance_id
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM unnest(h.seat_indexes) AS x (seat_index)
                JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = x.seat_index
                WHERE s.hold_id = h.hold_id AND s.state = 1 AND s.held_until > batch_time) AS in_time) s
        ORDER BY w.place) o;
    change := free_seats(sale, batch_time, freed);
    PERFORM lapses_write(sale, batch_time, freed);
    UPDATE hold h SET state = 'expired' WHERE h.hold_id = ANY (freed);
    PERFORM orders_lapse(p_performance_id, freed);
    RETURN QUERY SELECT 0, NULL::text, l.epoch, sale.sequence, change.sequence, batch_time, change.changes
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz,
        NULL::integer[] FROM unnest(outcomes) WITH ORDINALITY AS o (outcome, place);
END $$;
CREATE FUNCTION public.free_seats(sale public.performance, p_now timestamp with time zone, p_hold_ids uuid[], OUT sequence bigint, OUT changes integer[]) RETURNS record
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    kept integer[];
    pool waiting_list_pool;
BEGIN
    sequence := sale.sequence;
    SELECT coalesce(array_agg(f.seat_index * 4 ORDER BY f.seat_index), '{}'),
           array_agg(f.seat_index ORDER BY f.seat_index) FILTER (WHERE f.customer_id <> nobody())
    INTO changes, kept
    FROM (
        SELECT DISTINCT s.seat_index, h.customer_id
        FROM hold h
        CROSS JOIN unnest(h.seat_indexes) AS x (seat_index)
        JOIN seat s ON s.performance_id = sale.performance_id AND s.seat_index = x.seat_index
        WHERE h.hold_id = ANY (p_hold_ids) AND s.hold_id = h.hold_id AND s.state = 1) f;
    IF kept IS NOT NULL AND waiting_list_is_open(sale, p_now) THEN
        pool := waiting_list_keep(sale, p_now, kept);
        UPDATE seat s SET hold_id = pool.hold_id, held_until = pool.held_until
        FROM unnest(kept) AS k (seat_index)
        WHERE s.performance_id = sale.performance_id AND s.seat_index = k.seat_index;
        changes := ARRAY(SELECT c.change FROM unnest(changes) AS c (change)
                         WHERE c.change / 4 <> ALL (kept) ORDER BY c.change);
    END IF;
    IF cardinality(changes) = 0 THEN
        RETURN;
    END IF;
    sequence := append_change(sale.performance_id, p_now, changes);
    UPDATE seat s
    SET state = 0, changed_sequence = free_seats.sequence, hold_id = NULL, held_until = NULL
    FROM unnest(free_seats.changes) AS c (change)
    WHERE s.performance_id = sale.performance_id AND s.seat_index = c.change / 4;
END $$;
CREATE FUNCTION public.hold_batch(p_performance_id uuid, p_hold_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_request_ids text[], p_customers uuid[], p_customer_positions integer[], p_item_seats integer[], p_item_starts integer[], p_seats integer[], p_seat_positions integer[], p_quantities integer[] DEFAULT NULL::integer[], p_now timestamp with time zone DEFAULT NULL::timestamp with time zone) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[], hold_id uuid, seat_indexes integer[], created_at timestamp with time zone, expires_at timestamp with time zone, subtotal_minor bigint, service_fee_minor bigint, currency text, request_id text, seats_owned integer, seats_max integer, on_sale_at timestamp with time zone, retry_after_seconds integer)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    sale performance;
    this_epoch bigint;
    batch_time timestamptz;
    deadline timestamptz;
    sale_refusal text;
    key_states integer[];
    owned integer[];
    cooling timestamptz[];
    is_listed boolean;
    states integer[];
    levels integer[];
    spots tid[];
    prices bigint[];
    fees bigint[];
    item_count integer := cardinality(p_hold_ids);
    outcomes text[] := array_fill(NULL::text, ARRAY[item_count]);
    subtotals bigint[] := array_fill(0::bigint, ARRAY[item_count]);
    service_fees bigint[] := array_fill(0::bigint, ARRAY[item_count]);
    owned_before integer[] := array_fill(0, ARRAY[item_count]);
    takers integer[] := array_fill(0, ARRAY[cardinality(p_seats)]);
    is_any_held boolean := false;
    new_changes integer[] := '{}';
    new_sequence bigint;
    first integer;
    last integer;
    place integer;
    worst integer;
    quantity integer;
    written integer;
BEGIN
    sale := lock_performance(p_performance_id);
    IF sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    batch_time := coalesce(p_now, clock_timestamp());
    deadline := batch_time + make_interval(secs => sale.hold_seconds);
    SELECT l.epoch INTO this_epoch FROM ledger l WHERE l.only_row;
    sale_refusal := sale_refusal_at(sale, batch_time);
    is_listed := sale.waiting_list_offer_seconds IS NOT NULL AND waiting_list_is_open(sale, batch_time);
    IF sale.cool_down_seconds_max > 0 THEN
        SELECT array_agg(c.until) INTO cooling
        FROM (SELECT cooling_until(sale, w.customer_id, batch_time) AS until
              FROM unnest(p_customers) WITH ORDINALITY AS w (customer_id, place) ORDER BY w.place) c;
    END IF;
    -- 0 free, 1 held, 2 sold, 3 blocked, 4 unknown: a hold past its deadline is free, unless others wait for it.
    -- spots: where the rows lie. Under the lock nobody moves them: the update below need not look for them again (+ 0: not
    -- by the index), and would be seen to miss one.
    SELECT array_agg(s.free_state), array_agg(s.price_level), array_agg(s.spot) INTO states, levels, spots
    FROM (
        SELECT CASE WHEN s.state IS NULL THEN 4 WHEN s.state = 1 AND s.held_until <= batch_time AND NOT is_listed THEN 0
                    ELSE s.state::integer END AS free_state,
               s.price_level::integer AS price_level, s.ctid AS spot
        FROM unnest(p_seats) WITH ORDINALITY AS w (seat_index, place)
        LEFT JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = w.seat_index
        ORDER BY w.place) s;
    SELECT array_agg(l.price_minor), array_agg(l.service_fee_minor) INTO prices, fees
    FROM (SELECT l.price_minor, l.service_fee_minor FROM price_level l
          WHERE l.performance_id = p_performance_id ORDER BY l.number) l;
    -- 0 new, 1 replayed, 2 reused.
    SELECT array_agg(k.key_state) INTO key_states
    FROM (
        SELECT CASE
            WHEN h.hold_id IS NULL AND i.customer_id IS NULL THEN 0
            WHEN h.performance_id = p_performance_id AND h.fingerprint = w.fingerprint THEN 1
            ELSE 2 END AS key_state
        FROM unnest(p_customer_ids, p_keys, p_fingerprints) WITH ORDINALITY AS w (customer_id, key, fingerprint, place)
        LEFT JOIN LATERAL (SELECT * FROM hold x
                           WHERE x.customer_id = w.customer_id AND x.idempotency_key = w.key OFFSET 0) h ON true
        LEFT JOIN LATERAL (SELECT * FROM idempotency x
                           WHERE x.customer_id = w.customer_id AND x.key = w.key OFFSET 0) i ON true
        ORDER BY w.place) k;
    SELECT array_agg(o.owned ORDER BY w.place) INTO owned
    FROM unnest(p_customers) WITH ORDINALITY AS w (customer_id, place)
    CROSS JOIN LATERAL seats_owned(p_performance_id, w.customer_id, batch_time) o;
    FOR i IN 1 .. item_count LOOP
        IF key_states[i] = 1 THEN
            outcomes[i] := 'replayed';
            CONTINUE;
        ELSIF key_states[i] = 2 THEN
            outcomes[i] := 'key_reused';
            CONTINUE;
        ELSIF sale_refusal IS NOT NULL THEN
            outcomes[i] := sale_refusal;
            CONTINUE;
        END IF;
        place := p_customer_positions[i];
        IF cooling[place] IS NOT NULL THEN
            outcomes[i] := 'cooling_down';
            CONTINUE;
        END IF;
        first := p_item_starts[i];
        last := p_item_starts[i + 1] - 1;
        quantity := coalesce(p_quantities[i], last - first + 1);
        worst := 0;
        FOR k IN first .. last LOOP
            place := states[p_seat_positions[k]];
            -- Unknown says more than taken, taken more than blocked.
            worst := CASE WHEN place = 4 OR worst = 4 THEN 4 WHEN place IN (1, 2) OR worst = 1 THEN 1
                          WHEN place = 3 OR worst = 3 THEN 3 ELSE 0 END;
        END LOOP;
        IF worst > 0 THEN
            outcomes[i] := CASE worst WHEN 4 THEN 'unknown_seat' WHEN 1 THEN 'seat_taken' ELSE 'seat_blocked' END;
            CONTINUE;
        END IF;
        place := p_customer_positions[i];
        owned_before[i] := owned[place];
        IF owned[place] + quantity > sale.seats_per_customer_max THEN
            outcomes[i] := 'seat_limit_reached';
            CONTINUE;
        END IF;
        IF last < first THEN
            outcomes[i] := 'not_enough_seats';
            CONTINUE;
        END IF;
        owned[place] := owned[place] + last - first + 1;
        FOR k IN first .. last LOOP
            place := p_seat_positions[k];
            states[place] := 1;
            takers[place] := i;
            subtotals[i] := subtotals[i] + prices[levels[place] + 1];
            service_fees[i] := service_fees[i] + fees[levels[place] + 1];
        END LOOP;
        outcomes[i] := 'held';
        is_any_held := true;
    END LOOP;
    new_sequence := sale.sequence;
    IF is_any_held THEN
        SELECT array_agg(t.change) INTO new_changes
        FROM (SELECT p_seats[t.place] * 4 + 1 AS change FROM unnest(takers) WITH ORDINALITY AS t (taker, place)
              WHERE t.taker > 0 ORDER BY t.place) t;
        new_sequence := append_change(p_performance_id, batch_time, new_changes);
        INSERT INTO hold (
            hold_id, performance_id, customer_id, idempotency_key, fingerprint, request_id, seat_indexes,
            created_at, expires_at, subtotal_minor, service_fee_minor, currency)
        SELECT h.hold_id, p_performance_id, h.customer_id, h.key, h.fingerprint, h.request_id,
               p_item_seats[p_item_starts[h.place] : p_item_starts[h.place + 1] - 1],
               batch_time, deadline, h.subtotal, h.service_fee, sale.currency
        FROM unnest(p_hold_ids, p_customer_ids, p_keys, p_fingerprints, p_request_ids, subtotals, service_fees, outcomes)
            WITH ORDINALITY AS h (hold_id, customer_id, key, fingerprint, request_id, subtotal, service_fee, outcome, place)
        WHERE h.outcome = 'held'
        ORDER BY h.customer_id, h.key COLLATE "C";
        UPDATE seat s
        SET state = 1, changed_sequence = new_sequence, hold_id = t.hold_id, held_until = deadline
        FROM (SELECT p_seats[t.place] AS seat_index, spots[t.place] AS spot, p_hold_ids[t.taker] AS hold_id
              FROM unnest(takers) WITH ORDINALITY AS t (taker, place) WHERE t.taker > 0) t
        WHERE s.performance_id = p_performance_id AND s.ctid = t.spot AND s.seat_index + 0 = t.seat_index;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written <> cardinality(new_changes) THEN
            RAISE EXCEPTION 'a batch held % seats but wrote %', cardinality(new_changes), written;
        END IF;
    END IF;
    RETURN QUERY SELECT 0, NULL::text, this_epoch, sale.sequence, new_sequence, batch_time, new_changes, NULL::uuid,
        NULL::integer[], NULL::timestamptz, NULL::timestamptz, NULL::bigint, NULL::bigint, NULL::text, NULL::text,
        NULL::integer, NULL::integer, NULL::timestamptz, NULL::integer;
    -- Seats at fault are judged by the states as the item met them: what a later item took does not count.
    RETURN QUERY
    SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
        CASE o.outcome WHEN 'held' THEN p_hold_ids[o.place] ELSE h.hold_id END,
        CASE WHEN o.outcome IN ('unknown_seat', 'seat_taken', 'seat_blocked') THEN
            ARRAY(SELECT x.seat_index
                FROM unnest(p_item_seats[p_item_starts[o.place] : p_item_starts[o.place + 1] - 1],
                            p_seat_positions[p_item_starts[o.place] : p_item_starts[o.place + 1] - 1])
                    AS x (seat_index, place)
                WHERE CASE o.outcome WHEN 'unknown_seat' THEN states[x.place] = 4
                                     ELSE states[x.place] > 0 AND takers[x.place] <= o.place END)
            ELSE h.seat_indexes END,
        CASE o.outcome WHEN 'held' THEN batch_time ELSE h.created_at END,
        CASE o.outcome WHEN 'held' THEN deadline ELSE h.expires_at END,
        CASE o.outcome WHEN 'held' THEN subtotals[o.place] ELSE h.subtotal_minor END,
        CASE o.outcome WHEN 'held' THEN service_fees[o.place] ELSE h.service_fee_minor END,
        CASE o.outcome WHEN 'held' THEN sale.currency ELSE h.currency END,
        h.request_id,
        CASE o.outcome WHEN 'seat_limit_reached' THEN owned_before[o.place] END,
        CASE o.outcome WHEN 'seat_limit_reached' THEN sale.seats_per_customer_max END,
        CASE o.outcome WHEN 'not_on_sale' THEN sale.on_sale_at END,
        CASE o.outcome WHEN 'cooling_down' THEN
            ceil(extract(epoch FROM cooling[p_customer_positions[o.place]] - batch_time))::integer END
    FROM unnest(outcomes) WITH ORDINALITY AS o (outcome, place)
    LEFT JOIN LATERAL (SELECT * FROM hold x WHERE o.outcome = 'replayed'
        AND x.customer_id = p_customer_ids[o.place] AND x.idempotency_key = p_keys[o.place] OFFSET 0) h ON true
    ORDER BY o.place;
END $$;
CREATE FUNCTION public.hold_choice_look(p_performance_id uuid, p_epoch bigint, p_after_sequence bigint, p_history_batches_max integer, p_customer_ids uuid[], p_keys text[]) RETURNS TABLE(item integer, epoch bigint, sequence bigint, database_time timestamp with time zone, seat_count integer, changes integer[], seats_left integer)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    sale performance;
    this_epoch bigint;
    batch_time timestamptz;
    position_before bigint;
    known_changes integer[];
    is_closed boolean;
BEGIN
    sale := lock_performance(p_performance_id);
    IF sale.performance_id IS NULL THEN
        RETURN;
    END IF;
    batch_time := clock_timestamp();
    SELECT l.epoch INTO this_epoch FROM ledger l WHERE l.only_row;
    -- Seats that never changed stand at 0, and are free.
    position_before := CASE WHEN p_epoch = this_epoch AND p_after_sequence <= sale.sequence THEN p_after_sequence
                            ELSE 0 END;
    IF sale.sequence - position_before <= p_history_batches_max THEN
        SELECT coalesce(array_agg(x.change), '{}') INTO known_changes
        FROM (SELECT DISTINCT ON (x.change / 4) x.change
              FROM seat_change c CROSS JOIN unnest(c.changes) AS x (change)
              WHERE c.performance_id = p_performance_id AND c.sequence > position_before
              ORDER BY x.change / 4, c.sequence DESC) x;
    ELSE
        SELECT coalesce(array_agg(s.seat_index * 4 + s.state), '{}') INTO known_changes
        FROM seat s WHERE s.performance_id = p_performance_id AND s.changed_sequence > position_before;
    END IF;
    RETURN QUERY SELECT 0, this_epoch, sale.sequence, batch_time, sale.seat_count::integer, known_changes, NULL::integer;
    is_closed := sale_refusal_at(sale, batch_time) IS NOT NULL;
    RETURN QUERY
    SELECT w.place::integer, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer, NULL::integer[],
        CASE WHEN is_closed
            OR EXISTS (SELECT FROM hold x WHERE x.customer_id = w.customer_id AND x.idempotency_key = w.key)
            OR EXISTS (SELECT FROM idempotency x WHERE x.customer_id = w.customer_id AND x.key = w.key)
            OR sale.cool_down_seconds_max > 0 AND cooling_until(sale, w.customer_id, batch_time) IS NOT NULL
            THEN NULL
            ELSE sale.seats_per_customer_max - o.owned
        END
    FROM unnest(p_customer_ids, p_keys) WITH ORDINALITY AS w (customer_id, key, place)
    CROSS JOIN LATERAL seats_owned(p_performance_id, w.customer_id, batch_time) o
    ORDER BY w.place;
END $$;
CREATE TABLE public.hold (
    hold_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    fingerprint bytea NOT NULL,
    request_id text NOT NULL,
    seat_indexes integer[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    extended_until timestamp with time zone,
    state public.hold_state DEFAULT 'active'::text NOT NULL,
    subtotal_minor bigint NOT NULL,
    service_fee_minor bigint NOT NULL,
    currency text NOT NULL,
    CONSTRAINT hold_fits CHECK (((cardinality(seat_indexes) > 0) AND (expires_at > created_at) AND (extended_until > created_at) AND (subtotal_minor >= 0) AND (service_fee_minor >= 0)))
)
WITH (fillfactor='50');
CREATE FUNCTION public.holds_with_seats(p_performance_id uuid, p_customer_id uuid, p_after timestamp with time zone) RETURNS SETOF public.hold
    LANGUAGE sql STABLE
    AS $$
    SELECT h.* FROM hold h
    WHERE h.customer_id = p_customer_id AND h.expires_at > p_after AND (h.performance_id = p_performance_id) IS TRUE
    UNION ALL
    SELECT h.*
    FROM (SELECT DISTINCT i.hold_id FROM "order" o CROSS JOIN unnest(o.hold_ids) AS i (hold_id)
          WHERE o.customer_id = p_customer_id AND (o.performance_id = p_performance_id) IS TRUE) i
    CROSS JOIN LATERAL (SELECT * FROM hold x WHERE x.hold_id = i.hold_id AND x.expires_at <= p_after OFFSET 0) h
$$;
CREATE FUNCTION public.inclusive_tax(p_amount_minor bigint, p_basis_points integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT div(2::numeric * p_amount_minor * p_basis_points + 10000 + p_basis_points,
               2::numeric * (10000 + p_basis_points))::bigint
$$;
CREATE FUNCTION public.instrument_batch(p_performance_id uuid, p_order_ids uuid[], p_customer_ids uuid[], p_keys text[], p_instruments bytea[], p_older_instruments bytea[]) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[], seats_owned integer, seats_max integer)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_row record;
    v_owned integer;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    RETURN QUERY SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sale.sequence, clock_timestamp(), '{}'::integer[],
        NULL::integer, NULL::integer FROM ledger l WHERE l.only_row;
    FOR v_row IN
        SELECT i.item::integer AS item, i.order_id, i.key, i.instrument, i.older, n.seat_count,
               o.order_id IS NOT NULL AND NOT EXISTS (
                   SELECT FROM idempotency x WHERE x.customer_id = i.customer_id AND x.key = i.key) AND NOT EXISTS (
                   SELECT FROM hold x WHERE x.customer_id = i.customer_id AND x.idempotency_key = i.key) AS is_begin
        FROM unnest(p_order_ids, p_customer_ids, p_keys, p_instruments, p_older_instruments)
            WITH ORDINALITY AS i (order_id, customer_id, key, instrument, older, item)
        LEFT JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = i.order_id OFFSET 0) o
            ON o.customer_id = i.customer_id AND o.performance_id = p_performance_id AND o.state = 'pending'
        LEFT JOIN LATERAL (SELECT sum(cardinality(x.seat_indexes))::integer AS seat_count
                           FROM hold x WHERE x.hold_id = ANY (o.hold_ids)) n ON true
        ORDER BY i.item
    LOOP
        item := v_row.item;
        outcome := 'passed';
        seats_owned := NULL;
        seats_max := NULL;
        IF v_row.is_begin AND v_sale.seats_per_instrument_max IS NOT NULL THEN
            v_owned := instrument_seats(
                p_performance_id, array_remove(ARRAY[v_row.instrument, v_row.older], NULL), v_row.order_id);
            IF v_owned + v_row.seat_count > v_sale.seats_per_instrument_max THEN
                outcome := 'instrument_limit_reached';
                seats_owned := v_owned;
                seats_max := v_sale.seats_per_instrument_max;
            ELSE
                -- Of two instruments with one key the payment takes one, and which is not known here: both count.
                INSERT INTO instrument_use (order_id, idempotency_key, instrument, performance_id)
                VALUES (v_row.order_id, v_row.key, v_row.instrument, p_performance_id)
                ON CONFLICT DO NOTHING;
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;
CREATE FUNCTION public.instrument_seats(p_performance_id uuid, p_instruments bytea[], p_order_id uuid) RETURNS integer
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
BEGIN
    RETURN (
        SELECT coalesce(sum(CASE o.state
            WHEN 'pending' THEN (SELECT sum(cardinality(h.seat_indexes)) FROM hold h WHERE h.hold_id = ANY (o.hold_ids))
            ELSE (SELECT count(*) FROM ticket t WHERE t.order_id = o.order_id AND t.live) END), 0)::integer
        FROM (
            SELECT DISTINCT u.order_id
            FROM instrument_use u
            CROSS JOIN LATERAL (SELECT x.state FROM "order" x WHERE x.order_id = u.order_id OFFSET 0) w
            LEFT JOIN LATERAL (SELECT x.state FROM payment x
                WHERE x.order_id = u.order_id AND x.idempotency_key = u.idempotency_key OFFSET 0) p ON true
            WHERE u.performance_id = p_performance_id AND u.instrument = ANY (p_instruments)
              AND u.order_id <> p_order_id
              AND CASE WHEN p.state IS NULL THEN w.state = 'pending'
                       ELSE p.state NOT IN ('declined', 'cancelled') END) n
        CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = n.order_id OFFSET 0) o);
END $$;
CREATE FUNCTION public.keep_seat_partitions(months_ahead integer) RETURNS integer
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.lapses_write(p_sale public.performance, p_now timestamp with time zone, p_hold_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
BEGIN
    IF p_sale.cool_down_seconds_max = 0 THEN
        RETURN;
    END IF;
    INSERT INTO hold_lapse AS l (performance_id, customer_id, seat_seconds, cooling_until)
    SELECT p_sale.performance_id, w.customer_id, w.seat_seconds,
           p_now + make_interval(secs => cool_down_seconds(p_sale, w.seat_seconds))
    FROM (SELECT h.customer_id,
                 sum(cardinality(h.seat_indexes)
                     * greatest(0, extract(epoch FROM least(p_now, h.expires_at,
                           h.created_at + make_interval(secs => p_sale.hold_seconds)) - h.created_at)
                         ::double precision)) AS seat_seconds
          FROM hold h
          WHERE h.hold_id = ANY (p_hold_ids) AND h.customer_id <> '00000000-0000-0000-0000-000000000000'
          GROUP BY h.customer_id) w
    ORDER BY w.customer_id
    ON CONFLICT (performance_id, customer_id) DO UPDATE
    SET seat_seconds = l.seat_seconds + EXCLUDED.seat_seconds,
        cooling_until = greatest(l.cooling_until,
            p_now + make_interval(secs => cool_down_seconds(p_sale, l.seat_seconds + EXCLUDED.seat_seconds)));
END $$;
CREATE FUNCTION public.late_money_write(p_sale public.performance, p_now timestamp with time zone, p_payment_ids uuid[], p_references text[], p_transfer_ids uuid[], p_refund_ids uuid[], p_items integer[]) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
BEGIN
    INSERT INTO refund (refund_id, payment_id, order_id, performance_id, amount_minor, currency, reason, created_at)
    SELECT p_refund_ids[w.item], p.payment_id, p.order_id, p.performance_id, p.amount_minor, p.currency,
           'late_payment', p_now
    FROM unnest(p_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
    WHERE p.amount_minor > 0;
    UPDATE payment p SET next_action = NULL, next_check_at = p_now,
        state = CASE WHEN p.amount_minor > 0 THEN 'refunding' ELSE 'cancelled' END,
        settled_at = CASE WHEN p.amount_minor > 0 THEN NULL ELSE p_now END,
        provider_reference = coalesce(p_references[w.item], p.provider_reference)
    FROM unnest(p_items) AS w (item) WHERE p.payment_id = p_payment_ids[w.item];
    WITH lapsed AS (
        UPDATE "order" o SET state = 'expired'
        FROM unnest(p_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
        WHERE o.order_id = p.order_id AND o.state = 'pending' RETURNING o.order_id)
    DELETE FROM order_hold oh USING lapsed WHERE oh.order_id = lapsed.order_id;
    -- A hold that lives on in another order is that order's.
    UPDATE hold h SET state = 'active', extended_until = greatest(h.extended_until, h.expires_at, p_now)
    FROM unnest(p_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
    JOIN "order" o ON o.order_id = p.order_id
    WHERE h.hold_id = ANY (o.hold_ids) AND h.state = 'paying'
        AND NOT EXISTS (SELECT FROM order_hold oh WHERE oh.hold_id = h.hold_id AND oh.order_id <> o.order_id);
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT p_transfer_ids[2 * w.item - 1], account_of('provider_clearing', p.provider, p.currency),
               account_of('refunds', '', p.currency), p.amount_minor, p.currency, p.order_id, p.payment_id,
               'late_payment', p_now
        FROM unnest(p_items) AS w (item) JOIN payment p ON p.payment_id = p_payment_ids[w.item]
        WHERE p.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
END $$;
CREATE FUNCTION public.lock_performance(p_performance_id uuid) RETURNS public.performance
    LANGUAGE plpgsql
    AS $$
DECLARE
    locked performance;
BEGIN
    SELECT * INTO locked FROM performance p WHERE p.performance_id = p_performance_id FOR NO KEY UPDATE;
    RETURN locked;
END $$;
CREATE TABLE public.waiting_room (
    performance_id uuid NOT NULL,
    is_on boolean NOT NULL,
    admissions_per_minute_max integer NOT NULL,
    admission_seconds integer NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    seed_hash bytea NOT NULL,
    entry_count bigint DEFAULT 0 NOT NULL,
    closed_at timestamp with time zone,
    listed_count bigint,
    list_hash bytea,
    listed_at timestamp with time zone,
    seed bytea,
    seed_published_at timestamp with time zone,
    front bigint DEFAULT 0 NOT NULL,
    admitted_count bigint DEFAULT 0 NOT NULL,
    step_sequence bigint DEFAULT 0 NOT NULL,
    stepper bigint,
    stepper_seen_at timestamp with time zone,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT waiting_room_admission_seconds_check CHECK (((admission_seconds >= 30) AND (admission_seconds <= 7200))),
    CONSTRAINT waiting_room_admissions_per_minute_max_check CHECK (((admissions_per_minute_max >= 1) AND (admissions_per_minute_max <= 600000))),
    CONSTRAINT waiting_room_check CHECK (((listed_count >= 0) AND (listed_count <= entry_count))),
    CONSTRAINT waiting_room_entry_count_check CHECK (((entry_count >= 0) AND (entry_count <= 2000000))),
    CONSTRAINT waiting_room_front_is_in_line CHECK ((((front >= 0) AND (front <= entry_count)) AND (admitted_count <= front))),
    CONSTRAINT waiting_room_list_hash_check CHECK ((length(list_hash) = 32)),
    CONSTRAINT waiting_room_list_is_whole CHECK ((((closed_at IS NULL) = (listed_count IS NULL)) AND ((listed_at IS NULL) = (list_hash IS NULL)) AND ((listed_at IS NULL) OR (closed_at IS NOT NULL)))),
    CONSTRAINT waiting_room_moves_after_ranking CHECK (((front = 0) OR (seed IS NOT NULL))),
    CONSTRAINT waiting_room_seed_after_list CHECK ((((seed IS NULL) = (seed_published_at IS NULL)) AND ((seed IS NULL) OR (seed_published_at > listed_at)))),
    CONSTRAINT waiting_room_seed_hash_check CHECK ((length(seed_hash) = 32)),
    CONSTRAINT waiting_room_seed_was_committed CHECK ((sha256(seed) = seed_hash)),
    CONSTRAINT waiting_room_stepper_was_seen CHECK (((stepper IS NULL) = (stepper_seen_at IS NULL)))
)
WITH (fillfactor='20');
CREATE FUNCTION public.lock_waiting_room(p_performance_id uuid) RETURNS public.waiting_room
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    AS $$
DECLARE
    locked waiting_room;
BEGIN
    SELECT * INTO locked FROM waiting_room w WHERE w.performance_id = p_performance_id FOR NO KEY UPDATE;
    RETURN locked;
END $$;
CREATE FUNCTION public.merkle_root(p_leaves bytea[]) RETURNS bytea
    LANGUAGE plpgsql STABLE PARALLEL SAFE
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    AS $$
DECLARE
    v_level bytea[] := p_leaves;
BEGIN
    WHILE cardinality(v_level) > 1 LOOP
        SELECT array_agg(p.hash ORDER BY p.place) INTO v_level
        FROM (SELECT (n.place - 1) / 2 AS place,
                     CASE count(*) WHEN 1 THEN string_agg(n.hash, NULL)
                         ELSE sha256('\x01'::bytea || string_agg(n.hash, NULL ORDER BY n.place)) END AS hash
              FROM unnest(v_level) WITH ORDINALITY AS n (hash, place) GROUP BY (n.place - 1) / 2) p;
    END LOOP;
    RETURN v_level[1];
END $$;
CREATE FUNCTION public.message_consumer_add(p_name text, p_means text, p_kinds text[], p_organizer_id uuid, p_url text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    LOCK TABLE message IN SHARE MODE;
    INSERT INTO message_consumer (name, means, kinds, organizer_id, url)
    VALUES (p_name, p_means, p_kinds, p_organizer_id, p_url);
END $$;
CREATE FUNCTION public.messages_write(p_kind text, p_sale public.performance, p_order_ids uuid[], p_subject_ids uuid[], p_amounts bigint[], p_seat_counts integer[], p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    AS $$
DECLARE
    v_positions bigint[];
    v_orders uuid[];
BEGIN
    WITH told AS (
        INSERT INTO message (kind, organizer_id, performance_id, order_id, subject_id, amount_minor, currency,
            seat_count, created_at)
        SELECT p_kind, p_sale.organizer_id, p_sale.performance_id, t.order_id, t.subject_id, t.amount_minor,
               p_sale.currency, t.seat_count, p_at
        FROM unnest(p_order_ids, p_subject_ids, p_amounts, p_seat_counts)
            AS t (order_id, subject_id, amount_minor, seat_count)
        RETURNING position, order_id)
    SELECT array_agg(t.position), array_agg(t.order_id) INTO v_positions, v_orders FROM told t;
    -- A statement of its own: whoever became a consumer before the first row was written is seen here. A consumer is
    -- added behind a lock that waits for such writers (message_consumer_add), so that it misses none.
    INSERT INTO delivery (consumer, position, order_id, next_attempt_at)
    SELECT c.name, m.position, m.order_id,
           CASE p_kind WHEN 'seats_offered' THEN p_at - interval '1 minute' ELSE p_at END
    FROM unnest(v_positions, v_orders) AS m (position, order_id) CROSS JOIN message_consumer c
    WHERE p_kind = ANY (c.kinds) AND c.retired_at IS NULL
        AND (c.organizer_id IS NULL OR c.organizer_id = p_sale.organizer_id)
        AND (c.means <> 'mail' OR m.order_id IS NOT NULL OR p_kind = 'seats_offered');
END $$;
CREATE FUNCTION public.nobody() RETURNS uuid
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;
CREATE TABLE public.chart_seat (
    chart_id uuid NOT NULL,
    seat_index integer NOT NULL,
    price_level smallint NOT NULL,
    seat_label text NOT NULL,
    CONSTRAINT chart_seat_price_level_check CHECK ((price_level >= 0)),
    CONSTRAINT chart_seat_seat_index_check CHECK ((seat_index >= 0))
);
CREATE TABLE public."order" (
    order_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    subtotal_minor bigint NOT NULL,
    service_fee_minor bigint NOT NULL,
    refunded_minor bigint DEFAULT 0 NOT NULL,
    currency text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    paid_at timestamp with time zone,
    hold_ids uuid[] NOT NULL,
    CONSTRAINT order_check CHECK (((refunded_minor >= 0) AND (refunded_minor <= (subtotal_minor + service_fee_minor)))),
    CONSTRAINT order_hold_ids_check CHECK ((cardinality(hold_ids) > 0)),
    CONSTRAINT order_service_fee_minor_check CHECK ((service_fee_minor >= 0)),
    CONSTRAINT order_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'paid'::text, 'expired'::text, 'cancelled'::text, 'partly_refunded'::text, 'refunded'::text]))),
    CONSTRAINT order_subtotal_minor_check CHECK ((subtotal_minor >= 0))
)
WITH (fillfactor='80');
CREATE TABLE public.payment (
    payment_id uuid NOT NULL,
    order_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    provider text NOT NULL,
    provider_reference text,
    method_type text NOT NULL,
    method_token text NOT NULL,
    decline_code text,
    next_action text,
    frozen_until timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    settled_at timestamp with time zone,
    next_check_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    checks integer DEFAULT 0 NOT NULL,
    process_id uuid DEFAULT (NULLIF(current_setting('box_office.process_id'::text, true), ''::text))::uuid,
    CONSTRAINT payment_amount_minor_check CHECK ((amount_minor >= 0)),
    CONSTRAINT payment_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'unknown'::text, 'requires_action'::text, 'succeeded'::text, 'declined'::text, 'cancelled'::text, 'refunding'::text, 'refunded'::text])))
)
WITH (fillfactor='80');
CREATE TABLE public.ticket (
    ticket_id uuid NOT NULL,
    order_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    seat_index integer NOT NULL,
    code text NOT NULL,
    live boolean DEFAULT true NOT NULL,
    state text DEFAULT 'valid'::text NOT NULL,
    price_minor bigint NOT NULL,
    service_fee_minor bigint NOT NULL,
    currency text NOT NULL,
    issued_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    checked_in_at timestamp with time zone,
    tax_basis_points integer DEFAULT 0 NOT NULL,
    price_tax_minor bigint DEFAULT 0 NOT NULL,
    service_fee_tax_minor bigint DEFAULT 0 NOT NULL,
    refund_id uuid,
    sold_sequence bigint,
    CONSTRAINT ticket_live_states CHECK ((live = (state = ANY (ARRAY['valid'::text, 'checked_in'::text, 'refunding'::text])))),
    CONSTRAINT ticket_price_minor_check CHECK ((price_minor >= 0)),
    CONSTRAINT ticket_price_tax_minor_check CHECK ((price_tax_minor >= 0)),
    CONSTRAINT ticket_refunding_has_refund CHECK (((state <> 'refunding'::text) OR (refund_id IS NOT NULL))),
    CONSTRAINT ticket_service_fee_minor_check CHECK ((service_fee_minor >= 0)),
    CONSTRAINT ticket_service_fee_tax_minor_check CHECK ((service_fee_tax_minor >= 0)),
    CONSTRAINT ticket_sold_sequence_check CHECK ((sold_sequence > 0)),
    CONSTRAINT ticket_state_check CHECK ((state = ANY (ARRAY['valid'::text, 'checked_in'::text, 'refunding'::text, 'refunded'::text, 'void'::text])))
);
CREATE VIEW public.order_reading AS
 SELECT o.order_id,
    o.performance_id,
    o.customer_id,
    o.hold_ids,
    o.state,
    (o.subtotal_minor + o.service_fee_minor) AS total_minor,
    o.refunded_minor,
    o.currency,
    o.created_at,
    p.payment_ids,
    p.payment_states,
    p.payment_amounts,
    p.payment_times,
    p.decline_codes,
    p.next_actions,
    t.ticket_ids,
    t.ticket_seats,
    t.ticket_labels,
    t.ticket_prices,
    t.ticket_states,
    t.ticket_codes
   FROM ((public."order" o
     CROSS JOIN LATERAL ( SELECT array_agg(p_1.payment_id ORDER BY p_1.created_at, p_1.payment_id) AS payment_ids,
            array_agg(p_1.state ORDER BY p_1.created_at, p_1.payment_id) AS payment_states,
            array_agg(p_1.amount_minor ORDER BY p_1.created_at, p_1.payment_id) AS payment_amounts,
            array_agg(p_1.created_at ORDER BY p_1.created_at, p_1.payment_id) AS payment_times,
            array_agg(p_1.decline_code ORDER BY p_1.created_at, p_1.payment_id) AS decline_codes,
            array_agg(p_1.next_action ORDER BY p_1.created_at, p_1.payment_id) AS next_actions
           FROM public.payment p_1
          WHERE (p_1.order_id = o.order_id)) p)
     CROSS JOIN LATERAL ( SELECT array_agg(t_1.ticket_id ORDER BY t_1.seat_index) AS ticket_ids,
            array_agg(t_1.seat_index ORDER BY t_1.seat_index) AS ticket_seats,
            array_agg(c.seat_label ORDER BY t_1.seat_index) AS ticket_labels,
            array_agg((t_1.price_minor + t_1.service_fee_minor) ORDER BY t_1.seat_index) AS ticket_prices,
            array_agg(t_1.state ORDER BY t_1.seat_index) AS ticket_states,
            array_agg(t_1.code ORDER BY t_1.seat_index) AS ticket_codes
           FROM ((public.ticket t_1
             CROSS JOIN LATERAL ( SELECT x.chart_id
                   FROM public.performance x
                  WHERE (x.performance_id = t_1.performance_id)
                 OFFSET 0) f)
             CROSS JOIN LATERAL ( SELECT x.seat_label
                   FROM public.chart_seat x
                  WHERE ((x.chart_id = f.chart_id) AND (x.seat_index = t_1.seat_index))
                 OFFSET 0) c)
          WHERE (t_1.order_id = o.order_id)) t);
CREATE FUNCTION public.order_create_batch(p_performance_id uuid, p_order_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_hold_ids uuid[], p_hold_items integer[]) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[], found_order_id uuid, status smallint, body bytea, reading public.order_reading)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_row record;
    v_outcomes text[] := '{}';
    v_orders uuid[] := '{}';
    v_statuses smallint[] := '{}';
    v_bodies bytea[] := '{}';
    v_made integer[] := '{}';
    v_claimed_holds uuid[] := '{}';
    v_claimed_orders uuid[] := '{}';
    v_outcome text;
    v_order uuid;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_now := clock_timestamp();
    FOR v_row IN
        SELECT i.item, i.order_id, i.fingerprint, k.fingerprint AS stored_fingerprint, k.status, k.body,
               k.key IS NOT NULL AS is_known, hk.hold_id IS NOT NULL AS is_hold_key, s.*
        FROM unnest(p_order_ids, p_customer_ids, p_keys, p_fingerprints)
            WITH ORDINALITY AS i (order_id, customer_id, key, fingerprint, item)
        LEFT JOIN LATERAL (SELECT * FROM idempotency x
                           WHERE x.customer_id = i.customer_id AND x.key = i.key OFFSET 0) k ON true
        LEFT JOIN LATERAL (SELECT x.hold_id FROM hold x
                           WHERE x.customer_id = i.customer_id AND x.idempotency_key = i.key OFFSET 0) hk ON true
        CROSS JOIN LATERAL (
            SELECT array_agg(w.hold_id) AS hold_ids,
                   bool_or(h.hold_id IS NULL OR h.customer_id <> i.customer_id) AS is_missing,
                   coalesce(bool_or(h.performance_id <> p_performance_id), false) AS is_elsewhere,
                   coalesce(bool_or(h.state = 'released'), false) AS is_released,
                   coalesce(bool_or(h.state NOT IN ('active', 'paying') OR n.ours < cardinality(h.seat_indexes)), false)
                       AS is_lapsed,
                   (array_agg(oh.order_id) FILTER (WHERE oh.order_id IS NOT NULL))[1] AS claimed_by
            FROM unnest(p_hold_ids, p_hold_items) AS w (hold_id, hold_item)
            LEFT JOIN LATERAL (SELECT * FROM hold x WHERE x.hold_id = w.hold_id OFFSET 0) h ON true
            LEFT JOIN LATERAL (SELECT x.order_id FROM order_hold x WHERE x.hold_id = w.hold_id OFFSET 0) oh ON true
            LEFT JOIN LATERAL (
                SELECT count(*) AS ours FROM unnest(h.seat_indexes) AS u (seat_index)
                JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = u.seat_index
                WHERE s.hold_id = h.hold_id AND s.state = 1 AND s.held_until > v_now
            ) n ON true
            WHERE w.hold_item = i.item
        ) s
        ORDER BY i.item
    LOOP
        v_order := v_row.order_id;
        IF v_row.is_known THEN
            v_outcome := CASE WHEN v_row.stored_fingerprint <> v_row.fingerprint THEN 'key_reused'
                WHEN v_row.status IS NULL THEN 'in_use' ELSE 'replayed' END;
        ELSIF v_row.is_hold_key THEN v_outcome := 'key_reused';
        ELSIF v_row.is_missing THEN v_outcome := 'not_found';
        ELSIF v_row.is_elsewhere THEN v_outcome := 'other_performance';
        ELSIF v_row.claimed_by IS NOT NULL THEN
            v_outcome := 'order_exists';
            v_order := v_row.claimed_by;
        ELSIF v_claimed_holds && v_row.hold_ids THEN
            v_outcome := 'order_exists';
            SELECT c.order_id INTO v_order FROM unnest(v_claimed_holds, v_claimed_orders) AS c (hold_id, order_id)
            WHERE c.hold_id = ANY (v_row.hold_ids) LIMIT 1;
        ELSIF v_row.is_released THEN v_outcome := 'hold_released';
        ELSIF v_row.is_lapsed THEN v_outcome := 'hold_expired';
        ELSE
            v_outcome := 'created';
            v_made := v_made || v_row.item::integer;
            v_claimed_holds := v_claimed_holds || v_row.hold_ids;
            v_claimed_orders := v_claimed_orders || array_fill(v_order, ARRAY[cardinality(v_row.hold_ids)]);
        END IF;
        v_outcomes := v_outcomes || v_outcome;
        v_orders := v_orders || v_order;
        v_statuses := v_statuses || CASE WHEN v_outcome = 'replayed' THEN v_row.status END;
        v_bodies := v_bodies || CASE WHEN v_outcome = 'replayed' THEN v_row.body END;
    END LOOP;
    IF cardinality(v_made) > 0 THEN
        INSERT INTO "order" (order_id, performance_id, customer_id, idempotency_key, subtotal_minor,
            service_fee_minor, currency, created_at, hold_ids)
        SELECT p_order_ids[m.item], p_performance_id, p_customer_ids[m.item], p_keys[m.item],
               t.subtotal, t.fee, t.currency, v_now, t.hold_ids
        FROM unnest(v_made) AS m (item)
        CROSS JOIN LATERAL (
            SELECT sum(h.subtotal_minor) AS subtotal, sum(h.service_fee_minor) AS fee, min(h.currency) AS currency,
                   array_agg(h.hold_id ORDER BY h.hold_id) AS hold_ids
            FROM unnest(p_hold_ids, p_hold_items) AS w (hold_id, hold_item)
            CROSS JOIN LATERAL (SELECT * FROM hold x WHERE x.hold_id = w.hold_id OFFSET 0) h
            WHERE w.hold_item = m.item) t;
        INSERT INTO order_hold (hold_id, order_id)
        SELECT c.hold_id, c.order_id FROM unnest(v_claimed_holds, v_claimed_orders) AS c (hold_id, order_id);
    END IF;
    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sale.sequence, v_now, '{}'::integer[], NULL::uuid,
           NULL::smallint, NULL::bytea, NULL::order_reading
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT r.item::integer, r.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
           r.order_id, r.status, r.body, o
    FROM unnest(v_outcomes, v_orders, v_statuses, v_bodies) WITH ORDINALITY AS r (outcome, order_id, status, body, item)
    LEFT JOIN order_reading o ON r.outcome = 'created' AND o.order_id = r.order_id
    ORDER BY r.item;
END $$;
CREATE FUNCTION public.orders_lapse(p_performance_id uuid, p_hold_ids uuid[]) RETURNS integer
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    v_cancelled uuid[];
    v_expired uuid[];
BEGIN
    SELECT coalesce(array_agg(e.order_id) FILTER (WHERE e.is_released), '{}'),
           coalesce(array_agg(e.order_id) FILTER (WHERE NOT e.is_released), '{}')
    INTO v_cancelled, v_expired
    FROM (
        SELECT c.order_id, bool_or(h.state = 'released') AS is_released
        FROM (SELECT DISTINCT oh.order_id FROM order_hold oh WHERE oh.hold_id = ANY (p_hold_ids)) c
        CROSS JOIN LATERAL (SELECT x.hold_ids FROM "order" x WHERE x.order_id = c.order_id
                            AND x.performance_id = p_performance_id AND x.state = 'pending' OFFSET 0) o
        CROSS JOIN LATERAL (SELECT x.state FROM hold x WHERE x.hold_id = ANY (o.hold_ids)
                            AND x.state IN ('expired', 'released') OFFSET 0) h
        WHERE NOT EXISTS (SELECT FROM payment p WHERE p.order_id = c.order_id
                          AND p.state IN ('pending', 'unknown', 'requires_action', 'refunding') OFFSET 0)
        GROUP BY c.order_id) e;
    UPDATE "order" SET state = 'cancelled' WHERE order_id = ANY (v_cancelled);
    UPDATE "order" SET state = 'expired' WHERE order_id = ANY (v_expired);
    DELETE FROM order_hold WHERE order_id = ANY (v_cancelled || v_expired);
    RETURN cardinality(v_cancelled) + cardinality(v_expired);
END $$;
CREATE FUNCTION public.orders_lapse_batch(p_performance_id uuid, p_hold_ids uuid[]) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[])
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    v_sale performance;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    PERFORM orders_lapse(p_performance_id, p_hold_ids);
    RETURN QUERY SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sale.sequence, clock_timestamp(), '{}'::integer[]
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT w.place::integer, 'lapsed'::text, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz,
        NULL::integer[] FROM unnest(p_hold_ids) WITH ORDINALITY AS w (hold_id, place);
END $$;
CREATE FUNCTION public.payment_begin_batch(p_performance_id uuid, p_payment_ids uuid[], p_order_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_method_types text[], p_method_tokens text[], p_provider text, p_lease_seconds integer) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[], status smallint, body bytea, payment_id uuid, amount_minor bigint, currency text, provider text, method_token text, seat_count integer, age_seconds bigint)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_lease timestamptz;
    v_row record;
    v_outcome text;
    v_outcomes text[] := '{}';
    v_payments uuid[] := '{}';
    v_new integer[] := '{}';
    v_resumed integer[] := '{}';
    v_begun integer[] := '{}';
    v_begun_orders uuid[] := '{}';
    v_frozen timestamptz[] := '{}';
    v_holds uuid[];
    v_hold_deadlines timestamptz[];
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_now := clock_timestamp();
    v_lease := v_now + make_interval(secs => p_lease_seconds);
    FOR v_row IN
        SELECT i.item, i.payment_id, i.order_id, i.fingerprint, i.method_token,
               k.key IS NOT NULL AS is_known, k.fingerprint AS stored_fingerprint, k.status, k.lease_until,
               hk.hold_id IS NOT NULL AS is_hold_key, o.state AS order_state,
               o.subtotal_minor + o.service_fee_minor AS total_minor,
               m.own_payment_id, m.is_open, s.*
        FROM unnest(p_payment_ids, p_order_ids, p_customer_ids, p_keys, p_fingerprints, p_method_tokens)
            WITH ORDINALITY AS i (payment_id, order_id, customer_id, key, fingerprint, method_token, item)
        LEFT JOIN LATERAL (SELECT * FROM idempotency x
                           WHERE x.customer_id = i.customer_id AND x.key = i.key OFFSET 0) k ON true
        LEFT JOIN LATERAL (SELECT x.hold_id FROM hold x
                           WHERE x.customer_id = i.customer_id AND x.idempotency_key = i.key OFFSET 0) hk ON true
        LEFT JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = i.order_id OFFSET 0) o
            ON o.customer_id = i.customer_id AND o.performance_id = p_performance_id
        LEFT JOIN LATERAL (
            SELECT max(x.payment_id::text) FILTER (WHERE x.customer_id = i.customer_id AND x.idempotency_key = i.key)
                       ::uuid AS own_payment_id,
                   bool_or(x.state IN ('pending', 'unknown', 'requires_action')) AS is_open
            FROM payment x WHERE x.order_id = o.order_id) m ON true
        CROSS JOIN LATERAL (
            SELECT bool_or(h.state = 'released') AS is_released,
                   bool_or(h.state NOT IN ('active', 'paying') OR n.ours < cardinality(h.seat_indexes)) AS is_lapsed,
                   -- From the first deadline on, paying adds payment_seconds and no more, however often it is tried.
                   min(least(v_now, h.expires_at) + make_interval(secs => v_sale.payment_seconds)) AS frozen_until
            FROM unnest(o.hold_ids) AS w (hold_id)
            CROSS JOIN LATERAL (SELECT * FROM hold x WHERE x.hold_id = w.hold_id OFFSET 0) h
            CROSS JOIN LATERAL (
                SELECT count(*) AS ours FROM unnest(h.seat_indexes) AS u (seat_index)
                JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = u.seat_index
                WHERE s.hold_id = h.hold_id AND s.state = 1 AND s.held_until > v_now
            ) n
        ) s
        ORDER BY i.item
    LOOP
        v_payments := v_payments || coalesce(v_row.own_payment_id, v_row.payment_id);
        IF v_row.is_known THEN
            v_outcome := CASE WHEN v_row.stored_fingerprint <> v_row.fingerprint THEN 'key_reused'
                WHEN v_row.status IS NOT NULL THEN 'replayed'
                WHEN v_row.lease_until > v_now OR v_row.own_payment_id IS NULL THEN 'in_use'
                ELSE 'resumed' END;
            IF v_outcome = 'resumed' THEN v_resumed := v_resumed || v_row.item::integer; END IF;
        ELSIF v_row.is_hold_key THEN v_outcome := 'key_reused';
        ELSE
            v_new := v_new || v_row.item::integer;
            v_outcome := CASE WHEN v_row.order_state IS NULL THEN 'not_found'
                WHEN v_row.order_state = 'expired' THEN 'hold_expired'
                WHEN v_row.order_state = 'cancelled' THEN 'hold_released'
                WHEN v_row.order_state <> 'pending' THEN 'order_not_payable'
                WHEN v_row.is_open OR v_row.order_id = ANY (v_begun_orders)
                    THEN 'payment_in_progress'
                WHEN v_sale.sale_state = 'cancelled' THEN 'sale_ended'
                WHEN v_row.is_released THEN 'hold_released'
                WHEN v_row.is_lapsed THEN 'hold_expired'
                WHEN v_row.total_minor > 0 AND v_row.method_token IS NULL THEN 'method_missing'
                ELSE 'begun' END;
            IF v_outcome = 'begun' THEN
                v_begun := v_begun || v_row.item::integer;
                v_begun_orders := v_begun_orders || v_row.order_id;
                v_frozen := v_frozen || v_row.frozen_until;
            END IF;
        END IF;
        v_outcomes := v_outcomes || v_outcome;
    END LOOP;
    INSERT INTO idempotency (customer_id, key, fingerprint, lease_until)
    SELECT p_customer_ids[n.item], p_keys[n.item], p_fingerprints[n.item], v_lease
    FROM unnest(v_new) AS n (item) ORDER BY 1, p_keys[n.item] COLLATE "C";
    IF cardinality(v_begun) > 0 THEN
        SELECT array_agg(w.hold_id), array_agg(b.frozen_until) INTO v_holds, v_hold_deadlines
        FROM unnest(v_begun_orders, v_frozen) AS b (order_id, frozen_until)
        CROSS JOIN LATERAL (SELECT x.hold_ids FROM "order" x WHERE x.order_id = b.order_id OFFSET 0) o
        CROSS JOIN LATERAL unnest(o.hold_ids) AS w (hold_id);
        -- A freeze never shortens what the hold promised.
        UPDATE seat s SET held_until = b.frozen_until
        FROM unnest(v_holds, v_hold_deadlines) AS b (hold_id, frozen_until)
        CROSS JOIN LATERAL (SELECT x.seat_indexes FROM hold x WHERE x.hold_id = b.hold_id OFFSET 0) h
        CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
        WHERE s.performance_id = p_performance_id AND s.seat_index = u.seat_index AND s.held_until < b.frozen_until;
        UPDATE hold SET state = 'paying' WHERE hold_id = ANY (v_holds);
        INSERT INTO payment (payment_id, order_id, performance_id, customer_id, idempotency_key, amount_minor, currency,
            provider, method_type, method_token, frozen_until, created_at, next_check_at)
        SELECT p_payment_ids[b.item], o.order_id, p_performance_id, o.customer_id, p_keys[b.item],
               o.subtotal_minor + o.service_fee_minor, o.currency,
               CASE WHEN o.subtotal_minor + o.service_fee_minor = 0 THEN 'none' ELSE p_provider END,
               coalesce(p_method_types[b.item], 'none'), coalesce(p_method_tokens[b.item], 'none'), b.frozen_until,
               v_now, v_lease
        FROM unnest(v_begun, v_begun_orders, v_frozen) AS b (item, order_id, frozen_until)
        CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = b.order_id OFFSET 0) o;
    END IF;
    UPDATE idempotency k SET lease_until = v_lease
    FROM unnest(v_resumed) AS r (item)
    WHERE k.customer_id = p_customer_ids[r.item] AND k.key = p_keys[r.item];
    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sale.sequence, v_now, '{}'::integer[], NULL::smallint,
           NULL::bytea, NULL::uuid, NULL::bigint, NULL::text, NULL::text, NULL::text, NULL::integer, NULL::bigint
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT r.item::integer, r.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
           CASE WHEN r.outcome = 'replayed' THEN k.status END,
           CASE WHEN r.outcome = 'replayed' THEN k.body END, r.payment_id, p.amount_minor, p.currency, p.provider,
           p.method_token, n.seat_count::integer, floor(extract(epoch FROM v_now - p.created_at))::bigint
    FROM unnest(v_outcomes, v_payments) WITH ORDINALITY AS r (outcome, payment_id, item)
    LEFT JOIN LATERAL (SELECT x.status, x.body FROM idempotency x WHERE r.outcome = 'replayed'
                       AND x.customer_id = p_customer_ids[r.item] AND x.key = p_keys[r.item] OFFSET 0) k ON true
    LEFT JOIN LATERAL (SELECT * FROM payment x WHERE r.outcome IN ('begun', 'resumed')
                       AND x.payment_id = r.payment_id OFFSET 0) p ON true
    LEFT JOIN LATERAL (SELECT x.hold_ids FROM "order" x WHERE x.order_id = p.order_id OFFSET 0) o ON true
    LEFT JOIN LATERAL (SELECT sum(cardinality(x.seat_indexes)) AS seat_count
                       FROM hold x WHERE x.hold_id = ANY (o.hold_ids)) n ON true
    ORDER BY r.item;
END $$;
CREATE FUNCTION public.payment_process_beat(p_process_id uuid, p_silence_milliseconds integer) RETURNS integer
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_silence interval := make_interval(secs => p_silence_milliseconds / 1000.0);
    v_since timestamptz;
    v_silent uuid[];
    v_row record;
    v_count integer := 0;
BEGIN
    INSERT INTO payment_process AS p (process_id, since, seen_at) VALUES (p_process_id, v_now, v_now)
    ON CONFLICT (process_id) DO UPDATE
    SET since = CASE WHEN p.seen_at < v_now - v_silence / 2 THEN v_now ELSE p.since END, seen_at = v_now
    RETURNING since INTO v_since;
    -- After an outage everybody looks silent: only who has been seen all the time itself may judge.
    IF v_since > v_now - v_silence THEN RETURN 0; END IF;
    WITH silent AS (
        SELECT process_id FROM payment_process WHERE seen_at < v_now - v_silence FOR UPDATE SKIP LOCKED),
    forgotten AS (
        DELETE FROM payment_process p USING silent s WHERE p.process_id = s.process_id RETURNING p.process_id)
    SELECT array_agg(process_id) INTO v_silent FROM forgotten;
    IF v_silent IS NULL THEN RETURN 0; END IF;
    FOR v_row IN
        SELECT payment_id, customer_id, idempotency_key FROM payment
        WHERE state = 'pending' AND process_id = ANY (v_silent) FOR UPDATE SKIP LOCKED
    LOOP
        -- The customer who asks again comes first, and reconciliation a second later.
        UPDATE payment SET next_check_at = least(next_check_at, v_now + interval '1 second')
        WHERE payment_id = v_row.payment_id;
        UPDATE idempotency SET lease_until = v_now
        WHERE (customer_id, key) = (
            SELECT customer_id, key FROM idempotency
            WHERE customer_id = v_row.customer_id AND key = v_row.idempotency_key AND status IS NULL
            FOR UPDATE SKIP LOCKED);
        v_count := v_count + 1;
    END LOOP;
    -- Nobody waits for a refund with its key in hand: its next maker comes at once.
    FOR v_row IN
        SELECT refund_id FROM refund
        WHERE state = 'pending' AND process_id = ANY (v_silent) FOR UPDATE SKIP LOCKED
    LOOP
        UPDATE refund SET next_check_at = least(next_check_at, v_now), process_id = NULL
        WHERE refund_id = v_row.refund_id;
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;
CREATE FUNCTION public.payment_settle_batch(p_performance_id uuid, p_payment_ids uuid[], p_observations text[], p_references text[], p_decline_codes text[], p_next_actions text[], p_transfer_ids uuid[], p_refund_ids uuid[], p_ticket_ids uuid[], p_ticket_codes text[], p_ticket_starts integer[], p_extension_seconds integer) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[], payment_state text, idempotency_key text, needs_answer boolean, status smallint, body bytea, refund_id uuid, reading public.order_reading)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_row record;
    v_items integer := cardinality(p_payment_ids);
    v_outcomes text[] := array_fill('not_found'::text, ARRAY[v_items]);
    v_sold integer[] := '{}';
    v_sold_orders uuid[] := '{}';
    v_taken integer[] := '{}';
    v_late_customers uuid[] := '{}';
    v_late integer[] := '{}';
    v_ended integer[] := '{}';
    v_waiting integer[] := '{}';
    v_is_free boolean;
    v_owned integer;
    v_changes integer[] := '{}';
    v_sequence bigint;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_now := clock_timestamp();
    v_sequence := v_sale.sequence;
    FOR v_row IN
        SELECT i.item::integer, i.observation, p.state, o.order_id, o.customer_id, o.state AS order_state,
               EXISTS (SELECT FROM unnest(o.hold_ids) AS w (hold_id)
                       CROSS JOIN LATERAL (SELECT x.order_id FROM order_hold x WHERE x.hold_id = w.hold_id OFFSET 0) oh
                       WHERE oh.order_id <> o.order_id) AS has_hold_elsewhere, s.*
        FROM unnest(p_payment_ids, p_observations) WITH ORDINALITY AS i (payment_id, observation, item)
        JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = i.payment_id OFFSET 0) p
            ON p.performance_id = p_performance_id
        CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = p.order_id OFFSET 0) o
        CROSS JOIN LATERAL (
            SELECT count(*) AS seat_count, array_agg(u.seat_index) AS seat_indexes,
                   count(*) FILTER (WHERE s.state = 1 AND s.hold_id = h.hold_id AND s.held_until > v_now) AS in_time,
                   count(*) FILTER (WHERE s.state = 0 OR s.state = 1
                                    AND (s.hold_id = h.hold_id OR s.held_until <= v_now)) AS free
            FROM unnest(o.hold_ids) AS w (hold_id)
            CROSS JOIN LATERAL (SELECT x.* FROM hold x WHERE x.hold_id = w.hold_id OFFSET 0) h
            CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
            CROSS JOIN LATERAL (SELECT * FROM seat x WHERE x.performance_id = p_performance_id
                                AND x.seat_index = u.seat_index OFFSET 0) s
        ) s
        ORDER BY i.item
    LOOP
        IF v_row.state IN ('succeeded', 'refunding', 'refunded')
            OR (v_row.state IN ('declined', 'cancelled') AND v_row.observation <> 'succeeded')
            OR (v_row.state = v_row.observation)
        THEN
            v_outcomes[v_row.item] := 'settled';
        ELSIF v_row.observation IN ('requires_action', 'unknown') THEN
            v_outcomes[v_row.item] := 'waiting';
            v_waiting := v_waiting || v_row.item;
        ELSIF v_row.observation IN ('declined', 'cancelled') THEN
            v_outcomes[v_row.item] := v_row.observation;
            v_ended := v_ended || v_row.item;
        ELSE
            -- A hold that was let go by its order and lives on may stand in another one, which it stays in.
            v_is_free := v_sale.sale_state <> 'cancelled' AND v_row.order_state IN ('pending', 'expired')
                AND NOT v_row.has_hold_elsewhere AND v_row.free = v_row.seat_count
                AND NOT v_taken && v_row.seat_indexes;
            IF v_is_free AND v_row.in_time < v_row.seat_count THEN
                -- Seats that had been let go count against the limit again.
                SELECT count(*) + (SELECT count(*) FROM unnest(v_late_customers) AS l (id)
                                   WHERE l.id = v_row.customer_id)
                INTO v_owned
                FROM hold h
                CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
                JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = u.seat_index
                WHERE h.customer_id = v_row.customer_id AND h.performance_id = p_performance_id
                    AND s.hold_id = h.hold_id AND NOT s.seat_index = ANY (v_row.seat_indexes)
                    AND (s.state = 2 OR s.state = 1 AND s.held_until > v_now);
                v_is_free := v_owned + v_row.seat_count <= v_sale.seats_per_customer_max;
                IF v_is_free THEN
                    v_late_customers := v_late_customers
                        || array_fill(v_row.customer_id, ARRAY[v_row.seat_count::integer]);
                END IF;
            END IF;
            IF v_is_free THEN
                v_outcomes[v_row.item] := 'sold';
                v_sold := v_sold || v_row.item;
                v_sold_orders := v_sold_orders || v_row.order_id;
                v_taken := v_taken || v_row.seat_indexes;
            ELSE
                v_outcomes[v_row.item] := 'refund_due';
                v_late := v_late || v_row.item;
            END IF;
        END IF;
    END LOOP;
    IF cardinality(v_sold) > 0 THEN
        SELECT array_agg(t.seat_index * 4 + 2 ORDER BY t.seat_index) INTO v_changes
        FROM unnest(v_taken) AS t (seat_index);
        v_sequence := tickets_issue(v_sale, v_now, v_changes, p_ticket_ids, p_ticket_codes, p_ticket_starts, v_sold,
            v_sold_orders);
        PERFORM sales_write(v_sale, v_now, v_sequence, p_payment_ids, p_references, p_transfer_ids, p_ticket_starts,
            v_sold, v_sold_orders);
    END IF;
    IF cardinality(v_ended) > 0 THEN
        PERFORM ended_payments_write(v_sale, v_now, p_payment_ids, p_observations, p_references, p_decline_codes,
            v_ended, p_extension_seconds);
    END IF;
    IF cardinality(v_late) > 0 THEN
        PERFORM late_money_write(v_sale, v_now, p_payment_ids, p_references, p_transfer_ids, p_refund_ids, v_late);
        PERFORM provider_fees_write(v_now, ARRAY(SELECT p_payment_ids[w.item] FROM unnest(v_late) AS w (item)));
    END IF;
    -- Who waits is asked for soon; the pauses grow as it goes on.
    UPDATE payment p SET state = p_observations[w.item], next_action = p_next_actions[w.item],
        next_check_at = v_now + interval '2 seconds', checks = 1,
        provider_reference = coalesce(p_references[w.item], p.provider_reference)
    FROM unnest(v_waiting) AS w (item)
    WHERE p.payment_id = p_payment_ids[w.item];
    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sequence, v_now, v_changes, NULL::text, NULL::text,
           NULL::boolean, NULL::smallint, NULL::bytea, NULL::uuid, NULL::order_reading
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT i.item::integer, v_outcomes[i.item], NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz,
           NULL::integer[], p.state, p.idempotency_key, k.key IS NOT NULL AND k.status IS NULL, k.status, k.body,
           r.refund_id, o.reading
    FROM unnest(p_payment_ids) WITH ORDINALITY AS i (payment_id, item)
    LEFT JOIN LATERAL (SELECT * FROM payment x WHERE v_outcomes[i.item] <> 'not_found'
                       AND x.payment_id = i.payment_id OFFSET 0) p ON true
    LEFT JOIN LATERAL (SELECT x AS reading FROM order_reading x WHERE x.order_id = p.order_id OFFSET 0) o
        ON true
    LEFT JOIN LATERAL (SELECT * FROM idempotency x WHERE x.customer_id = p.customer_id
                       AND x.key = p.idempotency_key OFFSET 0) k ON true
    LEFT JOIN LATERAL (SELECT x.refund_id FROM refund x WHERE x.payment_id = p.payment_id
                       AND x.state = 'pending' AND x.reason = 'late_payment' LIMIT 1) r ON true
    ORDER BY i.item;
END $$;
CREATE FUNCTION public.payout_write(p_payout_id uuid, p_organizer_id uuid, p_amount_minor bigint, p_currency text, p_reference text, OUT outcome text, OUT payout_id uuid, OUT payable_minor bigint) RETURNS record
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    AS $$
DECLARE
    v_payable uuid := account_of('organizer_payable', p_organizer_id::text, p_currency);
    v_known payout;
    v_transfer uuid;
    v_now timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('payout ' || v_payable, 0));
    v_now := clock_timestamp();
    payable_minor := account_credit_balance(v_payable, 'infinity');
    SELECT * INTO v_known FROM payout x WHERE x.organizer_id = p_organizer_id AND x.reference = p_reference;
    IF v_known.payout_id IS NOT NULL THEN
        payout_id := v_known.payout_id;
        outcome := CASE WHEN v_known.amount_minor = p_amount_minor AND v_known.currency = p_currency
            THEN 'repeated' ELSE 'reference_used' END;
        RETURN;
    ELSIF p_amount_minor > payable_minor THEN
        outcome := 'more_than_payable';
        RETURN;
    END IF;
    v_transfer := uuid_at(v_now);
    INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, kind, created_at)
    VALUES (v_transfer, v_payable, account_of('payouts', p_organizer_id::text, p_currency), p_amount_minor, p_currency,
            'payout', v_now);
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) VALUES (v_transfer, 'posted', v_now);
    INSERT INTO payout (payout_id, organizer_id, transfer_id, amount_minor, currency, reference, created_at)
    VALUES (p_payout_id, p_organizer_id, v_transfer, p_amount_minor, p_currency, p_reference, v_now);
    payout_id := p_payout_id;
    payable_minor := payable_minor - p_amount_minor;
    outcome := 'paid_out';
END $$;
CREATE FUNCTION public.provider_fees_write(p_now timestamp with time zone, p_payment_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM provider_fee_rule) THEN RETURN; END IF;
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT uuid_at(p_now), account_of('provider_fees', p.provider, p.currency),
               account_of('provider_clearing', p.provider, p.currency), f.fee_minor, p.currency, p.order_id,
               p.payment_id, 'provider_fee', p_now
        FROM unnest(p_payment_ids) AS w (payment_id)
        CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = w.payment_id OFFSET 0) p
        JOIN provider_fee_rule r ON r.provider = p.provider AND r.currency = p.currency
        CROSS JOIN LATERAL (
            SELECT least(p.amount_minor, r.fixed_minor
                + div(2::numeric * p.amount_minor * r.basis_points + 10000, 20000)::bigint) AS fee_minor) f
        WHERE f.fee_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
END $$;
CREATE FUNCTION public.refund_begin_batch(p_performance_id uuid, p_refund_ids uuid[], p_order_ids uuid[], p_asker_ids uuid[], p_askers text[], p_keys text[], p_fingerprints bytea[], p_notes text[], p_tickets uuid[], p_ticket_items integer[]) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[], status smallint, body bytea, refund_id uuid, amount_minor bigint, currency text, tickets uuid[], reason text, created_at timestamp with time zone)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_row record;
    v_is_cancelled boolean;
    v_outcome text;
    v_outcomes text[] := '{}';
    v_statuses smallint[] := '{}';
    v_bodies bytea[] := '{}';
    v_refunds uuid[] := '{}';
    v_orders uuid[] := '{}';
    v_reasons text[] := '{}';
    v_notes text[] := '{}';
    v_askers uuid[] := '{}';
    v_valid uuid[];
    v_taken uuid[] := '{}';
    v_taken_by integer[] := '{}';
    v_faults uuid[] := '{}';
    v_fault_items integer[] := '{}';
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_now := clock_timestamp();
    v_is_cancelled := v_sale.sale_state = 'cancelled';
    -- A gate that lets somebody in at this moment locks the ticket alone: whoever comes second sees what the first did.
    PERFORM FROM ticket t JOIN unnest(p_order_ids) AS w (order_id) ON w.order_id = t.order_id
    ORDER BY t.ticket_id FOR NO KEY UPDATE OF t;
    FOR v_row IN
        SELECT i.*, k.key IS NOT NULL AS is_known, k.fingerprint AS stored_fingerprint, k.status, k.body,
               hk.hold_id IS NOT NULL AS is_hold_key, o.state AS order_state, t.*,
               CASE i.asker WHEN 'customer' THEN o.customer_id = i.asker_id
                            WHEN 'organizer' THEN v_sale.organizer_id = i.asker_id
                            ELSE i.asker = 'operator' END AS may_see
        FROM unnest(p_refund_ids, p_order_ids, p_asker_ids, p_askers, p_keys, p_fingerprints, p_notes)
            WITH ORDINALITY AS i (refund_id, order_id, asker_id, asker, key, fingerprint, note, item)
        LEFT JOIN LATERAL (SELECT * FROM idempotency x
                           WHERE x.customer_id = i.asker_id AND x.key = i.key OFFSET 0) k ON true
        LEFT JOIN LATERAL (SELECT x.hold_id FROM hold x
                           WHERE x.customer_id = i.asker_id AND x.idempotency_key = i.key OFFSET 0) hk ON true
        LEFT JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = i.order_id OFFSET 0) o
            ON o.performance_id = p_performance_id
        CROSS JOIN LATERAL (
            SELECT array_agg(w.ticket_id) AS named FROM unnest(p_tickets, p_ticket_items) AS w (ticket_id, ticket_item)
            WHERE w.ticket_item = i.item) n
        CROSS JOIN LATERAL (
            SELECT count(*) AS sold,
                   cardinality(n.named) IS DISTINCT FROM (count(*) FILTER (WHERE x.ticket_id = ANY (n.named)))::integer
                       AND n.named IS NOT NULL AS has_unknown,
                   coalesce(array_agg(x.ticket_id ORDER BY x.seat_index) FILTER (WHERE x.is_asked
                       AND x.state = 'valid'), '{}') AS valid,
                   coalesce(array_agg(x.ticket_id) FILTER (WHERE x.is_asked AND x.state = 'checked_in'), '{}')
                       AS checked_in,
                   coalesce(array_agg(x.ticket_id) FILTER (WHERE x.is_asked AND x.state IN ('refunding', 'refunded')),
                       '{}') AS gone,
                   coalesce(array_agg(x.ticket_id) FILTER (WHERE x.is_asked AND x.state = 'void'), '{}') AS void,
                   n.named IS NULL AS asks_for_all
            FROM (SELECT y.*, n.named IS NULL OR y.ticket_id = ANY (n.named) AS is_asked
                  FROM ticket y WHERE y.order_id = o.order_id) x
        ) t
        ORDER BY i.item
    LOOP
        -- Who asks for all asks for what the items before left.
        v_valid := ARRAY(SELECT x.id FROM unnest(v_row.valid) AS x (id)
                         WHERE NOT v_row.asks_for_all OR x.id <> ALL (v_taken));
        IF v_row.is_known THEN
            v_outcome := CASE WHEN v_row.stored_fingerprint <> v_row.fingerprint THEN 'key_reused'
                WHEN v_row.status IS NULL THEN 'in_use' ELSE 'replayed' END;
        ELSIF v_row.is_hold_key THEN v_outcome := 'key_reused';
        ELSIF v_row.may_see IS NOT TRUE OR v_row.order_state IS NULL THEN v_outcome := 'not_found';
        ELSIF v_row.has_unknown THEN v_outcome := 'unknown_ticket';
        ELSIF v_row.sold = 0 THEN
            v_outcome := CASE v_row.order_state WHEN 'refunded' THEN 'already_refunded' ELSE 'not_refundable' END;
        ELSIF cardinality(v_row.checked_in) > 0 THEN
            v_outcome := 'already_checked_in';
            v_faults := v_faults || v_row.checked_in;
        ELSIF cardinality(v_row.void) > 0 AND NOT v_row.asks_for_all THEN
            v_outcome := 'ticket_not_valid';
            v_faults := v_faults || v_row.void;
        ELSIF cardinality(v_row.gone) > 0 AND NOT v_row.asks_for_all OR cardinality(v_valid) = 0
            OR v_valid && v_taken
        THEN
            v_outcome := 'already_refunded';
            v_faults := v_faults || v_row.gone || ARRAY(
                SELECT x.id FROM unnest(v_row.valid) AS x (id) WHERE x.id = ANY (v_taken));
        ELSIF v_row.asker = 'customer' AND NOT v_is_cancelled AND (v_sale.refund_until_seconds IS NULL
            OR v_now > v_sale.starts_at - make_interval(secs => v_sale.refund_until_seconds))
        THEN v_outcome := 'not_offered';
        ELSE
            v_outcome := 'begun';
            v_refunds := v_refunds || v_row.refund_id;
            v_orders := v_orders || v_row.order_id;
            v_reasons := v_reasons || CASE WHEN v_is_cancelled THEN 'performance_cancelled' ELSE v_row.asker END;
            v_notes := v_notes || v_row.note;
            v_askers := v_askers || v_row.asker_id;
            v_taken := v_taken || v_valid;
            v_taken_by := v_taken_by || array_fill(cardinality(v_refunds), ARRAY[cardinality(v_valid)]);
        END IF;
        v_fault_items := v_fault_items
            || array_fill(v_row.item::integer, ARRAY[cardinality(v_faults) - cardinality(v_fault_items)]);
        v_outcomes := v_outcomes || v_outcome;
        v_statuses := v_statuses || CASE WHEN v_outcome = 'replayed' THEN v_row.status END;
        v_bodies := v_bodies || CASE WHEN v_outcome = 'replayed' THEN v_row.body END;
    END LOOP;
    IF cardinality(v_refunds) > 0 THEN
        PERFORM refunds_write(v_sale, v_now, v_refunds, v_orders, v_reasons, v_notes, v_askers,
            array_fill(v_is_cancelled OR NOT v_sale.refund_keeps_fee, ARRAY[cardinality(v_refunds)]), v_taken,
            v_taken_by);
    END IF;
    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sale.sequence, v_now, '{}'::integer[], NULL::smallint,
           NULL::bytea, NULL::uuid, NULL::bigint, NULL::text, NULL::uuid[], NULL::text, NULL::timestamptz
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
           o.status, o.body, r.refund_id, r.amount_minor, r.currency,
           CASE WHEN o.outcome = 'begun' THEN ARRAY(
               SELECT t.ticket_id FROM ticket t WHERE t.order_id = r.order_id AND t.refund_id = r.refund_id
               ORDER BY t.seat_index)
           ELSE ARRAY(SELECT f.ticket_id FROM unnest(v_faults, v_fault_items) AS f (ticket_id, item)
                      WHERE f.item = o.place) END,
           r.reason, r.created_at
    FROM unnest(v_outcomes, v_statuses, v_bodies) WITH ORDINALITY AS o (outcome, status, body, place)
    LEFT JOIN LATERAL (SELECT * FROM refund x WHERE o.outcome = 'begun'
                       AND x.refund_id = p_refund_ids[o.place] OFFSET 0) r ON true
    ORDER BY o.place;
END $$;
CREATE FUNCTION public.refund_settle_batch(p_performance_id uuid, p_refund_ids uuid[], p_keys uuid[], p_observations text[], p_words text[]) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[], refund_state text)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_now timestamptz;
    v_outcomes text[];
    v_made uuid[];
    v_refused integer[];
    v_returned uuid[];
    v_given_back integer[];
    v_seat_state integer;
    v_is_listed boolean;
    v_pool waiting_list_pool;
    v_changes integer[] := '{}';
    v_sequence bigint;
    v_written integer;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_now := clock_timestamp();
    v_sequence := v_sale.sequence;
    -- Whoever has one asked again holds its row, and not the performance's.
    PERFORM FROM refund r JOIN unnest(p_refund_ids) AS w (refund_id) ON w.refund_id = r.refund_id
    ORDER BY r.refund_id FOR NO KEY UPDATE OF r;
    SELECT array_agg(d.outcome ORDER BY d.item), array_agg(d.refund_id) FILTER (WHERE d.outcome = 'made'),
           array_agg(d.item) FILTER (WHERE d.outcome IN ('refused', 'returned')),
           array_agg(d.refund_id) FILTER (WHERE d.outcome = 'returned'),
           array_agg(d.item) FILTER (WHERE d.outcome = 'made' AND d.observation <> 'made')
    INTO v_outcomes, v_made, v_refused, v_returned, v_given_back
    FROM (
        SELECT w.item::integer, w.refund_id, w.observation, CASE
            WHEN r.refund_id IS NULL THEN 'not_found'
            WHEN w.observation IN ('given_back', 'given_back_outside') THEN
                CASE r.state WHEN 'refused' THEN 'made' ELSE 'settled' END
            WHEN r.state = 'made' AND w.observation = 'refused' AND coalesce(r.retry_key, r.refund_id) = w.key
                THEN 'returned'
            WHEN r.state <> 'pending' OR coalesce(r.retry_key, r.refund_id) <> w.key THEN 'settled'
            ELSE w.observation END AS outcome
        FROM unnest(p_refund_ids, p_keys, p_observations) WITH ORDINALITY AS w (refund_id, key, observation, item)
        LEFT JOIN LATERAL (SELECT * FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
            ON r.performance_id = p_performance_id) d;
    UPDATE refund r SET state = 'refused', refused_at = v_now, refusal_code = p_words[w.item],
        returned_at = CASE r.state WHEN 'made' THEN v_now ELSE r.returned_at END, made_at = NULL
    FROM unnest(v_refused) AS w (item) WHERE r.refund_id = p_refund_ids[w.item];
    IF v_returned IS NOT NULL THEN PERFORM refunds_returned_write(v_now, v_returned); END IF;
    -- The provider is asked by the old key no more: whatever it says to it is not about what was given back.
    UPDATE refund r SET given_back_at = v_now, given_back_note = p_words[w.item], retry_key = uuid_at(v_now),
        given_back_outside = p_observations[w.item] = 'given_back_outside'
    FROM unnest(v_given_back) AS w (item) WHERE r.refund_id = p_refund_ids[w.item];
    IF v_made IS NOT NULL THEN
        -- What does not take place is not for sale.
        v_seat_state := CASE WHEN v_sale.sale_state = 'cancelled' THEN 3 ELSE v_sale.refunded_seats END;
        v_is_listed := v_seat_state = 0 AND waiting_list_is_open(v_sale, v_now);
        SELECT coalesce(array_agg(t.seat_index * 4 + v_seat_state ORDER BY t.seat_index), '{}') INTO v_changes
        FROM unnest(v_made) AS w (refund_id)
        CROSS JOIN LATERAL (SELECT x.order_id FROM refund x
                            WHERE x.refund_id = w.refund_id AND x.returned_at IS NULL OFFSET 0) r
        CROSS JOIN LATERAL (SELECT x.seat_index FROM ticket x
                            WHERE x.order_id = r.order_id AND x.refund_id = w.refund_id OFFSET 0) t;
        IF cardinality(v_changes) > 0 THEN
            v_sequence := append_change(p_performance_id, v_now, v_changes,
                CASE v_seat_state WHEN 3 THEN 0 ELSE cardinality(v_changes) END);
            IF v_is_listed THEN
                -- Free for no time at all: a history in which what is sold becomes held would be one of a seat sold twice.
                v_pool := waiting_list_keep(v_sale, v_now, ARRAY(SELECT c.change / 4 FROM unnest(v_changes) AS c (change)));
                v_seat_state := 1;
                v_changes := ARRAY(SELECT c.change / 4 * 4 + 1 FROM unnest(v_changes) AS c (change) ORDER BY c.change);
                v_sequence := append_change(p_performance_id, v_now, v_changes);
            END IF;
            UPDATE seat s SET state = v_seat_state, hold_id = v_pool.hold_id, held_until = v_pool.held_until, order_id = NULL,
                changed_sequence = v_sequence
            FROM unnest(v_changes) AS c (change)
            WHERE s.performance_id = p_performance_id AND s.seat_index = c.change / 4 AND s.state = 2;
            GET DIAGNOSTICS v_written = ROW_COUNT;
            IF v_written <> cardinality(v_changes) THEN
                RAISE EXCEPTION 'refunded % seats but freed %', cardinality(v_changes), v_written;
            END IF;
        END IF;
        PERFORM refunds_made_write(v_sale, v_now, v_made);
    END IF;
    RETURN QUERY
    SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_sequence, v_now, v_changes, NULL::text
    FROM ledger l WHERE l.only_row;
    RETURN QUERY
    SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
           r.state
    FROM unnest(v_outcomes) WITH ORDINALITY AS o (outcome, place)
    LEFT JOIN LATERAL (SELECT x.state FROM refund x WHERE o.outcome <> 'not_found'
                       AND x.refund_id = p_refund_ids[o.place] OFFSET 0) r ON true
    ORDER BY o.place;
END $$;
CREATE FUNCTION public.refunds_made_write(p_sale public.performance, p_now timestamp with time zone, p_refund_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    v_first uuid[];
    v_orders uuid[];
    v_amounts bigint[];
    v_seat_counts integer[];
BEGIN
    UPDATE refund r SET state = 'made', made_at = p_now
    FROM unnest(p_refund_ids) AS w (refund_id) WHERE r.refund_id = w.refund_id;
    SELECT array_agg(r.refund_id ORDER BY w.place), array_agg(r.order_id ORDER BY w.place),
           array_agg(r.amount_minor ORDER BY w.place), array_agg(r.ticket_count ORDER BY w.place)
    INTO v_first, v_orders, v_amounts, v_seat_counts
    FROM unnest(p_refund_ids) WITH ORDINALITY AS w (refund_id, place)
    CROSS JOIN LATERAL (SELECT * FROM refund x
                        WHERE x.refund_id = w.refund_id AND x.returned_at IS NULL OFFSET 0) r;
    UPDATE ticket t SET state = 'refunded', live = false
    FROM unnest(v_first, v_orders) AS w (refund_id, order_id)
    WHERE t.order_id = w.order_id AND t.refund_id = w.refund_id;
    -- Money that came too late: its payment bought nothing. Another payment may have bought its order's seats.
    UPDATE payment p SET state = 'refunded', settled_at = p_now
    FROM unnest(v_first) AS w (refund_id)
    CROSS JOIN LATERAL (SELECT x.payment_id FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
    WHERE p.payment_id = r.payment_id AND p.state = 'refunding';
    UPDATE "order" o
    SET refunded_minor = o.refunded_minor + g.of_tickets + CASE o.state WHEN 'expired' THEN g.late ELSE 0 END,
        state = CASE WHEN EXISTS (SELECT FROM ticket t WHERE t.order_id = o.order_id AND t.live)
            THEN 'partly_refunded' ELSE 'refunded' END
    FROM (SELECT w.order_id, bool_or(w.seat_count > 0) AS has_tickets,
                 coalesce(sum(w.amount_minor) FILTER (WHERE w.seat_count > 0), 0) AS of_tickets,
                 coalesce(sum(w.amount_minor) FILTER (WHERE w.seat_count = 0), 0) AS late
          FROM unnest(v_orders, v_amounts, v_seat_counts) AS w (order_id, amount_minor, seat_count)
          GROUP BY w.order_id) g
    WHERE o.order_id = g.order_id AND (g.has_tickets OR o.state = 'expired');
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT uuid_at(p_now), account_of('refunds', '', r.currency),
               CASE WHEN r.given_back_outside THEN account_of('house_bank', '', r.currency)
                    ELSE account_of('provider_clearing', p.provider, r.currency) END,
               r.amount_minor, r.currency, r.order_id, r.payment_id,
               CASE WHEN r.given_back_outside THEN 'refund_outside' ELSE 'refund' END, p_now
        FROM unnest(p_refund_ids) AS w (refund_id)
        CROSS JOIN LATERAL (SELECT * FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
        CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = r.payment_id OFFSET 0) p
        WHERE r.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
    IF v_first IS NOT NULL THEN
        PERFORM messages_write('refund_made', p_sale, v_orders, v_first, v_amounts, v_seat_counts, p_now);
    END IF;
END $$;
CREATE FUNCTION public.refunds_returned_write(p_now timestamp with time zone, p_refund_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
BEGIN
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT uuid_at(p_now), account_of('provider_clearing', p.provider, r.currency),
               account_of('refunds', '', r.currency), r.amount_minor, r.currency, r.order_id, r.payment_id,
               'refund_returned', p_now
        FROM unnest(p_refund_ids) AS w (refund_id)
        CROSS JOIN LATERAL (SELECT * FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
        CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = r.payment_id OFFSET 0) p
        WHERE r.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
END $$;
CREATE FUNCTION public.refunds_write(p_sale public.performance, p_now timestamp with time zone, p_refund_ids uuid[], p_order_ids uuid[], p_reasons text[], p_notes text[], p_asked_by uuid[], p_with_fees boolean[], p_ticket_ids uuid[], p_ticket_refunds integer[]) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    v_written integer;
    v_owed uuid := account_of('refunds', '', p_sale.currency);
BEGIN
    UPDATE ticket t SET state = 'refunding', refund_id = p_refund_ids[w.refund]
    FROM unnest(p_ticket_ids, p_ticket_refunds) AS w (ticket_id, refund)
    WHERE t.ticket_id = w.ticket_id AND t.state IN ('valid', 'checked_in');
    GET DIAGNOSTICS v_written = ROW_COUNT;
    IF v_written <> cardinality(p_ticket_ids) THEN
        RAISE EXCEPTION 'a refund of % tickets found %', cardinality(p_ticket_ids), v_written;
    END IF;
    INSERT INTO refund (refund_id, payment_id, order_id, performance_id, amount_minor, currency, reason, note, asked_by,
        ticket_count, price_minor, service_fee_minor, price_tax_minor, service_fee_tax_minor, created_at, next_check_at)
    SELECT p_refund_ids[w.place], p.payment_id, w.order_id, p_sale.performance_id, t.price + t.fee, p_sale.currency,
           p_reasons[w.place], p_notes[w.place], p_asked_by[w.place], t.tickets, t.price, t.fee, t.price_tax, t.fee_tax,
           p_now, p_now
    FROM unnest(p_order_ids) WITH ORDINALITY AS w (order_id, place)
    CROSS JOIN LATERAL (SELECT x.payment_id FROM payment x
                        WHERE x.order_id = w.order_id AND x.state = 'succeeded' LIMIT 1) p
    CROSS JOIN LATERAL (
        SELECT count(*)::integer AS tickets, sum(x.price_minor)::bigint AS price,
               sum(x.price_tax_minor)::bigint AS price_tax,
               (CASE WHEN p_with_fees[w.place] THEN sum(x.service_fee_minor) ELSE 0 END)::bigint AS fee,
               (CASE WHEN p_with_fees[w.place] THEN sum(x.service_fee_tax_minor) ELSE 0 END)::bigint AS fee_tax
        FROM ticket x WHERE x.order_id = w.order_id AND x.refund_id = p_refund_ids[w.place]) t;
    GET DIAGNOSTICS v_written = ROW_COUNT;
    IF v_written <> cardinality(p_refund_ids) THEN
        RAISE EXCEPTION '% refunds found % payments', cardinality(p_refund_ids), v_written;
    END IF;
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT uuid_at(p_now), account_of(l.kind, l.owner, p_sale.currency), v_owed, l.amount_minor, p_sale.currency,
               r.order_id, r.payment_id, l.word, p_now
        FROM unnest(p_refund_ids) AS w (refund_id)
        CROSS JOIN LATERAL (SELECT * FROM refund x WHERE x.refund_id = w.refund_id OFFSET 0) r
        CROSS JOIN LATERAL (VALUES
            ('organizer_payable', p_sale.organizer_id::text, r.price_minor - r.price_tax_minor, 'refund_of_price'),
            ('tax_payable', p_sale.organizer_id::text, r.price_tax_minor, 'refund_of_tax'),
            ('service_fee_revenue', '', r.service_fee_minor - r.service_fee_tax_minor, 'refund_of_fee'),
            ('tax_payable', '', r.service_fee_tax_minor, 'refund_of_fee_tax')) AS l (kind, owner, amount_minor, word)
        WHERE l.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
END $$;
CREATE FUNCTION public.release_batch(p_performance_id uuid, p_hold_ids uuid[], p_customer_ids uuid[]) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[])
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    sale performance;
    batch_time timestamptz;
    outcomes text[];
    freed uuid[];
    change record;
BEGIN
    sale := lock_performance(p_performance_id);
    IF sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    batch_time := clock_timestamp();
    SELECT array_agg(o.outcome), array_agg(o.hold_id) FILTER (WHERE o.state = 'active') INTO outcomes, freed
    FROM (
        SELECT h.hold_id, h.state, CASE
            WHEN h.hold_id IS NULL THEN 'not_found'
            WHEN h.state = 'paying' THEN 'payment_in_progress'
            WHEN h.state = 'completed' THEN 'completed'
            ELSE 'released' END AS outcome
        FROM unnest(p_hold_ids, p_customer_ids) WITH ORDINALITY AS w (hold_id, customer_id, place)
        LEFT JOIN hold h ON h.hold_id = w.hold_id AND h.customer_id = w.customer_id
            AND h.performance_id = p_performance_id
        ORDER BY w.place) o;
    change := free_seats(sale, batch_time, freed);
    PERFORM lapses_write(sale, batch_time, freed);
    UPDATE hold h
    SET state = CASE WHEN coalesce(h.extended_until, h.expires_at) <= batch_time THEN 'expired' ELSE 'released' END
    WHERE h.hold_id = ANY (freed);
    PERFORM orders_lapse(p_performance_id, freed);
    RETURN QUERY SELECT 0, NULL::text, l.epoch, sale.sequence, change.sequence, batch_time, change.changes
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT o.place::integer, o.outcome, NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz,
        NULL::integer[] FROM unnest(outcomes) WITH ORDINALITY AS o (outcome, place);
END $$;
CREATE FUNCTION public.sale_refusal_at(p_sale public.performance, p_now timestamp with time zone) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE
        WHEN p_sale.sale_state IN ('ended', 'cancelled') OR p_now >= p_sale.sale_ends_at THEN 'sale_ended'
        WHEN p_now < p_sale.on_sale_at THEN 'not_on_sale'
        WHEN p_sale.sale_state = 'paused' THEN 'sale_paused'
    END
$$;
CREATE FUNCTION public.sales_figures_count(p_limit integer) RETURNS integer
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    v_positions bigint[];
    v_performances uuid[];
    v_minutes timestamptz[];
BEGIN
    SELECT array_agg(d.position) INTO v_positions FROM (
        SELECT x.position FROM delivery x
        WHERE x.consumer = 'figures' AND x.finished_at IS NULL AND x.dead_at IS NULL
            AND x.next_attempt_at <= statement_timestamp()
        ORDER BY x.next_attempt_at LIMIT p_limit FOR UPDATE SKIP LOCKED) d;
    IF v_positions IS NULL THEN RETURN 0; END IF;
    SELECT array_agg(g.performance_id ORDER BY g.performance_id, g.minute),
           array_agg(g.minute ORDER BY g.performance_id, g.minute)
    INTO v_performances, v_minutes
    FROM (SELECT DISTINCT m.performance_id, date_trunc('minute', m.created_at, 'UTC') AS minute
          FROM unnest(v_positions) AS p (position)
          CROSS JOIN LATERAL (SELECT * FROM message x WHERE x.position = p.position OFFSET 0) m) g;
    INSERT INTO sales_minute (performance_id, minute)
    SELECT * FROM unnest(v_performances, v_minutes) ON CONFLICT DO NOTHING;
    PERFORM FROM unnest(v_performances, v_minutes) WITH ORDINALITY AS g (performance_id, minute, place)
    JOIN sales_minute s ON s.performance_id = g.performance_id AND s.minute = g.minute
    ORDER BY g.place FOR UPDATE OF s;
    UPDATE sales_minute s SET orders = n.orders, seats = n.seats, gross_minor = n.gross, refunds = n.refunds,
        refunded_minor = n.refunded
    FROM unnest(v_performances, v_minutes) AS g (performance_id, minute)
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE m.kind = 'order_paid') AS orders,
               coalesce(sum(m.seat_count) FILTER (WHERE m.kind = 'order_paid'), 0) AS seats,
               coalesce(sum(m.amount_minor) FILTER (WHERE m.kind = 'order_paid'), 0) AS gross,
               count(*) FILTER (WHERE m.kind = 'refund_made') AS refunds,
               coalesce(sum(m.amount_minor) FILTER (WHERE m.kind = 'refund_made'), 0) AS refunded
        FROM message m
        WHERE m.performance_id = g.performance_id AND m.created_at >= g.minute
            AND m.created_at < g.minute + interval '1 minute'
            -- Money that came too late was never a sale, and is none that went back.
            AND (m.kind = 'order_paid' OR EXISTS (SELECT FROM message p
                 WHERE p.order_id = m.order_id AND p.kind = 'order_paid'))) n
    WHERE s.performance_id = g.performance_id AND s.minute = g.minute;
    UPDATE delivery d SET finished_at = clock_timestamp(), attempts = d.attempts + 1, last_error = NULL
    FROM unnest(v_positions) AS p (position) WHERE d.consumer = 'figures' AND d.position = p.position;
    RETURN cardinality(v_positions);
END $$;
CREATE FUNCTION public.sales_write(p_sale public.performance, p_now timestamp with time zone, p_sequence bigint, p_payment_ids uuid[], p_references text[], p_transfer_ids uuid[], p_ticket_starts integer[], p_items integer[], p_order_ids uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    v_holds uuid[];
    v_hold_orders uuid[];
    v_seats integer;
    v_tickets integer;
    v_payments uuid[];
    v_totals bigint[];
    v_seat_counts integer[];
    v_is_taxed boolean;
    v_payable uuid;
    v_fees uuid;
    v_taxes uuid;
    v_own_taxes uuid;
BEGIN
    SELECT array_agg(h.hold_id), array_agg(w.order_id) INTO v_holds, v_hold_orders
    FROM unnest(p_order_ids) AS w (order_id)
    CROSS JOIN LATERAL (SELECT x.hold_ids FROM "order" x WHERE x.order_id = w.order_id OFFSET 0) o
    CROSS JOIN LATERAL unnest(o.hold_ids) AS h (hold_id);
    UPDATE seat s
    SET state = 2, hold_id = h.hold_id, held_until = NULL, order_id = o.order_id, changed_sequence = p_sequence
    FROM unnest(v_holds, v_hold_orders) AS o (hold_id, order_id)
    CROSS JOIN LATERAL (SELECT x.hold_id, x.seat_indexes FROM hold x WHERE x.hold_id = o.hold_id OFFSET 0) h
    CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
    WHERE s.performance_id = p_sale.performance_id AND s.seat_index = u.seat_index;
    GET DIAGNOSTICS v_seats = ROW_COUNT;
    UPDATE hold SET state = 'completed' WHERE hold_id = ANY (v_holds);
    UPDATE "order" SET state = 'paid', paid_at = p_now WHERE order_id = ANY (p_order_ids);
    -- A late payment revives an order whose holds had been let go.
    INSERT INTO order_hold (hold_id, order_id)
    SELECT w.hold_id, w.order_id FROM unnest(v_holds, v_hold_orders) AS w (hold_id, order_id)
    LEFT JOIN LATERAL (SELECT x.order_id FROM order_hold x WHERE x.hold_id = w.hold_id OFFSET 0) oh ON true
    WHERE oh.order_id IS DISTINCT FROM w.order_id;
    UPDATE payment p SET state = 'succeeded', settled_at = p_now, next_action = NULL,
        provider_reference = coalesce(p_references[w.item], p.provider_reference)
    FROM unnest(p_items) AS w (item) WHERE p.payment_id = p_payment_ids[w.item];
    SELECT sum(p_ticket_starts[w.item + 1] - p_ticket_starts[w.item]) INTO v_tickets FROM unnest(p_items) AS w (item);
    IF v_tickets <> v_seats THEN
        RAISE EXCEPTION 'sold % seats but issued % tickets', v_seats, v_tickets;
    END IF;
    v_payable := account_of('organizer_payable', p_sale.organizer_id::text, p_sale.currency);
    v_fees := account_of('service_fee_revenue', '', p_sale.currency);
    v_is_taxed := EXISTS (SELECT FROM price_level l
                          WHERE l.performance_id = p_sale.performance_id AND l.tax_basis_points > 0);
    IF v_is_taxed THEN
        v_taxes := account_of('tax_payable', p_sale.organizer_id::text, p_sale.currency);
        v_own_taxes := account_of('tax_payable', '', p_sale.currency);
    END IF;
    WITH lines AS (
        INSERT INTO transfer (transfer_id, debit_account_id, credit_account_id, amount_minor, currency, order_id,
            payment_id, kind, created_at)
        SELECT l.transfer_id, account_of('provider_clearing', p.provider, p.currency), l.credit, l.amount_minor,
               p.currency, p.order_id, p.payment_id, l.kind, p_now
        FROM unnest(p_items) AS w (item)
        CROSS JOIN LATERAL (SELECT * FROM payment x WHERE x.payment_id = p_payment_ids[w.item] OFFSET 0) p
        CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = p.order_id OFFSET 0) o
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(x.price_tax_minor), 0)::bigint AS price,
                   coalesce(sum(x.service_fee_tax_minor), 0)::bigint AS fee
            FROM ticket x WHERE v_is_taxed AND x.order_id = p.order_id) t
        CROSS JOIN LATERAL (VALUES
            (p_transfer_ids[2 * w.item - 1], v_payable, o.subtotal_minor - t.price, 'sale'),
            (p_transfer_ids[2 * w.item], v_fees, o.service_fee_minor - t.fee, 'service_fee'),
            (uuid_at(p_now), v_taxes, t.price, 'sale_tax'),
            (uuid_at(p_now), v_own_taxes, t.fee, 'service_fee_tax')) AS l (transfer_id, credit, amount_minor, kind)
        WHERE l.amount_minor > 0
        RETURNING transfer_id)
    INSERT INTO transfer_resolution (transfer_id, state, resolved_at) SELECT transfer_id, 'posted', p_now FROM lines;
    PERFORM provider_fees_write(p_now, ARRAY(SELECT p_payment_ids[w.item] FROM unnest(p_items) AS w (item)));
    SELECT array_agg(p_payment_ids[w.item] ORDER BY w.place), array_agg(o.total ORDER BY w.place),
           array_agg(p_ticket_starts[w.item + 1] - p_ticket_starts[w.item] ORDER BY w.place)
    INTO v_payments, v_totals, v_seat_counts
    FROM unnest(p_items, p_order_ids) WITH ORDINALITY AS w (item, order_id, place)
    CROSS JOIN LATERAL (SELECT x.subtotal_minor + x.service_fee_minor AS total FROM "order" x
                        WHERE x.order_id = w.order_id OFFSET 0) o;
    PERFORM messages_write('order_paid', p_sale, p_order_ids, v_payments, v_totals, v_seat_counts, p_now);
    PERFORM messages_write('tickets_issued', p_sale, p_order_ids, v_payments, v_totals, v_seat_counts, p_now);
END $$;
CREATE FUNCTION public.seats_owned(p_performance_id uuid, p_customer_id uuid, p_now timestamp with time zone) RETURNS TABLE(owned integer)
    LANGUAGE sql STABLE
    AS $$
    SELECT count(*)::integer
    FROM (SELECT x.hold_id, x.seat_indexes FROM holds_with_seats(p_performance_id, p_customer_id, p_now) x
          WHERE x.state IN ('active', 'paying', 'completed') OFFSET 0) h
    CROSS JOIN unnest(h.seat_indexes) AS x (seat_index)
    CROSS JOIN LATERAL (SELECT s.state, s.hold_id, s.held_until FROM seat s
        WHERE s.performance_id = p_performance_id AND s.seat_index = x.seat_index OFFSET 0) s
    WHERE s.hold_id = h.hold_id AND (s.state = 2 OR (s.state = 1 AND s.held_until > p_now))
$$;
CREATE FUNCTION public.smallest_uuid_at(moment timestamp with time zone) RETURNS uuid
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT (lpad(to_hex((extract(epoch FROM moment) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
CREATE FUNCTION public.ticket_leaf(p_ticket_id uuid, p_order_id uuid, p_performance_id uuid, p_seat_index integer, p_price_minor bigint, p_service_fee_minor bigint, p_currency text, p_code text, p_seat_label text) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT sha256('\x00'::bytea || convert_to(
        p_ticket_id || ' ' || p_order_id || ' ' || p_performance_id || ' ' || p_seat_index || ' ' || p_price_minor
            || ' ' || p_service_fee_minor || ' ' || p_currency || ' '
            || encode(sha256(convert_to(p_code, 'UTF8')), 'hex') || ' ' || p_seat_label, 'UTF8'))
$$;
CREATE FUNCTION public.tickets_issue(p_sale public.performance, p_now timestamp with time zone, p_changes integer[], p_ticket_ids uuid[], p_ticket_codes text[], p_ticket_starts integer[], p_items integer[], p_order_ids uuid[]) RETURNS bigint
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    v_leaves bytea[];
BEGIN
    WITH issued AS (
        INSERT INTO ticket (ticket_id, order_id, performance_id, customer_id, seat_index, code, price_minor,
            service_fee_minor, currency, issued_at, sold_sequence, tax_basis_points, price_tax_minor,
            service_fee_tax_minor)
        SELECT p_ticket_ids[p_ticket_starts[w.item] + n.place - 1], o.order_id, p_sale.performance_id, o.customer_id,
               n.seat_index, p_ticket_codes[p_ticket_starts[w.item] + n.place - 1], l.price_minor, l.service_fee_minor,
               o.currency, p_now, p_sale.sequence + 1, l.tax_basis_points,
               inclusive_tax(l.price_minor, l.tax_basis_points),
               inclusive_tax(l.service_fee_minor, l.tax_basis_points)
        FROM unnest(p_items, p_order_ids) AS w (item, order_id)
        CROSS JOIN LATERAL (SELECT * FROM "order" x WHERE x.order_id = w.order_id OFFSET 0) o
        CROSS JOIN LATERAL (
            SELECT u.seat_index, row_number() OVER (ORDER BY u.seat_index) AS place
            FROM hold h CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
            WHERE h.hold_id = ANY (o.hold_ids)) n
        CROSS JOIN LATERAL (SELECT x.price_level FROM seat x WHERE x.performance_id = p_sale.performance_id
                            AND x.seat_index = n.seat_index OFFSET 0) s
        JOIN price_level l ON l.performance_id = p_sale.performance_id AND l.number = s.price_level
        WHERE n.place <= p_ticket_starts[w.item + 1] - p_ticket_starts[w.item]
        RETURNING *)
    SELECT array_agg(ticket_leaf(t.ticket_id, t.order_id, t.performance_id, t.seat_index, t.price_minor,
                                 t.service_fee_minor, t.currency, t.code, c.seat_label) ORDER BY t.seat_index)
    INTO v_leaves
    FROM issued t
    CROSS JOIN LATERAL (SELECT x.seat_label FROM chart_seat x WHERE x.chart_id = p_sale.chart_id
                        AND x.seat_index = t.seat_index OFFSET 0) c;
    IF cardinality(v_leaves) IS DISTINCT FROM cardinality(p_changes) THEN
        RAISE EXCEPTION 'sold % seats but issued % tickets', cardinality(p_changes), cardinality(v_leaves);
    END IF;
    RETURN append_change(p_sale.performance_id, p_now, p_changes, -cardinality(p_changes), merkle_root(v_leaves));
END $$;
CREATE FUNCTION public.uuid_at(p_now timestamp with time zone) RETURNS uuid
    LANGUAGE sql
    AS $$
    SELECT (lpad(to_hex((extract(epoch FROM p_now) * 1000)::bigint), 12, '0') || '7'
            || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid
$$;
CREATE FUNCTION public.waiting_list_is_open(p_sale public.performance, p_now timestamp with time zone) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    RETURN p_sale.waiting_list_offer_seconds IS NOT NULL AND sale_refusal_at(p_sale, p_now) IS NULL AND EXISTS (
        SELECT FROM waiting_list_entry e
        WHERE e.performance_id = p_sale.performance_id AND e.state = 'waiting')
        AND NOT EXISTS (SELECT FROM cancellation c WHERE c.performance_id = p_sale.performance_id);
END $$;
CREATE FUNCTION public.waiting_list_join(p_entry_id uuid, p_performance_id uuid, p_customer_id uuid, p_price_level_id text, p_quantity integer) RETURNS text
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    v_sale performance;
    v_now timestamptz := clock_timestamp();
    v_refusal text;
    v_known waiting_list_entry;
    v_price_level smallint;
BEGIN
    SELECT * INTO v_sale FROM performance p WHERE p.performance_id = p_performance_id;
    IF NOT FOUND THEN RETURN 'not_found'; END IF;
    IF v_sale.waiting_list_offer_seconds IS NULL THEN RETURN 'no_waiting_list'; END IF;
    v_refusal := sale_refusal_at(v_sale, v_now);
    IF v_refusal IS NOT NULL THEN RETURN v_refusal; END IF;
    IF p_quantity > v_sale.seats_per_customer_max THEN RETURN 'seat_limit_reached'; END IF;
    IF p_price_level_id IS NOT NULL THEN
        SELECT l.number INTO v_price_level FROM price_level l
        WHERE l.performance_id = p_performance_id AND l.price_level_id = p_price_level_id;
        IF NOT FOUND THEN RETURN 'unknown_price_level'; END IF;
    END IF;
    SELECT * INTO v_known FROM waiting_list_entry e
    WHERE e.performance_id = p_performance_id AND e.customer_id = p_customer_id AND e.state <> 'ended' FOR UPDATE;
    IF FOUND THEN
        IF v_known.state = 'waiting' AND v_known.quantity = p_quantity
            AND v_known.price_level IS NOT DISTINCT FROM v_price_level
        THEN
            RETURN 'joined';
        END IF;
        IF v_known.state = 'offered' AND EXISTS (
            SELECT FROM hold h WHERE h.hold_id = v_known.hold_id AND (h.state = 'paying'
                OR h.state = 'active' AND coalesce(h.extended_until, h.expires_at) > v_now))
        THEN
            RETURN 'offered';
        END IF;
        IF v_known.state = 'offered' THEN
            UPDATE waiting_list_entry e SET state = 'ended' WHERE e.entry_id = v_known.entry_id;
            v_known := NULL;
        END IF;
    END IF;
    IF v_known.entry_id IS NULL THEN
        SELECT * INTO v_known FROM waiting_list_entry e
        WHERE e.performance_id = p_performance_id AND e.customer_id = p_customer_id AND e.state = 'ended'
            AND e.hold_id IS NULL
        ORDER BY e.position DESC LIMIT 1 FOR UPDATE;
    END IF;
    IF v_known.entry_id IS NOT NULL THEN
        UPDATE waiting_list_entry e SET state = 'waiting', price_level = v_price_level, quantity = p_quantity,
            joined_at = v_now, position = DEFAULT
        WHERE e.entry_id = v_known.entry_id;
        RETURN 'joined';
    END IF;
    -- The same customer in another window may have been quicker: one place is enough.
    INSERT INTO waiting_list_entry (entry_id, performance_id, customer_id, price_level, quantity, joined_at)
    VALUES (p_entry_id, p_performance_id, p_customer_id, v_price_level, p_quantity, v_now)
    ON CONFLICT DO NOTHING;
    RETURN 'joined';
END $$;
CREATE TABLE public.waiting_list_pool (
    hold_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    held_until timestamp with time zone NOT NULL
);
CREATE FUNCTION public.waiting_list_keep(p_sale public.performance, p_now timestamp with time zone, p_seats integer[]) RETURNS public.waiting_list_pool
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    v_pool waiting_list_pool;
BEGIN
    v_pool.hold_id := uuid_at(p_now);
    v_pool.performance_id := p_sale.performance_id;
    v_pool.held_until := p_now + interval '15 seconds';
    INSERT INTO hold (hold_id, performance_id, customer_id, idempotency_key, fingerprint, request_id, seat_indexes,
        created_at, expires_at, subtotal_minor, service_fee_minor, currency)
    VALUES (v_pool.hold_id, p_sale.performance_id, nobody(), 'waiting list ' || v_pool.hold_id, '', 'waiting-list',
        p_seats, p_now, v_pool.held_until, 0, 0, p_sale.currency);
    INSERT INTO waiting_list_pool SELECT v_pool.*;
    RETURN v_pool;
END $$;
CREATE FUNCTION public.waiting_list_look(p_performance_id uuid, OUT database_time timestamp with time zone, OUT seats integer[], OUT price_levels integer[]) RETURNS record
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    v_sale performance;
BEGIN
    v_sale := lock_performance(p_performance_id);
    database_time := clock_timestamp();
    SELECT coalesce(array_agg(s.seat_index ORDER BY s.seat_index), '{}'),
           coalesce(array_agg(DISTINCT s.price_level::integer), '{}')
    INTO seats, price_levels
    FROM waiting_list_pool p
    CROSS JOIN LATERAL (SELECT x.hold_id, x.seat_indexes FROM hold x WHERE x.hold_id = p.hold_id OFFSET 0) h
    CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
    JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = u.seat_index
    WHERE p.performance_id = p_performance_id AND s.hold_id = h.hold_id AND s.state = 1
      AND waiting_list_is_open(v_sale, database_time);
END $$;
CREATE FUNCTION public.waiting_list_offer_batch(p_performance_id uuid, p_now timestamp with time zone, p_hold_ids uuid[], p_entry_ids uuid[], p_seats integer[], p_starts integer[]) RETURNS TABLE(item integer, outcome text, epoch bigint, after_sequence bigint, sequence bigint, database_time timestamp with time zone, changes integer[], offers integer)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    v_sale performance;
    v_until timestamptz;
    v_pools uuid[];
    v_change record;
    v_written integer;
BEGIN
    v_sale := lock_performance(p_performance_id);
    IF v_sale.performance_id IS NULL THEN
        item := 0;
        outcome := 'unknown_performance';
        RETURN NEXT;
        RETURN;
    END IF;
    v_until := p_now + make_interval(secs => v_sale.waiting_list_offer_seconds);
    SELECT coalesce(array_agg(p.hold_id), '{}') INTO v_pools
    FROM waiting_list_pool p WHERE p.performance_id = p_performance_id;
    IF cardinality(p_entry_ids) > 0 THEN
        INSERT INTO hold (hold_id, performance_id, customer_id, idempotency_key, fingerprint, request_id, seat_indexes,
            created_at, expires_at, subtotal_minor, service_fee_minor, currency)
        SELECT p_hold_ids[n.i], p_performance_id, e.customer_id, 'waiting list ' || e.entry_id, '', 'waiting-list',
               n.seats, p_now, v_until, l.subtotal, l.fees, v_sale.currency
        FROM (SELECT i, p_seats[p_starts[i] : p_starts[i + 1] - 1] AS seats
              FROM generate_series(1, cardinality(p_entry_ids)) AS i) n
        CROSS JOIN LATERAL (SELECT * FROM waiting_list_entry x WHERE x.entry_id = p_entry_ids[n.i] OFFSET 0) e
        CROSS JOIN LATERAL (
            SELECT sum(x.price_minor)::bigint AS subtotal, sum(x.service_fee_minor)::bigint AS fees
            FROM unnest(n.seats) AS u (seat_index)
            JOIN seat s ON s.performance_id = p_performance_id AND s.seat_index = u.seat_index
            JOIN price_level x ON x.performance_id = p_performance_id AND x.number = s.price_level) l
        ORDER BY e.customer_id, e.entry_id;
        UPDATE seat s SET hold_id = h.hold_id, held_until = v_until
        FROM unnest(p_hold_ids) AS w (hold_id)
        CROSS JOIN LATERAL (SELECT * FROM hold x WHERE x.hold_id = w.hold_id OFFSET 0) h
        CROSS JOIN LATERAL unnest(h.seat_indexes) AS u (seat_index)
        WHERE s.performance_id = p_performance_id AND s.seat_index = u.seat_index AND s.state = 1
          AND s.hold_id = ANY (v_pools);
        GET DIAGNOSTICS v_written = ROW_COUNT;
        IF v_written <> cardinality(p_seats) THEN
            RAISE EXCEPTION 'offered % seats but had %', cardinality(p_seats), v_written;
        END IF;
        UPDATE waiting_list_entry e SET state = 'offered', hold_id = p_hold_ids[w.place]
        FROM unnest(p_entry_ids) WITH ORDINALITY AS w (entry_id, place)
        WHERE e.entry_id = w.entry_id AND e.state = 'waiting';
        GET DIAGNOSTICS v_written = ROW_COUNT;
        IF v_written <> cardinality(p_entry_ids) THEN
            RAISE EXCEPTION 'offered to % who wait but found %', cardinality(p_entry_ids), v_written;
        END IF;
        PERFORM messages_write('seats_offered', v_sale, array_fill(NULL::uuid, ARRAY[cardinality(p_hold_ids)]),
            p_hold_ids,
            ARRAY(SELECT h.subtotal_minor + h.service_fee_minor FROM unnest(p_hold_ids) WITH ORDINALITY AS w (hold_id, place)
                  JOIN hold h ON h.hold_id = w.hold_id ORDER BY w.place),
            ARRAY(SELECT p_starts[i + 1] - p_starts[i] FROM generate_series(1, cardinality(p_entry_ids)) AS i ORDER BY i),
            p_now);
    END IF;
    v_change := free_seats(v_sale, p_now, v_pools);
    UPDATE hold h SET state = 'released' WHERE h.hold_id = ANY (v_pools) AND h.state = 'active';
    DELETE FROM waiting_list_pool p WHERE p.hold_id = ANY (v_pools);
    RETURN QUERY SELECT 0, NULL::text, l.epoch, v_sale.sequence, v_change.sequence, p_now, v_change.changes, NULL::integer
        FROM ledger l WHERE l.only_row;
    RETURN QUERY SELECT 1, 'served', NULL::bigint, NULL::bigint, NULL::bigint, NULL::timestamptz, NULL::integer[],
        coalesce(cardinality(p_entry_ids), 0);
END $$;
CREATE FUNCTION public.waiting_list_seats_left(p_performance_id uuid, p_now timestamp with time zone, p_entry_ids uuid[]) RETURNS TABLE(entry_id uuid, seats_left integer)
    LANGUAGE plpgsql
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    sale performance;
BEGIN
    SELECT * INTO sale FROM performance p WHERE p.performance_id = p_performance_id;
    RETURN QUERY
    SELECT w.entry_id,
        CASE WHEN sale.cool_down_seconds_max > 0 AND cooling_until(sale, e.customer_id, p_now) IS NOT NULL THEN NULL
             ELSE sale.seats_per_customer_max - o.owned END
    FROM unnest(p_entry_ids) AS w (entry_id)
    CROSS JOIN LATERAL (SELECT x.customer_id FROM waiting_list_entry x WHERE x.entry_id = w.entry_id OFFSET 0) e
    CROSS JOIN LATERAL seats_owned(p_performance_id, e.customer_id, p_now) o;
END $$;
CREATE FUNCTION public.waiting_room_close(p_performance_id uuid, p_now timestamp with time zone) RETURNS void
    LANGUAGE sql
    SET search_path TO 'public', 'pg_temp'
    AS $$
    UPDATE waiting_room w SET closed_at = p_now, listed_count = w.entry_count
    WHERE w.performance_id = p_performance_id
$$;
CREATE FUNCTION public.waiting_room_enter(p_performance_id uuid, p_entry_ids uuid[], p_customer_ids uuid[], p_turns integer[]) RETURNS TABLE(item integer, outcome text, entry_id uuid, number bigint, turn integer, entered_at timestamp with time zone)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    entries_max CONSTANT bigint := 2000000;
    room waiting_room;
    this_time timestamptz;
    refusal text := 'no_place';
    made bigint := 0;
BEGIN
    SELECT * INTO room FROM waiting_room w WHERE w.performance_id = p_performance_id AND w.is_on;
    IF room.performance_id IS NULL THEN
        RETURN QUERY SELECT w.place::integer, 'no_room', NULL::uuid, NULL::bigint, NULL::integer, NULL::timestamptz
        FROM unnest(p_customer_ids) WITH ORDINALITY AS w (customer_id, place);
        RETURN;
    END IF;
    IF EXISTS (
        SELECT FROM unnest(p_customer_ids, p_turns) AS w (customer_id, turn)
        WHERE w.turn > 0 AND NOT EXISTS (
            SELECT FROM waiting_room_entry e WHERE e.performance_id = p_performance_id
                AND e.customer_id = w.customer_id AND e.turn >= w.turn OFFSET 0))
    THEN
        room := lock_waiting_room(p_performance_id);
        this_time := clock_timestamp();
        IF EXISTS (
            SELECT FROM performance p WHERE p.performance_id = p_performance_id
                AND (p.sale_state IN ('ended', 'cancelled') OR this_time >= p.sale_ends_at))
        THEN
            refusal := 'sale_ended';
        ELSIF room.is_on THEN
            IF room.closed_at IS NULL AND this_time >= room.opens_at THEN
                PERFORM waiting_room_close(p_performance_id, this_time);
            END IF;
            INSERT INTO waiting_room_entry (performance_id, number, entry_id, customer_id, turn, entered_at)
            SELECT p_performance_id, room.entry_count + row_number() OVER (ORDER BY n.place), n.entry_id,
                n.customer_id, n.turn, this_time
            FROM (
                SELECT w.entry_id, w.customer_id, w.turn, w.place
                FROM unnest(p_entry_ids, p_customer_ids, p_turns)
                    WITH ORDINALITY AS w (entry_id, customer_id, turn, place)
                WHERE w.turn > 0
                    AND NOT EXISTS (
                        SELECT FROM waiting_room_entry e WHERE e.performance_id = p_performance_id
                            AND e.customer_id = w.customer_id AND e.turn >= w.turn OFFSET 0)
                    AND (w.turn = 1 OR EXISTS (
                        SELECT FROM waiting_room_entry e WHERE e.performance_id = p_performance_id
                            AND e.customer_id = w.customer_id AND e.turn = w.turn - 1 OFFSET 0))
                ORDER BY w.place
                LIMIT greatest(0, entries_max - room.entry_count)) n
            ORDER BY n.place;
            GET DIAGNOSTICS made = ROW_COUNT;
            IF made > 0 THEN
                UPDATE waiting_room w SET entry_count = w.entry_count + made
                WHERE w.performance_id = p_performance_id;
            END IF;
            refusal := CASE WHEN room.entry_count + made >= entries_max THEN 'full' ELSE 'no_place' END;
        ELSE
            refusal := 'no_room';
        END IF;
    END IF;
    RETURN QUERY
    SELECT w.place::integer,
        CASE WHEN e.entry_id = w.entry_id THEN 'entered' WHEN e.entry_id IS NOT NULL AND e.turn >= w.turn THEN 'known'
             WHEN w.turn = 0 THEN 'no_place' ELSE refusal END,
        e.entry_id, e.number, e.turn, e.entered_at
    FROM unnest(p_entry_ids, p_customer_ids, p_turns) WITH ORDINALITY AS w (entry_id, customer_id, turn, place)
    LEFT JOIN LATERAL (
        SELECT * FROM waiting_room_entry x WHERE x.performance_id = p_performance_id AND x.customer_id = w.customer_id
        ORDER BY x.turn DESC LIMIT 1) e ON true
    ORDER BY w.place;
END $$;
CREATE FUNCTION public.waiting_room_publish_list(p_performance_id uuid, p_list_hash bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    AS $$
BEGIN
    PERFORM lock_waiting_room(p_performance_id);
    UPDATE waiting_room w SET list_hash = p_list_hash, listed_at = clock_timestamp()
    WHERE w.performance_id = p_performance_id AND w.closed_at IS NOT NULL AND w.list_hash IS NULL;
END $$;
CREATE FUNCTION public.waiting_room_put(p_performance_id uuid, p_asker_id uuid, p_is_on boolean, p_admissions_per_minute_max integer, p_admission_seconds integer) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    AS $$
DECLARE
    sale performance;
    new_seed bytea;
    this_time timestamptz;
BEGIN
    SELECT * INTO sale FROM performance p WHERE p.performance_id = p_performance_id;
    IF sale.performance_id IS NULL OR sale.organizer_id <> p_asker_id THEN RETURN 'not_found'; END IF;
    this_time := clock_timestamp();
    IF sale.sale_state IN ('ended', 'cancelled') OR this_time >= sale.sale_ends_at THEN RETURN 'sale_ended'; END IF;
    UPDATE waiting_room w
    SET is_on = p_is_on, admissions_per_minute_max = p_admissions_per_minute_max, admission_seconds = p_admission_seconds
    WHERE w.performance_id = p_performance_id;
    IF FOUND THEN RETURN 'kept'; END IF;
    new_seed := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    INSERT INTO waiting_room (
        performance_id, is_on, admissions_per_minute_max, admission_seconds, opens_at, seed_hash)
    VALUES (
        p_performance_id, p_is_on, p_admissions_per_minute_max, p_admission_seconds,
        greatest(sale.on_sale_at, this_time), sha256(new_seed))
    ON CONFLICT (performance_id) DO UPDATE
    SET is_on = p_is_on, admissions_per_minute_max = p_admissions_per_minute_max, admission_seconds = p_admission_seconds;
    -- Somebody else may have made it meanwhile, and another seed with it.
    INSERT INTO waiting_room_secret (performance_id, seed)
    SELECT w.performance_id, new_seed FROM waiting_room w
    WHERE w.performance_id = p_performance_id AND w.seed_hash = sha256(new_seed);
    RETURN 'kept';
END $$;
CREATE FUNCTION public.waiting_room_resign(p_stepper bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    UPDATE waiting_room w SET stepper = NULL, stepper_seen_at = NULL WHERE w.is_on AND w.stepper = p_stepper
$$;
CREATE FUNCTION public.waiting_room_step(p_performance_id uuid, p_stepper bigint, p_sequence bigint, p_front bigint, p_admitted integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    AS $$
DECLARE
    pause CONSTANT interval := interval '2 seconds';
    -- A stepper looks once a second. When it has died, the next one makes up for what was due meanwhile.
    stepper_silence CONSTANT interval := interval '1.5 seconds';
    stepper_renewal CONSTANT interval := interval '0.5 seconds';
    steps_kept CONSTANT bigint := 10000;
    room waiting_room;
    this_time timestamptz;
BEGIN
    SELECT * INTO room FROM waiting_room w WHERE w.performance_id = p_performance_id;
    this_time := clock_timestamp();
    IF room.performance_id IS NULL OR NOT room.is_on
        OR (CASE WHEN room.closed_at IS NULL THEN this_time < room.opens_at
                 WHEN room.listed_at IS NULL THEN true
                 WHEN room.seed IS NULL THEN this_time < room.listed_at + pause
                 WHEN room.stepper = p_stepper THEN p_front IS NULL
                     AND (room.front = room.entry_count OR this_time < room.stepper_seen_at + stepper_renewal)
                 ELSE p_front IS NULL OR this_time < room.stepper_seen_at + stepper_silence END)
    THEN
        RETURN;
    END IF;
    room := lock_waiting_room(p_performance_id);
    this_time := clock_timestamp();
    IF NOT room.is_on THEN
        RETURN;
    ELSIF room.closed_at IS NULL THEN
        PERFORM waiting_room_close(p_performance_id, this_time);
    ELSIF room.seed IS NULL THEN
        -- Somebody else may have closed the list while this one waited for the lock.
        UPDATE waiting_room w SET seed = s.seed, seed_published_at = this_time
        FROM waiting_room_secret s
        WHERE w.performance_id = p_performance_id AND s.performance_id = p_performance_id
            AND this_time >= room.listed_at + pause;
    ELSIF room.stepper = p_stepper OR room.stepper IS NULL OR this_time >= room.stepper_seen_at + stepper_silence THEN
        IF p_sequence = room.step_sequence AND p_front > room.front AND p_front <= room.entry_count THEN
            INSERT INTO waiting_room_step (performance_id, sequence, front, admitted_count, stepped_at)
            VALUES (
                p_performance_id, room.step_sequence + 1, p_front, room.admitted_count + greatest(p_admitted, 0),
                this_time);
            UPDATE waiting_room w
            SET front = p_front, step_sequence = room.step_sequence + 1,
                admitted_count = room.admitted_count + greatest(p_admitted, 0),
                stepper = p_stepper, stepper_seen_at = this_time
            WHERE w.performance_id = p_performance_id;
            DELETE FROM waiting_room_step s
            WHERE s.performance_id = p_performance_id AND s.sequence <= room.step_sequence + 1 - steps_kept;
        ELSIF room.stepper = p_stepper THEN
            UPDATE waiting_room w SET stepper_seen_at = this_time WHERE w.performance_id = p_performance_id;
        END IF;
    END IF;
END $$;
CREATE TABLE public.account (
    account_id uuid NOT NULL,
    kind text NOT NULL,
    owner text DEFAULT ''::text NOT NULL,
    currency text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT account_kind_check CHECK ((kind = ANY (ARRAY['provider_clearing'::text, 'organizer_payable'::text, 'service_fee_revenue'::text, 'refunds'::text, 'tax_payable'::text, 'provider_fees'::text, 'payouts'::text, 'house_bank'::text])))
);
CREATE TABLE public.canary (
    performance_id uuid NOT NULL,
    changed_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    pruned_sequence bigint DEFAULT 0 NOT NULL,
    pruned_hash bytea NOT NULL,
    CONSTRAINT canary_pruned_hash_check CHECK ((length(pruned_hash) = 32))
)
WITH (fillfactor='50');
CREATE TABLE public.chart (
    chart_id uuid NOT NULL,
    name text NOT NULL,
    seat_count integer NOT NULL,
    document bytea NOT NULL,
    content_hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT chart_content_hash_check CHECK ((length(content_hash) = 32)),
    CONSTRAINT chart_seat_count_check CHECK ((seat_count > 0))
);
CREATE TABLE public.customer (
    customer_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT customer_role_check CHECK ((role = ANY (ARRAY['customer'::text, 'organizer'::text, 'admin'::text])))
);
CREATE TABLE public.customer_profile (
    customer_id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    password_hash text NOT NULL,
    language text,
    CONSTRAINT customer_profile_language_check CHECK ((language = ANY (ARRAY['ko'::text, 'en'::text])))
);
CREATE TABLE public.delivery (
    consumer text NOT NULL,
    "position" bigint NOT NULL,
    order_id uuid,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    dead_at timestamp with time zone,
    last_error text,
    CONSTRAINT delivery_check CHECK (((finished_at IS NULL) OR (dead_at IS NULL)))
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.02');
CREATE TABLE public.delivery_attempt (
    consumer text NOT NULL,
    "position" bigint NOT NULL,
    attempt integer NOT NULL,
    ended_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    succeeded boolean NOT NULL,
    milliseconds integer NOT NULL,
    detail text NOT NULL
);
CREATE TABLE public.transfer (
    transfer_id uuid NOT NULL,
    debit_account_id uuid NOT NULL,
    credit_account_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    order_id uuid,
    payment_id uuid,
    kind text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT transfer_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT transfer_check CHECK ((debit_account_id <> credit_account_id)),
    CONSTRAINT transfer_has_order CHECK (((order_id IS NOT NULL) OR (kind = 'payout'::text)))
);
CREATE TABLE public.transfer_resolution (
    transfer_id uuid NOT NULL,
    state text NOT NULL,
    resolved_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT transfer_resolution_state_check CHECK ((state = ANY (ARRAY['posted'::text, 'voided'::text, 'expired'::text])))
);
CREATE VIEW public.entry AS
 SELECT t.transfer_id,
    s.account_id,
    s.side,
    s.signed_minor,
    t.currency,
    t.order_id,
    t.payment_id,
    t.kind,
    COALESCE(r.state, 'pending'::text) AS state,
    t.created_at,
    r.resolved_at
   FROM ((public.transfer t
     LEFT JOIN public.transfer_resolution r USING (transfer_id))
     CROSS JOIN LATERAL ( VALUES (t.debit_account_id,'debit'::text,t.amount_minor), (t.credit_account_id,'credit'::text,(- t.amount_minor))) s(account_id, side, signed_minor));
CREATE TABLE public.event (
    event_id uuid NOT NULL,
    organizer_id uuid NOT NULL,
    venue_id uuid NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    is_listed boolean DEFAULT true NOT NULL
);
CREATE TABLE public.hold_lapse (
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    seat_seconds double precision NOT NULL,
    cooling_until timestamp with time zone NOT NULL,
    CONSTRAINT hold_lapse_seat_seconds_check CHECK ((seat_seconds >= (0)::double precision))
)
WITH (fillfactor='50');
CREATE TABLE public.idempotency (
    customer_id uuid NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    lease_until timestamp with time zone,
    status smallint,
    body bytea,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT idempotency_check CHECK (((status IS NULL) = (body IS NULL)))
)
WITH (fillfactor='80');
CREATE TABLE public.instrument_use (
    order_id uuid NOT NULL,
    idempotency_key text NOT NULL,
    instrument bytea NOT NULL,
    performance_id uuid NOT NULL,
    CONSTRAINT instrument_use_instrument_check CHECK ((length(instrument) = 32))
);
CREATE TABLE public.ledger (
    only_row boolean DEFAULT true NOT NULL,
    epoch bigint DEFAULT 1 NOT NULL,
    CONSTRAINT ledger_epoch_check CHECK ((epoch > 0)),
    CONSTRAINT ledger_only_row_check CHECK (only_row)
);
CREATE TABLE public.message (
    "position" bigint NOT NULL,
    message_id uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    organizer_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    order_id uuid,
    subject_id uuid,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    seat_count integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT message_amount_minor_check CHECK ((amount_minor >= 0)),
    CONSTRAINT message_check CHECK (((order_id IS NOT NULL) OR (kind = ANY (ARRAY['performance_cancelled'::text, 'seats_offered'::text])))),
    CONSTRAINT message_kind_check CHECK ((kind = ANY (ARRAY['order_paid'::text, 'tickets_issued'::text, 'refund_made'::text, 'performance_cancelled'::text, 'seats_offered'::text]))),
    CONSTRAINT message_seat_count_check CHECK ((seat_count >= 0))
);
CREATE TABLE public.message_consumer (
    name text NOT NULL,
    means text NOT NULL,
    kinds text[] NOT NULL,
    organizer_id uuid,
    url text,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT message_consumer_check CHECK (((means = 'webhook'::text) = ((organizer_id IS NOT NULL) AND (url IS NOT NULL)))),
    CONSTRAINT message_consumer_kinds_check CHECK ((cardinality(kinds) > 0)),
    CONSTRAINT message_consumer_means_check CHECK ((means = ANY (ARRAY['mail'::text, 'webhook'::text, 'figures'::text])))
);
ALTER TABLE public.message ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.message_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.order_hold (
    hold_id uuid NOT NULL,
    order_id uuid NOT NULL
);
CREATE TABLE public.payment_process (
    process_id uuid NOT NULL,
    since timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE public.payout (
    payout_id uuid NOT NULL,
    organizer_id uuid NOT NULL,
    transfer_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    reference text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT payout_amount_minor_check CHECK ((amount_minor > 0)),
    CONSTRAINT payout_reference_check CHECK (((length(reference) >= 1) AND (length(reference) <= 200)))
);
CREATE TABLE public.price_level (
    performance_id uuid NOT NULL,
    number smallint NOT NULL,
    price_level_id text NOT NULL,
    name text NOT NULL,
    color text NOT NULL,
    price_minor bigint NOT NULL,
    service_fee_minor bigint NOT NULL,
    tax_basis_points integer DEFAULT 0 NOT NULL,
    CONSTRAINT price_level_number_check CHECK ((number >= 0)),
    CONSTRAINT price_level_price_minor_check CHECK ((price_minor >= 0)),
    CONSTRAINT price_level_service_fee_minor_check CHECK ((service_fee_minor >= 0)),
    CONSTRAINT price_level_tax_basis_points_check CHECK (((tax_basis_points >= 0) AND (tax_basis_points <= 10000)))
);
CREATE TABLE public.provider_fee_rule (
    provider text NOT NULL,
    currency text NOT NULL,
    basis_points integer NOT NULL,
    fixed_minor bigint NOT NULL,
    CONSTRAINT provider_fee_rule_basis_points_check CHECK (((basis_points >= 0) AND (basis_points <= 10000))),
    CONSTRAINT provider_fee_rule_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT provider_fee_rule_fixed_minor_check CHECK ((fixed_minor >= 0))
);
CREATE TABLE public.published_head (
    performance_id uuid NOT NULL,
    sequence bigint NOT NULL,
    epoch bigint NOT NULL,
    chain_hash bytea NOT NULL,
    tree_hash bytea NOT NULL,
    published_at timestamp with time zone NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT published_head_chain_hash_check CHECK ((length(chain_hash) = 32)),
    CONSTRAINT published_head_epoch_check CHECK ((epoch > 0)),
    CONSTRAINT published_head_sequence_check CHECK ((sequence > 0)),
    CONSTRAINT published_head_signature_check CHECK ((length(signature) = 64)),
    CONSTRAINT published_head_tree_hash_check CHECK ((length(tree_hash) = 32))
);
CREATE TABLE public.sales_minute (
    performance_id uuid NOT NULL,
    minute timestamp with time zone NOT NULL,
    orders integer DEFAULT 0 NOT NULL,
    seats integer DEFAULT 0 NOT NULL,
    gross_minor bigint DEFAULT 0 NOT NULL,
    refunds integer DEFAULT 0 NOT NULL,
    refunded_minor bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');
CREATE TABLE public.schema_migration (
    version integer NOT NULL,
    name text NOT NULL,
    checksum bytea NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT schema_migration_checksum_check CHECK ((length(checksum) = 32)),
    CONSTRAINT schema_migration_version_check CHECK ((version > 0))
);
CREATE TABLE public.seat (
    performance_id uuid NOT NULL,
    seat_index integer NOT NULL,
    state smallint DEFAULT 0 NOT NULL,
    price_level smallint NOT NULL,
    changed_sequence bigint DEFAULT 0 NOT NULL,
    hold_id uuid,
    held_until timestamp with time zone,
    order_id uuid,
    CONSTRAINT seat_fits_state CHECK (
CASE state
    WHEN 1 THEN ((hold_id IS NOT NULL) AND (held_until IS NOT NULL) AND (order_id IS NULL))
    WHEN 2 THEN (order_id IS NOT NULL)
    ELSE ((state = ANY (ARRAY[0, 3])) AND (hold_id IS NULL) AND (held_until IS NULL) AND (order_id IS NULL))
END)
)
PARTITION BY RANGE (performance_id);
CREATE TABLE public.seat_change (
    performance_id uuid NOT NULL,
    sequence bigint NOT NULL,
    committed_at timestamp with time zone NOT NULL,
    changes integer[] NOT NULL,
    chain_hash bytea NOT NULL,
    tickets_hash bytea,
    CONSTRAINT seat_change_fits CHECK (((sequence > 0) AND (cardinality(changes) > 0) AND (length(chain_hash) = 32) AND (length(tickets_hash) = 32)))
);
CREATE TABLE public.seat_default (
    performance_id uuid NOT NULL,
    seat_index integer NOT NULL,
    state smallint DEFAULT 0 NOT NULL,
    price_level smallint NOT NULL,
    changed_sequence bigint DEFAULT 0 NOT NULL,
    hold_id uuid,
    held_until timestamp with time zone,
    order_id uuid,
    CONSTRAINT seat_fits_state CHECK (
CASE state
    WHEN 1 THEN ((hold_id IS NOT NULL) AND (held_until IS NOT NULL) AND (order_id IS NULL))
    WHEN 2 THEN (order_id IS NOT NULL)
    ELSE ((state = ANY (ARRAY[0, 3])) AND (hold_id IS NULL) AND (held_until IS NULL) AND (order_id IS NULL))
END)
)
WITH (fillfactor='40');
CREATE TABLE public.session_revocation (
    session_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    revoked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.venue (
    venue_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
CREATE TABLE public.waiting_list_entry (
    entry_id uuid NOT NULL,
    performance_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    "position" bigint NOT NULL,
    price_level smallint,
    quantity integer NOT NULL,
    joined_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    hold_id uuid,
    CONSTRAINT waiting_list_entry_check CHECK (((state <> 'offered'::text) OR (hold_id IS NOT NULL))),
    CONSTRAINT waiting_list_entry_quantity_check CHECK ((quantity > 0)),
    CONSTRAINT waiting_list_entry_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'offered'::text, 'ended'::text])))
)
WITH (fillfactor='80');
ALTER TABLE public.waiting_list_entry ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.waiting_list_entry_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.waiting_room_entry (
    performance_id uuid NOT NULL,
    number bigint NOT NULL,
    entry_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    turn integer NOT NULL,
    entered_at timestamp with time zone NOT NULL,
    CONSTRAINT waiting_room_entry_number_check CHECK ((number > 0)),
    CONSTRAINT waiting_room_entry_turn_check CHECK ((turn > 0))
);
CREATE TABLE public.waiting_room_secret (
    performance_id uuid NOT NULL,
    seed bytea NOT NULL,
    CONSTRAINT waiting_room_secret_seed_check CHECK ((length(seed) = 32))
);
CREATE TABLE public.waiting_room_step (
    performance_id uuid NOT NULL,
    sequence bigint NOT NULL,
    front bigint NOT NULL,
    admitted_count bigint NOT NULL,
    stepped_at timestamp with time zone NOT NULL,
    CONSTRAINT waiting_room_step_front_check CHECK ((front > 0)),
    CONSTRAINT waiting_room_step_sequence_check CHECK ((sequence > 0))
);
ALTER TABLE ONLY public.seat ATTACH PARTITION public.seat_default DEFAULT;
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_unique UNIQUE (kind, owner, currency);
ALTER TABLE ONLY public.canary
    ADD CONSTRAINT canary_pkey PRIMARY KEY (performance_id);
ALTER TABLE ONLY public.cancellation
    ADD CONSTRAINT cancellation_pkey PRIMARY KEY (performance_id);
ALTER TABLE ONLY public.chart
    ADD CONSTRAINT chart_pkey PRIMARY KEY (chart_id);
ALTER TABLE ONLY public.chart_seat
    ADD CONSTRAINT chart_seat_pkey PRIMARY KEY (chart_id, seat_index);
ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY public.customer_profile
    ADD CONSTRAINT customer_profile_email_unique UNIQUE (email);
ALTER TABLE ONLY public.customer_profile
    ADD CONSTRAINT customer_profile_pkey PRIMARY KEY (customer_id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY ("position", consumer);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_pkey PRIMARY KEY (event_id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT hold_key_unique UNIQUE (customer_id, idempotency_key);
ALTER TABLE ONLY public.hold_lapse
    ADD CONSTRAINT hold_lapse_pkey PRIMARY KEY (performance_id, customer_id);
ALTER TABLE ONLY public.hold
    ADD CONSTRAINT hold_pkey PRIMARY KEY (hold_id);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (customer_id, key);
ALTER TABLE ONLY public.instrument_use
    ADD CONSTRAINT instrument_use_pkey PRIMARY KEY (order_id, idempotency_key, instrument);
ALTER TABLE ONLY public.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.message_consumer
    ADD CONSTRAINT message_consumer_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY ("position");
ALTER TABLE ONLY public.order_hold
    ADD CONSTRAINT order_hold_pkey PRIMARY KEY (hold_id);
ALTER TABLE ONLY public."order"
    ADD CONSTRAINT order_pkey PRIMARY KEY (order_id);
ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_pkey PRIMARY KEY (payment_id);
ALTER TABLE ONLY public.payment_process
    ADD CONSTRAINT payment_process_pkey PRIMARY KEY (process_id);
ALTER TABLE ONLY public.payout
    ADD CONSTRAINT payout_pkey PRIMARY KEY (payout_id);
ALTER TABLE ONLY public.payout
    ADD CONSTRAINT payout_reference_unique UNIQUE (organizer_id, reference);
ALTER TABLE ONLY public.payout
    ADD CONSTRAINT payout_transfer_id_key UNIQUE (transfer_id);
ALTER TABLE ONLY public.performance
    ADD CONSTRAINT performance_pkey PRIMARY KEY (performance_id);
ALTER TABLE ONLY public.price_level
    ADD CONSTRAINT price_level_performance_id_price_level_id_key UNIQUE (performance_id, price_level_id);
ALTER TABLE ONLY public.price_level
    ADD CONSTRAINT price_level_pkey PRIMARY KEY (performance_id, number);
ALTER TABLE ONLY public.provider_fee_rule
    ADD CONSTRAINT provider_fee_rule_pkey PRIMARY KEY (provider, currency);
ALTER TABLE ONLY public.published_head
    ADD CONSTRAINT published_head_pkey PRIMARY KEY (performance_id, sequence);
ALTER TABLE ONLY public.refund
    ADD CONSTRAINT refund_pkey PRIMARY KEY (refund_id);
ALTER TABLE ONLY public.sales_minute
    ADD CONSTRAINT sales_minute_pkey PRIMARY KEY (performance_id, minute);
ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.seat_change
    ADD CONSTRAINT seat_change_pkey PRIMARY KEY (performance_id, sequence);
ALTER TABLE ONLY public.seat
    ADD CONSTRAINT seat_pkey PRIMARY KEY (performance_id, seat_index);
ALTER TABLE ONLY public.seat_default
    ADD CONSTRAINT seat_default_pkey PRIMARY KEY (performance_id, seat_index);
ALTER TABLE ONLY public.session_revocation
    ADD CONSTRAINT session_revocation_pkey PRIMARY KEY (session_id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_code_unique UNIQUE (code);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (ticket_id);
ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT transfer_pkey PRIMARY KEY (transfer_id);
ALTER TABLE ONLY public.transfer_resolution
    ADD CONSTRAINT transfer_resolution_pkey PRIMARY KEY (transfer_id);
ALTER TABLE ONLY public.venue
    ADD CONSTRAINT venue_pkey PRIMARY KEY (venue_id);
ALTER TABLE ONLY public.waiting_list_entry
    ADD CONSTRAINT waiting_list_entry_pkey PRIMARY KEY (entry_id);
ALTER TABLE ONLY public.waiting_list_pool
    ADD CONSTRAINT waiting_list_pool_pkey PRIMARY KEY (hold_id);
ALTER TABLE ONLY public.waiting_room_entry
    ADD CONSTRAINT waiting_room_entry_one_place UNIQUE (performance_id, customer_id, turn);
ALTER TABLE ONLY public.waiting_room_entry
    ADD CONSTRAINT waiting_room_entry_pkey PRIMARY KEY (performance_id, number);
ALTER TABLE ONLY public.waiting_room
    ADD CONSTRAINT waiting_room_pkey PRIMARY KEY (performance_id);
ALTER TABLE ONLY public.waiting_room_secret
    ADD CONSTRAINT waiting_room_secret_pkey PRIMARY KEY (performance_id);
ALTER TABLE ONLY public.waiting_room_step
    ADD CONSTRAINT waiting_room_step_pkey PRIMARY KEY (performance_id, sequence);
CREATE INDEX cancellation_unsettled ON public.cancellation USING btree (claimed_until) WHERE (finished_at IS NULL);
CREATE INDEX delivery_attempt_of ON public.delivery_attempt USING btree ("position", consumer);
CREATE INDEX delivery_dead_unsettled ON public.delivery USING btree (consumer, "position") WHERE (dead_at IS NOT NULL);
CREATE INDEX delivery_finished ON public.delivery USING btree (finished_at) WHERE (finished_at IS NOT NULL);
CREATE INDEX delivery_lane_unsettled ON public.delivery USING btree (order_id, consumer, "position") WHERE ((finished_at IS NULL) AND (order_id IS NOT NULL));
CREATE INDEX delivery_unsettled ON public.delivery USING btree (consumer, next_attempt_at, "position") WHERE ((finished_at IS NULL) AND (dead_at IS NULL));
CREATE INDEX event_starts_at ON public.event USING btree (starts_at, event_id);
CREATE INDEX hold_customer_deadline ON public.hold USING btree (customer_id, expires_at);
CREATE INDEX hold_expires_at ON public.hold USING btree (expires_at);
CREATE INDEX hold_extended_until ON public.hold USING btree (extended_until) WHERE (extended_until IS NOT NULL);
CREATE INDEX hold_performance_created ON public.hold USING btree (performance_id, created_at);
CREATE INDEX idempotency_created_at ON public.idempotency USING btree (created_at);
CREATE INDEX instrument_use_of ON public.instrument_use USING btree (performance_id, instrument);
CREATE INDEX message_order ON public.message USING btree (order_id);
CREATE INDEX message_performance ON public.message USING btree (performance_id, created_at);
CREATE INDEX order_customer ON public."order" USING btree (customer_id, created_at, order_id);
CREATE INDEX order_hold_order ON public.order_hold USING btree (order_id);
CREATE INDEX order_performance_id ON public."order" USING btree (performance_id, order_id);
CREATE INDEX payment_frozen_until ON public.payment USING btree (frozen_until);
CREATE UNIQUE INDEX payment_one_unsettled ON public.payment USING btree (order_id) WHERE (state = ANY (ARRAY['pending'::text, 'unknown'::text, 'requires_action'::text]));
CREATE INDEX payment_order ON public.payment USING btree (order_id);
CREATE INDEX payment_unsettled ON public.payment USING btree (created_at) WHERE (state = ANY (ARRAY['pending'::text, 'unknown'::text, 'requires_action'::text, 'refunding'::text]));
CREATE INDEX performance_event ON public.performance USING btree (event_id);
CREATE INDEX performance_on_sale ON public.performance USING btree (on_sale_at);
CREATE INDEX performance_organizer ON public.performance USING btree (organizer_id);
CREATE INDEX refund_order ON public.refund USING btree (order_id);
CREATE INDEX refund_payment ON public.refund USING btree (payment_id);
CREATE INDEX refund_performance ON public.refund USING btree (performance_id);
CREATE INDEX refund_refused_unsettled ON public.refund USING btree (refused_at, refund_id) WHERE (state = 'refused'::text);
CREATE INDEX refund_unsettled ON public.refund USING btree (((reason = 'performance_cancelled'::text)), next_check_at) WHERE (state = 'pending'::text);
CREATE INDEX session_revocation_expires_at ON public.session_revocation USING btree (expires_at);
CREATE INDEX session_revocation_revoked_at ON public.session_revocation USING btree (revoked_at);
CREATE INDEX ticket_customer ON public.ticket USING btree (customer_id, issued_at, ticket_id);
CREATE UNIQUE INDEX ticket_one_live ON public.ticket USING btree (performance_id, seat_index) WHERE live;
CREATE INDEX ticket_order ON public.ticket USING btree (order_id);
CREATE INDEX ticket_sold_sequence ON public.ticket USING btree (performance_id, sold_sequence, seat_index) WHERE (sold_sequence IS NOT NULL);
CREATE INDEX transfer_credit_account ON public.transfer USING btree (credit_account_id);
CREATE INDEX transfer_debit_account ON public.transfer USING btree (debit_account_id);
CREATE INDEX transfer_order ON public.transfer USING btree (order_id);
CREATE INDEX transfer_payment ON public.transfer USING btree (payment_id) WHERE (payment_id IS NOT NULL);
CREATE INDEX venue_name ON public.venue USING btree (name);
CREATE INDEX waiting_list_customer ON public.waiting_list_entry USING btree (performance_id, customer_id, "position");
CREATE UNIQUE INDEX waiting_list_one_live ON public.waiting_list_entry USING btree (performance_id, customer_id) WHERE (state <> 'ended'::text);
CREATE INDEX waiting_list_pool_performance ON public.waiting_list_pool USING btree (performance_id);
CREATE INDEX waiting_list_waiting ON public.waiting_list_entry USING btree (performance_id, "position") WHERE (state = 'waiting'::text);
CREATE INDEX waiting_room_on ON public.waiting_room USING btree (performance_id) WHERE is_on;
ALTER INDEX public.seat_pkey ATTACH PARTITION public.seat_default_pkey;
ALTER TABLE ONLY public.canary
    ADD CONSTRAINT canary_performance_id_fkey FOREIGN KEY (performance_id) REFERENCES public.performance(performance_id);
ALTER TABLE ONLY public.chart_seat
    ADD CONSTRAINT chart_seat_chart_id_fkey FOREIGN KEY (chart_id) REFERENCES public.chart(chart_id);
ALTER TABLE ONLY public.customer_profile
    ADD CONSTRAINT customer_profile_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(customer_id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_organizer_id_fkey FOREIGN KEY (organizer_id) REFERENCES public.customer(customer_id);
ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_venue_id_fkey FOREIGN KEY (venue_id) REFERENCES public.venue(venue_id);
ALTER TABLE ONLY public.message_consumer
    ADD CONSTRAINT message_consumer_organizer_id_fkey FOREIGN KEY (organizer_id) REFERENCES public.customer(customer_id);
ALTER TABLE ONLY public.payout
    ADD CONSTRAINT payout_organizer_id_fkey FOREIGN KEY (organizer_id) REFERENCES public.customer(customer_id);
ALTER TABLE ONLY public.performance
    ADD CONSTRAINT performance_chart_id_fkey FOREIGN KEY (chart_id) REFERENCES public.chart(chart_id);
ALTER TABLE ONLY public.performance
    ADD CONSTRAINT performance_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.event(event_id);
ALTER TABLE ONLY public.performance
    ADD CONSTRAINT performance_organizer_id_fkey FOREIGN KEY (organizer_id) REFERENCES public.customer(customer_id);
ALTER TABLE ONLY public.price_level
    ADD CONSTRAINT price_level_performance_id_fkey FOREIGN KEY (performance_id) REFERENCES public.performance(performance_id);
ALTER TABLE ONLY public.published_head
    ADD CONSTRAINT published_head_performance_id_fkey FOREIGN KEY (performance_id) REFERENCES public.performance(performance_id);
ALTER TABLE ONLY public.session_revocation
    ADD CONSTRAINT session_revocation_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(customer_id);
ALTER TABLE ONLY public.waiting_room
    ADD CONSTRAINT waiting_room_performance_id_fkey FOREIGN KEY (performance_id) REFERENCES public.performance(performance_id);
ALTER TABLE ONLY public.waiting_room_secret
    ADD CONSTRAINT waiting_room_secret_performance_id_fkey FOREIGN KEY (performance_id) REFERENCES public.waiting_room(performance_id);
GRANT USAGE ON SCHEMA public TO box_office_service;
REVOKE ALL ON FUNCTION public.account_credit_balance(p_account_id uuid, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.account_credit_balance(p_account_id uuid, p_at timestamp with time zone) TO box_office_service;
REVOKE ALL ON FUNCTION public.account_of(p_kind text, p_owner text, p_currency text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.account_of(p_kind text, p_owner text, p_currency text) TO box_office_service;
REVOKE ALL ON FUNCTION public.analyze_seats(p_performance_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.analyze_seats(p_performance_id uuid) TO box_office_service;
REVOKE ALL ON FUNCTION public.answers_store(p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_statuses smallint[], p_bodies bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.answers_store(p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_statuses smallint[], p_bodies bytea[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.append_change(p_performance_id uuid, p_now timestamp with time zone, p_changes integer[], p_unsold_delta integer, p_tickets_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.append_change(p_performance_id uuid, p_now timestamp with time zone, p_changes integer[], p_unsold_delta integer, p_tickets_hash bytea) TO box_office_service;
REVOKE ALL ON FUNCTION public.canary_batch(p_performance_id uuid, p_interval_milliseconds integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.canary_batch(p_performance_id uuid, p_interval_milliseconds integer[]) TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.cancellation TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.performance TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.refund TO box_office_service;
GRANT SELECT ON TABLE public.cancellation_reading TO box_office_service;
REVOKE ALL ON FUNCTION public.cancellation_begin_batch(p_performance_id uuid, p_asker_ids uuid[], p_askers text[], p_keys text[], p_fingerprints bytea[], p_reasons text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.cancellation_begin_batch(p_performance_id uuid, p_asker_ids uuid[], p_askers text[], p_keys text[], p_fingerprints bytea[], p_reasons text[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.cancellation_free(p_sale public.performance, p_now timestamp with time zone, OUT sequence bigint, OUT changes integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.cancellation_free(p_sale public.performance, p_now timestamp with time zone, OUT sequence bigint, OUT changes integer[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.cancellation_plan_batch(p_performance_id uuid, p_tickets_max integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.cancellation_plan_batch(p_performance_id uuid, p_tickets_max integer) TO box_office_service;
REVOKE ALL ON FUNCTION public.cancellation_step_max() FROM PUBLIC;
GRANT ALL ON FUNCTION public.cancellation_step_max() TO box_office_service;
REVOKE ALL ON FUNCTION public.cancellation_tell(p_sale public.performance, p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.cancellation_tell(p_sale public.performance, p_now timestamp with time zone) TO box_office_service;
REVOKE ALL ON FUNCTION public.chain_link(p_previous bytea, p_sequence bigint, p_committed_at timestamp with time zone, p_changes integer[], p_tickets_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.chain_link(p_previous bytea, p_sequence bigint, p_committed_at timestamp with time zone, p_changes integer[], p_tickets_hash bytea) TO box_office_service;
REVOKE ALL ON FUNCTION public.check_in(p_organizer_id uuid, p_is_admin boolean, p_key text, p_fingerprint bytea, p_code text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.check_in(p_organizer_id uuid, p_is_admin boolean, p_key text, p_fingerprint bytea, p_code text) TO box_office_service;
REVOKE ALL ON FUNCTION public.cool_down_seconds(p_sale public.performance, p_seat_seconds double precision) FROM PUBLIC;
GRANT ALL ON FUNCTION public.cool_down_seconds(p_sale public.performance, p_seat_seconds double precision) TO box_office_service;
REVOKE ALL ON FUNCTION public.cooling_until(p_sale public.performance, p_customer_id uuid, p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.cooling_until(p_sale public.performance, p_customer_id uuid, p_now timestamp with time zone) TO box_office_service;
REVOKE ALL ON FUNCTION public.deliveries_forget(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.deliveries_forget(p_limit integer) TO box_office_service;
REVOKE ALL ON FUNCTION public.ended_payments_write(p_sale public.performance, p_now timestamp with time zone, p_payment_ids uuid[], p_observations text[], p_references text[], p_decline_codes text[], p_items integer[], p_extension_seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ended_payments_write(p_sale public.performance, p_now timestamp with time zone, p_payment_ids uuid[], p_observations text[], p_references text[], p_decline_codes text[], p_items integer[], p_extension_seconds integer) TO box_office_service;
REVOKE ALL ON FUNCTION public.expire_batch(p_performance_id uuid, p_hold_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.expire_batch(p_performance_id uuid, p_hold_ids uuid[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.free_seats(sale public.performance, p_now timestamp with time zone, p_hold_ids uuid[], OUT sequence bigint, OUT changes integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.free_seats(sale public.performance, p_now timestamp with time zone, p_hold_ids uuid[], OUT sequence bigint, OUT changes integer[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.hold_batch(p_performance_id uuid, p_hold_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_request_ids text[], p_customers uuid[], p_customer_positions integer[], p_item_seats integer[], p_item_starts integer[], p_seats integer[], p_seat_positions integer[], p_quantities integer[], p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.hold_batch(p_performance_id uuid, p_hold_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_request_ids text[], p_customers uuid[], p_customer_positions integer[], p_item_seats integer[], p_item_starts integer[], p_seats integer[], p_seat_positions integer[], p_quantities integer[], p_now timestamp with time zone) TO box_office_service;
REVOKE ALL ON FUNCTION public.hold_choice_look(p_performance_id uuid, p_epoch bigint, p_after_sequence bigint, p_history_batches_max integer, p_customer_ids uuid[], p_keys text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.hold_choice_look(p_performance_id uuid, p_epoch bigint, p_after_sequence bigint, p_history_batches_max integer, p_customer_ids uuid[], p_keys text[]) TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.hold TO box_office_service;
REVOKE ALL ON FUNCTION public.inclusive_tax(p_amount_minor bigint, p_basis_points integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.inclusive_tax(p_amount_minor bigint, p_basis_points integer) TO box_office_service;
REVOKE ALL ON FUNCTION public.instrument_batch(p_performance_id uuid, p_order_ids uuid[], p_customer_ids uuid[], p_keys text[], p_instruments bytea[], p_older_instruments bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.instrument_batch(p_performance_id uuid, p_order_ids uuid[], p_customer_ids uuid[], p_keys text[], p_instruments bytea[], p_older_instruments bytea[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.instrument_seats(p_performance_id uuid, p_instruments bytea[], p_order_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.instrument_seats(p_performance_id uuid, p_instruments bytea[], p_order_id uuid) TO box_office_service;
REVOKE ALL ON FUNCTION public.keep_seat_partitions(months_ahead integer) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.lapses_write(p_sale public.performance, p_now timestamp with time zone, p_hold_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.lapses_write(p_sale public.performance, p_now timestamp with time zone, p_hold_ids uuid[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.late_money_write(p_sale public.performance, p_now timestamp with time zone, p_payment_ids uuid[], p_references text[], p_transfer_ids uuid[], p_refund_ids uuid[], p_items integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.late_money_write(p_sale public.performance, p_now timestamp with time zone, p_payment_ids uuid[], p_references text[], p_transfer_ids uuid[], p_refund_ids uuid[], p_items integer[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.lock_performance(p_performance_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.lock_performance(p_performance_id uuid) TO box_office_service;
GRANT SELECT ON TABLE public.waiting_room TO box_office_service;
REVOKE ALL ON FUNCTION public.lock_waiting_room(p_performance_id uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.merkle_root(p_leaves bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.merkle_root(p_leaves bytea[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.message_consumer_add(p_name text, p_means text, p_kinds text[], p_organizer_id uuid, p_url text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.message_consumer_add(p_name text, p_means text, p_kinds text[], p_organizer_id uuid, p_url text) TO box_office_service;
REVOKE ALL ON FUNCTION public.messages_write(p_kind text, p_sale public.performance, p_order_ids uuid[], p_subject_ids uuid[], p_amounts bigint[], p_seat_counts integer[], p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.messages_write(p_kind text, p_sale public.performance, p_order_ids uuid[], p_subject_ids uuid[], p_amounts bigint[], p_seat_counts integer[], p_at timestamp with time zone) TO box_office_service;
REVOKE ALL ON FUNCTION public.nobody() FROM PUBLIC;
GRANT ALL ON FUNCTION public.nobody() TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.chart_seat TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public."order" TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.payment TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.ticket TO box_office_service;
GRANT SELECT ON TABLE public.order_reading TO box_office_service;
REVOKE ALL ON FUNCTION public.order_create_batch(p_performance_id uuid, p_order_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_hold_ids uuid[], p_hold_items integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.order_create_batch(p_performance_id uuid, p_order_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_hold_ids uuid[], p_hold_items integer[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.orders_lapse(p_performance_id uuid, p_hold_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.orders_lapse(p_performance_id uuid, p_hold_ids uuid[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.orders_lapse_batch(p_performance_id uuid, p_hold_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.orders_lapse_batch(p_performance_id uuid, p_hold_ids uuid[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.payment_begin_batch(p_performance_id uuid, p_payment_ids uuid[], p_order_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_method_types text[], p_method_tokens text[], p_provider text, p_lease_seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.payment_begin_batch(p_performance_id uuid, p_payment_ids uuid[], p_order_ids uuid[], p_customer_ids uuid[], p_keys text[], p_fingerprints bytea[], p_method_types text[], p_method_tokens text[], p_provider text, p_lease_seconds integer) TO box_office_service;
REVOKE ALL ON FUNCTION public.payment_process_beat(p_process_id uuid, p_silence_milliseconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.payment_process_beat(p_process_id uuid, p_silence_milliseconds integer) TO box_office_service;
REVOKE ALL ON FUNCTION public.payment_settle_batch(p_performance_id uuid, p_payment_ids uuid[], p_observations text[], p_references text[], p_decline_codes text[], p_next_actions text[], p_transfer_ids uuid[], p_refund_ids uuid[], p_ticket_ids uuid[], p_ticket_codes text[], p_ticket_starts integer[], p_extension_seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.payment_settle_batch(p_performance_id uuid, p_payment_ids uuid[], p_observations text[], p_references text[], p_decline_codes text[], p_next_actions text[], p_transfer_ids uuid[], p_refund_ids uuid[], p_ticket_ids uuid[], p_ticket_codes text[], p_ticket_starts integer[], p_extension_seconds integer) TO box_office_service;
REVOKE ALL ON FUNCTION public.payout_write(p_payout_id uuid, p_organizer_id uuid, p_amount_minor bigint, p_currency text, p_reference text, OUT outcome text, OUT payout_id uuid, OUT payable_minor bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.payout_write(p_payout_id uuid, p_organizer_id uuid, p_amount_minor bigint, p_currency text, p_reference text, OUT outcome text, OUT payout_id uuid, OUT payable_minor bigint) TO box_office_service;
REVOKE ALL ON FUNCTION public.provider_fees_write(p_now timestamp with time zone, p_payment_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.provider_fees_write(p_now timestamp with time zone, p_payment_ids uuid[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.refund_begin_batch(p_performance_id uuid, p_refund_ids uuid[], p_order_ids uuid[], p_asker_ids uuid[], p_askers text[], p_keys text[], p_fingerprints bytea[], p_notes text[], p_tickets uuid[], p_ticket_items integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.refund_begin_batch(p_performance_id uuid, p_refund_ids uuid[], p_order_ids uuid[], p_asker_ids uuid[], p_askers text[], p_keys text[], p_fingerprints bytea[], p_notes text[], p_tickets uuid[], p_ticket_items integer[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.refund_settle_batch(p_performance_id uuid, p_refund_ids uuid[], p_keys uuid[], p_observations text[], p_words text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.refund_settle_batch(p_performance_id uuid, p_refund_ids uuid[], p_keys uuid[], p_observations text[], p_words text[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.refunds_made_write(p_sale public.performance, p_now timestamp with time zone, p_refund_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.refunds_made_write(p_sale public.performance, p_now timestamp with time zone, p_refund_ids uuid[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.refunds_returned_write(p_now timestamp with time zone, p_refund_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.refunds_returned_write(p_now timestamp with time zone, p_refund_ids uuid[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.refunds_write(p_sale public.performance, p_now timestamp with time zone, p_refund_ids uuid[], p_order_ids uuid[], p_reasons text[], p_notes text[], p_asked_by uuid[], p_with_fees boolean[], p_ticket_ids uuid[], p_ticket_refunds integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.refunds_write(p_sale public.performance, p_now timestamp with time zone, p_refund_ids uuid[], p_order_ids uuid[], p_reasons text[], p_notes text[], p_asked_by uuid[], p_with_fees boolean[], p_ticket_ids uuid[], p_ticket_refunds integer[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.release_batch(p_performance_id uuid, p_hold_ids uuid[], p_customer_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.release_batch(p_performance_id uuid, p_hold_ids uuid[], p_customer_ids uuid[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.sale_refusal_at(p_sale public.performance, p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.sale_refusal_at(p_sale public.performance, p_now timestamp with time zone) TO box_office_service;
REVOKE ALL ON FUNCTION public.sales_figures_count(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.sales_figures_count(p_limit integer) TO box_office_service;
REVOKE ALL ON FUNCTION public.sales_write(p_sale public.performance, p_now timestamp with time zone, p_sequence bigint, p_payment_ids uuid[], p_references text[], p_transfer_ids uuid[], p_ticket_starts integer[], p_items integer[], p_order_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.sales_write(p_sale public.performance, p_now timestamp with time zone, p_sequence bigint, p_payment_ids uuid[], p_references text[], p_transfer_ids uuid[], p_ticket_starts integer[], p_items integer[], p_order_ids uuid[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.smallest_uuid_at(moment timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.ticket_leaf(p_ticket_id uuid, p_order_id uuid, p_performance_id uuid, p_seat_index integer, p_price_minor bigint, p_service_fee_minor bigint, p_currency text, p_code text, p_seat_label text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.ticket_leaf(p_ticket_id uuid, p_order_id uuid, p_performance_id uuid, p_seat_index integer, p_price_minor bigint, p_service_fee_minor bigint, p_currency text, p_code text, p_seat_label text) TO box_office_service;
REVOKE ALL ON FUNCTION public.tickets_issue(p_sale public.performance, p_now timestamp with time zone, p_changes integer[], p_ticket_ids uuid[], p_ticket_codes text[], p_ticket_starts integer[], p_items integer[], p_order_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.tickets_issue(p_sale public.performance, p_now timestamp with time zone, p_changes integer[], p_ticket_ids uuid[], p_ticket_codes text[], p_ticket_starts integer[], p_items integer[], p_order_ids uuid[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.uuid_at(p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.uuid_at(p_now timestamp with time zone) TO box_office_service;
REVOKE ALL ON FUNCTION public.waiting_list_is_open(p_sale public.performance, p_now timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.waiting_list_is_open(p_sale public.performance, p_now timestamp with time zone) TO box_office_service;
REVOKE ALL ON FUNCTION public.waiting_list_join(p_entry_id uuid, p_performance_id uuid, p_customer_id uuid, p_price_level_id text, p_quantity integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.waiting_list_join(p_entry_id uuid, p_performance_id uuid, p_customer_id uuid, p_price_level_id text, p_quantity integer) TO box_office_service;
GRANT SELECT,INSERT,DELETE ON TABLE public.waiting_list_pool TO box_office_service;
REVOKE ALL ON FUNCTION public.waiting_list_keep(p_sale public.performance, p_now timestamp with time zone, p_seats integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.waiting_list_keep(p_sale public.performance, p_now timestamp with time zone, p_seats integer[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.waiting_list_look(p_performance_id uuid, OUT database_time timestamp with time zone, OUT seats integer[], OUT price_levels integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.waiting_list_look(p_performance_id uuid, OUT database_time timestamp with time zone, OUT seats integer[], OUT price_levels integer[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.waiting_list_offer_batch(p_performance_id uuid, p_now timestamp with time zone, p_hold_ids uuid[], p_entry_ids uuid[], p_seats integer[], p_starts integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.waiting_list_offer_batch(p_performance_id uuid, p_now timestamp with time zone, p_hold_ids uuid[], p_entry_ids uuid[], p_seats integer[], p_starts integer[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.waiting_list_seats_left(p_performance_id uuid, p_now timestamp with time zone, p_entry_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.waiting_list_seats_left(p_performance_id uuid, p_now timestamp with time zone, p_entry_ids uuid[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.waiting_room_close(p_performance_id uuid, p_now timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.waiting_room_enter(p_performance_id uuid, p_entry_ids uuid[], p_customer_ids uuid[], p_turns integer[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.waiting_room_enter(p_performance_id uuid, p_entry_ids uuid[], p_customer_ids uuid[], p_turns integer[]) TO box_office_service;
REVOKE ALL ON FUNCTION public.waiting_room_publish_list(p_performance_id uuid, p_list_hash bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.waiting_room_publish_list(p_performance_id uuid, p_list_hash bytea) TO box_office_service;
REVOKE ALL ON FUNCTION public.waiting_room_put(p_performance_id uuid, p_asker_id uuid, p_is_on boolean, p_admissions_per_minute_max integer, p_admission_seconds integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.waiting_room_put(p_performance_id uuid, p_asker_id uuid, p_is_on boolean, p_admissions_per_minute_max integer, p_admission_seconds integer) TO box_office_service;
REVOKE ALL ON FUNCTION public.waiting_room_resign(p_stepper bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.waiting_room_resign(p_stepper bigint) TO box_office_service;
REVOKE ALL ON FUNCTION public.waiting_room_step(p_performance_id uuid, p_stepper bigint, p_sequence bigint, p_front bigint, p_admitted integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.waiting_room_step(p_performance_id uuid, p_stepper bigint, p_sequence bigint, p_front bigint, p_admitted integer) TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.account TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.canary TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.chart TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.customer TO box_office_service;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.customer_profile TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.delivery TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.delivery_attempt TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.transfer TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.transfer_resolution TO box_office_service;
GRANT SELECT ON TABLE public.entry TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.event TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.hold_lapse TO box_office_service;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.instrument_use TO box_office_service;
GRANT SELECT ON TABLE public.ledger TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.message TO box_office_service;
GRANT SELECT ON TABLE public.message_consumer TO box_office_service;
GRANT UPDATE(retired_at) ON TABLE public.message_consumer TO box_office_service;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.order_hold TO box_office_service;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.payment_process TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.payout TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.price_level TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.provider_fee_rule TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.published_head TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.sales_minute TO box_office_service;
GRANT SELECT ON TABLE public.schema_migration TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.seat TO box_office_service;
GRANT SELECT,INSERT ON TABLE public.seat_change TO box_office_service;
GRANT SELECT ON TABLE public.seat_default TO box_office_service;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session_revocation TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.venue TO box_office_service;
GRANT SELECT,INSERT,UPDATE ON TABLE public.waiting_list_entry TO box_office_service;
GRANT SELECT ON TABLE public.waiting_room_entry TO box_office_service;
GRANT SELECT ON TABLE public.waiting_room_step TO box_office_service;
