"""Hoarders hold to the limit and let lapse, against people who want to buy."""

import asyncio
import collections
import random
import time
import uuid

from proof import expect, same
from second_chances import rule

# Thousands of buyers need longer for their first round: who is not served within a hold's time lets it lapse.
HOLD_SECONDS, FULL_HOLD_SECONDS = 4, 20
ROUNDS = 12
# Of the stadium's seats hoarders can hold so many at once, whatever the size of the game: 500 of them, four each.
HOARDED = 2_000


async def hoarders_keep_little(house):
    """Bots that hold to the limit and let lapse keep little of the seats' time from buyers, who sell out the house"""
    limit = HOARDED // house.bots
    hold_seconds = FULL_HOLD_SECONDS if house.is_full else HOLD_SECONDS
    sale = await house.box.open("Hoarders", limit, hold_seconds, 30)
    await rule(house, sale, cool_down_seconds_max=86_400)
    bots, buyers = await house.make_customers(house.bots), await house.make_customers(house.buyers)
    share = min(limit, 100, max(2, sale.seat_count // len(buyers)))
    began = time.monotonic()
    end = began + hold_seconds * ROUNDS
    told = collections.Counter()

    async def hoard(bot):
        owned = 0
        while time.monotonic() < end:
            quantity = min(limit - owned, 100)
            answer = await bot.patiently(
                "POST", f"{sale.path}/holds", {"best_available": {"quantity": quantity}}, uuid.uuid4().hex)
            told[f"bot {answer.code or answer.status}"] += 1
            if answer.status == 201:
                owned += quantity
                if owned < limit:
                    continue
            owned = 0
            # A bot comes back as soon as it may.
            wait = (answer.json or {}).get("retry_after_seconds") if answer.code == "cooling_down" else hold_seconds
            await asyncio.sleep(min(wait, max(0, end - time.monotonic())))

    async def buy(buyer):
        await asyncio.sleep(random.uniform(0, hold_seconds))
        while time.monotonic() < end:
            answer = await buyer.patiently(
                "POST", f"{sale.path}/holds", {"best_available": {"quantity": share}}, uuid.uuid4().hex)
            told[f"buyer {answer.code or answer.status}"] += 1
            if answer.status == 201:
                order = await buyer.order(answer.json["hold_id"])
                if order and (await buyer.pay(order, "sandbox_succeed")).status == 201:
                    return
            # What others let go comes back.
            await asyncio.sleep(random.uniform(0.5, 1.5))

    await asyncio.gather(*[hoard(bot) for bot in bots], *[buy(buyer) for buyer in buyers])
    seconds = time.monotonic() - began
    await house.reckoning.settled(sale)
    names = ", ".join(f"'{bot.id}'" for bot in bots)
    hoarded = await house.ledger.value(f"""
        SELECT coalesce(sum(cardinality(seat_indexes)
            * extract(epoch FROM least(expires_at, created_at + make_interval(secs => {hold_seconds})) - created_at)), 0)
        FROM hold WHERE performance_id = '{sale.performance_id}' AND customer_id IN ({names})""")
    part = float(hoarded) / (sale.seat_count * seconds)
    sold = await house.ledger.value(f"""
        SELECT count(*) FROM seat WHERE performance_id = '{sale.performance_id}' AND state = 2""")
    expect(told["bot cooling_down"] > 0, "hoarders to be told to wait", told)
    same([word for word in told if word.startswith("buyer cooling_down")], [], "buyers that were told to wait")
    expect(part <= 0.05, "hoarders to keep at most 5 % of the seats' time", f"{100 * part:.1f} %")
    await house.reckoning.audit()
    return (f"{len(bots)} bots of {limit} seats against {len(buyers)} buyers for {seconds:.0f} s: bots kept "
            f"{100 * part:.1f} % of the seats' time, {sold} of {sale.seat_count} seats sold")


async def first_lapse_costs_nothing(house):
    """Who lets one basket lapse may choose again at once; who does it again is told when"""
    sale = await house.box.open("Cool-down", 2, 2, 30)
    await rule(house, sale, cool_down_seconds_max=600)
    customer = house.fresh_customer()
    waits = []
    for _ in range(3):
        answer = await customer.patiently(
            "POST", f"{sale.path}/holds", {"seat_indexes": sale.fresh(2)}, uuid.uuid4().hex)
        waits.append(answer.json["retry_after_seconds"] if answer.code == "cooling_down" else answer.status)
        if answer.status == 201:
            await house.reckoning.settled(sale)
        else:
            same((answer.status, answer.headers.get("retry-after")), (429, str(waits[-1])), "the header")
    same(waits[:2], [201, 201], "the first two baskets")
    expect(1 <= waits[2] <= 4, "a wait of two holds' time", waits[2])
    return f"2 baskets, then a wait of {waits[2]} s"


CHECKS = [first_lapse_costs_nothing, hoarders_keep_little]
