// Beside the map, or below it on a phone: price levels that filter, best seats, my seats, countdown, one button.

import { millisecondsUntil } from "./clock.js";
import { h, icon, setText } from "./dom.js";
import { countdown, money, t } from "./i18n.js";
import { say } from "./notice.js";

const warnSeconds = [120, 60, 30];

/** The legend: price levels with how much is free. Choosing one dims the others on the map. */
export function buildLegend(occasion, palette, onFilter) {
    const { chart, store, performance } = occasion;
    let chosen = null;
    const entries = chart.levels.map((level) => ({
        level,
        priced: performance.price_levels
            .find((entry) => entry.price_level_id === level.price_level_id),
    })).filter((entry) => entry.priced);
    const buttons = entries.map(({ level, priced }) => {
        const swatch = h("span.swatch", { "aria-hidden": "true" });
        swatch.style.borderColor = palette.levels[level.index];
        const free = h("span.free-count");
        const button = h(
            "button.level",
            {
                type: "button",
                "aria-pressed": "false",
                onclick: () => choose(level.index),
            },
            swatch,
            h("span.level-name", {}, priced.name),
            free,
            h("span.level-price", {}, money(priced.price)),
        );
        return { button, free, swatch, index: level.index };
    });
    const reset = h("button.link", { type: "button", hidden: true, onclick: () => choose(null) }, t("showAll"));

    function choose(index) {
        chosen = index === chosen ? null : index;
        for (const entry of buttons) entry.button.setAttribute("aria-pressed", String(entry.index === chosen));
        reset.hidden = chosen === null;
        onFilter(chosen);
    }

    function draw() {
        for (const entry of buttons) {
            setText(entry.free, store.isKnown ? t("freeCount", { count: store.freeInLevel[entry.index] }) : "");
        }
    }

    draw();
    return {
        element: h(
            "section.block",
            { "aria-labelledby": "legend-title" },
            h("div.block-head", {}, h("h2", { id: "legend-title" }, t("prices")), reset),
            h("div.levels", {}, buttons.map((entry) => entry.button)),
        ),
        draw,
        usePalette(next) {
            for (const entry of buttons) entry.swatch.style.borderColor = next.levels[entry.index];
        },
    };
}

/** What each form of a seat means. */
export function buildStateKey() {
    const states = ["available", "asking", "mine", "held", "sold", "blocked"];
    return h(
        "ul.state-key",
        { role: "list", "aria-label": t("stateKey") },
        states.map((state) => h("li", {}, h(`span.form.${state}`, { "aria-hidden": "true" }), t(`state.${state}`))),
    );
}

/** The form that asks for the best seats. */
export function buildBest(occasion) {
    const { chart, performance } = occasion;
    const most = Math.max(1, Math.min(performance.seats_per_customer_max, 20));
    const quantity = h("output", { id: "best-quantity" }, "2");
    let count = Math.min(2, most);
    const step = (by) => {
        count = Math.max(1, Math.min(most, count + by));
        setText(quantity, String(count));
        fewer.disabled = count === 1;
        more.disabled = count === most;
    };
    const fewer = h(
        "button.icon-button",
        { type: "button", "aria-label": t("fewer"), onclick: () => step(-1) },
        icon("minus"),
    );
    const more = h(
        "button.icon-button",
        { type: "button", "aria-label": t("moreSeats"), onclick: () => step(1) },
        icon("plus"),
    );
    step(0);
    const level = h(
        "select",
        { id: "best-level" },
        h("option", { value: "" }, t("anyPrice")),
        performance.price_levels.map((entry) =>
            h("option", { value: entry.price_level_id }, `${entry.name} · ${money(entry.price)}`)
        ),
    );
    const section = h(
        "select",
        { id: "best-section" },
        h("option", { value: "" }, t("anySection")),
        chart.sections.filter((entry) => entry.seats.length).map((entry) =>
            h("option", { value: entry.id }, entry.name)
        ),
    );
    const accessible = h("input", { type: "checkbox", id: "best-accessible" });
    const button = h("button.button.wide", { type: "submit" }, t("findBest"));
    const form = h(
        "form.best",
        {
            onsubmit: async (event) => {
                event.preventDefault();
                button.disabled = true;
                setText(button, t("asking"));
                await occasion.basket.takeBest({
                    quantity: count,
                    ...(level.value && { price_level_id: level.value }),
                    ...(section.value && { section_id: section.value }),
                    ...(accessible.checked && { accessible: true }),
                });
                button.disabled = false;
                setText(button, t("findBest"));
            },
        },
        h(
            "div.best-line",
            {},
            h("span.label", { id: "best-quantity-label" }, t("howMany")),
            h("div.stepper", { role: "group", "aria-labelledby": "best-quantity-label" }, fewer, quantity, more),
        ),
        h(
            "div.field-pair",
            {},
            h("div.field", {}, h("label", { for: "best-level" }, t("price")), level),
            h("div.field", {}, h("label", { for: "best-section" }, t("section")), section),
        ),
        h("label.check", {}, accessible, h("span", {}, t("accessibleOnly"))),
        button,
    );
    return h(
        "details.block.best-block",
        {},
        h("summary", {}, h("h2", {}, t("bestTitle")), h("span.hint", {}, t("bestHint"))),
        form,
    );
}

/** The chosen seats, the sum, the countdown and the button. `onPay(button)` when it is pressed. */
export function buildChosen(occasion, { onPay, onShow }) {
    const { basket } = occasion;
    const list = h("ul.chosen", { role: "list" });
    const empty = h("p.hint", {}, t("noneChosen"));
    const lines = h("dl.sums");
    const clock = h("span.clock", { role: "timer" });
    const clockLine = h("p.clock-line", { hidden: true }, h("span", {}, t("heldFor")), clock);
    const button = h("button.button.primary.wide.pay", { type: "button", onclick: () => onPay(button) });
    let warned = new Set();

    function seatLine(hold) {
        const isAsking = hold.seat_indexes.some((seat) => basket.asking.has(seat));
        const names = hold.seat_indexes.map((seat) => occasion.nameOf(seat));
        const level = occasion.levelOf(hold.seat_indexes[0]);
        return h(
            "li",
            { data: { asking: String(isAsking) } },
            h(
                "button.chosen-name",
                {
                    type: "button",
                    title: t("showOnMap"),
                    onclick: () => onShow(hold.seat_indexes),
                },
                names.map((name) => h("span", {}, name)),
                h("small", {}, level?.name ?? ""),
            ),
            h("span.amount", {}, money(hold.subtotal)),
            h("button.icon-button.small", {
                type: "button",
                disabled: isAsking || hold.state === "paying",
                "aria-label": t("giveBack", { seat: names.join(", ") }),
                onclick: () => basket.release(hold.hold_id),
            }, icon("close")),
        );
    }

    function draw() {
        const holds = basket.active;
        const focused = list.contains(document.activeElement);
        list.replaceChildren(...holds.map(seatLine));
        if (focused && !list.contains(document.activeElement)) (list.querySelector("button") ?? button).focus();
        empty.hidden = holds.length > 0;
        const subtotal = basket.sum("subtotal");
        lines.hidden = !subtotal;
        if (subtotal) {
            const fee = basket.sum("service_fee");
            lines.replaceChildren(
                h("div", {}, h("dt", {}, t("subtotal")), h("dd", {}, money(subtotal))),
                ...(fee.amount_minor > 0
                    ? [h("div", {}, h("dt", {}, t("serviceFee")), h("dd", {}, money(fee)))] : []),
                h("div.total", {}, h("dt", {}, t("total")), h("dd", {}, money(basket.sum("total")))),
            );
        }
        const seats = holds.reduce((sum, hold) => sum + hold.seat_indexes.length, 0);
        if (!button.dataset.busy) {
            button.disabled = !seats;
            setText(
                button,
                seats ? t("payAmount", { count: seats, amount: money(basket.sum("total")) }) : t("chooseSeats"),
            );
        }
        tick();
    }

    function tick() {
        const until = basket.active.find((hold) => hold.state === "active")?.expires_at;
        clockLine.hidden = !until;
        if (!until) {
            warned = new Set();
            return null;
        }
        const left = millisecondsUntil(until);
        setText(clock, countdown(left));
        clockLine.classList.toggle("hurry", left < 60000);
        for (const seconds of warnSeconds) {
            if (left / 1000 <= seconds && left / 1000 > seconds - 5 && !warned.has(seconds)) {
                warned.add(seconds);
                say(t("timeLeft", { time: countdown(seconds * 1000) }), "clock");
            }
        }
        return left;
    }

    draw();
    return {
        body: h(
            "section.block",
            { "aria-labelledby": "chosen-title" },
            h("h2", { id: "chosen-title" }, t("yourSeats")),
            empty,
            list,
            lines,
        ),
        foot: h("div.pay-line", {}, clockLine, button),
        button,
        draw,
        tick,
    };
}
