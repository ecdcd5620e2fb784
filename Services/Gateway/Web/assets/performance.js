// The performance screen: the map is the page.

import { millisecondsUntil } from "./clock.js";
import { h, icon, setText } from "./dom.js";
import { buildCoolLine, buildWaitingList } from "./fairness.js";
import { countdown, dateTime, t } from "./i18n.js";
import { problemText, say, toast } from "./notice.js";
import { openOccasion } from "./occasion.js";
import { paletteFor } from "./palette.js";
import { buildBest, buildChosen, buildLegend, buildStateKey } from "./panel.js";
import { buildSeatList } from "./seatlist.js";
import { showConnection } from "./shell.js";
import { Stage } from "./stage.js";
import { buildWaiting } from "./waiting.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const phone = matchMedia("(max-width: 820px)");

function scheme() {
    return dark.matches ? "dark" : "light";
}

function showFailure(main, error, again) {
    const missing = error.status === 404;
    main.replaceChildren(
        h(
            "section.page.empty",
            {},
            h("h1", {}, t(missing ? "notFound" : "cantLoad")),
            h("p", {}, missing ? t("notFoundHint") : problemText(error)),
            h(
                "p",
                {},
                missing
                    ? h("a.button.primary", { href: "/" }, t("toEvents"))
                    : h("button.button.primary", { type: "button", onclick: again }, t("tryAgain")),
            ),
        ),
    );
}

/** The line that says why nothing can be bought now, with the time until it can. */
function buildSaleLine(occasion) {
    const line = h("p.sale-line", { role: "status" });
    function draw() {
        const { sale_state: state, on_sale_at: onSaleAt } = occasion.performance;
        // Where there is a waiting room, that tells when it opens.
        line.hidden = state === "on_sale" || (state === "upcoming" && occasion.place !== null);
        if (state === "upcoming") {
            setText(line, t("opensIn", { time: countdown(millisecondsUntil(onSaleAt)), date: dateTime(onSaleAt) }));
        } else if (state !== "on_sale") setText(line, t(`saleHint.${state}`));
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

    const freeTotal = h("span.free-total");
    let palette = paletteFor(scheme(), chart.levels);
    const sale = buildSaleLine(occasion);
    const cool = buildCoolLine(occasion);
    const waitingList = buildWaitingList(occasion);
    const stage = new Stage({
        occasion,
        palette,
        whyNotNow,
        onSaleChanged: reloadSale,
    });
    const { map } = stage;
    // The page's own inspection hook: read-only, for tests and for curious people.
    window.boxOffice = Object.freeze({
        stateOf: (seat) => store.stateOf(seat),
        sequence: () => store.sequence,
        epoch: () => store.epoch,
        seatCount: chart.seatCount,
        seatCenter: (seat) => map.seatCenter(seat),
        zoomTo: (seat) => map.zoomTo(seat, false),
        fit: () => map.fit(false),
        isMine: (seat) => basket.holdOfSeat.has(seat),
        isAsking: (seat) => basket.asking.has(seat),
        labelOf: (seat) => chart.labels[seat],
        connection: () => live.state,
        place: () => occasion.place?.state ?? null,
        free: () => store.free,
        focusSeat: () => map.focusSeat,
        alternatives: () => stage.alternatives.map((group) => [...group]),
        positionOf: (seat) => [chart.x[seat], chart.y[seat]],
    });

    let wasInterrupted = false;
    function heard(name, details) {
        if (name === "connection") {
            showConnection(live);
            if (wasInterrupted || live.state !== "live") say(t(`connection.${live.state}`), "connection");
            wasInterrupted = live.state !== "live";
        } else if (name === "change") {
            drawAll();
        } else if (name === "outcome") {
            stage.outcome(details);
        } else if (name === "place") {
            drawPlace();
        }
    }

    // The waiting room

    let waiting = null;
    let placed = null;
    const waitingSlot = h("div");

    /** Shown as long as the performance has one; the pay line makes room for it until the turn has come. */
    function drawPlace() {
        const { place } = occasion;
        if (place !== placed) {
            placed = place;
            waiting = place && buildWaiting(place, { whenOpen: occasion.performance.waiting_room.opens_at });
            waitingSlot.replaceChildren(...(waiting ? [waiting.element] : []));
            if (place && phone.matches) setSheet(true);
        }
        waiting?.draw();
        const mustWait = place !== null && place.state !== "admitted";
        chosen.foot.hidden = mustWait && basket.active.length === 0;
        if (!place) return;
        const name = occasion.event?.title ?? chart.name;
        document.title = place.state === "admitted" ? `${t("wait.titleTurn")} · ${name}` : `${name} · ${t("brand")}`;
        if (!place.isOver) return;
        place.isOver = false;
        reloadSale();
    }

    function whyNotNow() {
        const { sale_state: state } = occasion.performance;
        if (occasion.place && state === "upcoming") return t("wait.notYet");
        if (state !== "on_sale") return sale.element.textContent || t("saleHint.ended");
        return occasion.place && !occasion.place.admissionToken ? t("wait.notYet") : null;
    }

    // The panel

    const legend = buildLegend(occasion, palette, (index) => map.useFilter(index));
    const seatList = buildSeatList(occasion, (seat) => stage.pick(seat));
    const chosen = buildChosen(occasion, {
        onPay: pay,
        onShow: (seats) => {
            map.show(seats);
            setSheet(false);
        },
    });
    const listBlock = h(
        "details.block.list-block",
        {},
        h("summary", {}, h("h2", {}, t("listTitle")), h("span.hint", {}, t("listHint"))),
        seatList.element,
    );
    let gripAt = 0;
    let wasDragged = false;
    const grip = h(
        "button.grip",
        {
            type: "button",
            "aria-expanded": "false",
            "aria-controls": "panel-body",
            onpointerdown: (event) => {
                gripAt = event.clientY;
                grip.setPointerCapture(event.pointerId);
            },
            onpointerup: (event) => {
                const moved = event.clientY - gripAt;
                if (Math.abs(moved) > 20) setSheet(moved < 0);
                wasDragged = Math.abs(moved) > 20;
            },
            onclick: () => {
                if (!wasDragged) setSheet(panel.dataset.open !== "true");
                wasDragged = false;
            },
        },
        h("span.unseen", {}, t("details")),
        icon("up"),
    );
    const body = h(
        "div.panel-body",
        { id: "panel-body" },
        h(
            "header.occasion",
            {},
            h("a.back", { href: "/" }, icon("back"), t("events")),
            h("h1", {}, occasion.event?.title ?? chart.name),
            h(
                "p.when",
                {},
                h("time", { datetime: occasion.performance.starts_at }, dateTime(occasion.performance.starts_at)),
            ),
            h("p.venue", {}, occasion.event?.venue?.name ?? chart.name),
            freeTotal,
            sale.element,
            cool.element,
        ),
        waitingSlot,
        chosen.body,
        legend.element,
        buildBest(occasion),
        waitingList.element,
        listBlock,
        buildStateKey(),
    );
    const panel = h(
        "aside.panel",
        { "aria-label": t("yourSeats"), data: { open: "false" } },
        grip,
        body,
        chosen.foot,
    );

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
        stage.drawOverlays();
        chosen.draw();
        seatList.update(null);
        panel.dataset.chosen = String(basket.active.length > 0);
        drawPlace();
    }

    function drawCounters() {
        legend.draw();
        setText(freeTotal, store.isKnown ? t("freeOf", { free: store.free, all: store.seatCount }) : "");
        stage.dropTakenAlternatives();
    }

    async function reloadSale() {
        await occasion.reload().catch(() => {});
        sale.draw();
    }

    function insets() {
        const covered = phone.matches && panel.dataset.open !== "true" ? panel.offsetHeight : 0;
        if (phone.matches && !covered) return;
        stage.element.style.setProperty("--covered", `${covered}px`);
        map.useInset({ bottom: covered + 12, left: 12, right: phone.matches ? 12 : 60, top: 12 });
    }

    // Life

    // Those who wait all see the same opening: the sale is asked about by each at another moment, as nobody is called
    // in the first seconds.
    const openingSpread = Math.random() * 15000;
    let saleAskedAt = 0;
    const seconds = setInterval(() => {
        chosen.tick();
        sale.draw();
        cool.draw();
        waiting?.tick();
        const { sale_state: state, on_sale_at: onSaleAt } = occasion.performance;
        const spread = occasion.place?.entry ? openingSpread : 0;
        const isOpening = state === "upcoming" && millisecondsUntil(onSaleAt) <= -spread;
        const mayChange = isOpening || state === "paused" || state === "sold_out";
        if (mayChange && Date.now() - saleAskedAt > (isOpening ? 2000 : 15000)) {
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
    const uncount = store.subscribe((changed) => {
        stage.tellOfFocus(changed);
        if (countersDue) return;
        countersDue = true;
        requestAnimationFrame(() => {
            countersDue = false;
            drawCounters();
        });
    });
    main.className = "performing";
    map.startView = occasion.view;
    main.replaceChildren(stage.element, panel);
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
        waitingList.stop();
        map.stop();
        delete window.boxOffice;
    };
}
