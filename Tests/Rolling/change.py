"""Who makes replicas come and go: the commands for it, or a bare signal."""

import asyncio
import os
import re
import signal
import time

from proof import Failed, expect, until
from stack import REPOSITORY

EXIT_SECONDS_MAX = 10


class Change:
    def __init__(self, stack):
        self.stack = stack
        self.exits, self.starts = [], 0

    async def restart(self, service):
        await self._command("restart", service)

    async def scale(self, service, count):
        await self._command("scale", service, str(count))
        running = len(list((self.stack.data / "run").glob(f"{service}-[0-9]*.pid")))
        expect(running == count, f"{count} replicas of {service}", running)

    async def terminate(self, name):
        """Asks a replica to end; the launcher starts it again. Nobody is told before."""
        pid = self.stack.kill(name, signal.SIGTERM)
        began = time.monotonic()
        await until(lambda: self.stack.pid(name) not in (pid, None), EXIT_SECONDS_MAX + 5, f"{name} is started again")
        self._note_exit(name, (time.monotonic() - began) * 1000)
        await until(lambda: self.stack.is_ready(name), 20, f"{name} is ready")
        # What found it gone finds it back before the next one goes.
        await asyncio.sleep(1)

    async def _command(self, *arguments):
        process = await asyncio.create_subprocess_exec(
            str(REPOSITORY / "deploy/local" / arguments[0]), *arguments[1:],
            env={**os.environ, "BOXOFFICE_DATA": str(self.stack.data)},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
        out = (await process.communicate())[0].decode()
        if process.returncode:
            raise Failed(f"{' '.join(arguments)} ended with {process.returncode}: {out}")
        for name, milliseconds in re.findall(r"(\S+) ended (\d+) ms after", out):
            self._note_exit(name, int(milliseconds))
        self.starts += out.count("takes work")

    def _note_exit(self, name, milliseconds):
        self.exits.append(milliseconds)
        expect(milliseconds <= EXIT_SECONDS_MAX * 1000, f"{name} to end within {EXIT_SECONDS_MAX} s", milliseconds)

    def __str__(self):
        longest = max(self.exits, default=0) / 1000
        return f"{len(self.exits)} replicas ended, the slowest in {longest:.1f} s"
