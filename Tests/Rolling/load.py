"""Requests at a steady pace, as a sale has them, each asked once: whoever has to ask again has noticed something."""

import asyncio
import collections
import json
import random
import uuid

from http_client import Lost

# Requests that one turn of a kind makes, and how many of a hundred turns are of it.
TURNS = {"events": 14, "performance": 20, "seats": 12, "changes": 18, "my_orders": 10, "give_back": 14, "buy": 4}
UNDER_WAY_MAX = 1000


class Load:
    def __init__(self, house, sales, rate):
        self.house, self.sales, self.rate = house, sales, rate
        self.count, self.seconds = 0, []
        self.answers = collections.Counter()
        self.failures = []
        self.is_over = False
        self._under_way = set()
        self._task = asyncio.create_task(self._run())

    async def _run(self):
        loop = asyncio.get_running_loop()
        requests = {"give_back": 2, "buy": 3}
        mean = sum(share * requests.get(kind, 1) for kind, share in TURNS.items()) / sum(TURNS.values())
        due = loop.time()
        while not self.is_over:
            due += mean / self.rate
            await asyncio.sleep(max(0, due - loop.time()))
            if len(self._under_way) >= UNDER_WAY_MAX:
                self.failures.append(f"{UNDER_WAY_MAX} turns wait for their answers")
                return
            kind = random.choices(list(TURNS), TURNS.values())[0]
            task = asyncio.create_task(getattr(self, f"_{kind}")(random.choice(self.sales)))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _ask(self, method, path, body=None, customer=None, good=(200,)):
        """One request. Answers nothing where it failed."""
        headers = [("content-type", "application/json")] if body is not None else []
        if customer:
            headers.append(("authorization", f"Bearer {customer.token}"))
        if method == "POST":
            headers.append(("idempotency-key", uuid.uuid4().hex))
        sent = None if body is None else json.dumps(body).encode()
        self.count += 1
        try:
            answer = await self.house.client.request(method, path, headers, sent)
        except Lost as lost:
            self._failed(method, path, f"lost: {lost}")
            return None
        self.answers[answer.status] += 1
        self.seconds.append(answer.seconds)
        if answer.status not in good:
            self._failed(method, path, answer)
            return None
        return answer

    def _failed(self, method, path, why):
        self.failures.append(f"{asyncio.get_running_loop().time():.3f} {method} {path}: {why}")

    async def _events(self, sale):
        await self._ask("GET", "/v1/events")

    async def _performance(self, sale):
        await self._ask("GET", sale.path)

    async def _seats(self, sale):
        answer = await self._ask("GET", f"{sale.path}/seats")
        if answer:
            sale.position = f"{answer.json['epoch']}.{answer.json['sequence']}"

    async def _changes(self, sale):
        position = getattr(sale, "position", None)
        await self._ask("GET", f"{sale.path}/seats" + (f"?after={position}" if position else ""))

    async def _my_orders(self, sale):
        await self._ask("GET", "/v1/orders", customer=random.choice(self.house.customers))

    async def _hold(self, sale, customer):
        wish = {"best_available": {"quantity": random.choice([1, 2])}}
        if random.random() < 0.5:
            wish = {"seat_indexes": [random.randrange(sale.seat_count)]}
        answer = await self._ask("POST", f"{sale.path}/holds", wish, customer, good=(201, 409))
        return answer.json["hold_id"] if answer and answer.status == 201 else None

    async def _give_back(self, sale):
        customer = random.choice(self.house.customers)
        hold = await self._hold(sale, customer)
        if hold:
            await self._ask("DELETE", f"/v1/holds/{hold}", customer=customer, good=(204,))

    async def _buy(self, sale):
        customer = random.choice(self.house.customers)
        hold = await self._hold(sale, customer)
        order = hold and await self._ask("POST", "/v1/orders", {"hold_ids": [hold]}, customer, good=(201,))
        if order:
            card = {"payment_method": {"type": "card", "token": "sandbox_succeed"}}
            path = f"/v1/orders/{order.json['order_id']}/payments"
            await self._ask("POST", path, card, customer, good=(201,))

    async def end(self):
        self.is_over = True
        await self._task
        await asyncio.gather(*self._under_way)

    def __str__(self):
        ordered = sorted(self.seconds)
        p99 = ordered[int(len(ordered) * 0.99)] * 1000 if ordered else 0
        statuses = ", ".join(f"{status} ×{count}" for status, count in sorted(self.answers.items()))
        return f"{self.count} requests, {len(self.failures)} failed ({statuses}; p99 {p99:.0f} ms)"
