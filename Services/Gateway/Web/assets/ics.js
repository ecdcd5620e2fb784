// A calendar file (RFC 5545) for a performance, made in the page.

const lineOctetsMax = 73;

function escaped(text) {
    return text.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");
}

/** Folds at 75 octets without cutting a character in two. */
function folded(line) {
    const encoder = new TextEncoder();
    const parts = [""];
    let octets = 0;
    for (const character of line) {
        const size = encoder.encode(character).length;
        if (octets + size > lineOctetsMax) {
            parts.push("");
            octets = 0;
        }
        parts[parts.length - 1] += character;
        octets += size;
    }
    return parts.join("\r\n ");
}

function stamp(date) {
    return date.toISOString().replace(/[-:]|\.\d{3}/g, "");
}

/** The text of a calendar with one entry. */
export function calendarFile({ id, title, place, startsAt, description, durationMinutes = 150 }) {
    const start = new Date(startsAt);
    const end = new Date(start.getTime() + durationMinutes * 60000);
    return [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Box Office//Tickets//EN",
        "BEGIN:VEVENT",
        `UID:${id}@box-office`,
        `DTSTAMP:${stamp(new Date())}`,
        `DTSTART:${stamp(start)}`,
        `DTEND:${stamp(end)}`,
        `SUMMARY:${escaped(title)}`,
        `LOCATION:${escaped(place)}`,
        `DESCRIPTION:${escaped(description)}`,
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
        .map(folded).join("\r\n");
}
