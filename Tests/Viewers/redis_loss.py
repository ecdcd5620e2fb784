"""Redis loses everything that is under way when it dies; the maps must be whole again soon, the sale not notice."""

import asyncio
import contextlib
import time

from crowd import Crowd, Holders, Way
from proof import Failed, expect


async def command(house, *words):
    """Asks Redis directly."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.stack.port("redis"))
    try:
        lines = []
        for sent in (("AUTH", house.stack.secret("redis")), words):
            parts = "".join(f"${len(word)}\r\n{word}\r\n" for word in sent)
            writer.write(f"*{len(sent)}\r\n{parts}".encode())
            lines.append(await reader.readline())
        return lines[-1].decode().strip()
    finally:
        writer.close()


async def answers(house):
    """Waits until Redis answers again."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if await command(house, "PING") == "+PONG":
                return
        await asyncio.sleep(0.01)
    raise Failed("Redis does not come back")


async def killed(house, seconds):
    async with house.stack.held_down("redis"):
        await asyncio.sleep(seconds)


async def emptied(house):
    await command(house, "FLUSHALL")
    # Long enough for holds that could notice.
    await asyncio.sleep(1)


async def redis(house):
    """Redis is killed for a moment, for long, and emptied under changes: every map is right two seconds after its return"""
    sale = await house.sale("without Redis")
    viewers, notes = house.many(500, 4000), []
    crowd = await Crowd.watch(house, sale, viewers, Way.push(house))
    blows = {"killed for 0.3 s": lambda: killed(house, 0.3), "killed for 5 s": lambda: killed(house, 5),
             "FLUSHALL": lambda: emptied(house)}
    for name, blow in blows.items():
        # The blow falls while seats change; they go on changing until Redis is back, and then rest.
        async with Holders.at_work(house, sale, 200) as holders:
            await asyncio.sleep(2)
            struck = time.time()
            await blow()
            await answers(house)
            back = time.time()
        behind = await crowd.equal_the_database(10)
        late = time.time() - back
        holders.none_failed()
        house.within(late * 1000, 2000, f"ms until every map is right, Redis {name}")
        before, during = holders.p99(until=struck), holders.p99(since=struck)
        expect(during < 1000, "holds that do not notice", f"p99 {during:.0f} ms")
        notes.append(f"{name}: right {late:.2f} s after its return ({behind:.2f} s after the last change), holds' p99 "
                     f"{before:.0f} ms before, {during:.0f} ms meanwhile")
    await crowd.never_wrong()
    status = await crowd.status()
    await crowd.end()
    expect(status["broken"] == 0, "no stream to break", status)
    return f"{viewers} viewers; " + "; ".join(notes)


CHECKS = [redis]
