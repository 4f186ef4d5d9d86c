"""Prints ratios of ours to raw from Google Benchmark's JSON: lower quartiles of processor time over the repetitions."""

import json
import statistics
import subprocess
import sys


def machine():
    fields = dict(
        line.split(":", 1) for line in subprocess.run(["lscpu"], capture_output=True, text=True).stdout.splitlines() if ":" in line
    )
    load = open("/proc/loadavg").read().split()[0]
    return f"{fields.get('Model name', 'unknown').strip()}, {fields.get('CPU(s)', '?').strip()} cores, load {load} at the end"


def lower_quartile(values):
    return statistics.quantiles(values, n=4, method="inclusive")[0] if len(values) > 1 else values[0]


def spread(runs):
    """From the lower to the upper quartile, in per cent of the lower one."""
    times = [run["cpu_time"] for run in runs]
    if len(times) < 2:
        return "-"
    lower, _, upper = statistics.quantiles(times, n=4, method="inclusive")
    return f"{100 * (upper - lower) / lower:.0f} %"


def shown(ns):
    return f"{ns / 1e6:.2f} ms" if ns >= 1e6 else f"{ns / 1e3:.2f} us" if ns >= 1e3 else f"{ns:.0f} ns"


def main(path, command):
    runs = [run for run in json.load(open(path))["benchmarks"] if run["run_type"] == "iteration"]
    pairs = {}
    for run in runs:
        name, side = run["run_name"].rsplit("/", 1)
        pairs.setdefault(name, {}).setdefault(side, []).append(run)
    print(f"machine: {machine()}")
    print(f"command: {command}")
    print("time: processor time, lower quartile; spread: to the upper one, of ours; faults, heap: of one warm call\n")
    row = "{:<52} {:>10} {:>10} {:>6} {:>6} {:>7} {:>13} {:>13}"
    print(row.format("ours : raw", "ours", "raw", "ratio", "target", "spread", "faults", "heap+openssl"))
    missed = 0
    for name, sides in sorted(pairs.items()):
        heap = {side: f"{int(runs[0]['heap_calls'])}+{int(runs[0]['openssl_calls'])}" for side, runs in sides.items()}
        if set(sides) == {"ours"}:
            time = lower_quartile([run["cpu_time"] for run in sides["ours"]])
            target = sides["ours"][0]["ns_max"]
            missed += time > target
            print(row.format(name, shown(time), "", "", shown(target), spread(sides["ours"]),
                             int(sides["ours"][0]["page_faults"]), heap["ours"]))
            continue
        if set(sides) != {"ours", "raw"}:
            continue
        times = {side: lower_quartile([run["cpu_time"] for run in sides[side]]) for side in sides}
        counter = lambda side, what: int(sides[side][0][what])
        ratio = times["ours"] / times["raw"]
        target = sides["ours"][0]["ratio_max"]
        missed += ratio > target
        print(row.format(name, shown(times["ours"]), shown(times["raw"]), f"{ratio:.3f}", f"{target:.2f}",
                         spread(sides["ours"]), f"{counter('ours', 'page_faults')} : {counter('raw', 'page_faults')}",
                         f"{heap['ours']} : {heap['raw']}"))
    print(f"\n{missed} of {len(pairs)} above target")


main(*sys.argv[1:])
