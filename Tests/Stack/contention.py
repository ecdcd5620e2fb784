"""Rivals: many for one seat, sets that cross, one customer at two doors."""

import asyncio
import collections
import hashlib
import hmac
import json
import random
import time
import uuid

from http_client import Connection
from proof import expect, nothing, percentile, same


async def one_seat(house):
    """500 customers at once for one seat: one has it, all others are told so and offered others"""
    sale = await house.box.open("Stack: one seat", 4, 300, 30)
    seat = sale.seat_count // 2
    rivals = house.customers
    connections = await house.connections(len(rivals))
    wish = {"seat_indexes": [seat]}
    answers = await asyncio.gather(*[
        rival.once("POST", f"{sale.path}/holds", wish, uuid.uuid4().hex, connection)
        for rival, connection in zip(rivals, connections)])
    for connection in connections:
        connection.close()
    told = collections.Counter(f"{answer.status} {answer.code}" for answer in answers)
    same(dict(told), {"201 None": 1, "409 seat_taken": len(rivals) - 1}, "the answers")
    for answer in answers:
        if answer.status == 409:
            problem = answer.json
            same(problem["seat_indexes"], [seat], "the seats that were taken")
            offered = problem.get("alternatives") or []
            expect(offered and all(len(seats) == 1 and seats != [seat] for seats in offered), "alternatives", problem)
    owners = await house.ledger.value(f"""
        SELECT count(*) FROM hold WHERE performance_id = '{sale.performance_id}' AND {seat} = ANY (seat_indexes)""")
    same(owners, 1, "holds of the seat in the ledger")
    times = [answer.seconds * 1000 for answer in answers]
    return (f"1 winner, {len(rivals) - 1} × seat_taken with alternatives; "
            f"p50 {percentile(times, 0.5):.0f} ms, p99 {percentile(times, 0.99):.0f} ms")


async def crossing_sets(house):
    """Crossing sets of four seats: each hold owns all of its seats, no half one, no deadlock"""
    sale = await house.box.open("Stack: crossing sets", 400, 300, 30)
    deadlocks = deadlock_count(house)
    rounds, ring, granted, refused = 12, 60, 0, 0
    for turn in range(rounds):
        first = 1000 + turn * ring
        rivals = random.sample(house.customers, 80)
        wishes = []
        for _ in rivals:
            # Four seats anywhere on the ring, in any order: neighbours' sets cross in every way.
            start = random.randrange(ring)
            seats = [first + (start + step * random.choice([1, 1, 7])) % ring for step in range(4)]
            wishes.append(list(dict.fromkeys(random.sample(seats, 4))))
        answers = await asyncio.gather(*[
            rival.once("POST", f"{sale.path}/holds", {"seat_indexes": wish}, uuid.uuid4().hex)
            for rival, wish in zip(rivals, wishes)])
        owner = {}
        for rival, wish, answer in zip(rivals, wishes, answers):
            expect(answer.code == "seat_taken" if answer.status == 409 else answer.status == 201, "201 or 409", answer)
            if answer.status == 201:
                granted += 1
                same(sorted(answer.json["seat_indexes"]), sorted(wish), "the seats of a hold")
                for seat in wish:
                    expect(seat not in owner, "one owner a seat", (seat, owner.get(seat), answer.json["hold_id"]))
                    owner[seat] = answer.json["hold_id"]
            else:
                refused += 1
                expect(set(answer.json["seat_indexes"]) <= set(wish), "taken seats of the wish", answer)
        rows = await house.ledger.rows(f"""
            SELECT seat_index, hold_id FROM seat WHERE performance_id = '{sale.performance_id}' AND state = 1
                AND seat_index >= {first} AND seat_index < {first + ring}""")
        same({row["seat_index"]: row["hold_id"] for row in rows}, owner, "the seats' owners in the ledger")
        for wish, answer in zip(wishes, answers):
            if answer.status == 409:
                expect(any(seat in owner for seat in wish), "a refused set to have lost a seat", wish)
    same(deadlock_count(house), deadlocks, "deadlocks in PostgreSQL's log")
    return f"{rounds} rounds, {granted} sets granted whole, {refused} refused, no deadlock"


def deadlock_count(house):
    return sum(path.read_text(errors="replace").count("deadlock detected") for path in house.stack.logs()
               if path.name.startswith("postgres.log"))


async def limit_at_two_gateways(house):
    """One customer who asks every gateway at once never has more seats than the limit"""
    sale, total = house.rules, 0
    for customer in house.fresh_customers(4):
        gateways = await house.connection_of_each_gateway()
        expect(len(gateways) > 1 or len(house.stack.replicas_of("gateway")) == 1, "every gateway", list(gateways))
        seats = sale.fresh(40)
        queues = [seats[number::len(gateways)] for number in range(len(gateways))]

        async def ask(connection, wishes):
            return [await customer.once("POST", f"{sale.path}/holds", {"seat_indexes": [seat]}, uuid.uuid4().hex,
                                        connection) for seat in wishes]

        answers = sum(await asyncio.gather(*map(ask, gateways.values(), queues)), [])
        told = collections.Counter(f"{answer.status} {answer.code}" for answer in answers)
        same(dict(told), {"201 None": sale.seats_per_customer,
                          "409 seat_limit_reached": 40 - sale.seats_per_customer}, "the answers")
        await limit_holds(house, sale, customer)
        total += len(answers)
    return f"{total} wishes of 4 customers through {len(gateways)} gateways, {sale.seats_per_customer} seats each"


async def limit_at_two_replicas(house):
    """One customer at both replicas of seat-reservation at once never has more seats than the limit"""
    sale, granted = house.rules, []
    replicas = house.stack.replicas_of("seat-reservation")
    for customer in house.fresh_customers(6):
        seats = sale.fresh(40)

        async def ask(number):
            port = house.stack.port(f"{replicas[number % len(replicas)]}.internal")
            return await hold_directly(house, port, sale, customer, seats[number])

        statuses = collections.Counter(await asyncio.gather(*[ask(number) for number in range(40)]))
        same(statuses[201], sale.seats_per_customer, f"seats granted among {dict(statuses)}")
        await limit_holds(house, sale, customer)
        granted.append(statuses[201])
    return f"{len(granted) * 40} wishes at {len(replicas)} replicas, {granted} seats granted"


async def limit_holds(house, sale, customer):
    owned = await house.ledger.value(f"""
        SELECT count(*) FROM seat s JOIN hold h ON h.hold_id = s.hold_id
        WHERE s.performance_id = '{sale.performance_id}' AND h.customer_id = '{customer.id}' AND s.state IN (1, 2)""")
    same(owned, sale.seats_per_customer, "seats of the customer in the ledger")


async def hold_directly(house, port, sale, customer, seat):
    """A hold as a gateway asks a given replica for it. Answers the status."""
    key_id, _, key = house.stack.secret("service-keys").split(",")[0].partition(":")
    statement = f"{key_id}.gateway.{int(time.time())}"
    proof = hmac.new(bytes.fromhex(key), statement.encode(), hashlib.sha256).hexdigest()
    command = {
        "customer_id": customer.id, "idempotency_key": uuid.uuid4().hex,
        "fingerprint": hashlib.sha256(str(seat).encode()).hexdigest(), "seat_indexes": [seat],
    }
    connection = await Connection.open(("127.0.0.1", port))
    try:
        answer = await connection.request(
            "POST", f"/actors/seat-map/{sale.performance_id}/hold",
            [("content-type", "application/json"), ("service-credential", f"{statement}.{proof}")],
            json.dumps(command).encode())
    finally:
        connection.close()
    expect(answer.status == 200, "the replica to answer", answer)
    return answer.json["status"]


async def nothing_half(house):
    """The ledger after the rivals"""
    await house.reckoning.audit()
    nothing(await house.ledger.rows(
        "SELECT performance_id, seat_index FROM seat WHERE state = 1 AND hold_id IS NULL"), "a held seat of nobody")
    return f"audit clean, {await house.reckoning.books()} charges accounted for"


CHECKS = [one_seat, crossing_sets, limit_at_two_gateways, limit_at_two_replicas, nothing_half]
