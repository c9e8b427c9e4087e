"""Counts what the watch of KPIs finds of the trouble that the generator plants, and what it finds where there is none.

    tidemark generate --days 365 --seed 71 --end 2026-07-01 --out FOLDER
    tidemark load FOLDER/*.jsonl --dir FOLDER/lake
    cargo build --release -p tidemark-benches --bin anomaly
    PYTHONPATH=tests python benches/anomaly/generated.py FOLDER... --tidemark target/release/tidemark \\
        --binary target/release/anomaly

FOLDER holds `truth.json` and the lake, in `lake` or as `tidemark demo --once --dir FOLDER` leaves it; of 400 days at
most, and a year is meant: what lies in a series' learning period counts as missed. Every KPI that the catalogue wants
watched is read with `tidemark sql`, by city, by forwarder and of all cities, and goes through the product's detector
with its own settings, as the service would have done day by day (`replay.py`). The hours of a city that is offline are
fed without that city's events at first, since these arrive only afterwards (`disorder.rs`), and with them from the next
day on; all other figures as they stand at the end.

What counts, laid down before any outcome was seen:

* The incidents are those of `truth.json`; each has KPIs that tell of it, and KPIs that it moves besides (`EFFECTS`,
  worked out from the generator's source: `incident.rs`, `disorder.rs`, `invoice/`). An alarm is about an incident
  where its KPI is one of these and deviates in that direction; its series holds that city's or forwarder's events
  (those of all cities do); its span overlaps the incident or its after-effects; and it was noticed from the
  incident's beginning to a day after these.
* An incident is found where an alarm of a KPI that tells of it is about it. The delay is from the incident's
  beginning until the alarm is told, ten minutes after the hour or the day in which it was noticed.
* An alarm of a KPI that is merely moved is neither found nor false, and is counted apart.
* Every other alarm is false, of whatever severity: those on month ends and holidays, those after an incident about
  what became usual again, those of KPIs that it has nothing to do with; and so is a second alarm of a series about an
  incident. False alarms are counted per series and month, over the days on which its detector was past learning.
* Precision is over alarms: those that tell of an incident, of these and the false ones. F1 is of the incidents'
  recall and that precision. As one incident has alarms in many series, both are also given with each incident counted
  once.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from replay import DAY_S, HOUR_S, PAST_DAYS, Alarm, Key, Outage, read, watch

DAYS_A_MONTH = 30


@dataclass(frozen=True)
class Effect:
    """What an incident does to KPIs: True where they rise."""

    tells: dict[str, bool]
    moves: dict[str, bool] = field(default_factory=dict)
    after_h: int = 0
    grains: tuple[str, ...] = ("hour", "day")


EFFECTS = {
    # Tokens of a city's language model are eleven times as many.
    "cost_spike": Effect({"ai_cost_hkd": True, "ai_cost_per_invoice_hkd": True}),
    # Most extractions fail, and calls before them; of the invoices some are run again within five hours, and reviewed.
    "error_burst": Effect(
        {"error_rate": True, "success_rate": False, "ai_error_rate": True},
        {
            "automation_rate": False,
            "straight_through_p95_ms": True,
            # Nothing that failed before extraction costs a language model's call, is slow, or is corrected.
            "ai_cost_hkd": False,
            "ai_cost_per_invoice_hkd": False,
            "ai_latency_p95_ms": False,
            "invoice_accuracy": True,
        },
        after_h=6,
    ),
    # A forwarder's total is misread, found in review, which takes hours at most, and corrected.
    "accuracy_drop": Effect(
        {"ai_accuracy": False, "invoice_accuracy": False, "automation_rate": False},
        {"straight_through_p95_ms": True},
        after_h=6,
    ),
    # Nothing comes for hours, and then all of it at its own time: afterwards a day shows nothing.
    "city_offline": Effect({"invoices_received": False, "ai_cost_hkd": False}, after_h=1, grains=("hour",)),
}


@dataclass(frozen=True)
class Incident:
    """Planted trouble, in seconds since 1970; of all cities or forwarders where it names none."""

    kind: str
    city: str
    forwarder: str
    begins_at: int
    ends_at: int

    def __str__(self) -> str:
        place = self.forwarder or self.city or "all cities"
        return f"{self.kind} of {place}, {shown(self.begins_at)} to {shown(self.ends_at)}"


@dataclass
class Year:
    """What came of one history."""

    seed: int
    incidents: list[Incident]
    # Alarms that tell of an incident, those that it moves besides, and the false ones.
    told: list[tuple[Incident, Alarm]]
    moved: list[Alarm]
    false: list[Alarm]
    watched_days: dict[Key, int]

    def found(self) -> dict[Incident, list[Alarm]]:
        """The alarms that tell of each incident, the first one first."""
        by_incident = defaultdict(list)
        for incident, alarm in sorted(self.told, key=lambda pair: pair[1].told_at):
            by_incident[incident].append(alarm)
        return by_incident


def shown(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def planted(truth: dict) -> list[Incident]:
    """The incidents of a truth."""
    return [
        Incident(of["kind"], of.get("city", ""), of.get("forwarder", ""), seconds(of["from"]), seconds(of["to"]))
        for of in truth["incidents"]
    ]


def is_about(alarm: Alarm, incident: Incident) -> bool:
    """Whether an alarm is of the place and the time of an incident, and of its grains."""
    effect, key = EFFECTS[incident.kind], alarm.key
    is_there = not (key.city and incident.city not in ("", key.city))
    is_theirs = not (key.forwarder and incident.forwarder not in ("", key.forwarder))
    until = incident.ends_at + HOUR_S * effect.after_h
    overlaps = alarm.begins_at < until and alarm.ends_at > incident.begins_at
    is_noticed = alarm.noticed[1] > incident.begins_at and alarm.noticed[0] < until + DAY_S
    return key.grain in effect.grains and is_there and is_theirs and overlaps and is_noticed


def judge(incidents: list[Incident], alarms: Iterable[Alarm]) -> tuple[list, list, list]:
    """Sorts alarms into those that tell of an incident, those that one moves besides, and false ones."""
    told, moved, false = [], [], []
    known = set()
    for alarm in sorted(alarms, key=lambda alarm: alarm.told_at):
        near = [incident for incident in incidents if is_about(alarm, incident)]
        telling = [of for of in near if EFFECTS[of.kind].tells.get(alarm.key.kpi) is alarm.is_above]
        is_moved = any(EFFECTS[of.kind].moves.get(alarm.key.kpi) is alarm.is_above for of in near)
        news = [of for of in telling if (alarm.key, of) not in known]
        if news:
            known.add((alarm.key, news[0]))
            told.append((news[0], alarm))
        elif is_moved and not telling:
            moved.append(alarm)
        else:
            false.append(alarm)
    return told, moved, false


def scored(folder: Path, tidemark: Path, binary: Path, num_workers: int) -> Year:
    """Watches a history and judges what was told."""
    truth = json.loads((folder / "truth.json").read_text())
    plan, incidents = truth["plan"], planted(truth)
    if plan["days"] > PAST_DAYS:
        raise SystemExit(f"{folder} has {plan['days']} days: the watch learns from {PAST_DAYS} at most")
    lake = folder / "lake" if (folder / "lake").is_dir() else folder
    span = seconds(plan["from"]), seconds(plan["to"])
    outages = [Outage(of.city, of.begins_at, of.ends_at) for of in incidents if of.kind == "city_offline"]
    series = read(tidemark, lake, span, outages)
    with ThreadPoolExecutor(num_workers) as workers:
        watched = list(workers.map(lambda one: watch(one, binary, span), series))
    told, moved, false = judge(incidents, [alarm for alarms, _ in watched for alarm in alarms])
    days = {one.key: num_days for one, (_, num_days) in zip(series, watched)}
    return Year(plan["seed"], incidents, told, moved, false, days)


def group(key: Key) -> str:
    place = "forwarders" if key.forwarder else "cities" if key.city else "all cities"
    return f"{key.grain}, {place}"


def part(some: float, of: float) -> float:
    return some / of if of else 0.0


def f1(recall: float, precision: float) -> float:
    return part(2 * recall * precision, recall + precision)


def hours(alarm: Alarm, incident: Incident) -> float:
    """Hours from an incident's beginning until it was told."""
    return (alarm.told_at - incident.begins_at) / HOUR_S


def report_year(year: Year) -> None:
    """Prints what became of each incident of a history."""
    found = year.found()
    print(f"seed {year.seed}: {len(found)} of {len(year.incidents)} incidents found, {figures([year])}")
    for incident in year.incidents:
        alarms = found.get(incident, [])
        print(f"  {incident}: {'found' if alarms else 'MISSED'}")
        for alarm in alarms:
            print(f"    after {hours(alarm, incident):6.1f} h {alarm.key} ({alarm.severity})")


def figures(years: list[Year]) -> str:
    """Precision, F1 and false alarms."""
    num_incidents = sum(len(year.incidents) for year in years)
    num_found = sum(len(year.found()) for year in years)
    num_told, num_false = (sum(len(of) for of in lists) for lists in zip(*((y.told, y.false) for y in years)))
    num_moved = sum(len(year.moved) for year in years)
    num_days = sum(sum(year.watched_days.values()) for year in years)
    recall, precision = part(num_found, num_incidents), part(num_told, num_told + num_false)
    once = part(num_found, num_found + num_false)
    return (
        f"recall {recall:.3f}, alarms {num_told} true, {num_moved} of what else was moved, {num_false} false: "
        f"precision {precision:.3f}, F1 {f1(recall, precision):.3f}, "
        f"each incident once {once:.3f} and {f1(recall, once):.3f}, "
        f"false alarms per series and month {part(num_false * DAYS_A_MONTH, num_days):.4f}"
    )


def report(years: list[Year]) -> None:
    """Prints the figures of all histories: by kind of incident, by KPI, by kind of series."""
    print(f"\nall: {figures(years)}")
    for kind in EFFECTS:
        of_kind = [(year.found().get(incident), incident) for year in years for incident in year.incidents
                   if incident.kind == kind]  # fmt: skip
        delays = [hours(alarms[0], incident) for alarms, incident in of_kind if alarms]
        delay = f", delay median {median(delays):.1f} h, longest {max(delays):.1f} h" if delays else ""
        print(f"{kind}: recall {part(len(delays), len(of_kind)):.3f} ({len(delays)} of {len(of_kind)}){delay}")
        by_kpi = defaultdict(dict)
        for number, (alarms, incident) in enumerate(of_kind):
            for alarm in alarms or []:
                by_kpi[alarm.key.kpi, group(alarm.key)].setdefault(number, hours(alarm, incident))
        for (kpi, where), first in sorted(by_kpi.items(), key=lambda item: -len(item[1])):
            print(f"    {kpi} by the {where}: {len(first)} of {len(of_kind)}, median {median(first.values()):.1f} h")
    report_false(years)


def report_false(years: list[Year]) -> None:
    """Prints how many alarms are false, by kind of series, KPI and severity."""
    print("false alarms:")
    false, watched_days, num_series = Counter(), Counter(), Counter()
    for year in years:
        false.update(group(alarm.key) for alarm in year.false)
        for key, num_days in year.watched_days.items():
            watched_days[group(key)] += num_days
            num_series[group(key)] += num_days > 0
    for where, num_days in sorted(watched_days.items()):
        rate = part(false[where] * DAYS_A_MONTH, num_days)
        print(f"    by the {where}: {false[where]} in {num_series[where]} series, {rate:.4f} per series and month")
    alarms = [alarm for year in years for alarm in year.false]
    by_kpi = Counter(f"{alarm.key.kpi} by the {alarm.key.grain}" for alarm in alarms)
    for counts in (by_kpi, Counter(alarm.severity for alarm in alarms)):
        print("    " + (", ".join(f"{what} {count}" for what, count in counts.most_common()) or "none"))


def main() -> None:
    """Watches every history, prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", help="histories, each with its truth.json and its lake")
    parser.add_argument("--tidemark", type=Path, required=True, help="the binary `tidemark`")
    parser.add_argument("--binary", type=Path, required=True, help="the benchmark's binary `anomaly`")
    parser.add_argument("--workers", type=int, default=2, help="series that are watched at a time")
    parser.add_argument("--list", action="store_true", help="list the false alarms")
    arguments = parser.parse_args()
    years = []
    for folder in arguments.folders:
        year = scored(folder, arguments.tidemark, arguments.binary, arguments.workers)
        years.append(year)
        report_year(year)
        if arguments.list:
            for alarm in year.false:
                until = "now" if alarm.ends_at == float("inf") else shown(alarm.ends_at)
                course = "above" if alarm.is_above else "below"
                print(f"  false: {alarm.key}, {shown(alarm.begins_at)} to {until}, {course}, {alarm.severity}")
    report(years)


if __name__ == "__main__":
    main()
