"""The seventeenth query: a dashboard that people look at while events arrive.

A copy of a lake is served by one `tidemark run` that ingests and answers. Each viewer's browser asks for the same 20
panels of the boards in `dashboards/grafana` every 10 seconds, six at a time as browsers do, each over a connection of
its own; the viewers begin spread over the interval. Meanwhile generated events of today arrive through Kafka, so many
a second; `lag` is what the broker has at the end and SQL has not. Nobody waits for a slow answer before the next is due: a panel's time counts
from the moment its refresh was due (coordinated omission corrected), and `from sent` is what the server alone took.

    PYTHONPATH=tests:benches ~/.cache/tidemark-venv/bin/python -m system.mix --lake FOLDER --rate 50
"""

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, Thread

import psycopg

from judges import grafana
from system import measure, snapshot, stage
from system.engines.process import Service
from system.feed import Feed
from system.measure import note, percentile

BOARDS = Path(__file__).resolve().parent.parent.parent / "dashboards" / "grafana" / "boards" / "en"
# Titles by board and kind. KPIs first, then panels over entities and events.
PANELS = {
    ("overview", "timeseries"): ["Automation rate", "AI accuracy by field", "Error rate", "AI cost per invoice",
                                 "Session failure rate", "Received to completed, p95"],
    ("overview", "stat"): ["Invoices settled", "AI cost", "Sessions requested", "Manual intervention"],
    ("overview", "bargauge"): ["Invoices settled, by city", "Automation rate, by city"],
    ("overview", "table"): ["KPIs against targets"],
    ("invoices", "stat"): ["Data as of", "Open invoices"],
    ("invoices", "table"): ["Failures by stage", "Where the invoices of each city stand"],
    ("invoices", "bargauge"): ["Where invoices come from"],
    ("ai", "table"): ["Calls to AI services"],
    ("behaviour", "table"): ["Use of features"],
}  # fmt: skip
EVERY_S = 10
AT_ONCE = 6
CITIES = "SELECT DISTINCT coalesce(city, '-') FROM kpi_monthly"


@dataclass
class Seen:
    """What the viewers have got so far."""

    answers: list[tuple[str, float, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", type=Path, required=True, help="a lake's folder; it is only read")
    parser.add_argument("--viewers", type=int, default=10, help="people who look (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=50, help="events a second; 0 for none (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=300, help="how long they look (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="of the events (default: %(default)s)")
    return parser


def main() -> None:
    asked, binary = measure.begin(arguments())
    chosen = panels()
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=asked.lake.resolve().parent, prefix="bench-")))
        taken = snapshot.take(asked.lake, work)
        print(taken)
        broker = stack.enter_context(stage.broker())
        topics = {name: f"{name}.mix" for name in stage.TOPICS}
        broker.create_topics(*topics.values(), partitions=stage.PARTITIONS)
        settings = config(broker.bootstrap, topics)
        service = stack.enter_context(Service(binary, taken.lake, work, settings, "ingest,query"))
        service.settle()
        [cities] = zip(*service.rows(CITIES), strict=True)
        for _ in range(2):  # As after a day's work: every panel has been looked at before.
            for panel in chosen:
                service.rows(query(panel, cities))
        note("events are made")
        feed = Feed(binary, broker, topics, asked.rate, asked.seconds, asked.seed, work)
        stack.enter_context(feed)
        before, began = measure.cpu_s(service.process.pid), time.monotonic()
        seen = look(service, chosen, cities, asked)
        cores = (measure.cpu_s(service.process.pid) - before) / (time.monotonic() - began)
        peak, lag = service.peak_mib(), service.metric("tidemark_ingest_lag_records")
    tell(seen, feed, asked, len(chosen))
    used = f"the service used {cores:.2f} cores, {peak:,.0f} MiB at most"
    print(f"{used}; lag {lag:,.0f} records; load {os.getloadavg()[0]:.1f}")
    measure.keep(
        asked,
        binary,
        answers=seen.answers,
        errors=seen.errors,
        sent=feed.sent,
        failed=feed.failed,
        lag=lag,
    )
    if seen.errors or feed.failed:
        sys.exit(f"{len(seen.errors)} panels failed, such as {seen.errors[:1]}; {feed.failed} events were lost")


def config(brokers: str, topics: dict[str, str]) -> str:
    """Fresh topics: the watermarks in the lake are of another broker's."""
    lines = "".join(f'{name} = "{topic}"\n' for name, topic in topics.items())
    return f'[kafka]\nbrokers = "{brokers}"\n[kafka.topics]\n{lines}'


def panels() -> list[grafana.Panel]:
    boards = grafana.boards(BOARDS)
    kind = "grafana-postgresql-datasource"
    every = [panel for name, board in boards.items() for panel in grafana.panels(name, board, kind)]
    found = [panel for panel in every if panel.title in PANELS.get((panel.board, panel.kind), [])]
    if len(found) != sum(map(len, PANELS.values())):
        sys.exit(f"the boards have only {len(found)} of the panels of the mix: bring PANELS up to date")
    return found


def query(panel: grafana.Panel, cities: list[str]) -> str:
    """What Grafana sends: the last 30 days by day, all cities."""
    now = datetime.now(UTC)
    chosen = {"city": list(cities), "grain": "kpi_daily", "timezone": "Asia/Hong_Kong"}
    return grafana.expand(panel.target["rawSql"], grafana.Range.before(now, days=30), chosen)


def look(service: Service, chosen: list[grafana.Panel], cities: list[str], asked: argparse.Namespace) -> Seen:
    """Lets all viewers look for the time asked."""
    seen, start = Seen(), time.perf_counter() + 1
    note(f"{asked.viewers} viewers look for {asked.seconds:.0f} s")
    firsts = [start + EVERY_S * number / asked.viewers for number in range(asked.viewers)]
    until = start + asked.seconds
    viewers = [Thread(target=view, args=(service, chosen, cities, first, until, seen)) for first in firsts]
    for viewer in viewers:
        viewer.start()
    for viewer in viewers:
        viewer.join()
    return seen


def view(service: Service, chosen: list, cities: list[str], due: float, until: float, seen: Seen) -> None:
    """One viewer: every refresh is due on time, whether the last one has been answered or not."""
    with ExitStack() as stack:
        free = [stack.enter_context(service.connect("viewer")) for _ in range(AT_ONCE)]
        browser = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        while due < until:
            time.sleep(max(0.0, due - time.perf_counter()))
            for panel in chosen:
                browser.submit(answer, free, panel, cities, due, seen)
            due += EVERY_S


def answer(free: list[psycopg.Connection], panel: grafana.Panel, cities: list[str], due: float, seen: Seen) -> None:
    connection, sent = free.pop(), time.perf_counter()
    try:
        connection.execute(query(panel, cities).encode(), prepare=False).fetchall()
        done = time.perf_counter()
        with seen.lock:
            seen.answers.append((f"{panel.board}: {panel.title}", 1e3 * (done - due), 1e3 * (done - sent)))
    except Exception as error:  # noqa: BLE001: whatever went wrong, the viewer saw an error.
        with seen.lock:
            seen.errors.append(f"{panel.title}: {error}")
    finally:
        free.append(connection)


def tell(seen: Seen, feed: Feed, asked: argparse.Namespace, num_panels: int) -> None:
    rows = [row("panels, from due", [due for _, due, _ in seen.answers])]
    rows.append(row("panels, from sent", [sent for _, _, sent in seen.answers]))
    title = f"{num_panels} panels x {asked.viewers} viewers every {EVERY_S} s, {feed.sent:,} events at {asked.rate:g}/s"
    measure.show(f"{title}: {len(seen.errors)} errors, {feed.failed} events lost; in ms", rows)
    names = {name for name, _, _ in seen.answers}
    by_panel = [row(name, [sent for one, _, sent in seen.answers if one == name]) for name in names]
    measure.show("by panel, from sent, slowest first, in ms", sorted(by_panel, key=lambda found: -found["p95"]))


def row(what: str, times: list[float]) -> dict:
    return {"what": what, "answers": len(times)} | {f"p{p}": percentile(times, p / 100) for p in (50, 95, 99)}


if __name__ == "__main__":
    main()
