// The events on sale: poster-like cards, search when there are many.

import { get } from "./api.js";
import { h, icon, svg } from "./dom.js";
import { money, shortDateTime, t } from "./i18n.js";
import { problemText } from "./notice.js";

const manyMin = 7;
const pageSize = 24;

function hash(text) {
    let value = 2166136261;
    for (const character of text) value = Math.imul(value ^ character.codePointAt(0), 16777619) >>> 0;
    return value;
}

/** A poster without a picture: rows of seats in an arc, some of them lit, always the same for the same event. */
function poster(eventId) {
    const seed = hash(eventId);
    const art = svg("svg", {
        viewBox: "0 0 320 180",
        preserveAspectRatio: "xMidYMax slice",
        "aria-hidden": "true",
        focusable: "false",
    });
    const turn = (seed % 40) - 20;
    for (let row = 0; row < 9; row += 1) {
        const radius = 70 + row * 19;
        const count = Math.floor(radius / 8.2);
        for (let seat = 0; seat <= count; seat += 1) {
            const angle = (-70 + 140 * seat / count + turn * 0.2) * Math.PI / 180;
            const x = 160 + turn + radius * Math.sin(angle);
            const y = -46 + radius * Math.cos(angle);
            if (x < -8 || x > 328 || y > 188) continue;
            const lit = hash(`${eventId}${row}.${seat}`) % 100;
            art.append(
                svg("circle", {
                    cx: x.toFixed(1),
                    cy: y.toFixed(1),
                    r: "5.2",
                    class: lit < 9 ? "lit" : lit < 38 ? "half" : "dim",
                }),
            );
        }
    }
    return h(`div.poster.poster-${seed % 5}`, {}, art);
}

function stateBadge(state) {
    return h(`span.badge.${state.replace("_", "-")}`, {}, t(`sale.${state}`));
}

function card(event) {
    const dates = [...event.performances].sort((a, b) => a.starts_at < b.starts_at ? -1 : 1);
    return h(
        "article.card",
        { "aria-labelledby": `event-${event.event_id}` },
        poster(event.event_id),
        h(
            "div.card-body",
            {},
            h("h2", { id: `event-${event.event_id}` }, event.title),
            h("p.venue", {}, event.venue?.name),
            event.description && h("p.description", {}, event.description),
            event.price_from && h("p.price-from", {}, t("priceFrom", { price: money(event.price_from) })),
            h(
                "ul.dates",
                { role: "list" },
                dates.slice(0, 6).map((date) =>
                    h(
                        "li",
                        {},
                        h(
                            "a.date",
                            { href: `/performances/${encodeURIComponent(date.performance_id)}` },
                            h("time", { datetime: date.starts_at }, shortDateTime(date.starts_at)),
                            stateBadge(date.sale_state),
                        ),
                    )
                ),
            ),
        ),
    );
}

/** Shows the events screen. */
export async function showEvents(main, { isCurrent }) {
    const list = h("div.cards");
    const more = h("button.button.quiet", { type: "button", hidden: true }, t("more"));
    const status = h("p.hint", { role: "status" });
    const input = h("input", {
        type: "search",
        name: "q",
        autocomplete: "off",
        placeholder: t("searchHint"),
        "aria-label": t("search"),
    });
    const search = h(
        "form.search",
        { role: "search", hidden: true, onsubmit: (event) => event.preventDefault() },
        icon("search"),
        input,
    );
    let cursor = null;
    let question = 0;
    let timer = null;

    async function load({ fresh = true } = {}) {
        question += 1;
        const mine = question;
        const query = new URLSearchParams({ limit: String(pageSize) });
        if (input.value.trim()) query.set("q", input.value.trim());
        if (!fresh && cursor) query.set("cursor", cursor);
        list.setAttribute("aria-busy", "true");
        try {
            const page = await get(`/v1/events?${query}`);
            if (mine !== question) return;
            if (fresh) list.replaceChildren();
            list.append(...page.items.map(card));
            cursor = page.next_cursor;
            more.hidden = !cursor;
            if (fresh && (page.items.length >= manyMin || cursor)) search.hidden = false;
            status.textContent = list.children.length ? "" : t(input.value ? "noEventsFound" : "noEvents");
        } catch (error) {
            if (mine !== question) return;
            list.replaceChildren();
            status.replaceChildren(
                problemText(error),
                " ",
                h("button.link", { type: "button", onclick: () => load() }, t("tryAgain")),
            );
        } finally {
            if (mine === question) list.removeAttribute("aria-busy");
        }
    }

    input.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(load, 220);
    });
    more.addEventListener("click", () => load({ fresh: false }));
    await load();
    if (!isCurrent()) return;
    main.replaceChildren(
        h("section.page", {}, h("div.page-head", {}, h("h1", {}, t("eventsTitle")), search), status, list, more),
    );
}
