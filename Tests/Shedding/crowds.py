"""Crowds beside those who buy: looking around, signing in, choosing seats, and asking again without a pause."""

import asyncio
import collections
import json
import time
import uuid

from flood import Flood, Wish
from own_gateway import OwnGateway
from proof import expect, nothing, percentile, same, until

# So little room that a crowd of this machine's own is too large for it.
NARROW = {"BOXOFFICE_IN_FLIGHT_MIN": "4", "BOXOFFICE_IN_FLIGHT_MAX": "8", "BOXOFFICE_QUEUE_MAX": "16"}
JSON = ("content-type", "application/json")

SEARCH = Wish("GET", "/v1/events?q={word}")  # asked of the service each time
PAGES = [Wish("GET", "/v1/events"), Wish("GET", "/v1/events?limit=5")]
SIGN_IN = Wish("POST", "/v1/sessions", (JSON,), '{"email": "{word}@nobody.example", "password": "not-the-password"}')


class Buyers:
    """Customers who buy a seat again and again. Each request is made once and its answer counted."""

    def __init__(self, gateway, sale, customers):
        self.client, self.sale, self.customers = gateway.client, sale, customers
        self.told = {step: collections.Counter() for step in ("hold", "order", "pay")}
        self.seconds = collections.defaultdict(list)
        self.wrong = []
        self.seats = iter(range(sale.seat_count))
        self.is_over = False
        self.tasks = [asyncio.create_task(self._buy_on(customer)) for customer in customers]

    async def _buy_on(self, customer):
        while not self.is_over:
            hold = await self._ask("hold", customer, f"{self.sale.path}/holds", {"seat_indexes": [next(self.seats)]})
            if hold is None:
                continue
            order = await self._ask("order", customer, "/v1/orders", {"hold_ids": [hold["hold_id"]]})
            if order is None:
                continue
            card = {"payment_method": {"type": "card", "token": "sandbox_succeed"}}
            await self._ask("pay", customer, f"/v1/orders/{order['order_id']}/payments", card)

    async def _ask(self, step, customer, path, body):
        """The answer's resource; nothing where it was refused, and then a moment passes."""
        answer = await self.client.request(
            "POST", path, customer.headers(uuid.uuid4().hex), json.dumps(body).encode())
        self.told[step][f"{answer.status} {answer.code or ''}".strip()] += 1
        self.seconds[step].append(answer.seconds)
        if answer.status < 300:
            return answer.json
        if answer.status == 503 and "retry-after" in answer.headers:
            await asyncio.sleep(0.05)
        elif answer.status >= 500:
            self.wrong.append(f"{step}: {answer}")
        return None

    async def end(self):
        self.is_over = True
        await asyncio.gather(*self.tasks)
        nothing(self.wrong, "answers that no buyer may be given")


def judged(told):
    nothing(told.wrong, "answers that nobody may be given")
    expect(told.refused > 0, "a crowd that is too large", told)
    expect(told.refused < 20 or len(told.retry_after) > 1, "pauses that are not the same for all", told.retry_after)


async def browsing_beside_paying(house):
    """A crowd that looks around is refused in part; each payment beside it is made"""
    sale = await house.box.open("Shedding: browsing", 400, 300, 60)
    async with OwnGateway(house.stack, NARROW) as gateway:
        async with Flood(gateway.client.address, [SEARCH, *PAGES], 64, house.flood_seconds) as flood:
            await asyncio.sleep(1)
            buyers = Buyers(gateway, sale, house.customers[:6])
            await asyncio.sleep(house.flood_seconds - 1)
            await buyers.end()
        judged(flood.told)
        paid = buyers.told["pay"]
        refused = paid["503 overloaded"]
        expect(paid["201"] > 10, "payments beside the crowd", paid)
        expect(refused * 1_000 <= sum(paid.values()), "999 of 1,000 payments made", paid)
        held, kept_out = buyers.told["hold"]["201"], buyers.told["hold"]["503 overloaded"]
        browsers = await gateway.metric("intake_refused_total", priority="low")
        expect(browsers > 0, "refusals of those who browse in the metrics", browsers)
        await house.reckoning.audit()
    return (f"the crowd was told {flood.told}; {paid['201']} payments made, {refused} refused, p99 "
            f"{1000 * percentile(buyers.seconds['pay'], 0.99):.0f} ms; {held} holds made, {kept_out} refused; refused "
            f"within p99 {1000 * percentile(flood.told.refused_after, 0.99):.0f} ms")


async def signing_in_beside_holding(house):
    """A crowd that signs in is refused in part; whoever holds seats beside it does not notice"""
    sale = await house.box.open("Shedding: sign-ins", 400, 300, 60)
    async with OwnGateway(house.stack) as gateway:
        rates, holders = {}, None
        for name, connections in (("calm", 0), ("beside", 200), ("calm again", 0)):
            if connections:
                flood = Flood(gateway.client.address, [SIGN_IN], connections, house.flood_seconds + 1)
                async with flood:
                    await asyncio.sleep(1)
                    rates[name], holders = await holding(house, gateway, sale)
            else:
                rates[name], _ = await holding(house, gateway, sale)
        judged(flood.told)
        known = {"401 wrong_credentials", "503 overloaded", "503 outcome_unknown"}
        expect(set(flood.told.answers) <= known, "answers that are foreseen", flood.told)
        same(set(holders), {"201"}, "the answers to holds beside the crowd")
    usual = (rates["calm"] + rates["calm again"]) / 2
    if house.is_full:
        expect(rates["beside"] >= 0.75 * usual, "three quarters of the usual holds, the crowd on our processors", rates)
    return (f"{rates['calm']:.0f} holds a second, {rates['beside']:.0f} beside the crowd, {rates['calm again']:.0f} "
            f"after it; the crowd was told {flood.told}")


async def holding(house, gateway, sale):
    """Holds a second of eight customers, each given back, and what they were told."""
    told, began = collections.Counter(), time.monotonic()

    async def hold_on(customer, seat):
        while time.monotonic() < began + house.flood_seconds - 1:
            answer = await gateway.client.request(
                "POST", f"{sale.path}/holds", customer.headers(uuid.uuid4().hex),
                json.dumps({"seat_indexes": [seat]}).encode())
            told[f"{answer.status} {answer.code or ''}".strip()] += 1
            if answer.status == 201:
                await gateway.client.request("DELETE", f"/v1/holds/{answer.json['hold_id']}", customer.headers())

    await asyncio.gather(*[hold_on(customer, seat) for customer, seat in zip(house.customers[:8], sale.fresh(8))])
    return told["201"] / (time.monotonic() - began), told


async def asking_again_at_once(house):
    """Clients who ask again three times without a pause don't keep the gateway down"""
    async with OwnGateway(house.stack, NARROW) as gateway:
        async with Flood(gateway.client.address, [SEARCH], 96, house.flood_seconds, retries=3) as flood:
            pass
        judged(flood.told)
        expect(flood.told.served > 0, "some to be served meanwhile", flood.told)
        began = time.monotonic()

        async def half_load():
            answers = await asyncio.gather(*[gateway.client.request(*SEARCH.filled()) for _ in range(4)])
            return all(answer.status == 200 for answer in answers)

        async def is_normal():
            return all([await half_load() for _ in range(10)])

        await until(is_normal, 5, "half of the load is served whole behind the crowd")
        seconds = time.monotonic() - began
    return f"the crowd was told {flood.told}; normal again after {seconds:.1f} s"


async def holding_all_at_once(house):
    """Far more holds than can be served: the answers are holds, refusals of the rules, and 503 with Retry-After"""
    sale = await house.box.open("Shedding: holds", 400, 30, 30)
    wishes = [
        Wish("POST", f"{sale.path}/holds",
             (JSON, ("authorization", f"Bearer {customer.token}"), ("idempotency-key", "{word}")),
             '{"best_available": {"quantity": 1}}')
        for customer in house.customers
    ]
    async with OwnGateway(house.stack) as gateway:
        async with Flood(gateway.client.address, wishes, 600, house.flood_seconds) as flood:
            await asyncio.sleep(house.flood_seconds / 2)
            limit = await gateway.metric("intake_limit")
        nothing(flood.told.wrong, "answers that nobody may be given")
        known = {"201", "409 seat_limit_reached", "409 not_enough_seats", "503 overloaded"}
        expect(set(flood.told.answers) <= known, "answers that are foreseen", flood.told)
        expect(flood.told.answers["201"] > 0, "holds", flood.told)
        await until(lambda: gateway_is_empty(gateway), 10, "nothing is in flight behind the crowd")
        await house.reckoning.audit()
    return (f"{flood.told.answers['201'] / house.flood_seconds:.0f} holds a second; the crowd was told {flood.told}; "
            f"the limit was {limit:.0f}")


async def gateway_is_empty(gateway):
    return await gateway.metric("intake_in_flight") == 0 and await gateway.metric("intake_queue_length") == 0


CHECKS = [browsing_beside_paying, signing_in_beside_holding, asking_again_at_once, holding_all_at_once]
