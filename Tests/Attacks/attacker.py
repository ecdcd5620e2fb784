"""Attackers in a process of their own, which yields to the server: a real one brings its own processors."""

import asyncio
import dataclasses
import multiprocessing
import os
import statistics
import time

import floods
from frames import ACK, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, FrameReader

CONNECTIONS = 4
PAUSE_SECONDS = 0.05


@dataclasses.dataclass
class Spell:
    """One connection of an attacker."""

    units: int = 0
    bytes: int = 0
    seconds: float = 0.0
    is_cut: bool = False
    answers: int = 0
    resets: int = 0
    go_away: int | None = None


async def spell(address, flood, until):
    """Sends until it is cut or the time is over."""
    seen, began = Spell(), time.monotonic()
    reader, writer = await asyncio.open_connection(*address)
    is_multiplexed = flood.opening.startswith(b"PRI")

    async def read():
        frames = FrameReader()
        try:
            while data := await reader.read(1 << 16):
                if not is_multiplexed:
                    seen.answers += data.count(b"HTTP/1.1 ")
                    continue
                for kind, _, _, payload in frames.take(data):
                    seen.answers += kind == HEADERS
                    seen.resets += kind == RST_STREAM
                    if kind == GOAWAY:
                        seen.go_away = int.from_bytes(payload[4:8], "big")
        except OSError:
            pass
        seen.is_cut = time.monotonic() < until

    async def send():
        try:
            writer.write(flood.opening)
            for part in flood.blocks():
                writer.write(part)
                await writer.drain()
                seen.units, seen.bytes = seen.units + flood.units, seen.bytes + len(part)
                await asyncio.sleep(0)
        except OSError:
            pass

    reading, sending = asyncio.create_task(read()), asyncio.create_task(send())
    await asyncio.wait([reading], timeout=max(0, until - time.monotonic()))
    for task in (reading, sending):
        task.cancel()
    await asyncio.gather(reading, sending, return_exceptions=True)
    seen.seconds = time.monotonic() - began
    writer.transport.abort()
    return seen


async def attack(address, flood, seconds):
    """Some connections; each that is cut comes back after a moment."""
    until = time.monotonic() + seconds
    spells = []

    async def come_back():
        while time.monotonic() < until:
            try:
                spells.append(await spell(address, flood, until))
            except OSError:
                spells.append(Spell(is_cut=True))
            await asyncio.sleep(PAUSE_SECONDS)

    await asyncio.gather(*(come_back() for _ in range(CONNECTIONS)))
    return spells


def run(address, pipe):
    os.nice(10)
    known = {flood.name: flood for flood in floods.all_floods()}
    while order := pipe.recv():
        name, seconds = order
        pipe.send(asyncio.run(attack(address, known[name], seconds)))


class Attackers:
    def __init__(self, address):
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=run, args=(address, theirs), daemon=True)
        self.process.start()

    async def attack(self, name, seconds):
        self.pipe.send((name, seconds))
        return await asyncio.to_thread(self.pipe.recv)

    def end(self):
        self.pipe.send(None)
        self.process.join()
