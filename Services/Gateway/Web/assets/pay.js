// The pay screen: seats, fee, total, the provider's card form; asks until the outcome is known, and never pays twice.

import { call, get, isAskAgain, pause } from "./api.js";
import { beginAttempt, endAttempt, keptAttempt } from "./attempt.js";
import { cardForm, needsOwnDocument } from "./cardform.js";
import { millisecondsUntil } from "./clock.js";
import { h, icon, setText } from "./dom.js";
import { countdown, dateTime, money, t } from "./i18n.js";
import { problemText, say } from "./notice.js";
import { openOccasion } from "./occasion.js";
import { isRefunding, refundParts } from "./refunds.js";
import { currentCustomer, needCustomer, onCustomer, withCustomer } from "./session.js";
import { showConnection } from "./shell.js";
import { ticketCard } from "./tickets.js";

const openPaymentStates = ["pending", "unknown", "requires_action"];
const askEveryMilliseconds = 1200;

function openPayment(order) {
    return order.payments?.findLast((payment) => openPaymentStates.includes(payment.state)) ?? null;
}

/** Only addresses of the web may be opened for a confirmation. */
function safeAddress(url) {
    try {
        const address = new URL(url, location.href);
        return ["https:", "http:"].includes(address.protocol) ? address.href : null;
    } catch {
        return null;
    }
}

/** Shows the order: to be paid, being asked about, paid, or over. */
export async function showOrder(main, orderId, { go, isCurrent }) {
    if (!currentCustomer() && !await needCustomer("order")) {
        if (isCurrent()) {
            main.replaceChildren(
                h(
                    "section.page.empty",
                    {},
                    h("h1", {}, t("signInTitle")),
                    h("p", {}, t("signReason.order")),
                    h("button.button.primary", {
                        type: "button",
                        onclick: () => go(location.pathname, { replace: true }),
                    }, t("signIn")),
                ),
            );
        }
        return undefined;
    }
    const path = `/v1/orders/${encodeURIComponent(orderId)}`;
    let order;
    let holds = [];
    let occasion;
    let description;
    try {
        order = await withCustomer(() => get(path), "order");
        [description, occasion, holds] = await Promise.all([
            get("/v1/payment-form").catch(() => ({ provider: null })),
            openOccasion(order.performance_id),
            Promise.all(order.hold_ids.map((id) => get(`/v1/holds/${encodeURIComponent(id)}`).catch(() => null))),
        ]);
        holds = holds.filter(Boolean);
    } catch (error) {
        if (isCurrent()) {
            main.replaceChildren(
                h(
                    "section.page.empty",
                    {},
                    h("h1", {}, t(error.status === 404 ? "notFound" : "cantLoad")),
                    h("p", {}, problemText(error)),
                    h("p", {}, h("a.button.primary", { href: "/tickets" }, t("tickets"))),
                ),
            );
        }
        return undefined;
    }
    if (!isCurrent()) return undefined;
    if (order.state === "pending" && order.total.amount_minor > 0 && needsOwnDocument(description)) {
        location.reload();
        return undefined;
    }
    showConnection(occasion.live);

    let left = false;
    let asking = false;
    const screen = h("section.page.order");
    const clock = h("strong.clock", { role: "timer" });
    const clockLine = h("p.clock-line", {}, t("heldFor"), " ", clock);

    function summary() {
        const seats = holds.flatMap((hold) => hold.seat_indexes);
        const sum = (member) =>
            holds.length
                ? {
                    currency: order.total.currency,
                    amount_minor: holds.reduce((total, hold) => total + hold[member].amount_minor, 0),
                }
                : null;
        const fee = sum("service_fee");
        return h(
            "aside.summary",
            { "aria-labelledby": "summary-title" },
            h("h2", { id: "summary-title" }, occasion.event?.title ?? occasion.chart.name),
            h(
                "p",
                {},
                h("time", { datetime: occasion.performance.starts_at }, dateTime(occasion.performance.starts_at)),
                h("br"),
                occasion.event?.venue?.name ?? "",
            ),
            h(
                "ul.chosen",
                { role: "list" },
                seats.map((seat) => {
                    const level = occasion.levelOf(seat);
                    return h(
                        "li",
                        {},
                        h(
                            "span.chosen-name",
                            {},
                            h("span", {}, occasion.nameOf(seat)),
                            h("small", {}, level?.name ?? ""),
                        ),
                        h("span.amount", {}, level ? money(level.price) : ""),
                    );
                }),
            ),
            h(
                "dl.sums",
                {},
                sum("subtotal") && h("div", {}, h("dt", {}, t("subtotal")), h("dd", {}, money(sum("subtotal")))),
                fee?.amount_minor > 0 && h("div", {}, h("dt", {}, t("serviceFee")), h("dd", {}, money(fee))),
                h("div.total", {}, h("dt", {}, t("total")), h("dd", {}, money(order.total))),
            ),
        );
    }

    function frame(title, ...content) {
        screen.replaceChildren(
            h("header.page-head", {}, h("h1", { tabindex: "-1" }, title)),
            h("div.columns", {}, h("div.pay-column", {}, content), summary()),
        );
    }

    function drawForm(problem = null) {
        asking = false;
        const { form, button, problem: notice } = cardForm(description, pay, order.total);
        if (problem) {
            notice.hidden = false;
            setText(notice, problem);
        }
        frame(
            t("payTitle"),
            clockLine,
            form,
            h(
                "p.center",
                {},
                h("a", { href: `/performances/${encodeURIComponent(order.performance_id)}` }, t("backToMap")),
            ),
        );
        drawForm.button = button;
        if (problem) notice.focus();
        tick();
    }

    function drawAsking(payment, words = t("askingPayment")) {
        const action = payment?.state === "requires_action" ? safeAddress(payment.next_action?.url) : null;
        frame(
            t(action ? "confirmTitle" : "askingTitle"),
            h(
                "div.notice.calm",
                { role: "status" },
                h("span.spinner", { "aria-hidden": "true" }),
                h("div", {}, h("p", {}, action ? t("confirmHint") : words), h("p.hint", {}, t("neverTwice"))),
            ),
            action &&
                h("a.button.primary.wide", { href: action, target: "_blank", rel: "noopener" }, t("confirmNow")),
        );
    }

    /** An order that bought tickets: good ones, such whose money is on its way back, and such that are gone. */
    function drawBought() {
        endAttempt(orderId);
        asking = false;
        const isWhole = order.state === "paid" && !isRefunding(order);
        const isCancelled = occasion.performance.sale_state === "cancelled";
        const wasRead = screen.querySelector("h1") === document.activeElement;
        const title = t(
            isWhole
                ? (order.total.amount_minor > 0 ? "paidTitle" : "freeTitle")
                : `orderOver.${order.state === "paid" ? "refunding" : order.state}`,
        );
        frame(
            title,
            isCancelled
                ? h("div.notice.problem", { role: "status" }, icon("alert"), h("p", {}, t("performanceCancelled")))
                : isWhole &&
                    h("div.notice.good", { role: "status" }, icon("check"), h("div", {}, h("p", {}, t("paidHint")))),
            h("div.tickets", {}, order.tickets.map((ticket) => ticketCard(ticket, occasion))),
            refundParts(order, refresh),
            h(
                "p.buttons",
                {},
                h("a.button.primary", { href: "/tickets" }, icon("ticket"), t("toTickets")),
                h(
                    "a.button.quiet",
                    { href: `/performances/${encodeURIComponent(order.performance_id)}` },
                    t("backToMap"),
                ),
            ),
        );
        if (drawBought.title !== title) {
            say(title);
            occasion.basket.refresh();
        }
        if (wasRead || drawBought.title !== title) screen.querySelector("h1").focus({ preventScroll: true });
        drawBought.title = title;
        if (isRefunding(order)) followRefunds();
    }

    async function refresh() {
        const known = await get(path).catch(() => null);
        if (left || !known) return;
        order = known;
        drawBought();
    }

    /** Reads the order until no refund is on its way; the pauses grow as it goes on. */
    async function followRefunds() {
        if (followRefunds.isRunning) return;
        followRefunds.isRunning = true;
        const drawn = () => JSON.stringify([order.state, order.refunds, order.tickets.map((ticket) => ticket.state)]);
        for (let round = 0; !left && isRefunding(order); round += 1) {
            await pause(Math.min(20000, 800 * 1.3 ** round));
            const before = drawn();
            const known = await get(path).catch(() => null);
            if (left) return;
            if (known) order = known;
            if (before !== drawn()) drawBought();
        }
        followRefunds.isRunning = false;
    }

    function drawOver() {
        endAttempt(orderId);
        asking = false;
        frame(
            t(`orderOver.${
                ["cancelled", "refunded", "partly_refunded"].includes(order.state) ? order.state : "expired"
            }`),
            h("div.notice.problem", { role: "status" }, icon("alert"), h("p", {}, t("orderOverHint"))),
            h(
                "p.buttons",
                {},
                h(
                    "a.button.primary",
                    { href: `/performances/${encodeURIComponent(order.performance_id)}` },
                    t("backToMap"),
                ),
            ),
        );
    }

    /** Draws what the order says; true when it is settled. */
    function drawOrder() {
        if (order.tickets?.length) drawBought();
        else if (order.state !== "pending") drawOver();
        else return false;
        return true;
    }

    /** Asks for the order until its payment has ended one way or another. */
    async function follow() {
        asking = true;
        let shown = null;
        while (!left) {
            if (drawOrder()) return;
            const payment = openPayment(order);
            if (!payment) {
                endAttempt(orderId);
                await refreshHolds();
                const last = order.payments?.at(-1);
                drawForm(
                    last
                        ? t(last.state === "declined" ? "problem.payment_declined" : "problem.payment_failed")
                        : null,
                );
                return;
            }
            if (shown !== payment.state) drawAsking(payment);
            shown = payment.state;
            await pause(askEveryMilliseconds);
            try {
                order = await withCustomer(() => get(path), "order");
            } catch (error) {
                if (error.code === "not_signed_in") return;
            }
        }
    }

    async function refreshHolds() {
        const known = await Promise.all(
            order.hold_ids.map((id) => get(`/v1/holds/${encodeURIComponent(id)}`).catch(() => null)),
        );
        if (known.every(Boolean)) holds = known;
    }

    /** Sends the attempt, again and again by the same key, until there is an answer that says what happened. */
    async function pay(token) {
        if (asking) return;
        asking = true;
        if (drawForm.button) drawForm.button.disabled = true;
        const attempt = beginAttempt(orderId, token);
        drawAsking(null, t("paying"));
        const body = order.total.amount_minor > 0 ? { payment_method: { type: "card", token: attempt.token } } : {};
        for (let round = 0; !left; round += 1) {
            try {
                const { status, answer } = await withCustomer(
                    () =>
                        call("POST", `${path}/payments`, {
                            body,
                            key: attempt.key,
                            triesMax: 1,
                            deadlineMilliseconds: 30000,
                        }),
                    "order",
                );
                order = answer;
                if (status === 201) endAttempt(orderId);
                await follow();
                // What a key was answered stays as it was; what may be given back only the order itself tells.
                return order === answer && order.state === "paid" ? refresh() : undefined;
            } catch (error) {
                if (isAskAgain(error) || error.status === 429 || error.status >= 500) {
                    drawAsking(null);
                    await pause(error.retryAfterSeconds * 1000 || Math.min(5000, 600 * 1.5 ** round));
                    const known = await get(path, { triesMax: 1 }).catch(() => null);
                    if (known) order = known;
                    if (order.state !== "pending") return drawOrder();
                    continue;
                }
                return refused(error);
            }
        }
        return undefined;
    }

    async function refused(error) {
        if (error.code === "not_signed_in") {
            // The attempt stays kept: after the next sign-in it is asked about by its key.
            asking = false;
            return drawForm(problemText(error));
        }
        const known = await get(path).catch(() => null);
        if (known) order = known;
        if (drawOrder()) return undefined;
        if (["payment_in_progress", "idempotency_key_in_use"].includes(error.code) || openPayment(order)) {
            return follow();
        }
        endAttempt(orderId);
        await refreshHolds();
        if (["hold_expired", "hold_released"].includes(error.code)) {
            order = { ...order, state: "expired" };
            return drawOver();
        }
        return drawForm(problemText(error));
    }

    function tick() {
        const deadlines = holds.filter((hold) => hold.state === "active").map((hold) => hold.expires_at).sort();
        clockLine.hidden = !deadlines.length;
        if (!deadlines.length) return;
        const remaining = millisecondsUntil(deadlines[0]);
        setText(clock, countdown(remaining));
        clockLine.classList.toggle("hurry", remaining < 60000);
        if (remaining <= -1500 && !asking && order.state === "pending") {
            asking = true;
            get(path).then((known) => {
                order = known;
                if (openPayment(order)) return follow();
                if (order.state === "pending") order = { ...order, state: "expired" };
                return drawOrder();
            }, () => {
                asking = false;
            });
        }
    }

    const seconds = setInterval(tick, 500);
    const unlisten = onCustomer((_, reason) => {
        if (reason === "signed_out") go("/");
    });
    main.replaceChildren(screen);
    if (!drawOrder()) {
        const kept = keptAttempt(orderId);
        if (openPayment(order)) follow();
        else if (kept) pay(kept.token);
        else drawForm();
    }
    return () => {
        left = true;
        clearInterval(seconds);
        unlisten();
    };
}
