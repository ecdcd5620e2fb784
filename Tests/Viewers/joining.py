"""Viewers who come at a random instant of a storm."""

import asyncio

from crowd import Crowd, Holders, Way
from proof import expect


async def any_instant(house):
    """Whoever comes at any instant of a storm has a whole map: snapshot and stream never miss and never go back"""
    sale = await house.sale("coming and going")
    wanted, at_once, notes = house.many(2000, 10_000), 250, []
    for way in (Way.push(house), Way.gateway(house)):
        crowd = await Crowd.watch(house, sale, at_once, way, memory="mixed")
        async with Holders.at_work(house, sale, house.many(600, 2000)) as holders:
            while (await crowd.status())["opened"] < at_once + wanted // 2:
                await crowd.ask(f"leave {at_once // 5}")
                await asyncio.sleep(0.05)
        holders.none_failed()
        await crowd.equal_the_database(5)
        maps = await crowd.never_wrong()
        status = await crowd.status()
        await crowd.end()
        expect(status["broken"] == 0, "no stream to break", status)
        notes.append(f"{status['opened'] - at_once} came over {way} during {holders.changes_per_second:.0f} "
                     f"changes/s, {maps} different maps, all as in the database's history")
    return "; ".join(notes)


CHECKS = [any_instant]
