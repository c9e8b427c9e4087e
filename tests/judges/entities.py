"""What hand-made panels over entities and single events must answer, in DuckDB's SQL over the raw events.

An entity is made anew of its events: what it was first told to be (city, channel, reason) by its first event, what may
come again (forwarder, route, status) by its last, by time and then by id. In the manner of `judges/panels.py`, which
puts in what was chosen.
"""

from judges.quality import KNOWN_CITIES

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
DEVICES = """(SELECT device_id, last(city ORDER BY time, event_id) AS city,
    last(type[8:] ORDER BY time, event_id) FILTER (type[8:] IN ('registered', 'online', 'offline')) AS state
  FROM session_events WHERE type LIKE 'device.%' GROUP BY 1)"""
FAILURES = """(SELECT session_id, first(city ORDER BY time, event_id) AS city,
    min(time) FILTER (type = 'session.failed') AS failed,
    first(reason ORDER BY time, event_id) FILTER (type = 'session.failed') AS reason
  FROM session_events WHERE session_id IS NOT NULL GROUP BY 1)"""
# Nobody waited for what came from a file, happened before the first event of its stream came, or a week before it came.
ARRIVALS = " UNION ALL ".join(
    f"""SELECT city, day_of(time, city) AS day, micros(time, _ingested_at) <= 900e6 AS on_time FROM {table}
    WHERE time >= (SELECT min(_ingested_at) FROM {table}) AND _ingested_at - time <= INTERVAL 7 DAY
      AND NOT starts_with(_topic, 'file:')""" for table in ("session_events", "invoice_events", "usage_events"))
OF_ALL = " UNION ALL BY NAME ".join(f"SELECT type, time, city, _ingested_at, _extra FROM {table}"
                                    for table in ("invoice_events", "session_events", "usage_events"))
LATE = (("< 1 min", 60), ("< 1 h", 3600), ("< 1 d", 86400), ("< 7 d", 7 * 86400))
HOW_LATE = " ".join(f"WHEN late < {seconds}e6 THEN '{text}'" for text, seconds in LATE)

EXPECTED = {
    "Data as of": """SELECT 1000 * epoch(least((SELECT max(time) FROM session_events),
        (SELECT max(time) FROM invoice_events), (SELECT max(time) FROM usage_events)))""",
    "Golden set by model": """SELECT coalesce(model, '-'), sum(golden_fields), sum(correct) / nullif(sum(golden_fields), 0),
        max(time) FROM invoice_events WHERE type = 'golden.evaluated' AND {inside:time} AND {chosen} GROUP BY 1""",
    "Rules that people correct most": """SELECT rule_id, rule_version, count(*), count(DISTINCT user_id),
        count(DISTINCT field), max(time) FROM invoice_events WHERE type = 'invoice.field_corrected' AND rule_id IS NOT NULL
        AND {inside:time} AND {chosen} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 25""",
    "Promotions, rollbacks and complaints": """SELECT time, type, rule_id, rule_version, layer, forwarder, field,
        impact_estimate, reason FROM invoice_events
        WHERE type[6:] IN ('promoted', 'rolled_back', 'complaint') AND {inside:time}
        ORDER BY time DESC, rule_id LIMIT 100""",
    "AI cost of the newest month, all cities": """WITH by_month AS (
          SELECT month_of(day_of(moment, city)) AS month, sum(hkd) AS hkd FROM costs WHERE hkd IS NOT NULL GROUP BY 1)
        SELECT arg_max(hkd, month) FROM by_month WHERE month <= {end}""",
    "Costs without an exchange rate": """SELECT count(*) FROM usage_events
        WHERE cost IS NOT NULL AND rate_of(currency) IS NULL AND {inside:time} AND {chosen}""",
    "Calls by variant": """SELECT experiment || ' ' || coalesce(variant, '-'), count(called), sum(hkd) / count(called),
          count(called) FILTER (status <> 'ok') / count(called), quantile_cont(latency_ms, 0.95)
        FROM (SELECT *, if(meter = 'llm.calls', event_id, NULL) AS called, round(cost * rate_of(currency), 9) AS hkd
          FROM usage_events WHERE experiment IS NOT NULL AND {inside:time} AND {chosen}) GROUP BY 1""",
    "Forwarders with settled invoices": """SELECT count(DISTINCT forwarder)
        FROM (SELECT *, day_of(moment, city) AS day FROM settled) WHERE {inside:day} AND {chosen} AND {of_forwarder}""",
    "Invoices of unknown forwarders": """SELECT count(*) FROM (SELECT *, day_of(moment, city) AS day FROM settled)
        WHERE forwarder IS NULL AND {inside:day} AND {chosen}""",
    "Open invoices": f"""SELECT count(received) FROM {LIVES} WHERE completed IS NULL AND failed IS NULL AND {{chosen}}""",
    "How invoices were settled": """SELECT day_of(moment, city)::TIMESTAMP, sum((automation = 'full')::INT),
        sum((automation = 'assisted')::INT), sum((automation = 'partial')::INT), sum((automation = 'manual')::INT)
        FROM settled WHERE {inside:moment} AND {chosen} GROUP BY 1""",
    "Where the invoices of each city stand": f"""SELECT coalesce(city, '-'), count(*), count(settled),
          count(failed) FILTER (completed IS NULL), count(waits), count(waits) FILTER (waits > 86400e6), max(waits) // 1000
        FROM (SELECT *, coalesce(completed, failed) AS settled, CASE WHEN settled IS NULL
          THEN micros(received, (SELECT max(time) FROM invoice_events)) END AS waits FROM {LIVES})
        WHERE {{inside:received}} AND {{chosen}} GROUP BY 1""",
    "Dead letters": "SELECT count(*) FROM dead_letters WHERE {inside:record_time}",
    "Dead letters by stream": """SELECT date_trunc('day', record_time), stream, count(*) FROM dead_letters
        WHERE {inside:record_time} GROUP BY 1, 2""",
    "Events of unknown cities": f"SELECT count(*) FROM ({OF_ALL}) WHERE city NOT IN {KNOWN_CITIES} AND {{inside:time}}",
    "Events on time": f"SELECT avg(on_time::INT) FROM ({ARRIVALS}) WHERE {{inside:day}} AND {{chosen}}",
    "How late events come": f"""SELECT CASE {HOW_LATE} ELSE '7 d +' END, count(*)
        FROM (SELECT *, micros(time, _ingested_at) AS late FROM ({OF_ALL})) WHERE {{inside:time}} AND {{chosen}}
        GROUP BY 1""",
    "Invoices with gaps in their life": f"""SELECT coalesce(city, '-'), count(*),
        count(*) - count(*) FILTER (received IS NOT NULL AND forwarder IS NOT NULL AND route IS NOT NULL)
        FROM {LIVES} WHERE {{inside:completed}} AND {{chosen}} GROUP BY 1""",
    "Events with members that nobody knows": f"""SELECT type, count(_extra), max(time) FROM ({OF_ALL})
        WHERE _extra IS NOT NULL AND {{inside:time}} GROUP BY 1""",
    "Devices offline": f"SELECT count(*) FROM {DEVICES} WHERE state = 'offline' AND {{chosen}}",
    "Tickets not closed": "SELECT count(*) - count(closed_at) FROM tickets WHERE {chosen}",
    "Why sessions fail": f"SELECT reason, count(*) FROM {FAILURES} WHERE {{inside:failed}} AND {{chosen}} GROUP BY 1",
    "Devices that were online the least": f"""SELECT device_id, coalesce(d.city, '-'),
          sum(online_ms) / sum(known_ms) AS share, sum(known_ms - online_ms), any_value(state)
        FROM (SELECT * FROM device_days WHERE {{inside:day}} AND {{chosen}}) d LEFT JOIN {DEVICES} USING (device_id)
        GROUP BY 1, 2 HAVING sum(known_ms) > 0 ORDER BY share, 1 LIMIT 25""",
}
