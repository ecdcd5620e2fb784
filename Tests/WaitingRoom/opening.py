"""A crowd before the opening, those who come after it, and what is broken in the middle."""

import asyncio
import pathlib
import random
import statistics
import sys
import tempfile
import time

from minted import customers
from proof import expect, nothing, same, until
from room import hall, open_room, published
from waiter import Waiter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Outages"))

from redis_trouble import Redis  # noqa: E402

LEAVE_SHARE = 0.6
LATE_SHARE = 0.1
DRAIN_SECONDS = 40
AT_ONCE = 64


async def at_most(count, work):
    """Runs coroutines, so many at once; answers their answers in order."""
    gate = asyncio.Semaphore(count)

    async def one(coroutine):
        async with gate:
            return await coroutine

    return await asyncio.gather(*[one(coroutine) for coroutine in work])


class Opening:
    def __init__(self, house):
        self.house = house
        self.is_sold_out = False
        self.sold = 0

    async def set_up(self):
        """Puts the performance up, so late that everybody is in and the leavers have been gone for long enough."""
        house = self.house
        stay = int(house.crowd * (1 - LEAVE_SHARE))
        self.per_minute = max(60, stay * 60 // DRAIN_SECONDS)
        chart = await hall(house, house.seats)
        [probe] = await customers(house, 1, lambda *who: Waiter(house.client, None, *who))
        probe.sale = await open_room(house, "Waiting room: how long one may be away", chart, 3_600, 60)
        away = (await probe.enter()).json["away_after_seconds"]
        lead = house.crowd / 100 + 6 + away + 4
        self.sale = await open_room(house, "Waiting room: the opening", chart, lead, self.per_minute)
        self.crowd = await customers(house, house.crowd, lambda *who: Waiter(house.client, self.sale, *who))
        self.late = await customers(
            house, int(house.crowd * LATE_SHARE), lambda *who: Waiter(house.client, self.sale, *who))
        self.before = await published(house, self.sale)
        same(self.before["state"], "gathering", "the room's state before the opening")
        expect("seed" not in self.before and "list_hash" not in self.before, "the seed's hash alone", self.before)

    async def gather(self):
        """Everybody enters, some of them twice at once; most leave without a word."""
        await at_most(AT_ONCE, [waiter.enter() for waiter in self.crowd])
        await at_most(AT_ONCE, [waiter.enter() for waiter in self.crowd[::7]])
        self.entered_at = time.time()
        self.staying = [waiter for waiter in self.crowd if random.random() > LEAVE_SHARE]
        self.waits = [asyncio.create_task(self.wait(waiter)) for waiter in self.staying]

    async def wait(self, waiter):
        if await waiter.wait(lambda: self.is_sold_out):
            await asyncio.sleep(random.uniform(0.2, 2))
            bought = await waiter.buy(random.choice([1, 2, 2, 3, 4]))
            self.sold += bought

    async def commitments(self):
        """The list's hash is seen before the seed."""

        async def is_listed():
            room = await published(self.house, self.sale)
            return room if "list_hash" in room else None

        patience = self.sale.opens_at - time.time() + 30
        self.listed = await until(is_listed, patience, "the list's hash is published", pause=0.1)
        expect("seed" not in self.listed, "the list's hash before the seed", self.listed)

        async def is_ranked():
            room = await published(self.house, self.sale)
            return room if "seed" in room else None

        self.ranked = await until(is_ranked, 30, "the seed is published", pause=0.1)
        for name in ("seed_hash", "list_hash", "listed_count"):
            same(self.ranked[name], self.listed[name], f"{name} after the seed")
        same(self.listed["listed_count"], len(self.crowd), "entries of the list")

    async def come_late(self):
        """Those who come after the opening, several at a time, through whichever gateway the kernel chooses."""

        async def some(waiters):
            for waiter in waiters:
                await waiter.enter()
                self.waits.append(asyncio.create_task(self.wait(waiter)))
                await asyncio.sleep(random.uniform(0, 0.1))

        await asyncio.gather(*[some(self.late[place::4]) for place in range(4)])

    async def break_things(self):
        """A gateway and a replica of seat-reservation are killed and Redis is flushed; then many enter again."""
        called = lambda: sum(waiter.admission is not None for waiter in self.staying)  # noqa: E731
        await until(lambda: called() >= len(self.staying) * 0.3 or self.is_sold_out, 180, "a third was called")
        self.broken_at = time.time()
        for service in ("gateway", "seat-reservation"):
            expect(self.house.stack.kill(self.house.stack.replicas_of(service)[0]), f"a {service} to kill")
        await Redis(self.house.stack).command("FLUSHALL")
        self.house.client.close()
        # Some of those who left come back for a moment too: their places are theirs.
        await at_most(AT_ONCE, [waiter.enter() for waiter in {*self.staying, *self.crowd[::30]}])

    async def watch_seats(self):
        """Says when every seat is sold, and nobody need wait any more."""

        async def is_sold_out():
            self.is_sold_out = (await self.house.box.get(self.sale.path))["sale_state"] == "sold_out"
            return self.is_sold_out or all(wait.done() for wait in self.waits)

        await until(is_sold_out, 600, "the seats are sold, or nobody waits", pause=0.5)

    # What must be true

    async def ranking(self):
        """The order, from the published document; it is verified, and refused with one entry moved."""
        answer = await self.house.client.request("GET", self.ranked["ranking_url"], seconds=60)
        expect(answer.status == 200 and "immutable" in answer.headers["cache-control"], "the ranking", answer)
        lines = answer.body.decode().splitlines()
        same(len(lines) - 1, len(self.crowd), "entries of the ranking")
        hashes = ["--seed-hash", self.before["seed_hash"], "--list-hash", self.listed["list_hash"]]
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "ranking"
            file.write_bytes(answer.body)
            told = await self.house.stack.job("seat-reservation", "verify-queue", str(file), *hashes)
            expect("RIGHT" in told, "a ranking that is right", told)
            moved = lines[:]
            moved.insert(2, moved.pop(random.randrange(3, len(moved))))
            file.write_text("\n".join(moved) + "\n")
            told = await self.house.stack.job("seat-reservation", "verify-queue", str(file), *hashes, statuses=(1,))
            expect("At position 2 stands entry" in told, "the first entry that differs", told)
        return [int(line[1:line.index(",")]) for line in lines[1:]]

    def correlation(self, numbers):
        """Spearman's, between arrival and rank; by chance alone it is seldom more than four deviations away."""
        count = len(numbers)
        squares = sum((place + 1 - number) ** 2 for place, number in enumerate(numbers))
        coefficient = 1 - 6 * squares / (count * (count * count - 1))
        expect(abs(coefficient) < 4 / (count - 1) ** 0.5, "no correlation of rank and arrival", coefficient)
        return coefficient

    def no_inversion(self):
        """Of those who came late, nobody was called before one who had a place when they asked for theirs."""
        called = [waiter for waiter in self.late if waiter.called_at]
        wrong = [
            (earlier.name, later.name) for earlier in called for later in called
            if earlier.answered < later.asked and earlier.called_at > later.called_at
        ]
        nothing(wrong, "customers who came later and were called sooner")
        first = min((waiter.called_at for waiter in called), default=float("inf"))
        nothing([waiter.name for waiter in self.staying if waiter.called_at and waiter.called_at > first],
                "customers of the list who were called behind somebody who came late")
        return len(called)

    def rate(self):
        """Customers who were there, called in a second, while it was under way."""
        times = sorted(waiter.called_at for waiter in self.staying if waiter.called_at)
        # From the sixth second: a line begins slowly.
        times = [when for when in times if self.sale.opens_at + 8 <= when <= self.broken_at]
        if len(times) < 10 or times[-1] - times[0] < 5:
            return None
        return (len(times) - 1) / (times[-1] - times[0])

    def estimates(self):
        """The errors of what was told, each as a share of what it was in the end."""
        errors = []
        for waiter in [*self.staying, *self.late]:
            if not waiter.called_at:
                continue
            for told in waiter.places:
                left = waiter.called_at - told.at
                if told.position and told.wait is not None and left > 5:
                    errors.append(abs(told.wait - left) / left)
        return errors

    def early_words(self):
        """Whoever was not called was told in time that there may not be enough seats, and most that there will not."""
        left = [waiter for waiter in [*self.staying, *self.late] if not waiter.called_at]
        outlooks = [waiter.places[-1].outlook for waiter in left]
        nothing([word for word in outlooks if word == "likely"], "customers who were let wait in hope")
        sure = [word for word in outlooks if word in ("unlikely", "sold_out")]
        expect(len(sure) >= len(left) / 2, f"half of {len(left)} to be told that there will not be enough", len(sure))
        return len(left)


async def the_opening(house):
    """A crowd waits, most of it leaves, a gateway dies and Redis is flushed: every place stays and every seat is sold once"""
    opening = Opening(house)
    await opening.set_up()
    await opening.gather()
    expect(time.time() < opening.sale.opens_at, "everybody to be in before the opening")
    await opening.commitments()
    late = asyncio.create_task(opening.come_late())
    watching = asyncio.create_task(opening.watch_seats())
    await opening.break_things()
    await late
    await watching
    await asyncio.gather(*opening.waits)
    await house.stack.all_ready()

    numbers = await opening.ranking()
    coefficient = opening.correlation(numbers)
    late_called = opening.no_inversion()
    places = await house.ledger.value(f"""
        SELECT count(*) FROM waiting_room_entry WHERE performance_id = '{opening.sale.performance_id}'""")
    same(places, len(opening.crowd) + len(opening.late), "places, one for each customer")
    left = opening.early_words()
    # Also those who left at once, and came back when all was over, find the place that they had.
    await at_most(AT_ONCE, [waiter.enter() for waiter in [*opening.crowd, *opening.late]])
    rate, ceiling = opening.rate(), opening.per_minute / 60
    expect(rate is None or rate >= 0.5 * ceiling, f"half of {ceiling:.1f} customers a second at least", rate)
    errors = opening.estimates()
    median = statistics.median(errors) if len(errors) >= 50 else None
    expect(median is None or median <= 0.2, "a median error of the estimates of at most a fifth", median)
    await house.reckoning.settled(opening.sale)
    await house.reckoning.audit()
    await house.reckoning.books()
    buyers = [*opening.staying, *opening.late]
    nothing([complaint for waiter in [*opening.crowd, *opening.late] for complaint in waiter.complaints], "complaints")
    await house.reckoning.everybody_was_told_the_truth(buyers)
    sold = await house.ledger.value(f"""
        SELECT count(*) FROM ticket WHERE live AND performance_id = '{opening.sale.performance_id}'""")
    same(sold, opening.sold, "tickets")
    if opening.is_sold_out:
        same(sold, opening.sale.seat_count, "seats sold")
    return (f"{len(opening.crowd)} in before the opening, of whom {len(opening.staying)} stayed; rank and arrival "
            f"correlate by {coefficient:+.3f}; {shown(rate)} of {ceiling:.1f} called a second; {late_called} late ones called "
            f"in turn; {sold} of {opening.sale.seat_count} seats sold, {left} told early that there will not be enough; "
            f"median error of {len(errors)} estimates {shown(median)}")


def shown(value):
    return "too few to tell" if value is None else f"{value:.2f}"


CHECKS = [the_opening]
