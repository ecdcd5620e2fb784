"""The page's modules that decide, asked alone in the browser: the sequence rule, packed states, healing, neighbours."""

from visitor import Failed

STORE = """async (path) => {
    const { SeatStore } = await import(path);
    const store = new SeatStore({ seatCount: 6, sectionOf: [0, 0, 0, 1, 1, 1], levelOf: [0, 0, 0, 0, 0, 0],
        sectionCount: 2, levelCount: 1 });
    const delta = (epoch, after_sequence, sequence, changes) =>
        store.receiveDelta({ epoch, after_sequence, sequence, changes });
    const said = [];
    // 0, 1, 2, 3 in the lowest bits of the first byte upwards; seats 4 and 5 in the second.
    said.push(store.receiveSnapshot({ epoch: 1, sequence: 10, states: btoa(String.fromCharCode(0b11100100, 0b0000)) }));
    said.push([...store.states].join(""), store.free, [...store.freeInSection].join());
    said.push(delta(1, 10, 11, [[0, 1]]), delta(1, 8, 11, [[0, 2]]), delta(1, 9, 12, [[4, 2]]));
    said.push(delta(1, 13, 14, [[5, 1]]), delta(2, 12, 13, [[5, 1]]), store.sequence, [...store.states].join(""));
    said.push(store.receiveSnapshot({ epoch: 1, sequence: 5, states: "AAA=" }));
    said.push(store.receiveSnapshot({ epoch: 2, sequence: 1, states: "AAA=" }), store.free, store.position);
    return said;
}"""
STORE_SAYS = [
    "applied", "012300", 3, "1,2", "applied", "ignored", "applied", "gap", "gap", 12, "112320", "ignored",
    "applied", 6, "2.1",
]  # fmt: skip

LIVE = """async ([storePath, livePath, bySocket]) => {
    const { SeatStore } = await import(storePath);
    const { LiveSeats } = await import(livePath);
    const opened = [];
    const asked = [];
    // The other way is not to be had.
    delete globalThis[bySocket ? "EventSource" : "WebSocket"];
    globalThis[bySocket ? "WebSocket" : "EventSource"] = class extends EventTarget {
        constructor(url) {
            super();
            const { pathname, search } = new URL(url, location.href);
            opened.push(pathname + search);
            globalThis.source = this;
        }
        close() {}
    };
    const answers = [];
    globalThis.fetch = (url) => {
        asked.push(url);
        return new Promise((answer) => answers.push((body) => answer(new Response(JSON.stringify(body)))));
    };
    const say = (event, data) => bySocket
        ? source.onmessage(new MessageEvent("message", { data: JSON.stringify({ event, ...data }) }))
        : source.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data) }));
    const zeros = [0, 0, 0, 0];
    const store = new SeatStore({ seatCount: 4, sectionOf: zeros, levelOf: zeros, sectionCount: 1, levelCount: 1 });
    const live = new LiveSeats({ store, performanceId: "p", onState: () => {} });
    live.start();
    say("snapshot", { epoch: 3, sequence: 7, states: "AA==" });
    say("delta", { epoch: 3, after_sequence: 8, sequence: 9, changes: [[1, 1]] });
    say("delta", { epoch: 3, after_sequence: 9, sequence: 10, changes: [[2, 2]] });
    const before = store.sequence;
    answers[0]({ epoch: 3, after_sequence: 7, sequence: 9, changes: [[0, 1], [1, 1]] });
    const until = performance.now() + 5000;
    while (store.sequence !== 10 && performance.now() < until) await new Promise((next) => setTimeout(next, 5));
    say("heartbeat", { epoch: 3, sequence: 12, server_time: new Date().toISOString() });
    const state = live.state;
    say("closing", { reason: "drain", retry_after_seconds: 0.05 });
    const closed = live.state;
    while (opened.length < 2 && performance.now() < until) await new Promise((next) => setTimeout(next, 5));
    live.stop();
    return { before, asked, states: [...store.states].join(""), state, closed, opened };
}"""

NEIGHBOURS = """async (path) => {
    const { Chart } = await import(path);
    const seats = [];
    for (let row = 0; row < 4; row += 1) for (let seat = 0; seat < 5; seat += 1) {
        seats.push({ seat_index: row * 5 + seat, seat_label: `S, row ${row}, seat ${seat}`, price_level_id: "a",
            x: seat * 1.1 + row * 0.2, y: row * 1.2 });
    }
    const rows = [0, 1, 2, 3].map((row) => ({ name: String(row), seats: seats.slice(row * 5, row * 5 + 5) }));
    const chart = new Chart({ chart_id: "c", name: "c", width: 8, height: 6, seat_count: 21,
        price_levels: [{ price_level_id: "a", name: "A", color: "#777777" }],
        sections: [{ section_id: "s", name: "S", rows }, { section_id: "g", name: "Standing",
            rows: [{ name: "", seats: [{ seat_index: 20, seat_label: "1", price_level_id: "a" }] }] }] });
    return [chart.neighbour(7, 1, 0), chart.neighbour(7, -1, 0), chart.neighbour(7, 0, -1), chart.neighbour(7, 0, 1),
        chart.neighbour(0, -1, 0), chart.nearest(1.15, 0.1, 1), chart.sectionAt(2, 2)?.name, Number.isNaN(chart.x[20])];
}"""


def path_of(visitor, name):
    """The address of a module, whatever hash its name carries: the page itself names them all."""
    path = visitor.ask(
        """(name) => [...document.querySelectorAll("link[rel=modulepreload]")]
            .map((link) => new URL(link.href).pathname)
            .find((path) => new RegExp(`/${name}(-[0-9a-f]+)?\\\\.js$`).test(path)) ?? null""",
        name,
    )
    if not path:
        raise Failed(f"the page does not name its module {name}")
    return path


def visitor_at_the_door(house):
    visitor = house.visitor("Module")
    visitor.open("/")
    visitor.page.locator("h1").wait_for()
    return visitor


def sequence_rule(house):
    """Deltas are applied, ignored or leave a gap by epoch and sequence, and packed states are two bits a seat"""
    visitor = visitor_at_the_door(house)
    said = visitor.ask(STORE, path_of(visitor, "store"))
    if said != STORE_SAYS:
        raise Failed(f"{said} instead of {STORE_SAYS}")


def healing(house):
    """A missing delta is asked for once, later ones wait for the answer, and a closing stream is opened again"""
    for by_socket in (False, True):
        heal(visitor_at_the_door(house), by_socket)
    return "by server-sent events and by a WebSocket"


def heal(visitor, by_socket):
    seen = visitor.ask(LIVE, [path_of(visitor, "store"), path_of(visitor, "live"), by_socket])
    asked = ["/v1/performances/p/seats?after=3.7", "/v1/performances/p/seats?after=3.10"]
    opened = ["/v1/performances/p/seats/stream", "/v1/performances/p/seats/stream?after=3.10"]
    wanted = dict(before=7, asked=asked, states="1120", state="live", closed="reconnecting", opened=opened)
    if seen != wanted:
        raise Failed(f"{seen} instead of {wanted}")


def neighbours(house):
    """Neighbours are found by position, and places without a position stay off the map"""
    visitor = visitor_at_the_door(house)
    said = visitor.ask(NEIGHBOURS, path_of(visitor, "chart"))
    wanted = [8, 6, 2, 12, -1, 1, "S", True]
    if said != wanted:
        raise Failed(f"{said} instead of {wanted}")


OTHER_WAY = """async ([storePath, livePath]) => {
    const { SeatStore } = await import(storePath);
    const { LiveSeats } = await import(livePath);
    const opened = [];
    globalThis.WebSocket = class {
        constructor() { opened.push("socket"); queueMicrotask(() => this.onclose({ code: 1006 })); }
        close() {}
    };
    globalThis.EventSource = class extends EventTarget {
        constructor() { super(); opened.push("events"); globalThis.source = this; }
        close() {}
    };
    const store = new SeatStore({ seatCount: 4, sectionOf: [0, 0, 0, 0], levelOf: [0, 0, 0, 0], sectionCount: 1,
        levelCount: 1 });
    const live = new LiveSeats({ store, performanceId: "p", onState: () => {} });
    live.start();
    const until = performance.now() + 10000;
    while (opened.length < 2 && performance.now() < until) await new Promise((next) => setTimeout(next, 5));
    source?.dispatchEvent(new MessageEvent("snapshot", { data: '{"epoch":3,"sequence":7,"states":"AA=="}' }));
    const state = live.state;
    live.stop();
    return { opened, state };
}"""


def other_way(house):
    """Where no WebSocket is let through, the map comes by server-sent events"""
    visitor = visitor_at_the_door(house)
    seen = visitor.ask(OTHER_WAY, [path_of(visitor, "store"), path_of(visitor, "live")])
    if seen != dict(opened=["socket", "events"], state="live"):
        raise Failed(f"{seen}")


PLACE = """async ([placePath, sessionPath]) => {
    const { Place } = await import(placePath);
    const { loadSession } = await import(sessionPath);
    const soon = new Date(Date.now() + 60000).toISOString();
    const entry = (state, more) => ({ state, opens_at: soon, waiting_count: 9, seat_outlook: "likely",
        poll_after_seconds: 0.01, server_time: new Date().toISOString(), ...more });
    const answers = [
        [404, { code: "not_found" }], [201, entry("gathering")], [503, { code: "overloaded" }],
        [200, entry("waiting", { position: 3 })],
        [200, entry("admitted", { admission_token: "a.b.c", admitted_until: soon })],
    ];
    const asked = [];
    globalThis.fetch = async (url, { method }) => {
        const answer = (status, body) => new Response(JSON.stringify(body), { status, headers:
            { "Content-Type": status < 400 ? "application/json" : "application/problem+json", "Retry-After": "0.01" } });
        if (url === "/v1/sessions/current") return answer(200, { customer: { name: "A" } });
        asked.push(method);
        return answer(...answers.shift());
    };
    await loadSession();
    const states = [];
    const place = new Place({ performanceId: "p", onChange: ({ state, isConnected }) => {
        const seen = isConnected ? state : `${state}, lost`;
        if (states.at(-1) !== seen) states.push(seen);
    } });
    const until = performance.now() + 15000;
    const reached = async (state) => {
        while (place.state !== state && performance.now() < until) await new Promise((next) => setTimeout(next, 5));
    };
    await reached("outside");
    const early = place.admissionToken;
    await place.enter();
    await reached("admitted");
    const token = place.admissionToken;
    place.stop();
    return { states, asked, early, token, left: answers.length };
}"""


def place(house):
    """A place is entered once, stays through a lost answer, and its admission is there when the turn comes"""
    visitor = visitor_at_the_door(house)
    seen = visitor.ask(PLACE, [path_of(visitor, "place"), path_of(visitor, "session")])
    wanted = dict(
        states=["outside", "gathering", "gathering, lost", "waiting", "admitted"],
        asked=["GET", "POST", "GET", "GET", "GET"], early=None, token="a.b.c", left=0,
    )
    if seen != wanted:
        raise Failed(f"{seen} instead of {wanted}")


CHECKS = [sequence_rule, healing, other_way, neighbours, place]
