#!/usr/bin/env python3
"""The gateway's public port under attack: floods, sieges and smuggled requests, while an honest visitor asks on.

python3 Tests/Attacks/run.py --base-url http://localhost:8080      (BOXOFFICE_DATA: the stack's data folder)

Without options each flood; --share 3 sends one in three of each family. The siege and the smuggled requests are whole.
"""

import argparse
import asyncio
import json
import os
import pathlib
import socket
import statistics
import sys
import time
import urllib.parse
import urllib.request

# Behind our own folder: some names are in both.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "Stack"))

import floods
import share
import tools
from attacker import Attackers
from balancer import balancer
from report import Row, failures_of, percentile_99, print_table, window
from siege import SLACK, Siege
from smuggling import run_matrix
from visitor import Visitor
from watch import Watch

# What a gateway may hold at most under any of these attacks, in MB.
MEGABYTES_MAX = 500
# An honest answer under attack: generous, for the machine is shared. The table shows the figure.
HONEST_SECONDS_MAX = 1.0
CALM_SECONDS = 5


class Attacked:
    """The stack, and what an honest visitor asks of it."""

    def __init__(self, arguments):
        parts = urllib.parse.urlsplit(arguments.base_url)
        self.base_url = arguments.base_url
        self.address = socket.getaddrinfo(parts.hostname, parts.port, socket.AF_INET, socket.SOCK_STREAM)[0][4]
        self.watch = Watch(arguments.data)
        event = json.loads((pathlib.Path(arguments.data) / "demonstration/event").read_text())
        performance = event["performance_id"]
        self.paths = ["/v1/events?limit=1", f"/v1/performances/{performance}", f"/v1/performances/{performance}/seats"]
        self.stream_path = f"{self.paths[2]}/stream"
        self.large_path = self.get(self.paths[1])["seating_chart_url"]

    def get(self, path):
        with urllib.request.urlopen(self.base_url + path) as answer:
            return json.load(answer)


async def storm(attacked, arguments, chosen, rows):
    """Every flood in its turn, or a share of each family, under a siege that stands all the while. Answers when it was
    calm."""
    watch, attackers = attacked.watch, Attackers(attacked.address, attacked.stream_path)
    watching = asyncio.create_task(watch.keep_watch())
    began = time.monotonic()
    await asyncio.sleep(CALM_SECONDS)
    calm = (began, time.monotonic())
    siege = Siege(attacked.address, attacked.large_path)
    await siege.standing()
    slow_tools = asyncio.create_task(tools.slowhttptest(attacked.base_url, attacked.large_path))
    rows.append(Row("the siege alone", "see below", time.monotonic(), processor=watch.processor_seconds()))
    await asyncio.sleep(CALM_SECONDS)
    rows[-1].end(watch)
    for flood in floods.share_of_floods(attacked.stream_path, chosen):
        if arguments.only and arguments.only not in flood.name:
            continue
        expected = "cut" if flood.is_cut else "bounded"
        row = Row(flood.name, expected, time.monotonic(), processor=watch.processor_seconds())
        spells = await attackers.attack(flood.name, arguments.seconds)
        row.end(watch)
        row.judge(spells)
        rows.append(row)
    attackers.end()
    # They go on for longer than a siege of those who are sent away after half a minute has to stand.
    slow = await slow_tools
    longest = max(slow.patience or 0 for slow in siege.slow) + SLACK
    await asyncio.sleep(max(0, siege.began + (longest if arguments.siege else 0) - time.monotonic()))
    stood = time.monotonic() - siege.began
    outcomes = await siege.outcomes()
    watching.cancel()
    return calm, outcomes, stood, slow


def check_floods(attacked, rows, samples, calm):
    """honest visitors are served, attackers are cut, and the gateways' memory stays small"""
    unloaded = percentile_99(window(samples, *calm))
    faults = print_table(rows, samples, unloaded)
    errors = failures_of(samples)
    if errors:
        faults.append(f"{len(errors)} honest requests failed, for example {errors[:3]}")
    worst = percentile_99(window(samples, rows[0].began, rows[-1].ended))
    if worst > HONEST_SECONDS_MAX:
        faults.append(f"99 % of the honest answers took up to {worst:.3f} s under attack")
    if attacked.watch.most_megabytes > MEGABYTES_MAX:
        faults.append(f"a gateway had {attacked.watch.most_megabytes:.0f} MB")
    if attacked.watch.pids != attacked.watch.pids_now():
        faults.append("a gateway was started anew")
    ratios = [row.ratio for row in rows]
    note = (f"{len(samples)} honest requests, {len(errors)} failed; p99 {unloaded * 1e3:.1f} ms unloaded, "
            f"{worst * 1e3:.1f} ms under all attacks ({worst / unloaded:.1f}×; by attack median "
            f"{statistics.median(ratios):.1f}×, worst {max(ratios):.1f}×); "
            f"at most {attacked.watch.most_megabytes:.0f} MB a gateway")
    return note, faults


def check_siege(outcomes, stood):
    """who is silent, slow or gives no credit is sent away in time"""
    faults = []
    for outcome in outcomes:
        left = outcome.opened - len(outcome.cut_after)
        slowest = max(outcome.cut_after, default=0)
        due = outcome.patience and outcome.patience + SLACK
        verdict = "may stay" if due is None else "not judged yet" if stood < due else "cut"
        if due and (slowest > due or left and stood >= due):
            verdict = "NOT CUT"
            faults.append(f"{outcome.name}: {left} of {outcome.opened} stood after {stood:.0f} s, "
                          f"the slowest went after {slowest:.1f} s")
        print(f"    {outcome.name:52} {outcome.opened:4} opened, {len(outcome.cut_after):4} gone, "
              f"the last after {slowest:5.1f} s: {verdict}")
    count = sum(outcome.opened for outcome in outcomes)
    return f"{count} attackers of {len(outcomes)} kinds over {stood:.0f} s", faults


def check_tools(results):
    """slowhttptest finds the service available, and its connections closed"""
    told = "; ".join(f"{mode}: {note}" for mode, note, _ in results)
    return told, [f"{mode}: {note}" for mode, note, is_fine in results if not is_fine]


async def check_smuggling(attacked):
    """no request is seen twice or hidden, direct and behind HAProxy"""
    async with balancer(attacked.address[1]) as behind:
        ways = {"direct": attacked.address}
        ways |= {f"HAProxy, {spoken} behind": address for spoken, address in behind.items()}
        verdicts = await run_matrix(attacked.watch, ways)
    faults = [f"[{way}] {case.name}: {fault} ({seen})" for way, case, seen, fault in verdicts if fault]
    return f"{len(verdicts) // len(ways)} cases in {len(ways)} ways", faults


def tell(sentence, note, faults, began):
    mark = "✗" if faults else "✓"
    print(f"{mark} {sentence}: {note} ({time.monotonic() - began:.1f} s)", flush=True)
    for fault in faults:
        print(f"    {fault}")
    return not faults


async def run(arguments):
    attacked, passed, chosen = Attacked(arguments), [], share.share_of(arguments)
    print(f"  floods: {chosen}", flush=True)
    began = time.monotonic()
    if not arguments.only:
        note, faults = await check_smuggling(attacked)
        passed.append(tell(check_smuggling.__doc__, note, faults, began))
    began = time.monotonic()
    visitor, rows = Visitor(attacked.address, attacked.paths, arguments.rate), []
    try:
        calm, outcomes, stood, slow = await storm(attacked, arguments, chosen, rows)
    finally:
        samples = visitor.samples()
    judged = [(check_floods, (attacked, rows, samples, calm)), (check_siege, (outcomes, stood)), (check_tools, (slow,))]
    for check, parts in judged:
        note, faults = check(*parts)
        passed.append(tell(check.__doc__, note, faults, began))
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if all(passed) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", default="http://localhost:8080")
    parser.add_argument("--data", default=os.environ.get("BOXOFFICE_DATA", ".local"), help="the stack's data folder")
    parser.add_argument("--seconds", type=float, default=0.7, help="how long each flood lasts")
    parser.add_argument("--siege", action="store_true", help="let the siege stand until all must be gone")
    parser.add_argument("--rate", type=int, default=200, help="honest requests a second")
    parser.add_argument("--only", help="only the floods whose name contains this")
    share.add_options(parser)
    sys.exit(asyncio.run(run(parser.parse_args())))


if __name__ == "__main__":
    main()
