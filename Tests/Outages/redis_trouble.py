"""Redis is killed, frozen, flushed, full, or has another password in the middle of a sale: nobody who buys may notice."""

import asyncio
import contextlib
import signal

from outages import QUICK_CARDS, after, forget
from proof import Failed, expect, until
from storm import Storm
from viewer import watch

VIEWERS = 8
# Nobody comes to the limit while orders are counted.
SEATS_PER_CUSTOMER = 200


class Redis:
    """The stack's Redis, asked by commands of its own."""

    def __init__(self, stack):
        self.stack = stack
        self.password = stack.secret("redis")

    async def command(self, *words, password=None):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.stack.port("redis"))
        try:
            for command in (("AUTH", password or self.password), words):
                parts = [f"*{len(command)}"] + [f"${len(word)}\r\n{word}" for word in command]
                writer.write(("\r\n".join(parts) + "\r\n").encode())
                line = await asyncio.wait_for(reader.readline(), 5)
                if line.startswith(b"-"):
                    raise Failed(f"Redis on {command[0]}: {line.decode().strip()}")
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def killed(redis):
    async with redis.stack.held_down("redis"):
        yield


@contextlib.asynccontextmanager
async def frozen(redis):
    redis.stack.kill("redis", signal.SIGSTOP)
    try:
        yield
    finally:
        redis.stack.kill("redis", signal.SIGCONT)


@contextlib.asynccontextmanager
async def flushed(redis):
    async def flush():
        while True:
            await redis.command("FLUSHALL")
            await asyncio.sleep(0.5)

    task = asyncio.create_task(flush())
    try:
        yield
        expect(not task.done(), "Redis to be flushed again and again", task)
    finally:
        task.cancel()


@contextlib.asynccontextmanager
async def full(redis):
    await redis.command("CONFIG", "SET", "maxmemory", "1")
    try:
        yield
    finally:
        await redis.command("CONFIG", "SET", "maxmemory", "0")


@contextlib.asynccontextmanager
async def with_another_password(redis):
    await redis.command("CONFIG", "SET", "requirepass", "another")
    for kind in ("normal", "pubsub"):
        with contextlib.suppress(Failed):
            await redis.command("CLIENT", "KILL", "TYPE", kind, password="another")
    try:
        yield
    finally:
        await redis.command("CONFIG", "SET", "requirepass", redis.password, password="another")


TROUBLES = [killed, frozen, flushed, full, with_another_password]


async def redis_in_trouble(house):
    """Redis is killed, frozen, flushed, full or given another password during a sale, which goes on as before"""
    redis = Redis(house.stack)
    calm = [await sold_during(house, "calm", contextlib.nullcontext())]
    troubled = {}
    for trouble in house.share.of("Redis in trouble", TROUBLES):
        name = trouble.__name__.replace("_", " ")
        troubled[name] = await sold_during(house, name, trouble(redis))
    if house.share.is_whole:
        calm.append(await sold_during(house, "calm again", contextlib.nullcontext()))
    await house.stack.all_ready()
    usual = sum(calm) / len(calm)
    shares = {name: count / usual for name, count in troubled.items()}
    if house.is_full:
        expect(min(shares.values()) >= 0.9, "nine tenths of the orders of a calm sale", shares)
    return (f"orders paid in {house.outage_seconds} s of a calm sale: {', '.join(map(str, calm))}; in trouble: "
            + ", ".join(f"{name} {100 * share:.0f} %" for name, share in shares.items()))


async def sold_during(house, name, trouble):
    """Orders paid during the trouble, in a sale of its own: each begins with as many free seats. Then all is looked at."""
    forget(house.customers)
    sale = await house.box.open(f"Outages: Redis {name}", SEATS_PER_CUSTOMER, 20, 20)
    viewers = await watch(VIEWERS, house.client, house.stack, sale)
    storm = Storm(sale, house.customers, 24, QUICK_CARDS, leaves_things=False)
    await until(lambda: len(storm.sold_at) >= 10, 20, "ten sales")
    async with trouble:
        count = len(storm.sold_at)
        await asyncio.sleep(house.outage_seconds)
        count = len(storm.sold_at) - count
    expect(count > 0, f"sales while Redis is {name}", count)
    await after(house, sale, storm, viewers)
    return count


CHECKS = [redis_in_trouble]
