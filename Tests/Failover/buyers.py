"""Purchases, as many a second as the machine carries: hold, order, pay by the API, each asked again until it is known.

Every acknowledged purchase goes to a file before anything else is asked; the drill compares that file with the ledger.
"""

import asyncio
import contextlib
import dataclasses
import json
import random
import time
import uuid

from customer import OPEN_PAYMENTS, Customer
from http_client import Lost
from proof import Failed


@dataclasses.dataclass
class Doubt:
    """A request whose outcome was not known for a while: from the first answer that said so until one that tells."""

    what: str
    began: float
    ended: float = None


class Buyer(Customer):
    """A customer who buys one seat after the other."""

    def __init__(self, client, name, book):
        super().__init__(client, name)
        self.book = book

    async def patiently(self, method, path, body=None, key=None, signed_in=True, patience=120):
        """Asks until there is an answer that says something; notes what came before."""
        sent = None if body is None else json.dumps(body).encode()
        give_up, doubt = time.time() + patience, None
        while True:
            began = time.time()
            try:
                answer = await self.client.request(method, path, self.headers(key, signed_in), sent)
                self.book.answered(method, began, answer)
                if answer.status == 500:
                    self.complaints.append(f"{method} {path}: {answer}")
                if answer.status < 500 and answer.code not in ("idempotency_key_in_use", "rate_limited"):
                    if doubt:
                        doubt.ended = time.time()
                    return answer
                reason = answer.code or str(answer.status)
            except Lost as lost:
                reason = "connection lost"
                if time.time() - began > self.book.hung_seconds:
                    self.book.hung.append((method, path, str(lost)))
            self.retries[reason] += 1
            if doubt is None and reason in ("outcome_unknown", "connection lost"):
                doubt = self.book.doubt(f"{method} {path}")
            if time.time() > give_up:
                raise Failed(f"{self.name} got no answer to {method} {path} in {patience} s")
            await asyncio.sleep(random.uniform(0.05, 0.25))

    async def buy(self, sale, seat):
        """One purchase from its beginning to its end."""
        began = time.time()
        hold = await self.hold(sale, {"seat_indexes": [seat]})
        order = hold and await self.order(hold)
        if not order:
            return
        answer = await self.pay(order, "sandbox_succeed")
        if answer.status == 202:
            doubt = self.book.doubt(f"payment of {order}")
            while any(one["state"] in OPEN_PAYMENTS for one in (await self.read(order))["payments"]):
                await asyncio.sleep(0.1)
            doubt.ended = time.time()
        if order in self.paid:
            self.book.acknowledge(order, self, began)
        else:
            # A payment that was ended by an outage leaves its seats held a little longer: nobody waits for that here.
            await self.release(hold)


class Book:
    """What all buyers were told, with its time."""

    hung_seconds = 10

    def __init__(self, path):
        self.file = path.open("a")
        self.purchases = []  # (order id, when it began, when it was acknowledged)
        self.doubts = []
        self.refusals = []  # (when it was asked, how long the answer took, its code): 503
        self.hung = []

    def acknowledge(self, order, buyer, began):
        now = time.time()
        self.file.write(json.dumps({"order_id": order, "customer_id": buyer.id, "at": now}) + "\n")
        self.file.flush()
        self.purchases.append((order, began, now))

    def answered(self, method, asked, answer):
        if answer.seconds > self.hung_seconds:
            self.hung.append((method, answer.status, f"{answer.seconds:.1f} s"))
        if answer.status == 503:
            self.refusals.append((asked, answer.seconds, answer.code))

    def doubt(self, what):
        self.doubts.append(Doubt(what, time.time()))
        return self.doubts[-1]


class Crowd:
    """Buyers who go on until they are told to stop."""

    def __init__(self, buyers, sale):
        self.buyers, self.sale = buyers, sale
        self.stopping = asyncio.Event()
        self.tasks = [asyncio.create_task(self._shop(buyer)) for buyer in buyers]

    async def _shop(self, buyer):
        while not self.stopping.is_set() and self.sale.used < self.sale.seat_count:
            await buyer.buy(self.sale, self.sale.fresh(1)[0])

    async def end(self):
        """Lets each finish the purchase that it is at."""
        self.stopping.set()
        await asyncio.gather(*self.tasks)

    async def cancel(self):
        for task in self.tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Failed):
            await asyncio.gather(*self.tasks)


async def sign_up(client, count, book):
    """Buyers of this drill alone; a password costs tens of milliseconds by design, so only so many wait at once."""
    gate, mark = asyncio.Semaphore(8), uuid.uuid4().hex[:8]

    async def one(number):
        async with gate:
            return await Buyer(client, f"drill-{mark}-{number}", book).sign_up()

    return list(await asyncio.gather(*[one(number) for number in range(count)]))
