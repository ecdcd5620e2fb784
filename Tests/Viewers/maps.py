"""What the database says of a performance's map: now, at each sequence, and when each came to be."""

import zlib

from ledger import Ledger
from sale import packed


class MapLedger(Ledger):
    async def map(self, performance_id):
        """(epoch, sequence, the states as in a snapshot)."""
        epoch, sequence, digits = await self.states(performance_id)
        return epoch, sequence, packed(bytearray(int(digit) for digit in digits))

    async def checksums(self, sale):
        """The CRC-32 of the map at each (epoch, sequence), worked out from the history of all changes."""
        epoch = await self.value("SELECT epoch FROM ledger")
        states = bytearray((sale.seat_count + 3) // 4)
        checksums = {(epoch, 0): zlib.crc32(states)}
        for row in await self.rows(f"""
                SELECT sequence, changes FROM seat_change
                WHERE performance_id = '{sale.performance_id}' ORDER BY sequence"""):
            for change in row["changes"]:
                seat, state = divmod(change, 4)
                shift = seat % 4 * 2
                states[seat // 4] = states[seat // 4] & ~(3 << shift) | state << shift
            checksums[epoch, row["sequence"]] = zlib.crc32(states)
        return checksums

    async def commits(self, sale, after_sequence):
        """When each batch ran, in nanoseconds since 1970, by its sequence."""
        rows = await self.rows(f"""
            SELECT sequence, (extract(epoch FROM committed_at) * 1000000)::bigint AS microseconds FROM seat_change
            WHERE performance_id = '{sale.performance_id}' AND sequence > {after_sequence}""")
        return {row["sequence"]: row["microseconds"] * 1000 for row in rows}
