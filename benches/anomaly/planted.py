"""Plants incidents in simulated series of KPIs and counts what the detector finds of them.

    cargo build --release -p tidemark-benches --bin anomaly
    python benches/anomaly/planted.py --binary target/release/anomaly --seeds 11 12 13

Needs numpy. The series have a day's and a week's shape, busy month ends, holidays, growth, days and hours that are
better or worse than others by chance, and Poisson noise. The same seed gives the same series. Half of the series have
no incident. A finding counts for an incident that it overlaps; a second finding for the same incident, or one that
overlaps none, is a false alarm.
"""

import argparse
import csv
import subprocess
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HOURS = np.array([2, 1, 1, 1, 1, 3, 8, 28, 74, 108, 116, 102, 52, 72, 106, 108, 94, 62, 28, 14, 8, 6, 3, 2]) / 116
WEEKDAYS = np.array([1.08, 1.02, 1.0, 0.98, 0.92, 0.16, 0.06])
MONTH_END = {3: (1, 1.35), 2: (2, 1.55), 1: (3, 1.75), 0: (4, 1.25)}  # days to the next month: class, factor
HOLIDAY = (5, 0.15)
NUM_DAYS = {"hour": 182, "day": 420}
LEARNING_DAYS = {"hour": 35, "day": 70}
# Kinds of series: grain, measure, mean of a busy hour or of a day, error rate.
SERIES = {
    "hourly, high": ("hour", "count", 100, 0),
    "hourly, low": ("hour", "count", 3, 0),
    "hourly cost": ("hour", "amount", 60, 0),
    "hourly errors": ("hour", "rate", 60, 0.03),
    "daily, high": ("day", "count", 600, 0),
    "daily, low": ("day", "count", 12, 0),
    "daily cost": ("day", "amount", 400, 0),
    "daily errors": ("day", "rate", 400, 0.03),
}


@dataclass
class Incident:
    """What was planted, in steps; a shift stays for ever and can be found for three weeks."""

    kind: str
    start: int
    end: int
    grace: int


def calendar(days: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Class and factor of every day: months of 30 and 31 days, a week of holidays every 120 days, single ones."""
    classes, factors = np.zeros(days, int), np.ones(days)
    begin, length = -int(rng.integers(0, 30)), 31
    while begin < days:
        begin, length = begin + length, 61 - length
        for before, (number, factor) in MONTH_END.items():
            if 0 <= begin - before < days:
                classes[begin - before], factors[begin - before] = number, factor
    first = int(rng.integers(10, 30))
    off = [first + 120 * k + d for k in range(4) for d in range(7)] + list(rng.integers(0, days, days // 60))
    for day in off:
        if day < days:
            classes[day], factors[day] = HOLIDAY
    return classes, factors


def expected(grain: str, volume: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What is expected of every step, with good and bad days and hours, and the class of its day."""
    days = NUM_DAYS[grain]
    classes, factors = calendar(days, rng)
    chance = np.zeros(days)
    for day in range(1, days):
        chance[day] = 0.4 * chance[day - 1] + rng.normal(0, 0.05)
    growth = 1 + 0.24 * np.arange(days) / 365
    daily = volume * growth * WEEKDAYS[np.arange(days) % 7] * factors * np.exp(chance)
    if grain == "day":
        return daily, classes
    hourly = np.repeat(daily, 24) * np.tile(HOURS, days) * np.exp(rng.normal(0, 0.08, days * 24))
    return hourly, np.repeat(classes, 24)


def working_day(classes: np.ndarray, per_day: int, low: int, high: int, rng: np.random.Generator) -> int:
    """A day from Monday to Friday without a holiday."""
    while True:
        day = int(rng.integers(low, high))
        if day % 7 < 5 and classes[day * per_day] != HOLIDAY[0]:
            return day


def plant(grain: str, measure: str, volume: float, mean, rate, classes, rng) -> list[Incident]:
    """Changes the expectation or the rate in place, twice a series at most, weeks apart."""
    per_day = 24 if grain == "hour" else 1
    days, learning = NUM_DAYS[grain], LEARNING_DAYS[grain]
    half = (days - learning) // 2
    is_small = volume < 20
    if measure == "rate":
        kinds = ["burst", "rise"]
    else:
        kinds = ["spike", "drop"] if is_small else ["spike", "drop", "shift"]
    chosen = sorted(rng.permutation(kinds)[:2], key=lambda kind: kind in ("shift", "rise"))
    incidents = []
    for place, kind in enumerate(chosen):
        low = learning + place * half
        day = working_day(classes, per_day, low + 2, low + half - 25, rng)
        hour = int(rng.integers(8, 12)) if grain == "hour" else 0
        start = day * per_day + hour
        if kind == "spike":
            end = start + (6 if grain == "hour" else 1)
            mean[start:end] *= 3
        elif kind == "drop":
            end = start + (5 if grain == "hour" else 1)
            late = mean[start:end].sum()
            mean[start:end] = 0
            if rng.random() < 0.5:  # a city that was offline sends all at once
                mean[end] += late
        elif kind == "shift":
            size = rng.uniform(0.15, 0.30) * rng.choice([-1, 1])
            end = start + 21 * per_day
            mean[start:] *= 1 + size
        elif kind == "burst":
            end = start + (3 if grain == "hour" else 1)
            rate[start:end] = 0.25 if grain == "hour" else 0.09
        else:
            end = start + 10 * per_day
            climb = 5 * per_day
            rate[start : start + climb] += np.linspace(0, 0.04, climb)
            rate[start + climb : end] += 0.04
        incidents.append(Incident(kind, start, end - 1, per_day if kind != "rise" else 2 * per_day))
    return incidents


def observe(measure: str, mean: np.ndarray, rate: np.ndarray, rng) -> tuple[np.ndarray, np.ndarray]:
    """Values and denominators."""
    counts = rng.poisson(mean)
    if measure == "rate":
        return rng.binomial(counts, rate), counts
    if measure == "amount":
        return np.array([rng.gamma(2.0, 0.2, count).sum() for count in counts]), np.zeros(len(counts))
    return counts, np.zeros(len(counts))


def simulate(seed: int, num_series: int, path: Path) -> dict[str, list[Incident]]:
    """Writes the series of a seed and says what is planted in which."""
    planted = {}
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["series", "grain", "measure", "step", "value", "denominator", "class"])
        for kind_number, (kind, (grain, measure, volume, error)) in enumerate(SERIES.items()):
            for number in range(num_series):
                rng = np.random.default_rng([seed, kind_number, number])
                mean, classes = expected(grain, volume, rng)
                rate = np.full(len(mean), error)
                name = f"{kind}/{seed}/{number}".replace(",", ";")
                has_incidents = number % 2 == 0
                planted[name] = plant(grain, measure, volume, mean, rate, classes, rng) if has_incidents else []
                values, denominators = observe(measure, mean, rate, rng)
                for step, (value, denominator, number_of_class) in enumerate(zip(values, denominators, classes)):
                    writer.writerow([name, grain, measure, step, value, denominator, number_of_class])
    return planted


def score(planted: dict[str, list[Incident]], found: list[dict], tally: dict, listed: list[str]) -> None:
    """Adds to the tally of each kind of series: found and missed by kind of incident, false alarms, delays."""
    by_series = defaultdict(list)
    for finding in found:
        by_series[finding["series"]].append(finding)
    for name, incidents in planted.items():
        kind = name.split("/")[0].replace(";", ",")
        figures = tally[kind]
        unmatched = list(by_series[name])
        for incident in incidents:
            hits = [
                finding
                for finding in unmatched
                if int(finding["from"]) <= incident.end + incident.grace and int(finding["to"]) >= incident.start
                and incident.start <= int(finding["noticed_at"]) <= incident.end + incident.grace
            ]
            figures["incidents", incident.kind] += 1
            if not hits:
                listed.append(f"missed: {name} {incident}")
                continue
            figures["found", incident.kind] += 1
            tally["delay", kind, incident.kind].append(int(hits[0]["noticed_at"]) - incident.start)
            unmatched.remove(hits[0])
        figures["false"] += len(unmatched)
        listed += [f"false: {name} {list(finding.values())[1:]}" for finding in unmatched]
        grain = SERIES[kind][0]
        figures["months"] += (NUM_DAYS[grain] - LEARNING_DAYS[grain]) / 30


def report(tally: dict) -> None:
    """Prints the figures of each kind of series and of all."""
    totals = defaultdict(float)
    for kind in SERIES:
        figures = tally[kind]
        incidents = sum(count for key, count in figures.items() if key[0] == "incidents")
        found = sum(count for key, count in figures.items() if key[0] == "found")
        for key, count in (("incidents", incidents), ("found", found)):
            totals[key] += count
        for key in ("false", "months"):
            totals[key] += figures[key]
        print(f"{kind:14s} {line(incidents, found, figures['false'], figures['months'])}")
        for (what, of, which), delays in sorted(item for item in tally.items() if len(item[0]) == 3):
            if of == kind:
                unit = "h" if SERIES[kind][0] == "hour" else "d"
                found_of, num = len(delays), int(figures["incidents", which])
                print(f"    {which:6s} {found_of:3d} of {num:3d}, {what} median {np.median(delays):.0f} {unit},"
                      f" 90 % within {np.quantile(delays, 0.9):.0f} {unit}")
    print(f"{'all':14s} {line(totals['incidents'], totals['found'], totals['false'], totals['months'])}")


def line(incidents: float, found: float, false: float, months: float) -> str:
    """Recall, precision, F1 and false alarms."""
    recall, precision = found / max(incidents, 1), found / max(found + false, 1)
    f1 = 2 * recall * precision / max(recall + precision, 1e-9)
    return (f"incidents {incidents:.0f}, recall {recall:.3f}, precision {precision:.3f}, F1 {f1:.3f},"
            f" false alarms per series and month {false / max(months, 1e-9):.3f}")


def main() -> None:
    """Simulates every seed, runs the binary, prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True, help="the benchmark's binary `anomaly`")
    parser.add_argument("--seeds", type=int, nargs="+", default=[11, 12, 13])
    parser.add_argument("--series", type=int, default=20, help="series of each kind and seed")
    parser.add_argument("--budget", type=float, default=0.02, help="false alarms a series and month put up with")
    parser.add_argument("--list", action="store_true", help="list what was missed and what was false")
    arguments = parser.parse_args()
    print(f"seeds {arguments.seeds}, {arguments.series} series of each kind and seed, budget {arguments.budget}")
    tally, listed = defaultdict(list), []
    for kind in SERIES:
        tally[kind] = defaultdict(float)
    with tempfile.TemporaryDirectory() as folder:
        for seed in arguments.seeds:
            series, findings = Path(folder) / "series.csv", Path(folder) / "findings.csv"
            planted = simulate(seed, arguments.series, series)
            command = [arguments.binary, "findings", series, findings, "--budget", str(arguments.budget)]
            subprocess.run(command, check=True)
            with findings.open(newline="") as file:
                score(planted, list(csv.DictReader(file)), tally, listed)
    report(tally)
    if arguments.list:
        print("\n".join(listed))


if __name__ == "__main__":
    main()
