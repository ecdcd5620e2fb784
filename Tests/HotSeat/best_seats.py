"""Best available, until nothing is left."""

import asyncio
import collections
import random
import uuid

from proof import expect, nothing, same

BOOKERS = 160
QUANTITIES = [1, 2, 2, 2, 3, 4, 4, 5, 6]


async def until_sold_out(house):
    """160 bookers ask for the best seats until none is left: nobody is refused while there are enough, no half group"""
    sale = await house.box.open("Best seats", 1000, 600, 30)
    connections = await house.connections(BOOKERS)
    told, groups = collections.Counter(), []

    async def book(number, connection):
        customer, most = house.customers[number], 6
        while True:
            quantity, key = min(most, random.choice(QUANTITIES)), uuid.uuid4().hex
            while True:
                answer = await customer.once(
                    "POST", f"{sale.path}/holds", {"best_available": {"quantity": quantity}}, key, connection)
                told[f"{answer.status} {answer.code or ''}".strip()] += 1
                if answer.status != 503 or "retry-after" not in answer.headers:
                    break
                # Too many at once is no word on the seats.
                await asyncio.sleep(random.uniform(0.05, 0.3))
            if answer.status == 201:
                groups.append(answer.json["seat_indexes"])
                same(len(groups[-1]), quantity, "seats of a group")
                continue
            same(answer.code, "not_enough_seats", "the refusal")
            # So many the same wish would have got: fewer than it asked for, or it was refused while there were enough.
            most = answer.json["largest_group"]
            expect(most < quantity, "a refusal for want of seats", answer)
            if most == 0:
                return

    await asyncio.gather(*[book(number, connection) for number, connection in enumerate(connections)])
    for connection in connections:
        connection.close()
    same(set(told) - {"201", "409 not_enough_seats", "503 overloaded"}, set(), "other answers")
    _, _, states = await house.ledger.states(sale.performance_id)
    same(collections.Counter(states), {"1": sale.seat_count}, "seats by state: all are held")
    same(sum(map(len, groups)), sale.seat_count, "seats in groups")
    nothing([seat for seat, count in collections.Counter(sum(groups, [])).items() if count > 1], "seats given twice")
    apart = sum(1 for group in groups if group[-1] - group[0] != len(group) - 1)
    return (f"{len(groups)} groups, {sale.seat_count} seats, {told['409 not_enough_seats']} refusals, all at the end; "
            f"{told['503 overloaded']} told to come again; {apart} groups not in one stretch of numbers")


async def together_or_not_at_all(house):
    """Who insists on sitting together is refused where others are seated apart"""
    sale = await house.box.open("Best seats: together", 1000, 600, 30)
    one, other = house.customers[:2]
    # Every second seat goes: nobody has a neighbour.
    for first in range(0, sale.seat_count, 200):
        wish = {"seat_indexes": list(range(first, min(first + 200, sale.seat_count), 2))}
        answer = await one.patiently("POST", f"{sale.path}/holds", wish, uuid.uuid4().hex)
        if answer.code == "seat_limit_reached":
            break
        same(answer.status, 201, "a hold of every second seat")
    path = f"{sale.path}/holds"
    level = {"quantity": 100, "together": True}
    refused = await other.patiently("POST", path, {"best_available": level}, uuid.uuid4().hex)
    same(refused.code, "not_enough_seats", "a hundred side by side")
    largest = refused.json["largest_group"]
    held = await other.patiently(
        "POST", path, {"best_available": {"quantity": largest, "together": True}}, uuid.uuid4().hex)
    same((held.status, len(held.json["seat_indexes"])), (201, largest), "as many as there are side by side")
    apart = await other.patiently("POST", path, {"best_available": {"quantity": 100}}, uuid.uuid4().hex)
    same((apart.status, len(apart.json["seat_indexes"])), (201, 100), "a hundred, apart")
    return f"100 side by side refused with {largest}, 100 apart held"


CHECKS = [until_sold_out, together_or_not_at_all]
