// My tickets: QR code, seat, date; readable without a network once opened; a calendar file; fit for paper.

import { get, getAll } from "./api.js";
import { h, icon, svg } from "./dom.js";
import { dateTime, money, seatName, t } from "./i18n.js";
import { calendarFile } from "./ics.js";
import { problemText } from "./notice.js";
import { qrMatrix } from "./qr.js";
import { askToSignIn, currentCustomer, onCustomer } from "./session.js";

/** The QR code of a ticket's code, drawn here so that it needs no network. */
function qrCode(code) {
    const rows = qrMatrix(code);
    const size = rows.length + 8;
    let path = "";
    rows.forEach((row, y) =>
        row.forEach((dark, x) => {
            if (dark) path += `M${x + 4} ${y + 4}h1v1h-1z`;
        })
    );
    return svg(
        "svg",
        {
            viewBox: `0 0 ${size} ${size}`,
            class: "qr",
            role: "img",
            "aria-label": t("qrLabel"),
            "shape-rendering": "crispEdges",
        },
        svg("rect", { width: size, height: size, fill: "#fff" }),
        svg("path", { d: path, fill: "#000" }),
    );
}

/** One ticket as a card. `occasion` is {performance, event}. */
export function ticketCard(ticket, { performance, event }) {
    const isValid = ticket.state === "valid";
    return h(
        "article.ticket",
        { data: { state: ticket.state, code: ticket.code } },
        isValid
            ? h(
                "button.qr-button",
                { type: "button", title: t("enlarge"), onclick: () => showLarge(ticket) },
                qrCode(ticket.code),
            )
            : h("div.qr.void", {}, t(`ticket.${ticket.state}`)),
        h(
            "div.ticket-words",
            {},
            h("h3", {}, seatName(ticket.seat_label)),
            h("p", {}, event?.title ?? ""),
            performance &&
                h("p", {}, h("time", { datetime: performance.starts_at }, dateTime(performance.starts_at))),
            h("p.venue", {}, event?.venue?.name ?? ""),
            h(
                "p.hint",
                {},
                [t(`ticket.${ticket.state}`), ticket.price && money(ticket.price)].filter(Boolean).join(" · "),
            ),
            h(
                "p.hint.proof",
                {},
                h("a", {
                    href: `/v1/tickets/${encodeURIComponent(ticket.ticket_id)}/proof`,
                    download: "",
                    title: t("ticketProofHint"),
                }, t("ticketProof")),
            ),
        ),
    );
}

/** The code as large as the screen allows, white in the dark too: for the reader at the door. */
function showLarge(ticket) {
    const dialog = h(
        "dialog.dialog.code-dialog",
        { "aria-label": seatName(ticket.seat_label), onclick: () => dialog.close() },
        qrCode(ticket.code),
        h("p", {}, seatName(ticket.seat_label)),
        h("button.button.wide", { type: "button", autofocus: true }, t("close")),
    );
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
}

function saveCalendar({ performance, event }, tickets) {
    const text = calendarFile({
        id: performance.performance_id,
        title: event?.title ?? t("brand"),
        place: event?.venue?.name ?? "",
        startsAt: performance.starts_at,
        description: tickets.map((ticket) => seatName(ticket.seat_label)).join("\n"),
    });
    const address = URL.createObjectURL(new Blob([text], { type: "text/calendar;charset=utf-8" }));
    const link = h("a", { href: address, download: "box-office.ics" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
}

async function occasionOf(performanceId) {
    try {
        const performance = await get(`/v1/performances/${encodeURIComponent(performanceId)}`);
        const event = performance.event_title
            ? { title: performance.event_title, venue: performance.venue }
            : await get(`/v1/events/${encodeURIComponent(performance.event_id)}`).catch(() => null);
        return { performance, event };
    } catch {
        return { performance: null, event: null };
    }
}

/** Shows the tickets screen. */
export async function showTickets(main, { go, isCurrent }) {
    const stop = onCustomer(() => go("/tickets", { replace: true }));
    let tickets;
    try {
        tickets = await getAll("/v1/tickets");
    } catch (error) {
        if (!isCurrent()) return stop;
        const isStranger = error.status === 401;
        main.replaceChildren(
            h(
                "section.page.empty",
                {},
                h("h1", {}, t("ticketsTitle")),
                h("p", {}, isStranger ? t("ticketsSignIn") : problemText(error)),
                h("button.button.primary", {
                    type: "button",
                    onclick: () =>
                        isStranger && !currentCustomer() ? askToSignIn("tickets") : go("/tickets", { replace: true }),
                }, t(isStranger ? "signIn" : "tryAgain")),
            ),
        );
        return stop;
    }
    const groups = new Map();
    for (const ticket of tickets) {
        if (!groups.has(ticket.performance_id)) groups.set(ticket.performance_id, []);
        groups.get(ticket.performance_id).push(ticket);
    }
    const occasions = await Promise.all([...groups.keys()].map(occasionOf));
    if (!isCurrent()) return stop;
    const sections = [...groups.values()].map((list, index) => ({ list, occasion: occasions[index] }))
        .sort((a, b) =>
            (a.occasion.performance?.starts_at ?? "") < (b.occasion.performance?.starts_at ?? "") ? -1 : 1
        )
        .map(({ list, occasion }) =>
            h(
                "section.ticket-group",
                {},
                h(
                    "header",
                    {},
                    h(
                        "div",
                        {},
                        h("h2", {}, occasion.event?.title ?? t("tickets")),
                        occasion.performance && h("p", {}, dateTime(occasion.performance.starts_at)),
                    ),
                    h(
                        "div.buttons",
                        {},
                        occasion.performance &&
                            h(
                                "button.button.quiet",
                                { type: "button", onclick: () => saveCalendar(occasion, list) },
                                icon("calendar"),
                                t("toCalendar"),
                            ),
                        h(
                            "button.button.quiet",
                            { type: "button", onclick: () => print() },
                            icon("print"),
                            t("print"),
                        ),
                    ),
                ),
                occasion.performance?.sale_state === "cancelled" &&
                    h("div.notice.problem", {}, icon("alert"), h("p", {}, t("performanceCancelled"))),
                h("div.tickets", {}, list.map((ticket) => ticketCard(ticket, occasion))),
                h(
                    "p.order-links",
                    {},
                    [...new Set(list.map((ticket) => ticket.order_id))].map((order, index, orders) =>
                        h(
                            "a",
                            { href: `/orders/${encodeURIComponent(order)}` },
                            orders.length > 1 ? t("orderNumber", { number: index + 1 }) : t("orderLink"),
                        )
                    ),
                ),
            )
        );
    main.replaceChildren(
        h(
            "section.page",
            {},
            h("div.page-head", {}, h("h1", {}, t("ticketsTitle"))),
            sections.length ? [h("p.hint", {}, t("ticketsOffline")), ...sections] : h(
                "div.empty",
                {},
                h("p", {}, t("noTickets")),
                h("p", {}, h("a.button.primary", { href: "/" }, t("toEvents"))),
            ),
        ),
    );
    return stop;
}
