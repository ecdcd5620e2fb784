// Everything about one performance that outlives a screen: the occasion, its chart, the live seats and my basket.

import { get } from "./api.js";
import { Basket } from "./basket.js";
import { Chart } from "./chart.js";
import { seatName } from "./i18n.js";
import { LiveSeats } from "./live.js";
import { Place } from "./place.js";
import { SeatStore } from "./store.js";

const charts = new Map();
let current = null;

/** A chart by its address, which is immutable: loaded once for as long as the page lives. */
export function loadChart(url) {
    if (!charts.has(url)) {
        const loading = get(url).then((resource) => new Chart(resource));
        loading.catch(() => charts.delete(url));
        charts.set(url, loading);
    }
    return charts.get(url);
}

/** What a performance itself says of its event, when the event can't be had. */
export function eventOf({ event_id: id, event_title: title, venue }) {
    return title ? { event_id: id, title, venue } : null;
}

/** One performance, open. Listeners are told `change`, `outcome`, `connection` and `place`. */
class Occasion {
    #listeners = new Set();

    constructor(performance, event, chart) {
        this.performance = performance;
        this.event = event;
        this.chart = chart;
        this.store = new SeatStore({
            seatCount: chart.seatCount,
            sectionOf: chart.sectionOf,
            levelOf: chart.levelOf,
            sectionCount: chart.sections.length,
            levelCount: chart.levels.length,
        });
        this.live = new LiveSeats({
            store: this.store,
            performanceId: performance.performance_id,
            onState: (live) => {
                if (live.state === "live" && this.wasAway) this.basket.refresh();
                this.wasAway = live.state !== "live";
                this.tell("connection", live);
            },
        });
        this.basket = new Basket({
            performanceId: performance.performance_id,
            onChange: () => this.tell("change"),
            onOutcome: (name, details) => this.tell("outcome", { name, ...details }),
            admission: () => this.admission,
        });
        this.place = null;
        this.#seatPlace();
        this.view = null;
        this.wake = () => {
            if (document.visibilityState === "visible") this.basket.refresh();
        };
        document.addEventListener("visibilitychange", this.wake);
        this.live.start();
        this.basket.refresh();
    }

    /** What seats are asked for with: null while it is not my turn, undefined where nobody waits. */
    get admission() {
        return this.place ? this.place.admissionToken : undefined;
    }

    stop() {
        this.place?.stop();
        this.live.stop();
        this.basket.stop();
        document.removeEventListener("visibilitychange", this.wake);
    }

    listen(listener) {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    tell(name, details) {
        for (const listener of [...this.#listeners]) listener(name, details);
    }

    /** The performance's own entry for a seat: its name, price and fee. */
    levelOf(seatIndex) {
        const id = this.chart.levels[this.chart.levelOf[seatIndex]]?.price_level_id;
        return this.performance.price_levels.find((level) => level.price_level_id === id) ?? null;
    }

    nameOf(seatIndex) {
        return seatName(this.chart.labels[seatIndex]);
    }

    async reload() {
        this.performance = await get(`/v1/performances/${encodeURIComponent(this.performance.performance_id)}`);
        this.#seatPlace();
    }

    /** There is a place to ask for just while the performance has a waiting room. */
    #seatPlace() {
        const hasRoom = Boolean(this.performance.waiting_room);
        if (hasRoom === (this.place !== null)) return;
        this.place?.stop();
        this.place = hasRoom
            ? new Place({
                performanceId: this.performance.performance_id,
                onChange: () => this.tell("place"),
            })
            : null;
        this.tell("place");
    }
}

/** Opens a performance, or gives back the one that is open. */
export async function openOccasion(performanceId) {
    if (current?.performance.performance_id === performanceId) {
        current.basket.refresh();
        return current;
    }
    const performance = await get(`/v1/performances/${encodeURIComponent(performanceId)}`);
    const [chart, event] = await Promise.all([
        loadChart(performance.seating_chart_url),
        get(`/v1/events/${encodeURIComponent(performance.event_id)}`).catch(() => eventOf(performance)),
    ]);
    current?.stop();
    current = new Occasion(performance, event, chart);
    return current;
}
