"""What the views of data quality must say, worked out a second time: from the tables' files with DuckDB and plain
Python, and from the skip ledger of the log. Shares no text with the product's views and KPI files.

Times are whole hours since 1970. The thresholds are those that `docs/quality.md` tells.
"""

import json
import math
import statistics
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np

from judges.identity import TABLES, ledger, watermarks
from judges.rows import Rows

WEEK = 168
ENTITY = {"sessions": "subject", "invoices": "subject", "usage": "invoice_id"}
# Facts and formulas of KPIs of the topic quality, in the manner of `cells.py`: facts, numerator, denominator.
KNOWN_CITIES = "('HKG', 'SIN', 'SHA', 'SZX', 'CAN', 'TPE', 'TYO', 'SEL', 'BKK', 'SGN', 'SYD')"
WORDS = {
    "session_events": {
        ("session.ended", "ended_by"): "engineer device timeout",
        ("ticket.opened", "priority"): "low normal high urgent",
        ("session.failed", "reason"): "tunnel_error device_offline auth_denied timeout other",
        ("ticket.status_changed", "status"): "open in_progress resolved", ("user.login", "method"): "sso password key"},
    "invoice_events": {
        ("invoice.received", "channel"): "upload sharepoint outlook api",
        ("invoice.extracted", "route"): "auto quick_review full_review",
        ("invoice.reviewed", "outcome"): "confirmed corrected", ("invoice.reviewed", "review"): "quick full",
        ("invoice.field_corrected", "learn"): "normal exception",
        ("invoice.failed", "stage"): "ocr classify extract map export",
        ("invoice.exported", "target"): "excel postgres snowflake api",
        ("invoice.finance_checked", "result"): "ok disputed",
        ("rule.promoted", "layer"): "universal forwarder learned"},
    "usage_events": {
        ("usage.recorded", "meter"): "di.pages di.calls llm.calls llm.tokens_in llm.tokens_out storage.bytes"
                                     " workflow.executions compute.seconds api.requests",
        ("usage.recorded", "status"): "ok error throttled"},
}  # fmt: skip
CODES = {"session_events": {}, "usage_events": {"currency": "[A-Z]{3}"},
         "invoice_events": {"currency": "[A-Z]{3}", "forwarder": "[a-z0-9]+(-[a-z0-9]+)*"}}


def is_unknown(table: str) -> str:
    """Whether an event has a value that nobody knows, as SQL."""
    parts = [f"coalesce(city NOT IN {KNOWN_CITIES}, false)"]
    for (kind, member), words in WORDS[table].items():
        known = ", ".join(f"'{word}'" for word in words.split())
        parts.append(f"(type = '{kind}' AND {member} IS NOT NULL AND {member} NOT IN ({known}))")
    parts += [f"NOT regexp_full_match(coalesce({member}, '{'a' if member == 'forwarder' else 'HKD'}'), '{code}')"
              for member, code in CODES[table].items()]
    return " OR ".join(parts)


FACTS = {
    "checked": " UNION ALL ".join(f"SELECT city, time AS moment, ({is_unknown(table)}) AS is_unknown FROM {table}"
                                  for table in WORDS),
    "completions": """SELECT first(city ORDER BY time, event_id) AS city,
        min(time) FILTER (type = 'invoice.completed') AS moment,
        bool_or(type = 'invoice.received') AND bool_or(type = 'invoice.classified')
          AND bool_or(type = 'invoice.extracted') AS is_whole
        FROM invoice_events WHERE invoice_id IS NOT NULL GROUP BY invoice_id""",
}  # fmt: skip
FORMULAS = {
    "known_values": ("checked", "count(*) FILTER (NOT is_unknown)", "count(*)"),
    "whole_lives": ("completions", "count(*) FILTER (is_whole)", "count(*)"),
}


def hour_of(text: str) -> int:
    """The hour of an instant such as `2026-06-17T09:20:00Z`."""
    return int(datetime.fromisoformat(text).timestamp()) // 3600


def start_of(hour: int) -> str:
    return datetime.fromtimestamp(hour * 3600, UTC).strftime("%Y-%m-%dT%H:00:00Z")


class Course:
    """Events, and entities, of one producer or of a whole stream by hour."""

    def __init__(self):
        self.events, self.subjects = Counter(), Counter()

    def weeks_before(self, hour: int, first: int) -> list[int]:
        """The same hour of the four weeks before, newest first, as far as the producer was there."""
        return [self.events[hour - WEEK * n] for n in range(1, 5) if hour - WEEK * n >= first]

    def usual(self, hour: int, first: int) -> float | None:
        known = self.weeks_before(hour, first)
        return None if not known else float(min(known)) if len(known) <= 2 else float(statistics.median(known))

    def spread(self, hours: range, first: int) -> float:
        """How far two weeks lie apart beside what chance gives to counts."""
        pairs = [known[:2] for known in (self.weeks_before(hour, first) for hour in hours) if len(known) > 1]
        total = sum(a + b for a, b in pairs)
        return max(1.0, sum((a - b) ** 2 for a, b in pairs) / total) if total else 10.0

    def depth(self, *hours: int) -> float | None:
        """Events for each entity, over some hours; unknown where one of them has none."""
        if any(not self.subjects[hour] for hour in hours):
            return None
        return sum(self.events[hour] for hour in hours) / sum(self.subjects[hour] for hour in hours)


def courses(connection: duckdb.DuckDBPyConnection, at: str) -> dict[tuple[str, str], Course]:
    """By stream and producer; of the whole stream under an empty name. Of the last 35 days."""
    found: dict[tuple[str, str], Course] = defaultdict(Course)
    for stream, table in TABLES.items():
        for source, by in (("source", "1, 2"), ("''", "2")):
            counted = connection.execute(
                f"""SELECT {source}, epoch_us(time) // 3600000000, count(*), count(DISTINCT {ENTITY[stream]})
                FROM {table} WHERE epoch_us(time) // 3600000000 >= {hour_of(at) - 35 * 24} GROUP BY {by}""")
            for name, hour, events, subjects in counted.fetchall():
                found[stream, name].events[hour] = events
                found[stream, name].subjects[hour] = subjects
    return found


def volumes(connection: duckdb.DuckDBPyConnection, at: str) -> dict[tuple[str, str, str], tuple]:
    """By stream, producer and hour: events, weeks, usual, expected, spread, status."""
    now, minute = hour_of(at), int(at[14:16])
    last = now - (1 if minute >= 15 else 2)
    found = {}
    for (stream, source), course in courses(connection, at).items():
        first = min(course.events)
        judged = range(now - WEEK, last + 1)
        spread = course.spread(judged, first)
        for hour in judged:
            usual = course.usual(hour, first)
            if usual is not None:
                near = [h for h in range(hour - 3, hour + 4) if h <= last]
                facts = judge(course, hour, near, first, usual, spread, not source)
                found[stream, source, start_of(hour)] = facts
    return found


def judge(course: Course, hour: int, near: list[int], first: int, usual: float, spread: float, is_whole: bool) -> tuple:
    """One hour among the hours near it."""
    events, weeks = course.events[hour], len(course.weeks_before(hour, first))
    usual_near = sum(course.usual(h, first) or 0.0 for h in near)
    events_near = sum(course.events[h] for h in near)
    others = usual_near - usual
    expected = usual * min(1.0, (events_near - events) / others) if others > 0 else usual
    status = "ok"
    if events_near == 0 and usual >= 1 and usual_near >= 20 * spread:
        status = "act" if is_whole else "warn"
    elif events < 0.65 * expected and expected - events > 3.5 * math.sqrt(spread * expected * (1 + 1 / weeks)):
        status = "act" if events < 0.2 * expected else "warn"
    elif is_whole and course.subjects[hour] >= 40:
        depth, before = course.depth(hour), course.depth(hour - WEEK, hour - 2 * WEEK)
        status = "warn" if depth and before and before >= 2.5 and depth < 0.6 * before else "ok"
    return events, weeks, usual, expected, spread, status


def repeats(directory: Path) -> dict[tuple[str, str, int], tuple[int, float]]:
    """By stream, topic and partition: offsets in the skip ledger, and their greatest share of a thousand offsets, of
    which at least two hundred were taken in."""
    found = {}
    for stream, table in TABLES.items():
        rows = Rows(directory / table)
        ends = watermarks(rows.log.last(), stream)
        for (topic, partition), skipped in ledger(rows).items():
            end = ends[topic, partition]
            counts = np.bincount(skipped // 1000, minlength=end // 1000 + 1)
            sizes = np.minimum((np.arange(len(counts)) + 1) * 1000, end) - np.arange(len(counts)) * 1000
            shares = np.where(sizes >= 200, counts / np.maximum(sizes, 1), 0.0)
            found[stream, topic, partition] = (len(skipped), float(shares.max()))
    return found


def refusals(connection: duckdb.DuckDBPyConnection, at: str) -> dict[tuple[str, str, str, str], int]:
    """Records by stream, code, type and day; only codes that name a member, which tell type and time."""
    letters = connection.execute("SELECT stream, reason, payload FROM dead_letters WHERE reason LIKE '%:%'").fetchall()
    found: Counter = Counter()
    for stream, reason, payload in letters:
        event = json.loads(payload)
        if isinstance(event.get("time"), str) and hour_of(event["time"]) >= hour_of(at[:11] + "00:00:00Z") - 35 * 24:
            moment = datetime.fromisoformat(event["time"]).astimezone(UTC)
            found[stream, reason, event.get("type") or "", moment.strftime("%Y-%m-%d")] += 1
    return dict(found)
