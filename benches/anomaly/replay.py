"""The watch of KPIs over a lake of the past, as if its time went by: which series there are, what was known of them on
each day, and what people would have been told.

Follows `insight/src/anomaly/watch`: `kpis/ask.rs` (which series, and what is measured), `kpis/clock.rs` (steps,
kinds of days), `kpis/mod.rs` (what is learnt, when, and from how much past) and `findings.rs` (what is told twice is
one anomaly). The detector itself is the product's, with its own settings, run by the benchmark's binary `anomaly`.

What differs from a service: figures are as they stand at the end of the history, late events included, except where
a city was offline, and the hour that is open is not looked at, so that what is above the usual is told up to an hour
later here.
"""

import bisect
import csv
import io
import subprocess
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from math import inf
from pathlib import Path
from zoneinfo import ZoneInfo

from judges.kpis import ZONES

HOUR_S, DAY_S = 3_600, 86_400
# A period is looked at so long after its end; what ended so long before is told when all is learnt anew.
GRACE_S, OVERLAP_S = 600, 2 * DAY_S
# The past that is learnt from, and the points that are only learnt from (`Settings::hourly`, `Settings::daily`).
PAST_HOURS, PAST_DAYS = 8 * 7 * 24, 400
LEARNING = {"hour": 28 * 24, "day": 42}
CALENDAR_OF_ALL = "HKG"
HOLIDAYS = Path(__file__).parents[2] / "model/src/holidays/tests/python-holidays-0.109.txt"
# Shanghai, Shenzhen and Guangzhou share China's holidays.
HOLIDAYS_OF = {"SZX": "SHA", "CAN": "SHA"}
MEASURES = {"count": "count", "cost": "amount", "mean": "amount", "share": "rate"}
# What happens on an ordinary day, and kinds of days that are beside their own past only.
ORDINARY, HOLIDAY, MONTH_END, MADE_UP, FIRST, LUNAR_NEW_YEAR = range(6)
# First days of lunar years. Source: Hong Kong Observatory, Gregorian-lunar calendar.
LUNAR_NEW_YEARS = {day.year: day for day in (date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6))}
KEEPING_IT = {"HKG", "SIN", "SHA", "TPE", "SEL", "SGN"}
CELLS = "SELECT kpi, city, '' AS forwarder, {text} AS at, CAST(numerator AS DOUBLE) AS numerator, \
CAST(denominator AS DOUBLE) AS denominator FROM {relation} WHERE kpi IN ({kpis})"
CELLS_OF_FORWARDERS = "SELECT kpi, '' AS city, forwarder, CAST(bucket AS VARCHAR) AS at, \
CAST(sum(numerator) AS DOUBLE) AS numerator, CAST(sum(denominator) AS DOUBLE) AS denominator \
FROM kpi_daily_by_forwarder WHERE kpi IN ({kpis}) AND forwarder IS NOT NULL GROUP BY kpi, forwarder, bucket"
Cell = tuple[float, float]


@dataclass(frozen=True)
class Kpi:
    """A KPI that the catalogue wants watched."""

    grains: tuple[str, ...]
    nature: str
    adds_up: bool
    by_forwarder: bool


@dataclass(frozen=True)
class Key:
    """A series: of a city, of a forwarder, or of all cities together where both are empty."""

    kpi: str
    grain: str
    city: str = ""
    forwarder: str = ""

    def __str__(self) -> str:
        return f"{self.kpi} by the {self.grain}, {self.city or self.forwarder or 'all cities'}"


@dataclass
class Series:
    """Cells by period: hours since 1970 by UTC, or days by their date."""

    key: Key
    nature: str
    cells: dict[int, Cell] = field(default_factory=dict)
    # Periods of which less was known when they were over.
    known_at_first: dict[int, Cell | None] = field(default_factory=dict)


@dataclass
class Alarm:
    """What people were told, in seconds since 1970; without an end while it goes on."""

    key: Key
    is_above: bool
    severity: str
    told_at: int
    # The period in which it was noticed.
    noticed: tuple[int, int]
    begins_at: int
    ends_at: float
    # The end of its last period so far.
    seen_until: int = 0

    def is_about(self, begins_at: int, ends_at: int) -> bool:
        """Whether a finding of its series at these times is the same."""
        return self.begins_at == begins_at or (self.begins_at < ends_at and begins_at < self.ends_at)


@dataclass(frozen=True)
class Outage:
    """A city whose events of a span arrive only after it, in seconds since 1970."""

    city: str
    begins_at: int
    ends_at: int


def asked(tidemark: Path, lake: Path, query: str) -> list[dict[str, str]]:
    """The rows of a query, as text."""
    command = [tidemark, "sql", query, "--dir", lake, "--format", "csv"]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return list(csv.DictReader(io.StringIO(answer, newline="")))


def watched(tidemark: Path, lake: Path) -> dict[str, Kpi]:
    """The KPIs that the catalogue wants watched."""
    query = (
        "SELECT kpi, watch, unit, formula LIKE '% / %' AS divides, additive, by_forwarder FROM kpis WHERE watch <> ''"
    )
    return {row["kpi"]: kpi(row) for row in asked(tidemark, lake, query)}


def kpi(row: dict[str, str]) -> Kpi:
    divides = row["divides"] == "true"
    plain = {"count": "count", "hkd": "cost"}.get(row["unit"], "mean")
    nature = "share" if row["unit"] == "ratio" else "mean" if divides else plain
    return Kpi(tuple(row["watch"].split()), nature, row["additive"] == "true", row["by_forwarder"] == "true")


def read(tidemark: Path, lake: Path, span: tuple[int, int], outages: list[Outage]) -> list[Series]:
    """Every series that is watched, within a span of seconds since 1970."""
    kpis = watched(tidemark, lake)
    hourly = [name for name, of in kpis.items() if "hour" in of.grains]
    daily = [name for name, of in kpis.items() if "day" in of.grains]
    by_forwarder = [name for name in daily if kpis[name].by_forwarder and kpis[name].adds_up]
    text = "CAST(bucket AS VARCHAR)"
    questions = [
        ("hour", hourly, CELLS.replace("{relation}", "kpi_hourly").replace("{text}", f"substr({text}, 1, 13)")),
        ("day", daily, CELLS.replace("{relation}", "kpi_daily").replace("{text}", text)),
        ("day", by_forwarder, CELLS_OF_FORWARDERS),
    ]
    found: dict[Key, Series] = {}
    for grain, names, query in questions:
        listed = ", ".join(f"'{name}'" for name in names)
        if listed:
            take(asked(tidemark, lake, query.replace("{kpis}", listed)), grain, kpis, outages, found)
    for series in found.values():
        within = range(*periods_of(series.key.grain, span))
        series.cells = {period: cell for period, cell in series.cells.items() if period in within}
    return [series for series in found.values() if series.cells]


def periods_of(grain: str, span: tuple[int, int]) -> tuple[int, int]:
    """First period of a span and the first after it; all cities are ahead of UTC, so that their days are over in it."""
    length = HOUR_S if grain == "hour" else DAY_S
    return span[0] // length, span[1] // length


def take(rows: list[dict], grain: str, kpis: dict[str, Kpi], outages: list[Outage], found: dict[Key, Series]) -> None:
    """Takes cells as those of their own series, and of all cities together where they add up."""
    missing: dict[tuple[Key, int], Cell] = {}
    for row in rows:
        if not row["numerator"] or not row["denominator"]:
            continue
        cell, period = (float(row["numerator"]), float(row["denominator"])), period_of(grain, row["at"])
        of = kpis[row["kpi"]]
        own = Key(row["kpi"], grain, row["city"], row["forwarder"])
        keys = [own] if own.city or own.forwarder else []
        if of.adds_up and not own.forwarder:
            keys.append(Key(row["kpi"], grain))
        is_late = grain == "hour" and any(
            own.city == outage.city and outage.begins_at <= period * HOUR_S < outage.ends_at for outage in outages
        )
        for key in keys:
            series = found.setdefault(key, Series(key, of.nature))
            series.cells[period] = plus(series.cells.get(period), cell)
            if is_late:
                missing[key, period] = cell
    for (key, period), cell in missing.items():
        whole = found[key].cells[period]
        rest = tuple(max(of_all - of_city, 0.0) for of_all, of_city in zip(whole, cell))
        found[key].known_at_first[period] = None if whole == cell else rest


def plus(one: Cell | None, other: Cell) -> Cell:
    return (one[0] + other[0], one[1] + other[1]) if one else other


def period_of(grain: str, text: str) -> int:
    """The period that a bucket is: `2026-04-02T19` or `2026-04-02`."""
    if grain == "day":
        return days_since_1970(date.fromisoformat(text[:10]))
    return int(datetime.fromisoformat(f"{text[:13]}:00:00+00:00").timestamp()) // HOUR_S


def days_since_1970(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def local_date(period: int) -> date:
    return date(1970, 1, 1) + timedelta(days=period)


@cache
def zone(city: str) -> ZoneInfo:
    """The zone of a city; UTC of one that is none of the group's."""
    return ZoneInfo(ZONES.get(city or CALENDAR_OF_ALL, "UTC"))


@cache
def midnight(city: str, period: int) -> int:
    """When a local day starts."""
    return int(datetime.combine(local_date(period), time(), zone(city)).timestamp())


def start(key: Key, period: int) -> int:
    """When a period starts."""
    return period * HOUR_S if key.grain == "hour" else midnight(key.city, period)


def over_at(key: Key, period: int) -> int:
    """When a period is looked at: a day of all cities is over when it is over in the last."""
    if key.grain == "hour":
        return (period + 1) * HOUR_S + GRACE_S
    cities = [key.city] if key.city else ZONES
    return max(midnight(city, period + 1) for city in cities) + GRACE_S


@cache
def place(grain: str, city: str, period: int) -> tuple[int, int]:
    """A period as the detector counts, since a Monday's beginning by the city's clock, and the kind of its day."""
    if grain == "day":
        return period + 3, day_class(city, local_date(period))
    local = datetime.fromtimestamp(period * HOUR_S, UTC).astimezone(zone(city))
    return (days_since_1970(local.date()) + 3) * 24 + local.hour, day_class(city, local.date())


@cache
def days_off() -> tuple[set[tuple[str, date]], set[tuple[str, date]]]:
    """Weekdays off and weekend days worked, by city; the product's own rules are held to the same file."""
    off, worked = set(), set()
    for line in HOLIDAYS.read_text().splitlines():
        if line.startswith("#"):
            continue
        before, _, after = line.partition("/")
        city, year, *days = before.split()
        off |= {(city, date(int(year), int(day[:2]), int(day[2:]))) for day in days}
        worked |= {(city, date(int(year), int(day[:2]), int(day[2:]))) for day in after.split()}
    return off, worked


@cache
def day_class(city: str, day: date) -> int:
    """The kind of a day in a city."""
    city = HOLIDAYS_OF.get(city, city or CALENDAR_OF_ALL)
    off, worked = days_off()
    is_weekend = day.weekday() >= 5
    if city in KEEPING_IT and -1 <= (day - LUNAR_NEW_YEARS[day.year]).days <= 5:
        return LUNAR_NEW_YEAR
    if (city, day) in off and not is_weekend:
        return HOLIDAY
    if (city, day) in worked and is_weekend:
        return MADE_UP
    if (day + timedelta(days=3)).month != day.month:
        return MONTH_END
    return FIRST if day.day == 1 else ORDINARY


def measured(nature: str, cell: Cell | None) -> Cell | None:
    """Value and denominator; none where nothing can be said."""
    if nature in ("count", "cost"):
        return (cell[0] if cell else 0.0), 0.0
    if cell is None or nature == "share":
        return cell
    return (cell[0] / cell[1], 0.0) if cell[1] > 0 else None


def point(series: Series, period: int, cell: Cell | None) -> str | None:
    """A point as the binary reads it, without the series' name; none where nothing can be said."""
    found = measured(series.nature, cell)
    if found is None:
        return None
    step, kind = place(series.key.grain, series.key.city, period)
    return f",{series.key.grain},{MEASURES[series.nature]},{step},{found[0]!r},{found[1]!r},{kind}\n"


def findings(binary: Path, runs: list[tuple[str, list[str]]]) -> dict[str, list[dict[str, str]]]:
    """What the detector finds in each run, point by point from nothing known, by the runs' names."""
    found = defaultdict(list)
    if not runs:
        return found
    with tempfile.TemporaryDirectory() as folder:
        given, taken = Path(folder) / "series.csv", Path(folder) / "findings.csv"
        with given.open("w") as file:
            file.write("series,grain,measure,step,value,denominator,class\n")
            for name, points in runs:
                file.write("".join([name + point for point in points]))
        subprocess.run([binary, "findings", given, taken], check=True, stdout=subprocess.DEVNULL)
        with taken.open(newline="") as file:
            for row in csv.DictReader(file):
                found[row["series"]].append(row)
    return found


def watch(series: Series, binary: Path, span: tuple[int, int]) -> tuple[list[Alarm], int]:
    """What people were told of a series, and on how many days its detector was past learning."""
    first, end = min(series.cells), periods_of(series.key.grain, span)[1]
    # An hour that a clock shows twice is fed once, and so stays one step.
    periods: dict[int, int] = {}
    for period in range(first, end):
        periods.setdefault(place(series.key.grain, series.key.city, period)[0], period)
    points = {period: point(series, period, series.cells.get(period)) for period in periods.values()}
    known = [period for period in sorted(points) if points[period] is not None]
    if series.key.grain == "day":
        # All days are within the past that is learnt from: learning anew finds the same again.
        found = findings(binary, [("all", [points[period] for period in known])])["all"]
        alarms: list[Alarm] = []
        tell(alarms, series.key, found, periods, -inf)
        return alarms, max(len(known) - LEARNING["day"], 0)
    return watch_hours(series, binary, periods, (points, known))


def watch_hours(series: Series, binary: Path, periods: dict[int, int], of: tuple) -> tuple[list[Alarm], int]:
    """Learns anew every day at 01:00 UTC from eight weeks, and then takes that day's hours as they are over."""
    points, known = of
    days = range(known[0] // 24 + 1, (known[-1] + 24) // 24) if known else ()
    runs = []
    for day in days:
        past = known[bisect.bisect_left(known, 24 * day + 1 - PAST_HOURS) : bisect.bisect_left(known, 24 * day)]
        if len(past) < LEARNING["hour"]:
            continue
        news = [first_look(series, points, hour) for hour in range(24 * day, 24 * day + 24) if hour in points]
        runs.append((str(day), [points[hour] for hour in past] + [line for line in news if line]))
    found = findings(binary, runs)
    alarms: list[Alarm] = []
    for name, _ in runs:
        tell(alarms, series.key, found[name], periods, int(name) * DAY_S + HOUR_S)
    return alarms, len(runs)


def first_look(series: Series, points: dict[int, str | None], period: int) -> str | None:
    """An hour as it stood when it was over."""
    if period in series.known_at_first:
        return point(series, period, series.known_at_first[period])
    return points[period]


def tell(alarms: list[Alarm], key: Key, found: list[dict[str, str]], periods: dict[int, int], learnt_at: float) -> None:
    """Adds what is new of a run's findings; the same series at overlapping times is one alarm."""
    confirmed = []
    for row in found:
        begins_at, ends_at = start(key, periods[int(row["from"])]), start(key, periods[int(row["to"])] + 1)
        goes_on = row["is_ongoing"] == "true"
        if not goes_on and ends_at < learnt_at - OVERLAP_S:
            continue
        until = inf if goes_on else ends_at
        alarm = next((alarm for alarm in alarms if alarm.is_about(begins_at, ends_at)), None)
        if alarm is None:
            period = periods[int(row["noticed_at"])]
            noticed = start(key, period), start(key, period + 1)
            told_at = int(max(over_at(key, period), learnt_at))
            alarm = Alarm(key, row["is_above"] == "true", row["severity"], told_at, noticed, begins_at, until)
            alarms.append(alarm)
        alarm.ends_at, alarm.seen_until = until, ends_at
        confirmed.append(id(alarm))
    for alarm in alarms:
        # What went on and is not found any more has ended.
        if alarm.ends_at == inf and id(alarm) not in confirmed:
            alarm.ends_at = alarm.seen_until
