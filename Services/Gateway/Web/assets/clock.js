// The server's time: every countdown runs by it and never by the visitor's own clock.

let offsetMilliseconds = 0;
let precise = false;

/** Learns from a heartbeat's `server_time`, which is exact to the network's delay. */
export function learnServerTime(text) {
    const server = Date.parse(text);
    if (Number.isNaN(server)) return;
    const sample = server - Date.now();
    // A late arrival makes the sample too small: a slightly smaller one is only a slower network.
    if (precise && sample < offsetMilliseconds && offsetMilliseconds - sample < 400) return;
    offsetMilliseconds = sample;
    precise = true;
}

/** Learns from a response's `Date`, which is cut to whole seconds, until something better is known. */
export function learnDateHeader(text) {
    const server = Date.parse(text ?? "");
    if (precise || Number.isNaN(server)) return;
    offsetMilliseconds = server + 500 - Date.now();
}

/** The server's time now, in milliseconds since 1970. */
export function serverNow() {
    return Date.now() + offsetMilliseconds;
}

/** Milliseconds from now, by the server's clock, until a time in RFC 3339. */
export function millisecondsUntil(text) {
    return Date.parse(text) - serverNow();
}
