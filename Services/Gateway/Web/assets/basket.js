// The seats that are mine: holds, what is being asked for, and the deadline of the earliest.

import { ApiError, call, get, getAll, newKey } from "./api.js";
import { callChallenged } from "./challenge.js";
import { millisecondsUntil, serverNow } from "./clock.js";
import { currentCustomer, onCustomer, withCustomer } from "./session.js";

/** One customer's holds in one performance. `onChange()` after each change; `onOutcome(name, details)` to say it. */
export class Basket {
    #performanceId;
    #onChange;
    #onOutcome;
    #admission;
    #timer = null;
    #unsubscribe;
    #refreshing = null;
    /** Grows with each hold that comes or goes here. */
    #version = 0;

    /** `admission()` answers what a hold is sent with, null while it is not my turn, undefined where nobody waits. */
    constructor({ performanceId, onChange, onOutcome, admission = () => undefined }) {
        this.#performanceId = performanceId;
        this.#onChange = onChange;
        this.#onOutcome = onOutcome;
        this.#admission = admission;
        this.holds = new Map();
        this.holdOfSeat = new Map();
        this.asking = new Set();
        this.bought = new Set();
        /** Until when others choose first, by the server's clock in milliseconds; 0 when nobody said so. */
        this.coolUntil = 0;
        this.#unsubscribe = onCustomer((customer) => customer ? this.refresh() : this.#forget());
    }

    stop() {
        clearTimeout(this.#timer);
        this.#unsubscribe();
    }

    /** Holds that can still be paid, the earliest deadline first. */
    get active() {
        return [...this.holds.values()].sort((a, b) => a.expires_at < b.expires_at ? -1 : 1);
    }

    /** The earliest deadline, or null. */
    get expiresAt() {
        return this.active[0]?.expires_at ?? null;
    }

    /** Sum of one of `subtotal`, `service_fee`, `total` over all holds, or null when there are none. */
    sum(member) {
        const holds = this.active;
        if (!holds.length) return null;
        const amount = holds.reduce((total, hold) => total + hold[member].amount_minor, 0);
        return { amount_minor: amount, currency: holds[0][member].currency };
    }

    /** Asks the server which holds are mine: after sign-in, sleep, a lost connection. */
    refresh() {
        if (!currentCustomer()) return Promise.resolve();
        this.#refreshing ??= this.#read().catch(() => {}).finally(() => {
            this.#refreshing = null;
        });
        return this.#refreshing;
    }

    async #read() {
        let items;
        let version;
        do {
            // An answer that was on its way while a hold came or went is older than what is known here.
            version = this.#version;
            items = await getAll(`/v1/holds?performance_id=${encodeURIComponent(this.#performanceId)}`, 200);
        } while (version !== this.#version);
        this.holds.clear();
        this.bought.clear();
        for (const hold of items) {
            if (hold.state === "completed") { for (const seat of hold.seat_indexes) this.bought.add(seat); }
            if (hold.state === "active" && millisecondsUntil(hold.expires_at) <= 0) continue;
            if (hold.state === "active" || hold.state === "paying") this.holds.set(hold.hold_id, hold);
        }
        this.#changed();
    }

    /** Asks for seats together: all or none. Resolves to the hold, or null. */
    async take(seatIndexes, reason = "choose") {
        const fresh = seatIndexes.filter((seat) => !this.asking.has(seat));
        if (fresh.length !== seatIndexes.length) return null;
        return this.#ask(seatIndexes, { seat_indexes: [...seatIndexes].sort((a, b) => a - b) }, reason);
    }

    /** Asks for the best seats that fit: side by side, unless `wishes.together` is false. */
    takeBest(wishes) {
        return this.#ask([], { best_available: { together: true, ...wishes } }, "choose");
    }

    async #ask(seatIndexes, body, reason) {
        for (const seat of seatIndexes) this.asking.add(seat);
        this.#onChange();
        const key = newKey();
        try {
            const { answer } = await withCustomer(() => {
                // The visitor may already have had one of these from before the sign-in.
                if (seatIndexes.some((seat) => this.holdOfSeat.has(seat))) return { answer: null };
                const admission = this.#admission();
                if (admission === null) throw new ApiError(403, { code: "admission_required" });
                return callChallenged("POST", `/v1/performances/${encodeURIComponent(this.#performanceId)}/holds`, {
                    body,
                    key,
                    admission,
                    triesMax: 5,
                    onChallenge: (seconds) => this.#onOutcome("challenged", { seconds }),
                });
            }, reason);
            if (answer) {
                this.#version += 1;
                this.holds.set(answer.hold_id, answer);
                this.#onOutcome("held", { hold: answer });
            }
            return answer;
        } catch (error) {
            if (error.code === "cooling_down") {
                this.coolUntil = serverNow() + (error.problem.retry_after_seconds ?? 0) * 1000;
            }
            if (error.code !== "not_signed_in") {
                this.#onOutcome("refused", { error, seatIndexes, wishes: body.best_available });
            }
            return null;
        } finally {
            for (const seat of seatIndexes) this.asking.delete(seat);
            this.#changed();
        }
    }

    /** Gives a hold's seats back. */
    async release(holdId) {
        const hold = this.holds.get(holdId);
        if (!hold || hold.seat_indexes.some((seat) => this.asking.has(seat))) return;
        for (const seat of hold.seat_indexes) this.asking.add(seat);
        this.#onChange();
        try {
            await withCustomer(() => call("DELETE", `/v1/holds/${encodeURIComponent(holdId)}`));
            this.#version += 1;
            this.holds.delete(holdId);
            this.#onOutcome("released", { hold });
        } catch (error) {
            if (error.status === 404 || ["hold_expired", "hold_released"].includes(error.code)) {
                this.holds.delete(holdId);
            } else this.#onOutcome("refused", { error, seatIndexes: [] });
        } finally {
            for (const seat of hold.seat_indexes) this.asking.delete(seat);
            this.#changed();
        }
    }

    /** Makes the order of all holds, or finds the one that there already is. Resolves to its id. */
    async order() {
        const holdIds = this.active.map((hold) => hold.hold_id);
        try {
            const { answer } = await withCustomer(() =>
                call("POST", "/v1/orders", { body: { hold_ids: holdIds }, key: newKey(), triesMax: 5 })
            );
            return answer.order_id;
        } catch (error) {
            if (error.code === "order_exists") return error.problem.order_id;
            await this.refresh();
            throw error;
        }
    }

    #forget() {
        this.#version += 1;
        this.holds.clear();
        this.bought.clear();
        this.coolUntil = 0;
        this.#changed();
    }

    #changed() {
        this.holdOfSeat.clear();
        for (const hold of this.holds.values()) {
            for (const seat of hold.seat_indexes) this.holdOfSeat.set(seat, hold.hold_id);
        }
        clearTimeout(this.#timer);
        const first = this.active.find((hold) => hold.state === "active");
        if (first) {
            this.#timer = setTimeout(() => this.#expire(), Math.max(200, millisecondsUntil(first.expires_at) + 100));
        }
        this.#onChange();
    }

    /** The deadline has come by the server's clock: what is over is dropped, and the server is asked. */
    async #expire() {
        const over = this.active.filter((hold) => hold.state === "active" && millisecondsUntil(hold.expires_at) <= 0);
        for (const hold of over) {
            const known = await get(`/v1/holds/${encodeURIComponent(hold.hold_id)}`, { triesMax: 1 }).catch(() =>
                null
            );
            if (known && ["active", "paying"].includes(known.state) && millisecondsUntil(known.expires_at) > 0) {
                this.holds.set(known.hold_id, known);
            } else if (known?.state === "paying") {
                this.holds.set(known.hold_id, known);
            } else {
                this.holds.delete(hold.hold_id);
                if (known?.state !== "completed") this.#onOutcome("expired", { hold });
            }
        }
        this.#changed();
    }
}
