"""What hand-made panels must answer, computed a second time in DuckDB's SQL over the facts of `judges/cells.py`.

By the panel's English title; columns in the panel's order. `{inside}` is the chosen time around a column, `{chosen}`
the chosen cities. Shares no text with the boards.
"""

LIVES = """(SELECT invoice_id, first(city ORDER BY time, event_id) AS city,
    min(time) FILTER (type = 'invoice.received') AS received, min(time) FILTER (type = 'invoice.failed') AS failed,
    min(time) FILTER (type = 'invoice.completed') AS completed, min(time) FILTER (type = 'invoice.exported') AS exported,
    first(channel ORDER BY time, event_id) FILTER (type = 'invoice.received') AS channel,
    first(stage ORDER BY time, event_id) FILTER (type = 'invoice.failed') AS stage,
    first(code ORDER BY time, event_id) FILTER (type = 'invoice.failed') AS code,
    last(forwarder ORDER BY time, event_id) FILTER (type = 'invoice.classified') AS forwarder,
    last(route ORDER BY time, event_id) FILTER (type = 'invoice.extracted') AS route,
    count(*) FILTER (type = 'invoice.reviewed') > 0 AS reviewed
  FROM invoice_events WHERE invoice_id IS NOT NULL GROUP BY 1)"""
FIELDS = """(SELECT invoice_id, city, time, unnest(fields) AS f FROM invoice_events WHERE type = 'invoice.extracted'
    QUALIFY row_number() OVER (PARTITION BY invoice_id ORDER BY time DESC, event_id DESC) = 1)"""
WEEKS = (1, 2, 3, 4, 6, 8)
RETAINED = ", ".join(f"count(*) FILTER (nth = {nth} AND is_active) / nullif(count(*) FILTER (nth = {nth}), 0) AS w{nth}"
                     for nth in WEEKS)
EXPECTED = {
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
}


def query(title: str, start: str, end: str, cities: list[str]) -> str:
    """The query for a time (two texts of instants) and cities; `-` stands for none."""
    text = EXPECTED[title]
    quoted = ", ".join(f"'{city}'" for city in cities)
    text = text.replace("{chosen}", f"coalesce(city, '-') IN ({quoted})")
    for column in ("moment", "time", "failed", "received", "opened_at", "record_time"):
        text = text.replace(f"{{inside:{column}}}", f"{column} BETWEEN '{start}' AND '{end}'")
    return text.replace("{inside:day}", f"day BETWEEN '{start[:10]}' AND '{end[:10]}'")
