// My place in a performance's waiting room: entered once, then followed by a stream or by asking, until the turn is over.

import { ApiError, call, get } from "./api.js";
import { learnServerTime, millisecondsUntil } from "./clock.js";
import { currentCustomer, onCustomer, withCustomer } from "./session.js";
import { prefersSocket } from "./stream.js";

const failurePauseMilliseconds = 3000;
const failurePauseMillisecondsMax = 20000;
/** So many streams in a row that told nothing, and the place is asked for instead. */
const streamFailuresMax = 3;
/** A stream that says nothing for longer is dead: two silences of 15 s and a little. */
const silenceMillisecondsMax = 35000;

/**
 * One customer's place. `state` is `unknown`, `outside` (not entered), or one of the API's: `gathering`, `waiting`,
 * `admitted`, `expired`. `onChange(place)` after each change.
 */
export class Place {
    #path;
    #onChange;
    #source = null;
    #timer = null;
    #failures = 0;
    #streamFailures = 0;
    #silence = null;
    #heardAt = 0;
    #stopped = false;
    #unsubscribe;
    #asking = null;

    constructor({ performanceId, onChange }) {
        this.#path = `/v1/performances/${encodeURIComponent(performanceId)}/waiting-room/entries`;
        this.#onChange = onChange;
        this.state = "unknown";
        this.entry = null;
        /** Whether the last question got an answer. */
        this.isConnected = true;
        /** The room was switched off meanwhile. */
        this.isOver = false;
        /** The session ended while there was a place: it is shown again after a sign-in. */
        this.isSignedOut = false;
        this.#unsubscribe = onCustomer((customer, reason) => {
            if (customer) this.refresh();
            else this.#leave({ isChosen: reason === "signed_out" });
        });
        document.addEventListener("visibilitychange", this.#awake);
        addEventListener("online", this.#awake);
        if (currentCustomer()) this.refresh();
        else this.#become("outside");
    }

    stop() {
        this.#stopped = true;
        this.#rest();
        this.#unsubscribe();
        document.removeEventListener("visibilitychange", this.#awake);
        removeEventListener("online", this.#awake);
    }

    /** What a hold is sent with: null where it is not my turn. */
    get admissionToken() {
        const isMine = this.state === "admitted" && millisecondsUntil(this.entry.admitted_until) > 0;
        return isMine ? this.entry.admission_token : null;
    }

    /** Enters, signing in first if need be; whoever has a place already is given that. */
    async enter() {
        const { answer } = await withCustomer(() => call("POST", this.#path, { triesMax: 5 }), "wait");
        this.#receive(answer);
        this.#follow();
    }

    /** After the session ended: signs in, and asks where I stand. */
    async resume() {
        await withCustomer(() => this.#look(), "wait");
        this.#follow();
    }

    /** Asks where I stand now. */
    refresh() {
        this.#asking ??= this.#ask().finally(() => {
            this.#asking = null;
        });
        return this.#asking;
    }

    async #ask() {
        this.#rest();
        try {
            await this.#look();
            this.#follow();
        } catch (error) {
            if (this.#stopped) return;
            if (error.status === 401) this.#leave();
            else if (error.status === 404) this.#missing();
            else this.#failed(error);
        }
    }

    async #look() {
        this.#receive(await get(`${this.#path}/current`, { admission: this.admissionToken, triesMax: 1 }));
        this.#failures = 0;
    }

    #receive(entry) {
        if (this.#stopped) return;
        this.#heardAt = Date.now();
        this.isConnected = true;
        this.isSignedOut = false;
        learnServerTime(entry.server_time);
        this.entry = entry;
        this.#become(entry.state);
    }

    #become(state) {
        this.state = state;
        this.#onChange(this);
    }

    /** Nobody is signed in. A session that ended by itself took nobody out of the line, and that is said. */
    #leave({ isChosen = false } = {}) {
        this.#rest();
        this.isSignedOut = !isChosen && (this.entry !== null || this.isSignedOut);
        this.entry = null;
        this.#become("outside");
    }

    /** No place, or no room any more. */
    #missing() {
        this.isOver = this.entry !== null;
        this.isSignedOut = false;
        this.entry = null;
        this.#become("outside");
    }

    /** The place stays; only the way to it is lost for a while. */
    #failed(error) {
        this.#failures += 1;
        this.isConnected = false;
        this.#onChange(this);
        const usual = Math.min(failurePauseMillisecondsMax, failurePauseMilliseconds * 2 ** (this.#failures - 1));
        this.#later(error instanceof ApiError && error.retryAfterSeconds ? error.retryAfterSeconds * 1000 : usual);
    }

    /** Goes on hearing: by a stream where that costs none of a browser's six connections, or where timers sleep. */
    #follow() {
        this.#rest();
        if (this.#stopped || this.state === "outside") return;
        if (this.state === "admitted") {
            // Nothing more happens until the turn is over.
            this.#later(Math.max(500, millisecondsUntil(this.entry.admitted_until) + 500), { exactly: true });
        } else if (this.state !== "expired") {
            const wantsStream = !prefersSocket() || document.visibilityState === "hidden";
            if (wantsStream && this.#streamFailures < streamFailuresMax) this.#listen();
            else this.#later(this.entry.poll_after_seconds * 1000, { exactly: true });
        }
    }

    #listen() {
        const source = new EventSource(`${this.#path}/current/stream`);
        this.#source = source;
        this.#heardAt = Date.now();
        this.#expectMessage();
        source.addEventListener("place", (message) => {
            this.#failures = 0;
            this.#streamFailures = 0;
            this.#expectMessage();
            this.#receive(JSON.parse(message.data));
        });
        source.addEventListener("closing", (message) => {
            const { reason, retry_after_seconds: seconds } = JSON.parse(message.data);
            this.#rest();
            if (reason === "over" && this.state === "admitted") this.#follow();
            else this.#later((seconds || 1) * 1000);
        });
        source.onerror = () => this.#loseStream();
    }

    /** A stream may die without a word: then nothing comes, and no error either. */
    #expectMessage() {
        clearTimeout(this.#silence);
        this.#silence = setTimeout(() => this.#loseStream(), silenceMillisecondsMax);
    }

    /** Asks soon; what is refused as a stream, or does not get through, is asked for without one after a few tries. */
    #loseStream() {
        this.#rest();
        this.#streamFailures += 1;
        this.#later(failurePauseMilliseconds);
    }

    #rest() {
        clearTimeout(this.#timer);
        clearTimeout(this.#silence);
        this.#source?.close();
        this.#source = null;
    }

    /** After a while; unless the time was given by the server for me alone, not at once with everybody else. */
    #later(milliseconds, { exactly = false } = {}) {
        if (this.#stopped) return;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(
            () => this.refresh(),
            exactly ? milliseconds : milliseconds * (0.6 + Math.random() * 0.8),
        );
    }

    /** Back from sleep or from another tab, or away to one: timers and streams may have died, or now do better. */
    #awake = () => {
        if (this.#stopped || this.state === "outside" || this.state === "unknown") return;
        const isSilent = Date.now() - this.#heardAt > silenceMillisecondsMax;
        if (document.visibilityState === "visible" && (isSilent || !this.isConnected)) this.refresh();
        else if (document.visibilityState === "hidden" && !this.#source) this.#follow();
    };
}
