"""The matrix as a table in Markdown."""

import datetime
import re

from matrix import BLOWS

HEADS = {
    ("kill", "before"): "killed before", ("kill", "sent"): "killed once it is carried out",
    ("kill", "told"): "killed after the answer", ("cut", "before"): "cut before", ("cut", "sent"): "cut before the answer",
}
COLUMNS = ["operation", "message", *(HEADS[blow] for blow in BLOWS)]


def table(results, times, before=""):
    """A row for each message of each operation, a column for each blow: how many fell and came out right. The rows of
    other operations that the table had `before` stay."""
    ours = {result.operation for result in results}
    rows = [row for row in rows_in(before) if row[0] not in ours] + rows_of(results)
    cells = [cell for row in rows for cell in row[2:]]
    fell = sum(int(found[1]) for cell in cells if (found := re.match(r"(\d+), ", cell)))
    missed = sum(int(found[1]) for cell in cells if (found := re.search(r"(\d+) did not fall", cell)))
    wrong = sum(int(found[1]) for cell in cells if (found := re.search(r"(\d+) wrong", cell)))
    lines = [
        "# What comes of a blow at each message", "",
        f"`Tests/Crashes/run.py --times {times}`, {datetime.date.today().isoformat()}: {fell + missed + wrong} blows, "
        f"{missed} that did not fall because the message did not come, {wrong} after which provider, ledger, seats, "
        "tickets or the customer's answer differed.", "",
        "A cell tells how many blows fell and came out right, and the longest time until all was settled. To be killed after",
        "an answer is to be killed before the next message, and is tried behind the last one.", "",
        "| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def rows_in(text):
    """The rows of a table that was written earlier."""
    rows = [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in text.splitlines() if line.startswith("| ")]
    return [row for row in rows if row != COLUMNS]


def rows_of(results):
    rows = {}
    for result in results:
        rows.setdefault((result.operation, result.point), {}).setdefault((result.action, result.moment), []).append(result)
    return [[operation, f"{point.channel}: `{point.label}` {point.number}", *(cell(blows.get(blow, [])) for blow in BLOWS)]
            for (operation, point), blows in rows.items()]


def cell(results):
    if not results:
        return "–"
    right = [result for result in results if result.met and not result.wrong]
    words = [f"{len(right)}, {max(result.seconds for result in right):.1f} s"] if right else []
    if missed := sum(not result.met and not result.wrong for result in results):
        words.append(f"{missed} did not fall")
    if wrong := sum(result.wrong is not None for result in results):
        words.append(f"**{wrong} wrong**")
    return "; ".join(words)
