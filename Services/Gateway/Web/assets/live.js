// Keeps a SeatStore whole over server-sent events: reconnects, asks for what was missed, survives sleep.

import { get } from "./api.js";
import { learnServerTime } from "./clock.js";

/** Silence after which a stream counts as dead: two heartbeats of 15 s and a little. */
const silenceMillisecondsMax = 35000;
const watchMilliseconds = 5000;
const waitMillisecondsMin = 400;
const waitMillisecondsMax = 8000;

/** One performance's live connection. `state` is `connecting`, `live`, `reconnecting` or `offline`. */
export class LiveSeats {
    #store;
    #path;
    #onState;
    #source = null;
    #timer = null;
    #failures = 0;
    #lastHeardAt = 0;
    #asking = null;
    #waiting = [];
    #stopped = true;
    #watch = null;

    constructor({ store, performanceId, onState }) {
        this.#store = store;
        this.#path = `/v1/performances/${encodeURIComponent(performanceId)}/seats`;
        this.#onState = onState;
        this.state = "connecting";
        this.since = Date.now();
    }

    start() {
        if (!this.#stopped) return;
        this.#stopped = false;
        addEventListener("online", this.#online);
        addEventListener("offline", this.#offline);
        addEventListener("pageshow", this.#awake);
        document.addEventListener("visibilitychange", this.#awake);
        this.#watch = setInterval(() => this.#awake(), watchMilliseconds);
        if (navigator.onLine === false) this.#offline();
        else this.#open();
    }

    stop() {
        this.#stopped = true;
        removeEventListener("online", this.#online);
        removeEventListener("offline", this.#offline);
        removeEventListener("pageshow", this.#awake);
        document.removeEventListener("visibilitychange", this.#awake);
        clearInterval(this.#watch);
        clearTimeout(this.#timer);
        this.#close();
    }

    #enter(state) {
        if (this.state === state) return;
        if (state === "live" || this.state === "live" || this.state === "connecting") this.since = Date.now();
        this.state = state;
        this.#onState?.(this);
    }

    #close() {
        this.#source?.close();
        this.#source = null;
    }

    #open() {
        clearTimeout(this.#timer);
        this.#close();
        const position = this.#store.position;
        const source = new EventSource(`${this.#path}/stream${position ? `?after=${position}` : ""}`);
        this.#source = source;
        this.#lastHeardAt = Date.now();
        const hear = (name, take) =>
            source.addEventListener(name, (message) => {
                if (source !== this.#source) return;
                this.#lastHeardAt = Date.now();
                this.#failures = 0;
                if (name !== "closing") this.#enter("live");
                take(JSON.parse(message.data));
            });
        hear("snapshot", (snapshot) => this.#store.receiveSnapshot(snapshot));
        hear("delta", (delta) => this.#receive(delta));
        hear("heartbeat", (beat) => {
            if (beat.server_time) learnServerTime(beat.server_time);
            if (beat.epoch !== this.#store.epoch || beat.sequence > this.#store.sequence) this.#ask();
        });
        hear("closing", ({ retry_after_seconds: seconds }) => {
            this.#close();
            this.#later((seconds ?? 1) * 1000);
        });
        source.onerror = () => {
            if (source !== this.#source) return;
            this.#close();
            this.#failures += 1;
            // A stream that can't be had must not leave the map old: the same question works by a plain request.
            if (this.#failures > 1) this.#ask();
            this.#later(Math.min(waitMillisecondsMax, waitMillisecondsMin * 2 ** Math.min(this.#failures - 1, 6)));
        };
    }

    #later(milliseconds) {
        if (this.#stopped) return;
        this.#enter(navigator.onLine === false ? "offline" : "reconnecting");
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#open(), milliseconds * (0.7 + Math.random() * 0.6));
    }

    #receive(delta) {
        if (this.#store.receiveDelta(delta) === "gap") {
            this.#waiting.push(delta);
            this.#ask();
        }
    }

    /** Asks what happened since the store's sequence: one question at a time; deltas wait for its answer. */
    #ask() {
        this.#asking ??= get(`${this.#path}${this.#store.position ? `?after=${this.#store.position}` : ""}`, {
            triesMax: 1,
        })
            .then((answer) => {
                if ("states" in answer) this.#store.receiveSnapshot(answer);
                else this.#store.receiveDelta(answer);
            }, () => {})
            .finally(() => {
                this.#asking = null;
                const waiting = this.#waiting;
                this.#waiting = [];
                // What still leaves a gap is dropped: the next delta or heartbeat asks again.
                for (const delta of waiting) this.#store.receiveDelta(delta);
            });
        return this.#asking;
    }

    #online = () => {
        if (this.#stopped) return;
        this.#failures = 0;
        this.#enter("reconnecting");
        this.#open();
    };

    #offline = () => {
        clearTimeout(this.#timer);
        this.#close();
        this.#enter("offline");
    };

    /** After sleep or in the background a stream may be dead without having said so. */
    #awake = (event) => {
        if (this.#stopped || document.visibilityState === "hidden" || this.state === "offline") return;
        const isSilent = Date.now() - this.#lastHeardAt > silenceMillisecondsMax;
        const isClosed = this.#source?.readyState === EventSource.CLOSED;
        const isBack = event?.type === "visibilitychange" || event?.type === "pageshow";
        if ((this.#source && (isSilent || isClosed)) || (!this.#source && isBack)) {
            this.#enter("reconnecting");
            this.#open();
        }
    };
}
