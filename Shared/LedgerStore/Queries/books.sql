-- The books as such.

-- What stood on accounts at the instant $1: the lines that were posted by then. Of the kind $2 and the owner $3,
-- or all.
-- statement: account_balances repeatable
SELECT a.kind, a.owner, a.currency,
       (SELECT coalesce(sum(t.amount_minor), 0) FROM transfer t JOIN transfer_resolution r USING (transfer_id)
        WHERE t.debit_account_id = a.account_id AND r.state = 'posted' AND r.resolved_at <= $1::timestamptz)::bigint,
       (SELECT coalesce(sum(t.amount_minor), 0) FROM transfer t JOIN transfer_resolution r USING (transfer_id)
        WHERE t.credit_account_id = a.account_id AND r.state = 'posted' AND r.resolved_at <= $1::timestamptz)::bigint
FROM account a
WHERE ($2::text IS NULL OR a.kind = $2) AND ($3::text IS NULL OR a.owner = $3)
ORDER BY a.kind, a.owner, a.currency

-- statement: payout_write repeatable write
SELECT outcome, payout_id, payable_minor FROM payout_write($1, $2, $3, $4, $5)

-- statement: provider_fee_rules repeatable
SELECT provider, currency, basis_points, fixed_minor FROM provider_fee_rule ORDER BY provider, currency

-- statement: provider_fee_rule_write repeatable write
INSERT INTO provider_fee_rule (provider, currency, basis_points, fixed_minor) VALUES ($1, $2, $3, $4)
ON CONFLICT (provider, currency) DO UPDATE SET basis_points = excluded.basis_points, fixed_minor = excluded.fixed_minor
