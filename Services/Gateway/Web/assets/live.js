// Keeps a SeatStore whole over a live stream: reconnects, asks for what was missed, survives sleep.

import { get } from "./api.js";
import { learnServerTime } from "./clock.js";
import { openEvents, openSocket, prefersSocket } from "./stream.js";

/** Silence after which a stream counts as dead: two heartbeats of 15 s and a little. */
const silenceMillisecondsMax = 35000;
const watchMilliseconds = 5000;
const waitMillisecondsMin = 600;
const waitMillisecondsMax = 8000;

/** One performance's live connection. `state` is `connecting`, `live`, `reconnecting` or `offline`. */
export class LiveSeats {
    #store;
    #path;
    #onState;
    #stream = null;
    #bySocket = prefersSocket();
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
        this.#stream?.close();
        this.#stream = null;
    }

    #open() {
        clearTimeout(this.#timer);
        this.#close();
        const position = this.#store.position;
        const open = this.#bySocket ? openSocket : openEvents;
        this.#lastHeardAt = Date.now();
        this.#stream = open(`${this.#path}/stream${position ? `?after=${position}` : ""}`, {
            hear: (event, message) => this.#hear(event, message),
            lost: (why) => this.#lose(why),
        });
    }

    #hear(event, message) {
        this.#lastHeardAt = Date.now();
        this.#failures = 0;
        if (event !== "closing") this.#enter("live");
        switch (event) {
            case "snapshot":
                this.#store.receiveSnapshot(message);
                break;
            case "delta":
                this.#receive(message);
                break;
            case "heartbeat":
                if (message.server_time) learnServerTime(message.server_time);
                if (message.epoch !== this.#store.epoch || message.sequence > this.#store.sequence) this.#ask();
                break;
            case "closing":
                this.#close();
                this.#later((message.retry_after_seconds ?? 1) * 1000);
        }
    }

    /** The stream ended without having said why, or could not be had. */
    #lose({ wasRefused, seconds }) {
        this.#stream = null;
        this.#failures += 1;
        // Something on the way lets no WebSocket through, or no stream at all: the other way is tried next.
        if (wasRefused || (!this.#bySocket && this.#failures > 1)) this.#bySocket = !this.#bySocket && prefersSocket();
        // A stream that can't be had must not leave the map old: the same question works by a plain request.
        if (this.#failures > 1) this.#ask();
        const pause = Math.min(waitMillisecondsMax, waitMillisecondsMin * 2 ** Math.min(this.#failures - 1, 6));
        this.#later(seconds ? seconds * 1000 : pause);
    }

    /** After a while, and not all at once: whoever lost the same server comes back too. */
    #later(milliseconds) {
        if (this.#stopped) return;
        this.#enter(navigator.onLine === false ? "offline" : "reconnecting");
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#open(), milliseconds * (0.4 + Math.random() * 1.2));
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
        const isBack = event?.type === "visibilitychange" || event?.type === "pageshow";
        if (this.#stream ? isSilent : isBack) {
            this.#enter("reconnecting");
            this.#open();
        }
    };
}
