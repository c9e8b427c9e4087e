"""Runs of timetables by Python's zoneinfo: writes schedules.tsv, which the tests of `schedule.rs` compare with.

    python3 schedules.py > schedules.tsv

A day's run is found by walking through its instants minute by minute, so that no rule for gaps and
repeated times is taken from a library: it is the first instant at which the local clock shows the day's time or, where
clocks skip that, the first instant after which it shows a later one.
"""
import calendar
import datetime as dt
from zoneinfo import ZoneInfo

UTC = dt.timezone.utc
MINUTE = dt.timedelta(minutes=1)
CASES = [
    ("Asia/Hong_Kong", "day", "08:30", "", 2026, 2026),
    ("Australia/Sydney", "day", "02:30", "", 2024, 2027),
    ("Australia/Lord_Howe", "day", "02:15", "", 2025, 2026),
    ("Australia/Lord_Howe", "day", "01:45", "", 2025, 2026),
    ("America/New_York", "day", "01:30", "", 2025, 2026),
    ("Africa/Cairo", "day", "00:00", "", 2024, 2026),
    ("Pacific/Apia", "day", "08:00", "", 2011, 2012),
    ("Europe/London", "week", "01:15", "sunday,wednesday", 2024, 2027),
    ("Asia/Singapore", "month", "07:00", "first-working-day", 2020, 2035),
    ("Australia/Sydney", "month", "02:00", "last-working-day", 2020, 2035),
    ("Asia/Tokyo", "month", "23:59", "31", 2023, 2029),
    ("America/Santiago", "month", "00:00", "last", 2022, 2028),
    ("UTC", "month", "00:00", "29", 2023, 2025),
]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def wanted(day, every, on):
    last = calendar.monthrange(day.year, day.month)[1]
    working = [d for d in range(1, last + 1) if dt.date(day.year, day.month, d).weekday() < 5]
    if every == "day":
        return True
    if every == "week":
        return DAYS[day.weekday()] in on.split(",")
    number = {"last": last, "first-working-day": working[0], "last-working-day": working[-1]}.get(on)
    return day.day == (number if number is not None else min(int(on), last))


def run(day, at, zone):
    """The first instant whose local time is not before the day's, walking minutes from a day before."""
    target = dt.datetime.combine(day, dt.time.fromisoformat(at))
    instant = target.replace(tzinfo=UTC) - dt.timedelta(hours=15)
    if not any((target.replace(tzinfo=UTC, hour=0, minute=0) + dt.timedelta(minutes=m)).astimezone(zone).date() == day
               for m in range(-15 * 60, 40 * 60, 15)):
        return None
    while instant.astimezone(zone).replace(tzinfo=None) < target:
        instant += MINUTE
    return instant


print("# zone, every, at, on, then the first run in seconds since 1970, and the seconds from each to the next")
for zone_name, every, at, on, first, last in CASES:
    zone = ZoneInfo(zone_name)
    day, runs = dt.date(first, 1, 1), []
    while day <= dt.date(last, 12, 31):
        if wanted(day, every, on):
            instant = run(day, at, zone)
            if instant is not None:
                runs.append(int(instant.timestamp()))
        day += dt.timedelta(days=1)
    # Steps are shorter than instants.
    steps = [runs[0]] + [b - a for a, b in zip(runs, runs[1:])]
    print("\t".join([zone_name, every, at, on, ",".join(map(str, steps))]))
