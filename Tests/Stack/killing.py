"""kill -9, once a second, in turn through all replicas of all services."""

import asyncio
import collections
import random


class Killer:
    def __init__(self, stack, names):
        self.stack, self.names = stack, names
        self.killed = collections.Counter()
        self.missed = collections.Counter()  # it was down already

    async def rage(self, seconds, every_seconds=1.0):
        loop = asyncio.get_running_loop()
        began, turn = loop.time(), []
        for tick in range(int(seconds / every_seconds)):
            if not turn:
                turn = random.sample(self.names, len(self.names))
            name = turn.pop()
            (self.killed if self.stack.kill(name) else self.missed)[name] += 1
            await asyncio.sleep(max(0, began + (tick + 1) * every_seconds - loop.time()))

    def __str__(self):
        return ", ".join(f"{name} ×{count}" for name, count in sorted(self.killed.items()))
