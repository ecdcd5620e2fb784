// The same seats as a list: section, row, seats with state and price. Built and kept up to date where it is open.

import { h, setText } from "./dom.js";
import { money, t } from "./i18n.js";
import { seatFlag } from "./chart.js";
import { seatState } from "./store.js";

const stateNames = ["available", "held", "sold", "blocked"];

/** What a seat is for this visitor, in words. */
export function stateText(occasion, seat) {
    const { basket, store } = occasion;
    if (basket.asking.has(seat)) return t("state.asking");
    if (basket.holdOfSeat.has(seat)) return t("state.mine");
    if (basket.bought.has(seat)) return t("state.bought");
    return t(`state.${stateNames[store.stateOf(seat)]}`);
}

/** Name, state, price and what is special about a seat, as one sentence. */
export function seatSentence(occasion, seat) {
    const level = occasion.levelOf(seat);
    const flags = occasion.chart.flags[seat];
    return [
        occasion.nameOf(seat),
        stateText(occasion, seat),
        level && `${level.name} ${money(level.price)}`,
        flags & seatFlag.accessible && t("accessibleSeat"),
        flags & seatFlag.companion && t("companionSeat"),
        flags & seatFlag.restrictedView && t("restrictedView"),
    ].filter(Boolean).join(", ");
}

/** The list of an occasion. `element` goes on the page; `update(seats)` after changes; `stop()` at the end. */
export function buildSeatList(occasion, onPick) {
    const { chart, store } = occasion;
    const buttons = new Map();
    const counts = [];
    const pick = (event) => {
        const button = event.target.closest("button[data-seat]");
        if (button) onPick(Number(button.dataset.seat));
    };

    function drawSeat(seat) {
        const button = buttons.get(seat);
        const text = seatSentence(occasion, seat);
        if (button.getAttribute("aria-label") === text) return;
        button.setAttribute("aria-label", text);
        const isMine = occasion.basket.holdOfSeat.has(seat);
        button.dataset.state = occasion.basket.asking.has(seat)
            ? "asking"
            : isMine
            ? "mine"
            : stateNames[store.stateOf(seat)];
        button.setAttribute("aria-pressed", String(isMine));
        button.setAttribute("aria-disabled", String(!isMine && store.stateOf(seat) !== seatState.available));
    }

    function rowTitle({ name, seats }) {
        const isTable = chart.labels[seats[0]]?.includes(", table ");
        return name ? t(isTable ? "tableName" : "rowName", { row: name }) : "";
    }

    function fillSection(section, body) {
        body.append(
            ...section.rows.map((row) =>
                h(
                    "li",
                    {},
                    h("h4", {}, rowTitle(row)),
                    h(
                        "div.row-seats",
                        { role: "group", "aria-label": `${section.name} ${rowTitle(row)}` },
                        row.seats.map((seat) => {
                            const button = h(
                                "button.seat",
                                { type: "button", data: { seat: String(seat) } },
                                chart.shortLabels[seat],
                            );
                            buttons.set(seat, button);
                            drawSeat(seat);
                            return button;
                        }),
                    ),
                )
            ),
        );
    }

    const sections = chart.sections.map((section, index) => {
        const count = h("span.free-count");
        counts[index] = count;
        const body = h("ul.rows", { role: "list" });
        const details = h(
            "details.section",
            {
                ontoggle: () => {
                    if (details.open && !body.children.length) fillSection(section, body);
                },
            },
            h("summary", {}, h("span.section-name", {}, section.name), count),
            body,
        );
        return details;
    });
    const element = h("div.seat-list", { onclick: pick }, sections);

    function drawCounts() {
        chart.sections.forEach((_, index) =>
            setText(counts[index], store.isKnown ? t("freeCount", { count: store.freeInSection[index] }) : "…")
        );
    }

    let due = false;
    let changed = new Set();
    let all = false;
    function update(seats) {
        if (seats) { for (const seat of seats) changed.add(seat); }
        else all = true;
        if (due) return;
        due = true;
        // Merged twice a second: a list that twitches can't be read.
        setTimeout(() => {
            due = false;
            drawCounts();
            for (const seat of all ? buttons.keys() : changed) if (buttons.has(seat)) drawSeat(seat);
            changed = new Set();
            all = false;
        }, 250);
    }
    const unsubscribe = store.subscribe(update);
    drawCounts();
    return { element, update, stop: unsubscribe };
}
