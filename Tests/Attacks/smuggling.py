"""The smuggling matrix: every case direct and behind a balancer, judged by what the gateways counted."""

import asyncio
import contextlib
import dataclasses

from http1_answers import read_statuses
from frames import ACK, DATA, END_STREAM, GOAWAY, HEADERS, PREFACE, RST_STREAM, SETTINGS, FrameReader, frame, get
from smuggling_cases import (
    BROKEN, CANARY_ROUTE, FRONT_ROUTES, LAST, LAST_PATH, LAST_ROUTE, ONE, REFUSED, TWO, all_cases,
)
from smuggling_downgrades import all_downgrades

# A connection that stays open waits for more; an answer is there long before.
PATIENCE_SECONDS = 0.6


@dataclasses.dataclass
class Seen:
    """What came of a case: at the client and at the gateways."""

    statuses: list  # of the answers
    resets: list = dataclasses.field(default_factory=list)
    is_closed: bool = False
    front: int = 0
    canary: int = 0
    last: int = 0
    is_multiplexed: bool = False
    is_front_answered: bool = False

    @property
    def outcome(self):
        if self.is_multiplexed:
            # The last request has a stream of its own and stands for itself.
            outcomes = {(0, 0, False): REFUSED, (0, 0, True): REFUSED, (1, 0, False): BROKEN, (1, 0, True): ONE}
            return outcomes.get((self.front, self.canary, self.is_front_answered), "mangled")
        if self.canary == self.last == 0 and self.front <= 1:
            return BROKEN if self.front else REFUSED
        return {(1, 0, 1): ONE, (1, 1, 1): TWO}.get((self.front, self.canary, self.last), "mangled")

    @property
    def total(self):
        return self.front + self.canary + self.last

    def __str__(self):
        return (f"{self.outcome}: {self.front} first, {self.canary} hidden, {self.last} last seen; "
                f"answers {self.statuses}, resets {self.resets}"
                f"{', closed' if self.is_closed else ', left open'}")


async def ask_plain(address, case):
    reader, writer = await asyncio.open_connection(*address)
    writer.write(case.bytes + LAST)
    octets, is_closed = bytearray(), True
    with contextlib.suppress(OSError):
        try:
            while data := await asyncio.wait_for(reader.read(1 << 16), PATIENCE_SECONDS):
                octets += data
        except TimeoutError:
            is_closed = False
    writer.transport.abort()
    return Seen(read_statuses(bytes(octets), case.heads), is_closed=is_closed)


async def ask_multiplexed(address, case):
    """The case on stream 1, an honest request on stream 3: over when both are answered or reset."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(PREFACE + frame(SETTINGS, flags=ACK) + case.bytes + get(3, LAST_PATH))
    frames, over, heads, words = FrameReader(), set(), {}, {}
    seen = Seen([], is_multiplexed=True)
    with contextlib.suppress(OSError, TimeoutError):
        while over < {1, 3}:
            data = await asyncio.wait_for(reader.read(1 << 16), PATIENCE_SECONDS)
            seen.is_closed = not data
            if not data:
                break
            for kind, flags, stream, payload in frames.take(data):
                if kind == HEADERS:
                    heads.setdefault(stream, payload)
                elif kind in (RST_STREAM, GOAWAY):
                    words[stream] = int.from_bytes(payload[-4:], "big") if kind == RST_STREAM else "GOAWAY"
                if kind == RST_STREAM or kind in (HEADERS, DATA) and flags & END_STREAM:
                    over.add(stream)
    writer.transport.abort()
    seen.is_front_answered = 1 in heads
    seen.statuses = [f"{stream}: {'200' if head[0] == 0x88 else 'not 200'}" for stream, head in heads.items()]
    seen.resets = [f"{stream}: {code}" for stream, code in words.items()]
    return seen


def fault_of(case, seen, is_direct):
    """What is wrong with what was seen; None if nothing is."""
    if max(seen.front, seen.canary, seen.last) > 1:
        return "a request was seen twice"
    # A handler that was started on a body that breaks off may be counted and never answer.
    if seen.total - len(seen.statuses) > (seen.outcome == BROKEN):
        return "a request was seen and not answered"
    if not is_direct:
        # A balancer may mend or refuse what we would not. It gives one answer for each request that it saw itself:
        # where every request that the gateways saw has its answer, both cut the bytes at the same places.
        return None
    if seen.canary and TWO not in case.expected:
        return "what was hidden was seen"
    if seen.outcome not in case.expected and not (seen.outcome == REFUSED and BROKEN in case.expected):
        return f"expected {' or '.join(case.expected)}"
    if seen.is_multiplexed:
        return None
    if seen.outcome in (REFUSED, BROKEN) and not seen.is_closed:
        return "the connection was left open"
    if seen.outcome == REFUSED and not any(status >= 400 for status in seen.statuses):
        return "closed without a word"
    return None


async def run_cases(watch, address, cases, ask):
    """(case, what was seen) one after the other, so that the gateways' counts are its own."""
    for case in cases:
        before = await watch.route_counts()
        seen = await ask(address, case)
        after = await watch.route_counts()
        seen.front, seen.canary, seen.last = (
            sum(after.get(route, 0) - before.get(route, 0) for route in routes)
            for routes in (FRONT_ROUTES, [CANARY_ROUTE], [LAST_ROUTE])
        )
        yield case, seen


async def run_matrix(watch, ways):
    """All cases by all ways ({name: address}). Answers (way, case, what was seen, what is wrong or None)."""
    verdicts = []
    for way, address in ways.items():
        for cases, ask in ((all_cases(), ask_plain), (all_downgrades(), ask_multiplexed)):
            async for case, seen in run_cases(watch, address, cases, ask):
                verdicts.append((way, case, seen, fault_of(case, seen, way == "direct")))
    return verdicts
