"""The drills: each breaks something under full load, and then compares what was told with what there is."""

import asyncio
import collections
import contextlib
import dataclasses
import json
import time
from statistics import median

from buyers import Book, Crowd, sign_up
from ledger import BOOK
from members import NUMBERS, Members, NearWriter
from proof import Failed, expect, nothing, until
from reckoning import WRONG


@dataclasses.dataclass
class Figures:
    """What one drill showed; times in seconds."""

    scenario: str
    purchases: int = 0
    rate: float = 0  # purchases a second before anything broke
    lost: int = 0  # acknowledged purchases that the primary does not have
    promoted: float = None  # from the fault to the promotion
    first: float = None  # from the promotion, or from the end of the fault, to the first purchase
    gap: float = 0  # the longest time without an acknowledged purchase
    refused: float = None  # how long the slowest 503 took from a second before the fault
    doubts: int = 0  # outcomes that were not known for a while
    settled: float = None  # from the first new purchase until the last of them was known
    stray: int = None  # rows that somebody near the old primary was acknowledged after the promotion
    note: str = ""

    HEAD = ["scenario", "purchases", "a second", "lost", "promoted", "first after", "gap", "slowest 503", "unknown",
            "settled after", "near, after"]

    def row(self):
        def shown(value):
            return "–" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)

        return [shown(value) for value in (
            self.scenario, self.purchases, self.rate, self.lost, self.promoted, self.first, self.gap, self.refused,
            self.doubts, self.settled, self.stray)]


class Drill:
    """One stack, its members and its buyers, for all drills of a run."""

    WARM_SECONDS, LAST_SECONDS, BUYERS = 4, 4, 32

    def __init__(self, house, buyers, folder):
        self.house, self.count, self.folder = house, buyers, folder
        self.members = Members(house.stack)
        self.number = 0

    async def open(self):
        self.book = Book(self.folder / "acknowledged.jsonl")
        self.buyers = await sign_up(self.house.client, self.count, self.book)

    async def run(self, scenario, breaks):
        """Sells, has `breaks` break something, sells on, compares. Answers the figures."""
        await self.members.become_whole()
        self.number += 1
        self._forget()
        figures = Figures(scenario)
        sale = await self.house.box.open(f"Drill {self.number}: {scenario}", 1_000, 120, 120)
        leader = await self.members.leader()
        logs = {number: self.members.log(number).stat().st_size for number in NUMBERS}
        crowd = Crowd(self.buyers, sale)
        try:
            await asyncio.sleep(self.WARM_SECONDS)
            broken = Broken(self, figures, leader, logs)
            figures.rate = self._rate()
            await breaks(broken)
            await asyncio.sleep(self.LAST_SECONDS)
            await crowd.end()
        except BaseException:
            await crowd.cancel()
            raise
        await self.members.become_whole()
        await self._compare(figures, broken, sale)
        return figures

    def _rate(self):
        times = [at for _, _, at in self.book.purchases]
        recent = [at for at in times if at > time.time() - 2]
        return len(recent) / 2

    def _forget(self):
        self.book.purchases.clear()
        self.book.doubts.clear()
        self.book.refusals.clear()
        for buyer in self.buyers:
            for notes in (buyer.holds, buyer.released, buyer.orders, buyer.paid, buyer.declined, buyer.told,
                          buyer.retries, buyer.complaints):
                notes.clear()

    async def _compare(self, figures, broken, sale):
        book, ledger, reckoning = self.book, self.house.ledger, self.house.reckoning
        nothing(book.hung, "requests that nobody answered")
        nothing(sum((buyer.complaints for buyer in self.buyers), []), "answers that must not be")
        acknowledged = {order for order, _, _ in book.purchases}
        paid = {row["order_id"] for row in await ledger.rows(f"""
            SELECT o.order_id FROM "order" o WHERE o.performance_id = '{sale.performance_id}' AND o.state = 'paid'
            AND EXISTS (SELECT FROM ticket t WHERE t.order_id = o.order_id AND t.state = 'valid')""")}
        figures.purchases, figures.lost = len(acknowledged), len(acknowledged - paid)
        nothing(acknowledged - paid, "acknowledged purchases that the primary does not have")
        times = sorted(at for _, _, at in book.purchases)
        figures.gap = max((after - before for before, after in zip(times, times[1:])), default=0.0)
        began = [at for _, begun, at in book.purchases if at > broken.back_from]
        expect(began, "purchases after the recovery")
        figures.first = min(began) - broken.back_from
        # Whoever had a commit under way as well.
        figures.refused = max((seconds for asked, seconds, _ in book.refusals if asked > broken.at - 1), default=None)
        recovered = min(began)
        doubts = [doubt for doubt in book.doubts if doubt.began < recovered]
        nothing([doubt for doubt in doubts if doubt.ended is None], "outcomes that were never known")
        figures.doubts = len(doubts)
        figures.settled = max((max(0.0, doubt.ended - recovered) for doubt in doubts), default=None)
        # A hold lives for 120 s, and for 60 s more where a payment of it was ended.
        await reckoning.settled(sale, 200)
        await reckoning.everybody_was_told_the_truth(self.buyers)
        for what, query in WRONG.items():
            nothing(await ledger.rows(query), what)
        charged = await ledger.value("SELECT count(*) FROM sandbox_charge WHERE state = 'succeeded'", BOOK)
        await reckoning.audit()
        told = sum((buyer.told for buyer in self.buyers), collections.Counter())
        refused = ", ".join(f"{answer} ×{count}" for answer, count in told.items() if not answer.startswith(("20", "re")))
        figures.note = f"audit clean over {charged} charges; told: {refused or 'no refusal'}"


class Broken:
    """What a scenario knows and does while the load goes on."""

    def __init__(self, drill, figures, leader, logs):
        self.drill, self.members, self.figures = drill, drill.members, figures
        self.leader, self.logs = leader, logs
        self.at = time.time()
        self.back_from = None

    async def promotion(self, seconds=60):
        """Waits until another member was promoted, and notes when."""

        def found():
            stamps = [self.members.promoted_at(number, self.logs[number]) for number in NUMBERS
                      if number != self.leader]
            return next(filter(None, stamps), None)

        self.back_from = await until(found, seconds, "another member is promoted", pause=0.1)
        self.figures.promoted = self.back_from - self.at

    async def promotion_if_any(self):
        """The same where nobody has to take over."""
        with contextlib.suppress(Failed):
            await self.promotion(1)

    async def purchase(self, seconds=60):
        """Waits for a purchase after the recovery."""

        def is_there():
            return any(at > self.back_from for _, _, at in self.drill.book.purchases[-200:])

        await until(is_there, seconds, "a purchase after the recovery")

    def is_over(self):
        """What was broken is whole from now on."""
        self.back_from = time.time()


async def kill(broken):
    """The primary's machine dies (kill -9 of PostgreSQL, Patroni and etcd)"""
    async with broken.members.dead(broken.leader):
        broken.at = time.time()
        await broken.promotion()
        await broken.purchase()


async def partition(broken):
    """The primary is cut off from the other members; buyers, and somebody near, still reach it"""
    async with NearWriter(broken.members, broken.drill.house.ledger, broken.leader) as near:
        async with broken.members.cut_off(broken.leader):
            broken.at = time.time()
            await broken.promotion()
            await broken.purchase()
            await asyncio.sleep(3)
        stray = [row for row, at in near.acknowledged if at > broken.back_from]
        broken.figures.stray = len(stray)
        nothing(stray, "rows that the old primary acknowledged after the promotion")
    nothing(await near.lost(), "acknowledged rows that the new primary does not have")


async def standby(broken):
    """Both standbys are gone for 30 s"""
    others = [number for number in NUMBERS if number != broken.leader]
    async with contextlib.AsyncExitStack() as gone:
        for number in others:
            await gone.enter_async_context(broken.members.dead(number, with_etcd=False))
        broken.at = time.time()
        await asyncio.sleep(2)
        before = len(broken.drill.book.purchases)
        await asyncio.sleep(28)
        nothing(broken.drill.book.purchases[before:], "purchases without a standby")
    broken.is_over()
    await broken.purchase()


async def freeze(broken):
    """The primary's PostgreSQL stands still for 10 s"""
    async with broken.members.frozen(broken.leader):
        broken.at = time.time()
        await asyncio.sleep(10)
    broken.is_over()
    await broken.promotion_if_any()
    await broken.purchase()


async def disk(broken):
    """The primary's disk is full for 15 s"""
    async with broken.members.full(broken.leader):
        broken.at = time.time()
        await asyncio.sleep(15)
    broken.is_over()
    await broken.promotion_if_any()
    await broken.purchase()


async def switchover(broken):
    """The primary hands over in good order"""
    broken.at = time.time()
    await broken.members.switch_over()
    await broken.promotion()
    await broken.purchase()


SCENARIOS = {one.__name__: one for one in (kill, partition, standby, freeze, disk, switchover)}
# Seconds that must hold of each, beside what is compared after each: a figure's name and its limit.
LIMITS = {"kill": ("first", 1), "partition": ("first", 3), "standby": ("refused", 2)}


def table(rows):
    """Lines of columns, the first to the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                  for column, (cell, width) in enumerate(zip(row, widths)))
        for row in rows)


def worst(rows):
    """Of several drills of each scenario: the middle and the worst time of what has a limit."""
    lines = [["scenario", "times", "lost", "promoted", "first after", "unknown settled after"]]
    for scenario in dict.fromkeys(figures.scenario for figures in rows):
        ours = [figures for figures in rows if figures.scenario == scenario]

        def spread(name):
            values = [value for figures in ours if (value := getattr(figures, name)) is not None]
            return f"{median(values):.2f} (worst {max(values):.2f})" if values else "–"

        lines.append([scenario, str(len(ours)), str(sum(figures.lost for figures in ours)), spread("promoted"),
                      spread("first"), spread("settled")])
    return table(lines)


def kept(figures):
    return json.dumps(dataclasses.asdict(figures))
