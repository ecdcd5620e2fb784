"""Attackers in a process of their own, which yields to the server: a real one brings its own processors."""

import asyncio
import contextlib
import dataclasses
import multiprocessing
import os
import time

import floods
from frames import GOAWAY, FrameReader

CONNECTIONS = 4
PAUSE_SECONDS = 0.05
# How much longer an attack may go on that has to be cut.
PATIENCE_SECONDS = 5


@dataclasses.dataclass
class Spell:
    """One connection of an attacker."""

    units: int = 0
    bytes: int = 0
    seconds: float = 0.0
    is_cut: bool = False
    go_away: int | None = None


async def spell(address, flood, stopped):
    """Sends until it is cut or `stopped`."""
    seen, began = Spell(), time.monotonic()
    reader, writer = await asyncio.open_connection(*address)
    is_multiplexed = flood.opening.startswith(b"PRI")

    async def read():
        frames = FrameReader()
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                if not is_multiplexed:
                    continue
                for kind, _, _, payload in frames.take(data):
                    if kind == GOAWAY:
                        seen.go_away = int.from_bytes(payload[4:8], "big")
        seen.is_cut = True

    async def send():
        with contextlib.suppress(OSError):
            writer.write(flood.opening)
            for part in flood.blocks():
                writer.write(part)
                await writer.drain()
                seen.units, seen.bytes = seen.units + flood.units, seen.bytes + len(part)
                await asyncio.sleep(0)

    reading, sending, over = (asyncio.create_task(each) for each in (read(), send(), stopped.wait()))
    await asyncio.wait([reading, over], return_when=asyncio.FIRST_COMPLETED)
    seen.seconds = time.monotonic() - began
    for task in (reading, sending, over):
        task.cancel()
    await asyncio.gather(reading, sending, over, return_exceptions=True)
    writer.transport.abort()
    return seen


async def attack(address, flood, seconds):
    """Some connections; each that is cut comes back after a moment.

    An attack that has to be cut lasts until one was.
    """
    stopped, was_cut, spells = asyncio.Event(), asyncio.Event(), []

    async def come_back():
        while not stopped.is_set():
            try:
                spells.append(await spell(address, flood, stopped))
            except OSError:
                spells.append(Spell(is_cut=True))
            if spells[-1].is_cut:
                was_cut.set()
            await asyncio.sleep(PAUSE_SECONDS)

    coming = [asyncio.create_task(come_back()) for _ in range(CONNECTIONS)]
    await asyncio.sleep(seconds)
    if flood.is_cut:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(was_cut.wait(), PATIENCE_SECONDS)
    stopped.set()
    await asyncio.gather(*coming)
    return spells


def run(address, stream_path, pipe):
    os.nice(10)
    known = {flood.name: flood for flood in floods.all_floods(stream_path)}
    while order := pipe.recv():
        name, seconds = order
        pipe.send(asyncio.run(attack(address, known[name], seconds)))


class Attackers:
    def __init__(self, address, stream_path):
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=run, args=(address, stream_path, theirs), daemon=True)
        self.process.start()

    async def attack(self, name, seconds):
        self.pipe.send((name, seconds))
        return await asyncio.to_thread(self.pipe.recv)

    def end(self):
        self.pipe.send(None)
        self.process.join()
