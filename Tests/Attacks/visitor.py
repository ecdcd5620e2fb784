"""An honest visitor in a process of its own: so many requests a second by HTTP/1.1 and HTTP/2.

Each is timed from when it was due. What it saw is judged afterwards, so that it never waits for the judge.
"""

import asyncio
import dataclasses
import multiprocessing
import time

from frames import (
    ACK, DATA, END_STREAM, HEADERS, PING, PREFACE, RST_STREAM, SETTINGS, FrameReader, frame, get, increment,
)

SECONDS_MAX = 10


@dataclasses.dataclass
class Sample:
    due: float
    seconds: float
    failure: str | None


class PlainConnection:
    """HTTP/1.1, one request at a time."""

    def __init__(self, address):
        self.address, self.writer = address, None

    async def ask(self, path):
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(*self.address, limit=1 << 22)
        self.writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        head = await self.reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        await self.reader.readexactly(int(fields["content-length"]))
        if fields.get("connection") == "close":
            self.close()
        if " 200 " not in lines[0]:
            raise ValueError(lines[0])

    def close(self):
        if self.writer:
            self.writer.close()
        self.writer = None


def settle(answer, is_fine):
    if not answer.done():  # its request may have given up
        answer.set_result(is_fine)


class MultiplexedConnection:
    """HTTP/2 with prior knowledge, many requests at once."""

    def __init__(self, address):
        self.address, self.writer, self.waiting = address, None, {}

    async def ask(self, path):
        if self.writer is None:
            self.next_stream, self.waiting = 1, {}
            reader, self.writer = await asyncio.open_connection(*self.address)
            self.writer.write(PREFACE + increment(1 << 30))
            self.task = asyncio.create_task(self.read(reader, self.writer, self.waiting))
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        answer = self.waiting[stream] = asyncio.get_running_loop().create_future()
        self.writer.write(get(stream, path))
        if not await answer:
            raise ValueError("the answer is not 200")

    async def read(self, reader, writer, waiting):
        frames, is_fine = FrameReader(), {}
        try:
            while data := await reader.read(1 << 16):
                for kind, flags, stream, payload in frames.take(data):
                    if kind == SETTINGS and not flags & ACK:
                        writer.write(frame(SETTINGS, flags=ACK))
                    elif kind == PING and not flags & ACK:
                        writer.write(frame(PING, payload, ACK))
                    elif kind == HEADERS:
                        is_fine[stream] = payload[:1] == b"\x88"
                    if kind in (HEADERS, DATA) and flags & END_STREAM and stream in waiting:
                        settle(waiting.pop(stream), is_fine.pop(stream, False))
                    elif kind == RST_STREAM and stream in waiting:
                        settle(waiting.pop(stream), False)
        except OSError:
            pass
        finally:
            for answer in waiting.values():
                if not answer.done():
                    answer.set_exception(ConnectionError("the connection was lost"))
            waiting.clear()
            if self.writer is writer:
                self.writer = None

    def close(self):
        if self.writer:
            self.writer.close()
            self.task.cancel()


async def visit(address, paths, rate, stopped):
    samples, tasks = [], set()
    plain = [PlainConnection(address) for _ in range(8)]
    multiplexed = [MultiplexedConnection(address) for _ in range(2)]

    async def ask(path, due, number):
        failure, connection, is_plain = None, None, number % 2 == 0
        try:
            async with asyncio.timeout(SECONDS_MAX):
                if is_plain:
                    connection = plain.pop(0) if plain else PlainConnection(address)
                else:
                    connection = multiplexed[number // 2 % len(multiplexed)]
                await connection.ask(path)
        except Exception as error:  # whatever it is, it is what an honest visitor saw
            failure = f"{'HTTP/1.1' if is_plain else 'HTTP/2'} {path}: {error!r}"
            connection.close()
        if is_plain:
            plain.append(connection)
        samples.append(Sample(due, time.monotonic() - due, failure))

    due, number = time.monotonic(), 0
    while not stopped.is_set():
        await asyncio.sleep(max(0, due - time.monotonic()))
        task = asyncio.create_task(ask(paths[number // 2 % len(paths)], due, number))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        due, number = due + 1 / rate, number + 1
    await asyncio.gather(*tasks)
    for connection in [*plain, *multiplexed]:
        connection.close()
    return samples


def run(address, paths, rate, stopped, pipe):
    pipe.send(asyncio.run(visit(address, paths, rate, stopped)))


class Visitor:
    def __init__(self, address, paths, rate):
        context = multiprocessing.get_context("spawn")
        self.stopped = context.Event()
        self.pipe, theirs = context.Pipe(duplex=False)
        self.process = context.Process(target=run, args=(address, paths, rate, self.stopped, theirs), daemon=True)
        self.process.start()

    def samples(self):
        """Ends the visit. Answers what was seen."""
        self.stopped.set()
        seen = self.pipe.recv() if self.pipe.poll(SECONDS_MAX + 5) else []
        self.process.join()
        return seen
