// The map with what lies on it: buttons, the tip, the bar after a lost seat; choosing and its outcomes.

import { h, icon } from "./dom.js";
import { countdown, money, number, t } from "./i18n.js";
import { SeatMap } from "./map.js";
import { problemText, say, toast } from "./notice.js";
import { seatSentence, stateText } from "./seatlist.js";
import { seatState } from "./store.js";

const stillness = matchMedia("(prefers-reduced-motion: reduce)");
const zoomStep = 1.7;

/** The stage of an occasion. `whyNotNow()` says why nothing can be chosen now, or null; `onSaleChanged()` asks again. */
export class Stage {
    #occasion;
    #whyNotNow;
    #onSaleChanged;
    #hovered = null;

    constructor({ occasion, palette, whyNotNow, onSaleChanged }) {
        this.#occasion = occasion;
        this.#whyNotNow = whyNotNow;
        this.#onSaleChanged = onSaleChanged;
        this.alternatives = [];
        this.canvas = h("canvas.seats", {
            tabindex: "0",
            role: "application",
            "aria-label": t("mapLabel"),
            "aria-describedby": "map-keys",
        });
        const minimap = h("canvas.minimap", { "aria-hidden": "true", hidden: true });
        this.tip = h("div.tip", { hidden: true, "aria-hidden": "true" });
        this.lostBar = h("div.lost-bar", { hidden: true });
        const zoomButton = (words, sign, onclick) =>
            h("button.icon-button", { type: "button", "aria-label": t(words), onclick }, icon(sign));
        this.element = h(
            "div.stage",
            {},
            this.canvas,
            h("p.unseen", { id: "map-keys" }, t("mapKeys")),
            minimap,
            this.tip,
            h(
                "div.map-buttons",
                { role: "group", "aria-label": t("zoom") },
                zoomButton("zoomIn", "plus", () => this.map.zoomBy(zoomStep)),
                zoomButton("zoomOut", "minus", () => this.map.zoomBy(1 / zoomStep)),
                zoomButton("zoomFit", "fit", () => this.map.fit()),
            ),
            this.lostBar,
        );
        this.map = new SeatMap({
            canvas: this.canvas,
            minimap,
            chart: occasion.chart,
            store: occasion.store,
            palette,
            countText: number,
            reducedMotion: () => stillness.matches,
            onPick: (seat) => this.pick(seat),
            onHover: (seat, section, at) => this.#hover(seat, section, at),
            onFocusSeat: (seat) => say(seatSentence(occasion, seat), "focus"),
        });
    }

    /** My seats, or what is being asked for, have changed. */
    drawOverlays() {
        const { basket } = this.#occasion;
        this.map.useOverlays({ mine: basket.holdOfSeat, asking: basket.asking, bought: basket.bought });
        if (this.#hovered) this.#hover(this.#hovered.seat, null, this.#hovered.at);
    }

    /** The seat that the keyboard stands on has changed under it. */
    tellOfFocus(changed) {
        const seat = this.map.focusSeat;
        if (seat >= 0 && this.map.showsFocus && changed?.includes(seat)) {
            say(seatSentence(this.#occasion, seat), "focus");
        }
    }

    /** Seats have changed: what is offered and no longer free is taken away. */
    dropTakenAlternatives() {
        const free = this.alternatives.filter((group) => this.#isFree(group));
        if (free.length === this.alternatives.length) return;
        this.alternatives = free;
        this.map.useAlternatives(free);
    }

    #isFree(group) {
        return group.every((seat) => this.#occasion.store.stateOf(seat) === seatState.available);
    }

    // Choosing

    /** A seat was pressed: free ones are asked for, mine are given back, of others it is said whose they are. */
    pick(seat) {
        const { basket } = this.#occasion;
        this.#hover(-1, null);
        if (basket.asking.has(seat)) return;
        const holdId = basket.holdOfSeat.get(seat);
        if (holdId) {
            this.#giveBack(basket.holds.get(holdId));
        } else if (!this.#isFree([seat])) {
            toast(`${this.#occasion.nameOf(seat)}: ${stateText(this.#occasion, seat)}`, { seconds: 3 });
        } else if (this.#whyNotNow()) {
            toast(this.#whyNotNow(), { seconds: 4 });
        } else {
            this.#take(this.alternatives.find((group) => group.includes(seat)) ?? [seat]);
        }
    }

    #take(seats) {
        this.#offer([]);
        this.#occasion.basket.take(seats);
    }

    #giveBack(hold) {
        const { basket } = this.#occasion;
        const count = hold.seat_indexes.length;
        if (hold.state === "paying") toast(t("problem.payment_in_progress"));
        else if (count === 1) basket.release(hold.hold_id);
        else {
            const action = { label: t("giveAllBack"), run: () => basket.release(hold.hold_id) };
            toast(t("groupBack", { count }), { action });
        }
    }

    /** Shows what came of asking. */
    outcome({ name, hold, error, seatIndexes, wishes, seconds }) {
        if (name === "held") {
            this.#offer([]);
            const names = hold.seat_indexes.map((seat) => this.#occasion.nameOf(seat)).join(", ");
            say(t("heldNow", { seat: names }), "outcome");
            if (!hold.seat_indexes.some((seat) => this.#isInSight(seat))) this.map.show(hold.seat_indexes);
        } else if (name === "challenged") {
            toast(t("challenged", { count: seconds }), { seconds: 5 });
        } else if (name === "released") {
            say(t("releasedNow"), "outcome");
        } else if (name === "expired") {
            toast(t("holdOver"), { kind: "problem", seconds: 12 });
        } else {
            this.#refused(error, seatIndexes, wishes);
        }
    }

    #refused(error, seatIndexes, wishes) {
        const { problem, code } = error;
        if (code === "seat_taken" || code === "seat_blocked") {
            this.#lost(problem.seat_indexes ?? seatIndexes, problem.alternatives ?? []);
            return;
        }
        let text = problemText(error);
        let action = null;
        if (code === "seat_limit_reached") {
            const count = problem.seats_max ?? this.#occasion.performance.seats_per_customer_max;
            text = t("problem.seat_limit_reached", { count });
        } else if (code === "not_enough_seats" && problem.largest_group) {
            if (wishes.together) {
                const apart = { ...wishes, together: false };
                text = t("largestGroup", { count: problem.largest_group });
                action = { label: t("sitApart"), run: () => this.#occasion.basket.takeBest(apart) };
            } else text = t("seatsLeft", { count: problem.largest_group });
        } else if (code === "cooling_down") {
            text = t("coolingDown", { time: countdown((problem.retry_after_seconds ?? 0) * 1000) });
        }
        toast(text, { kind: "problem", seconds: action ? 15 : 8, action });
        if (["not_on_sale", "sale_paused", "sale_ended"].includes(code)) this.#onSaleChanged();
        if (["admission_required", "admission_invalid"].includes(code)) {
            // A room may have been switched on, or the turn be over, since anybody here heard of it.
            this.#occasion.place?.refresh();
            this.#onSaleChanged();
        }
    }

    #lost(taken, alternatives) {
        this.map.flash(taken);
        const free = alternatives.filter((group) =>
            this.#isFree(group) && !group.some((seat) => taken.includes(seat))
        );
        this.#offer(free, taken);
        if (free.length) requestAnimationFrame(() => this.map.show([...taken, ...free.flat()]));
    }

    /** Outlines groups in place of lost seats, and says so in one sentence; without lost seats it puts all away. */
    #offer(groups, lostSeats = []) {
        this.alternatives = groups;
        this.map.useAlternatives(groups);
        this.lostBar.hidden = !lostSeats.length;
        if (this.lostBar.hidden) return;
        const sentence = t(groups.length ? "lostWithOthers" : "lostAll", { count: lostSeats.length });
        const close = { type: "button", "aria-label": t("close"), onclick: () => this.#offer([]) };
        this.lostBar.replaceChildren(
            h(
                "div.lost-head",
                {},
                h("p", {}, icon("alert"), sentence),
                h("button.icon-button.small", close, icon("close")),
            ),
            h(
                "div.others",
                {},
                groups.map((group, index) =>
                    h(
                        "button.button.quiet.other",
                        { type: "button", onclick: () => this.#take(group) },
                        h("span.number", { "aria-hidden": "true" }, String(index + 1)),
                        this.#groupName(group),
                    )
                ),
            ),
        );
        say(sentence, "lost");
    }

    #groupName(group) {
        const first = this.#occasion.nameOf(group[0]);
        return group.length === 1 ? first : `${first} +${number(group.length - 1)}`;
    }

    #isInSight(seat) {
        const { x, y } = this.map.seatCenter(seat);
        const { left, right, top, bottom } = this.canvas.getBoundingClientRect();
        return this.map.diameter >= 9 && x > left && x < right && y > top &&
            y < bottom - this.map.camera.inset.bottom;
    }

    // Pointing

    #hover(seat, section, at) {
        this.#hovered = seat >= 0 ? { seat, at } : null;
        this.tip.hidden = seat < 0 && !section;
        if (this.tip.hidden) return;
        const occasion = this.#occasion;
        if (seat >= 0) {
            const level = occasion.levelOf(seat);
            const words = [level && `${level.name} · ${money(level.price)}`, stateText(occasion, seat)];
            this.#drawTip(occasion.nameOf(seat), words.filter(Boolean).join(" · "), at);
        } else {
            const free = occasion.store.freeInSection[section.index];
            this.#drawTip(section.name, t("freeOf", { free, all: section.seats.length }), at);
        }
    }

    #drawTip(title, words, at) {
        this.tip.replaceChildren(h("strong", {}, title), h("span", {}, words));
        const x = Math.min(Math.max(at.x, 110), this.element.clientWidth - 110);
        this.tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(at.y - 16)}px) translate(-50%, -100%)`;
    }
}
