"""What a proxy may do to a message, and where."""

import asyncio
import collections
import dataclasses

BEFORE = "before"  # it is not passed on
SENT = "sent"  # it is passed on and carried out; its answer is not passed on
TOLD = "told"  # its answer is passed on, and then it happens
MOMENTS = (BEFORE, SENT, TOLD)

KILL, CUT, DELAY, REORDER = "kill", "cut", "delay", "reorder"


@dataclasses.dataclass(frozen=True)
class Point:
    """A message: the n-th of that name on that channel since the script was begun, from 1."""
    channel: str
    label: str
    number: int

    def __str__(self):
        return f"{self.channel} {self.label} {self.number}"


@dataclasses.dataclass
class Fault:
    """One thing that goes wrong, once. `point` may be None for every message of `channel`, again and again."""
    action: str
    moment: str = BEFORE
    point: Point | None = None
    channel: str | None = None
    seconds: float = 0.0  # DELAY: how long
    happened: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)

    def is_for(self, point, moment):
        if moment != self.moment:
            return False
        if self.point is not None:
            return point == self.point and not self.happened.is_set()
        return self.channel in (None, point.channel)


class Script:
    """Counts the messages of all proxies that share it, writes them down, and says which of them meets a fault."""

    def __init__(self):
        self.kill = lambda: None  # ends the process whose connections go through the proxies
        self.begin()

    def begin(self, *faults):
        """Counts from one again, with these faults."""
        self.faults = list(faults)
        self.counts = collections.Counter()
        self.seen = []

    def count(self, channel, label):
        self.counts[channel, label] += 1
        point = Point(channel, label, self.counts[channel, label])
        self.seen.append(point)
        return point

    def fault(self, point, moment):
        return next((fault for fault in self.faults if fault.is_for(point, moment)), None)
