"""Cells of every KPI of the catalogue, computed a second time: straight from the event tables, in DuckDB's SQL.

Source: the domain's KPI table and the event contract; shares no text with the product's own views and KPI files. A cell
is a numerator, a denominator and their quotient, for a span of time, a city and perhaps a forwarder. `FACTS` are one
temporary table each, with the `city` and either the instant (`moment`) or the local `day` to which a row belongs.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import NamedTuple

import duckdb

from judges import quality
from judges.kpis import AI_CALL, INVOICES, RECEIVED, SETTLED, ZONES

HOUR, DAY, MONTH = "hour", "day", "month"
GRAINS = {"kpi_hourly": HOUR, "kpi_daily": DAY, "kpi_monthly": MONTH, "kpi_daily_by_forwarder": DAY}
SLA_HOURS = {"urgent": 4, "high": 8, "normal": 24, "low": 72}
# HKD for one unit: the stated rates, which hold on every day.
RATES = {"HKD": "1", "USD": "7.8", "SGD": "5.8", "CNY": "1.08", "TWD": "0.242", "JPY": "0.052", "KRW": "0.0057",
         "THB": "0.215", "VND": "0.000305", "AUD": "5.1"}
BILLIONTH = Decimal("1e-9")
# Bucket (a day, or the hour in UTC), city, forwarder, KPI.
Key = tuple[str, str, str, str]
# Numerator, denominator, value.
Cell = tuple[Decimal, Decimal, Decimal]


def case(of: str, answers: dict[str, str]) -> str:
    branches = " ".join(f"WHEN '{key}' THEN {answer}" for key, answer in answers.items())
    return f"CASE {of} {branches} END"


def quoted(texts: dict[str, str]) -> dict[str, str]:
    return {key: f"'{text}'" for key, text in texts.items()}


MACROS = {
    "zone_of(city)": f"coalesce({case('city', quoted(ZONES))}, 'UTC')",
    "day_of(moment, city)": "CAST(timezone(zone_of(city), moment) AS DATE)",
    "start_of(day, city)": "timezone(zone_of(city), CAST(day AS TIMESTAMP))",
    # Weeks by their numbers: Mondays are the days of whole weeks from Monday, 1 January 2001.
    "week_of(day)": "(CAST(day AS DATE) - DATE '2001-01-01') // 7",
    "monday_of(week)": "DATE '2001-01-01' + CAST(7 * week AS INTEGER)",
    "month_of(day)": "CAST(date_trunc('month', day) AS DATE)",
    "micros(a, b)": "epoch_us(b) - epoch_us(a)",
    "millis(a, b)": "(epoch_us(b) - epoch_us(a)) // 1000",
    "days(a, b)": "generate_series(CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP), INTERVAL 1 DAY)",
    "sla_of(priority)": case("priority", {name: f"INTERVAL {hours} HOUR" for name, hours in SLA_HOURS.items()}),
    "rate_of(currency)": case("currency", {name: f"{rate}::DECIMAL(10, 9)" for name, rate in RATES.items()}),
    # Linear between two neighbours of sorted whole numbers, exact; the place is in hundredths, from 0.
    "linear(xs, place)": "(xs[place // 100 + 1] * (100 - place % 100)"
                          " + xs[least(place // 100 + 2, len(xs))] * (place % 100)) * 0.01",
}
ACTIVE = "type LIKE 'user.%' OR type IN ('invoice.reviewed', 'invoice.field_corrected')"
FACTS = {
    "newest": "SELECT max(time) AS moment FROM session_events",
    "more": """SELECT invoice_id,
        last(duration_ms ORDER BY time, event_id) FILTER (type = 'invoice.ocr_completed')
          + last(duration_ms ORDER BY time, event_id) FILTER (type = 'invoice.extracted') AS ai_ms,
        last(forwarder ORDER BY time, event_id) FILTER (type = 'invoice.classified') AS forwarder
        FROM invoice_events WHERE invoice_id IS NOT NULL GROUP BY 1""",
    "settled": f"""{INVOICES} SELECT settled.* EXCLUDE (month, place), forwarder, settled_at AS moment,
          CASE WHEN completed THEN ai_ms END AS ai_ms,
          CASE WHEN completed THEN millis(received_at, settled_at) END AS through_ms
        FROM settled JOIN more USING (invoice_id)""",
    "received": f"""{INVOICES} SELECT received.* EXCLUDE (month, place), forwarder, received_at AS moment
        FROM received JOIN more USING (invoice_id)""",
    "hours": "SELECT city, date_trunc('hour', moment) AS moment, count(*) AS invoices FROM settled GROUP BY ALL",
    "events": "SELECT *, time AS moment FROM invoice_events",
    "calls": f"SELECT city, time AS moment, status, latency_ms FROM usage_events WHERE {AI_CALL}",
    "costs": """SELECT city, time AS moment, round(cost * rate_of(currency), 9) AS hkd
        FROM usage_events WHERE meter[:3] = 'di.' OR meter[:4] = 'llm.'""",
    "costs_and_settled": """SELECT city, moment, hkd, NULL AS invoice_id FROM costs
        UNION ALL SELECT city, moment, NULL, invoice_id FROM settled""",
    "sessions": """SELECT session_id, first(city ORDER BY time, event_id) AS city,
        min(time) FILTER (type = 'session.requested') AS requested_at,
        min(time) FILTER (type = 'session.started') AS started_at,
        min(time) FILTER (type = 'session.ended') AS ended_at,
        min(time) FILTER (type = 'session.failed') AS failed_at
        FROM session_events WHERE session_id IS NOT NULL GROUP BY 1""",
    "requests": "SELECT city, requested_at AS moment FROM sessions",
    "requests_and_failures": """SELECT city, requested_at AS moment, 1 AS requested, 0 AS failed FROM sessions
        UNION ALL SELECT city, failed_at, 0, 1 FROM sessions""",
    "connects": "SELECT city, started_at AS moment, millis(requested_at, started_at) AS ms FROM sessions",
    "ends": "SELECT city, ended_at AS moment, millis(started_at, ended_at) AS ms FROM sessions",
    "runs": """SELECT city, started_at, coalesce(ended_at, failed_at) AS stopped_at FROM sessions
        WHERE coalesce(ended_at, failed_at) >= started_at""",
    "loads": """SELECT p.city, p.moment, (SELECT count(*) FILTER (r.started_at <= p.moment AND r.stopped_at > p.moment)
          FROM runs r WHERE r.city = p.city) AS running
        FROM (SELECT city, started_at AS moment FROM runs UNION SELECT city, stopped_at FROM runs) p""",
    "spans": """SELECT device_id, city, type = 'device.online' AS online, time AS from_at, coalesce(lead(time)
          OVER (PARTITION BY device_id ORDER BY time, event_id), (SELECT moment FROM newest)) AS until_at
        FROM session_events WHERE type IN ('device.registered', 'device.online', 'device.offline')""",
    "device_days": """SELECT device_id, city, day, sum(part) // 1000 AS known_ms,
          coalesce(sum(part) FILTER (online), 0) // 1000 AS online_ms
        FROM (SELECT *, micros(greatest(from_at, start_of(day, city)),
            least(until_at, start_of(day + INTERVAL 1 DAY, city))) AS part
          FROM (SELECT *, unnest(days(day_of(from_at, city), day_of(until_at, city))) AS day FROM spans))
        GROUP BY ALL""",
    "tickets": """SELECT ticket_id, first(city ORDER BY time, event_id) AS city,
        first(priority ORDER BY time, event_id) FILTER (type = 'ticket.opened') AS priority,
        min(time) FILTER (type = 'ticket.opened') AS opened_at,
        min(time) FILTER (type = 'ticket.closed') AS closed_at,
        min(time) FILTER (type = 'ticket.closed' OR type = 'ticket.status_changed' AND status = 'resolved') AS gone_at
        FROM session_events WHERE ticket_id IS NOT NULL AND type LIKE 'ticket.%' GROUP BY 1""",
    "closings": "SELECT city, closed_at AS moment, millis(opened_at, closed_at) AS ms FROM tickets",
    "dues": """SELECT city, opened_at + sla_of(priority) AS moment FROM tickets
        WHERE opened_at + sla_of(priority) < coalesce(closed_at, now())""",
    "open_days": """SELECT city, day FROM (SELECT *, unnest(days(day_of(opened_at, city),
            day_of((SELECT moment FROM newest), city))) AS day FROM tickets WHERE opened_at IS NOT NULL)
        WHERE gone_at IS NULL OR day < day_of(gone_at, city)""",
    "active": f"""SELECT DISTINCT user_id, city, day_of(time, city) AS day FROM (
        SELECT user_id, city, time, type FROM session_events UNION ALL
        SELECT user_id, city, time, type FROM invoice_events) WHERE ({ACTIVE}) AND user_id IS NOT NULL""",
    "weeks": """SELECT DISTINCT user_id, city, day FROM (SELECT user_id, city,
          CAST(unnest(days(day, day + 6)) AS DATE) AS day FROM active)
        WHERE day <= day_of((SELECT moment FROM newest), city)""",
    "retained": """SELECT user_id, city, monday_of(first) AS day, later - first AS nth,
          (user_id, city, later) IN (SELECT (user_id, city, week_of(day)) FROM active) AS is_active
        FROM (SELECT user_id, city, min(week_of(day)) AS first, unnest(generate_series(1, 12)) + first AS later
          FROM active GROUP BY user_id, city)
        WHERE monday_of(later + 1) <= day_of((SELECT moment FROM newest), city)""",
    "features": """SELECT user_id, city, day_of(time, city) AS day, type, feature
        FROM session_events WHERE type = 'user.activity' AND user_id IS NOT NULL AND feature IS NOT NULL
        UNION ALL SELECT user_id, city, day, NULL, NULL FROM active""",
    "enabled": """SELECT DISTINCT user_id, city, month_of(unnest(days(enabled, coalesce(disabled, last)))) AS day FROM (
        SELECT user_id, city, month_of(day_of(min(time) FILTER (type = 'user.enabled'), city)) AS enabled,
          month_of(day_of(max(time) FILTER (type = 'user.disabled'), city)) AS disabled,
          month_of(day_of((SELECT moment FROM newest), city)) AS last
        FROM session_events GROUP BY user_id, city) WHERE enabled IS NOT NULL""",
    # A share of the enabled users: who is active without being enabled is in neither count.
    "adopters": """SELECT city, day, user_id, (user_id, city, day) IN
        (SELECT (user_id, city, month_of(day)) FROM active) AS is_active FROM enabled""",
}


class Formula(NamedTuple):
    """A KPI over one table of facts. A plain count, sum or percentile has the denominator 1."""

    facts: str
    numerator: str
    denominator: str = "1"
    grains: tuple[str, ...] = (HOUR, DAY, MONTH)
    by_forwarder: bool = False


def percentile(facts: str, column: str, percent: int, by_forwarder: bool = False) -> Formula:
    sorted_values = f"list_sort(list({column}) FILTER ({column} IS NOT NULL))"
    return Formula(facts, f"linear({sorted_values}, {percent} * (count({column}) - 1))", by_forwarder=by_forwarder)


NOT_BY_FORWARDER = {"forwarder_coverage"}
FACTS |= quality.FACTS
FORMULAS = {
    **{name: Formula(*parts) for name, parts in quality.FORMULAS.items()},
    **{name: Formula("settled", numerator, denominator, by_forwarder=name not in NOT_BY_FORWARDER)
       for name, (numerator, denominator) in SETTLED.items()},
    "invoices_received": Formula("received", "count(*)", by_forwarder=True),
    **{name: Formula("received", numerator, denominator) for name, (numerator, denominator) in RECEIVED.items()},
    **{f"retention_{nth}w": Formula("retained", f"count(*) FILTER (nth = {nth} AND is_active)",
                                    f"count(*) FILTER (nth = {nth})", (DAY, MONTH)) for nth in (1, 2, 4, 8)},
    "feature_usage": Formula("features", "count(DISTINCT user_id) FILTER (feature IS NOT NULL)",
                             "count(DISTINCT user_id)", (DAY, MONTH)),
    "features_per_user": Formula("features", "count(DISTINCT (user_id, feature)) FILTER (feature IS NOT NULL)",
                                 "count(DISTINCT user_id)", (DAY, MONTH)),
    "straight_through_p50_ms": percentile("settled", "through_ms", 50, by_forwarder=True),
    "straight_through_p95_ms": percentile("settled", "through_ms", 95, by_forwarder=True),
    "ai_processing_p95_ms": percentile("settled", "ai_ms", 95, by_forwarder=True),
    "forwarders_supported": Formula("settled", "count(DISTINCT forwarder) FILTER (supported)"),
    "city_coverage": Formula("settled", "count(DISTINCT city) FILTER (completed)"),
    "throughput_peak_per_hour": Formula("hours", "max(invoices)"),
    "golden_accuracy": Formula("events", "sum(correct)", "sum(golden_fields)"),
    "nps": Formula("events", "100 * (count(*) FILTER (score >= 9) - count(*) FILTER (score <= 6))", "count(score)"),
    "review_mean_ms": Formula("events", "sum(duration_ms) FILTER (type = 'invoice.reviewed')",
                              "count(duration_ms) FILTER (type = 'invoice.reviewed')"),
    "ai_error_rate": Formula("calls", "count(*) FILTER (status <> 'ok')", "count(*)"),
    "ai_latency_p95_ms": percentile("calls", "latency_ms", 95),
    "ai_cost_hkd": Formula("costs", "sum(hkd)"),
    "ai_cost_per_invoice_hkd": Formula("costs_and_settled", "sum(hkd)", "count(invoice_id)"),
    "sessions_requested": Formula("requests", "count(*)"),
    "session_failure_rate": Formula("requests_and_failures", "sum(failed)", "sum(requested)"),
    "connect_p50_ms": percentile("connects", "ms", 50),
    "connect_p95_ms": percentile("connects", "ms", 95),
    "session_mean_ms": Formula("ends", "sum(ms)", "count(ms)"),
    "sessions_concurrent_peak": Formula("loads", "max(running)"),
    "device_availability": Formula("device_days", "sum(online_ms)", "sum(known_ms)", (DAY, MONTH)),
    "ticket_resolution_p50_ms": percentile("closings", "ms", 50),
    "ticket_sla_breaches": Formula("dues", "count(*)"),
    "tickets_resolved": Formula("closings", "count(*)"),
    "tickets_open": Formula("open_days", "count(*)", grains=(DAY,)),
    "dau": Formula("active", "count(DISTINCT user_id)", grains=(DAY,)),
    "wau": Formula("weeks", "count(DISTINCT user_id)", grains=(DAY,)),
    "mau": Formula("active", "count(DISTINCT user_id)", grains=(MONTH,)),
    # Billionths, rounded half up, by whole numbers alone.
    "stickiness": Formula("active", "((2 * 1000000000 * count(*) + count(DISTINCT day))"
                          " // (2 * count(DISTINCT day))) * 0.000000001", "count(DISTINCT user_id)", (MONTH,)),
    "adoption": Formula("adopters", "count(*) FILTER (is_active)", "count(*)", (MONTH,)),
}


# Facts that belong to a local day, not to an instant.
OF_DAYS = {"device_days", "open_days", "active", "weeks", "adopters", "retained", "features"}


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the facts out of the event tables."""
    for signature, text in MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {signature} AS ({text})")
    for name, sql in FACTS.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")


def cells(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[Key, Cell]:
    """Every cell that a relation must have, over facts that are prepared."""
    grain, by_forwarder = GRAINS[relation], relation.endswith("_by_forwarder")
    found: dict[Key, Cell] = {}
    for kpi, formula in FORMULAS.items():
        if grain not in formula.grains or (by_forwarder and not formula.by_forwarder):
            continue
        for *group, numerator, denominator in connection.execute(query(formula, grain, by_forwarder)).fetchall():
            is_nothing = not numerator and (formula.denominator == "1" or not denominator)
            if not is_nothing:
                found[*group, kpi] = cell_of(Decimal(numerator or 0), Decimal(denominator or 0))
    return found


def query(formula: Formula, grain: str, by_forwarder: bool) -> str:
    """Buckets, cities, forwarders, numerators and denominators."""
    moment, day = ("day", "day") if formula.facts in OF_DAYS else ("moment", "day_of(moment, city)")
    bucket = {HOUR: "strftime(moment, '%Y-%m-%dT%H')", DAY: f"strftime({day}, '%Y-%m-%d')",
              MONTH: f"strftime({day}, '%Y-%m-01')"}[grain]
    forwarder = "coalesce(forwarder, '')" if by_forwarder else "''"
    return f"""SELECT {bucket}, coalesce(city, ''), {forwarder}, {formula.numerator}, {formula.denominator}
        FROM {formula.facts} WHERE {moment} IS NOT NULL GROUP BY 1, 2, 3"""


def cell_of(numerator: Decimal, denominator: Decimal) -> Cell:
    """With the quotient, rounded half away from zero to nine digits; no denominator, no value."""
    if not denominator:
        return numerator, denominator, None
    with localcontext(prec=80):
        value = (numerator / denominator).quantize(BILLIONTH, ROUND_HALF_UP)
    return numerator, denominator, value
