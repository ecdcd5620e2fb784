// Looks for the nonce that a challenge asks for: SHA-256 of "token:nonce" has to begin with so many zero bits. The
// browser's own SHA-256 answers one question at a time; this one asks a million in some seconds.

import { zerosInFront } from "./sha256.js";

const encoder = new TextEncoder();

onmessage = ({ data: { token, bits } }) => {
    for (let nonce = 0;; nonce += 1) {
        if (zerosInFront(encoder.encode(`${token}:${nonce}`)) >= bits) {
            postMessage(String(nonce));
            return;
        }
    }
};
