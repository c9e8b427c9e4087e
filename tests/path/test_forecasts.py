"""Forecasts: a year that is known is cut off a month before its end, and what is foretold from there is compared with
what came. Expected values are counted from the generated files, not by the product."""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from judges.kpis import ZONES
from path.harness import run, until
from path.test_finance import import_files

DAYS, SEED, SCALE, AHEAD = 430, 6, 0.3, 30
# A month ahead, the daily volume: domain.md, section 7.
MAPE_MAX = 0.15
WITHIN_S = 120
NAMES = ("city", "forwarder", "grain", "step")


def local_day(event: dict) -> date | None:
    try:
        at = datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    return at.astimezone(ZoneInfo(ZONES[event["city"]])).date() if event.get("city") in ZONES and at.tzinfo else None


def read(path: Path):
    """Lines with their events; what is no event has none."""
    with path.open("rb") as lines:
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            yield line, event if isinstance(event, dict) else None


class Cut:
    """A lake with everything but the last month, and what came in that month."""

    def __init__(self, folder: Path):
        self.first = datetime.now(UTC).date() - timedelta(days=AHEAD + 1)
        self.directory, self.received = folder / "lake", Counter()
        run("generate", "--days", DAYS, "--seed", SEED, "--scale", SCALE, "--out", folder, within_s=600)
        early, seen = folder / "early" / "invoices.jsonl", set()
        early.parent.mkdir()
        with early.open("wb") as kept:
            for line, event in read(folder / "invoices.jsonl"):
                day = local_day(event) if event else None
                if day is None:
                    continue
                if day < self.first:
                    kept.write(line)
                if event.get("type") == "invoice.received" and (event.get("source"), event.get("id")) not in seen:
                    seen.add((event.get("source"), event.get("id")))
                    self.received[event["city"], day] += 1
        run("load", early, "--dir", self.directory, within_s=600)

    def total(self, day: date) -> int:
        return sum(count for (_, of), count in self.received.items() if of == day)

    def foretold(self, *arguments) -> list[dict]:
        done = run("forecast", "--dir", self.directory, "--series", "invoices_received", "--format", "jsonl", *arguments,
                   within_s=600)  # fmt: skip
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    return Cut(tmp_path_factory.mktemp("forecasts"))


@pytest.fixture(scope="module")
def made(cut):
    return cut.foretold("--refresh")


def of_days(rows: list[dict]) -> dict[tuple, list[dict]]:
    """Forecasts of days by city and forwarder, in the order of their steps."""
    found = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["step"]):
        if row["grain"] == "day":
            found[row.get("city"), row.get("forwarder")].append(row)
    return found


def test_the_daily_volume_a_month_ahead_is_foretold_within_the_goal(cut, made):
    days = of_days(made)[None, None][:AHEAD]
    assert [row["horizon_at"][:10] for row in days] == [str(cut.first + timedelta(days=n)) for n in range(AHEAD)]
    errors = [abs(cut.total(cut.first + timedelta(days=nth)) - row["mean"]) / cut.total(cut.first + timedelta(days=nth))
              for nth, row in enumerate(days)]  # fmt: skip
    assert sum(errors) / len(errors) < MAPE_MAX, [round(error, 3) for error in errors]


def test_most_of_what_came_lies_within_the_bounds(cut, made):
    inside = []
    for (city, forwarder), days in of_days(made).items():
        if city and not forwarder:
            for row in days[:AHEAD]:
                came = cut.received[city, date.fromisoformat(row["horizon_at"][:10])]
                inside.append(row["lower80"] <= came <= row["upper80"])
    assert len(inside) == AHEAD * len(ZONES)
    # 80 of 100, and not nearly all: bounds that hold everything say nothing.
    assert 0.72 < sum(inside) / len(inside) < 0.95


def test_cities_add_up_and_bounds_lie_around_the_mean_and_within_each_other(made):
    days = of_days(made)
    for step, total in enumerate(days[None, None]):
        cities = sum(rows[step]["mean"] for (city, forwarder), rows in days.items() if city and not forwarder)
        assert cities == pytest.approx(total["mean"], rel=1e-9)
    for row in made:
        assert 0 <= row["lower95"] <= row["lower90"] <= row["lower80"] <= row["upper80"] <= row["upper90"] <= row["upper95"]
    assert {row.get("forwarder") for row in made} > {None}
    assert {len(rows) for rows in days.values()} == {35}


def test_a_new_making_replaces_what_is_shown_and_keeps_what_was(cut, made):
    again = cut.foretold("--refresh")
    of = lambda rows: {tuple(row.get(name) for name in NAMES): row["mean"] for row in rows}  # noqa: E731
    assert of(again) == of(made), "the same past gives the same forecast"
    assert {row["made_at"] for row in again}.isdisjoint({row["made_at"] for row in made})
    query = "SELECT count(DISTINCT made_at) AS makings FROM forecasts"
    assert json.loads(run("sql", query, "--dir", cut.directory, "--format", "jsonl").stdout) == {"makings": 2}


def test_what_is_used_and_stored_is_foretold_by_city_and_in_all(tmp_path):
    run("generate", "--days", 90, "--seed", SEED, "--scale", 0.1, "--out", tmp_path, within_s=600)
    run("load", tmp_path / "usage.jsonl", "--dir", tmp_path / "lake", within_s=600)
    used, stored, seen = Counter(), {}, set()
    for _, event in read(tmp_path / "usage.jsonl"):
        # Of what comes twice the second is none.
        identity = event and str((event.get("source"), event.get("id")))
        day = local_day(event) if event and identity not in seen else None
        seen.add(identity)
        data = event.get("data") if day else None
        if not isinstance(data, dict) or day >= datetime.now(UTC).date() - timedelta(days=1):
            continue
        if data.get("meter") == "storage.bytes":
            reading = (event["time"], float(data["quantity"]))
            stored[event["city"]] = max(stored.get(event["city"], reading), reading)
        elif data.get("meter") in ("di.calls", "llm.calls", "api.requests"):
            used["api_requests" if data["meter"] == "api.requests" else "ai_calls", day] += float(data["quantity"])
    sql = f"""SELECT series, CAST(day AS VARCHAR) AS day, sum(value) AS value FROM used_days
        WHERE city IN ({", ".join(f"'{city}'" for city in ZONES)}) GROUP BY 1, 2"""
    days_used = run("sql", sql, "--dir", tmp_path / "lake", "--format", "jsonl").stdout.splitlines()
    found = {(row["series"], row["day"]): row["value"] for row in map(json.loads, days_used)}
    for (series, day), value in used.items():
        # Of ten thousand events the generator makes some that are refused.
        assert found[series, day.isoformat()] == pytest.approx(value, rel=0.02), (series, day)
    for series in ("ai_calls", "api_requests", "storage_bytes"):
        done = run("forecast", "--dir", tmp_path / "lake", "--series", series, "--refresh", "--format", "jsonl",
                   within_s=600)  # fmt: skip
        days = of_days([json.loads(line) for line in done.stdout.splitlines()])
        # The generator writes a city that nobody knows now and then, which is one more, as in KPIs.
        assert {city for city, _ in days} >= {None, *ZONES}
        for step, total in enumerate(days[None, None]):
            cities = sum(rows[step]["mean"] for (city, _), rows in days.items() if city)
            assert cities == pytest.approx(total["mean"], rel=1e-9)
        if series == "storage_bytes":
            assert days[None, None][0]["mean"] == pytest.approx(sum(value for _, value in stored.values()), rel=0.1)
        else:
            # Four weeks as the last four: the generator's volumes hardly change within two months.
            last = sorted(day for of, day in used if of == series)[-28:]
            expected = sum(row["mean"] for row in days[None, None][:28])
            assert expected == pytest.approx(sum(used[series, day] for day in last), rel=0.3)


def test_what_a_budgets_category_costs_is_foretold(tmp_path):
    """What each meter cost is added up here, at a rate that finance states."""
    # Somewhere it is a new month ten hours before it is by UTC; the generated events end with yesterday.
    if (datetime.now(UTC) + timedelta(hours=10)).day <= 2:
        pytest.skip("the month has only begun")
    run("generate", "--days", 90, "--seed", SEED, "--scale", 0.1, "--out", tmp_path, within_s=600)
    run("load", tmp_path / "usage.jsonl", "--dir", tmp_path / "lake", within_s=600)
    today = datetime.now(UTC).date()
    import_files(tmp_path / "lake", tmp_path / "in", rates=[(f"{today - timedelta(days=120):%Y-%m}", "USD", "8")],
                 budgets=[(f"{today:%Y-%m}", "HKG", "llm", "100", "HKD"), (f"{today:%Y-%m}", "SIN", "usage", "100", "HKD"),
                          (f"{today:%Y-%m}", "HKG", "it's rent", "100", "HKD")])  # fmt: skip
    cost, seen = Counter(), set()
    for _, event in read(tmp_path / "usage.jsonl"):
        identity = event and str((event.get("source"), event.get("id")))
        day = local_day(event) if event and identity not in seen else None
        seen.add(identity)
        data = event.get("data") if day else None
        if not isinstance(data, dict) or "cost" not in data or day >= today - timedelta(days=1):
            continue
        hkd = float(data["cost"]) * {"HKD": 1, "USD": 8}[data["currency"]]
        if event["city"] == "HKG" and str(data.get("meter")).startswith("llm."):
            cost["cost_hkd:llm", "HKG", str(day)] += hkd
        if event["city"] == "SIN":
            cost["cost_hkd:usage", "SIN", str(day)] += hkd
    sql = "SELECT series, city, CAST(day AS VARCHAR) AS day, value FROM used_days WHERE starts_with(series, 'cost_hkd:')"
    rows = map(json.loads, run("sql", sql, "--dir", tmp_path / "lake", "--format", "jsonl").stdout.splitlines())
    found = {(row["series"], row["city"], row["day"]): row["value"] for row in rows}
    assert {series for series, _, _ in found} == {"cost_hkd:llm", "cost_hkd:usage"}
    assert len(cost) > 100
    for which, value in cost.items():
        # Of ten thousand events the generator makes some that are refused; a page costs 0.234.
        assert found[which] == pytest.approx(value, rel=0.02, abs=0.24), which
    for series in ("cost_hkd:llm", "cost_hkd:usage"):
        of_all = sum(value for (of, *_), value in cost.items() if of == series)
        assert sum(found[which] for which in cost if which[0] == series) == pytest.approx(of_all, rel=0.01)
    for series, city in (("cost_hkd:llm", "HKG"), ("cost_hkd:usage", "SIN")):
        done = run("forecast", "--dir", tmp_path / "lake", "--series", series, "--refresh", "--format", "jsonl", within_s=600)
        days = of_days([json.loads(line) for line in done.stdout.splitlines()])
        assert set(days) == {(None, None), (city, None)}
        last = sorted(day for of, _, day in cost if of == series)[-28:]
        expected = sum(row["mean"] for row in days[city, None][:28])
        assert expected == pytest.approx(sum(cost[series, city, day] for day in last), rel=0.4)
    status = json.loads(run("budget", "--dir", tmp_path / "lake", "--city", "SIN", "--format", "jsonl").stdout)
    assert status["forecast_basis"] == "forecast", status
    told = run("capacity", "--dir", tmp_path / "lake", "--resource", "budget", "--all", "--format", "jsonl").stdout
    advice = list(map(json.loads, told.splitlines()))
    assert {(row["category"], row.get("city")) for row in advice} >= {("llm", "HKG"), ("usage", "SIN")}, advice


def test_a_service_foretells_by_itself_and_tells_over_http(kafka, servers, tmp_path):
    run("demo", "--dir", tmp_path / "lake", "--days", 60, "--seed", SEED, "--scale", 0.05, "--once", within_s=600)
    server = servers(tmp_path / "lake", "127.0.0.1:1").spawn()
    server.http = json.loads(until(server.announced, WITHIN_S, "announced"))["http"]
    asked = lambda: server.request("GET", "/v1/forecasts?series=dau&grain=day&city=HKG&format=jsonl")  # noqa: E731
    _, _, body = until(lambda: (found := asked())[2] and found, WITHIN_S, lambda: f"foretold\n{server.log_tail()}")
    rows = [json.loads(line) for line in body.splitlines()]
    assert [row["step"] for row in rows] == list(range(1, 36))
    today = datetime.now(ZoneInfo("Asia/Hong_Kong")).date()
    assert date.fromisoformat(rows[0]["horizon_at"][:10]) in (today, today - timedelta(days=1))
