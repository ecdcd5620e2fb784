"""The matrix: which messages an operation consists of, and what comes of it when its process dies, or its connection,
at each of them."""

import asyncio
import dataclasses
import time

from faults import BEFORE, CUT, KILL, SENT, TOLD, Fault, Point
from victim import Victim

# Behind an answer is before the next message: only the last message needs that blow. A connection that is cut there is
# cut while nothing is under way.
BLOWS = [(KILL, BEFORE), (KILL, SENT), (KILL, TOLD), (CUT, BEFORE), (CUT, SENT)]
IDLE_SECONDS = 3

# The times that a killed process keeps others waiting are these settings; each is the least that it may be.
SETTINGS = {
    "payment": {
        "BOXOFFICE_PROVIDER_SECONDS": "1", "BOXOFFICE_PAYMENT_LEASE_SECONDS": "2",
        "BOXOFFICE_RECONCILIATION_PAUSE_SECONDS_MAX": "1", "BOXOFFICE_MESSAGE_SECONDS": "1",
        "BOXOFFICE_MESSAGE_PAUSE_MILLISECONDS": "100", "BOXOFFICE_MESSAGE_PAUSE_SECONDS_MAX": "1",
    },
}


@dataclasses.dataclass
class Result:
    """What came of one blow."""
    operation: str
    point: Point
    action: str
    moment: str
    met: bool
    seconds: float = 0.0
    wrong: str | None = None


async def idle_labels(script):
    """What the process says when nobody wants anything."""
    script.begin()
    await asyncio.sleep(IDLE_SECONDS)
    return {(point.channel, point.label) for point in script.seen}


async def points_of(operation, script, idle):
    """The messages that the operation consists of, from a go in which nothing happens."""
    scene = await operation.prepare()
    script.begin()
    await operation.act(scene)
    seen = list(script.seen)
    script.begin()
    await operation.check(scene)
    return [point for point in seen if operation.is_mine(point)
            and ((point.channel, point.label) not in idle or point.label in operation.also)]


async def strike(operation, victim, script, point, action, moment, is_first_only):
    """One go with one blow; what only a new process says, a new process is struck at."""
    if is_first_only:
        await victim.fresh()
    scene = await operation.prepare()
    await victim.ready()
    fault = Fault(action, moment, point)
    result = Result(operation.__doc__, point, action, moment, met=False)
    script.begin(fault)
    began = time.monotonic()
    try:
        await operation.act(scene)
        await operation.check(scene)
    except Exception as error:
        result.wrong = f"{type(error).__name__}: {error}"
    result.met = fault.happened.is_set()
    result.seconds = time.monotonic() - began
    script.begin()
    return result


def blows_at(points):
    """Every blow at every message: the message, who it falls on and when."""
    return [(point, action, moment) for point in points for action, moment in BLOWS
            if moment != TOLD or point == points[-1]]


async def strike_everywhere(operation, stack, script, times, share, tell):
    """Every blow at every message of an operation, or a share of them with one of each kind. Answers the results."""
    results = []
    async with Victim(stack, operation.victim, script, SETTINGS.get(operation.victim, {})) as victim:
        idle = await idle_labels(script)
        await victim.fresh()
        points = await points_of(operation, script, idle)
        again = set(await points_of(operation, script, idle))
        tell(f"{operation.__doc__}: {', '.join(str(point) for point in points)}")
        for point, action, moment in share.of(operation.__doc__, blows_at(points), kind=lambda blow: blow[1:]):
            for _ in range(times):
                result = await strike(operation, victim, script, point, action, moment, point not in again)
                results.append(result)
                if result.wrong:
                    tell(f"  {action} {moment} {point}: {result.wrong}")
    return results
