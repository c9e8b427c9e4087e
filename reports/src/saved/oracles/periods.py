"""Periods by Python's zoneinfo and datetime: writes periods.tsv, which the tests of `period.rs` compare with.

    python3 periods.py > periods.tsv
"""
import datetime as dt
import random
from zoneinfo import ZoneInfo

UTC = dt.timezone.utc
ZONES = ["Asia/Hong_Kong", "Australia/Sydney", "Asia/Kolkata", "America/New_York", "Pacific/Auckland", "UTC"]
UNITS = ["hour", "day", "week", "month", "quarter", "year"]


def shift_months(day, months):
    index = day.year * 12 + day.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def floor(day, unit):
    if unit == "day":
        return day
    if unit == "week":
        return day - dt.timedelta(days=day.isoweekday() - 1)
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return day.replace(month=[1, 4, 7, 10][(day.month - 1) // 3], day=1)
    return day.replace(month=1, day=1)


def back(day, count, unit):
    if unit in ("day", "week"):
        return day - dt.timedelta(days=count * (7 if unit == "week" else 1))
    return shift_months(day, -count * {"month": 1, "quarter": 3, "year": 12}[unit])


def midnight(day, zone):
    """None of these zones skips midnight."""
    return int(dt.datetime.combine(day, dt.time(), tzinfo=zone).timestamp())


random.seed(20260301)
print("# zone, due (seconds since 1970), kind, count, unit, start and end (seconds), first day and the day after the last")
for number in range(600):
    zone_name = ZONES[number % len(ZONES)]
    zone = ZoneInfo(zone_name)
    due = dt.datetime(2023, 1, 1, tzinfo=UTC) + dt.timedelta(seconds=random.randrange(5 * 365 * 86400))
    # Every third near a change of clocks.
    if number % 3 == 0:
        day = random.choice([(2026, 4, 5), (2026, 10, 4), (2026, 3, 8), (2026, 11, 1), (2026, 9, 27)])
        due = dt.datetime(*day, tzinfo=UTC) + dt.timedelta(seconds=random.randrange(-90000, 90000))
    local, unit, count = due.astimezone(zone), random.choice(UNITS), random.randint(1, 40)
    kind = random.choice(["last", "this"])
    if unit == "hour":
        whole = due - dt.timedelta(minutes=local.minute, seconds=local.second)
        start, end = (whole - dt.timedelta(hours=count), whole) if kind == "last" else (whole, due)
        row = [int(start.timestamp()), int(end.timestamp()), "", ""]
    else:
        now = floor(local.date(), unit)
        first = back(now, count, unit) if kind == "last" else now
        end_day = now if kind == "last" else local.date() + dt.timedelta(days=1)
        end = midnight(now, zone) if kind == "last" else int(due.timestamp())
        row = [midnight(first, zone), end, first, end_day]
    print("\t".join(map(str, [zone_name, int(due.timestamp()), kind, count, unit, *row])))
