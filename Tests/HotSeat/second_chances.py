"""What comes back goes to those who wait, and one card buys its share."""

import uuid

from proof import expect, same, until

CARD = {"payment_method": {"type": "card", "token": "sandbox_succeed:4242"}}


async def rule(house, sale, **members):
    """Sets the organizer's rule of a performance."""
    wanted = {"cool_down_seconds_max": 0, **members}
    answer = await house.organizer.patiently(
        "PUT", f"/v1/organizer/performances/{sale.performance_id}/fairness-rule", wanted)
    same((answer.status, answer.json), (200, wanted), "the fairness rule")


async def waiting_list(house):
    """Seats that are given back or lapse are held for whoever waits, the next one after that, and at last for all"""
    sale = await house.box.open("Waiting list", 4, 300, 30)
    holder, first, second, stranger = house.fresh_customers(4)
    entry = f"{sale.path}/waiting-list/entry"
    closed = await first.patiently("PUT", entry, {"quantity": 2})
    same(closed.code, "no_waiting_list", "a wish where there is no list")
    await rule(house, sale, waiting_list_offer_seconds=30)
    page = await house.box.get(sale.path)
    same(page.get("waiting_list_offer_seconds"), 30, "what the performance says")
    seats = sale.fresh(2)
    held = await holder.patiently("POST", f"{sale.path}/holds", {"seat_indexes": seats}, uuid.uuid4().hex)
    same(held.status, 201, "a hold")
    for waiter, ahead in ((first, 0), (second, 1)):
        answer = await waiter.patiently("PUT", entry, {"quantity": 2})
        same((answer.status, answer.json["state"], answer.json["ahead"]), (200, "waiting", ahead), "a place on the list")
    await holder.release(held.json["hold_id"])

    async def offered_to(waiter):
        answer = await waiter.patiently("GET", entry)
        return answer.json if answer.json["state"] == "offered" else None

    offer = await until(lambda: offered_to(first), 10, "the seats to be offered")
    mine = (await first.patiently("GET", f"/v1/holds?performance_id={sale.performance_id}")).json["items"]
    same([(hold["hold_id"], hold["seat_indexes"]) for hold in mine], [(offer["hold_id"], seats)], "my holds")
    taken = await stranger.patiently("POST", f"{sale.path}/holds", {"seat_indexes": seats}, uuid.uuid4().hex)
    same(taken.code, "seat_taken", "a stranger's wish for them")
    # The first gives them back; the second buys them.
    await first.release(offer["hold_id"])
    offer = await until(lambda: offered_to(second), 10, "the seats to be offered to the next one")
    order = await second.order(offer["hold_id"])
    paid = await second.pay(order, "sandbox_succeed")
    same(paid.status, 201, "the payment")
    same((await second.patiently("GET", entry)).json["state"], "taken", "the second's place")
    # Refunded seats take the same way, and are free for all when nobody is left.
    answer = await first.patiently("PUT", entry, {"quantity": 2})
    same(answer.json["state"], "waiting", "the first waits again")
    refund = await house.organizer.patiently(
        "POST", f"/v1/organizer/orders/{order}/refunds", {"reason": "for the test"}, uuid.uuid4().hex)
    same(refund.status, 201, "the refund")
    offer = await until(lambda: offered_to(first), 20, "the refunded seats to be offered")
    await first.release(offer["hold_id"])

    async def is_free():
        _, _, states = await house.ledger.states(sale.performance_id)
        return all(states[seat] == "0" for seat in seats)

    await until(is_free, 10, "the seats to be free for all")
    gone = await first.patiently("DELETE", entry)
    same(gone.status, 204, "leaving the list")
    await house.reckoning.audit()
    return "given back, declined, bought, refunded and free again; audit clean"


async def one_card(house):
    """One card pays for so many seats as the organizer allows, whoever has it"""
    sale = await house.box.open("One card", 4, 300, 30)
    await rule(house, sale, seats_per_instrument_max=3)
    statuses = []
    for buyer in house.fresh_customers(3):
        hold = await buyer.hold(sale, {"seat_indexes": sale.fresh(2)})
        order = await buyer.order(hold)
        answer = await buyer.patiently("POST", f"/v1/orders/{order}/payments", CARD, uuid.uuid4().hex)
        statuses.append(answer.code or answer.status)
        if answer.code:
            same((answer.json["seats_owned"], answer.json["seats_max"]), (2, 3), "what the card paid for")
            other = {"payment_method": {"type": "card", "token": f"sandbox_succeed:{uuid.uuid4().hex}"}}
            paid = await buyer.patiently("POST", f"/v1/orders/{order}/payments", other, uuid.uuid4().hex)
            same(paid.status, 201, "another card")
    same(statuses, [201, "instrument_limit_reached", "instrument_limit_reached"], "the answers")
    stored = await house.ledger.value(f"""
        SELECT count(*) FROM payment WHERE performance_id = '{sale.performance_id}' AND state = 'succeeded'""")
    expect(stored == 3, "three payments", stored)
    return "2 of 3 seats by the first, refused to two others, who paid with cards of their own"


CHECKS = [waiting_list, one_card]
