"""KPIs by city and local month, computed a second time: straight from the event tables, in DuckDB's SQL.

Source: the domain's KPI table and the event contract's rule of automation; shares no text with the product's own KPI
catalogue. Each query answers city, local month (YYYY-MM), numerator, denominator.
"""

import re
from decimal import Decimal

ZONES = {
    "HKG": "Asia/Hong_Kong", "SIN": "Asia/Singapore", "SHA": "Asia/Shanghai", "SZX": "Asia/Shanghai",
    "CAN": "Asia/Shanghai", "TPE": "Asia/Taipei", "TYO": "Asia/Tokyo", "SEL": "Asia/Seoul",
    "BKK": "Asia/Bangkok", "SGN": "Asia/Ho_Chi_Minh", "SYD": "Australia/Sydney",
}
CITY_ZONES = ", ".join(f"('{city}', '{zone}')" for city, zone in ZONES.items())

# One row an invoice. The last extraction by time, then by id, counts; so does the last classification.
INVOICES = f"""
WITH zones(city, zone) AS (VALUES {CITY_ZONES}),
ends AS (
  SELECT invoice_id, first(city ORDER BY time, event_id) AS city,
    min(time) FILTER (type = 'invoice.received') AS received_at,
    count(*) FILTER (type = 'invoice.exported') > 0 AS exported,
    coalesce(min(time) FILTER (type = 'invoice.completed'), min(time) FILTER (type = 'invoice.failed')) AS settled_at,
    count(*) FILTER (type = 'invoice.completed') > 0 AS completed,
    count(DISTINCT field) FILTER (type = 'invoice.field_corrected') AS corrected,
    count(*) FILTER (type = 'invoice.reviewed') > 0 AS reviewed,
    count(*) FILTER (type = 'invoice.reviewed' AND outcome = 'confirmed') > 0 AS confirmed,
    count(*) FILTER (type = 'invoice.reviewed' AND review = 'full') > 0 AS fully_reviewed
  FROM invoice_events WHERE invoice_id IS NOT NULL GROUP BY 1),
extractions AS (
  SELECT invoice_id, route, multimodal, len(fields) AS extracted, coalesce(len(charges), 0) > 0 AS charged,
    len(list_filter(fields, lambda f: f.required)) AS required,
    len(list_filter(fields, lambda f: f.required AND coalesce(f.value, '') <> '')) AS filled
  FROM invoice_events WHERE type = 'invoice.extracted'
  QUALIFY row_number() OVER (PARTITION BY invoice_id ORDER BY time DESC, event_id DESC) = 1),
classes AS (
  SELECT invoice_id, supported FROM invoice_events WHERE type = 'invoice.classified'
  QUALIFY row_number() OVER (PARTITION BY invoice_id ORDER BY time DESC, event_id DESC) = 1),
received AS (
  SELECT *, coalesce(ends.city, '') AS place,
    strftime(timezone(coalesce(zone, 'UTC'), received_at), '%Y-%m') AS month
  FROM ends LEFT JOIN zones USING (city) LEFT JOIN extractions USING (invoice_id)
  WHERE received_at IS NOT NULL),
settled AS (
  SELECT *, coalesce(ends.city, '') AS place,
    strftime(timezone(coalesce(zone, 'UTC'), settled_at), '%Y-%m') AS month,
    CASE WHEN NOT completed OR corrected > 3 THEN 'manual'
         WHEN corrected > 0 THEN 'partial'
         WHEN route = 'auto' AND NOT reviewed THEN 'full'
         WHEN confirmed OR route IS DISTINCT FROM 'full_review' THEN 'assisted'
         ELSE 'manual' END AS automation
  FROM ends LEFT JOIN zones USING (city) LEFT JOIN extractions USING (invoice_id) LEFT JOIN classes USING (invoice_id)
  WHERE settled_at IS NOT NULL)
"""
# Over settled invoices, by the local month in which they settled: numerator, denominator.
SETTLED = {
    "invoices_settled": ("count(*)", "1"),
    "automation_rate": ("count(*) FILTER (automation IN ('full', 'assisted'))", "count(*)"),
    "ai_accuracy": ("sum(extracted - corrected)", "sum(extracted)"),
    "invoice_accuracy": ("count(*) FILTER (corrected = 0)", "count(*)"),
    "manual_intervention_rate": ("count(*) FILTER (corrected > 0 OR fully_reviewed)", "count(*)"),
    "success_rate": ("count(*) FILTER (completed)", "count(*)"),
    "error_rate": ("count(*) FILTER (NOT completed)", "count(*)"),
    "data_completeness": ("sum(filled)", "sum(required)"),
    "charge_presence": ("count(*) FILTER (completed AND charged)", "count(*) FILTER (completed)"),
    "forwarder_coverage": ("count(*) FILTER (supported)", "count(*)"),
    "multimodal_share": ("count(*) FILTER (multimodal)", "count(route)"),
}
# Over received invoices, by the local month in which they were: how far they have come by now.
RECEIVED = {
    "funnel_extracted": ("count(route)", "count(*)"),
    "funnel_reviewed": ("count(*) FILTER (route = 'auto') + count(*) FILTER (route <> 'auto' AND reviewed)", "count(*)"),
    "funnel_completed": ("count(*) FILTER (completed)", "count(*)"),
    "funnel_exported": ("count(*) FILTER (exported)", "count(*)"),
}
AI_CALL = "meter IN ('di.calls', 'llm.calls')"
# Over events, by the local month of each event: table, numerator, denominator.
EVENTS = {
    "invoices_received": (
        "invoice_events", "count(DISTINCT invoice_id) FILTER (type = 'invoice.received')", "1"),
    "golden_accuracy": ("invoice_events", "sum(correct)", "sum(golden_fields)"),
    "nps": ("invoice_events", "count(*) FILTER (score >= 9) - count(*) FILTER (score <= 6)", "count(score)"),
    "ai_error_rate": (
        "usage_events", f"count(*) FILTER ({AI_CALL} AND status <> 'ok')", f"count(*) FILTER ({AI_CALL})"),
    "tickets_resolved": ("session_events", "count(DISTINCT ticket_id) FILTER (type = 'ticket.closed')", "1"),
    "sessions_requested": (
        "session_events", "count(DISTINCT session_id) FILTER (type = 'session.requested')", "1"),
    "session_failure_rate": (
        "session_events", "count(DISTINCT session_id) FILTER (type = 'session.failed')",
        "count(DISTINCT session_id) FILTER (type = 'session.requested')"),
}
NAMES = {*SETTLED, *RECEIVED, *EVENTS}
# Plain counts: their denominator is 1, and a count of nothing is no row.
VOLUMES = {"invoices_settled", "invoices_received", "sessions_requested", "tickets_resolved"}


def queries() -> dict[str, str]:
    """SQL by KPI. Groups whose numerator and denominator are both nothing are left out."""
    found = {}
    for facts, formulas in (("settled", SETTLED), ("received", RECEIVED)):
        for name, (numerator, denominator) in formulas.items():
            figures = f"place, month, {numerator} AS n, {denominator} AS d"
            having = kept(numerator, denominator)
            found[name] = f"{INVOICES} SELECT {figures} FROM {facts} GROUP BY 1, 2 HAVING {having}"
    for name, (table, numerator, denominator) in EVENTS.items():
        month = "strftime(timezone(coalesce(zone, 'UTC'), time), '%Y-%m')"
        found[name] = f"""
            WITH zones(city, zone) AS (VALUES {CITY_ZONES})
            SELECT coalesce(e.city, '') AS place, {month} AS month, {numerator} AS n, {denominator} AS d
            FROM {table} e LEFT JOIN zones USING (city)
            GROUP BY 1, 2 HAVING {kept(numerator, denominator)}"""
    return found


def kept(numerator: str, denominator: str) -> str:
    return f"{numerator} <> 0" if denominator == "1" else f"{numerator} <> 0 OR {denominator} <> 0"


def expected(figures: dict) -> tuple[dict[str, dict[tuple[str, str], tuple[Decimal, Decimal]]], list[str]]:
    """The truth's KPIs as KPI -> (city, month) -> (numerator, denominator), and what could not be read or judged.

    The truth nests city, month and KPI id (in any order: each is known by its looks); a figure is an object with
    `numerator` and `denominator`, which a volume may lack: it is 1 then.
    """
    found: dict[str, dict] = {}
    problems = []
    for path, figure in leaves(figures):
        names = [part for part in path if part in NAMES]
        months = [part for part in path if re.fullmatch(r"\d{4}-\d{2}", part)]
        places = [part for part in path if part not in names and part not in months]
        if len(path) != 3 or (len(names), len(months), len(places)) != (1, 1, 1):
            unknown = [part for part in path if part not in NAMES and part not in ZONES and part not in months]
            problems.append(f"the truth has kpi {'/'.join(unknown or path)}, which no query judges")
            continue
        pair = pair_of(figure)
        if any(pair[:1] if names[0] in VOLUMES else pair):
            found.setdefault(names[0], {})[places[0], months[0]] = pair
    return found, sorted(set(problems))


def leaves(figures, path: tuple[str, ...] = ()):
    """Paths to figures."""
    if isinstance(figures, dict) and "numerator" not in figures:
        for key, value in figures.items():
            yield from leaves(value, (*path, key))
    else:
        yield path, figures


def pair_of(figure: dict) -> tuple[Decimal, Decimal]:
    return Decimal(str(figure["numerator"])), Decimal(str(figure.get("denominator", 1)))
