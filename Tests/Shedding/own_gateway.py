"""A gateway of the checks' own, with settings of its own, before the services of the running stack."""

import asyncio
import contextlib
import re
import socket
import tempfile

from http_client import Client, Connection, Lost
from proof import Failed, until

# What the stack takes away is there again, unless a check says otherwise.
NO_LIMITS = {
    "BOXOFFICE_SOURCE_REQUESTS_PER_SECOND": "0", "BOXOFFICE_SOURCE_SIGN_INS_PER_SECOND": "0",
    "BOXOFFICE_ACCOUNT_REQUESTS_PER_SECOND": "0", "BOXOFFICE_INSTRUMENT_PAYMENTS_PER_MINUTE": "0",
}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class OwnGateway:
    """`async with OwnGateway(stack, {…}) as gateway`: `gateway.client` asks it."""

    def __init__(self, stack, settings=None):
        self.stack, self.settings = stack, settings or {}

    async def __aenter__(self):
        self.port, self.admin_port = free_port(), free_port()
        environment = {
            **self.stack.settings["gateway-1"], **NO_LIMITS,
            "BOXOFFICE_PUBLIC_ADDRESS": f"127.0.0.1:{self.port}",
            "BOXOFFICE_ADMIN_ADDRESS": f"127.0.0.1:{self.admin_port}",
            "BOXOFFICE_LOG_LEVEL": "debug",
        }
        environment.pop("BOXOFFICE_TRUSTED_PROXIES", None)
        self.log = tempfile.TemporaryFile()
        self.process = await asyncio.create_subprocess_exec(
            self.stack.program("gateway"), env={**environment, **self.settings}, stdout=self.log, stderr=self.log)
        try:
            await until(self.is_ready, 30, "a gateway of the checks' own is ready")
        except BaseException:
            await self.__aexit__()
            raise
        self.client = Client(f"http://127.0.0.1:{self.port}")
        return self

    async def __aexit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), 15)
        except asyncio.TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise Failed("a gateway that is asked to stop does")

    async def admin(self, path):
        connection = await Connection.open(("127.0.0.1", self.admin_port), 2)
        try:
            return await connection.request("GET", path, seconds=3)
        finally:
            connection.close()

    async def is_ready(self):
        if self.process.returncode is not None:
            raise Failed(f"a gateway that starts: {self.said()}")
        with contextlib.suppress(Lost):
            return (await self.admin("/readyz")).status == 200

    async def metric(self, name, **labels):
        """The sum of a metric's series that have these labels."""
        text = (await self.admin("/metrics")).body.decode()
        total = 0.0
        for found in re.finditer(rf"^{name}(?:\{{(.*)\}})? (\S+)$", text, re.MULTILINE):
            if all(f'{label}="{value}"' in (found[1] or "") for label, value in labels.items()):
                total += float(found[2])
        return total

    def said(self):
        """Everything that stands in its log."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")
