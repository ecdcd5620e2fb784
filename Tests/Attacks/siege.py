"""Attackers who do almost nothing: silent, slow, or without credit.

They stand all the while, and must be sent away in time.
"""

import asyncio
import dataclasses
import multiprocessing
import os
import time

from floods import BODY_PATH, QUICK_PATH, open_post
from frames import (
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, MAGIC, PING, PREFACE, SETTINGS, FrameReader, block,
    frame, get, get_fields, increment, literal, settings,
)

# What the gateway's settings promise, in seconds; see HTTPServerSettings.
HEADER, REQUEST, STALL, IDLE = 10, 30, 30, 60
SLACK = 6
# Two megabytes of openings take so many seconds altogether.
OPENING_SECONDS_PER_BYTE = 1.2e-6


@dataclasses.dataclass
class Slow:
    name: str
    count: int
    opening: bytes
    patience: float | None  # sent away after so many seconds; None: may stay, for it costs little
    drip: bytes = b""  # a piece of it each second
    piece: int = 1


def slow_ones(large_path):
    head = frame(HEADERS, block(get_fields(QUICK_PATH)), END_STREAM | END_HEADERS, 1)
    unfinished = frame(HEADERS, block(get_fields(QUICK_PATH)), END_STREAM, 1)
    long_rest = frame(CONTINUATION, literal("a", "b" * 4_000), END_HEADERS, 1)
    body_to_come = PREFACE + open_post(1, ("content-length", "500"))
    http1 = b" HTTP/1.1\r\nHost: localhost\r\n"
    post = b"POST " + BODY_PATH.encode() + http1 + b"Content-Type: application/json\r\n"
    hundred = b"".join(get(stream, large_path) for stream in range(1, 201, 2))
    ten = b"".join(get(stream, large_path) for stream in range(1, 21, 2))
    credit = b"".join(increment(1, stream) for stream in range(1, 21, 2))
    return [
        Slow("silence", 50, b"", HEADER),
        Slow("half a preface", 50, MAGIC[:10], HEADER),
        Slow("a preface and no more", 50, MAGIC, HEADER),
        Slow("a preface with SETTINGS and no more", 50, PREFACE, HEADER),
        Slow("half an unknown frame", 20, PREFACE + frame(99, bytes(1_000))[:100], HEADER),
        Slow("half a HEADERS frame", 50, PREFACE + head[:20], HEADER),
        Slow("a HEADERS frame, a byte a second", 20, PREFACE + head[:12], HEADER, drip=head[12:13] * 100),
        Slow("HEADERS without END_HEADERS", 20, PREFACE + unfinished, HEADER),
        Slow("CONTINUATION, a byte a second", 20, PREFACE + unfinished + long_rest[:20], HEADER,
             drip=long_rest[20:120]),
        Slow("HTTP/2 body, announced and not sent", 20, body_to_come, REQUEST + IDLE),
        Slow("HTTP/2 body, a byte a second", 20, body_to_come, REQUEST + IDLE,
             drip=frame(DATA, b" ", stream=1) * 120, piece=10),
        Slow("HTTP/1.1 head, a field a second", 50, b"GET /" + http1, HEADER, drip=b"X: y\r\n" * 20, piece=6),
        Slow("HTTP/1.1 second head, a field a second", 20,
             b"GET " + QUICK_PATH.encode() + http1 + b"\r\nGET /" + http1, HEADER, drip=b"X: y\r\n" * 100, piece=6),
        Slow("HTTP/1.1 empty lines, one a second", 20, b"", HEADER, drip=b"\r\n" * 100, piece=2),
        Slow("HTTP/1.1 body, a byte a second", 50, post + b"Content-Length: 500\r\n\r\n", REQUEST, drip=b" " * 100),
        Slow("HTTP/1.1 chunks, one a second", 20, post + b"Transfer-Encoding: chunked\r\n\r\n", REQUEST,
             drip=b"1\r\n \r\n" * 100, piece=6),
        Slow("HTTP/1.1 body that nobody wants, a byte a second", 20,
             b"POST /nowhere" + http1 + b"Content-Length: 500\r\n\r\n", REQUEST, drip=b" " * 100),
        Slow("zero windows on 100 streams", 500, MAGIC + settings(initial_window_size=0) + hundred, STALL + IDLE),
        Slow("windows of a byte, a byte a second, on 10 streams", 20,
             MAGIC + settings(initial_window_size=1) + ten, None, drip=credit * 100, piece=len(credit)),
    ]


@dataclasses.dataclass
class Outcome:
    name: str
    patience: float | None
    opened: int = 0
    refused: int = 0
    cut_after: list = dataclasses.field(default_factory=list)


async def hold(address, slow, outcome):
    try:
        reader, writer = await asyncio.open_connection(*address)
    except OSError:
        outcome.refused += 1
        return
    outcome.opened += 1
    began = time.monotonic()
    writer.write(slow.opening)

    async def drip():
        for at in range(0, len(slow.drip), slow.piece):
            await asyncio.sleep(1)
            writer.write(slow.drip[at:at + slow.piece])

    dripping = asyncio.create_task(drip())
    frames = FrameReader()
    try:
        while data := await reader.read(1 << 16):
            if slow.opening.startswith(MAGIC):
                for kind, flags, _, payload in frames.take(data):
                    if kind in (PING, SETTINGS) and not flags & ACK:
                        # As an honest client does, so that nobody takes it for dead. Half a frame stays half.
                        if "without" not in slow.name and "half" not in slow.name and "byte a second" not in slow.name:
                            writer.write(frame(kind, payload if kind == PING else b"", ACK))
    except OSError:
        pass
    finally:
        dripping.cancel()
        writer.transport.abort()
    outcome.cut_after.append(time.monotonic() - began)


async def stand(address, large_path, pipe):
    outcomes, tasks = [], []
    for slow in slow_ones(large_path):
        outcome = Outcome(slow.name, slow.patience)
        outcomes.append(outcome)
        for number in range(slow.count):
            tasks.append(asyncio.create_task(hold(address, slow, outcome)))
            # One after the other, so that the gateways are not judged by a rush of tens of thousands of requests.
            await asyncio.sleep(len(slow.opening) * OPENING_SECONDS_PER_BYTE)
    pipe.send("standing")
    await asyncio.to_thread(pipe.recv)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return outcomes


def run(address, large_path, pipe):
    os.nice(10)
    pipe.send(asyncio.run(stand(address, large_path, pipe)))


class Siege:
    def __init__(self, address, large_path):
        self.slow = slow_ones(large_path)
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=run, args=(address, large_path, theirs), daemon=True)
        self.process.start()

    async def standing(self):
        await asyncio.to_thread(self.pipe.recv)
        self.began = time.monotonic()

    async def outcomes(self):
        """Ends the siege. Answers how each of the slow ones fared."""
        self.pipe.send("end")
        seen = await asyncio.to_thread(self.pipe.recv)
        self.process.join()
        return seen
