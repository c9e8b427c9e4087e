"""Answers of compiled statements: runs statements.sql in DuckDB over rows made here, and compares each answer with one
worked out in plain Python from the definition, without SQL.

    python3 statements.py        (needs duckdb and pytz; prints what was compared, and fails where an answer differs)
"""
import datetime as dt
import json
import math
import pathlib
import random
import re
import tomllib
from decimal import Decimal
from zoneinfo import ZoneInfo

import duckdb

HERE = pathlib.Path(__file__).parent
UTC = dt.timezone.utc
TEXT = "VARCHAR"
DUE = dt.datetime(2026, 4, 5, 22, 30, tzinfo=UTC)
CITIES = {"HKG": "Asia/Hong_Kong", "SYD": "Australia/Sydney", "SIN": "Asia/Singapore"}
TYPES = {"pages": "BIGINT", "fields_extracted": "BIGINT", "fields_corrected": "BIGINT", "confidence": "DOUBLE",
         "reviewed": "BOOLEAN", "charge_total": "DECIMAL(38,9)", "amount": "DECIMAL(38,9)", "value": "DECIMAL(38,9)",
         "bucket": "DATE", "settled_at": "TIMESTAMPTZ", "received_at": "TIMESTAMPTZ", "extracted_at": "TIMESTAMPTZ",
         "_ingested_at": "TIMESTAMPTZ"}


def rows(seed):
    """Rows of all relations, with nulls, repeated hours and names that have quotes and signs of patterns."""
    rng = random.Random(seed)
    def instant():
        at = DUE - dt.timedelta(microseconds=rng.randrange(100 * 86400 * 10**6))
        if rng.random() < 0.3:
            at = dt.datetime(2026, 4, 4, 13, tzinfo=UTC) + dt.timedelta(seconds=rng.randrange(100000))
        return at
    def maybe(value, share=0.1):
        return None if rng.random() < share else value
    def money():
        return Decimal(rng.randrange(-10**7, 10**9)) / 10**rng.choice([2, 4, 9])
    lives = [dict(invoice_id=f"i{n:04}", city=maybe(rng.choice([*CITIES, "TPE"])), currency=maybe(rng.choice(["HKD", "SGD"])),
                  forwarder=maybe(rng.choice(["O'Neil", "50% Off", "a%b\"c", "DHL", "O'%"])), pages=maybe(rng.randint(1, 9)),
                  status=maybe(rng.choice(["failed", "completed", "open"])), automation=maybe("full", 0.6),
                  settled_at=maybe(instant()), received_at=instant(), confidence=maybe(rng.random()),
                  fields_extracted=maybe(rng.randint(0, 5)), fields_corrected=maybe(rng.randint(0, 3)),
                  reviewed=maybe(rng.random() < 0.3), charge_total=maybe(money())) for n in range(900)]
    charges = [dict(invoice_id=f"i{n:04}", city=rng.choice(list(CITIES)), forwarder=maybe(rng.choice(["A", "B", "C"])),
                    code="X", currency=rng.choice(["HKD", "SGD"]), extracted_at=instant(), amount=maybe(money()))
               for n in range(500)]
    letters = [dict(stage=rng.choice("ab"), reason=str(n % 7), detail=maybe(f"d{n}"), _ingested_at=instant())
               for n in range(400)]
    kpis = [dict(city=city, kpi=kpi, bucket=DUE.date() - dt.timedelta(days=n), value=maybe(abs(money())))
            for city in CITIES for kpi in ("automation_rate", "nps") for n in range(120)]
    costs = [dict(month=f"{2025 + m // 12}-{m % 12 + 1:02}", city=city, pool="x", currency="HKD", amount=money())
             for m in range(18) for city in CITIES]
    return dict(invoice_lives=lives, invoice_charges=charges, dead_letters=letters, kpi_daily=kpis, cost_allocation=costs)


def zone_of(name):
    return ZoneInfo(CITIES.get(name, name))


def floor(day, unit):
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}.get(unit)
    return day - dt.timedelta(days=day.weekday()) if unit == "week" else day.replace(day=1, month=month) if month else day


def within(value, period, zone):
    """Whether a value is in a period, found by counting units and not by computing their ends."""
    zone = zone_of(period.get("zone", zone))
    unit, now = period["unit"], DUE.astimezone(zone)
    if isinstance(value, dt.datetime):
        if period["kind"] == "this":
            return floor(value.astimezone(zone).date(), unit) == floor(now.date(), unit) and value < DUE
        day = value.astimezone(zone).date()
    else:
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(value + "-01")
    units, step = 0, floor(now.date(), unit)
    count = period.get("count", 1)
    while units < count:
        step, units = floor(step - dt.timedelta(days=1), unit), units + 1
        if floor(day, unit) == step:
            return True
    return False


def holds(row, each, zone):
    value, op = row[each["column"]], each["operator"]
    if op in ("is_empty", "is_not_empty"):
        return (value is None) == (op == "is_empty")
    if op in ("not_equals", "not_in"):
        return value is None or value not in each.get("values", [each.get("value")])
    if value is None:
        return False
    if op == "in_period":
        return within(value, each["period"], zone)
    def like(given):
        if isinstance(value, dt.datetime):
            return dt.datetime.fromisoformat(given)
        return type(value)(given) if isinstance(value, (float, Decimal)) else given
    if op == "between":
        return like(each["values"][0]) <= value <= like(each["values"][1])
    if op == "in":
        return value in each["values"]
    given = like(each["value"])
    return {"equals": lambda: value == given, "less": lambda: value < given, "at_most": lambda: value <= given,
            "greater": lambda: value > given, "at_least": lambda: value >= given, "contains": lambda: given in value,
            "starts_with": lambda: value.startswith(given)}[op]()


def percentile(values, share):
    place = share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def figure(each, group, others, zone):
    if each["function"] == "ratio":
        above, below = (figure(others[each[part]], group, others, zone) for part in ("numerator", "denominator"))
        return None if above is None or not below else float(above) / float(below)
    group = [row for row in group if all(holds(row, one, zone) for one in each.get("filters", []))]
    if each["function"] == "count":
        return len(group)
    values = sorted(row[each["column"]] for row in group if row[each["column"]] is not None)
    if each["function"] == "count_distinct":
        return len(set(values))
    if not values:
        return None
    return {"sum": lambda: sum(values), "avg": lambda: sum(values) / len(values), "min": lambda: values[0],
            "max": lambda: values[-1], "median": lambda: percentile([float(v) for v in values], 0.5),
            "percentile": lambda: percentile([float(v) for v in values], each["percent"] / 100)}[each["function"]]()


def key(row, group, zone):
    value, grain = row[group["column"]], group.get("grain")
    if grain is None or value is None:
        return value
    if isinstance(value, dt.datetime):
        value = value.astimezone(zone_of(group.get("zone", zone))).replace(tzinfo=None)
        if grain == "hour":
            return value.replace(minute=0, second=0, microsecond=0)
        value = value.date()
    return floor(value, grain)


def answer(definition, data, cities):
    zone = definition.get("zone", "UTC")
    found = [row for row in data[definition["source"]] if cities is None or row["city"] in cities]
    found = [row for row in found if all(holds(row, one, zone) for one in definition.get("filters", []))]
    groups, figures = definition.get("group_by", []), definition.get("aggregations", [])
    names = [c["column"] for c in definition.get("columns", [])]
    decides = list(range(len(names) + len(groups)))
    if names:
        out = [[row[name] for name in names] for row in found]
    else:
        parts = {} if groups else {(): []}
        for row in found:
            parts.setdefault(tuple(key(row, group, zone) for group in groups), []).append(row)
        others = {one["name"]: one for one in figures}
        out = [[*of, *(figure(one, part, others, zone) for one in figures)] for of, part in parts.items()]
        names = [g.get("name", g["column"]) for g in groups] + [f["name"] for f in figures]
    order = [(names.index(o["by"]), o.get("direction") == "descending") for o in definition.get("order", [])]
    order += [(place, False) for place in decides if place not in [known for known, _ in order]]
    for place, down in reversed(order):
        # Stable sorts, the last key first; what is empty comes last either way.
        present = sorted((r for r in out if r[place] is not None), key=lambda r: r[place], reverse=down)
        out = present + [r for r in out if r[place] is None]
    return out[:definition.get("limit", 10000) + 1]


def same(left, right):
    if isinstance(left, (float, Decimal)) and isinstance(right, (float, Decimal, int)) and not isinstance(right, bool):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return left == right


def main():
    definitions = {}
    for path in sorted((HERE / "../examples").glob("*.toml")):
        one = tomllib.loads(path.read_text())
        definitions[one["name"]] = one
    for line in (HERE / "../examples/cases.jsonl").read_text().splitlines():
        one = json.loads(line)
        definitions[one["name"]] = one
    statements = re.findall(r"-- (.*)\n((?:.+\n)+)", (HERE / "statements.sql").read_text())
    compared = 0
    for seed in range(3):
        data, db = rows(seed), duckdb.connect()
        db.execute("SET TimeZone = 'UTC'; SET threads = 1")
        for relation, found in data.items():
            names = list(found[0])
            db.execute(f"CREATE TABLE {relation} ({', '.join(f'{n} {TYPES.get(n, TEXT)}' for n in names)})")
            for start in range(0, len(found), 200):
                part = [list(row.values()) for row in found[start:start + 200]]
                one = f"({', '.join('?' * len(names))})"
                db.execute(f"INSERT INTO {relation} VALUES {', '.join([one] * len(part))}", sum(part, []))
        for title, sql in statements:
            name, _, part = title.partition(" of two")
            got = [list(row) for row in db.execute(sql).fetchall()]
            wanted = answer(definitions[name], data, {"HKG", "SYD"} if part else None)
            assert len(got) == len(wanted), (title, seed, len(got), len(wanted))
            for left, right in zip(got, wanted):
                assert len(left) == len(right) and all(map(same, left, right)), (title, seed, left, right)
            compared += len(got)
    print(f"{len(statements)} statements, {compared} rows over 3 seeds: all as expected")


main()
