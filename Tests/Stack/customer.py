"""An honest customer: asks again with the same key until there is an answer, and writes down what was told."""

import asyncio
import collections
import json
import random
import uuid

from http_client import Lost
from proof import Failed

PASSWORD_WORD = "stack-suite-password"
OPEN_PAYMENTS = ("pending", "unknown", "requires_action")


class Customer:
    def __init__(self, client, name):
        self.client, self.name = client, name
        self.email = f"{name}@stack.example"
        self.password = f"{PASSWORD_WORD}-{uuid.uuid4().hex}"
        self.id = self.token = None
        self.holds = {}  # hold id → the seats that were granted
        self.released = set()  # hold ids that were told to be released
        self.orders = {}  # order id → hold ids
        self.paid = {}  # order id → the paid order that was told
        self.declined = set()  # order ids of which a payment was told to be declined
        self.abandoned = set()  # order ids whose payment was left alone
        self.told = collections.Counter()  # how often which answer came
        self.retries = collections.Counter()  # how often it was asked again, and why
        self.complaints = []  # what must not happen

    async def sign_up(self):
        registration = {"email": self.email, "password": self.password, "name": self.name}
        answer = await self.patiently("POST", "/v1/customers", registration, signed_in=False)
        if answer.status not in (201, 409):
            raise Failed(f"{self.name} signs up: {answer}")
        return await self.sign_in()

    async def sign_in(self):
        answer = await self.patiently(
            "POST", "/v1/sessions", {"email": self.email, "password": self.password}, signed_in=False)
        if answer.status != 201:
            raise Failed(f"{self.name} signs in: {answer}")
        self.token, self.id = answer.json["session_token"], answer.json["customer"]["customer_id"]
        return self

    # Asking

    def headers(self, key=None, signed_in=True):
        headers = [("content-type", "application/json")]
        if signed_in:
            headers.append(("authorization", f"Bearer {self.token}"))
        if key:
            headers.append(("idempotency-key", key))
        return headers

    async def once(self, method, path, body=None, key=None, connection=None, seconds=20):
        """One request, one answer, or `Lost`."""
        sent = None if body is None else json.dumps(body).encode()
        return await (connection or self.client).request(method, path, self.headers(key), sent, seconds)

    async def patiently(self, method, path, body=None, key=None, signed_in=True, patience=90):
        """Asks until there is an answer that says something."""
        sent = None if body is None else json.dumps(body).encode()
        loop = asyncio.get_running_loop()
        give_up = loop.time() + patience
        while True:
            try:
                answer = await self.client.request(method, path, self.headers(key, signed_in), sent)
                if answer.status == 500:
                    self.complaints.append(f"{method} {path}: {answer}")
                if answer.status < 500 and answer.code not in ("idempotency_key_in_use", "rate_limited"):
                    return answer
                self.retries[answer.code or str(answer.status)] += 1
            except Lost:
                self.retries["connection lost"] += 1
            if loop.time() > give_up:
                raise Failed(f"{self.name} got no answer to {method} {path} in {patience} s")
            await asyncio.sleep(random.uniform(0.05, 0.3))

    async def twice(self, method, path, body):
        """Asks with a new key; now and then once more, and then the stored answer must come byte for byte."""
        key = uuid.uuid4().hex
        answer = await self.patiently(method, path, body, key)
        self.told[f"{answer.status} {answer.code or ''}".strip()] += 1
        if answer.status < 300 and random.random() < 0.1:
            again = await self.patiently(method, path, body, key)
            self.told["replayed"] += 1
            if (again.status, again.body, again.headers.get("idempotency-replayed")) != (
                answer.status, answer.body, "true"):
                self.complaints.append(f"replay of {method} {path} differs: first {answer}; then {again}")
        return answer

    # Buying

    async def hold(self, sale, wish):
        answer = await self.twice("POST", f"{sale.path}/holds", wish)
        if answer.status != 201:
            return None
        hold = answer.json
        self.holds[hold["hold_id"]] = hold["seat_indexes"]
        return hold["hold_id"]

    async def release(self, hold_id):
        answer = await self.patiently("DELETE", f"/v1/holds/{hold_id}")
        if answer.status == 204:
            self.released.add(hold_id)
        return answer

    async def order(self, *hold_ids):
        answer = await self.twice("POST", "/v1/orders", {"hold_ids": list(hold_ids)})
        if answer.status != 201:
            return None
        order_id = answer.json["order_id"]
        self.orders[order_id] = list(hold_ids)
        return order_id

    async def pay(self, order_id, token):
        """Pays, and follows the payment to its end. Answers the first answer."""
        method = {"payment_method": {"type": "card", "token": token}}
        answer = await self.twice("POST", f"/v1/orders/{order_id}/payments", method)
        if answer.status == 201:
            self.note(answer.json)
        elif answer.code == "payment_declined":
            self.declined.add(order_id)
        return answer

    def note(self, order):
        if order["state"] == "paid":
            self.paid[order["order_id"]] = order

    async def read(self, order_id):
        answer = await self.patiently("GET", f"/v1/orders/{order_id}")
        if answer.status != 200:
            raise Failed(f"{self.name} reads its order: {answer}")
        self.note(answer.json)
        return answer.json

    async def follow(self, order_id, seconds=60):
        """Reads the order until no payment is open."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + seconds
        while True:
            order = await self.read(order_id)
            if all(payment["state"] not in OPEN_PAYMENTS for payment in order["payments"]) or loop.time() > give_up:
                return order
            await asyncio.sleep(0.25)

    async def authorize(self, order, word="approve"):
        """Gives the word on the bank's page, as the buyer's browser would."""
        url = next(payment["next_action"]["url"] for payment in order["payments"] if payment.get("next_action"))
        loop = asyncio.get_running_loop()
        give_up = loop.time() + 30
        while loop.time() < give_up:
            try:
                answer = await self.client.request(
                    "POST", url, [("content-type", "application/x-www-form-urlencoded")], f"answer={word}".encode())
                if answer.status < 500:
                    return answer
            except Lost:
                pass
            await asyncio.sleep(0.2)
        raise Failed(f"{self.name} got no answer from the bank's page")

    async def all_orders(self):
        """Every order that the API lists."""
        orders, cursor = [], ""
        while True:
            page = (await self.patiently("GET", f"/v1/orders?limit=100{cursor}")).json
            orders += page["items"]
            if not page.get("next_cursor"):
                return orders
            cursor = f"&cursor={page['next_cursor']}"


async def sign_up_all(client, count, run_id, at_once=24):
    """Makes customers; a password costs tens of milliseconds by design, so only so many wait at once."""
    gate = asyncio.Semaphore(at_once)

    async def one(number):
        async with gate:
            return await Customer(client, f"{run_id}-{number}").sign_up()

    return list(await asyncio.gather(*[one(number) for number in range(count)]))
