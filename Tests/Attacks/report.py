"""The table of attacks: what was sent, whether it was cut, and what honest visitors felt meanwhile."""

import dataclasses
import statistics
import time


def percentile_99(samples):
    ordered = sorted(sample.seconds for sample in samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] if ordered else 0.0


def window(samples, began, ended):
    return [sample for sample in samples if began <= sample.due < ended]


def failures_of(samples):
    return [sample.failure for sample in samples if sample.failure]


@dataclasses.dataclass
class Row:
    """One attack."""

    name: str
    expected: str
    began: float
    ended: float = 0.0
    processor: float = 0.0
    megabytes: float = 0.0
    units: int = 0
    megabytes_sent: float = 0.0
    spells: int = 0
    cuts: int = 0
    cut_after: float = 0.0
    go_away: str = ""
    ratio: float = 1.0

    def end(self, watch):
        self.ended = time.monotonic()
        self.processor = watch.processor_seconds() - self.processor
        self.megabytes = watch.megabytes()

    def judge(self, spells):
        self.spells, self.cuts = len(spells), sum(spell.is_cut for spell in spells)
        self.units = sum(spell.units for spell in spells)
        self.megabytes_sent = sum(spell.bytes for spell in spells) / 1e6
        self.cut_after = statistics.median(spell.seconds for spell in spells if spell.is_cut) if self.cuts else 0.0
        codes = {spell.go_away for spell in spells} - {None}
        self.go_away = ",".join(str(code) for code in sorted(codes))

    @property
    def verdict(self):
        if self.cuts:
            return f"cut after {self.cut_after:.2f} s"
        return "NOT CUT" if self.expected == "cut" else self.expected


def print_table(rows, samples, unloaded):
    """Prints the rows. Answers what is wrong in them."""
    print(f"    {'attack':55} {'sent':>9} {'MB':>6} {'tries':>6} {'verdict':17} {'GOAWAY':7} {'CPU s':>6} "
          f"{'has MB':>6} {'p99 ms':>7} {'ratio':>6}")
    faults = []
    for row in rows:
        p99 = percentile_99(window(samples, row.began, row.ended))
        row.ratio = p99 / unloaded if unloaded else 0.0
        print(f"    {row.name:55} {row.units:9} {row.megabytes_sent:6.1f} {row.spells:6} {row.verdict:17} "
              f"{row.go_away:7} {row.processor:6.2f} {row.megabytes:6.0f} {p99 * 1e3:7.1f} {row.ratio:5.1f}×")
        if row.verdict == "NOT CUT":
            faults.append(f"{row.name}: not cut")
    return faults
