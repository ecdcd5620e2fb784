"""HAProxy in front of the gateway, with HTTP/1.1 and with HTTP/2 behind it; both take either in front."""

import asyncio
import contextlib
import pathlib
import shutil
import socket
import subprocess
import tempfile

CONFIGURATION = """
global
  maxconn 4000
defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
  timeout http-request 5s
frontend plain
  bind 127.0.0.1:{plain}
  default_backend plain
frontend multiplexed
  bind 127.0.0.1:{multiplexed}
  default_backend multiplexed
backend plain
  server gateway 127.0.0.1:{gateway}
backend multiplexed
  server gateway 127.0.0.1:{gateway} proto h2
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@contextlib.asynccontextmanager
async def balancer(gateway_port):
    """Gives the addresses by what HAProxy speaks behind: {"HTTP/1.1": …, "HTTP/2": …}."""
    program = shutil.which("haproxy") or "/usr/sbin/haproxy"
    plain, multiplexed = free_ports(2)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "haproxy.cfg"
        file.write_text(CONFIGURATION.format(plain=plain, multiplexed=multiplexed, gateway=gateway_port))
        process = subprocess.Popen(
            [program, "-q", "-db", "-f", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            for _ in range(100):
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", multiplexed)
                    writer.close()
                    break
                await asyncio.sleep(0.05)
            yield {"HTTP/1.1": ("127.0.0.1", plain), "HTTP/2": ("127.0.0.1", multiplexed)}
        finally:
            process.terminate()
            process.wait()
