"""What the page must do, each as a sentence. They only wait for conditions; times are printed and not judged."""

import json

import qr_reader
from visitor import Failed, wait_until

SIZE_BYTES_MAX = 100_000


def two_browsers(house):
    """A click in one browser turns the seat orange in the other, paying turns it green, who comes late sees the same"""
    first = house.visitor("First")
    first.open_performance(house.performance_id)
    second = house.at_the_map("Second")
    seat = house.seats(first)[0]
    second.watch_state(seat, 1)
    first.click_seat(seat)
    first.fill_sign_up()
    wait_until(
        lambda: first.ask("(seat) => boxOffice.isMine(seat)", seat),
        "the chosen seat survives the sign-in and becomes mine",
    )
    seen = second.seen_at()
    if seen is None:
        raise Failed("the second browser never saw the seat held")
    orange = seen - first.answered_at(f"/performances/{house.performance_id}/holds")
    second.ask("(seat) => boxOffice.zoomTo(seat)", seat)
    second.settle()
    house.picture(first, "two-browsers-1-held-mine")
    house.picture(second, "two-browsers-2-held-orange")
    first.go_to_pay()
    house.picture(first, "pay-desk-en-light")
    second.watch_state(seat, 2)
    first.pay_with("sandbox_succeed")
    first.wait_paid()
    seen = second.seen_at()
    if seen is None:
        raise Failed("the second browser never saw the seat sold")
    green = seen - first.answered_at("/payments")
    second.settle()
    house.picture(second, "two-browsers-3-sold-green")
    house.picture(first, "paid-desk-en-light")
    first.open_performance(house.performance_id)
    first.wait_state(seat, 2, "the buyer's own map is green")
    third = house.visitor("Third")
    third.open_performance(house.performance_id)
    third.wait_state(seat, 2, "who comes late sees it sold")
    same = [visitor.ask("() => boxOffice.free()") for visitor in (first, second, third)]
    wait_until(
        lambda: len({visitor.ask("() => boxOffice.free()") for visitor in (first, second, third)}) == 1,
        f"all three count the same free seats (now {same})",
    )
    return f"orange {orange:.0f} ms and green {green:.0f} ms after the answer"


def several_clicks(house):
    """Several seats are several holds, the answer to each click is drawn at once, and one order pays them all"""
    visitor = house.at_the_map("Several")
    seats = house.seats(visitor, 3)
    for seat in seats:
        visitor.click_seat(seat)
        wait_until(lambda: visitor.ask("(seat) => boxOffice.isMine(seat)", seat), f"seat {seat} is mine")
    if visitor.page.locator(".panel .chosen li").count() != 3:
        raise Failed("the panel does not list three seats")
    visitor.click_seat(seats[0])
    visitor.wait_state(seats[0], 0, "a second click gives the seat back")
    sent = []
    visitor.page.on(
        "request",
        lambda request: (
            sent.append(request.headers.get("idempotency-key"))
            if request.method == "POST" and request.url.endswith("/payments")
            else None
        ),
    )
    visitor.go_to_pay()
    visitor.page.locator(".card-form button[type=submit]").dblclick()
    visitor.wait_paid()
    for seat in seats[1:]:
        wait_until(lambda: house.snapshot_state(seat) == 2, "the server has sold the seat")
    if len(set(sent)) != 1:
        raise Failed(f"a double click sent {len(set(sent))} payments")
    visitor.page.locator(".ticket").nth(1).wait_for()
    return None


def asking_at_once(house):
    """A click shows that it is being asked for before the answer comes"""
    visitor = house.at_the_map("Hasty")
    seat = house.seats(visitor)[0]
    release = []
    visitor.page.route("**/holds", lambda route: release.append(route))
    visitor.ask("(seat) => boxOffice.zoomTo(seat)", seat)
    visitor.settle()
    visitor.ask(
        """(seat) => {
        globalThis.shownAfter = new Promise((resolve) => {
            document.querySelector("canvas.seats").addEventListener("pointerup", () => {
                const start = performance.now();
                const look = () => boxOffice.isAsking(seat)
                    ? resolve(performance.now() - start) : requestAnimationFrame(look);
                requestAnimationFrame(look);
            }, { once: true, capture: true });
        });
    }""",
        seat,
    )
    point = visitor.ask("(seat) => boxOffice.seatCenter(seat)", seat)
    visitor.page.mouse.click(point["x"], point["y"])
    shown = visitor.ask("() => globalThis.shownAfter")
    wait_until(lambda: pump(visitor) and release, "the hold is asked for")
    house.picture(visitor, "asking")
    for route in release:
        route.continue_()
    visitor.page.unroute("**/holds")
    wait_until(lambda: visitor.ask("(seat) => boxOffice.isMine(seat)", seat), "the answer comes")
    return f"shown {shown:.0f} ms after the finger"


def pump(visitor):
    """Lets Playwright hand over its events."""
    visitor.ask("() => true")
    return True


def offline_catches_up(house):
    """Who was offline catches up without a reload and still has their hold with its true time"""
    away = house.at_the_map("Away")
    other = house.at_the_map("Other")
    mine = house.seats(away)[0]
    away.click_seat(mine)
    wait_until(lambda: away.ask("(seat) => boxOffice.isMine(seat)", mine), "the hold")
    away.ask("() => { globalThis.neverReloaded = true; }")
    away.context.set_offline(True)
    wait_until(lambda: away.ask("() => boxOffice.connection()") == "offline", "the page knows that it is offline")
    house.picture(away, "offline")
    seats = house.seats(other, 2)
    for seat in seats:
        other.click_seat(seat)
        wait_until(lambda: other.ask("(seat) => boxOffice.isMine(seat)", seat), "the other's hold")
    if away.state_of(seats[0]) == 1:
        raise Failed("the one who is offline heard of the change")
    away.context.set_offline(False)
    for seat in seats:
        away.wait_state(seat, 1, "caught up after coming back")
    wait_until(lambda: away.ask("() => boxOffice.connection()") == "live", "live again")
    if not away.ask("(seat) => globalThis.neverReloaded === true && boxOffice.isMine(seat)", mine):
        raise Failed("the page was reloaded or the hold forgotten")
    if ":" not in away.page.locator(".panel .clock").inner_text():
        raise Failed("the countdown is gone")


def declined_then_another(house):
    """A declined card says so, keeps the seats, and another card pays"""
    visitor = house.at_the_map("Declined")
    visitor.click_seat(house.seats(visitor)[0])
    visitor.go_to_pay()
    visitor.pay_with("sandbox_decline")
    visitor.page.locator(".card-form .notice.problem:not([hidden])").wait_for()
    house.picture(visitor, "declined")
    visitor.pay_with("sandbox_succeed")
    visitor.wait_paid()


def unknown_outcomes(house):
    """Lost replies, late money, doubled reports and confirmations all end in one paid order"""
    for token in (
        "sandbox_lost_reply",
        "sandbox_late_succeed",
        "sandbox_duplicate_webhook",
        "sandbox_requires_action",
    ):
        visitor = house.at_the_map(token.replace("sandbox_", "card ").replace("_", " "))
        visitor.click_seat(house.seats(visitor)[0])
        visitor.go_to_pay()
        visitor.pay_with(token)
        if token == "sandbox_requires_action":
            with visitor.context.expect_page() as opened:
                visitor.page.locator(".pay-column a.button.primary[target=_blank]").click()
            approval = opened.value
            approval.wait_for_load_state()
            button = approval.locator("button, input[type=submit]")
            if button.count():
                button.first.click()
        elif token == "sandbox_lost_reply":
            visitor.page.reload()
        visitor.page.locator(".notice.good").wait_for(timeout=90_000)
        if visitor.page.locator(".ticket").count() != 1:
            raise Failed(f"{token}: {visitor.page.locator('.ticket').count()} tickets")


def lost_seat(house):
    """Who loses a seat is told in a sentence and takes the nearest free one with one tap"""
    winner = house.at_the_map("Winner")
    loser = house.at_the_map("Loser")
    seat = house.seats(loser)[0]
    token = winner.token()

    def overtake(route):
        house.api("POST", f"/v1/performances/{house.performance_id}/holds", {"seat_indexes": [seat]}, token)
        route.continue_()

    loser.page.route("**/holds", overtake, times=1)
    loser.click_seat(seat)
    bar = loser.page.locator(".lost-bar:not([hidden])")
    bar.wait_for()
    groups = loser.ask("() => boxOffice.alternatives()")
    if not groups:
        raise Failed("no alternatives are offered")
    loser.settle()
    house.picture(loser, "lost-alternatives")
    bar.locator(".other").first.click()
    wait_until(lambda: loser.ask("(seat) => boxOffice.isMine(seat)", groups[0][0]), "the alternative is mine")
    return f"{len(groups)} offered"


def best_available(house):
    """Best available takes seats side by side and gives them back together"""
    visitor = house.at_the_map("Best")
    visitor.page.locator(".best-block > summary").click()
    visitor.page.locator(".best-block button[type=submit]").click()
    visitor.page.locator(".panel .chosen li").wait_for()
    names = visitor.page.locator(".panel .chosen-name > span").count()
    if names != 2:
        raise Failed(f"{names} seats instead of 2")
    visitor.page.locator(".panel .chosen .icon-button").click()
    visitor.page.locator(".panel .chosen li").wait_for(state="detached")


def keyboard(house):
    """The keyboard alone reaches the map, moves by position, chooses and leaves"""
    visitor = house.at_the_map("Keys")
    canvas = visitor.page.locator("canvas.seats")
    visitor.page.locator(".account summary").focus()
    for _ in range(10):
        visitor.page.keyboard.press("Tab")
        if visitor.ask("() => document.activeElement.classList.contains('seats')"):
            break
    else:
        raise Failed("Tab does not reach the map")
    start = visitor.ask("() => boxOffice.focusSeat()")
    moves = {"ArrowRight": (0, 1), "ArrowDown": (1, 1), "ArrowLeft": (0, -1), "ArrowUp": (1, -1)}
    for key, (axis, sign) in moves.items():
        before = visitor.ask("() => boxOffice.focusSeat()")
        visitor.page.keyboard.press(key)
        after = visitor.ask("() => boxOffice.focusSeat()")
        if after == before:
            continue
        was, now = visitor.ask("([a, b]) => [boxOffice.positionOf(a), boxOffice.positionOf(b)]", [before, after])
        if (now[axis] - was[axis]) * sign <= 0:
            raise Failed(f"{key} went from {was} to {now}")
    if start < 0:
        raise Failed("no seat has the focus")
    for _ in range(40):
        seat = visitor.ask("() => boxOffice.focusSeat()")
        if visitor.state_of(seat) == 0:
            break
        visitor.page.keyboard.press("ArrowRight")
        if visitor.ask("() => boxOffice.focusSeat()") == seat:
            visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("Enter")
    wait_until(lambda: visitor.ask("(seat) => boxOffice.isMine(seat)", seat), "Enter chooses the seat")
    wait_until(lambda: visitor.page.locator("#polite").inner_text() != "", "it is announced")
    house.picture(visitor, "keyboard")
    visitor.page.keyboard.press("Escape")
    if canvas.evaluate("(canvas) => document.activeElement === canvas"):
        raise Failed("Escape does not leave the map")


def seat_list(house):
    """The list of seats says section, row, state and price, and follows the map"""
    reader = house.at_the_map("Reader")
    other = house.at_the_map("Mover")
    seat = house.seats(reader)[0]
    reader.page.locator(".list-block > summary").click()
    reader.ask(
        "() => { for (const section of document.querySelectorAll('.seat-list details')) section.open = true; }"
    )
    button = reader.page.locator(f"button[data-seat='{seat}']")
    button.wait_for(state="attached")
    before = button.get_attribute("aria-label")
    other.click_seat(seat)
    wait_until(lambda: button.get_attribute("aria-label") != before, "the list follows")
    second = house.seats(reader)[0]
    reader.page.locator(f"button[data-seat='{second}']").click()
    wait_until(lambda: reader.ask("(seat) => boxOffice.isMine(seat)", second), "the list chooses too")
    return before


def tickets_offline(house):
    """Tickets carry a QR code of their code, a calendar file, and open without a network"""
    visitor = house.at_the_map("Ticket")
    visitor.click_seat(house.seats(visitor)[0])
    visitor.go_to_pay()
    visitor.pay_with("sandbox_succeed")
    visitor.wait_paid()
    visitor.open("/tickets")
    ticket = visitor.page.locator(".ticket").first
    ticket.wait_for()
    path, size = ticket.evaluate("""(ticket) => [ticket.querySelector("path").getAttribute("d"),
        ticket.querySelector("svg").viewBox.baseVal.width]""")
    dark = {(int(y) - 4, int(x) - 4) for x, y in (part.split("h")[0].split(" ") for part in path.split("M")[1:])}
    if qr_reader.read(dark, int(size) - 8) != ticket.get_attribute("data-code"):
        raise Failed("the QR code does not say the ticket's code")
    with visitor.page.expect_download() as download:
        visitor.page.locator(".ticket-group .buttons button").first.click()
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        calendar = file.read()
    if (
        not calendar.startswith("BEGIN:VCALENDAR\r\n")
        or max(len(line.encode()) for line in calendar.split("\r\n")) > 75
    ):
        raise Failed("the calendar file is malformed")
    house.picture(visitor, "tickets-desk-en-light")
    wait_until(
        lambda: visitor.ask(
            """async () => Boolean(navigator.serviceWorker.controller) && (await caches.match("/")) !== undefined
        && (await caches.match("/v1/tickets")) !== undefined"""
        ),
        "the page is kept for offline use",
    )
    visitor.page.reload()
    ticket.wait_for()
    visitor.context.set_offline(True)
    visitor.page.reload()
    ticket.wait_for()
    visitor.context.set_offline(False)


def given_back(house):
    """A ticket that is given back is void at once, its money's way is told to the end, its seat is free for others"""
    visitor = house.at_the_map("Refund")
    seats = house.seats(visitor, 2)
    for seat in seats:
        visitor.click_seat(seat)
        wait_until(lambda: visitor.ask("(seat) => boxOffice.isMine(seat)", seat), "the seat is mine")
    visitor.go_to_pay()
    visitor.pay_with("sandbox_succeed")
    visitor.wait_paid()
    watcher = house.at_the_map("Watcher", signed_up=False)
    offer = visitor.page.locator(".refund-offer")
    offer.locator("summary").click()
    button = offer.locator("button[type=submit]")
    if button.is_enabled():
        raise Failed("nothing is chosen, and can be given back")
    chosen = offer.locator("input[type=checkbox]").first
    ticket_id = chosen.input_value()
    chosen.check()
    house.picture(visitor, "refund-desk-en-light")
    button.click()
    dialog = visitor.page.locator("dialog[open]")
    dialog.locator(".button.quiet").click()
    dialog.wait_for(state="detached")
    if visitor.page.locator(".refund").count():
        raise Failed("it was given back though the answer was no")
    button.click()
    dialog.locator(".button.primary").click()
    visitor.page.locator(".refund").wait_for()
    visitor.page.locator(".refund[data-state=made]").wait_for()
    if visitor.page.locator(".ticket[data-state=refunded]").count() != 1:
        raise Failed("the ticket does not say that it was refunded")
    if visitor.page.locator(f"input[value='{ticket_id}']").count():
        raise Failed("it is offered to be given back again")
    house.picture(visitor, "refunded-desk-en-light")
    order = house.api("GET", f"/v1/{visitor.page.url.split('/', 3)[3]}", token=visitor.token())
    seat = next(ticket["seat_index"] for ticket in order["tickets"] if ticket["state"] == "refunded")
    watcher.wait_state(seat, 0, "everybody sees the seat free again")
    visitor.page.locator("a[href$='/receipt']").click()
    table = visitor.page.locator("table.receipt")
    table.wait_for()
    rows = table.locator("tr").count()
    # Two tickets, the fee, the total, the tax inside, the refund.
    if rows != 6:
        raise Failed(f"{rows} lines on the receipt")
    house.picture(visitor, "receipt-desk-en-light")
    visitor.open("/tickets")
    visitor.page.locator(".ticket[data-state=refunded]").wait_for()
    visitor.page.locator(".order-links a").first.click()
    visitor.page.locator(".refund[data-state=made]").wait_for()
    return f"{order['refunded']['amount_minor']} back"


def refund_by_one_key(house):
    """A refund whose answer is lost is asked about by its own key, also after a reload, and happens once"""
    visitor = house.at_the_map("Lost refund")
    visitor.click_seat(house.seats(visitor)[0])
    visitor.go_to_pay()
    visitor.pay_with("sandbox_succeed")
    visitor.wait_paid()
    keys = []

    def lose(route):
        route.fetch()
        route.abort()
        keys.append(route.request.headers.get("idempotency-key"))

    visitor.page.route("**/refunds", lose)
    offer = visitor.page.locator(".refund-offer")
    offer.locator("summary").click()
    offer.locator("input[type=checkbox]").first.check()
    offer.locator("button[type=submit]").click()
    visitor.page.locator("dialog[open] .button.primary").click()
    wait_until(lambda: pump(visitor) and len(keys) > 1, "the refund is asked for again")
    # One more may be on its way.
    visitor.page.unroute_all(behavior="ignoreErrors")
    visitor.page.reload()
    visitor.page.locator(".refund[data-state=made]").wait_for()
    if len(set(keys)) != 1:
        raise Failed(f"{len(set(keys))} keys for one wish")
    order = house.api("GET", f"/v1/{visitor.page.url.split('/', 3)[3]}", token=visitor.token())
    if len(order["refunds"]) != 1 or order["state"] != "refunded":
        raise Failed(f"{len(order['refunds'])} refunds, the order is {order['state']}")


def transfer_size(house):
    """HTML, CSS and JavaScript together weigh less than 100 kB as they are sent"""
    visitor = house.visitor("Scales")
    finished = []
    visitor.page.on("requestfinished", lambda request: finished.append(request))
    visitor.open_performance(house.performance_id)
    wait_until(
        lambda: pump(visitor)
        and any(request.url.endswith((".json",)) or ".json" in request.url for request in finished),
        "all files",
    )
    total, plain = 0, []
    for request in finished:
        if "/v1/" in request.url:
            continue
        sizes = request.sizes()
        total += sizes["responseBodySize"]
        if not request.url.startswith(house.base_url):
            plain.append(request.url)
    if plain:
        raise Failed(f"third parties: {plain}")
    if total > SIZE_BYTES_MAX:
        raise Failed(f"{total} bytes")
    return f"{total} bytes"


def smooth(house):
    """The map is painted and pans; the figures are printed"""
    visitor = house.visitor("Pan")
    visitor.open_performance(house.performance_id)
    painted = visitor.ask("""() => {
        const entries = performance.getEntriesByType("resource");
        const chart = entries.filter((entry) => entry.name.includes("/seating-charts/")).at(-1);
        const mark = performance.getEntriesByName("map-painted").at(0);
        return mark && chart ? mark.startTime - chart.responseEnd : null;
    }""")
    middle = visitor.free_seats(1, skip=2000)[0]
    visitor.ask("(seat) => boxOffice.zoomTo(seat)", middle)
    visitor.page.locator(".map-buttons button").nth(1).click()
    visitor.page.locator(".map-buttons button").nth(1).click()
    visitor.ask("() => new Promise((done) => setTimeout(done, 600))")
    visitor.ask("""() => {
        globalThis.frames = [];
        let before = performance.now();
        const next = (now) => {
            frames.push(now - before);
            before = now;
            if (!globalThis.enough) requestAnimationFrame(next);
        };
        requestAnimationFrame(next);
    }""")
    visitor.page.mouse.move(500, 400)
    visitor.page.mouse.down()
    for step in range(90):
        visitor.page.mouse.move(500 + 160 * (1 if step % 60 < 30 else -1) * (step % 30) / 30, 400 - step)
    visitor.page.mouse.up()
    frames = sorted(visitor.ask("() => { globalThis.enough = true; return frames; }"))
    late = sum(1 for frame in frames if frame > 25)
    return (
        f"painted {painted:.0f} ms after the chart's data, " if painted is not None else ""
    ) + f"{len(frames)} frames, median {frames[len(frames) // 2]:.1f} ms, {late} longer than 25 ms"


def accessible(house):
    """Axe finds nothing serious on any screen"""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        return "not looked at: axe-playwright-python is not installed"
    found = []
    visitor = house.at_the_map("Axe")

    def look(place):
        for violation in Axe().run(visitor.page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                found.append(
                    f"{place}: {violation['id']} {json.dumps([node['target'] for node in violation['nodes'][:3]])}"
                )

    for scheme in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=scheme)
        visitor.open_performance(house.performance_id)
        for block in visitor.page.locator("details.block > summary:visible").all():
            block.click()
        look(f"map {scheme}")
        visitor.open("/")
        visitor.page.locator(".card").first.wait_for()
        look(f"events {scheme}")
    visitor.open_performance(house.performance_id)
    visitor.click_seat(house.seats(visitor)[0])
    visitor.go_to_pay()
    look("pay")
    visitor.pay_with("sandbox_succeed")
    visitor.wait_paid()
    visitor.page.locator(".refund-offer summary").click()
    look("paid")
    visitor.page.locator("a[href$='/receipt']").click()
    visitor.page.locator("table.receipt").wait_for()
    look("receipt")
    visitor.open("/tickets")
    visitor.page.locator(".ticket").first.wait_for()
    look("tickets")
    visitor.page.locator(".account summary").click()
    visitor.page.locator(".menu-sheet button").click()
    visitor.page.locator(".empty button").click()
    look("sign-in")
    if found:
        raise Failed("; ".join(found))
    return None


CHECKS = [
    two_browsers,
    several_clicks,
    asking_at_once,
    offline_catches_up,
    declined_then_another,
    unknown_outcomes,
    lost_seat,
    best_available,
    keyboard,
    seat_list,
    tickets_offline,
    given_back,
    refund_by_one_key,
    transfer_size,
    smooth,
    accessible,
]
