"""The running stack as its data folder shows it: processes, ports, settings, secrets, logs. It can kill and hold down."""

import asyncio
import contextlib
import glob
import json
import os
import pathlib
import signal

from http_client import Connection, Lost
from proof import Failed, expect, until

SERVICES = ["gateway", "seat-reservation", "payment", "realtime-push"]
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


class Stack:
    def __init__(self, data):
        self.data = pathlib.Path(data)
        expect((self.data / "run/ready").exists(), "a stack that is ready", self.data)
        self.ports = dict(line.split() for line in (self.data / "run/ports").read_text().splitlines())
        self.replicas = sorted(
            path.stem for path in (self.data / "run").glob("*.pid") if path.stem.rpartition("-")[0] in SERVICES
        )
        self.settings = {name: self._settings(name) for name in self.replicas}

    def replicas_of(self, service):
        return [name for name in self.replicas if name.rpartition("-")[0] == service]

    def port(self, name):
        return int(self.ports[name])

    def secret(self, name):
        return (self.data / "secrets" / name).read_text().strip()

    # Processes

    def pid(self, name):
        """The pid of a replica, postgres or redis; None while it is down."""
        try:
            pid = int((self.data / "run" / f"{name}.pid").read_text())
            os.kill(pid, 0)
            return pid
        except (OSError, ValueError):
            return None

    def _environment(self, pid):
        pairs = pathlib.Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
        return dict(pair.split("=", 1) for pair in pairs if "=" in pair)

    def _settings(self, name):
        """What the launcher started a replica with."""
        environment = self._environment(self.pid(name))
        expect(environment.get("BOXOFFICE_STACK") == str(self.data.resolve()), f"{name} of this stack", environment)
        return environment

    def kill(self, name, signum=signal.SIGKILL):
        """Sends a signal to a process of this stack, if it lives. Answers its pid."""
        pid = self.pid(name)
        if pid is None:
            return None
        if name in self.replicas:
            with contextlib.suppress(OSError):
                if self._environment(pid).get("BOXOFFICE_STACK") != str(self.data.resolve()):
                    return None
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signum)
        return pid

    @contextlib.asynccontextmanager
    async def held_down(self, *names, signum=signal.SIGKILL):
        """Ends processes, and keeps them down as long as the block runs."""
        holds = [self.data / "run" / f"{name}.hold" for name in names]
        for hold in holds:
            hold.touch()
        try:
            pids = {name: self.kill(name, signum) for name in names}
            for name, pid in pids.items():
                await until(lambda: not pid or not os.path.exists(f"/proc/{pid}"), 20, f"{name} is down")
            yield
        finally:
            for hold in holds:
                hold.unlink(missing_ok=True)

    # Readiness

    async def admin(self, name, path):
        connection = await Connection.open(("127.0.0.1", self.port(f"{name}.admin")), 2)
        try:
            return await connection.request("GET", path, seconds=3)
        finally:
            connection.close()

    async def is_ready(self, name):
        with contextlib.suppress(Lost):
            return (await self.admin(name, "/readyz")).status == 200

    async def all_ready(self, seconds=30):
        for name in self.replicas:
            await until(lambda: self.is_ready(name), seconds, f"{name} is ready")

    def gateway_of(self, connection, port):
        """Which gateway took a connection: they share the port, and the kernel chooses."""
        ours, theirs = f":{connection.local_port:04X}", f":{port:04X}"
        for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[1].endswith(theirs) and fields[2].endswith(ours) and fields[9] != "0":
                wanted = f"socket:[{fields[9]}]"
                for name in self.replicas_of("gateway"):
                    for link in glob.glob(f"/proc/{self.pid(name)}/fd/*"):
                        with contextlib.suppress(OSError):
                            if os.readlink(link) == wanted:
                                return name
        return None

    # Jobs

    def program(self, service):
        return str(REPOSITORY / ".build/release" / service)

    async def job(self, service, *arguments, statuses=(0,)):
        """Runs a subcommand with the settings of the service's first replica, and the owner's login. Answers its standard
        output."""
        owner = {"BOXOFFICE_DATABASE_OWNER_USER": "box_office_owner",
                 "BOXOFFICE_DATABASE_OWNER_PASSWORD_FILE": str(self.data / "secrets/owner")}
        process = await asyncio.create_subprocess_exec(
            self.program(service), *arguments, env={**self.settings[f"{service}-1"], **owner},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        if process.returncode not in statuses:
            raise Failed(f"{service} {arguments[0]} ended with {process.returncode}: {out.decode()} {err.decode()}")
        return out.decode()

    async def create_event(self, title, chart_id, prices, **options):
        arguments = ["--title", title, "--venue", "Stack suite", "--organizer", "organizer@boxoffice.example"]
        arguments += ["--chart", chart_id, "--starts-at", "2035-05-05T10:00:00Z"]
        arguments += [f"--price={level}={amount}" for level, amount in prices.items()]
        for name, value in options.items():
            arguments += [f"--{name.replace('_', '-')}", str(value)]
        return json.loads(await self.job("seat-reservation", "create-event", *arguments))["performance_id"]

    # Logs

    def log_size(self, name):
        path = self.data / "logs" / f"{name}.log"
        return path.stat().st_size if path.exists() else 0

    def logs(self):
        return [path for path in sorted((self.data / "logs").iterdir()) if path.is_file()]
