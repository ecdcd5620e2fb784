"""What is killed while people buy: replicas, Redis, PostgreSQL."""

import asyncio
import signal

from killing import Killer
from proof import expect, nothing, same, until
from storm import Storm
from viewer import watch

QUICK_CARDS = {"sandbox_succeed": 85, "sandbox_decline": 8, "sandbox_duplicate_webhook": 7}


async def after(house, sale, storm, viewers, settle_seconds=120):
    """Everything that must be true after an outage."""
    await storm.end()
    nothing(storm.failures, "purchases that failed")
    nothing(storm.complaints(), "answers that must not be")
    await house.reckoning.settled(sale, settle_seconds)
    maps = await house.reckoning.maps(house.client, sale, viewers)
    for viewer in viewers:
        await viewer.stop()
    await house.reckoning.audit()
    charges = await house.reckoning.books()
    told = await house.reckoning.everybody_was_told_the_truth(storm.customers)
    retries = ", ".join(f"{reason} ×{count}" for reason, count in storm.retries().most_common(4))
    return f"{told} paid orders as told, {charges} charges accounted for; {maps}; asked again: {retries or 'never'}"


def forget(customers):
    """Each storm begins with empty notes."""
    for customer in customers:
        for notes in (customer.holds, customer.released, customer.orders, customer.paid, customer.declined,
                      customer.abandoned, customer.told, customer.retries, customer.complaints):
            notes.clear()


async def redis_outage(house):
    """Redis is killed for ten seconds in the middle of a sale: it goes on, and the maps heal"""
    forget(house.customers)
    sale = await house.box.open("Stack: without Redis", 40, 20, 20)
    viewers = await watch(8, house.client, house.stack, sale)
    storm = Storm(sale, house.customers[:200], 24, QUICK_CARDS, leaves_things=False)
    loop = asyncio.get_running_loop()
    await until(lambda: len(storm.sold_at) >= 10, 20, "ten sales with Redis")
    async with house.stack.held_down("redis"):
        began = loop.time()
        await asyncio.sleep(10)
        ended = loop.time()
        watched = [viewer.sequence for viewer in viewers]
    sold = sum(began <= when <= ended for when in storm.sold_at)
    expect(sold >= 10, "sales while Redis is down", sold)
    behind = await house.ledger.value(
        f"SELECT sequence FROM performance WHERE performance_id = '{sale.performance_id}'") - min(watched)
    count = len(storm.sold_at)
    await until(lambda: len(storm.sold_at) >= count + 10, 20, "ten sales after Redis came back")
    note = await after(house, sale, storm, viewers)
    await house.stack.all_ready()
    return f"{sold} orders paid in the ten seconds, the slowest map {behind} changes behind at their end; {note}"


async def before_the_databases(house):
    """Services that start before PostgreSQL and Redis say what they wait for, and are ready once those come"""
    held = house.stack.held_down("postgres", "redis", signum=signal.SIGINT)
    async with held:
        old = {name: house.stack.kill(name) for name in house.stack.replicas}
        for name, pid in old.items():
            await until(lambda: house.stack.pid(name) not in (None, pid), 20, f"{name} is started again")
            await until(lambda: is_live(house, name), 20, f"{name} lives")
        reasons = {}
        for name in house.stack.replicas:
            answer = await house.stack.admin(name, "/readyz")
            reasons[name] = " ".join(answer.json["reasons"])
            if name.startswith(("seat-reservation", "payment")):
                same(answer.status, 503, f"readiness of {name}")
                expect("ledger" in reasons[name], f"{name} to wait for its ledger", reasons[name])
    await house.stack.all_ready()
    answer = await until(lambda: answers(house), 20, "the gateway answers")
    return f"{reasons['seat-reservation-1']!r}; ready after both came, {answer.status} from the catalogue"


async def is_live(house, name):
    try:
        return (await house.stack.admin(name, "/livez")).status == 200
    except Exception:
        return False


async def answers(house):
    answer = await house.client.request("GET", f"{house.rules.path}/seats")
    return answer if answer.status == 200 else None


async def postgres_restart(house):
    """PostgreSQL is restarted twice in the middle of a sale, once by kill -9: everything recovers by itself"""
    forget(house.customers)
    house.client.close()
    sale = await house.box.open("Stack: PostgreSQL restarted", 40, 20, 20)
    viewers = await watch(8, house.client, house.stack, sale)
    storm = Storm(sale, house.customers[:200], 24, QUICK_CARDS, leaves_things=False)
    loop = asyncio.get_running_loop()
    pauses = []
    for signum in (signal.SIGINT, signal.SIGKILL):
        count = len(storm.sold_at)
        await until(lambda: len(storm.sold_at) >= count + 30, 30, "thirty sales")
        pid, began, count = house.stack.kill("postgres", signum), loop.time(), len(storm.sold_at)
        await until(lambda: house.stack.pid("postgres") not in (None, pid), 30, "PostgreSQL is started again")
        back = loop.time()
        await until(lambda: any(when > back for when in storm.sold_at), 60, "a sale after the restart")
        pauses.append(next(when for when in storm.sold_at if when > back) - began)
    note = await after(house, sale, storm, viewers)
    await house.stack.all_ready()
    pauses = " and ".join(f"{pause:.1f} s" for pause in pauses)
    return f"selling again {pauses} after the blow; {note}"


async def kills(house):
    """A replica of any service is killed with kill -9 each second under buying: nothing is lost, sold twice or untold"""
    forget(house.customers)
    sale = await house.box.open("Stack: kills", 40, 20, 20)
    viewers = await watch(16, house.client, house.stack, sale)
    storm = Storm(sale, house.customers, 48)
    killer = Killer(house.stack, house.stack.replicas)
    await until(lambda: len(storm.sold_at) >= 10, 20, "ten sales before the first kill")
    await killer.rage(house.kill_seconds)
    sold = len(storm.sold_at)
    note = await after(house, sale, storm, viewers)
    await house.stack.all_ready()
    gateways = set().union(*(viewer.gateways for viewer in viewers)) - {None}
    same(gateways, set(house.stack.replicas_of("gateway")), "the gateways of the viewers")
    told = ", ".join(f"{answer} ×{count}" for answer, count in storm.told().most_common(12))
    reopened = sum(viewer.told["broken"] + viewer.told["closing"] for viewer in viewers)
    return (f"{sum(killer.killed.values())} kills ({killer}), {sold} orders paid meanwhile; {note}; "
            f"streams opened again {reopened} times; answers: {told}")


CHECKS = [redis_outage, before_the_databases, postgres_restart, kills]
