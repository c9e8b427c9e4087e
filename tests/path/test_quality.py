"""Data quality: nothing is found in a generated history, and each fault that is planted into it is found and named, and
nothing else.

The views look at the clock; here the text of each is asked with an instant in the history as now, and the views that it
reads are put in front of it. What they say of every hour, partition and reason is worked out a second time by
`judges/quality.py`.
"""

import json
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from judges import cells, duck, quality
from path.harness import TOPICS, run
from path.histories import load, rows

SQL = Path(__file__).parents[2] / "sql"
VIEWS = SQL / "views"
QUALITY = ("quality_volumes", "quality_producers", "quality_members", "quality_values", "quality_refusals",
           "quality_extras", "quality_delays", "quality_repeats", "quality_partitions")
OF_QUALITY = {*QUALITY, "quality_status", "event_checks", "event_arrivals"}
KPIS = ("known_values", "whole_lives", "events_on_time")
# A Wednesday, five weeks after the first event; the hour before ended twenty minutes ago.
NOW = "2026-06-17T09:20:00Z"
SPAN = ("--days", 37, "--end", "2026-06-18", "--scale", "0.3")
SEED = 7
LATE = {"HKG": "INTERVAL '5 seconds'", "SIN": "INTERVAL '40 minutes'"}
Lines = dict[str, list[bytes]]


def body(name: str) -> str:
    """A view's query, without its header."""
    text = (VIEWS / f"{name}.sql").read_text()
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("-- "))


def asked(query: str, shadows: dict[str, str] | None = None, now: str = NOW) -> str:
    """A query over views of quality as of an instant; shadows are relations to read instead of tables."""
    found: dict[str, str] = dict(shadows or {})

    def add(text: str) -> None:
        for name in sorted(OF_QUALITY - found.keys()):
            if re.search(rf"(FROM|JOIN) {name}\b", text):
                add(body(name))
                found.setdefault(name, body(name))

    add(query)
    views = ", ".join(f"{name} AS ({text})" for name, text in found.items())
    whole = f"WITH {views} {query}" if views else query
    return whole.replace("now()", f"TIMESTAMPTZ '{now}'")


def findings(directory: Path, name: str) -> list[dict[str, str]]:
    return rows(directory, asked(f"SELECT * FROM {name} WHERE status <> 'ok'"))


def time_of(line: bytes) -> str:
    """When a line's event happened, in UTC; what tells no time is as early as can be."""
    found = re.search(rb'"time":"([^"]*)"', line)
    text = found.group(1).decode(errors="replace") if found else ""
    if text.endswith("Z"):
        return text
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat().replace("+00:00", "Z")
    except ValueError:
        return ""


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Lines:
    """What producers sent until now: late, twice and out of order as ever."""
    folder = tmp_path_factory.mktemp("sent")
    print("seed", SEED)
    run("generate", *SPAN, "--seed", SEED, "--out", folder)
    sent = {topic: (folder / f"{topic}.jsonl").read_bytes().splitlines() for topic in TOPICS}
    return {topic: [line for line in found if time_of(line) < NOW] for topic, found in sent.items()}


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Callable[[Lines], Path]:
    """Loads lines into a new data directory."""
    def make(found: Lines) -> Path:
        folder = tmp_path_factory.mktemp("lake")
        return load(folder / "lake", folder / "files", found)
    return make


@pytest.fixture(scope="module")
def sound(lake, clean) -> Path:
    return lake(clean)


def changed(found: Lines, stream: str, line: Callable[[bytes], bytes | None]) -> Lines:
    """Lines with those of a stream each made another, or none."""
    return {**found, stream: [made for made in map(line, found[stream]) if made is not None]}


@pytest.mark.parametrize("name", QUALITY)
def test_nothing_is_found_in_a_sound_history(sound, name):
    assert rows(sound, asked(f"SELECT count(*) AS n FROM {name}"))[0]["n"] != "0" or name == "quality_values"
    assert [row["reason"] for row in findings(sound, name)] == []


def test_every_aspect_of_each_stream_has_a_status(sound):
    found = rows(sound, asked("SELECT * FROM quality_status"))
    aspects = {"completeness", "validity", "timeliness", "uniqueness", "drift", "reconciliation"}
    due = {(topic, aspect) for topic in TOPICS for aspect in aspects}
    assert {(row["stream"], row["aspect"]) for row in found} == due
    assert {(row["status"], row["findings"], row["reason"]) for row in found} == {("ok", "0", "")}
    shares = {row["aspect"]: float(row["share"]) for row in found if row["share"]}
    assert shares.keys() == {"completeness", "validity", "uniqueness"} and all(0.7 < n <= 1 for n in shares.values())


def test_a_member_that_turns_to_text_is_named_with_its_type_and_since_when(lake, clean):
    since = "2026-06-17T06:00:00Z"

    def turned(line: bytes) -> bytes:
        return re.sub(rb'"latency_ms":(\d+)', rb'"latency_ms":"\1 ms"', line) if time_of(line) >= since else line

    told = lake(changed(clean, "usage", turned))
    [found] = findings(told, "quality_refusals")
    was_turned = [line for line in clean["usage"] if time_of(line) >= since and b'"latency_ms":' in line]
    ids = {json.loads(line)["id"] for line in was_turned}
    assert (found["stream"], found["reason_code"], found["member"], found["type"], found["day"], found["status"]) == (
        "usage", "type:latency_ms", "latency_ms", "usage.recorded", "2026-06-17", "act")
    # Each record that is refused counts, also one that came twice; few were refused for another reason before.
    assert len(ids) - 3 <= int(found["records"]) <= len(was_turned)
    assert found["since"] == min(map(time_of, was_turned)) and found["first_at"] <= found["since"]
    assert "latency_ms has another type" in found["reason"] and "from 2026-06-17 06:" in found["reason"]
    assert quality_of(told)["usage", "drift"] == ("act", found["reason"])


def quality_of(directory: Path) -> dict[tuple[str, str], tuple[str, str]]:
    found = rows(directory, asked("SELECT * FROM quality_status WHERE status <> 'ok'"))
    return {(row["stream"], row["aspect"]): (row["status"], row["reason"]) for row in found}


def test_an_hour_with_half_of_its_events_is_named(lake, clean):
    hour, chance = "2026-06-16T02", random.Random(SEED)
    kept = lambda line: line if time_of(line)[:13] != hour or chance.random() < 0.5 else None  # noqa: E731
    told = lake(changed(clean, "invoices", kept))
    found = findings(told, "quality_volumes")
    [whole] = [row for row in found if not row["source"]]
    assert (whole["stream"], whole["at"], whole["status"]) == ("invoices", f"{hour}:00:00Z", "warn")
    assert {(row["stream"], row["at"]) for row in found} == {("invoices", f"{hour}:00:00Z")}
    assert "the stream invoices" in whole["reason"]
    # Lives that miss an event of that hour: the KPI is below its threshold of 99 % on that day.
    day = [row for row in of_kpi(told, "whole_lives") if row["bucket"] == "2026-06-16" and row["city"] == "HKG"]
    assert [Decimal(row["numerator"]) / Decimal(row["denominator"]) < Decimal("0.99") for row in day] == [True]


def test_a_silent_producer_is_named_and_since_when(lake, clean):
    source, since = "/extraction/hkg-1", "2026-06-16T01:00:00Z"
    is_of_it = lambda line: f'"source":"{source}"'.encode() in line  # noqa: E731
    heard = lambda line: None if is_of_it(line) and time_of(line) >= since else line  # noqa: E731
    told = lake(changed(clean, "invoices", heard))
    [found] = findings(told, "quality_producers")
    last = max(time_of(line) for line in clean["invoices"] if is_of_it(line) and time_of(line) < since)
    assert (found["stream"], found["source"], found["status"]) == ("invoices", source, "act")
    assert found["last_at"][:19] == last[:19] and source in found["reason"]
    silent = [row for row in findings(told, "quality_volumes") if row["source"] == source]
    assert len(silent) >= 8 and {(row["status"], row["events"]) for row in silent} == {("warn", "0")}
    assert all(row["at"] >= since for row in silent)
    status, reason = quality_of(told)["invoices", "completeness"]
    assert status == "act" and ("hkg-1" in reason or "invoices" in reason)


@pytest.mark.parametrize("at_the_end", [True, False])
def test_a_storm_of_repeats_is_named_with_its_place(lake, clean, sound, at_the_end):
    sent, place = clean["usage"], 20_000
    again = sent[place - 5000 : place]
    stormy = [*sent, *again] if at_the_end else [*sent[:place], *again, *sent[place:]]
    told = lake({**clean, "usage": stormy})
    [found] = findings(told, "quality_repeats")
    start = len(sent) if at_the_end else place
    assert (found["stream"], found["status"]) == ("usage", "act")
    assert start - 1000 < int(found["first_offset"]) < start + 1000 and int(found["repeats"]) >= 5000
    assert "repeat" in found["reason"] and quality_of(told)["usage", "uniqueness"] == ("act", found["reason"])
    # Every event still counts once.
    count = "SELECT count(*) AS n, count(DISTINCT source || ' ' || event_id) AS once FROM usage_events"
    assert [int(n) for n in rows(told, count)[0].values()] == [int(rows(sound, count)[0]["n"])] * 2


def test_a_member_that_is_no_longer_filled_and_one_that_is_new_are_named(lake, clean):
    since = "2026-06-16T00:00:00Z"

    def stripped(line: bytes) -> bytes:
        if time_of(line) < since or b'"invoice.ocr_completed"' not in line:
            return line
        return re.sub(rb'"duration_ms":\d+', b'"took_ms":1', line)

    told = lake(changed(clean, "invoices", stripped))
    assert {(row["kind"], row["member"], row["day"], row["status"]) for row in findings(told, "quality_members")} == {
        ("invoice.ocr_completed", "duration_ms", day, "act") for day in ("2026-06-16", "2026-06-17")}
    new = [(row["type"], row["member"]) for row in findings(told, "quality_extras")]
    assert new == [("invoice.ocr_completed", "took_ms")]


def test_values_that_nobody_knows_are_named_with_their_producer(lake, clean):
    def renamed(line: bytes) -> bytes:
        if time_of(line) < "2026-06-17":
            return line
        line = line.replace(b'"channel":"outlook"', b'"channel":"fax=1"') if b'"city":"HKG"' in line else line
        return line.replace(b'"city":"SIN"', b'"city":"SNG"') if b"/extraction/sin-1" in line else line

    told = lake(changed(clean, "invoices", renamed))
    found = findings(told, "quality_values")
    assert {(row["member"], row["value"], row["source"]) for row in found} == {
        ("city", "SNG", "/extraction/sin-1"), ("channel", "fax=1", "/extraction/hkg-1")}
    assert {row["type"] for row in found} >= {"invoice.received", "invoice.completed"}


def test_late_events_are_judged_by_when_they_arrive_and_history_is_not(sound):
    """Hong Kong's arrive five seconds after they happened, Singapore's forty minutes; Shanghai's came by file, all others
    nine days later."""
    late = " ".join(f"WHEN '{city}' THEN {lag}" for city, lag in LATE.items())
    shadow = (f"SELECT city, time, CASE city WHEN 'SHA' THEN 'file:1' ELSE 'invoices' END AS _topic,"
              f" time + CASE city {late} ELSE INTERVAL '9 days' END AS _ingested_at FROM invoice_events"
              " WHERE time >= TIMESTAMPTZ '2026-06-10 00:00:00Z'")
    query = "SELECT * FROM quality_delays WHERE stream = 'invoices' ORDER BY at"
    found = rows(sound, asked(query, {"invoice_events": shadow}))
    with duck.connect(sound) as connection:
        events = connection.execute("SELECT coalesce(city, ''), epoch_us(time) FROM invoice_events"
                                    " WHERE time >= '2026-06-10 00:00:00Z' ORDER BY 2").fetchall()
    wanted = delays(events)
    counts = ("events", "backfilled", "on_time")
    assert {row["at"]: (*(int(row[count]) for count in counts), row["status"]) for row in found} == wanted
    assert {status for *_, status in wanted.values()} == {"ok", "warn", "act"}


def delays(events: list[tuple[str, int]]) -> dict[str, tuple[int, int, int, str]]:
    """By hour of arrival: events, those that are history, those that are on time, and the status."""
    lags = {"HKG": 5, "SIN": 2400}
    arrived = [(city, at, at + lags.get(city, 9 * 86400) * 1_000_000) for city, at in events]
    since = min(arrival for *_, arrival in arrived)
    found: dict[str, list[int]] = {}
    for city, at, arrival in arrived:
        counts = found.setdefault(quality.start_of(arrival // 3_600_000_000), [0, 0, 0])
        counts[0] += 1
        if city not in lags or at < since:
            counts[1] += 1
        elif arrival - at <= 15 * 60 * 1_000_000:
            counts[2] += 1
    status = lambda n, due: "ok" if due < 20 or n >= 0.95 * due else "act" if n < 0.8 * due else "warn"  # noqa: E731
    return {at: (n, history, on_time, status(on_time, n - history)) for at, (n, history, on_time) in found.items()}


def test_every_hour_of_every_producer_is_as_the_oracle_says(sound):
    with duck.connect(sound) as connection:
        wanted = quality.volumes(connection, NOW)
    columns = "stream, source, at, events, weeks, usual, expected, spread, status"
    found = rows(sound, asked(f"SELECT {columns} FROM quality_volumes"))
    answered = {(row["stream"], row["source"], row["at"]): row for row in found}
    assert answered.keys() == wanted.keys() and len(wanted) > 5000
    differing = []
    for key, (events, weeks, usual, expected, spread, status) in wanted.items():
        row = answered[key]
        same = (int(row["events"]), int(row["weeks"]), row["status"]) == (events, weeks, status)
        figures = zip(("usual", "expected", "spread"), (usual, expected, spread), strict=True)
        if not same or any(abs(float(row[name]) - figure) > 1e-9 * max(1, figure) for name, figure in figures):
            differing.append((key, dict(row), wanted[key]))
    assert not differing, f"{len(differing)}: {differing[:3]}"


def test_repeats_are_those_of_the_skip_ledger(sound):
    wanted = quality.repeats(sound)
    found = rows(sound, asked("""SELECT stream, topic, partition, sum(repeats) AS repeats, max(worst) AS worst
        FROM quality_repeats GROUP BY 1, 2, 3"""))
    place = lambda row: (row["stream"], row["topic"], int(row["partition"]))  # noqa: E731
    answered = {place(row): (int(row["repeats"]), float(row["worst"])) for row in found}
    assert answered.keys() == wanted.keys() and all(num for num, _ in wanted.values())
    for at, (num, worst) in wanted.items():
        assert answered[at][0] == num and abs(answered[at][1] - worst) < 1e-9, at
    balanced = rows(sound, asked("SELECT stream, topic, partition, repeats FROM quality_partitions"))
    assert {place(row): int(row["repeats"]) for row in balanced} == {at: num for at, (num, _) in wanted.items()}


def test_a_file_of_events_that_is_lost_is_found_and_counted(lake, clean):
    folder = lake({topic: found[:2_000] for topic, found in clean.items()})
    assert findings(folder, "quality_partitions") == []
    num_lost = forget_a_file(folder / "usage_events" / "_delta_log")
    found = findings(folder, "quality_partitions")
    assert [(row["stream"], row["status"], int(row["unaccounted"])) for row in found] == [("usage", "act", num_lost)]
    assert f"has {num_lost} offsets that are no event, dead letter or repeat" in found[0]["reason"]


def forget_a_file(log: Path) -> int:
    """Takes a file out of a table's log, as if its commit had never named it; says how many rows it has."""
    for entry in sorted(log.glob("*.json"), reverse=True):
        actions = [json.loads(line) for line in entry.read_text().splitlines()]
        added = [action["add"] for action in actions if "add" in action]
        if added:
            kept = [action for action in actions if action.get("add") != added[0]]
            entry.write_text("".join(json.dumps(action) + "\n" for action in kept))
            return json.loads(added[0]["stats"])["numRecords"]
    pytest.fail("no entry names a file")


def test_refusals_are_counted_by_member_type_and_day(sound):
    with duck.connect(sound) as connection:
        wanted = quality.refusals(connection, NOW)
    found = rows(sound, asked("SELECT * FROM quality_refusals WHERE member IS NOT NULL"))
    answered = {(row["stream"], row["reason_code"], row["type"], row["day"]): int(row["records"]) for row in found
                if row["reason_code"] != "missing:time"}
    assert answered == wanted and len(wanted) > 20


def of_kpi(directory: Path, kpi: str) -> list[dict[str, str]]:
    """Cells of a KPI by local day, as its file's SQL says; the platform adds the span and the city."""
    header, select = re.fullmatch(r"((?:-- .*\n)+)SELECT ([\s\S]+)", (SQL / "kpis" / f"{kpi}.sql").read_text()).groups()
    at = re.search(r"^-- at: (\w+)$", header, re.MULTILINE).group(1)
    return rows(directory, asked(f"SELECT local_day({at}, city) AS bucket, city, {select} GROUP BY 1, 2"))


@pytest.mark.parametrize("kpi", quality.FORMULAS)
def test_cells_of_kpis_are_those_of_the_oracle(sound, kpi):
    facts, numerator, denominator = quality.FORMULAS[kpi]
    with duck.connect(sound) as connection:
        cells.prepare(connection)
        wanted = connection.execute(
            f"""SELECT strftime(day_of(moment, city), '%Y-%m-%d'), coalesce(city, ''), {numerator}, {denominator}
            FROM ({quality.FACTS[facts]}) WHERE moment IS NOT NULL GROUP BY 1, 2""").fetchall()
    parts = lambda row: (int(row["numerator"]), int(row["denominator"]))  # noqa: E731
    found = {(row["bucket"], row["city"]): parts(row) for row in of_kpi(sound, kpi)}
    assert found == {(day, city): (n, d) for day, city, n, d in wanted} and len(found) > 200


def test_history_from_files_has_no_cells_of_timeliness(sound):
    assert of_kpi(sound, "events_on_time") == []


@pytest.mark.parametrize("kpi", KPIS)
def test_kpis_of_quality_have_thresholds_and_stay_above_them_in_a_sound_history(sound, kpi):
    header = (SQL / "kpis" / f"{kpi}.sql").read_text()
    warn = Decimal(re.search(r"^-- warn: (\S+)$", header, re.MULTILINE).group(1))
    below = [row for row in of_kpi(sound, kpi)
             if int(row["denominator"]) >= 20 and Decimal(row["numerator"]) / Decimal(row["denominator"]) < warn]
    assert below == []


def test_an_hour_is_judged_a_quarter_of_an_hour_after_its_end(sound):
    query = "SELECT max(at) AS at FROM quality_volumes"
    newest = lambda now: rows(sound, asked(query, now=now))[0]["at"]  # noqa: E731
    quarter = datetime.fromisoformat("2026-06-17T09:15:00Z")
    assert newest((quarter - timedelta(seconds=1)).isoformat()) == "2026-06-17T07:00:00Z"
    assert newest(quarter.isoformat()) == "2026-06-17T08:00:00Z"
