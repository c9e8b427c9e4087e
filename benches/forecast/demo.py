"""The demo's daily volumes as series for `forecast.compare file`: invoices received a day by each city's own clock, and in
all cities, cut off before each of the last months.

    tidemark generate --days 730 --seed 41 --scale 0.3 --out FOLDER
    PYTHONPATH=benches:tests python -m forecast.demo FOLDER --origins 4 > demo.jsonl
    PYTHONPATH=benches python -m forecast.compare file --file demo.jsonl --ours selection

Nothing but a city's first day is taken from the generator's calendar: what a month end is has to be found in the past.
"""

import argparse
import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from judges.kpis import ZONES

HORIZON = 30
# What a back-test needs; cities that went live later are left out.
DAYS_MIN = 200
# The calendar of all cities together is that of the city with the most invoices.
ALL, CALENDAR_OF_ALL = "all", "HKG"


def volumes(path: Path) -> dict[str, Counter]:
    """Invoices received by city and local day, each event once."""
    found, seen = defaultdict(Counter), set()
    with path.open("rb") as lines:
        for line in lines:
            if b'"invoice.received"' not in line:
                continue
            try:
                event = json.loads(line)
                at = datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
                name = event["source"], event["id"]
            except (KeyError, TypeError, ValueError, AttributeError):
                continue
            if event.get("type") == "invoice.received" and event.get("city") in ZONES and at.tzinfo and name not in seen:
                seen.add(name)
                day = at.astimezone(ZoneInfo(ZONES[event["city"]])).date()
                found[event["city"]][day] += 1
                found[ALL][day] += 1
    return found


def span(counts: Counter) -> tuple[date, date]:
    """The days in a row around the middle one that all have some; what is far from them has a wrong time."""
    first = last = sorted(counts.elements())[counts.total() // 2]
    while counts[first - timedelta(days=1)]:
        first -= timedelta(days=1)
    while counts[last + timedelta(days=1)]:
        last += timedelta(days=1)
    return first, last


def cut(name: str, city: str, counts: Counter, days: tuple[date, date], origin: int) -> dict | None:
    """The series up to a day, with the month after it; none where too little is known."""
    end = days[1] - timedelta(days=HORIZON * origin)
    first = min((day for day in counts if day > days[0]), default=end)
    values = [counts[first + timedelta(days=nth)] for nth in range((end - first).days + 1)]
    if len(values) < DAYS_MIN + HORIZON:
        return None
    return {"id": f"{name}-{city}-{origin}", "seasons": [7], "frequency": 7, "start": first.isoformat(),
            "city": CALENDAR_OF_ALL if city == ALL else city, "train": values[:-HORIZON], "test": values[-HORIZON:]}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, help="what `tidemark generate` wrote")
    parser.add_argument("--origins", type=int, default=4, help="months that are foretold (default: %(default)s)")
    asked = parser.parse_args()
    for folder in asked.folders:
        found = volumes(folder / "invoices.jsonl")
        # The last day is not over in every city, and what is late has not come.
        first, last = span(found[ALL])
        days = first, last - timedelta(days=3)
        for city, counts in sorted(found.items()):
            for origin in range(asked.origins):
                if series := cut(folder.name, city, counts, days, origin):
                    print(json.dumps(series))


if __name__ == "__main__":
    main()
