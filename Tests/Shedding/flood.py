"""Crowds in processes of their own that ask as quickly as they are answered, and count what they are told.

They yield to the services: a real crowd brings its own processors.
"""

import asyncio
import collections
import dataclasses
import multiprocessing
import os
import random
import time

from http_client import Connection, Lost

PROCESSES = 2


@dataclasses.dataclass
class Wish:
    """One request; `{word}` in its path or body is another one each time."""

    method: str
    path: str
    headers: tuple = ()
    body: str | None = None

    def filled(self):
        word = f"{random.getrandbits(48):012x}"
        headers = [(name, value.replace("{word}", word)) for name, value in self.headers]
        body = None if self.body is None else self.body.replace("{word}", word).encode()
        return self.method, self.path.replace("{word}", word), headers, body


@dataclasses.dataclass
class Told:
    """What a crowd was told."""

    answers: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    wrong: list = dataclasses.field(default_factory=list)  # what nobody may be told
    refused_after: list = dataclasses.field(default_factory=list)  # seconds
    retry_after: collections.Counter = dataclasses.field(default_factory=collections.Counter)

    def add(self, other):
        self.answers += other.answers
        self.wrong += other.wrong
        self.refused_after += other.refused_after
        self.retry_after += other.retry_after

    @property
    def refused(self):
        return sum(count for answer, count in self.answers.items() if answer.startswith(("429", "503")))

    @property
    def served(self):
        return sum(self.answers.values()) - self.refused

    def __str__(self):
        return ", ".join(f"{answer} ×{count}" for answer, count in self.answers.most_common(6)) or "nobody asked"


def note(told, answer):
    """Counts an answer; what is no success, no refusal of the rules, no 429 or 503 with Retry-After is wrong."""
    told.answers[f"{answer.status} {answer.code or ''}".strip()] += 1
    if answer.status in (429, 503):
        seconds = answer.headers.get("retry-after", "")
        if not seconds.isdigit() or int(seconds) < 1:
            told.wrong.append(f"{answer.status} with Retry-After '{seconds}'")
        told.retry_after[seconds] += 1
        told.refused_after.append(answer.seconds)
    elif answer.status >= 500 or answer.status == 408:
        told.wrong.append(str(answer))


async def asker(address, wishes, retries, until, told):
    """Asks one wish after the other; whoever is refused asks again at once, so many times."""
    connection = None
    while time.monotonic() < until:
        request = random.choice(wishes).filled()
        for _ in range(1 + retries):
            try:
                if connection is None or connection.is_closed:
                    connection = await Connection.open(address)
                answer = await connection.request(*request)
            except Lost as lost:
                told.wrong.append(f"no answer: {lost}")
                connection = None
                break
            note(told, answer)
            if answer.status not in (429, 503):
                break
    if connection:
        connection.close()


async def crowd(address, wishes, connections, retries, seconds):
    told, until = Told(), time.monotonic() + seconds
    await asyncio.gather(*[asker(address, wishes, retries, until, told) for _ in range(connections)])
    return told


def run(pipe, *arguments):
    os.nice(5)
    pipe.send(asyncio.run(crowd(*arguments)))


class Flood:
    """`async with Flood(…) as flood` lets it begin and waits for its end; `flood.told` is what came of it."""

    def __init__(self, address, wishes, connections, seconds, retries=0):
        context, self.parts = multiprocessing.get_context("spawn"), []
        for _ in range(PROCESSES):
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(
                target=run, args=(theirs, address, wishes, connections // PROCESSES, retries, seconds), daemon=True)
            self.parts.append((process, ours))
        self.seconds, self.told = seconds, Told()

    async def __aenter__(self):
        for process, _ in self.parts:
            process.start()
        return self

    async def __aexit__(self, kind, *_):
        loop = asyncio.get_running_loop()
        for process, pipe in self.parts:
            if kind is None and await loop.run_in_executor(None, pipe.poll, self.seconds + 40):
                self.told.add(pipe.recv())
            else:
                process.kill()
            await loop.run_in_executor(None, process.join)
