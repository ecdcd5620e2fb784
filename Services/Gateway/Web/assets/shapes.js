// Sections' shapes: the chart's own outline, or else a band along each row, so that it follows the seats closely.

const bandUnits = 2.1;
const gapUnitsMax = 4.5;
const edgeUnitsMax = 2.2;
const toleranceUnits = 0.12;

/** Ramer–Douglas–Peucker: fewer points, nowhere further off than the tolerance. */
function simplified(points) {
    if (points.length < 3) return points;
    const [ax, ay] = points[0];
    const [bx, by] = points.at(-1);
    const length = Math.hypot(bx - ax, by - ay) || 1e-9;
    let worst = 0;
    let at = 0;
    points.forEach(([x, y], index) => {
        const off = Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
        if (off > worst) [worst, at] = [off, index];
    });
    if (worst <= toleranceUnits) return [points[0], points.at(-1)];
    return [...simplified(points.slice(0, at + 1)).slice(0, -1), ...simplified(points.slice(at))];
}

function trace(path, points) {
    points.forEach(([x, y], index) => index ? path.lineTo(x, y) : path.moveTo(x, y));
    // A lone seat is a line of no length: with round ends it is a dot.
    if (points.length === 1) path.lineTo(points[0][0] + 1e-3, points[0][1]);
}

/** One section's shape, in the chart's units. */
export class SectionShape {
    constructor(chart, section) {
        this.path = new Path2D();
        this.isBand = !section.hasOutline;
        if (!this.isBand) {
            trace(this.path, section.outline);
            this.path.closePath();
            return;
        }
        const place = (seat) => [chart.x[seat], chart.y[seat]];
        const rows = section.rows.map((row) => row.seats.map(place).filter(([x]) => !Number.isNaN(x))).filter((row) =>
            row.length
        );
        for (const row of rows) this.#trace(row, gapUnitsMax);
        // Along the rows' ends as well, so that their round ends don't make a wavy edge.
        this.#trace(rows.map((row) => row[0]), edgeUnitsMax);
        this.#trace(rows.map((row) => row.at(-1)), edgeUnitsMax);
    }

    /** Adds a line through the points, interrupted where two are further apart than `gapMax`. */
    #trace(points, gapMax) {
        let run = [];
        for (const point of points) {
            const last = run.at(-1);
            if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) > gapMax) {
                trace(this.path, simplified(run));
                run = [];
            }
            run.push(point);
        }
        if (run.length) trace(this.path, simplified(run));
    }

    /** Fills the shape; `grow` units are added all around. */
    fill(context, color, grow = 0) {
        if (this.isBand || grow > 0) {
            context.lineCap = "round";
            context.lineJoin = "round";
            context.lineWidth = (this.isBand ? bandUnits : 0) + grow * 2;
            context.strokeStyle = color;
            context.stroke(this.path);
        }
        if (this.isBand) return;
        context.fillStyle = color;
        context.fill(this.path);
    }
}
