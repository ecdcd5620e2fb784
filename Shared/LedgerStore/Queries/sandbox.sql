-- The sandbox provider's own book, in its own database.

-- statement: sandbox_start repeatable write
SELECT payment_id, state, decline_code, is_mismatch FROM sandbox_start($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- statement: sandbox_status repeatable
SELECT sandbox_is_away($1::uuid), c.state, c.decline_code
FROM (VALUES ($1::uuid)) AS i (payment_id) LEFT JOIN sandbox_charge c ON c.payment_id = i.payment_id

-- statement: sandbox_outage_begin repeatable write
SELECT sandbox_outage_begin($1::uuid, $2)

-- statement: sandbox_cancel repeatable write
SELECT sandbox_cancel($1::uuid)

-- statement: sandbox_refund repeatable write
SELECT sandbox_refund_make($1::uuid, $2::uuid, $3)

-- statement: sandbox_refund_state repeatable
SELECT sandbox_is_away($1::uuid), sandbox_refund_state($2::uuid)

-- statement: sandbox_authorize repeatable write
SELECT sandbox_authorize($1::uuid, $2)

-- statement: sandbox_carry_out_due repeatable write
SELECT sandbox_carry_out_due($1)

-- statement: sandbox_webhooks_claim
SELECT webhook_id, payment_id, event, attempts FROM sandbox_webhooks_claim($1, $2)

-- statement: sandbox_webhooks_delivered repeatable write
UPDATE sandbox_webhook SET delivered_at = clock_timestamp() WHERE webhook_id = ANY ($1::uuid[]) AND delivered_at IS NULL

-- statement: sandbox_webhook_postpone repeatable write
UPDATE sandbox_webhook SET next_attempt_at = clock_timestamp() + make_interval(secs => $2) WHERE webhook_id = $1::uuid

-- statement: sandbox_book_exists repeatable
SELECT to_regclass('public.sandbox_outage') IS NOT NULL

-- Charges that were made, with what of them went back: a page after a payment id.
-- statement: sandbox_book_page repeatable
SELECT c.payment_id, c.state, c.amount_minor, c.currency,
       coalesce((SELECT sum(r.amount_minor) FROM sandbox_refund r WHERE r.payment_id = c.payment_id), 0)::bigint
FROM sandbox_charge c WHERE c.payment_id > $1::uuid AND c.amount_minor IS NOT NULL
ORDER BY c.payment_id LIMIT $2
