// Colours of the map in light and dark; price levels' tints are moved until they stand out 3:1 against the ground.

function channels(hex) {
    const digits = /^#?([0-9a-f]{6})$/i.exec(hex ?? "")?.[1] ?? "777777";
    return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
}

function luminance(rgb) {
    const [r, g, b] = rgb.map((value) => {
        const part = value / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast of two colours as WCAG counts it. */
export function contrast(one, other) {
    const [high, low] = [luminance(channels(one)), luminance(channels(other))].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
}

function mixed(rgb, target, share) {
    return `#${
        rgb.map((value) => Math.round(value + (target - value) * share).toString(16).padStart(2, "0")).join("")
    }`;
}

/** The colour, moved towards black or white only as far as `ratio` against the ground needs. */
export function readable(color, ground, ratio) {
    const rgb = channels(color);
    const target = luminance(channels(ground)) > 0.4 ? 0 : 255;
    for (let share = 0; share < 1; share += 0.06) {
        const candidate = mixed(rgb, target, share);
        if (contrast(candidate, ground) >= ratio) return candidate;
    }
    return target ? "#ffffff" : "#000000";
}

const fixed = {
    light: {
        ground: "#f3f3ef",
        block: "#ffffff",
        blockEdge: "#d9d9d2",
        ink: "#17191c",
        muted: "#585e66",
        held: "#c2570c",
        sold: "#1f7a45",
        onSold: "#ffffff",
        blocked: "#7b8087",
        mine: "#1546d6",
        mineFill: "#dfe7ff",
        lost: "#b3261e",
        focus: "#17191c",
        focusEdge: "#ffffff",
        onMine: "#ffffff",
    },
    dark: {
        ground: "#0f1114",
        block: "#1a1d22",
        blockEdge: "#343a42",
        ink: "#eceef0",
        muted: "#a6adb6",
        held: "#ff9d52",
        sold: "#45bd82",
        onSold: "#08210f",
        blocked: "#868d96",
        mine: "#86aaff",
        mineFill: "#1b2c5c",
        lost: "#ff8a80",
        focus: "#ffffff",
        focusEdge: "#000000",
        onMine: "#0b1020",
    },
};

/** All colours of the map for a scheme (`light` or `dark`) and a chart's price levels. */
export function paletteFor(scheme, levels) {
    const colors = fixed[scheme];
    return { ...colors, scheme, levels: levels.map((level) => readable(level.color, colors.block, 3.2)) };
}
