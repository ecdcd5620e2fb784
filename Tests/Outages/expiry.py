"""A hold's deadline against its payment at the same instant, while the services' clocks jump."""

import asyncio
import collections
import contextlib
import glob
import random
import tempfile
import time
import uuid

from customer import sign_up_all
from faults import Script
from proof import Failed, expect, nothing, same
from victim import Victim

HOLD_SECONDS, PAYMENT_SECONDS = 2, 5
# Within which a hold that lapsed is seen to have lapsed, its own customer's as well.
LAPSE_SEEN_SECONDS = 1
AT_ONCE = 400
STEPS = ("+30s", "+0", "-30s", "+0")
LIMIT = 100


class SteppedClock:
    """A file that libfaketime reads a process's clock from; the database's own clock is nobody's."""

    def __init__(self):
        found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
        expect(found, "libfaketime to be installed")
        self.file = tempfile.NamedTemporaryFile("w", suffix=".clock")
        self.settings = {
            # jemalloc asks for the time while libfaketime, which asks it for memory, begins: the C library's goes first.
            "LD_PRELOAD": f"{found[0]} libc.so.6", "FAKETIME_TIMESTAMP_FILE": self.file.name, "FAKETIME_CACHE_DURATION": "1",
            # What measures durations goes on, as it does when an administrator sets the clock.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.steps = 0
        self.set("+0")

    def set(self, step):
        self.file.seek(0)
        self.file.truncate()
        self.file.write(step + "\n")
        self.file.flush()

    async def step_on(self):
        while True:
            for step in STEPS:
                self.set(step)
                self.steps += 1
                await asyncio.sleep(2)


async def expiry_against_payment(house):
    """A payment arrives at the instant its hold lapses, while clocks jump by 30 s: one of the two wins, never both"""
    sale = await house.box.open("Outages: expiry", LIMIT, HOLD_SECONDS, PAYMENT_SECONDS)
    count = min(house.contests, sale.seat_count)
    buyers = await sign_up_all(house.client, -(-count // LIMIT), f"{house.run_id}-buyer")
    rivals = await sign_up_all(house.client, -(-count // LIMIT), f"{house.run_id}-rival")
    clock, script = SteppedClock(), Script()
    told = collections.Counter()
    async with contextlib.AsyncExitStack() as block:
        for service in ("seat-reservation", "payment"):
            await block.enter_async_context(
                Victim(house.stack, service, script, clock.settings, is_proxied=False))
        stepping = asyncio.create_task(clock.step_on())
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(seat):
            async with gate:
                told[await contest(sale, buyers[seat % len(buyers)], rivals[seat % len(rivals)], seat)] += 1

        await asyncio.gather(*[one(seat) for seat in range(count)])
        expect(not stepping.done(), "the clock to go on jumping", stepping)
        stepping.cancel()
        await house.reckoning.settled(sale)
    await house.reckoning.audit()
    await house.reckoning.books()
    rows = await house.ledger.rows(f"""
        SELECT s.seat_index FROM seat s JOIN "order" o ON o.order_id = s.order_id
        WHERE s.performance_id = '{sale.performance_id}' AND s.state = 2 AND o.state = 'paid'""")
    same(len(rows), told["paid"] + told["taken and paid"], "seats sold")
    expect(told["paid"] > 0 and told["lapsed"] + told["taken"] > 0, "both to win now and then", told)
    return f"{sum(told.values())} contests, clocks stepped {clock.steps} times: " + ", ".join(
        f"{word} {number}" for word, number in told.most_common())


async def order_in_time(sale, buyer, seat):
    """When a hold began, and its order. On a busy machine the hold's two seconds may be over before: then once more."""
    lapsed = None
    while True:
        began = time.monotonic()
        answer = await buyer.patiently("POST", f"{sale.path}/holds", {"seat_indexes": [seat]}, uuid.uuid4().hex)
        if answer.code == "seat_taken" and lapsed and began - lapsed < LAPSE_SEEN_SECONDS:
            await asyncio.sleep(0.05)
            continue
        if answer.status != 201:
            raise Failed(f"a hold: {answer}")
        hold = answer.json["hold_id"]
        answer = await buyer.patiently("POST", "/v1/orders", {"hold_ids": [hold]}, uuid.uuid4().hex)
        if answer.status == 201:
            return began, answer.json["order_id"]
        if answer.code != "hold_expired":
            raise Failed(f"an order: {answer}")
        lapsed = time.monotonic()


async def contest(sale, buyer, rival, seat):
    """Answers who won: paid, taken (by the rival) or lapsed."""
    path = f"{sale.path}/holds"
    began, order = await order_in_time(sale, buyer, seat)
    # The payment and the rival arrive around the deadline.
    until = began + HOLD_SECONDS
    card = {"payment_method": {"type": "card", "token": "sandbox_succeed"}}

    async def pay():
        await asyncio.sleep(until + random.uniform(-0.06, 0.03) - time.monotonic())
        return await buyer.patiently("POST", f"/v1/orders/{order}/payments", card, uuid.uuid4().hex)

    async def take():
        await asyncio.sleep(until + random.uniform(-0.03, 0.06) - time.monotonic())
        return await rival.patiently("POST", path, {"seat_indexes": [seat]}, uuid.uuid4().hex)

    paid, taken = await asyncio.gather(pay(), take())
    if paid.status == 202:
        paid_state = (await buyer.follow(order))["state"] == "paid"
    else:
        paid_state = paid.status == 201
    if not paid_state:
        expect(paid.status == 202 or paid.code in ("hold_expired", "payment_declined"), "a refusal of the rules", paid)
    nothing([1] if paid_state and taken.status == 201 else [], f"seat {seat} was given to both, {paid} {taken}")
    return "paid" if paid_state else "taken" if taken.status == 201 else "lapsed"


CHECKS = [expiry_against_payment]
