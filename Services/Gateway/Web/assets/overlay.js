// What is drawn anew each frame above the layer: names, my seats, what is asked for, lost, offered, pointed at.

import { mapFont, seatShare } from "./layer.js";
import { tickPath } from "./sprites.js";

/** Below this diameter, in CSS pixels, a section's name stands on it; above, beside it. */
const farDiameter = 8;

/** Draws sections' names, from far with how many seats are free; the larger ones first, none over another. */
export function drawSectionNames(context, { camera, chart, store, palette, levelFilter, countText }) {
    const isFar = camera.k * seatShare < farDiameter;
    const taken = [];
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const write = (text, x, y, font, color) => {
        context.font = font;
        context.lineWidth = 3.5;
        context.strokeStyle = palette.block;
        context.strokeText(text, x, y);
        context.fillStyle = color;
        context.fillText(text, x, y);
    };
    for (const section of chart.sectionsBySize) {
        if (!section.center) continue;
        const [x, y] = isFar ? section.center : section.top;
        const px = x * camera.k + camera.tx;
        const py = y * camera.k + camera.ty - (isFar ? 0 : 13);
        if (px < -60 || py < -40 || px > camera.width + 60 || py > camera.height + 40) continue;
        const nameFont = `650 11.5px ${mapFont}`;
        context.font = nameFont;
        const free = store.freeInSection[section.index];
        const count = isFar && store.isKnown ? countText(free) : "";
        const width = Math.max(context.measureText(section.name).width, count.length * 6) + 3;
        const height = count ? 27 : 15;
        const box = [px - width / 2, py - height / 2, px + width / 2, py + height / 2];
        if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) {
            continue;
        }
        taken.push(box);
        context.globalAlpha = levelFilter !== null && !section.levels.has(levelFilter) ? 0.4 : 1;
        write(section.name, px, count ? py - 6 : py, nameFont, palette.ink);
        if (count) write(count, px, py + 7, `500 10.5px ${mapFont}`, free ? palette.muted : palette.sold);
        context.globalAlpha = 1;
    }
}

/** Draws what concerns this visitor. Answers whether something still moves. */
export function drawOverlays(context, map, now) {
    const { camera, chart, palette } = map;
    const r = Math.max(camera.k * seatShare / 2, 5);
    const isStill = map.reducedMotion();
    const at = (seat) => [chart.x[seat] * camera.k + camera.tx, chart.y[seat] * camera.k + camera.ty];
    const disc = (seat, color, alpha = 1) => {
        context.beginPath();
        context.arc(...at(seat), r, 0, Math.PI * 2);
        context.globalAlpha = alpha;
        context.fillStyle = color;
        context.fill();
        context.globalAlpha = 1;
    };
    const ring = (seat, radius, width, color, dash = []) => {
        context.beginPath();
        context.arc(...at(seat), radius, 0, Math.PI * 2);
        context.setLineDash(dash);
        context.lineWidth = width;
        context.strokeStyle = color;
        context.stroke();
        context.setLineDash([]);
    };
    let isAlive = false;
    for (const seat of map.bought) ring(seat, r + Math.max(1, r * 0.1), Math.max(1.6, r * 0.18), palette.mine);
    for (const seat of map.mine.keys()) {
        disc(seat, palette.mineFill);
        ring(seat, r, Math.max(2.2, r * 0.26), palette.mine);
        tickPath(context, ...at(seat), r);
        context.lineWidth = Math.max(1.6, r * 0.2);
        context.lineCap = "round";
        context.lineJoin = "round";
        context.stroke();
    }
    map.alternatives.forEach((group, index) => drawAlternative(context, group.map(at), index, r, palette));
    for (const seat of map.asking) {
        isAlive = true;
        const wave = isStill ? 0.5 : (Math.sin(now / 160) + 1) / 2;
        disc(seat, palette.mineFill, 0.5 + wave * 0.5);
        ring(seat, r + wave * Math.max(3, r * 0.3), Math.max(2, r * 0.16), palette.mine, [r * 0.7, r * 0.45]);
    }
    for (const [seat, until] of map.lost) {
        if (now > until) {
            map.lost.delete(seat);
            continue;
        }
        isAlive = true;
        if (isStill || Math.floor((until - now) / 260) % 2 === 0) {
            ring(seat, r + 3, Math.max(3, r * 0.3), palette.lost);
        }
    }
    if (map.hoverSeat >= 0 && !map.mine.has(map.hoverSeat) && !map.asking.has(map.hoverSeat)) {
        ring(map.hoverSeat, r + 1.5, 2, palette.ink);
    }
    if (map.focusSeat >= 0 && map.showsFocus) {
        ring(map.focusSeat, r + 3.5, 5, palette.focusEdge);
        ring(map.focusSeat, r + 3.5, 2.5, palette.focus);
    }
    return isAlive;
}

/** A group offered in place of a lost one: its number in each seat, a dashed ring around it. */
function drawAlternative(context, places, index, r, palette) {
    context.font = `700 ${Math.max(11, r).toFixed(1)}px ${mapFont}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const [x, y] of places) {
        context.beginPath();
        context.arc(x, y, r, 0, Math.PI * 2);
        context.fillStyle = palette.mine;
        context.fill();
        context.beginPath();
        context.arc(x, y, r + 3.5, 0, Math.PI * 2);
        context.setLineDash([6, 4]);
        context.lineWidth = 2.5;
        context.strokeStyle = palette.mine;
        context.stroke();
        context.setLineDash([]);
        context.fillStyle = palette.onMine;
        context.fillText(String(index + 1), x, y + 0.5);
    }
}
