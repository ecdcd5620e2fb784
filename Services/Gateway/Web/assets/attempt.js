// One attempt at paying, kept in the session's storage before it is sent:
// whatever breaks, it is asked again by the same key.

import { newKey } from "./api.js";

const name = (orderId) => `payment:${orderId}`;

/** The attempt that is under way for an order, or null. */
export function keptAttempt(orderId) {
    try {
        return JSON.parse(sessionStorage.getItem(name(orderId)));
    } catch {
        return null;
    }
}

/** Begins an attempt with a card's token, or gives back the one that is under way: never two at once. */
export function beginAttempt(orderId, token) {
    const kept = keptAttempt(orderId);
    if (kept) return kept;
    const attempt = { key: newKey(), token };
    sessionStorage.setItem(name(orderId), JSON.stringify(attempt));
    return attempt;
}

/** The attempt's outcome is known. */
export function endAttempt(orderId) {
    sessionStorage.removeItem(name(orderId));
}
