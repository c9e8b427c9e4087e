"""What hand-made panels must answer, computed a second time in DuckDB's SQL over the facts of `judges/cells.py`.

By the panel's English title; columns in the panel's order. `{inside}` is the chosen time around a column, `{chosen}`
the chosen cities, `{of_city}` without what has none, `{or_all}` with what concerns all, `{of_forwarder}` the chosen
forwarders, `{end}` the end of the time. Shares no text with the boards.
"""

from judges import entities
from judges.entities import FIELDS, LIVES

WEEKS = (1, 2, 3, 4, 6, 8)
RETAINED = ", ".join(f"count(*) FILTER (nth = {nth} AND is_active) / nullif(count(*) FILTER (nth = {nth}), 0) AS w{nth}"
                     for nth in WEEKS)
SERIES = {"invoices_received": "Invoices received", "invoices_settled": "Invoices settled", "ai_cost_hkd": "AI cost",
          "sessions_requested": "Sessions requested", "dau": "Daily active users",
          "sessions_concurrent_peak": "Concurrent sessions, peak", "ai_calls": "AI calls",
          "api_requests": "Requests to the platform", "storage_bytes": "Bytes stored"}
TITLES = " ".join(f"WHEN '{kpi}' THEN '{title}'" for kpi, title in SERIES.items())
TITLE_OF_SERIES = f"CASE series {TITLES} ELSE series END"
METERED = "(SELECT city, time AS moment, event_id, quantity FROM usage_events WHERE meter IN ({}) AND quantity IS NOT NULL)"
# What adds up over cities, by local day.
DAYS = " UNION ALL ".join(
    f"SELECT '{kpi}' AS series, city, day_of(moment, city) AS day, CAST({value} AS DOUBLE) AS actual FROM {fact}"
    " WHERE moment IS NOT NULL AND city IS NOT NULL GROUP BY ALL"
    for kpi, fact, value in (("invoices_received", "received", "count(*)"), ("invoices_settled", "settled", "count(*)"),
                             ("sessions_requested", "requests", "count(*)"), ("ai_cost_hkd", "costs", "sum(hkd)"),
                             ("ai_calls", METERED.format("'di.calls', 'llm.calls'"), "sum(quantity)"),
                             ("api_requests", METERED.format("'api.requests'"), "sum(quantity)"),
                             ("storage_bytes", METERED.format("'storage.bytes'"), "arg_max(quantity, (moment, event_id))")))
OVER = f"(SELECT * FROM ({DAYS}) WHERE day < day_of(now(), city))"
LATEST = """(SELECT * FROM forecasts f
    WHERE made_at = (SELECT max(made_at) FROM forecasts g WHERE g.grain = f.grain))"""
# All cities together are foretold as one.
CHOSEN = f"""grain = 'day' AND forwarder IS NULL AND (city IS NULL OR {{of_city}}) AND (city IS NULL) =
    (SELECT bool_and({{of_city}}) FROM {LATEST} WHERE grain = 'day' AND city IS NOT NULL)"""
# What came in each step that is foretold: of cities, of forwarders, of all together. What is stored stays until it is
# read anew.
STORED = f"(SELECT * FROM ({DAYS}) WHERE series = 'storage_bytes')"
CAME_ON_DAYS = f"""SELECT *, NULL AS forwarder FROM ({DAYS})
    UNION ALL SELECT 'dau', city, day, count(DISTINCT user_id), NULL FROM active WHERE city IS NOT NULL GROUP BY city, day
    UNION ALL SELECT 'sessions_concurrent_peak', city, day_of(moment, city) AS day, max(running), NULL FROM loads
      WHERE city IS NOT NULL GROUP BY city, day HAVING max(running) > 0
    UNION ALL SELECT series, NULL, day, sum(actual), NULL FROM ({DAYS}) WHERE series <> 'storage_bytes' GROUP BY series, day
    UNION ALL SELECT 'storage_bytes', NULL, d.day, sum(s.actual), NULL FROM (SELECT DISTINCT day FROM {STORED}) d
      JOIN {STORED} s ON s.day = (SELECT max(t.day) FROM {STORED} t WHERE t.city = s.city AND t.day <= d.day) GROUP BY d.day
    UNION ALL SELECT 'invoices_received', NULL, day_of(moment, city) AS day, count(*), forwarder FROM received
      WHERE forwarder IS NOT NULL GROUP BY day, forwarder
    UNION ALL SELECT 'invoices_settled', NULL, day_of(moment, city) AS day, count(*), forwarder FROM settled
      WHERE forwarder IS NOT NULL GROUP BY day, forwarder"""
BY_HOUR = " UNION ALL ".join(
    f"SELECT '{kpi}' AS series, city, date_trunc('hour', moment) AS hour, count(*) AS actual FROM {fact}"
    " WHERE moment IS NOT NULL AND city IS NOT NULL GROUP BY city, hour"
    for kpi, fact in (("invoices_received", "received"), ("sessions_requested", "requests")))
CAME_IN_HOURS = f"""SELECT * FROM ({BY_HOUR})
    UNION ALL SELECT series, NULL, hour, sum(actual) FROM ({BY_HOUR}) GROUP BY series, hour
    UNION ALL SELECT 'sessions_concurrent_peak', city, date_trunc('hour', moment) AS hour, max(running) FROM loads
      WHERE city IS NOT NULL GROUP BY city, hour HAVING max(running) > 0"""
STEPS = f"""SELECT f.*, c.actual, horizon_at::DATE AS day, start_of(horizon_at::DATE + 1, f.city) AS ends_at
    FROM forecasts f LEFT JOIN ({CAME_ON_DAYS}) c ON c.series = f.series AND c.city IS NOT DISTINCT FROM f.city
      AND c.forwarder IS NOT DISTINCT FROM f.forwarder AND c.day = horizon_at::DATE
    WHERE grain = 'day'
    UNION ALL SELECT f.*, c.actual, day_of(horizon_at, f.city), horizon_at + INTERVAL 1 HOUR
    FROM forecasts f LEFT JOIN ({CAME_IN_HOURS}) c ON c.series = f.series AND c.city IS NOT DISTINCT FROM f.city
      AND c.hour = horizon_at
    WHERE grain = 'hour'"""
# Of what is counted nothing came where there is no row, once something came after it.
COUNTED = "('invoices_received', 'invoices_settled', 'sessions_requested', 'ai_cost_hkd', 'ai_calls', 'api_requests')"
LAST_EVENT = """(SELECT max(last) FROM (SELECT max(time) AS last FROM session_events UNION ALL
    SELECT max(time) FROM invoice_events UNION ALL SELECT max(time) FROM usage_events))"""
KNOWN = f"""(SELECT * REPLACE (CASE WHEN actual IS NULL AND series IN {COUNTED} AND ends_at <= {LAST_EVENT} THEN 0
    ELSE actual END AS actual) FROM ({STEPS}) WHERE made_at < ends_at AND ends_at <= now())"""
JUDGED = f"""(SELECT *, abs(actual - mean) / nullif(actual, 0) AS off, (lower80 <= actual AND actual <= upper80)::INT AS in80,
    (lower95 <= actual AND actual <= upper95)::INT AS in95 FROM {KNOWN} WHERE actual IS NOT NULL)"""
OF_CITIES = "grain = 'day' AND forwarder IS NULL AND {inside:day} AND {of_city}"
FOUND = """(SELECT f.* EXCLUDE (detected_at),
    CASE WHEN muted_until > now() THEN 'muted' WHEN state IS NULL THEN 'new' ELSE state END AS state
  FROM (SELECT *, min(detected_at) OVER (PARTITION BY anomaly_id) AS detected FROM anomaly_findings
    QUALIFY detected_at = max(detected_at) OVER (PARTITION BY anomaly_id)) f
  LEFT JOIN (SELECT anomaly_id, state, muted_until FROM anomaly_marks
    QUALIFY marked_at = max(marked_at) OVER (PARTITION BY anomaly_id)) USING (anomaly_id))"""
TOLD = "(SELECT *, message_id IN (SELECT message_id FROM feedback_deliveries) AS is_published FROM feedback_messages)"
ASKING = "'rule.promotion_suggested', 'rule.rollback_advised', 'rule.suspended'"
OPEN = f"""(SELECT * FROM {TOLD} t WHERE type IN ({ASKING}) AND NOT EXISTS (SELECT 1 FROM invoice_events e
    WHERE e.rule_id = t.rule_id AND e.type IN ('rule.promoted', 'rule.rolled_back') AND e.time >= t.evidence_at))"""
LAST_SEEN = """(SELECT * FROM rule_states
    QUALIFY made_at = max(made_at) OVER (PARTITION BY rule_id, rule_version, suggestion_id))"""
READ = f"""(SELECT f.rule_id AS rule, f.rule_version AS version, f.rule_layer AS layer, s.forwarder, f.name AS field, x.city,
    date_trunc('day', s.settled_at) AS settled_day, (wrong IS NULL)::INT AS good
  FROM {FIELDS} x JOIN settled s USING (invoice_id)
  LEFT JOIN (SELECT DISTINCT invoice_id, field AS wrong FROM invoice_events WHERE type = 'invoice.field_corrected') y
    ON y.invoice_id = x.invoice_id AND wrong = f.name
  WHERE f.rule_id IS NOT NULL)"""


def course_of(kpi: str) -> str:
    return f"""SELECT start, sum(actual), sum(mean), sum(lower80), sum(upper80) FROM (
        SELECT day::TIMESTAMP AS start, actual, NULL AS mean, NULL AS lower80, NULL AS upper80 FROM {OVER}
        WHERE series = '{kpi}' AND {{inside:day}} AND {{of_city}}
        UNION ALL SELECT horizon_at::TIMESTAMP, NULL, mean, lower80, upper80 FROM {LATEST} WHERE series = '{kpi}'
          AND {{inside:horizon_at}} AND {CHOSEN}) GROUP BY 1"""


def found_in(state: str, severity: str = "severity") -> str:
    return f"""SELECT count(*) FROM {FOUND} WHERE state = '{state}' AND severity = {severity} AND {{inside:detected}}
        AND {{or_all}}"""


def told_of(kind: str) -> str:
    return f"SELECT count(*) FROM feedback_messages WHERE type = 'rule.{kind}' AND {{inside:made_at}}"


EXPECTED = {
    "Cities with completed invoices": """SELECT count(DISTINCT city)
        FROM (SELECT city, day_of(moment, city) AS day FROM settled WHERE completed) WHERE {inside:day} AND {of_city}""",
    "Forecasts made": f"SELECT 1000 * epoch(max(made_at)) FROM {LATEST}",
    "Capacity to watch": """SELECT count(*) FILTER (status = 'warn' AND {or_all}) FROM capacity_advice
        WHERE made_at = (SELECT max(made_at) FROM capacity_advice)""",
    "Capacity to act on": """SELECT count(*) FILTER (status = 'act' AND {or_all}) FROM capacity_advice
        WHERE made_at = (SELECT max(made_at) FROM capacity_advice)""",
    "Invoices received, and to come": course_of("invoices_received"),
    "Invoices settled, and to come": course_of("invoices_settled"),
    "AI cost, and to come": course_of("ai_cost_hkd"),
    "Sessions, and to come": course_of("sessions_requested"),
    "The next seven days": f"""SELECT horizon_at::DATE, {TITLE_OF_SERIES}, sum(mean), sum(lower80), sum(upper80) FROM {LATEST}
        WHERE step BETWEEN 1 AND 7 AND {CHOSEN}
        AND series IN (SELECT series FROM ({DAYS})) GROUP BY 1, 2""",
    "Back-tests of the forecasts in force": f"""SELECT {TITLE_OF_SERIES}, grain, count(*), avg(mape_backtest),
        avg(mase_backtest) FROM {LATEST} WHERE step = 1 AND {{or_all}} GROUP BY 1, 2""",
    "Capacity and budgets": """SELECT status, resource, coalesce(city, '-'), coalesce(category, '-'), figure, available, unit,
        probability, "at", earliest, latest, confidence, reason FROM capacity_advice
        WHERE made_at = (SELECT max(made_at) FROM capacity_advice) AND {or_all}""",
    "Error of the total volume": f"""SELECT avg(off) FROM {JUDGED} WHERE {{inside:day}} AND series = 'invoices_received'
        AND grain = 'day' AND city IS NULL AND forwarder IS NULL""",
    "Error of past forecasts": f"SELECT avg(off) FROM {JUDGED} WHERE {OF_CITIES}",
    "Days within the band of 80 %": f"SELECT avg(in80) FROM {JUDGED} WHERE {OF_CITIES}",
    "Days within the band of 95 %": f"SELECT avg(in95) FROM {JUDGED} WHERE {OF_CITIES}",
    "Error by days ahead": f"SELECT printf('%02d', step), avg(off) FROM {JUDGED} WHERE {OF_CITIES} GROUP BY 1",
    "Days within their bands": f"SELECT day, avg(in80), avg(in95) FROM {JUDGED} WHERE {OF_CITIES} GROUP BY 1",
    "Past forecasts by series": f"""SELECT {TITLE_OF_SERIES}, grain,
        coalesce(if(forwarder IS NULL, NULL, 'forwarder'), if(city IS NULL, 'all', 'city')), count(*), avg(off), avg(in80),
        avg(in95) FROM {JUDGED} WHERE {{inside:day}} AND {{or_all}} GROUP BY 1, 2, 3""",
    "Verdicts of experiments": """SELECT experiment, variant, control, verdict, role, metric, standing, effect, lower, upper,
        variant_value, control_value, if(metric = 'ai_cost_per_invoice_hkd', 'HKD', if(metric = 'ai_latency_ms', 'ms', '-')),
        variant_units, control_units, units_needed, crossed_units, p_value, reason, made_at
        FROM (SELECT * FROM experiment_results QUALIFY made_at = max(made_at) OVER (PARTITION BY experiment, variant, metric))
        WHERE {inside:made_at}""",
    "New, to act on": found_in("new", "'act'"),
    "New, to look at": found_in("new", "'warn'"),
    "New, to know": found_in("new", "'notice'"),
    "Acknowledged": found_in("acknowledged"),
    "False alarms": found_in("false_alarm"),
    "Money at risk": f"""SELECT coalesce(sum(money_at_risk), 0) FROM {FOUND}
        WHERE state IN ('new', 'acknowledged', 'muted') AND {{inside:detected}} AND {{or_all}}""",
    "Anomalies by series": f"""SELECT date_trunc('day', detected), series, count(*) FROM {FOUND} WHERE {{inside:detected}}
        AND {{or_all}} GROUP BY 1, 2""",
    "Anomalies by kind": f"""SELECT date_trunc('day', detected), kind, count(*) FROM {FOUND} WHERE {{inside:detected}}
        AND {{or_all}} GROUP BY 1, 2""",
    "Money at risk by kind": f"""SELECT date_trunc('day', detected), kind, sum(money_at_risk) FROM {FOUND}
        WHERE {{inside:detected}} AND {{or_all}} AND state <> 'false_alarm' GROUP BY 1, 2 HAVING count(money_at_risk) > 0""",
    "Anomalies, newest first": f"""SELECT detected, severity, kind, series, coalesce(city, '-'), coalesce(forwarder, '-'),
        coalesce(subject, '-'), observed, expected, score, money_at_risk, state, "at", explanation FROM {FOUND}
        WHERE {{inside:detected}} AND {{or_all}}""",
    "What people made of them": f"""SELECT kind, count(*), sum((state = 'new')::INT), sum((state = 'acknowledged')::INT),
        sum((state = 'resolved')::INT), sum((state = 'false_alarm')::INT),
        avg((state = 'false_alarm')::INT) FILTER (state NOT IN ('new', 'muted')), sum(money_at_risk) FROM {FOUND}
        WHERE {{inside:detected}} AND {{or_all}} GROUP BY 1""",
    "Messages that wait for Kafka": f"SELECT count(*) FROM {TOLD} WHERE NOT is_published",
    "Rollbacks advised": told_of("rollback_advised"),
    "Rules suspended": told_of("suspended"),
    "Promotions suggested": told_of("promotion_suggested"),
    "Advice that needs a person": f"SELECT count(*) FROM {OPEN} WHERE needs_review AND {{inside:made_at}}",
    "Messages by type": """SELECT date_trunc('day', made_at), type, count(*) FROM feedback_messages WHERE {inside:made_at}
        GROUP BY 1, 2""",
    "Open advice": f"""SELECT made_at, type, advice, rule_id, rule_version, to_version, layer, forwarder, field, users, samples,
        accuracy_before, accuracy, impact_estimate, left(needs_review::VARCHAR, 1), reason FROM {OPEN}
        WHERE {{inside:made_at}} ORDER BY made_at DESC, message_id LIMIT 100""",
    "Rules under watch": f"""SELECT promoted_at, state, rule_id, rule_version, layer, forwarder, field, samples,
        accuracy_before, correct / nullif(samples, 0), evidence, invoices_needed - invoices, reason
        FROM {LAST_SEEN} WHERE rule_id IS NOT NULL AND promoted_at > now() - INTERVAL 48 HOUR
        ORDER BY promoted_at DESC, rule_id, rule_version LIMIT 100""",
    "Corrections on their way to a rule": f"""SELECT forwarder, field, pattern, users, 3 - users, corrections, since_at
        FROM {LAST_SEEN} WHERE suggestion_id IS NOT NULL AND users < 3
        ORDER BY users DESC, since_at DESC, suggestion_id LIMIT 100""",
    "Accuracy of rules by layer": f"""SELECT settled_day, layer, avg(good) FROM {READ} WHERE {{inside:settled_day}}
        AND {{chosen}} GROUP BY 1, 2""",
    "Accuracy of rules by field": f"""SELECT field, avg(good) FROM {READ} WHERE {{inside:settled_day}} AND {{chosen}}
        GROUP BY 1 HAVING count(*) > 19 ORDER BY sum(good) / count(*), 1 LIMIT 12""",
    # Wilson's interval as textbooks have it, of the number that were right.
    "Rules that read worst": f"""SELECT rule, version, layer, place, field, c / n,
          (2 * c + 3.8416 - 1.96 * sqrt(3.8416 + 4 * c * (n - c) / n)) / (2 * (n + 3.8416)),
          (2 * c + 3.8416 + 1.96 * sqrt(3.8416 + 4 * c * (n - c) / n)) / (2 * (n + 3.8416)), n
        FROM (SELECT rule, version, layer, coalesce(forwarder, '-') AS place, field, sum(good)::DOUBLE AS c, count(*) AS n
          FROM {READ} WHERE {{inside:settled_day}} AND {{chosen}} GROUP BY ALL)
        WHERE n > 19 ORDER BY c / n, n DESC, 1, 2, 4, 5 LIMIT 25""",
    "Rules promoted": "SELECT count(*) FROM events WHERE type = 'rule.promoted' AND {inside:moment}",
    "Complaints about rules": "SELECT count(*) FROM events WHERE type = 'rule.complaint' AND {inside:moment}",
    "Fields that people correct most": """SELECT field, count(*), count(DISTINCT invoice_id), count(DISTINCT user_id),
        count(*) FILTER (learn = 'exception') FROM invoice_events WHERE type = 'invoice.field_corrected'
        AND {inside:time} AND {chosen} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 25""",
    "Accuracy by rule layer": f"""SELECT coalesce(f.rule_layer, '-'), count(*), count(wrong), 1 - count(wrong) / count(*)
        FROM {FIELDS} x LEFT JOIN (SELECT DISTINCT invoice_id, field AS wrong FROM invoice_events
          WHERE type = 'invoice.field_corrected') y ON y.invoice_id = x.invoice_id AND wrong = f.name
        WHERE {{inside:time}} AND {{chosen}} GROUP BY 1""",
    "Required fields that are empty": f"""SELECT f.name, count(*), count(*) FILTER (coalesce(f.value, '') = ''),
        count(*) FILTER (coalesce(f.value, '') = '') / count(*) FROM {FIELDS} WHERE f.required AND {{inside:time}}
        AND {{chosen}} GROUP BY 1 ORDER BY 4 DESC, 1 LIMIT 25""",
    "Failures by stage": f"""SELECT stage, code, count(*), count(DISTINCT forwarder), max(failed) FROM {LIVES}
        WHERE completed IS NULL AND {{inside:failed}} AND {{chosen}} GROUP BY 1, 2""",
    "Where invoices come from": f"""SELECT channel, count(*) FROM {LIVES} WHERE {{inside:received}} AND {{chosen}}
        GROUP BY 1""",
    "Funnel of invoices": f"""SELECT unnest(['Invoices received', 'Funnel: extracted', 'Funnel: past review',
          'Funnel: completed', 'Funnel: exported']),
        unnest([count(*), count(route), count(route) FILTER (route = 'auto' OR reviewed), count(completed),
          count(exported)]) FROM (SELECT *, day_of(received, city) AS day FROM {LIVES})
        WHERE {{inside:day}} AND {{chosen}} HAVING count(*) > 0""",
    "Retention by weekly cohort": f"""SELECT day, users, {", ".join(f"w{nth}" for nth in WEEKS)}
        FROM (SELECT monday_of(first) AS day, count(*) AS users FROM (
            SELECT min(week_of(day)) AS first FROM active WHERE {{chosen}} GROUP BY user_id, city) GROUP BY 1)
        LEFT JOIN (SELECT day, {RETAINED} FROM retained WHERE {{chosen}} GROUP BY 1) USING (day) WHERE {{inside:day}}""",
    "Use of features": """SELECT feature, count(*), count(DISTINCT user_id), count(DISTINCT user_id)
          / (SELECT count(DISTINCT user_id) FROM active WHERE {inside:day} AND {chosen}), max(time)
        FROM (SELECT *, day_of(time, city) AS day FROM session_events)
        WHERE type = 'user.activity' AND {inside:day} AND {chosen} GROUP BY 1""",
    "Logins that failed": """SELECT coalesce(reason, '-'), count(*), count(DISTINCT user_id), max(time)
        FROM session_events WHERE type = 'user.login_failed' AND {inside:time} AND {chosen} GROUP BY 1""",
    "Usage and cost by meter": """SELECT meter, coalesce(service, '-'), coalesce(model, '-'), sum(quantity),
        sum(round(cost * rate_of(currency), 9)) FROM usage_events WHERE meter <> 'storage.bytes' AND {inside:time}
        AND {chosen} GROUP BY 1, 2, 3""",
    "Calls to AI services": """SELECT coalesce(service, '-'), coalesce(model, '-'), count(*),
        count(*) FILTER (status <> 'ok') / count(*), quantile_cont(latency_ms, 0.95) FROM usage_events
        WHERE meter IN ('di.calls', 'llm.calls') AND {inside:time} AND {chosen} GROUP BY 1, 2""",
    "Tickets by priority": """SELECT priority, count(*), count(*) FILTER (late), count(*) FILTER (late) / count(*) FROM (
        SELECT *, opened_at + sla_of(priority) < coalesce(closed_at, (SELECT moment FROM newest)) AS late FROM tickets
        WHERE {inside:opened_at} AND {chosen}) GROUP BY 1""",
    "Why records are refused": """SELECT stream, stage, reason, count(*), max(record_time) FROM dead_letters
        WHERE {inside:record_time} GROUP BY 1, 2, 3""",
    "Active users": "SELECT count(DISTINCT user_id) FROM active WHERE {inside:day} AND {chosen}",
    **entities.EXPECTED,
}

MOMENTS = ("moment", "time", "failed", "received", "opened_at", "record_time", "horizon_at", "detected", "made_at",
           "settled_day", "completed")


def query(title: str, start: str, end: str, cities: list[str], forwarders: list[str] = ()) -> str:
    """The query for a time (two texts of instants), cities and forwarders; `-` stands for none."""
    text = EXPECTED[title]
    quoted, by = (", ".join(f"'{one}'" for one in chosen) for chosen in (cities, forwarders))
    text = text.replace("{chosen}", f"coalesce(city, '-') IN ({quoted})").replace("{of_city}", f"city IN ({quoted})")
    text = text.replace("{or_all}", f"coalesce(city IN ({quoted}), true)").replace("{end}", f"TIMESTAMPTZ '{end}'")
    text = text.replace("{of_forwarder}", f"coalesce(forwarder, '-') IN ({by})")
    for column in MOMENTS:
        text = text.replace(f"{{inside:{column}}}", f"{column} BETWEEN '{start}' AND '{end}'")
    return text.replace("{inside:day}", f"day BETWEEN '{start[:10]}' AND '{end[:10]}'")
