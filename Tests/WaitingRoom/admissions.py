"""Who may hold where a waiting room is on, and that an organizer switches it."""

import uuid

from minted import customers
from proof import expect, same, until
from room import hall, open_room
from waiter import Waiter


async def hold(waiter, sale, seat, admission):
    """One hold with an admission of any kind. Answers its status and code."""
    waiter.admission = admission
    answer = await waiter.patiently(
        "POST", f"{sale.path}/holds", {"seat_indexes": [seat]}, uuid.uuid4().hex)
    return answer.status, answer.code


async def only_the_admitted(house):
    """Without an admission, or with one that is forged, another customer's or of another performance, nobody holds"""
    chart = await hall(house, 40)
    sale = await open_room(house, "Waiting room: admissions", chart, -60, 600, admission_seconds=30)
    other = await open_room(house, "Waiting room: another", chart, -60, 600)
    await house.stack.all_ready()
    one, two = await customers(house, 2, lambda *who: Waiter(house.client, sale, *who))
    same(await hold(one, sale, 0, None), (403, "admission_required"), "a hold without an admission")
    for waiter in (one, two):
        await waiter.enter()
        expect(await waiter.wait(lambda: False), "the turn to come")
    mine, theirs = one.entry["admission_token"], two.entry["admission_token"]
    changed = mine[:-2] + ("A" if mine[-2] != "A" else "B") + mine[-1]
    for what, token in {"forged": changed, "another customer's": theirs, "no token at all": "nonsense",
                        "the place's token": one.entry_token}.items():
        same(await hold(one, sale, 0, token), (403, "admission_invalid"), f"a hold with an admission that is {what}")
    same(await hold(one, other, 0, mine), (403, "admission_invalid"), "an admission of another performance")
    same((await hold(one, sale, 0, mine))[0], 201, "a hold with its own admission")
    house.admitted = two
    return "seven refusals, and a hold"


async def for_a_time(house):
    """An admission ends with its time; then there is another turn, behind all who wait"""
    if house.admitted is None:
        await only_the_admitted(house)
    two = house.admitted
    sale, theirs = two.sale, two.entry["admission_token"]

    async def is_over():
        return (await hold(two, sale, 1, theirs)) == (403, "admission_invalid")

    until_it_ends = two.called_at + sale.admission_seconds
    await until(is_over, 60, "an admission ends", pause=1)
    two.admission = None

    async def another_turn():
        answer = await two.patiently("POST", f"{two.room}/entries")
        return answer if answer.status == 201 else None

    again = await until(another_turn, 20, "another turn", pause=0.5)
    expect(again.json["entry_id"] != two.entry["entry_id"], "another place", again)
    return f"an admission of {sale.admission_seconds} s ended by {until_it_ends:.0f}, and the next turn began"


async def switched(house):
    """The organizer switches the room off and on, and sets its ceiling: holds follow within seconds"""
    sale = await open_room(house, "Waiting room: switched", await hall(house, 40), -60, 600)
    [one] = await customers(house, 1, lambda *who: Waiter(house.client, sale, *who))
    path = f"/v1/organizer/performances/{sale.performance_id}/waiting-room"

    async def is_answered(seat, wanted):
        return (await hold(one, sale, seat, None))[0] == wanted

    for seat, (is_on, wanted) in enumerate([(False, 201), (True, 403), (False, 201)]):
        answer = await house.organizer.patiently(
            "PUT", path, {"is_on": is_on, "admissions_per_minute_max": 120 + seat})
        expect(answer.status == 200, "the room's figures", answer)
        same(answer.json["settings"]["admissions_per_minute_max"], 120 + seat, "the ceiling")
        await until(lambda: is_answered(seat, wanted), 10, f"holds answer {wanted}", pause=0.2)
        room = (await house.box.get(sale.path)).get("waiting_room")
        if not is_on:
            await until(lambda: has_no_room(house, sale), 10, "the performance tells that it has no room", pause=0.2)
        else:
            expect(room is None or room["state"] in ("ranking", "open"), "a state of the room", room)
    refused = await one.patiently("PUT", path, {"is_on": True})
    same(refused.status, 403, "a customer who switches a room")
    return "off, on and off again"


async def has_no_room(house, sale):
    return (await house.box.get(sale.path)).get("waiting_room") is None


CHECKS = [only_the_admitted, switched]
# It was long enough ago by then.
LAST_CHECKS = [for_a_time]
