// Words from ko.json and en.json; numbers, money and dates by Intl.

const files = { ko: new URL("./ko.json", import.meta.url), en: new URL("./en.json", import.meta.url) };
const locales = { ko: "ko-KR", en: "en-GB" };
let language = "en";
let words = {};
let plural = new Intl.PluralRules("en");
let formats = new Map();

function preferred() {
    const kept = localStorage.getItem("language");
    if (kept in files) return kept;
    return (navigator.languages ?? [navigator.language]).some((tag) => tag.toLowerCase().startsWith("ko"))
        ? "ko"
        : "en";
}

/** The language of the page: `ko` or `en`. */
export function currentLanguage() {
    return language;
}

/** Loads a language (by default the one that the visitor prefers) and names it on the document. */
export async function useLanguage(wanted = preferred(), { keep = false } = {}) {
    const response = await fetch(files[wanted]);
    words = await response.json();
    language = wanted;
    plural = new Intl.PluralRules(locales[language]);
    formats = new Map();
    if (keep) localStorage.setItem("language", language);
    document.documentElement.lang = language;
}

/** The words for a key; `{name}` is filled in, and `count` chooses between `key.one` and `key.other`. */
export function t(key, values = {}) {
    let text = words[key];
    if ("count" in values) text = words[`${key}.${plural.select(values.count)}`] ?? words[`${key}.other`] ?? text;
    if (text === undefined) return key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
        const value = values[name];
        return value === undefined ? whole : typeof value === "number" ? number(value) : value;
    });
}

/** Whether there are words for a key. */
export function hasWords(key) {
    return key in words;
}

function format(name, make) {
    if (!formats.has(name)) formats.set(name, make(locales[language]));
    return formats.get(name);
}

/** A whole number with the language's grouping. */
export function number(value) {
    return format("number", (locale) => new Intl.NumberFormat(locale)).format(value);
}

// Digits behind the point by ISO 4217. A browser's own table rounds some currencies as their people do in shops.
const wholeCurrencies = new Set("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" "));
const thousandthsCurrencies = new Set("BHD IQD JOD KWD LYD OMR TND".split(" "));

/** Money of the API, whole minor units, as a person reads it. */
export function money({ amount_minor: amount, currency }) {
    const digits = wholeCurrencies.has(currency) ? 0 : thousandthsCurrencies.has(currency) ? 3 : 2;
    return format(`money-${currency}`, (locale) =>
        new Intl.NumberFormat(locale, {
            style: "currency",
            currency,
            currencyDisplay: "narrowSymbol",
            minimumFractionDigits: digits,
            maximumFractionDigits: digits,
        })).format(amount / 10 ** digits);
}

/** A rate in hundredths of a percent. */
export function percent(basisPoints) {
    return format("percent", (locale) => new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 }))
        .format(basisPoints / 10000);
}

/** A date with its weekday and time of day. */
export function dateTime(text) {
    return format(
        "dateTime",
        (locale) =>
            new Intl.DateTimeFormat(locale, {
                year: "numeric",
                month: "long",
                day: "numeric",
                weekday: "short",
                hour: "numeric",
                minute: "2-digit",
            }),
    )
        .format(new Date(text));
}

/** A date, short, with its time: for lists of dates. */
export function shortDateTime(text) {
    return format(
        "short",
        (locale) =>
            new Intl.DateTimeFormat(locale, {
                month: "short",
                day: "numeric",
                weekday: "short",
                hour: "numeric",
                minute: "2-digit",
            }),
    ).format(new Date(text));
}

/** The time of day to the second. */
export function clockTime(milliseconds) {
    return format(
        "clock",
        (locale) =>
            new Intl.DateTimeFormat(locale, {
                hour: "2-digit",
                minute: "2-digit",
                second: "2-digit",
                hourCycle: "h23",
            }),
    ).format(new Date(milliseconds));
}

/** A span as minutes and seconds, `4:59`; with hours or days in words when it is long. */
export function countdown(milliseconds) {
    const seconds = Math.max(0, Math.round(milliseconds / 1000));
    if (seconds >= 86400) return t("days", { count: Math.floor(seconds / 86400) });
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const shown = parts[0] > 0 ? parts : parts.slice(1);
    return shown.map((part, index) => index === 0 ? String(part) : String(part).padStart(2, "0")).join(":");
}

const labelForms = [
    { pattern: /^(.+), row (.+), seat (.+)$/, key: "seatName" },
    { pattern: /^(.+), table (.+), seat (.+)$/, key: "tableSeatName" },
    { pattern: /^(.+), place ()(.+)$/, key: "placeName" },
];

/** A seat's name in the page's language; a label of another form stays as the chart has it. */
export function seatName(label) {
    for (const { pattern, key } of labelForms) {
        const parts = pattern.exec(label);
        if (parts) return t(key, { section: parts[1], row: parts[2], seat: parts[3] });
    }
    return label;
}
