"""The oracle of cells against a handful of events whose figures are worked out by hand."""

from decimal import Decimal

import duckdb
import pytest

from judges.cells import FORMULAS, cell_of, cells, prepare

FIELD = "STRUCT(name VARCHAR, required BOOLEAN, value VARCHAR)[]"
CHARGE = "STRUCT(code VARCHAR, amount DECIMAL(27, 9), currency VARCHAR)[]"
EVENT = "event_id VARCHAR DEFAULT uuid()::VARCHAR, type VARCHAR, time TIMESTAMPTZ, city VARCHAR, user_id VARCHAR"
TABLES = {
    "session_events": f"{EVENT}, session_id VARCHAR, device_id VARCHAR, ticket_id VARCHAR, priority VARCHAR,"
                      " status VARCHAR, feature VARCHAR, ended_by VARCHAR, reason VARCHAR, method VARCHAR",
    "invoice_events": f"{EVENT}, invoice_id VARCHAR, forwarder VARCHAR, supported BOOLEAN, route VARCHAR,"
                      f" multimodal BOOLEAN, duration_ms BIGINT, fields {FIELD}, charges {CHARGE}, outcome VARCHAR,"
                      " review VARCHAR, field VARCHAR, correct BIGINT, golden_fields BIGINT, score BIGINT, currency VARCHAR,"
                      " channel VARCHAR, learn VARCHAR, stage VARCHAR, target VARCHAR, result VARCHAR, layer VARCHAR",
    "usage_events": f"{EVENT}, meter VARCHAR, cost DECIMAL(27, 9), currency VARCHAR, status VARCHAR,"
                    " latency_ms BIGINT",
}
ROWS = {
    "session_events": [
        # Sydney's clocks go back on 5 April 2026: 25 h, 40 minutes of them online, from 02:30 to 02:10.
        {"type": "device.registered", "time": "2026-04-04T13:00Z", "city": "SYD", "device_id": "d"},
        {"type": "device.online", "time": "2026-04-04T15:30Z", "city": "SYD", "device_id": "d"},
        {"type": "device.offline", "time": "2026-04-04T16:10Z", "city": "SYD", "device_id": "d"},
        {"type": "user.login", "time": "2026-04-05T14:00Z", "city": "SYD", "user_id": "u"},
        # Two users' first week is that of Monday, 16 March; one is there in the week after it.
        *({"type": "user.activity", "time": f"2026-03-{day}T02:00Z", "city": "HKG", "user_id": user, "feature": feature}
          for day, user, feature in ((16, "v", "search"), (16, "v", "export"), (17, "v", "search"), (22, "w", "search"))),
        {"type": "user.login", "time": "2026-03-25T02:00Z", "city": "HKG", "user_id": "v"},
        # Three run from one o'clock, two of them until two, in Hong Kong.
        *({"type": f"session.{kind}", "time": f"2026-04-03T{hour}:00Z", "city": "HKG", "session_id": session}
          for session, end in (("a", "02"), ("b", "02"), ("c", "05"))
          for kind, hour in (("started", "01"), ("ended", end))),
        # Opened on the 2nd at 23:00, resolved on the 5th at 00:30, both local; due after four hours.
        {"type": "ticket.opened", "time": "2026-04-02T15:00Z", "city": "HKG", "ticket_id": "t", "priority": "urgent"},
        {"type": "ticket.status_changed", "time": "2026-04-04T16:30Z", "city": "HKG", "ticket_id": "t",
         "status": "resolved"},
    ],
    "invoice_events": [],
    "usage_events": [
        *({"type": "usage.recorded", "time": "2026-03-31T16:30Z", "city": "HKG", "meter": "llm.calls", "status": status,
           "latency_ms": ms, "cost": "0.1", "currency": "USD"}
          for ms, status in ((100, "ok"), (201, "ok"), (400, "error"))),
        {"type": "usage.recorded", "time": "2026-03-31T23:59Z", "city": None, "meter": "di.pages", "cost": "2.5",
         "currency": "HKD"},
    ],
}


@pytest.fixture(scope="module")
def found() -> dict[str, dict]:
    """By relation: the cells of the rows above."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for table, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {table} ({columns})")
            for row in ROWS[table]:
                marks = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        prepare(connection)
        return {relation: cells(connection, relation) for relation in ("kpi_hourly", "kpi_daily", "kpi_monthly")}


def of(found: dict, kpi: str) -> dict[tuple[str, str], tuple]:
    return {(bucket, city): cell[:2] for (bucket, city, _, name), cell in found.items() if name == kpi}


def test_a_day_of_twenty_five_hours_has_them_all(found):
    hour = 3_600_000
    assert of(found["kpi_daily"], "device_availability")["2026-04-05", "SYD"] == (40 * 60_000, 25 * hour)


def test_at_an_instant_ends_count_before_starts(found):
    peaks = of(found["kpi_hourly"], "sessions_concurrent_peak")
    assert peaks == {("2026-04-03T01", "HKG"): (3, 1), ("2026-04-03T02", "HKG"): (1, 1)}


def test_a_ticket_is_open_until_the_local_day_before_it_was_resolved(found):
    assert [day for day, _ in of(found["kpi_daily"], "tickets_open")] == ["2026-04-02", "2026-04-03", "2026-04-04"]
    assert of(found["kpi_hourly"], "ticket_sla_breaches") == {("2026-04-02T19", "HKG"): (1, 1)}


def test_percentiles_are_exact_and_local_days_the_citys(found):
    assert of(found["kpi_daily"], "ai_latency_p95_ms") == {("2026-04-01", "HKG"): (Decimal("380.10"), 1)}
    assert of(found["kpi_monthly"], "ai_error_rate") == {("2026-04-01", "HKG"): (1, 3)}


def test_a_week_of_retention_counts_once_it_is_over_in_the_city(found):
    assert of(found["kpi_daily"], "retention_1w") == {("2026-03-16", "HKG"): (1, 2)}
    # The newest event is of Sunday, 5 April in Hong Kong: that second week has an hour and a half to go.
    assert of(found["kpi_daily"], "retention_2w") == {}


def test_features_are_counted_once_a_user(found):
    march = ("2026-03-01", "HKG")
    assert of(found["kpi_monthly"], "features_per_user")[march] == (3, 2)
    assert of(found["kpi_daily"], "feature_usage")["2026-03-25", "HKG"] == (0, 1)
    assert of(found["kpi_monthly"], "feature_usage")[march] == (2, 2)


def test_costs_without_a_city_are_kept_by_universal_time(found):
    assert of(found["kpi_daily"], "ai_cost_hkd") == {
        ("2026-04-01", "HKG"): (Decimal("2.34"), 1), ("2026-03-31", ""): (Decimal("2.5"), 1)}


def test_where_nothing_happened_there_is_no_cell(found):
    shown = {name for relation in found.values() for *_, name in relation}
    assert shown < FORMULAS.keys()
    assert not shown & {"invoices_settled", "automation_rate"}


def test_a_numerator_without_a_denominator_has_no_value():
    assert cell_of(Decimal(3), Decimal(0)) == (Decimal(3), Decimal(0), None)


def test_values_round_half_away_from_zero():
    values = [cell_of(Decimal(n), Decimal(d))[2] for n, d in ((1, 3), (2, 3), (-2, 3), (1, 2 * 10**9), (-1, 2 * 10**9))]
    assert [str(value) for value in values] == ["0.333333333", "0.666666667", "-0.666666667", "1E-9", "-1E-9"]
