"""How a check says no, and how it waits: for a condition, with a deadline."""

import asyncio
import time


class Failed(Exception):
    """A check's end: what was expected and what was seen."""


def expect(holds, what, seen=None):
    if not holds:
        raise Failed(what if seen is None else f"expected {what}; saw {seen}")


def same(seen, expected, what):
    if seen != expected:
        raise Failed(f"{what}: expected {shown(expected)}; saw {shown(seen)}")


def nothing(rows, what):
    """The list of what is wrong must be empty; a few of its members are shown."""
    rows = list(rows)
    if rows:
        raise Failed(f"{what}: {len(rows)}, for example {shown(rows[:3])}")


def shown(value):
    text = repr(value)
    return text if len(text) <= 600 else text[:600] + "…"


async def until(condition, seconds, what, pause=0.05):
    """Waits until the condition answers something true, and answers that."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {seconds} s")
        await asyncio.sleep(pause)


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
