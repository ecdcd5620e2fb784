"""Performances with a waiting room, on a small hall of the suite's own or on the stadium."""

import dataclasses
import datetime
import json
import tempfile

from proof import expect
from sale import Sale

ROW_SEATS = 20


@dataclasses.dataclass
class RoomSale(Sale):
    admission_seconds: int = 600
    opens_at: float = 0.0


async def hall(house, seats):
    """A chart of so many seats in rows, with one price. Answers its id, its prices and its count."""
    if not seats:
        return house.box.chart_id, house.box.prices, house.box.seat_count
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("section,row,seat,x,y,category\n")
        for seat in range(seats):
            row, place = divmod(seat, ROW_SEATS)
            file.write(f"Hall,{row + 1},{place + 1},{place},{row * 2},hall\n")
        file.flush()
        made = json.loads(await house.stack.job("seat-reservation", "import-chart", file.name, "--name", "Small hall"))
    return made["chart_id"], {level: 50_000 for level in made["price_level_ids"]}, made["seat_count"]


async def open_room(house, title, chart, opens_in_seconds, per_minute, admission_seconds=600, seats_per_customer=6):
    """Puts a performance up whose waiting room opens then."""
    chart_id, prices, seat_count = chart
    opens = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=opens_in_seconds)
    arguments = ["--title", title, "--venue", "Stack suite", "--organizer", "organizer@boxoffice.example",
                 "--chart", chart_id, "--starts-at", "2035-05-05T10:00:00Z", "--waiting-room",
                 "--on-sale-at", opens.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "--admissions-per-minute", str(per_minute),
                 "--admission-seconds", str(admission_seconds), "--seats-per-customer", str(seats_per_customer),
                 "--hold-seconds", "120", "--payment-seconds", "30"]
    arguments += [f"--price={level}={amount}" for level, amount in prices.items()]
    made = json.loads(await house.stack.job("seat-reservation", "create-event", *arguments))
    return RoomSale(made["performance_id"], seat_count, seats_per_customer, 0, admission_seconds, opens.timestamp())


async def published(house, sale):
    """What everybody may read of a room."""
    answer = await house.client.request("GET", f"{sale.path}/waiting-room")
    expect(answer.status == 200, "a waiting room", answer)
    return answer.json
