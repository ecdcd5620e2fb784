"""Redis is killed, frozen, flushed, full, or has another password in the middle of a sale: nobody who buys may notice."""

import asyncio
import contextlib
import signal

from outages import QUICK_CARDS, after, forget
from proof import Failed, expect, until
from storm import Storm
from viewer import watch

VIEWERS = 8


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
    """Redis is killed, frozen, flushed, full and given another password during a sale, which goes on as before"""
    redis = Redis(house.stack)
    notes = []
    for trouble in TROUBLES:
        forget(house.customers)
        name = trouble.__name__.replace("_", " ")
        sale = await house.box.open(f"Outages: Redis {name}", 40, 20, 20)
        viewers = await watch(VIEWERS, house.client, house.stack, sale)
        storm = Storm(sale, house.customers, 24, QUICK_CARDS, leaves_things=False)
        await until(lambda: len(storm.sold_at) >= 10, 20, "ten sales")
        before = await sold_in(storm, house.outage_seconds)
        async with trouble(redis):
            during = await sold_in(storm, house.outage_seconds)
        expect(during > 0, f"sales while Redis is {name}", during)
        await after(house, sale, storm, viewers)
        notes.append(f"{name} {100 * during / before:.0f} %")
    await house.stack.all_ready()
    return "orders paid during against before: " + ", ".join(notes)


async def sold_in(storm, seconds):
    count = len(storm.sold_at)
    await asyncio.sleep(seconds)
    return len(storm.sold_at) - count


CHECKS = [redis_in_trouble]
