"""A stack that was started with BOXOFFICE_TLS=1: its certificates, its ports, clients that know its authority."""

import asyncio
import contextlib
import pathlib
import ssl
import urllib.parse
import uuid

import httpx

from proof import Failed
from stack import REPOSITORY, Stack

SERVICES_NAME = "box-office.internal"


class SecureStack:
    def __init__(self, base_url, data):
        self.base_url = base_url.rstrip("/")
        self.port = urllib.parse.urlsplit(base_url).port
        self.stack = Stack(data)
        self.folder = pathlib.Path(data) / "secrets/tls"
        self.client = self.new_client()

    @classmethod
    @contextlib.asynccontextmanager
    async def of(cls, base_url, data):
        stack = cls(base_url, data)
        try:
            yield stack
        finally:
            await stack.client.aclose()

    def internal_ports(self):
        """Where the replicas that run now are reached by each other."""
        names = [f"{name}.internal" for name in self.stack.replicas]
        return [self.stack.port(name) for name in names if name in self.stack.ports and not name.startswith("gateway-")]

    def trust(self, certificate=None):
        """What a client believes in, and what it shows."""
        context = ssl.create_default_context(cafile=self.folder / "authority.pem")
        if certificate:
            context.load_cert_chain(*certificate)
        return context

    def new_client(self):
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
        return httpx.AsyncClient(
            base_url=self.base_url, verify=self.trust(), http1=False, http2=True, timeout=20, limits=limits)

    async def on_sale(self):
        events = (await self.client.get("/v1/events")).json()["items"]
        for event in events:
            for performance in event["performances"]:
                if performance["sale_state"] == "on_sale":
                    return performance["performance_id"]
        raise Failed("no performance is on sale at this address")

    async def customer(self):
        """The header of somebody who just signed up."""
        email, password = f"tls-{uuid.uuid4().hex[:12]}@example.org", uuid.uuid4().hex
        answer = await self.client.post(
            "/v1/customers", json={"email": email, "password": password, "name": "TLS"}, headers=key())
        answer.raise_for_status()
        answer = await self.client.post("/v1/sessions", json={"email": email, "password": password}, headers=key())
        answer.raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['session_token']}"}

    # Certificates

    def services_certificate(self):
        return self.folder / "services.pem", self.folder / "services.key"

    async def shown_at(self, port, name="localhost", certificate=None):
        """The certificate that a port shows to a new connection; fails as a client does that is turned away."""
        context = self.trust(certificate)
        context.set_alpn_protocols(["h2"])
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname=name), 5)
        try:
            # Who shows no certificate learns of it with the first bytes: TLS 1.3 has greeted before it looks.
            writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
            if not await asyncio.wait_for(reader.read(9), 5):
                raise Failed("the connection was closed without a word")
            return writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        finally:
            writer.close()

    async def renew(self):
        process = await asyncio.create_subprocess_exec(
            str(REPOSITORY / "deploy/local/certificates"), stdout=asyncio.subprocess.DEVNULL)
        if await process.wait():
            raise Failed("deploy/local/certificates failed")


def key():
    return {"Idempotency-Key": uuid.uuid4().hex}
