"""Holds lapse before everybody's eyes while the map changes all the time."""

import asyncio
import datetime
import random
import time
import uuid

from proof import expect, percentile, same, until
from viewer import Viewer

HOLD_SECONDS = 3
WATCHED = 40


class LapseViewer(Viewer):
    """A viewer that notes when each seat was seen free again."""

    def __init__(self, *parts):
        super().__init__(*parts)
        self.freed_at = {}

    async def _apply(self, delta):
        now = time.time()
        before = self.sequence
        await super()._apply(delta)
        if self.sequence != before:
            for seat, state in delta["changes"]:
                if state == 0:
                    self.freed_at[seat] = now


async def lapse_visibly(house):
    """Holds lapse before viewers' eyes soon after their deadline while seats change, and every map equals the ledger"""
    sale = await house.box.open("Lapses", 1000, HOLD_SECONDS, 30)
    viewers = [LapseViewer(house.client, house.stack, sale).start() for _ in range(4)]
    await until(lambda: all(viewer.states for viewer in viewers), 20, "a snapshot for each viewer")
    rivals = house.customers[:100]
    lapsing = list(range(0, WATCHED * 20, 20))
    calm = [seat for seat in range(2000, sale.seat_count)]
    seconds = 20 if house.is_full else 6
    stop = time.monotonic() + seconds
    changes = 0

    async def change(customer):
        nonlocal changes
        while time.monotonic() < stop:
            seats = sorted(random.sample(calm, 50 if house.is_full else 10))
            answer = await customer.patiently(
                "POST", f"{sale.path}/holds", {"seat_indexes": seats}, uuid.uuid4().hex)
            if answer.status == 201:
                await customer.release(answer.json["hold_id"])
                changes += 2 * len(seats)

    deadlines = {}

    async def let_lapse():
        for number, seat in enumerate(lapsing):
            customer = house.customers[100 + number % 50]
            answer = await customer.patiently(
                "POST", f"{sale.path}/holds", {"seat_indexes": [seat]}, uuid.uuid4().hex)
            same(answer.status, 201, "a hold that will lapse")
            until_text = answer.json["expires_at"].replace("Z", "+00:00")
            deadlines[seat] = datetime.datetime.fromisoformat(until_text).timestamp()
            await asyncio.sleep((seconds - HOLD_SECONDS) / 2 / len(lapsing))

    await asyncio.gather(let_lapse(), *[change(rival) for rival in rivals[:60]])
    await until(lambda: all(set(lapsing) <= set(viewer.freed_at) for viewer in viewers), 30, "all lapses to be seen")
    late = [viewer.freed_at[seat] - deadline for viewer in viewers for seat, deadline in deadlines.items()]
    expect(min(late) > -0.05, "no hold to lapse before its deadline", min(late))
    await house.reckoning.settled(sale)
    epoch, sequence, states = await house.ledger.states(sale.performance_id)

    def are_there():
        return all((viewer.epoch, viewer.sequence) == (epoch, sequence) for viewer in viewers)

    await until(are_there, 20, "every viewer to stand where the ledger stands")
    for viewer in viewers:
        same("".join(map(str, viewer.states)), states, "a viewer's map")
        same(viewer.complaints, [], "a viewer's complaints")
        await viewer.stop()
    if house.is_full:
        expect(max(late) <= 1, "every lapse seen within a second", f"{max(late):.2f} s")
    return (f"{changes / seconds:.0f} changes a second; {len(late)} lapses seen, p50 {percentile(late, 0.5) * 1000:.0f} "
            f"ms and at most {max(late) * 1000:.0f} ms after their deadline; {len(viewers)} maps equal the ledger")


CHECKS = [lapse_visibly]
