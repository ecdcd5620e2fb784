"""Thousands of clicks on one seat within a second."""

import asyncio
import collections
import json
import time
import uuid

from proof import expect, percentile, same

CONNECTIONS = 200


async def one_hot_seat(house):
    """Clicks on one seat within a second: one winner, one write, each loser offered free neighbours, none told 503"""
    sale = await house.box.open("Hot seat", 4, 300, 30)
    pair = [sale.seat_count // 2, sale.seat_count // 2 + 1]
    body = json.dumps({"seat_indexes": pair}).encode()
    connections = await house.connections(CONNECTIONS)
    answers = []
    began = time.monotonic() + 0.2

    async def click_on(number, connection):
        """A connection's share of the clicks, each at its time or as soon as the one before it was answered."""
        for click in range(number, house.clicks, CONNECTIONS):
            due = began + click / house.clicks
            await asyncio.sleep(max(0, due - time.monotonic()))
            customer = house.customers[click % len(house.customers)]
            answer = await connection.request(
                "POST", f"{sale.path}/holds", customer.headers(uuid.uuid4().hex), body)
            # A click that had to wait for its connection has waited since it was due.
            answers.append((customer, answer, time.monotonic() - due))

    await asyncio.gather(*[click_on(number, connection) for number, connection in enumerate(connections)])
    took = time.monotonic() - began
    for connection in connections:
        connection.close()
    told = collections.Counter(f"{answer.status} {answer.code or ''}".strip() for _, answer, _ in answers)
    same(dict(told), {"201": 1, "409 seat_taken": house.clicks - 1}, "the answers")
    offered = set()
    for _, answer, _ in answers:
        if answer.status != 409:
            continue
        problem = answer.json
        expect(set(problem["seat_indexes"]) <= set(pair), "taken seats of the wish", problem)
        groups = problem.get("alternatives") or []
        expect(groups and all(len(group) == 2 and not set(group) & set(pair) for group in groups), "pairs", problem)
        offered |= {tuple(group) for group in groups}
    rows = await house.ledger.rows(f"""
        SELECT (SELECT count(*) FROM hold WHERE performance_id = '{sale.performance_id}') AS holds,
               (SELECT count(*) FROM seat_change WHERE performance_id = '{sale.performance_id}') AS writes""")
    same(rows[0], {"holds": 1, "writes": 1}, "what was written")
    await neighbours(house, offered)
    lost = [seconds * 1000 for _, answer, seconds in answers if answer.status == 409]
    if house.is_full:
        expect(percentile(lost, 0.99) < 100, "losers' p99 below 100 ms", f"{percentile(lost, 0.99):.0f} ms")
    return (f"{house.clicks} clicks in {took:.2f} s: 1 winner, 1 write; losers p50 {percentile(lost, 0.5):.0f} ms, "
            f"p99 {percentile(lost, 0.99):.0f} ms; {len(offered)} different pairs offered")


async def neighbours(house, pairs):
    """Pairs that were offered are side by side: of the same row, and next to each other on the chart."""
    chart = await house.box.get(f"/v1/seating-charts/{house.box.chart_id}")
    places = {}
    for section in chart["sections"]:
        for number, row in enumerate(section["rows"]):
            for seat in row["seats"]:
                places[seat["seat_index"]] = (section["section_id"], number, seat.get("x"), seat.get("y"))
    for first, second in pairs:
        one, other = places[first], places[second]
        same(one[:2], other[:2], f"the rows of {first} and {second}")
        expect(abs(one[2] - other[2]) + abs(one[3] - other[3]) < 3, "neighbours", (one, other))


async def a_loser_who_has_won(house):
    """A click whose answer was lost, sent again among the losers', is told that it has won"""
    sale = await house.box.open("Hot seat: repeated", 4, 300, 30)
    seat = sale.seat_count // 3
    wish = {"seat_indexes": [seat]}
    winner, *rivals = house.customers[:50]
    key = uuid.uuid4().hex
    first = await winner.once("POST", f"{sale.path}/holds", wish, key)
    same(first.status, 201, "the first click")
    for _ in range(5):
        *lost, again = await asyncio.gather(
            *[rival.once("POST", f"{sale.path}/holds", wish, uuid.uuid4().hex) for rival in rivals],
            winner.once("POST", f"{sale.path}/holds", wish, key))
        same({answer.code for answer in lost}, {"seat_taken"}, "the rivals' answers")
        same((again.status, again.body), (201, first.body), "the repeated click")
        same(again.headers.get("idempotency-replayed"), "true", "the repeated click's header")
        reused = await winner.once("POST", f"{sale.path}/holds", {"seat_indexes": [seat, seat + 1]}, key)
        same(reused.code, "idempotency_key_reused", "the key for another wish")
    return "5 times, among 49 rivals each"


CHECKS = [one_hot_seat, a_loser_who_has_won]
