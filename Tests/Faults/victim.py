"""A replica of a test's own in the place of the stack's: with other settings, and with a proxy before everybody whom it
speaks to. Killed, it is started again at once."""

import asyncio
import contextlib
import os
import signal
import subprocess

from proof import until
from proxy import Proxy


class Victim:
    """Stands in for the only running replica of `service` while the block runs."""

    def __init__(self, stack, service, script, settings=(), is_proxied=True):
        self.stack, self.service, self.script, self.is_proxied = stack, service, script, is_proxied
        self.name = f"{service}-1"
        self.settings = dict(settings)
        self.proxies = {}
        self.process = None
        self.deaths = 0
        self._held = contextlib.AsyncExitStack()
        self._watch = None

    async def __aenter__(self):
        await self._held.enter_async_context(self.stack.held_down(*self.stack.replicas_of(self.service)))
        self.environment = {**self.stack.settings[self.name], **self.settings}
        if self.is_proxied:
            self.environment |= await self._through_proxies()
        self.script.kill = self.kill
        self._start()
        self._watch = asyncio.create_task(self._keep_running())
        try:
            await self.ready()
        except BaseException:
            # One that hangs would be waited for at the end of the run.
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_):
        self._watch.cancel()
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self.process.wait, 15)
        self.kill()
        self.log.close()
        for proxy in self.proxies.values():
            await proxy.stop()
        await self._held.aclose()

    async def _through_proxies(self):
        """The settings with a proxy's address for each server's."""
        given = self.stack.settings[self.name]
        changed = {}

        async def lead(setting, channel, protocol):
            if setting in given:
                host, _, port = given[setting].rpartition(":")
                proxy = await Proxy(channel, (host, int(port)), protocol, self.script).start()
                self.proxies[channel] = proxy
                changed[setting] = proxy.address

        await lead("BOXOFFICE_DATABASE_HOSTS", "postgres", "postgres")
        await lead("BOXOFFICE_SANDBOX_DATABASE_HOSTS", "provider", "postgres")
        await lead("BOXOFFICE_REDIS_ADDRESS", "redis", "redis")
        await lead("BOXOFFICE_MAIL_SERVER", "mail", "smtp")
        for peer in ("seat-reservation", "payment"):
            setting = f"BOXOFFICE_{peer.upper().replace('-', '_')}_REPLICAS"
            if setting in given:
                upstream = ("127.0.0.1", self.stack.port(f"{peer}-1.internal"))
                proxy = await Proxy(peer, upstream, "http2", self.script).start()
                self.proxies[peer] = proxy
                changed[setting] = proxy.address
        return changed

    def _start(self):
        self.log = open(self.stack.data / "logs" / f"victim-{self.service}.log", "ab")
        self.process = subprocess.Popen(
            [self.stack.program(self.service)], env=self.environment, stdout=self.log, stderr=self.log)

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)

    async def fresh(self):
        """Kills it, and waits until it runs again."""
        deaths = self.deaths
        self.kill()
        await until(lambda: self.deaths > deaths, 10, f"{self.name} is started again", pause=0.05)
        await self.ready()

    async def _keep_running(self):
        while True:
            await asyncio.to_thread(self.process.wait)
            self.deaths += 1
            self.log.close()
            self._start()

    async def ready(self):
        await until(lambda: self.stack.is_ready(self.name), 30, f"{self.name} is ready")
