-- The sandbox provider's own book, in its own database.

-- statement: sandbox_start repeatable
SELECT payment_id, state, decline_code, is_mismatch FROM sandbox_start($1, $2, $3, $4, $5, $6, $7, $8)

-- statement: sandbox_status repeatable
SELECT state, decline_code FROM sandbox_charge WHERE payment_id = $1::uuid

-- statement: sandbox_cancel repeatable
SELECT sandbox_cancel($1::uuid)

-- statement: sandbox_refund repeatable
SELECT sandbox_refund_make($1::uuid, $2::uuid, $3)

-- statement: sandbox_authorize repeatable
SELECT sandbox_authorize($1::uuid, $2)

-- statement: sandbox_carry_out_due repeatable
SELECT sandbox_carry_out_due($1)

-- statement: sandbox_webhooks_claim
SELECT webhook_id, payment_id, event, attempts FROM sandbox_webhooks_claim($1, $2)

-- statement: sandbox_webhooks_delivered repeatable
UPDATE sandbox_webhook SET delivered_at = clock_timestamp() WHERE webhook_id = ANY ($1::uuid[]) AND delivered_at IS NULL

-- statement: sandbox_webhook_postpone repeatable
UPDATE sandbox_webhook SET next_attempt_at = clock_timestamp() + make_interval(secs => $2) WHERE webhook_id = $1::uuid

-- statement: sandbox_book_exists repeatable
SELECT to_regclass('public.sandbox_webhook') IS NOT NULL

-- Charges that were made, with what of them went back: a page after a payment id.
-- statement: sandbox_book_page repeatable
SELECT c.payment_id, c.state, c.amount_minor, c.currency,
       coalesce((SELECT sum(r.amount_minor) FROM sandbox_refund r WHERE r.payment_id = c.payment_id), 0)::bigint
FROM sandbox_charge c WHERE c.payment_id > $1::uuid AND c.amount_minor IS NOT NULL
ORDER BY c.payment_id LIMIT $2
