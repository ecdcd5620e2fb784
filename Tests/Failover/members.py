"""The ledger's cluster from outside: who leads, and machines that are killed, frozen, cut off or filled."""

import asyncio
import contextlib
import datetime
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from proof import expect, until

NUMBERS = (1, 2, 3)
STAMP = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)[.,](\d+)")


def run(*command):
    """A system command that has to succeed."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def family(pid):
    """A process and all that descend from it."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    with contextlib.suppress(OSError):
        return [pid, *(one for child in children.read_text().split() for one in family(int(child)))]
    return []


class Members:
    def __init__(self, stack):
        self.stack = stack
        expect((stack.data / "run/ledger").read_text().strip() == "cluster-apart", "a stack with its members apart")
        servers = stack.settings["payment-1"]["BOXOFFICE_DATABASE_HOSTS"].split(",")
        self.address = dict(zip(NUMBERS, (server.rpartition(":")[0] for server in servers)))
        pid = stack.pid("ledger1")
        self.namespace = {number: run("ip", "netns", "identify", str(stack.pid(f"ledger{number}"))).strip()
                          for number in NUMBERS}
        expect(pid and all(self.namespace.values()), "a network namespace for each member", self.namespace)

    # Who is who

    async def status(self, number):
        """What a member's Patroni says of it; empty where it does not answer."""
        try:
            return json.loads((await asyncio.to_thread(self._ask, number, "/patroni", 1))[1])
        except (OSError, ValueError):
            return {}

    def _ask(self, number, path, seconds, body=None):
        """Patroni ends an answer by closing, so that the suite's own client does not do: (status, body)."""
        port = self.stack.port(f"patroni{number}")
        connection = http.client.HTTPConnection(self.address[number], port, timeout=seconds)
        try:
            connection.request("POST" if body else "GET", path, body, {"content-type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as error:
            raise OSError(repr(error)) from error
        finally:
            connection.close()

    async def leader(self, but=None):
        """The member that leads; None while there is none."""
        for number in NUMBERS:
            status = await self.status(number)
            if number != but and status.get("role") in ("master", "primary") and status.get("state") == "running":
                return number
        return None

    async def is_whole(self):
        """One leads, the others stream from it, one of them synchronously."""
        states = [await self.status(number) for number in NUMBERS]
        roles = sorted(state.get("role", "") for state in states)
        if roles not in (["master", "replica", "replica"], ["primary", "replica", "replica"]):
            return False
        leader = next(state for state in states if state["role"] in ("master", "primary"))
        streaming = [one for one in leader.get("replication", []) if one.get("state") == "streaming"]
        return len(streaming) == 2 and any(one.get("sync_state") == "sync" for one in streaming)

    async def become_whole(self, seconds=90):
        await until(self.is_whole, seconds, "all members stand again", pause=0.25)

    def log(self, number):
        return self.stack.data / "logs" / f"ledger{number}.log"

    def promoted_at(self, number, start):
        """When a member was told to take over, by its own log from a byte on: seconds of the clock."""
        with self.log(number).open("rb") as log:
            log.seek(start)
            for line in log.read().decode(errors="replace").splitlines():
                if "received promote request" in line:
                    day, fraction = STAMP.match(line).groups()
                    moment = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.timezone.utc)
                    return moment.timestamp() + float(f"0.{fraction}")
        return None

    def postmaster(self, number):
        try:
            path = self.stack.data / f"cluster/{number}/data/postmaster.pid"
            pid = int(path.read_text().split()[0])
            return pid if "postgres" in pathlib.Path(f"/proc/{pid}/comm").read_text() else None
        except (OSError, ValueError, IndexError):
            return None

    def processes(self, number):
        """The processes of a member's PostgreSQL."""
        pid = self.postmaster(number)
        return family(pid) if pid else []

    # What happens to them

    @contextlib.asynccontextmanager
    async def dead(self, number, with_etcd=True):
        """The machine is gone: everything of the member is killed at once, and stays down as long as the block runs."""
        names = [f"ledger{number}", *([f"etcd{number}"] if with_etcd else [])]
        holds = [self.stack.data / "run" / f"{name}.hold" for name in names]
        for hold in holds:
            hold.touch()
        for pid in [*(self.stack.pid(name) for name in names), *self.processes(number)]:
            with contextlib.suppress(ProcessLookupError, TypeError):
                os.kill(pid, signal.SIGKILL)
        try:
            yield
        finally:
            for hold in holds:
                hold.unlink(missing_ok=True)

    @contextlib.asynccontextmanager
    async def frozen(self, number):
        """PostgreSQL stands still; the machine goes on."""
        pids = self.processes(number)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in {*pids, *self.processes(number)}:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    @contextlib.asynccontextmanager
    async def cut_off(self, number):
        """No packet passes between a member and the other two; whoever else there is reaches all of them."""
        rules = [(number, other) for other in NUMBERS if other != number]
        rules += [(other, number) for number, other in rules]
        for here, there in rules:
            self._filter("-A", here, there)
        try:
            yield
        finally:
            for here, there in rules:
                self._filter("-D", here, there)

    def _filter(self, action, here, there):
        run("ip", "netns", "exec", self.namespace[here], "iptables", action, "INPUT", "-s", self.address[there],
            "-j", "DROP")

    @contextlib.asynccontextmanager
    async def full(self, number):
        """A file takes all that is left of the disk of a member's data."""
        folder = self.stack.data / f"cluster/{number}"
        expect(folder.is_mount(), "a disk of the member's own", folder)
        filler = folder / "filler"
        # As root it may take what the file system keeps back for root, too.
        size = shutil.disk_usage(folder).free
        subprocess.run(["fallocate", "-l", str(size), str(filler)], check=False, stderr=subprocess.DEVNULL)
        with contextlib.suppress(OSError), filler.open("ab") as file:
            while True:
                file.write(b"\0" * 1_048_576)
        try:
            yield
        finally:
            filler.unlink(missing_ok=True)

    async def switch_over(self):
        """Has the leader hand over to the synchronous standby in good order. Answers who led."""
        leader = await self.leader()
        status = await self.status(leader)
        candidate = next(one["application_name"] for one in status["replication"] if one["sync_state"] == "sync")
        body = json.dumps({"leader": f"ledger{leader}", "candidate": candidate}).encode()
        status, told = await asyncio.to_thread(self._ask, leader, "/switchover", 60, body)
        expect(status == 200, "a switchover", told)
        return leader


class NearWriter:
    """Somebody on the side of one member, who knows no other: writes rows one by one, and notes which were acknowledged.

    Whatever the services do, this one never goes elsewhere.
    """

    def __init__(self, members, ledger, number):
        self.members, self.ledger, self.number = members, ledger, number
        self.acknowledged = []  # (row, when)
        self.task = None

    async def __aenter__(self):
        await self._everywhere("CREATE TABLE IF NOT EXISTS drill_row (id bigint PRIMARY KEY); TRUNCATE drill_row")
        self.task = asyncio.create_task(self._write())
        await until(lambda: len(self.acknowledged) > 3, 10, "the near writer writes")
        return self

    async def __aexit__(self, *_):
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task

    def _command(self, hosts, ports):
        return ([self.ledger.program, f"--host={hosts}", f"--port={ports}", "--username=postgres", "--dbname=postgres",
                 "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"],
                {"PGPASSWORD": self.members.stack.secret("postgres"), "PGCONNECT_TIMEOUT": "2",
                 "PGTARGETSESSIONATTRS": "read-write"})

    async def _everywhere(self, sql):
        command, environment = self._command(*self.ledger.servers("box_office"))
        process = await asyncio.create_subprocess_exec(
            *command, f"--command={sql}", env=environment, stdout=asyncio.subprocess.PIPE)
        out, _ = await process.communicate()
        expect(process.returncode == 0, "a statement of the drill's own")
        return out.decode()

    async def _write(self):
        row = 0
        port = self.members.stack.port(f"ledger{self.number}")
        command, environment = self._command(self.members.address[self.number], port)
        prefix = ["ip", "netns", "exec", self.members.namespace[self.number]]
        while True:
            process = await asyncio.create_subprocess_exec(
                *prefix, *command, env={**os.environ, **environment}, stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL)
            try:
                while True:
                    row += 1
                    process.stdin.write(f"INSERT INTO drill_row VALUES ({row}) RETURNING id;\n".encode())
                    await process.stdin.drain()
                    if (await process.stdout.readline()).strip() != str(row).encode():
                        break
                    self.acknowledged.append((row, time.time()))
                    await asyncio.sleep(0.005)
            except OSError:
                pass
            finally:
                # By the system: Popen would take a dead one's end away from the loop.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)
                await process.wait()
            await asyncio.sleep(0.05)

    async def lost(self):
        """The rows that were acknowledged and are not there."""
        there = {int(line) for line in (await self._everywhere("SELECT id FROM drill_row")).split()}
        return [row for row, _ in self.acknowledged if row not in there]
