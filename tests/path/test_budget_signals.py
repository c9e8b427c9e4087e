"""What budgets and the cost of AI set off, by the real binary: steps on record once, the signal to degrade AI, and a month's
end by the forecast that has landed. Expected values are worked out here, in decimals, from what was written."""

import json
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from path.harness import TOPICS, run, until
from path.histories import event, extracted, lines, load, rows
from path.insights import BOUNDS, append
from path.test_finance import import_files

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
NUMBERS = count(1)
WITHIN_S = 180


def usage(time: str, city: str, meter: str, cost: str) -> dict:
    return event("usage.recorded", time, city, f"s-{next(NUMBERS)}", meter=meter, quantity="1", cost=cost, currency="HKD")


def asked(server, query: str) -> list[dict]:
    status, _, answer = server.request("POST", "/v1/sql?format=json", json.dumps({"sql": query}), content_type="application/json")
    assert status == 200, answer
    found = json.loads(answer)
    return [dict(zip((column["name"] for column in found["columns"]), row)) for row in found["rows"]]


def crossed(server) -> list[tuple]:
    found = asked(server, "SELECT month, city, category, threshold, budget, actual, basis FROM budget_crossings "
                        "ORDER BY noticed_at, month, city, category, threshold")
    return [(row["month"], row["city"], row["category"], int(row["threshold"]), Decimal(row["budget"]),
             Decimal(row["actual"]), row["basis"]) for row in found]  # fmt: skip


def looked(server):
    """Waits until the job has looked at all months, which its first round does."""
    rounds = lambda: asked(server, "SELECT num_runs, last_error FROM jobs WHERE job = 'budgets'")  # noqa: E731
    until(lambda: any(int(row["num_runs"]) > 0 and not row["last_error"] for row in rounds()), WITHIN_S, lambda: f"a look: {rounds()}")


def test_each_step_of_a_budget_is_on_record_once_whatever_happens_later(module_kafka, servers, tmp_path):
    lake = tmp_path / "lake"
    of_march = lambda cost, number: load(lake, tmp_path / f"files-{number}", lines([usage("2026-03-05T00:00:00Z", "HKG", "llm.calls", cost)]))  # noqa: E731
    of_march("60", 1)
    import_files(lake, tmp_path / "in", budgets=[("2026-03", "HKG", "llm", "100", "HKD"), ("2026-03", "SIN", "llm", "100", "HKD")])
    module_kafka.create_topics(*TOPICS)
    server = servers(lake, module_kafka.bootstrap)
    first = ("2026-03", "HKG", "llm", 50, Decimal(100), Decimal(60), "metered")
    for _ in range(2):
        server.start()
        looked(server)
        assert crossed(server) == [first]
        server.stop()
    # What comes late passes the next step of a month that is over; the step before stays as it was noticed.
    of_march("25.5", 2)
    later = [first, ("2026-03", "HKG", "llm", 80, Decimal(100), Decimal("85.5"), "metered")]
    # A correction takes some of it back, which nobody un-notices; and as much comes again.
    for number, cost in ((3, None), (4, "-30"), (5, "30")):
        if cost:
            of_march(cost, number)
        server.start()
        looked(server)
        assert crossed(server) == later
        server.stop()
    # Another amount is another budget.
    import_files(lake, tmp_path / "again", budgets=[("2026-03", "HKG", "llm", "80", "HKD")])
    server.start()
    looked(server)
    assert crossed(server) == later + [("2026-03", "HKG", "llm", step, Decimal(80), Decimal("85.5"), "metered") for step in (50, 80, 100)]


def test_the_signal_to_degrade_ai_says_which_measure_is_too_high(tmp_path):
    now = datetime.now(UTC) - timedelta(minutes=2)
    if (now.astimezone(HONG_KONG) - timedelta(minutes=10)).month != datetime.now(HONG_KONG).month:
        pytest.skip("the month has only begun")
    at, lake = now.isoformat(), tmp_path / "lake"
    made = []
    for number, (city, multimodal) in enumerate([("HKG", number < 12) for number in range(20)] + [("SIN", False)] * 30 + [("TPE", True)] * 19):
        made += [event("invoice.received", at, city, invoice_id=f"i-{number}", channel="api"),
                 extracted(f"i-{number}", at, city, multimodal=multimodal),
                 event("invoice.completed", at, city, invoice_id=f"i-{number}")]  # fmt: skip
    made += [usage(at, "HKG", "di.pages", "20.01"), usage(at, "SIN", "llm.calls", "22.5"), usage(at, "TPE", "llm.calls", "30000"),
             usage(at, "HKG", "compute.seconds", "99999")]  # fmt: skip
    load(lake, tmp_path / "files", lines(made))
    found = rows(lake, "SELECT measure, city, value, warn, act, status, degrade FROM ai_degradation ORDER BY measure, city NULLS LAST")
    told = [(row["measure"], row["city"], Decimal(row["value"]).quantize(Decimal("0.0001")), row["status"], row["degrade"]) for row in found]
    # Taipei has 19 invoices, too few to judge by.
    assert told == [
        ("ai_cost_month_hkd", "", Decimal("30042.5100"), "warn", "false"),
        ("ai_cost_per_invoice_hkd", "HKG", Decimal("1.0005"), "act", "true"),
        ("ai_cost_per_invoice_hkd", "SIN", Decimal("0.7500"), "ok", "false"),
        ("ai_cost_per_invoice_hkd", "", Decimal("0.8502"), "warn", "false"),
        ("multimodal_share", "HKG", Decimal("0.6000"), "act", "true"),
        ("multimodal_share", "SIN", Decimal("0.0000"), "ok", "false"),
        ("multimodal_share", "", Decimal("0.2400"), "ok", "false"),
    ]
    limits = {row["measure"]: (Decimal(row["warn"]), Decimal(row["act"])) for row in found}
    assert limits == {"ai_cost_month_hkd": (30000, 40000), "ai_cost_per_invoice_hkd": (Decimal("0.75"), 1),
                      "multimodal_share": (Decimal("0.3"), Decimal("0.5"))}  # fmt: skip


def test_the_end_of_the_month_is_what_the_landed_forecast_expects(tmp_path):
    now = datetime.now(HONG_KONG)
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    if now - first < timedelta(days=1, minutes=10) or following - now < timedelta(minutes=10):
        pytest.skip("the month begins or ends")
    lake, month = tmp_path / "lake", f"{first:%Y-%m}"
    spent_before, spent_today = Decimal("310.25"), Decimal("7.5")
    load(lake, tmp_path / "files", lines([
        usage((first + timedelta(hours=1)).astimezone(UTC).isoformat(), "HKG", "llm.calls", str(spent_before)),
        usage(now.astimezone(UTC).isoformat(), "HKG", "di.pages", str(spent_today)),
        usage((first + timedelta(hours=1)).astimezone(UTC).isoformat(), "SIN", "llm.calls", "10")]))  # fmt: skip
    import_files(lake, tmp_path / "in", rates=[(month, "USD", "8")],
                 budgets=[(month, "HKG", "ai", "1000", "USD"), (month, "HKG", "llm", "1000", "HKD"),
                          (month, "HKG", "di", "1000", "HKD"), (month, "SIN", "ai", "1000", "HKD")])
    told = lambda: {(row["city"], row["category"]): (row["forecast_basis"], Decimal(row["forecast"]))  # noqa: E731
                    for row in rows(lake, f"SELECT * FROM budget_status WHERE month = '{month}'")}
    assert {basis for basis, _ in told().values()} == {"run_rate"}
    # A history of days foretells nothing; it does make the table, whose rows are another writer's.
    run("forecast", "--dir", lake, "--refresh", "--format", "csv", code=1)
    made_at = datetime.now(UTC) - timedelta(hours=2)
    today = now.date()
    days = [today + timedelta(days=step) for step in range(-1, (following.date() - today).days + 3)]
    means = {day: 10.0 + day.day / 4 for day in days}
    append(lake, "forecasts", [
        {"made_at": made_at, "series": series, "grain": "day", "city": city, "step": step + 1, "model": "ets", "mape_backtest": 0.1,
         "mase_backtest": 0.5, "horizon_at": datetime(day.year, day.month, day.day, tzinfo=UTC), **dict.fromkeys(BOUNDS, share * means[day])}
        # Singapore's ends a day too early to say what the month comes to.
        for series, city, share, covered in (
            ("ai_cost_hkd", "HKG", 1, days), ("cost_hkd:llm", "HKG", 2, days),
            ("ai_cost_hkd", "SIN", 1, [day for day in days if day < following.date() - timedelta(days=1)]))
        for step, day in enumerate(covered)])  # fmt: skip
    left = [Decimal(means[day]) for day in days if today < day < following.date()]
    rest = sum(left) + max(Decimal(means[today]) - spent_today, Decimal(0))
    cents = Decimal("0.01")
    actual = ((spent_before + spent_today) / 8).quantize(cents, ROUND_HALF_UP)
    basis, forecast = told()["HKG", "ai"]
    assert basis == "forecast" and abs(forecast - (actual + rest / 8)) <= cents, (forecast, actual, rest)
    # Nothing was spent on language models today, in a budget of HKD.
    basis, forecast = told()["HKG", "llm"]
    expected = spent_before + sum(2 * Decimal(means[day]) for day in days if today <= day < following.date())
    assert basis == "forecast" and abs(forecast - expected) <= cents, (forecast, expected)
    assert told()["SIN", "ai"][0] == "run_rate"
    # A series without a city's days is no other's.
    assert told()["HKG", "di"][0] == "run_rate"
