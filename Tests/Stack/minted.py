"""Customers in bulk: written straight into the ledger, and signed in by the key that the gateways know."""

import base64
import hashlib
import hmac
import time
import uuid

ROLE_CUSTOMER = 0
SESSION_SECONDS = 3_600


def _text(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def session_token(stack, customer_id):
    """As a gateway makes one: session, customer, issue and end in microseconds, role."""
    key, _, digits = stack.secret("session-keys").split(",")[0].partition(":")
    now = int(time.time() * 1_000_000)
    payload = (uuid.uuid4().bytes + uuid.UUID(customer_id).bytes + now.to_bytes(8)
               + (now + SESSION_SECONDS * 1_000_000).to_bytes(8) + bytes([ROLE_CUSTOMER]))
    statement = f"{key}.{_text(payload)}"
    return f"{statement}.{_text(hmac.digest(bytes.fromhex(digits), statement.encode(), hashlib.sha256))}"


async def customers(house, count, make):
    """Makes so many; `make(name, id, token)` answers what a customer is to the caller."""
    ids = [str(uuid.uuid4()) for _ in range(count)]
    rows = ",".join(f"('{customer}'::uuid)" for customer in ids)
    await house.ledger.execute(f"""
        CREATE TEMPORARY TABLE minted (customer_id uuid); INSERT INTO minted VALUES {rows};
        INSERT INTO customer (customer_id, role) SELECT customer_id, 'customer' FROM minted;
        INSERT INTO customer_profile (customer_id, email, name, password_hash)
            SELECT customer_id, customer_id || '@minted.example', 'Minted', 'none' FROM minted;""")
    return [make(f"minted-{place}", customer, session_token(house.stack, customer))
            for place, customer in enumerate(ids)]
