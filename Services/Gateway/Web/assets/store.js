// The one truth about seats: epoch, sequence and every state. Counters, list and map derive from nothing else.

/** States as they come over the wire. */
export const seatState = { available: 0, held: 1, sold: 2, blocked: 3 };

/** Unpacks two bits a seat, seat 0 in the lowest bits of byte 0. */
export function unpackStates(base64, seatCount) {
    const bytes = atob(base64);
    const states = new Uint8Array(seatCount);
    for (let index = 0; index < seatCount; index += 1) {
        states[index] = (bytes.charCodeAt(index >> 2) >> ((index & 3) * 2)) & 3;
    }
    return states;
}

/** What is known of a performance's seats, at one sequence. */
export class SeatStore {
    #listeners = new Set();
    #sectionOf;
    #levelOf;

    /** `sectionOf` and `levelOf` say for each seat index which section and price level its counters are. */
    constructor({ seatCount, sectionOf, levelOf, sectionCount, levelCount }) {
        this.seatCount = seatCount;
        this.#sectionOf = sectionOf;
        this.#levelOf = levelOf;
        this.epoch = null;
        this.sequence = null;
        this.states = new Uint8Array(seatCount).fill(seatState.blocked);
        this.freeInSection = new Int32Array(sectionCount);
        this.freeInLevel = new Int32Array(levelCount);
        this.free = 0;
    }

    /** Whether anything has been heard yet. */
    get isKnown() {
        return this.epoch !== null;
    }

    /** Where to go on from, as `{epoch}.{sequence}`. */
    get position() {
        return this.isKnown ? `${this.epoch}.${this.sequence}` : null;
    }

    /** The state of one seat, a number of `seatState`. */
    stateOf(seatIndex) {
        return this.states[seatIndex];
    }

    /** Hears of each change: an array of the seats that changed, or null for all. */
    subscribe(listener) {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    /** Takes a snapshot, unless it is older than what is known. Answers `applied` or `ignored`. */
    receiveSnapshot({ epoch, sequence, states }) {
        if (this.epoch === epoch && sequence < this.sequence) return "ignored";
        if (this.isKnown && epoch < this.epoch) return "ignored";
        this.epoch = epoch;
        this.sequence = sequence;
        this.states = unpackStates(states, this.seatCount);
        this.#count();
        this.#tell(null);
        return "applied";
    }

    /** Takes a delta. Answers `applied`, `ignored` (already known) or `gap` (something between is missing: ask). */
    receiveDelta({ epoch, after_sequence: afterSequence, sequence, changes }) {
        if (epoch === this.epoch && sequence <= this.sequence) return "ignored";
        if (epoch !== this.epoch || afterSequence > this.sequence) return "gap";
        this.sequence = sequence;
        const changed = [];
        for (const [seatIndex, state] of changes) {
            const before = this.states[seatIndex];
            if (before === state || seatIndex >= this.seatCount) continue;
            const step = (state === seatState.available) - (before === seatState.available);
            this.states[seatIndex] = state;
            this.free += step;
            this.freeInSection[this.#sectionOf[seatIndex]] += step;
            this.freeInLevel[this.#levelOf[seatIndex]] += step;
            changed.push(seatIndex);
        }
        if (changed.length) this.#tell(changed);
        return "applied";
    }

    #count() {
        this.freeInSection.fill(0);
        this.freeInLevel.fill(0);
        this.free = 0;
        for (let index = 0; index < this.seatCount; index += 1) {
            if (this.states[index] !== seatState.available) continue;
            this.free += 1;
            this.freeInSection[this.#sectionOf[index]] += 1;
            this.freeInLevel[this.#levelOf[index]] += 1;
        }
    }

    #tell(changed) {
        for (const listener of [...this.#listeners]) listener(changed);
    }
}
