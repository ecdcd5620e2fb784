// Small hands for building elements without style attributes or inline handlers, as the security policy asks.

/** An element: `h("p.note", { id: "x", onclick: f }, "text", child)`. Children that are null or false are left out. */
export function h(selector, properties = {}, ...children) {
    const [tag, ...classes] = selector.split(".");
    const element = document.createElement(tag);
    if (classes.length) element.className = classes.join(" ");
    for (const [name, value] of Object.entries(properties)) {
        if (value === null || value === undefined || value === false) continue;
        if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
        else if (name === "data") Object.assign(element.dataset, value);
        else if (name in element && typeof value !== "string" && name !== "list") element[name] = value;
        else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return element;
}

/** An SVG element with attributes. */
export function svg(tag, attributes = {}, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
}

const iconPaths = {
    plus: "M12 5v14M5 12h14",
    minus: "M5 12h14",
    fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    close: "M6 6l12 12M18 6L6 18",
    person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
    search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20",
    ticket: "M4 7h16v3.5a1.5 1.5 0 0 0 0 3V17H4v-3.500a1.500 1.500 0 0 0 0-3zM14 7v10",
    calendar: "M5 6h14v14H5zM5 10h14M9 3.500v4M15 3.500v4",
    print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
    back: "M14.500 5.500L8 12l6.500 6.500",
    check: "M5 12.500l4.500 4.500L19 7.500",
    lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
    up: "M6 15l6-6 6 6",
    list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
    map: "M9 5L4 7v12l5-2 6 2 5-2V5l-5 2zM9 5v12M15 7v12",
    alert: "M12 8v5M12 16.500v.01M12 3.500L2.800 19.500h18.400z",
};

/** A line icon; it is decoration, so that words must stand beside it or in the control's label. */
export function icon(name) {
    const path = svg("path", { d: iconPaths[name] });
    return svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" }, path);
}

/** Replaces an element's children only when the text differs, so that live regions are not read twice. */
export function setText(element, text) {
    if (element.textContent !== text) element.textContent = text;
}
