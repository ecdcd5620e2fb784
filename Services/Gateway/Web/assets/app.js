// The page's start: language, who is signed in, the frame, and which screen an address shows.

import { h } from "./dom.js";
import { t, useLanguage } from "./i18n.js";
import { holdsForeignScript } from "./cardform.js";
import { showEvents } from "./events.js";
import { showOrder } from "./pay.js";
import { showPerformance } from "./performance.js";
import { showReceipt } from "./receipt.js";
import { loadSession } from "./session.js";
import { buildShell, markWay, showConnection, watchConnection } from "./shell.js";
import { showTickets } from "./tickets.js";

const routes = [
    { pattern: /^\/$/, way: "events", show: showEvents },
    { pattern: /^\/performances\/([^/]+)$/, way: "events", show: showPerformance },
    { pattern: /^\/orders\/([^/]+)$/, way: null, show: showOrder },
    { pattern: /^\/orders\/([^/]+)\/receipt$/, way: "tickets", show: showReceipt },
    { pattern: /^\/tickets$/, way: "tickets", show: showTickets },
];
const main = document.getElementById("main");
let leave = null;
let visit = 0;

function showNothing(main) {
    main.replaceChildren(
        h(
            "section.page.empty",
            {},
            h("h1", {}, t("notFound")),
            h("p", {}, t("notFoundHint")),
            h("p", {}, h("a.button.primary", { href: "/" }, t("toEvents"))),
        ),
    );
}

async function show({ isFirst = false } = {}) {
    visit += 1;
    const mine = visit;
    leave?.();
    leave = null;
    showConnection(null);
    const route = routes.find(({ pattern }) => pattern.test(location.pathname));
    markWay(route?.way);
    main.className = "";
    main.replaceChildren(
        h("div.page.loading", { role: "status" }, h("span.spinner", { "aria-hidden": "true" }), t("loading")),
    );
    const left = await (route?.show ?? showNothing)(
        main,
        ...(route?.pattern.exec(location.pathname) ?? []).slice(1)
            .map(decodeURIComponent),
        { go, isCurrent: () => mine === visit },
    );
    if (mine !== visit) {
        left?.();
        return;
    }
    leave = left ?? null;
    const heading = main.querySelector("h1");
    document.title = heading && route ? `${heading.textContent} · ${t("brand")}` : t("brand");
    if (!isFirst && heading && !document.querySelector("dialog[open]")) {
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
    }
}

/** Goes to an address of this page. */
function go(path, { replace = false } = {}) {
    if (holdsForeignScript()) {
        location[replace ? "replace" : "assign"](path);
        return;
    }
    history[replace ? "replaceState" : "pushState"](null, "", path);
    scrollTo(0, 0);
    show();
}

async function changeLanguage(language) {
    await useLanguage(language, { keep: true });
    buildShell(changeLanguage);
    show();
}

document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (
        !link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey ||
        link.target ||
        link.hasAttribute("download") || link.origin !== location.origin || link.pathname.startsWith("/sandbox/")
    ) return;
    event.preventDefault();
    if (link.hash && link.pathname === location.pathname) document.getElementById(link.hash.slice(1))?.focus();
    else if (link.getAttribute("href").startsWith("#")) {
        document.getElementById(link.getAttribute("href").slice(1))?.focus();
    } else go(link.pathname + link.search);
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
});
document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
        if (!menu.contains(event.target)) menu.open = false;
    }
});
addEventListener("popstate", () => holdsForeignScript() ? location.reload() : show());

await useLanguage();
buildShell(changeLanguage);
watchConnection();
// Screens that need to know who is signed in wait for it themselves; the map must not wait.
const session = loadSession();
if (/^\/(orders|tickets)/.test(location.pathname)) await session;
await show({ isFirst: true });

if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready).then((registration) => {
        // What was loaded before the worker stood is handed to it, so that tickets open without a network from now on.
        const urls = performance.getEntriesByType("resource").map((entry) => entry.name)
            .filter((name) => new URL(name).pathname.startsWith("/assets/"));
        registration.active?.postMessage({ keep: [...new Set([...urls, new URL("/", location.href).href])] });
    }, () => {});
}
