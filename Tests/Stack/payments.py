"""Paying: every card of the sandbox, two tabs, one key a hundred times."""

import asyncio
import collections
import uuid

from ledger import BOOK
from proof import expect, same, until


async def order_of(house, seats=2):
    """A new customer with an order of fresh seats."""
    customer = house.fresh_customer()
    hold = await customer.hold(house.rules, {"seat_indexes": house.rules.fresh(seats)})
    expect(hold, "a hold", dict(customer.told))
    order = await customer.order(hold)
    expect(order, "an order", dict(customer.told))
    return customer, order


def card(token):
    return {"payment_method": {"type": "card", "token": token}}


async def charges(house, order_id):
    """The states of an order's charges in the sandbox's own book, the money that it gave back beside them."""
    payments = [row["payment_id"] for row in await house.ledger.rows(
        f"SELECT payment_id FROM payment WHERE order_id = '{order_id}'")]
    names = ", ".join(f"'{payment}'" for payment in payments)
    rows = await house.ledger.rows(f"""
        SELECT c.state, coalesce((SELECT sum(amount_minor) FROM sandbox_refund r WHERE r.payment_id = c.payment_id), 0)
            AS refunded, c.amount_minor
        FROM sandbox_charge c WHERE c.payment_id IN ({names})""", BOOK) if payments else []
    return sorted((row["state"], row["refunded"]) for row in rows)


async def paid(house, customer, order_id, seats, succeeded=1, declined=0):
    """The order is paid, by one charge, with a ticket for each seat: by the API, the ledger and the provider's book."""
    order = await customer.read(order_id)
    same(order["state"], "paid", "the order's state")
    same([ticket["state"] for ticket in order["tickets"]], ["valid"] * seats, "the tickets")
    same(await charges(house, order_id), sorted([("succeeded", 0)] * succeeded + [("declined", 0)] * declined),
         "the charges in the sandbox's book")
    house.secrets |= {ticket["code"] for ticket in order["tickets"]}


async def two_tabs_order(house):
    """Two tabs make an order of one hold at once: one has it, the other is led to it"""
    rounds = 10
    gateways = list((await house.connection_of_each_gateway()).values())
    for _ in range(rounds):
        customer = house.fresh_customer()
        hold = await customer.hold(house.rules, {"seat_indexes": house.rules.fresh(1)})
        body = {"hold_ids": [hold]}
        answers = await asyncio.gather(*[
            customer.once("POST", "/v1/orders", body, uuid.uuid4().hex, gateways[tab % len(gateways)] if tab < 2
                          and len(gateways) > 1 else None) for tab in range(2)])
        told = sorted(answers, key=lambda answer: answer.status)
        same([(answer.status, answer.code) for answer in told], [(201, None), (409, "order_exists")], "the answers")
        same(told[1].json["order_id"], told[0].json["order_id"], "the order that the other tab is led to")
    return f"{rounds} × 201 and 409 order_exists with the order's id"


async def two_tabs_pay(house):
    """Two tabs pay one order at once with keys of their own: charged once"""
    told = collections.Counter()
    gateways = list((await house.connection_of_each_gateway()).values())
    for _ in range(10):
        customer, order = await order_of(house)
        answers = await asyncio.gather(*[
            customer.once("POST", f"/v1/orders/{order}/payments", card("sandbox_succeed"), uuid.uuid4().hex, tab)
            for tab in (gateways * 2)[:2]]) if len(gateways) > 1 else await asyncio.gather(*[
                customer.once("POST", f"/v1/orders/{order}/payments", card("sandbox_succeed"), uuid.uuid4().hex)
                for _ in range(2)])
        statuses = sorted(answer.status for answer in answers)
        same(statuses, [201, 409], f"the answers {[str(answer) for answer in answers]}")
        told.update(answer.code or "paid" for answer in answers)
        await paid(house, customer, order, 2)
    return ", ".join(f"{count} × {code}" for code, count in told.items())


async def same_key_hundred_times(house):
    """The same payment with the same key a hundred times at once: charged once, one answer for all"""
    customer, order = await order_of(house)
    key = uuid.uuid4().hex
    answers = await asyncio.gather(*[
        customer.patiently("POST", f"/v1/orders/{order}/payments", card("sandbox_succeed"), key) for _ in range(100)])
    same({answer.status for answer in answers}, {201}, "the statuses")
    same(len({answer.body for answer in answers}), 1, "different bodies")
    replayed = sum(answer.headers.get("idempotency-replayed") == "true" for answer in answers)
    same(replayed, 99, "replayed answers")
    await paid(house, customer, order, 2)
    waits = customer.retries["idempotency_key_in_use"]
    return f"100 answers byte for byte the same, {waits} were asked to wait"


async def declined_then_another(house):
    """Declined, then another card: paid"""
    customer, order = await order_of(house)
    answer = await customer.pay(order, "sandbox_decline")
    same((answer.status, answer.code), (402, "payment_declined"), "the first answer")
    same((await customer.pay(order, "sandbox_succeed")).status, 201, "the second answer")
    await paid(house, customer, order, 2, declined=1)
    return "402, then 201"


async def lost_reply(house):
    """A charge whose reply is lost: found again, not made twice"""
    customer, order = await order_of(house)
    answer = await customer.pay(order, "sandbox_lost_reply")
    same(answer.status, 202, "the answer's status")
    same(answer.json["payments"][0]["state"], "unknown", "the payment's state")
    await customer.follow(order)
    await paid(house, customer, order, 2)
    return "202 unknown, then paid"


async def late_success(house):
    """A charge that succeeds after the deadline: paid while the seats are held, and by one charge"""
    customer, order = await order_of(house)
    answer = await customer.pay(order, "sandbox_late_succeed")
    same(answer.status, 202, "the answer's status")
    await customer.follow(order)
    await paid(house, customer, order, 2)
    return f"202 {answer.json['payments'][0]['state']}, then paid"


async def duplicate_webhook(house):
    """A webhook that comes three times: paid once"""
    customer, order = await order_of(house)
    same((await customer.pay(order, "sandbox_duplicate_webhook")).status, 201, "the answer's status")
    payment = await house.ledger.value(f"SELECT payment_id FROM payment WHERE order_id = '{order}'")

    async def delivered():
        return await house.ledger.value(f"""
            SELECT count(*) FROM sandbox_webhook WHERE payment_id = '{payment}' AND delivered_at IS NOT NULL""", BOOK) == 3

    await until(delivered, 20, "three webhooks are delivered", pause=0.2)
    await paid(house, customer, order, 2)
    return "201, three webhooks delivered, one charge"


async def approved(house):
    """A charge that wants the buyer's word: paid when approved, declined when not, free for another card then"""
    for word in ("approve", "decline"):
        customer, order = await order_of(house)
        answer = await customer.pay(order, "sandbox_requires_action")
        same(answer.status, 202, "the answer's status")
        same(answer.json["payments"][0]["state"], "requires_action", "the payment's state")
        page = await customer.client.request("GET", answer.json["payments"][0]["next_action"]["url"])
        same(page.status, 200, "the bank's page")
        landed = await customer.authorize(answer.json, word)
        same((landed.status, landed.headers.get("location")), (303, f"/orders/{order}"), "the way back")
        result = await customer.follow(order)
        if word == "decline":
            same((result["state"], result["payments"][0]["state"]), ("pending", "declined"), "after the buyer's no")
            same((await customer.pay(order, "sandbox_succeed")).status, 201, "another card")
        await paid(house, customer, order, 2, declined=int(word == "decline"))
    return "approved: paid; declined: another card paid"


async def money_too_late(house):
    """Money that comes when the seats are another's goes back whole, and the buyer is told"""
    sale = await house.box.open("Stack: late money", 4, 2, 2)
    customer, other = house.fresh_customers(2)
    seats = [sale.seat_count // 3]
    hold = await customer.hold(sale, {"seat_indexes": seats})
    order = await customer.order(hold)
    paying = asyncio.create_task(customer.pay(order, "sandbox_late_succeed"))

    async def taken():
        return await other.hold(sale, {"seat_indexes": seats})

    its_hold = await until(taken, 20, "the seats are free again", pause=0.1)
    its_order = await other.order(its_hold)
    same((await other.pay(its_order, "sandbox_succeed")).status, 201, "the other's payment")
    same((await paying).status, 202, "the late payer's answer")

    async def ended():
        order_now = await customer.read(order)
        return order_now if order_now["payments"][0]["state"] in ("refunded", "cancelled") else None

    end = await until(ended, 60, "the late payment has its end", pause=0.25)
    same(end["tickets"], [], "the late payer's tickets")
    same(len((await other.read(its_order))["tickets"]), 1, "the other's tickets")
    kept = [state for state, refunded in await charges(house, order) if state == "succeeded" and not refunded]
    same(kept, [], "charges that were neither cancelled nor given back")
    return f"the late payment ended {end['payments'][0]['state']}, the seat is the other's"


CHECKS = [two_tabs_order, two_tabs_pay, same_key_hundred_times, declined_then_another, lost_reply, late_success,
          duplicate_webhook, approved, money_too_late]
