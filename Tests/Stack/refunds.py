"""Money that goes back: tickets, orders, whole performances, while those who give it back are killed."""

import asyncio
import csv
import io
import json
import uuid

from ledger import BOOK
from payments import order_of
from proof import expect, nothing, same, until
from sale import unpacked

SOLD, BLOCKED = 2, 3


async def offer(house, sale, **rule):
    """The organizer says what customers may give back by themselves."""
    wanted = {"self_service_until_seconds": 3600, "includes_service_fee": False, "refunded_seats": "available", **rule}
    answer = await house.organizer.patiently(
        "PUT", f"/v1/organizer/performances/{sale.performance_id}/refund-rule", wanted)
    same((answer.status, answer.json), (200, wanted), "the rule that was set")


async def bought(house, seats=2, token="sandbox_succeed"):
    """A new customer with a paid order."""
    customer, order_id = await order_of(house, seats)
    await customer.pay(order_id, token)
    order = await customer.follow(order_id)
    same(order["state"], "paid", "the order's state")
    house.secrets |= {ticket["code"] for ticket in order["tickets"]}
    return customer, order


async def refund(customer, order, tickets=None, key=None):
    body = {"reason": "changed my mind"} if tickets is None else {"ticket_ids": tickets}
    return await customer.patiently("POST", f"/v1/orders/{order['order_id']}/refunds", body, key or uuid.uuid4().hex)


async def followed(customer, order, seconds=30):
    """The order once none of its refunds is on its way."""
    async def over():
        read = await customer.read(order["order_id"])
        return read if all(refund["state"] != "pending" for refund in read["refunds"]) else None

    return await until(over, seconds, "the refund is over", 0.1)


async def a_ticket_is_given_back(house):
    """A customer gives one ticket back: it opens no gate at once, and its seat is free for all when the money is back"""
    await offer(house, house.rules)
    customer, order = await bought(house)
    first, second = order["tickets"]
    expect(order["refund_offer"], "an offer to refund", order)
    key = uuid.uuid4().hex
    answer = await refund(customer, order, [first["ticket_id"]], key)
    same((answer.status, answer.json["state"], answer.json["amount"]["amount_minor"]),
         (201, "pending", first["price"]["amount_minor"] - 1000), "the answer")
    again = await refund(customer, order, [first["ticket_id"]], key)
    same((again.status, again.body), (answer.status, answer.body), "the same key's answer")
    other = await refund(customer, order, [first["ticket_id"]])
    same((other.status, other.code), (409, "already_refunded"), "another key's answer")
    gate = await house.organizer.patiently(
        "POST", "/v1/check-ins", {"ticket_code": first["code"]}, uuid.uuid4().hex)
    same((gate.status, gate.code), (409, "ticket_not_valid"), "the gate's answer")
    order = await followed(customer, order)
    same((order["state"], order["refunded"]["amount_minor"]), ("partly_refunded", answer.json["amount"]["amount_minor"]),
         "the order")
    rival = house.fresh_customer()
    expect(await rival.hold(house.rules, {"seat_indexes": [first["seat_index"]]}), "the seat for somebody else")
    gate = await house.organizer.patiently(
        "POST", "/v1/check-ins", {"ticket_code": second["code"]}, uuid.uuid4().hex)
    same(gate.status, 200, "the gate's answer to the other ticket")
    inside = await refund(customer, order)
    same((inside.status, inside.code), (409, "already_checked_in"), "the answer to whoever is inside")
    return f"{answer.json['amount']['amount_minor']} back"


async def an_order_goes_back_once(house):
    """A whole order that is asked for by many requests at once goes back once, by lost replies too"""
    await offer(house, house.rules, includes_service_fee=True)
    customer, order = await bought(house, 4, "sandbox_lost_reply")
    answers = await asyncio.gather(*[refund(customer, order) for _ in range(15)],
                                   *[refund(customer, order, [ticket["ticket_id"]]) for ticket in order["tickets"]] )
    given = sum(answer.json["amount"]["amount_minor"] for answer in answers if answer.status == 201)
    same(given, order["total"]["amount_minor"], "what was granted")
    nothing([str(answer) for answer in answers if answer.status != 201 and answer.code != "already_refunded"],
            "answers to the others")
    order = await followed(customer, order)
    same((order["state"], order["refunded"]), ("refunded", order["total"]), "the order")
    payment = order["payments"][-1]["payment_id"]
    back = await house.ledger.value(
        f"SELECT sum(amount_minor) FROM sandbox_refund WHERE payment_id = '{payment}'", BOOK)
    same(back, order["total"]["amount_minor"], "the provider's book")
    return f"{len(answers)} requests, {given} back"


async def a_refused_refund_waits_for_an_operator(house):
    """A refund that the provider refuses is told to the customer, listed for an operator, and can be tried again"""
    customer, order = await bought(house, 2, "sandbox_refuse_refund")
    answer = await house.organizer.patiently(
        "POST", f"/v1/organizer/orders/{order['order_id']}/refunds", {"reason": "sorry"}, uuid.uuid4().hex)
    same(answer.status, 201, "the organizer's answer")
    refund_id = answer.json["refund_id"]
    order = await followed(customer, order)
    same([each["state"] for each in order["refunds"]], ["refused"], "the refund")

    async def listed():
        out = await house.stack.job("payment", "refunds", "list", "--json", statuses=(0, 1))
        return [json.loads(line)["refund_id"] for line in out.splitlines()]

    expect(refund_id in await listed(), "the refund on the operator's list", await listed())
    payment = order["payments"][-1]["payment_id"]
    same(await house.stack.job("payment", "refunds", "retry", refund_id), "1 tried again\n", "the retry")

    async def refused_again():
        return await house.ledger.value(
            f"SELECT count(*) FROM sandbox_refund_refusal WHERE payment_id = '{payment}'", BOOK) == 2

    await until(refused_again, 30, "the provider is asked by another key")
    await until(lambda: listed(), 30, "it is on the list again", 0.5)
    return "refused twice, by two keys; owed"


async def receipts_and_statements(house):
    """A receipt tells the tax inside, a statement agrees with the ledger, and its file can't be a formula"""
    performance_id = await house.stack.create_event(
        "Stack: taxed", house.box.chart_id, house.box.prices, service_fee=1000, seats_per_customer=6,
        tax_basis_points=1000, refund_until_seconds=60)
    sale = type(house.rules)(performance_id, house.box.seat_count, 6)
    customer = house.fresh_customer()
    order_id = await customer.order(await customer.hold(sale, {"seat_indexes": [0, 1, 2]}))
    same((await customer.pay(order_id, "sandbox_succeed")).status, 201, "the payment's answer")
    order = await customer.read(order_id)
    same((await refund(customer, order, [order["tickets"][0]["ticket_id"]])).status, 201, "the refund")
    order = await followed(customer, order)
    receipt = (await customer.patiently("GET", f"/v1/orders/{order_id}/receipt")).json
    tax = sum(line["tax"]["amount_minor"] for line in receipt["lines"])
    same([(each["basis_points"], each["amount"]["amount_minor"]) for each in receipt["taxes"]], [(1000, tax)], "the tax")
    same(receipt["total"], order["total"], "the receipt's total")
    path = f"/v1/organizer/performances/{performance_id}/statement"
    statement = (await house.organizer.patiently("GET", path)).json
    payable = await house.ledger.value(f"""
        SELECT -sum(e.signed_minor) FROM entry e JOIN account a USING (account_id)
        WHERE a.kind = 'organizer_payable' AND e.state = 'posted' AND e.order_id = '{order_id}'""")
    same(statement["payable"]["amount_minor"], payable, "what is owed to the organizer")
    answer = await house.organizer.patiently("GET", f"{path}?format=csv")
    same(answer.headers["content-type"].partition(";")[0], "text/csv", "the file's type")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode(), newline="")))
    same((len(rows), sum(1 for row in rows if row["refunded_at"])), (3, 1), "lines of the file, and refunded ones")
    nothing([row for row in rows if row["seat"][:1] in "=+-@"], "cells that are formulas")
    balances = await house.stack.job("payment", "balances", "--account", "tax_payable", "--json")
    expect(balances.strip(), "a tax account", balances)
    stranger = await customer.patiently("GET", path)
    same(stranger.status, 403, "the answer to a customer")
    return f"{tax} of tax inside {receipt['total']['amount_minor']}, {payable} payable"


async def nothing_to_pay(house):
    """An order with a total of zero is paid without a provider, and goes back without one"""
    performance_id = await house.stack.create_event(
        "Stack: free", house.box.chart_id, {level: 0 for level in house.box.prices}, service_fee=0,
        seats_per_customer=6, refund_until_seconds=60)
    sale = type(house.rules)(performance_id, house.box.seat_count, 6)
    customer = house.fresh_customer()
    order_id = await customer.order(await customer.hold(sale, {"seat_indexes": [5, 6]}))
    answer = await customer.patiently("POST", f"/v1/orders/{order_id}/payments", {}, uuid.uuid4().hex)
    same((answer.status, answer.json["state"]), (201, "paid"), "the answer without a card")
    order = await customer.read(order_id)
    same((await refund(customer, order)).status, 201, "the refund")
    same((await followed(customer, order))["state"], "refunded", "the order")
    charges = await house.ledger.value(
        f"SELECT count(*) FROM sandbox_charge WHERE payment_id = '{order['payments'][0]['payment_id']}'", BOOK)
    same(charges, 0, "charges at the provider")
    return "paid and refunded, the provider heard of nothing"


# A whole performance

async def sell_out(house, sale, customers, seats_per_order, at_once=48):
    """Sells every seat that the customers may have, and answers the orders by customer."""
    wishes = [list(range(first, min(first + seats_per_order, sale.seat_count)))
              for first in range(0, sale.seat_count, seats_per_order)]
    each = sale.seats_per_customer // seats_per_order
    wishes = wishes[:each * len(customers)]
    gate = asyncio.Semaphore(at_once)

    async def buy(number, wish):
        async with gate:
            customer = customers[number // each]
            hold = await customer.hold(sale, {"seat_indexes": wish})
            order_id = await customer.order(hold)
            answer = await customer.pay(order_id, "sandbox_succeed")
            same(answer.status, 201, "the payment's answer")
            return customer, order_id

    orders = await asyncio.gather(*[buy(number, wish) for number, wish in enumerate(wishes)])
    return orders, sum(len(wish) for wish in wishes)


async def mass_refund(house, sale, orders, tickets, kills):
    """Cancels the performance, kills every payment replica `kills` times on the way, and proves each refund."""
    victims = house.stack.replicas_of("payment")
    path = f"/v1/organizer/performances/{sale.performance_id}/cancellation"
    stranger = await orders[0][0].patiently("POST", path, {"reason": "mine"}, uuid.uuid4().hex)
    same(stranger.status, 403, "the answer to a customer")
    began = asyncio.get_running_loop().time()
    answer = await house.organizer.patiently("POST", path, {"reason": "The singer is ill"}, uuid.uuid4().hex)
    same((answer.status, answer.json["ticket_count"]), (202, tickets), "the answer")
    late = await orders[0][0].patiently(
        "POST", f"{sale.path}/holds", {"seat_indexes": [sale.seat_count - 1]}, uuid.uuid4().hex)
    same((late.status, late.code), (409, "sale_ended"), "a hold after it")
    killed = 0

    async def progress():
        return (await house.organizer.patiently("GET", path)).json

    async def reached(count):
        return (await progress())["tickets_refunded"] >= count

    for kill in range(kills):
        # Spread over the whole way; the first before anything went back.
        await until(lambda: reached(tickets * kill // kills), 300, "the refunds go on", 0.02)
        for victim in victims:
            killed += house.stack.kill(victim) is not None

    async def finished():
        now = await progress()
        return now if now["state"] == "finished" else None

    done = await until(finished, 600, "the refunds are finished", 0.2)
    seconds = asyncio.get_running_loop().time() - began
    same((done["tickets_refunded"], done["refunds"], done["refunds_made"], done["refunds_refused"]),
         (tickets, len(orders), len(orders), 0), "how it ended")
    await proved(house, sale, orders)
    return f"{tickets} tickets of {len(orders)} orders in {seconds:.0f} s, {killed} kills"


async def proved(house, sale, orders):
    """Each order went back once: by the provider's book, the ledger, the mails and the API."""
    payments = {row["payment_id"]: row["amount_minor"] for row in await house.ledger.rows(f"""
        SELECT p.payment_id, p.amount_minor FROM payment p
        WHERE p.performance_id = '{sale.performance_id}' AND p.state = 'succeeded'""")}
    same(len(payments), len(orders), "payments")
    names = ", ".join(f"'{payment}'" for payment in payments)
    back = {row["payment_id"]: (row["refunds"], row["amount"]) for row in await house.ledger.rows(f"""
        SELECT payment_id, count(*) AS refunds, sum(amount_minor) AS amount FROM sandbox_refund
        WHERE payment_id IN ({names}) GROUP BY 1""", BOOK)}
    nothing([(payment, back.get(payment)) for payment, amount in payments.items() if back.get(payment) != (1, amount)],
            "charges that did not go back once and whole")
    nothing(await house.ledger.rows(f"""
        SELECT a.kind, sum(e.signed_minor) AS left_over FROM entry e JOIN account a USING (account_id)
        JOIN "order" o ON o.order_id = e.order_id
        WHERE o.performance_id = '{sale.performance_id}' AND e.state = 'posted'
        GROUP BY a.kind HAVING sum(e.signed_minor) <> 0"""), "accounts that are not at zero")
    nothing(await house.ledger.rows(f"""
        SELECT order_id, kind, count(*) FROM message WHERE performance_id = '{sale.performance_id}'
            AND kind IN ('refund_made', 'performance_cancelled') AND order_id IS NOT NULL
        GROUP BY 1, 2 HAVING count(*) <> 1"""), "orders that were told twice")
    told = await house.ledger.value(f"""
        SELECT count(*) FROM message WHERE performance_id = '{sale.performance_id}' AND kind = 'refund_made'""")
    same(told, len(orders), "orders that were told")
    for customer, order_id in orders[::max(1, len(orders) // 50)]:
        order = await customer.read(order_id)
        same((order["state"], order["refunded"]), ("refunded", order["total"]), "an order")
    snapshot = (await house.client.request("GET", f"{sale.path}/seats")).json
    expect(SOLD not in unpacked(snapshot) and BLOCKED in unpacked(snapshot), "a map without sold seats")
    await house.reckoning.audit()


async def a_performance_is_cancelled(house):
    """A cancelled performance gives everybody everything back once, though its workers are killed five times"""
    sale = await house.box.open("Stack: cancelled", 6, 300, 30)
    customers = house.fresh_customers(20)
    orders, tickets = await sell_out(house, sale, customers, 2)
    return await mass_refund(house, sale, orders, tickets, kills=5)


async def an_operator_cancels(house):
    """An operator's command cancels a performance, shows how far it is in plain lines, and may be run again"""
    sale = await house.box.open("Stack: cancelled by an operator", 4, 300, 30)
    orders, tickets = await sell_out(house, sale, house.fresh_customers(3), 2)
    out = await house.stack.job("payment", "cancel-performance", sale.performance_id, "--reason", "fire")
    expect(f"{tickets} of {tickets} tickets (100 %)" in out.splitlines()[-1], "the last line", out)
    expect("\x1b" not in out, "plain lines", out)
    again = await house.stack.job("payment", "cancel-performance", sale.performance_id, "--reason", "fire")
    same(len(again.splitlines()), 1, "lines when it is run again")
    await proved(house, sale, orders)
    return f"{len(out.splitlines())} lines for {tickets} tickets"


CHECKS = [
    a_ticket_is_given_back, an_order_goes_back_once, a_refused_refund_waits_for_an_operator, receipts_and_statements,
    nothing_to_pay, a_performance_is_cancelled, an_operator_cancels,
]
