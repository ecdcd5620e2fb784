// Keeps the page and the visitor's own tickets, so that they open at the door of a hall without a network.

const shellCache = "shell-1";
const ticketCache = "tickets-1";
const shellFilesMax = 80;
const keptPaths = [
    /^\/v1\/tickets/,
    /^\/v1\/performances\/[^/]+$/,
    /^\/v1\/events\/[^/]+$/,
    /^\/v1\/sessions\/current$/,
];

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) =>
    event.waitUntil((async () => {
        for (const name of await caches.keys()) {
            if (![shellCache, ticketCache].includes(name)) await caches.delete(name);
        }
        await self.clients.claim();
    })()));

self.addEventListener("message", (event) => {
    if (event.data?.forget) event.waitUntil(caches.delete(ticketCache));
    if (event.data?.keep) event.waitUntil(keepShell(event.data.keep));
});

async function keepShell(urls) {
    const cache = await caches.open(shellCache);
    await Promise.all(
        urls.slice(0, shellFilesMax).map(async (url) => {
            if (new URL(url).origin !== location.origin || await cache.match(url)) return;
            const response = await fetch(url);
            if (response.ok) await cache.put(url, response);
        }),
    );
}

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== location.origin) return;
    if (request.mode === "navigate" && !/^\/(v1|sandbox|payments)\//.test(url.pathname)) {
        // The pay screen's policy lets the provider's card form in: it is not kept for other screens.
        const keeps = !url.pathname.startsWith("/orders/");
        event.respondWith(networkFirst(request, shellCache, new URL("/", location.href).href, keeps));
    } else if (url.pathname.startsWith("/assets/")) {
        event.respondWith(networkFirst(request, shellCache, request.url));
    } else if (keptPaths.some((pattern) => pattern.test(url.pathname))) {
        event.respondWith(networkFirst(request, ticketCache, request.url));
    }
});

/** The network's answer, kept for later; the kept one when there is no network. A refusal is passed on as it is. */
async function networkFirst(request, cacheName, key, keeps = true) {
    const cache = await caches.open(cacheName);
    try {
        const response = await fetch(request);
        if (keeps && response.ok && !response.redirected) await cache.put(key, response.clone());
        return response;
    } catch (error) {
        const kept = await cache.match(key);
        if (kept) return kept;
        throw error;
    }
}
