// A seating chart made ready for drawing: typed arrays, a spatial index, sections' shapes, neighbours.

/** A seat's flags. */
export const seatFlag = { accessible: 1, companion: 2, restrictedView: 4 };

/** Andrew's monotone chain: the convex hull of points [x, y]. */
export function convexHull(points) {
    const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    if (sorted.length < 3) return sorted;
    const half = (source) => {
        const chain = [];
        for (const point of source) {
            while (chain.length > 1) {
                const [a, b] = chain.slice(-2);
                if ((b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]) > 0) break;
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
        return chain;
    };
    return [...half(sorted), ...half(sorted.reverse())];
}

function swollen(points, radius) {
    const around = [];
    for (const [x, y] of points) {
        for (let step = 0; step < 8; step += 1) {
            around.push([x + radius * Math.cos(step * Math.PI / 4), y + radius * Math.sin(step * Math.PI / 4)]);
        }
    }
    return convexHull(around);
}

/** The chart of a performance. `x` and `y` are NaN for places without a position: they are in the list only. */
export class Chart {
    constructor(resource) {
        const count = resource.seat_count;
        this.id = resource.chart_id;
        this.name = resource.name;
        this.seatCount = count;
        this.x = new Float32Array(count).fill(NaN);
        this.y = new Float32Array(count).fill(NaN);
        this.sectionOf = new Uint16Array(count);
        this.levelOf = new Uint8Array(count);
        this.rowOf = new Uint16Array(count);
        this.flags = new Uint8Array(count);
        this.labels = new Array(count);
        this.shortLabels = new Array(count);
        this.levels = resource.price_levels.map((level, index) => ({ ...level, index }));
        const levelIndex = new Map(this.levels.map((level) => [level.price_level_id, level.index]));
        this.sections = resource.sections.map((section, index) => this.#section(section, index, levelIndex));
        this.sectionsBySize = [...this.sections].sort((a, b) => b.seats.length - a.seats.length);
        this.#measure(resource);
        this.#index();
    }

    #section(section, sectionIndex, levelIndex) {
        const seats = [];
        const rows = section.rows.map((row, rowIndex) => {
            const indexes = row.seats.map((seat) => {
                const index = seat.seat_index;
                if (seat.x !== undefined && seat.y !== undefined) {
                    this.x[index] = seat.x;
                    this.y[index] = seat.y;
                }
                this.sectionOf[index] = sectionIndex;
                this.rowOf[index] = rowIndex;
                this.levelOf[index] = levelIndex.get(seat.price_level_id) ?? 0;
                this.flags[index] = (seat.accessible ? seatFlag.accessible : 0) |
                    (seat.companion ? seatFlag.companion : 0) |
                    (seat.restricted_view ? seatFlag.restrictedView : 0);
                this.labels[index] = seat.seat_label;
                this.shortLabels[index] = /[^\s,·/-]+$/.exec(seat.seat_label)?.[0] ?? seat.seat_label;
                return index;
            });
            seats.push(...indexes);
            return { name: row.name, seats: indexes };
        });
        const placed = seats.filter((index) => !Number.isNaN(this.x[index])).map((
            index,
        ) => [this.x[index], this.y[index]]);
        const given = (section.outline ?? []).map((point) => Array.isArray(point) ? point : [point.x, point.y]);
        const outline = given.length > 2 ? given : placed.length ? swollen(convexHull(placed), 0.95) : [];
        const sum = placed.reduce((total, [x, y]) => [total[0] + x, total[1] + y], [0, 0]);
        const seatsOfLevel = new Map();
        for (const index of seats) {
            seatsOfLevel.set(this.levelOf[index], (seatsOfLevel.get(this.levelOf[index]) ?? 0) + 1);
        }
        const level = [...seatsOfLevel].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
        const xs = outline.map((point) => point[0]);
        const ys = outline.map((point) => point[1]);
        return {
            index: sectionIndex,
            id: section.section_id,
            name: section.name,
            rows,
            seats,
            outline,
            level,
            levels: new Set(seatsOfLevel.keys()),
            // A hull is what a chart has when nobody drew an outline: the rows themselves say more.
            hasOutline: given.length > 2 && convexHull(given).length < given.length,
            center: placed.length ? [sum[0] / placed.length, sum[1] / placed.length] : null,
            box: outline.length ? [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] : null,
            top: outline.length ? outline.reduce((best, point) => point[1] < best[1] ? point : best) : null,
        };
    }

    #measure(resource) {
        const boxes = this.sections.map((section) => section.box).filter(Boolean);
        this.left = Math.min(0, ...boxes.map((box) => box[0]));
        this.top = Math.min(0, ...boxes.map((box) => box[1]));
        this.right = Math.max(resource.width ?? 1, ...boxes.map((box) => box[2]));
        this.bottom = Math.max(resource.height ?? 1, ...boxes.map((box) => box[3]));
    }

    /** A grid of cells, each a run of `cellSeats`: built once by counting. */
    #index() {
        const area = Math.max(1, (this.right - this.left) * (this.bottom - this.top));
        this.cell = Math.max(2, Math.sqrt(area / 60000));
        this.columns = Math.ceil((this.right - this.left) / this.cell) + 1;
        this.lines = Math.ceil((this.bottom - this.top) / this.cell) + 1;
        this.cellStart = new Int32Array(this.columns * this.lines + 1);
        const cellOf = new Int32Array(this.seatCount).fill(-1);
        let placed = 0;
        for (let index = 0; index < this.seatCount; index += 1) {
            if (Number.isNaN(this.x[index])) continue;
            const column = Math.floor((this.x[index] - this.left) / this.cell);
            const line = Math.floor((this.y[index] - this.top) / this.cell);
            if (column < 0 || line < 0 || column >= this.columns || line >= this.lines) continue;
            cellOf[index] = line * this.columns + column;
            this.cellStart[cellOf[index] + 1] += 1;
            placed += 1;
        }
        for (let cell = 1; cell < this.cellStart.length; cell += 1) this.cellStart[cell] += this.cellStart[cell - 1];
        this.cellSeats = new Int32Array(placed);
        const next = this.cellStart.slice();
        for (let index = 0; index < this.seatCount; index += 1) {
            if (cellOf[index] >= 0) this.cellSeats[next[cellOf[index]]++] = index;
        }
    }

    /** Calls back with every seat whose cell touches the rectangle (a little more than it, never less). */
    eachIn(left, top, right, bottom, visit) {
        const firstColumn = Math.max(0, Math.floor((left - this.left) / this.cell));
        const lastColumn = Math.min(this.columns - 1, Math.floor((right - this.left) / this.cell));
        const lastLine = Math.min(this.lines - 1, Math.floor((bottom - this.top) / this.cell));
        for (let line = Math.max(0, Math.floor((top - this.top) / this.cell)); line <= lastLine; line += 1) {
            const from = this.cellStart[line * this.columns + firstColumn];
            const to = this.cellStart[line * this.columns + lastColumn + 1];
            if (firstColumn <= lastColumn) { for (let at = from; at < to; at += 1) visit(this.cellSeats[at]); }
        }
    }

    /** The nearest seat within `distanceMax` units that fits, or -1. */
    nearest(x, y, distanceMax, fits = () => true) {
        let best = -1;
        let bestDistance = distanceMax * distanceMax;
        this.eachIn(x - distanceMax, y - distanceMax, x + distanceMax, y + distanceMax, (index) => {
            const distance = (this.x[index] - x) ** 2 + (this.y[index] - y) ** 2;
            if (distance <= bestDistance && fits(index)) {
                best = index;
                bestDistance = distance;
            }
        });
        return best;
    }

    /** The neighbour in a direction (a unit vector) by position: near along it, little to the side. -1 when none. */
    neighbour(from, directionX, directionY) {
        let best = -1;
        for (let reach = 2.5; best < 0 && reach < 200; reach *= 2.5) {
            let bestScore = Infinity;
            this.eachIn(
                this.x[from] - reach,
                this.y[from] - reach,
                this.x[from] + reach,
                this.y[from] + reach,
                (index) => {
                    const dx = this.x[index] - this.x[from];
                    const dy = this.y[index] - this.y[from];
                    const along = dx * directionX + dy * directionY;
                    const across = Math.abs(dx * directionY - dy * directionX);
                    if (along < 0.25 || along > reach || across > along * 1.2) return;
                    const score = along + 2 * across;
                    if (score < bestScore) {
                        best = index;
                        bestScore = score;
                    }
                },
            );
        }
        return best;
    }

    /** The section whose shape contains a point, or null. */
    sectionAt(x, y) {
        return this.sections.find(({ box, outline }) => {
            if (!box || x < box[0] || x > box[2] || y < box[1] || y > box[3]) return false;
            let inside = false;
            for (let at = 0, before = outline.length - 1; at < outline.length; before = at, at += 1) {
                const [ax, ay] = outline[at];
                const [bx, by] = outline[before];
                if ((ay > y) !== (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax) inside = !inside;
            }
            return inside;
        }) ?? null;
    }
}
