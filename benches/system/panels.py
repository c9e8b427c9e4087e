"""A dashboard against a running service: how long its KPI panels take, and how soon they show a new event.

Start `tidemark demo --rate R` first, wait for its live events, and give its addresses. `panels` asks as the boards do:
each client takes the KPIs in turn, twelve months by day and city, by libpq over the PostgreSQL door, until it has all
rows. Python's own objects are not made of them: they would take the machine longer than the answer. `event to panel` sends a
completed invoice of a past hour with `POST /v1/events` and asks for that hour's figure until it shows it; the hour
gets no other events. `again` is the same panel asked at once a second time, or `--repeats` times, as many people do who
look at one board. Each client is a process of its own: threads of one Python would wait for each other.
"""

import argparse
import json
import random
import time
import urllib.request
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import psycopg
from psycopg.pq import ExecStatus
from system.measure import note, percentile, show

PANEL = """SELECT bucket AS "time", city AS metric, value FROM kpi_daily
WHERE kpi = '{kpi}' AND bucket BETWEEN '{start}' AND '{end}' AND city IN ('HKG', 'SIN', 'SHA', 'SYD') ORDER BY 1, 2"""
SEEN_WITHIN_S = 30


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", default="127.0.0.1:5433", help="the PostgreSQL door (default: %(default)s)")
    parser.add_argument("--http", default="http://127.0.0.1:8080", help="the HTTP door (default: %(default)s)")
    parser.add_argument("--clients", type=int, default=4, help="viewers at once (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=20, help="how long they look (default: %(default)s)")
    parser.add_argument("--pause", type=float, default=0, help="seconds between a client's panels (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=1, help="times a panel is asked again (default: %(default)s)")
    parser.add_argument("--events", type=int, default=20, help="events to wait for; 0 for none (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="of the order of panels and the hours (default: %(default)s)")
    return parser.parse_args()


def connect(address: str) -> psycopg.Connection:
    host, port = address.rsplit(":", 1)
    return psycopg.connect(host=host, port=int(port), dbname="tidemark", user="viewer", autocommit=True)


def asked(connection: psycopg.Connection, query: str) -> float:
    """How many milliseconds all rows of a query take by the simple protocol."""
    start = time.perf_counter()
    result = connection.pgconn.exec_(query.encode())
    took = 1000 * (time.perf_counter() - start)
    if result.status != ExecStatus.TUPLES_OK:
        raise SystemExit(f"{query}: {result.error_message.decode()}")
    return took


def rows(connection: psycopg.Connection, query: str) -> list:
    return connection.execute(query.encode(), prepare=False).fetchall()


def look(options: argparse.Namespace, kpis: list[str], seed: int) -> list[tuple[str, float, list[float]]]:
    """One client: of each panel its KPI, and how long it took at first and again."""
    dice, until, found = random.Random(seed), time.monotonic() + options.seconds, []
    with connect(options.postgres) as connection:
        while time.monotonic() < until:
            for kpi in dice.sample(kpis, len(kpis)):
                # As Grafana fills it in at each look: what was asked before is asked for anew.
                now = datetime.now(UTC)
                query = PANEL.format(kpi=kpi, start=(now - timedelta(days=365)).isoformat(), end=now.isoformat())
                first, *again = (asked(connection, query) for _ in range(1 + options.repeats))
                found.append((kpi, first, again))
                time.sleep(options.pause)
    return found


def panels(options: argparse.Namespace) -> None:
    with connect(options.postgres) as connection:
        kpis = [kpi for (kpi,) in rows(connection, "SELECT kpi FROM kpis WHERE grains LIKE '%day%'")]
        for kpi in kpis:
            asked(connection, f"SELECT count(*) FROM kpi_daily WHERE kpi = '{kpi}'")
    seeds = range(options.seed, options.seed + options.clients)
    with ProcessPoolExecutor(options.clients) as viewers:
        found = [panel for panels in viewers.map(partial(look, options, kpis), seeds) for panel in panels]
    table = []
    first, again = [first for _, first, _ in found], [one for _, _, again in found for one in again]
    for name, times in (("panel", first), ("the same, again", again)):
        table.append({"what": name, "asked": len(times), **{f"p{p}": percentile(times, p / 100) for p in (50, 95, 99)}})
    show(f"{len(kpis)} KPI panels, {options.clients} clients, in ms", table)
    slow: dict[str, list[float]] = {}
    for kpi, first, _ in found:
        slow.setdefault(kpi, []).append(first)
    worst = sorted(slow.items(), key=lambda one: -percentile(one[1], 0.95))[:6]
    show("slowest panels, in ms", [{"kpi": k, "p50": percentile(v, 0.5), "p95": percentile(v, 0.95)} for k, v in worst])


def completed(number: int, at: datetime) -> list[dict]:
    invoice = f"panel-{at:%Y%m%d%H}-{number}-{time.time_ns()}"
    kinds = (("invoice.received", {"channel": "api", "pages": 1}), ("invoice.completed", {}))
    return [{"specversion": "1.0", "id": f"{invoice}-{kind}", "source": "/bench/panels", "type": kind, "city": "SYD",
             "time": at.isoformat(), "data": {"invoice_id": invoice, **data}} for kind, data in kinds]


def event_to_panel(options: argparse.Namespace) -> None:
    dice = random.Random(options.seed)
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=dice.randrange(400, 700))
    query = ("SELECT coalesce(sum(numerator), 0) FROM kpi_hourly WHERE kpi = 'invoices_settled' AND city = 'SYD' "
             f"AND bucket = TIMESTAMPTZ '{hour.isoformat()}'")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    times = []
    with connect(options.postgres) as connection:
        [[before]] = rows(connection, query)
        for number in range(options.events):
            body = json.dumps(completed(number, hour + timedelta(minutes=number))).encode()
            headers = {"content-type": "application/cloudevents-batch+json"}
            start = time.perf_counter()
            opener.open(urllib.request.Request(f"{options.http}/v1/events", body, headers)).read()
            while rows(connection, query)[0][0] != before + number + 1:
                if time.perf_counter() - start > SEEN_WITHIN_S:
                    raise SystemExit(f"event {number} is not shown within {SEEN_WITHIN_S} s")
                time.sleep(0.01)
            times.append(1000 * (time.perf_counter() - start))
            time.sleep(dice.random())
    row = {"events": len(times), **{f"p{p}": percentile(times, p / 100) for p in (50, 95)}, "most": max(times)}
    show("event to panel, in ms", [row])


def main() -> None:
    options = arguments()
    note("panels")
    panels(options)
    if options.events:
        note("event to panel")
        event_to_panel(options)


if __name__ == "__main__":
    main()
