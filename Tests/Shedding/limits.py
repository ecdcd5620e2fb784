"""How often one address, one account and one means of payment may ask."""

import asyncio
import json
import uuid

from own_gateway import OwnGateway
from proof import expect, same

EVENTS = "/v1/events?limit=1"


async def asked(gateway, times, headers=(), path=EVENTS, method="GET", body=None):
    """The statuses of so many requests, one after the other; each 429 has to say when to come again."""
    statuses = []
    for _ in range(times):
        answer = await gateway.client.request(method, path, headers, body)
        statuses.append(answer.status)
        if answer.status == 429:
            same(answer.code, "rate_limited", "the code of a 429")
            seconds = answer.headers.get("retry-after", "")
            expect(seconds.isdigit() and int(seconds) >= 1, "a 429 with Retry-After", answer.headers)
    return statuses


def behind_proxy(client):
    return [("forwarded", f'for="{client}"')]


async def one_source(house):
    """One address that asks too often is told so, also behind a trusted proxy; nobody else is, and not the proxy"""
    settings = {
        "BOXOFFICE_TRUSTED_PROXIES": "127.0.0.1", "BOXOFFICE_SOURCE_REQUESTS_PER_SECOND": "1",
        "BOXOFFICE_SOURCE_REQUESTS_BURST": "20",
    }
    async with OwnGateway(house.stack, settings) as gateway:
        often = await asked(gateway, 60, behind_proxy("203.0.113.7"))
        same(often[:20], [200] * 20, "the first answers to one address")
        expect(often.count(429) >= 20, "refusals of an address that asks on", often)
        same(set(await asked(gateway, 10, behind_proxy("203.0.113.8"))), {200}, "the answers to another address")
        same(set(await asked(gateway, 60)), {200}, "the answers to the proxy itself")
        # One subscriber has 2^64 addresses, and is one source.
        many = [await asked(gateway, 1, behind_proxy(f"[2001:db8::{number:x}]")) for number in range(1, 41)]
        expect([429] in many, "a subscriber's addresses to count as one", many)
        same(set(await asked(gateway, 10, behind_proxy("[2001:db8:0:1::1]"))), {200}, "the next subscriber's answers")
        counted = await gateway.metric("rate_limited_total", by="source")
        expect(counted >= often.count(429), "refusals in the metrics", counted)
    async with OwnGateway(house.stack, {**settings, "BOXOFFICE_TRUSTED_PROXIES": "192.0.2.1"}) as gateway:
        # Whoever is no proxy of ours names others in vain.
        forged = [await asked(gateway, 1, behind_proxy(f"198.51.100.{number}")) for number in range(60)]
        expect([429] in forged, "a client that forges Forwarded to be limited", forged)
    return f"{often.count(200)} of 60 answered, {often.count(429)} told to wait"


async def sign_ins_of_one_source(house):
    """One address that signs in too often is told so, and may look around all the same"""
    settings = {"BOXOFFICE_SOURCE_SIGN_INS_PER_SECOND": "1", "BOXOFFICE_SOURCE_SIGN_INS_BURST": "3"}
    body = json.dumps({"email": "nobody@nowhere.example", "password": "not-the-password"}).encode()
    async with OwnGateway(house.stack, settings) as gateway:
        told = await asked(gateway, 12, [("content-type", "application/json")], "/v1/sessions", "POST", body)
        same(told[:3], [401] * 3, "the first sign-ins")
        expect(429 in told[3:], "sign-ins that are refused", told)
        same(set(await asked(gateway, 20)), {200}, "the answers to the same address")
    return f"{told.count(401)} looked at, {told.count(429)} told to wait"


async def one_account(house):
    """One account that asks too often is told so; another from the same address is not"""
    settings = {"BOXOFFICE_ACCOUNT_REQUESTS_PER_SECOND": "1", "BOXOFFICE_ACCOUNT_REQUESTS_BURST": "10"}
    first, second = house.customers[:2]
    async with OwnGateway(house.stack, settings) as gateway:
        told = await asked(gateway, 30, first.headers(), "/v1/orders?limit=1")
        same(told[:10], [200] * 10, "the first answers to one account")
        expect(told.count(429) >= 10, "refusals of an account that asks on", told)
        same(set(await asked(gateway, 8, second.headers(), "/v1/orders?limit=1")), {200}, "the answers to another one")
        same(set(await asked(gateway, 30, house.organizer.headers(), "/v1/orders?limit=1")), {200},
             "the answers to an organizer, by whose account many gates let people in")
    return f"{told.count(200)} of 30 answered"


async def one_instrument(house):
    """One means of payment that is used too often is told so, another one is not, and neither stands in a log"""
    settings = {"BOXOFFICE_INSTRUMENT_PAYMENTS_PER_MINUTE": "1", "BOXOFFICE_INSTRUMENT_PAYMENTS_BURST": "2"}
    sale, told = await house.box.open("Shedding: means of payment", 40, 300, 60), []
    async with OwnGateway(house.stack, settings) as gateway:

        async def order(customer):
            hold = await asking(gateway, customer, f"{sale.path}/holds", {"seat_indexes": sale.fresh(1)})
            same(hold.status, 201, "a hold's status")
            made = await asking(gateway, customer, "/v1/orders", {"hold_ids": [hold.json["hold_id"]]})
            same(made.status, 201, "an order's status")
            return made.json["order_id"]

        async def pay(customer, order_id, token):
            body = {"payment_method": {"type": "card", "token": token}}
            return await asking(gateway, customer, f"/v1/orders/{order_id}/payments", body)

        for customer in house.customers[2:5]:
            order_id = await order(customer)
            told.append((await pay(customer, order_id, "sandbox_succeed")).status)
        same(told, [201, 201, 429], "three customers with one card")
        same((await pay(customer, order_id, "sandbox_decline")).status, 402, "the last one's other card")
        same((await pay(house.customers[2], order_id, "sandbox_decline")).status, 404, "an order of somebody else's")
        await asyncio.sleep(0.2)
        expect("sandbox_succeed" not in gateway.said(), "no means of payment in the log")
    return "two payments made, the third told to wait"


async def asking(gateway, customer, path, body):
    return await gateway.client.request(
        "POST", path, customer.headers(uuid.uuid4().hex), json.dumps(body).encode())


CHECKS = [one_source, sign_ins_of_one_source, one_account, one_instrument]
