"""Budgets by the real binary: what counts as spent, how much is passed, and what the end of the month will be."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from path.harness import run
from path.histories import event, lines, load, rows
from path.test_finance import import_files

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
NUMBERS = count(1)


def usage(time: str, city: str | None, meter: str, cost: str | None, currency: str = "HKD", **more) -> dict:
    money = {"cost": cost, "currency": currency} if cost else {}
    return event("usage.recorded", time, city, f"b-{next(NUMBERS)}", meter=meter, quantity="1", **money, **more)


def status(lake, condition: str = "true") -> list[tuple]:
    found = rows(lake, f"SELECT city, category, basis, actual, used, passed, forecast, status FROM budget_status "
                       f"WHERE {condition} ORDER BY month, city, category")
    return [tuple(row.values()) for row in found]


def test_what_counts_as_spent_and_what_is_passed(tmp_path):
    """March by the local clock: what was used a second before or after it is another month's."""
    lake = tmp_path / "lake"
    load(lake, tmp_path / "files", lines([
        event("invoice.received", "2026-03-02T01:00:00Z", "HKG", invoice_id="i-1", channel="api"),
        usage("2026-02-28T15:59:59Z", "HKG", "llm.tokens_in", "1000"),
        usage("2026-02-28T16:00:00Z", "HKG", "llm.tokens_in", "10", "USD", service="openai"),
        usage("2026-03-31T15:59:59Z", "HKG", "di.pages", "7.005", service="reader"),
        usage("2026-03-31T16:00:00Z", "HKG", "di.pages", "1000"),
        usage("2026-03-05T00:00:00Z", "HKG", "compute.seconds", "5", service="reader"),
        usage("2026-03-05T00:00:00Z", "HKG", "api.requests", None),
        usage("2026-03-05T00:00:00Z", "SIN", "llm.tokens_in", "1000"),
        usage("2026-03-05T00:00:00Z", None, "llm.tokens_in", "1000"),
    ]))
    amounts = {"ai": "170.02", "llm": "100", "llm.tokens_in": "97.5", "di": "8.75", "reader": "24.04", "usage": "90",
               "rent": "200", "travel": "1", "storage": "0"}
    import_files(lake, tmp_path / "in", rates=[("2026-03", "USD", "7.8"), ("2026-03", "CNY", "1.05")],
                 pools=[("2026-03", "rent", "100", "HKD", "even")],
                 budgets=[("2026-03", "HKG", category, amount, "HKD") for category, amount in amounts.items()]
                 + [("2026-03", "SHA", "rent", "50", "HKD"), ("2026-03", "HKG", "llm.tokens_out", "5", "HKD")])
    assert status(lake) == [
        ("HKG", "ai", "metered", "85.01", "0.5000", "50", "85.01", "half"),
        ("HKG", "di", "metered", "7.01", "0.8011", "80", "7.01", "warn"),
        ("HKG", "llm", "metered", "78.00", "0.7800", "50", "78.00", "half"),
        ("HKG", "llm.tokens_in", "metered", "78.00", "0.8000", "80", "78.00", "warn"),
        ("HKG", "llm.tokens_out", "", "", "", "", "", "unknown"),
        ("HKG", "reader", "metered", "12.01", "0.4996", "0", "12.01", "ok"),
        ("HKG", "rent", "allocated", "100.00", "0.5000", "50", "100.00", "half"),
        ("HKG", "storage", "", "", "", "", "", "unknown"),
        ("HKG", "travel", "", "", "", "", "", "unknown"),
        ("HKG", "usage", "metered", "90.01", "1.0001", "100", "90.01", "over"),
        ("SHA", "rent", "allocated", "0.00", "0.0000", "0", "0.00", "ok"),
    ]
    done = run("budget", "--month", "2026-03", "--city", "SHA", "--format", "csv", "--dir", lake)
    assert done.stdout.splitlines()[1:] == [
        "2026-03,SHA,rent,HKD,50.000000000,allocated,0.00,0.0000,0,0.00,0.0000,actual,ok"]
    assert "no budgets of SIN for 2026-03" in run("budget", "--month", "2026-03", "--city", "SIN", "--dir", lake, code=1).stderr
    assert "no budgets for this month" in run("budget", "--dir", lake, code=1).stderr
    # The bill of a pool takes the place of what was metered; a budget in another currency is compared in its own.
    import_files(lake, tmp_path / "later", pools=[("2026-03", "ai", "123456789012.34", "HKD", "even")],
                 budgets=[("2026-03", "HKG", "ai", "130000000000", "CNY"), ("2026-03", "HKG", "llm", "0", "CNY")])
    assert status(lake) == [
        ("HKG", "ai", "allocated", "117577894297.47", "0.9044", "80", "117577894297.47", "warn"),
        ("HKG", "llm", "metered", "74.29", "", "100", "74.29", "over"),
    ]


def test_what_the_month_comes_to_if_it_goes_on_so(tmp_path):
    """The clock is not ours: the forecast lies between those of a moment before and after."""
    now = datetime.now(HONG_KONG)
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if now - first < timedelta(hours=25):
        pytest.skip("the month has only begun: nothing is forecast from less than a day")
    following = (first + timedelta(days=32)).replace(day=1)
    spent, budget = Decimal(310), Decimal(1000)
    lake = tmp_path / "lake"
    load(lake, tmp_path / "files", lines([
        usage((first + timedelta(hours=1)).astimezone(UTC).isoformat(), "HKG", "llm.tokens_in", str(spent))]))
    import_files(lake, tmp_path / "in", budgets=[(f"{month:%Y-%m}", "HKG", "llm", str(budget), "HKD")
                                                 for month in (first, following)])

    def run_rate() -> Decimal:
        return spent * Decimal((following - first) / (datetime.now(HONG_KONG) - first))

    most = run_rate()
    [(_, _, basis, actual, used, _, forecast, told)] = status(lake, f"month = '{first:%Y-%m}'")
    least = run_rate()
    assert (basis, actual, used) == ("metered", "310.00", "0.3100")
    assert least - Decimal("0.01") <= Decimal(forecast) <= most + Decimal("0.01")
    assert told == ("ahead" if Decimal(forecast) > budget else "ok")
    assert status(lake, f"month = '{following:%Y-%m}'") == [("HKG", "llm", "", "", "", "", "", "unknown")]


def test_days_of_usage_are_what_the_events_say(tmp_path):
    lake = tmp_path / "lake"
    load(lake, tmp_path / "files", lines([
        usage("2026-03-01T15:59:59Z", "HKG", "llm.tokens_in", "1.5", tenant="acme", status="ok", service="s", model="m"),
        usage("2026-03-01T01:00:00Z", "HKG", "llm.tokens_in", "2.25", tenant="acme", status="error", service="s", model="m"),
        usage("2026-03-01T16:00:00Z", "HKG", "llm.tokens_in", "4", tenant="acme", status="ok", service="s", model="m"),
        usage("2026-03-01T16:00:00Z", None, "llm.tokens_in", None),
    ]))
    found = rows(lake, "SELECT city, tenant, day, uses, failures, quantity, cost, currency FROM usage_days ORDER BY day, city")
    assert [tuple(row.values()) for row in found] == [
        ("HKG", "acme", "2026-03-01", "2", "1", "2.000000000", "3.750000000", "HKD"),
        ("", "", "2026-03-01", "1", "0", "1.000000000", "0.000000000", ""),
        ("HKG", "acme", "2026-03-02", "1", "0", "1.000000000", "4.000000000", "HKD"),
    ]


def test_a_customers_month_comes_to_what_the_price_book_says(tmp_path):
    lake = tmp_path / "lake"
    of = lambda day, quantity, meter="llm.tokens_in", **more: event(  # noqa: E731
        "usage.recorded", f"2026-{day}T15:59:59Z", "HKG", f"t-{next(NUMBERS)}", tenant="acme", service="s", meter=meter,
        quantity=quantity, **more)
    load(lake, tmp_path / "files", lines([
        of("03-14", "1000"), of("03-14", "0.5"), of("03-15", "10"), of("03-15", "7", model="large"),
        of("03-31", "3"), of("04-01", "100"), of("03-02", "5", meter="di.pages"), of("03-02", "9", meter="api.requests"),
        event("usage.recorded", "2026-03-02T00:00:00Z", "HKG", "shared", service="s", meter="llm.tokens_in", quantity="8"),
    ]))
    import_files(lake, tmp_path / "in", prices=[
        ("2026-03-01", "s", "", "llm.tokens_in", "0.0000025", "USD"), ("2026-03-15", "s", "", "llm.tokens_in", "0.003", "HKD"),
        ("2026-03-01", "s", "large", "llm.tokens_in", "1.000000001", "USD"), ("2026-03-01", "s", "", "di.pages", "2", "HKD")])
    found = rows(lake, "SELECT * FROM tenant_usage ORDER BY month, meter, model, unit_price")
    assert [tuple(row.values()) for row in found] == [
        ("2026-03", "acme", "s", "", "api.requests", "1", "9.000000000", "", "", ""),
        ("2026-03", "acme", "s", "", "di.pages", "1", "5.000000000", "2.000000000", "10.000000000", "HKD"),
        ("2026-03", "acme", "s", "large", "llm.tokens_in", "1", "7.000000000", "1.000000001", "7.000000007", "USD"),
        ("2026-03", "acme", "s", "", "llm.tokens_in", "2", "1000.500000000", "0.000002500", "0.002501250", "USD"),
        ("2026-03", "acme", "s", "", "llm.tokens_in", "2", "13.000000000", "0.003000000", "0.039000000", "HKD"),
        ("2026-04", "acme", "s", "", "llm.tokens_in", "1", "100.000000000", "0.003000000", "0.300000000", "HKD"),
    ]
