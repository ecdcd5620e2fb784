// The performance screen: the map is the page.

import { millisecondsUntil } from "./clock.js";
import { h, icon, setText } from "./dom.js";
import { countdown, dateTime, money, number, t } from "./i18n.js";
import { SeatMap } from "./map.js";
import { problemText, say, toast } from "./notice.js";
import { openOccasion } from "./occasion.js";
import { paletteFor } from "./palette.js";
import { buildBest, buildChosen, buildLegend, buildStateKey } from "./panel.js";
import { buildSeatList, seatSentence, stateText } from "./seatlist.js";
import { showConnection } from "./shell.js";
import { seatState } from "./store.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const stillness = matchMedia("(prefers-reduced-motion: reduce)");
const phone = matchMedia("(max-width: 820px)");

function scheme() {
    return dark.matches ? "dark" : "light";
}

function showFailure(main, error, again) {
    const missing = error.status === 404;
    main.replaceChildren(h("section.page.empty", {}, h("h1", {}, t(missing ? "notFound" : "cantLoad")),
        h("p", {}, missing ? t("notFoundHint") : problemText(error)),
        h("p", {}, missing ? h("a.button.primary", { href: "/" }, t("toEvents"))
            : h("button.button.primary", { type: "button", onclick: again }, t("tryAgain")))));
}

/** The line that says why nothing can be bought now, with the time until it can. */
function buildSaleLine(occasion) {
    const line = h("p.sale-line", { role: "status" });
    function draw() {
        const { sale_state: state, on_sale_at: onSaleAt } = occasion.performance;
        line.hidden = state === "on_sale";
        if (state === "upcoming") setText(line, t("opensIn", { time: countdown(millisecondsUntil(onSaleAt)), date: dateTime(onSaleAt) }));
        else if (state !== "on_sale") setText(line, t(`saleHint.${state}`));
    }
    draw();
    return { element: line, draw };
}

/** Shows the performance screen. */
export async function showPerformance(main, performanceId, { go, isCurrent }) {
    let occasion;
    try {
        occasion = await openOccasion(performanceId);
    } catch (error) {
        if (isCurrent()) showFailure(main, error, () => go(location.pathname, { replace: true }));
        return undefined;
    }
    if (!isCurrent()) return undefined;
    const { chart, store, basket, live } = occasion;

    const canvas = h("canvas.seats", { tabindex: "0", role: "application", "aria-label": t("mapLabel"), "aria-describedby": "map-keys" });
    const minimap = h("canvas.minimap", { "aria-hidden": "true", hidden: true });
    const tip = h("div.tip", { hidden: true, "aria-hidden": "true" });
    const lostBar = h("div.lost-bar", { hidden: true });
    const freeTotal = h("span.free-total");
    let palette = paletteFor(scheme(), chart.levels);
    let alternatives = [];

    const stage = h("div.stage", {}, canvas, h("p.unseen", { id: "map-keys" }, t("mapKeys")), minimap, tip,
        h("div.map-buttons", { role: "group", "aria-label": t("zoom") },
            h("button.icon-button", { type: "button", "aria-label": t("zoomIn"), onclick: () => map.zoomBy(1.7) }, icon("plus")),
            h("button.icon-button", { type: "button", "aria-label": t("zoomOut"), onclick: () => map.zoomBy(1 / 1.7) }, icon("minus")),
            h("button.icon-button", { type: "button", "aria-label": t("zoomFit"), onclick: () => map.fit() }, icon("fit"))),
        lostBar);

    const map = new SeatMap({
        canvas, minimap, chart, store, palette, countText: number,
        reducedMotion: () => stillness.matches,
        onPick: pick, onHover: hover, onFocusSeat: (seat) => { if (seat >= 0) say(seatSentence(occasion, seat), "focus"); },
    });
    // The page's own inspection hook: read-only, for tests and for curious people.
    window.boxOffice = Object.freeze({
        stateOf: (seat) => store.stateOf(seat), sequence: () => store.sequence, epoch: () => store.epoch,
        seatCount: chart.seatCount, seatCenter: (seat) => map.seatCenter(seat), zoomTo: (seat) => map.zoomTo(seat, false),
        fit: () => map.fit(false), isMine: (seat) => basket.holdOfSeat.has(seat), isAsking: (seat) => basket.asking.has(seat),
        labelOf: (seat) => chart.labels[seat], connection: () => live.state, free: () => store.free, focusSeat: () => map.focusSeat,
        alternatives: () => alternatives.map((group) => [...group]), positionOf: (seat) => [chart.x[seat], chart.y[seat]],
    });

    // Choosing

    let hovered = null;
    function pick(seat) {
        hover(-1, null);
        if (basket.asking.has(seat)) return;
        const holdId = basket.holdOfSeat.get(seat);
        if (holdId) {
            giveBack(basket.holds.get(holdId));
            return;
        }
        const group = alternatives.find((entry) => entry.includes(seat));
        if (store.stateOf(seat) !== seatState.available) {
            const text = `${occasion.nameOf(seat)}: ${stateText(occasion, seat)}`;
            toast(text, { seconds: 3 });
            return;
        }
        if (occasion.performance.sale_state !== "on_sale") {
            toast(sale.element.textContent || t("saleHint.ended"), { seconds: 4 });
            return;
        }
        useAlternatives([]);
        basket.take(group ?? [seat]);
    }

    function giveBack(hold) {
        if (hold.state === "paying") {
            toast(t("problem.payment_in_progress"));
        } else if (hold.seat_indexes.length === 1) {
            basket.release(hold.hold_id);
        } else {
            toast(t("groupBack", { count: hold.seat_indexes.length }),
                { action: { label: t("giveAllBack"), run: () => basket.release(hold.hold_id) } });
        }
    }

    function useAlternatives(groups, lostSeats = []) {
        alternatives = groups;
        map.useAlternatives(groups);
        lostBar.hidden = !lostSeats.length;
        if (lostBar.hidden) return;
        const sentence = groups.length ? t("lostWithOthers", { count: lostSeats.length }) : t("lostAll", { count: lostSeats.length });
        lostBar.replaceChildren(h("div.lost-head", {}, h("p", {}, icon("alert"), sentence),
            h("button.icon-button.small", { type: "button", "aria-label": t("close"), onclick: () => useAlternatives([]) }, icon("close"))),
        h("div.others", {}, groups.map((group, index) => h("button.button.quiet.other", { type: "button",
            onclick: () => { useAlternatives([]); basket.take(group); } },
        h("span.number", { "aria-hidden": "true" }, String(index + 1)), groupName(group)))));
        say(sentence, "lost");
    }

    function groupName(group) {
        return group.length === 1 ? occasion.nameOf(group[0]) : `${occasion.nameOf(group[0])} +${number(group.length - 1)}`;
    }

    function heard(name, details) {
        if (name === "connection") {
            showConnection(live);
            say(t(`connection.${live.state}`), "connection");
        } else if (name === "change") {
            drawAll();
        } else if (name === "outcome") {
            outcome(details);
        }
    }

    function outcome({ name, hold, error, seatIndexes }) {
        if (name === "held") {
            useAlternatives([]);
            say(t("heldNow", { seat: hold.seat_indexes.map((seat) => occasion.nameOf(seat)).join(", ") }), "outcome");
            if (!hold.seat_indexes.some((seat) => isInSight(seat))) map.show(hold.seat_indexes);
        } else if (name === "released") {
            say(t("releasedNow"), "outcome");
        } else if (name === "expired") {
            toast(t("holdOver"), { kind: "problem", seconds: 12 });
        } else if (error.code === "seat_taken" || error.code === "seat_blocked") {
            const taken = error.problem.seat_indexes ?? seatIndexes;
            map.flash(taken);
            const free = (error.problem.alternatives ?? []).filter((group) =>
                group.every((seat) => store.stateOf(seat) === seatState.available));
            useAlternatives(free, taken);
            if (free.length) requestAnimationFrame(() => map.show([...taken, ...free.flat()]));
        } else if (error.code === "seat_limit_reached") {
            toast(t("problem.seat_limit_reached", { count: error.problem.seats_max ?? occasion.performance.seats_per_customer_max }),
                { kind: "problem" });
        } else if (error.code === "not_enough_seats") {
            const most = error.problem.largest_group ?? 0;
            toast(most ? t("largestGroup", { count: most }) : t("problem.not_enough_seats"), { kind: "problem", seconds: 8 });
        } else {
            toast(problemText(error), { kind: "problem", seconds: 8 });
            if (["not_on_sale", "sale_paused", "sale_ended"].includes(error.code)) reloadSale();
        }
    }

    function isInSight(seat) {
        const { x, y } = map.seatCenter(seat);
        const box = canvas.getBoundingClientRect();
        return map.diameter >= 9 && x > box.left && x < box.right && y > box.top && y < box.bottom - map.camera.inset.bottom;
    }

    // Pointing

    function hover(seat, section, at) {
        hovered = seat >= 0 ? { seat, at } : null;
        tip.hidden = seat < 0 && !section;
        if (tip.hidden) return;
        const level = seat >= 0 ? occasion.levelOf(seat) : null;
        tip.replaceChildren(...(seat >= 0
            ? [h("strong", {}, occasion.nameOf(seat)), h("span", {}, [level && `${level.name} · ${money(level.price)}`,
                stateText(occasion, seat)].filter(Boolean).join(" · "))]
            : [h("strong", {}, section.name), h("span", {}, t("freeOf", {
                free: store.freeInSection[chart.sections.indexOf(section)], all: section.seats.length }))]));
        const x = Math.min(Math.max(at.x, 110), stage.clientWidth - 110);
        tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(at.y - 16)}px) translate(-50%, -100%)`;
    }

    // The panel

    const legend = buildLegend(occasion, palette, (index) => map.useFilter(index));
    const seatList = buildSeatList(occasion, pick);
    const chosen = buildChosen(occasion, { onPay: pay, onShow: (seats) => { map.show(seats); setSheet(false); } });
    const sale = buildSaleLine(occasion);
    const listBlock = h("details.block.list-block", {}, h("summary", {}, h("h2", {}, t("listTitle")), h("span.hint", {}, t("listHint"))),
        seatList.element);
    let gripAt = 0;
    let wasDragged = false;
    const grip = h("button.grip", { type: "button", "aria-expanded": "false", "aria-controls": "panel-body",
        onpointerdown: (event) => { gripAt = event.clientY; grip.setPointerCapture(event.pointerId); },
        onpointerup: (event) => {
            const moved = event.clientY - gripAt;
            if (Math.abs(moved) > 20) setSheet(moved < 0);
            wasDragged = Math.abs(moved) > 20;
        },
        onclick: () => { if (!wasDragged) setSheet(panel.dataset.open !== "true"); wasDragged = false; } }, h("span.unseen", {}, t("details")), icon("up"));
    const body = h("div.panel-body", { id: "panel-body" },
        h("header.occasion", {}, h("a.back", { href: "/" }, icon("back"), t("events")),
            h("h1", {}, occasion.event?.title ?? chart.name),
            h("p.when", {}, h("time", { datetime: occasion.performance.starts_at }, dateTime(occasion.performance.starts_at))),
            h("p.venue", {}, occasion.event?.venue?.name ?? chart.name), freeTotal, sale.element),
        chosen.body, legend.element, buildBest(occasion), listBlock, buildStateKey());
    const panel = h("aside.panel", { "aria-label": t("yourSeats"), data: { open: "false" } }, grip, body, chosen.foot);

    function setSheet(open) {
        panel.dataset.open = String(open);
        grip.setAttribute("aria-expanded", String(open));
    }

    async function pay(button) {
        if (button.dataset.busy) return;
        button.dataset.busy = "true";
        button.disabled = true;
        setText(button, t("oneMoment"));
        try {
            go(`/orders/${encodeURIComponent(await basket.order())}`);
        } catch (error) {
            toast(problemText(error), { kind: "problem" });
        } finally {
            delete button.dataset.busy;
            chosen.draw();
        }
    }

    function drawAll() {
        map.useOverlays({ mine: basket.holdOfSeat, asking: basket.asking, bought: basket.bought });
        chosen.draw();
        seatList.update(null);
        panel.dataset.chosen = String(basket.active.length > 0);
        if (hovered) hover(hovered.seat, null, hovered.at);
    }

    function drawCounters() {
        legend.draw();
        setText(freeTotal, store.isKnown ? t("freeOf", { free: store.free, all: store.seatCount }) : "");
        const still = alternatives.filter((group) => group.every((seat) => store.stateOf(seat) === seatState.available));
        if (still.length !== alternatives.length) {
            alternatives = still;
            map.useAlternatives(still);
        }
    }

    async function reloadSale() {
        await occasion.reload().catch(() => {});
        sale.draw();
    }

    function insets() {
        const covered = phone.matches && panel.dataset.open !== "true" ? panel.offsetHeight : 0;
        if (phone.matches && !covered) return;
        map.useInset({ bottom: covered + 12, left: 12, right: phone.matches ? 12 : 60, top: 12 });
    }

    // Life

    let saleAskedAt = 0;
    const seconds = setInterval(() => {
        chosen.tick();
        sale.draw();
        const { sale_state: state, on_sale_at: onSaleAt } = occasion.performance;
        if (state === "upcoming" && millisecondsUntil(onSaleAt) <= 0 && Date.now() - saleAskedAt > 2000) {
            saleAskedAt = Date.now();
            reloadSale();
        }
    }, 250);
    const sizes = new ResizeObserver(insets);
    sizes.observe(panel);
    const recolor = () => {
        palette = paletteFor(scheme(), chart.levels);
        map.usePalette(palette);
        legend.usePalette(palette);
    };
    dark.addEventListener("change", recolor);
    phone.addEventListener("change", insets);
    const unlisten = occasion.listen(heard);
    let countersDue = false;
    const uncount = store.subscribe(() => {
        if (countersDue) return;
        countersDue = true;
        requestAnimationFrame(() => { countersDue = false; drawCounters(); });
    });
    main.className = "performing";
    map.startView = occasion.view;
    main.replaceChildren(stage, panel);
    showConnection(live);
    drawAll();
    drawCounters();

    return () => {
        const { isZoomed, k, tx, ty } = map.camera;
        occasion.view = isZoomed ? { k, tx, ty } : null;
        clearInterval(seconds);
        dark.removeEventListener("change", recolor);
        phone.removeEventListener("change", insets);
        sizes.disconnect();
        unlisten();
        uncount();
        seatList.stop();
        map.stop();
        delete window.boxOffice;
    };
}
