"""Reading on while nobody answers behind the gateway."""

import asyncio
import contextlib
import signal

from own_gateway import OwnGateway
from proof import expect, same, until

# Longer than anything is fresh, and than the gateway waits for something fresher.
OVER_SECONDS = 1.5


@contextlib.asynccontextmanager
async def frozen(stack, service):
    names = stack.replicas_of(service)
    for name in names:
        stack.kill(name, signal.SIGSTOP)
    try:
        yield
    finally:
        for name in names:
            stack.kill(name, signal.SIGCONT)
        await stack.all_ready()


async def reading_on(house):
    """With seat-reservation frozen, events and maps are shown as they were, and tell their age"""
    paths = ["/v1/events", house.rules.path, f"{house.rules.path}/seats"]
    async with OwnGateway(house.stack, {"BOXOFFICE_CALL_DEADLINE_MILLISECONDS": "2000"}) as gateway:
        before = {}
        for path in paths:
            answer = await gateway.client.request("GET", path)
            same((answer.status, answer.headers.get("age")), (200, None), f"status and age of {path}")
            before[path] = answer.body
        slowest = 0
        async with frozen(house.stack, "seat-reservation"):
            await asyncio.sleep(OVER_SECONDS)
            for path in paths * 2:
                answer = await gateway.client.request("GET", path)
                slowest = max(slowest, answer.seconds)
                same(answer.status, 200, f"the status of {path} while nobody answers behind it")
                same(answer.body, before[path], f"what is told of {path}")
                expect(int(answer.headers.get("age", 0)) >= 1, f"the age of {path}", answer.headers)
            unknown = await gateway.client.request("GET", "/v1/events?limit=7")
            same(unknown.status, 503, "the status of what was never asked before")
            expect("retry-after" in unknown.headers, "a 503 with Retry-After", unknown.headers)
        counted = await gateway.metric("cache_stale_answers_total")
        expect(counted >= 2 * len(paths), "stale answers in the metrics", counted)
        for path in paths:
            await until(lambda: is_fresh(gateway, path), 20, f"{path} is fresh again")
    return f"the slowest answer came after {1000 * slowest:.0f} ms"


async def is_fresh(gateway, path):
    answer = await gateway.client.request("GET", path)
    return answer.status == 200 and "age" not in answer.headers


async def not_for_long(house):
    """What is older than it may be is not shown any more"""
    settings = {"BOXOFFICE_STALE_SECONDS": "0", "BOXOFFICE_CALL_DEADLINE_MILLISECONDS": "1000"}
    async with OwnGateway(house.stack, settings) as gateway:
        same((await gateway.client.request("GET", "/v1/events")).status, 200, "the status while all is well")
        async with frozen(house.stack, "seat-reservation"):
            await asyncio.sleep(OVER_SECONDS)
            answer = await gateway.client.request("GET", "/v1/events")
            same(answer.status, 503, "the status while nobody answers")
            expect("retry-after" in answer.headers, "a 503 with Retry-After", answer.headers)
    return "503 with Retry-After"


CHECKS = [reading_on, not_for_long]
