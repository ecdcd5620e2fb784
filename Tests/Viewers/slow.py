"""Viewers who do not read, or hardly, and viewers who come and go: the others must not notice."""

import asyncio

from crowd import Crowd, Holders, Way
from proof import expect, same


async def p99_beside(house, way, viewers, slow, seconds, changes_per_second):
    """Change to frame for those who read, with so many who stopped and so many who read a byte a second."""
    sale = await house.sale(f"{slow} slow viewers")
    crowd = await Crowd.watch(house, sale, viewers, way, stopped=slow, trickling=slow)
    async with Holders.at_work(house, sale, changes_per_second) as holders:
        await asyncio.sleep(seconds)
    holders.none_failed()
    await crowd.equal_the_database(5)
    ages, status = await crowd.ages(), await crowd.status()
    await crowd.never_wrong()
    await crowd.end()
    same(status["broken"], 0, "streams of readers that broke")
    return ages.percentile(0.99), status


async def slow_viewers(house):
    """Viewers who stop reading or read a byte a second cost the others nothing"""
    viewers, seconds, rate, notes = house.many(500, 4000), house.many(4, 40), house.many(200, 400), []
    for way in (Way.push(house), Way.gateway(house)):
        alone, _ = await p99_beside(house, way, viewers, 0, house.many(4, 15), rate)
        beside, status = await p99_beside(house, way, viewers, viewers // 100, seconds, rate)
        house.within(beside, max(alone * 1.1, alone + 10), f"p99 in ms beside slow viewers, {way}")
        notes.append(f"{way}: p99 {alone} ms alone, {beside} ms beside {viewers // 100} who stopped and as many who "
                     f"read a byte a second, {status['slow_cut']} of those cut in {seconds} s")
    return "; ".join(notes)


async def leaving(house):
    """Hundreds of viewers leave and come each second over links between services: nobody else is cut"""
    notes = []
    ways = [(Way.links(house, streams=1000), 1000), (Way.gateway(house), 1000)]
    for way, viewers in ways:
        sale = await house.sale("leaving")
        crowd = await Crowd.watch(house, sale, viewers, way)
        async with Holders.at_work(house, sale, 100) as holders:
            for _ in range(house.many(4, 20)):
                for _ in range(10):
                    await crowd.ask("leave 50")
                    await asyncio.sleep(0.1)
        holders.none_failed()
        await crowd.equal_the_database(5)
        await crowd.never_wrong()
        status = await crowd.status()
        await crowd.end()
        same((status["broken"], status["closings"], status["refused"]), (0, {}, {}), f"what was cut over {way}")
        expect(status["left"] > 0, "some to leave", status)
        notes.append(f"{way}: {status['left']} left and came again")
    return "; ".join(notes)


CHECKS = [slow_viewers, leaving]
