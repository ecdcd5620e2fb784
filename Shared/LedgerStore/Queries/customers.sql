-- statement: customer_register
WITH registered AS (INSERT INTO customer (customer_id, role) VALUES ($1, $2) RETURNING customer_id)
INSERT INTO customer_profile (customer_id, email, name, password_hash, language)
SELECT customer_id, $3, $4, $5, $6 FROM registered

-- Many at once, for load tests.
-- statement: customers_register
WITH registered AS (INSERT INTO customer (customer_id, role) SELECT unnest($1::uuid[]), 'customer')
INSERT INTO customer_profile (customer_id, email, name, password_hash)
SELECT n.customer_id, n.email, n.name, n.password_hash
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS n (customer_id, email, name, password_hash)

-- statement: customer_by_id repeatable
SELECT c.customer_id, p.email, p.name, c.role
FROM customer c JOIN customer_profile p ON p.customer_id = c.customer_id
WHERE c.customer_id = $1

-- statement: customer_by_email repeatable
SELECT c.customer_id, p.email, p.name, c.role, p.password_hash
FROM customer_profile p JOIN customer c ON c.customer_id = p.customer_id
WHERE p.email = $1

-- statement: session_revoke repeatable write
INSERT INTO session_revocation (session_id, customer_id, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (session_id) DO NOTHING

-- statement: session_is_revoked repeatable
SELECT EXISTS (SELECT FROM session_revocation WHERE session_id = $1)

-- Rows commit out of the order of revoked_at: the reader asks again for the last $2 seconds before its cursor.
-- statement: sessions_revoked_since repeatable
SELECT session_id, revoked_at FROM session_revocation
WHERE revoked_at > $1::timestamptz - make_interval(secs => $2) AND expires_at > now()
ORDER BY revoked_at

-- statement: sessions_revoked repeatable
SELECT session_id, revoked_at FROM session_revocation WHERE expires_at > now()

-- statement: session_revocations_forget repeatable write
WITH ended AS (
    SELECT session_id FROM session_revocation WHERE expires_at < statement_timestamp() - interval '1 hour'
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED),
forgotten AS (DELETE FROM session_revocation r USING ended WHERE r.session_id = ended.session_id RETURNING 1)
SELECT count(*) FROM forgotten
