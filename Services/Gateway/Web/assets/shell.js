// The frame around every screen: name, ways, connection, server time, language, account.

import { serverNow } from "./clock.js";
import { h, icon, setText } from "./dom.js";
import { clockTime, currentLanguage, t } from "./i18n.js";
import { problemText, toast } from "./notice.js";
import { askToSignIn, currentCustomer, onCustomer, signOut } from "./session.js";

let live = null;
let sign = null;
let time = null;

/** Shows the state of a LiveSeats in the header, or the browser's own when null. */
export function showConnection(connection) {
    live = connection;
    drawConnection();
}

function drawConnection() {
    if (!sign) return;
    const state = navigator.onLine === false ? "offline" : live?.state ?? "online";
    sign.dataset.state = state;
    sign.hidden = state === "online";
    sign.title = state === "online" ? "" : t(`connection.${state}`);
    const since = live && state !== "live" && state !== "connecting" ? live.since : null;
    setText(
        sign.lastChild,
        state === "offline" && since
            ? t("connection.offlineSince", { time: clockTime(since) })
            : state === "online"
            ? ""
            : t(`connection.${state}`),
    );
}

function drawTime() {
    if (time) setText(time, clockTime(serverNow()));
}

/** Builds the header. `onLanguage(language)` is called when another one is chosen. */
export function buildShell(onLanguage) {
    const other = currentLanguage() === "ko" ? "en" : "ko";
    sign = h("span.connection", { role: "status" }, h("i", { "aria-hidden": "true" }), h("span"));
    time = h("time.server-time", { title: t("serverTime"), "aria-label": t("serverTime") });
    const account = h("div.account");
    const drawAccount = () => {
        const customer = currentCustomer();
        account.replaceChildren(
            customer
                ? h(
                    "details.menu",
                    {},
                    h(
                        "summary.button.quiet",
                        { "aria-label": t("accountOf", { name: customer.name }) },
                        icon("person"),
                        h("span.account-name", {}, customer.name),
                    ),
                    h(
                        "div.menu-sheet",
                        {},
                        h("p.hint", {}, customer.email),
                        h("button.button.quiet.wide", {
                            type: "button",
                            onclick: () => signOut().catch((error) => toast(problemText(error), { kind: "problem" })),
                        }, t("signOut")),
                    ),
                )
                : h(
                    "button.button.quiet",
                    { type: "button", onclick: () => askToSignIn() },
                    icon("person"),
                    h("span", {}, t("signIn")),
                ),
        );
    };
    document.getElementById("top").replaceChildren(
        h("a.skip", { href: "#main" }, t("skip")),
        h("a.brand", { href: "/" }, h("span.brand-mark", { "aria-hidden": "true" }), t("brand")),
        h(
            "nav",
            { "aria-label": t("ways") },
            h("a", { href: "/", data: { way: "events" } }, t("events")),
            h("a", { href: "/tickets", data: { way: "tickets" } }, t("tickets")),
        ),
        h("div.spacer"),
        sign,
        time,
        h("button.button.quiet.language", {
            type: "button",
            lang: other,
            onclick: () => onLanguage(other),
            "aria-label": other === "ko" ? "한국어로 보기" : "View in English",
        }, other === "ko" ? "한국어" : "EN"),
        account,
    );
    drawAccount();
    drawConnection();
    drawTime();
    buildShell.forget?.();
    buildShell.forget = onCustomer(drawAccount);
}

/** Marks the way on which the visitor is. */
export function markWay(name) {
    for (const link of document.querySelectorAll("#top nav a")) {
        if (link.dataset.way === name) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
    }
}

/** Follows the state of the connection for as long as the page lives. */
export function watchConnection() {
    addEventListener("online", drawConnection);
    addEventListener("offline", drawConnection);
    setInterval(drawTime, 1000);
}
