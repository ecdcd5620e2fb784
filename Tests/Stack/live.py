"""Live seats as others' clients see them: WebSockets, sections, replicas that stop or die, the canary."""

import asyncio
import itertools
import json
import signal
import time

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from http_client import Connection
from proof import expect, nothing, percentile, same, until
from sale import unpacked
from viewer import HEADERS, Viewer, watch

DRAIN_SECONDS = 5.0  # BOXOFFICE_DRAIN_SECONDS unless it was set


class SocketViewer(Viewer):
    """A viewer by python-websockets."""

    async def _watch(self):
        while True:
            try:
                await self._listen()
            except ConnectionClosed as end:
                self.told[f"closed {end.rcvd.code if end.rcvd else None}"] += 1
            except (OSError, InvalidStatus, asyncio.TimeoutError):
                self.told["broken"] += 1
            except asyncio.CancelledError:
                raise
            except Exception as error:
                self.complaints.append(repr(error))
                return
            await asyncio.sleep(0.2)

    async def _listen(self):
        query = f"?after={self.position}" if self.position else ""
        async with connect(f"ws://{self.client.address[0]}:{self.client.address[1]}{self.sale.path}/seats/stream{query}",
                           max_size=1 << 24) as socket:
            async for text in socket:
                await self.take(json.loads(text))

    async def take(self, message):
        self.told[message["event"]] += 1
        if message["event"] == "snapshot":
            self._restart(message)
        elif message["event"] == "delta":
            await self._apply(message)
        self.position = message.get("id", self.position)


async def buzz(house, sale, count, pause=0.02):
    """Changes of seats one after the other: holds, and every second one is given back."""
    customers = itertools.cycle(house.customers[:40])
    for number in range(count):
        customer = next(customers)
        hold = await customer.hold(sale, {"best_available": {"quantity": 1}})
        if hold and number % 2:
            await customer.release(hold)
        await asyncio.sleep(pause)


async def websockets(house):
    """Viewers by WebSocket and by server-sent events end at the database's map, byte for byte, also when they come back"""
    sale = await house.box.open("Stack: WebSockets", 40, 600, 30)
    sockets = [SocketViewer(house.client, house.stack, sale).start() for _ in range(8)]
    viewers = sockets + await watch(4, house.client, house.stack, sale)
    await until(lambda: all(viewer.states for viewer in viewers), 20, "everybody has a map")
    await buzz(house, sale, 60)
    leaver = sockets[0]
    await leaver.stop()
    stood = leaver.sequence
    await buzz(house, sale, 20)
    leaver.start()
    note = await house.reckoning.maps(house.client, sale, viewers)
    expect(leaver.sequence > stood, "the one that came back to have moved on", leaver.sequence)
    same(leaver.told["snapshot"], 1, "snapshots of the one that came back where it stood")
    for viewer in viewers:
        await viewer.stop()
    return f"{note}; messages {dict(leaver.told)}"


async def another_epoch(house):
    """In another epoch of the ledger everybody is sent the whole map, also who comes back from the one before"""
    sale = await house.box.open("Stack: another epoch", 40, 600, 30)
    sockets = [SocketViewer(house.client, house.stack, sale).start() for _ in range(4)]
    viewers = sockets + await watch(4, house.client, house.stack, sale)
    await until(lambda: all(viewer.states for viewer in viewers), 20, "everybody has a map")
    await buzz(house, sale, 10)
    leaver, before = sockets[0], viewers[-1].epoch
    await leaver.stop()
    told = await house.stack.job("seat-reservation", "begin-epoch")
    await buzz(house, sale, 10)
    leaver.start()
    await until(lambda: all(viewer.epoch > before for viewer in viewers), 20, "everybody stands in the new epoch")
    note = await house.reckoning.maps(house.client, sale, viewers)
    for viewer in viewers:
        await viewer.stop()
        same(viewer.told["snapshot"], 2, "snapshots of each")
    expect(told.strip() == f"The ledger is in epoch {leaver.epoch}.", "the epoch that the job told", told)
    return note


async def at_most_ten(house):
    """Under hundreds of changes a second nobody is sent more than about ten messages a second"""
    sale = await house.box.open("Stack: ten a second", 100, 600, 30)
    viewers = [SocketViewer(house.client, house.stack, sale).start(), *await watch(1, house.client, house.stack, sale)]
    await until(lambda: all(viewer.states for viewer in viewers), 20, "everybody has a map")
    before, began = [viewer.told["delta"] for viewer in viewers], time.monotonic()
    first = await house.ledger.value(f"SELECT sequence FROM performance WHERE performance_id = '{sale.performance_id}'")
    await asyncio.gather(*[buzz(house, sale, 100, 0) for _ in range(8)])
    seconds = time.monotonic() - began
    last = await house.ledger.value(f"SELECT sequence FROM performance WHERE performance_id = '{sale.performance_id}'")
    rates = [(viewer.told["delta"] - count) / seconds for viewer, count in zip(viewers, before)]
    expect(max(rates) <= 11, "at most about ten a second", rates)
    note = await house.reckoning.maps(house.client, sale, viewers)
    for viewer in viewers:
        await viewer.stop()
    return f"{(last - first) / seconds:.0f} batches a second became {max(rates):.1f} messages; {note}"


async def sections(house):
    """Who names sections gets their seats and their changes; an unknown section is refused with 422"""
    sale = await house.box.open("Stack: sections", 40, 600, 30)
    chart = await house.box.get(f"/v1/seating-charts/{house.box.chart_id}")
    named = chart["sections"][1:3]
    ours = sorted(seat["seat_index"] for section in named for row in section["rows"] for seat in row["seats"])
    names = ",".join(section["section_id"] for section in named)
    address = f"ws://{house.client.address[0]}:{house.client.address[1]}{sale.path}/seats/stream"
    customer = house.customers[0]
    async with connect(f"{address}?sections={names}") as socket:
        snapshot = json.loads(await asyncio.wait_for(socket.recv(), 20))
        ranged = [seat for first, last in snapshot["seat_ranges"] for seat in range(first, last + 1)]
        same(ranged, ours, "the seats of the snapshot")
        same(snapshot["seat_count"], len(ours), "how many they are")
        same(len(unpacked(snapshot)), len(ours), "their states")
        sequence = snapshot["sequence"]
        elsewhere = next(seat for seat in range(sale.seat_count) if seat not in set(ours))
        await customer.hold(sale, {"seat_indexes": [elsewhere]})
        await customer.hold(sale, {"seat_indexes": [ours[5]]})
        delta = json.loads(await asyncio.wait_for(socket.recv(), 20))
        same(delta["event"], "delta", "the next message")
        same(delta["after_sequence"], sequence, "where the delta begins")
        same(delta["sequence"], sequence + 2, "where it ends")
        same(delta["changes"], [[ours[5], 1]], "its changes")
    answer = await house.client.request("GET", f"{sale.path}/seats/stream?sections={names},nowhere")
    same((answer.status, answer.code), (422, "invalid_request"), "the answer to an unknown section")
    same(answer.json["fields"][0]["path"], "sections", "what is at fault")
    return f"{len(ours)} of {sale.seat_count} seats"


async def drain(house):
    """A replica of realtime-push that is asked to stop spreads its closes evenly, and exits within a second more"""
    sale = await house.box.open("Stack: drain", 40, 600, 30)
    name = house.stack.replicas_of("realtime-push")[0]
    address = ("127.0.0.1", house.stack.port(f"{name}.public"))
    ends, words = [], []

    async def one():
        connection = await Connection.open(address)
        connection.send("GET", f"{sale.path}/seats/stream", HEADERS)
        same((await asyncio.wait_for(connection.head(), 20)).status, 200, "the stream")
        text = b""
        # The end of the connection is the end of the stream.
        while chunk := await asyncio.wait_for(connection.reader.read(65536), 40):
            text += chunk
        ends.append(time.monotonic())
        words.append(json.loads(text.split(b"event: closing\ndata: ")[1].split(b"\n")[0]))

    viewers = [asyncio.create_task(one()) for _ in range(400)]
    await asyncio.sleep(1.5)
    pid = house.stack.kill(name, signal.SIGTERM)
    began = time.monotonic()
    await until(lambda: house.stack.pid(name) != pid, 20, "it exits", pause=0.01)
    seconds = time.monotonic() - began
    await asyncio.wait_for(asyncio.gather(*viewers), 10)
    await house.stack.all_ready()
    nothing((word for word in words if word["reason"] != "draining" or not 0 < word["retry_after_seconds"] <= 5),
            "a last word that says something else")
    tenths = [sum(1 for end in ends if number * DRAIN_SECONDS / 10 <= end - began < (number + 1) * DRAIN_SECONDS / 10)
              for number in range(11)]
    expect(max(tenths) <= 400 * 0.2, "no tenth of the window to have a fifth of the closes", tenths)
    expect(seconds <= DRAIN_SECONDS + 1, "an exit within the window and a second", seconds)
    return f"closes by tenths of the window {tenths}, exit after {seconds:.1f} s"


async def push_dies(house):
    """Replicas of realtime-push are killed and stopped under viewers of the gateways, and no viewer notices"""
    sale = await house.box.open("Stack: realtime-push dies", 40, 600, 30)
    viewers = [SocketViewer(house.client, house.stack, sale).start() for _ in range(20)]
    viewers += await watch(20, house.client, house.stack, sale)
    await until(lambda: all(viewer.states for viewer in viewers), 20, "everybody has a map")
    changes = asyncio.create_task(buzz(house, sale, 400, 0.05))
    for signum in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
        for name in house.stack.replicas_of("realtime-push"):
            pid = house.stack.kill(name, signum)
            await until(lambda: house.stack.pid(name) not in (None, pid), 30, f"{name} is started again")
            await until(lambda: house.stack.is_ready(name), 30, f"{name} is ready")
    await changes
    note = await house.reckoning.maps(house.client, sale, viewers)
    for viewer in viewers:
        await viewer.stop()
    noticed = [dict(viewer.told) for viewer in viewers if set(viewer.told) - {"snapshot", "delta", "heartbeat"}]
    nothing(noticed, "a viewer that noticed")
    resumed = sum([await metric(house, name, "streams_resumed_total") for name in house.stack.replicas_of("gateway")])
    return f"{note}; streams that went on elsewhere: {resumed:.0f}"


async def metric(house, name, wanted):
    """The sum of a metric's samples at a replica."""
    text = (await house.stack.admin(name, "/metrics")).body.decode()
    lines = [line for line in text.splitlines() if line.split("{")[0].split(" ")[0] == wanted]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


async def canary(house):
    """Every gateway sees the canary's clock move, once in each interval however many replicas there are"""
    gateways = house.stack.replicas_of("gateway")

    async def sequence():
        return await house.ledger.value("SELECT sequence FROM performance JOIN canary USING (performance_id)")

    await until(sequence, 20, "the canary is there")
    for name in gateways:
        async def is_young():
            return await metric(house, name, "canary_age_seconds") < 8

        await until(is_young, 20, f"{name} sees it")
    first, began = await sequence(), time.monotonic()
    await asyncio.sleep(21)
    moves, seconds = await sequence() - first, time.monotonic() - began
    expect(seconds / 5 - 2 <= moves <= seconds / 5 + 1, "a move every five seconds", moves)
    ages = [await metric(house, name, "canary_age_seconds") for name in gateways]
    expect(max(ages) < 8, "an age below the interval and some", ages)
    lags = [await metric(house, name, "canary_lag_seconds_sum") / await metric(house, name, "canary_lag_seconds_count")
            for name in gateways]
    status = (await house.stack.admin(gateways[0], "/status")).json
    listed = json.dumps((await house.client.request("GET", "/v1/events?limit=100")).json)
    expect("Canary" not in listed, "a catalogue without the canary")
    return (f"{moves} moves in {seconds:.0f} s; ages {', '.join(f'{age:.1f} s' for age in ages)}, "
            f"path {max(lags) * 1000:.0f} ms at most on average; {status['notes'][0]!r}")


async def no_herd(house):
    """Many viewers who come at once, and who ask for what they missed, cost the ledger a few readings"""
    sale = await house.box.open("Stack: no herd", 40, 600, 30)
    await buzz(house, sale, 10)

    async def readings():
        return sum([await metric(house, name, "map_readings_total")
                    for name in house.stack.replicas_of("seat-reservation")])

    before, began = await readings(), time.monotonic()
    viewers = await watch(300, house.client, house.stack, sale)
    epoch, sequence, _ = await house.ledger.states(sale.performance_id)
    times = []

    async def polls(number):
        for turn in range(10):
            after = f"{epoch}.{(number + turn) % sequence}"
            answer = await house.client.request("GET", f"{sale.path}/seats?after={after}")
            same(answer.status, 200, "a question from a position")
            times.append(answer.seconds)

    await asyncio.gather(*[polls(number) for number in range(60)])
    seconds = time.monotonic() - began
    rate = (await readings() - before) / seconds
    for viewer in viewers:
        await viewer.stop()
    expect(rate <= 10 * len(house.stack.replicas_of("seat-reservation")), "at most ten readings a second", rate)
    return (f"{len(viewers)} viewers and {len(times)} questions in {seconds:.1f} s, {rate:.1f} readings a second, "
            f"p99 of a question {percentile(times, 0.99) * 1000:.0f} ms")


CHECKS = [websockets, another_epoch, at_most_ten, sections, no_herd, drain, push_dies, canary]
