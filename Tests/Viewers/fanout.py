"""One performance, thousands of viewers: how soon each sees a change, how often it is told, and that all of it is true."""

import asyncio

from crowd import Crowd, Holders, Way
from proof import expect

FRAMES_PER_SECOND_MAX = 12  # about ten, and one at each end of the second


async def watch(house, way, viewers, changes_per_second, seconds, p99_limit):
    """Lets a crowd watch a sale of a given rate; answers what it saw."""
    sale = await house.sale(f"{changes_per_second} changes a second")
    crowd = await Crowd.watch(house, sale, viewers, way)
    async with Holders.at_work(house, sale, changes_per_second) as holders:
        await asyncio.sleep(seconds)
    holders.none_failed()
    await crowd.equal_the_database(5)
    ages = await crowd.ages()
    maps = await crowd.never_wrong()
    status = await crowd.status()
    await crowd.end()
    expect(status["broken"] == 0, "no stream to break", status)
    expect(status["frames_per_second_max"] <= FRAMES_PER_SECOND_MAX, "about ten frames a second", status)
    note = (f"{way}: {viewers} viewers there after {crowd.opening_seconds:.1f} s, "
            f"{holders.changes_per_second:.0f} changes/s, {ages}, at most {status['frames_per_second_max']} frames "
            f"in a second, {status['deliveries']} deliveries, {maps} maps as in the database's history")
    house.within(ages.percentile(0.99), p99_limit, "change to frame, p99 in ms,", note)
    return note


async def calm_links(house):
    """A change now and then reaches everybody on HTTP/2 links at once, and every map equals the database's"""
    return await watch(house, Way.links(house), house.many(1000, 8000), 24, house.many(4, 15), 100)


async def storm_links(house):
    """Thousands of changes a second reach everybody on HTTP/2 links in a few frames, and every map equals the database's"""
    return await watch(house, Way.links(house), house.many(1000, 8000), house.many(1000, 5000), house.many(5, 15), 250)


async def gateway(house):
    """The same through the gateways, a connection for each viewer"""
    return await watch(house, Way.gateway(house), house.many(500, 4000), house.many(200, 500), house.many(4, 15), 1000)


async def push(house):
    """The same straight from realtime-push, a connection for each viewer"""
    return await watch(house, Way.push(house), house.many(500, 8000), house.many(200, 500), house.many(4, 15), 1000)


async def web_sockets(house):
    """The same over WebSockets"""
    return await watch(
        house, Way.push(house, "websocket"), house.many(500, 8000), house.many(200, 500), house.many(4, 15), 1000)


CHECKS = [calm_links, storm_links, gateway, push, web_sockets]
