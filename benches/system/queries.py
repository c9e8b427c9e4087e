"""Sixteen queries over raw events, and six over daily KPIs: ours beside DuckDB, chDB, Polars and plain DataFusion.

All read the very same Parquet files, those that are live in the lake's log when the program starts. Each engine is a
process of its own with two threads and a connection that is kept; one works at a time. Per query and engine three
rounds warm up and ten count. Ours is asked as users ask: through the PostgreSQL door of a running service, and again
as Arrow through the HTTP door; the others hand over Arrow (Polars: a frame) within their process. Answers are
compared. `x best` is our PostgreSQL door's median in parts of the fastest peer's; below 1 ours is faster.

The KPI queries are a table of their own: ours answers from the cells it keeps up to date by itself, the others from a
finished copy of the same daily figures in a table of their own kind, which does not follow any event.

    python3 -m venv ~/.cache/tidemark-peers-venv
    ~/.cache/tidemark-peers-venv/bin/pip install -r benches/system/peers.txt
    PYTHONPATH=tests:benches ~/.cache/tidemark-venv/bin/python -m system.queries --lake FOLDER
"""

import argparse
import math
import statistics
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from system import measure, snapshot
from system.engines import dialect
from system.engines.process import QUIET, Engine, Service
from system.measure import note

OURS = ("tidemark", "tidemark, Arrow")
PEERS = ("DuckDB", "chDB", "Polars", "Polars, in memory", "DataFusion", "DataFusion, pushed")
ROLLUP = "SELECT bucket, city, kpi, numerator, denominator, value, target, status FROM kpi_daily"
# Sums of floating-point numbers depend on the order in which an engine adds.
TOLERANCE = 1e-6
# What files came to the last time would answer ours from the third round on: every round is to read them.
READING = QUIET + "[query]\nfile_states_mib = 0\n"


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lake", type=Path, required=True, help="a lake's folder; it is only read")
    parser.add_argument("--runs", type=int, default=10, help="rounds that count (default: %(default)s)")
    parser.add_argument("--warm", type=int, default=3, help="rounds before them (default: %(default)s)")
    parser.add_argument("--only", nargs="*", metavar="QUERY", help="queries by number, such as 04 k1; all unless given")
    parser.add_argument("--engines", nargs="*", default=[*OURS, *PEERS], metavar="ENGINE", help="of %(default)s")
    python = Path.home() / ".cache" / "tidemark-peers-venv" / "bin" / "python"
    parser.add_argument("--python", type=Path, default=python, help="Python with the peers (default: %(default)s)")
    return parser


def main() -> None:
    asked, binary = measure.begin(arguments())
    titles = {query: title for query, title in dialect.titles().items() if query in (asked.only or dialect.titles())}
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=asked.lake.resolve().parent, prefix="bench-")))
        taken = snapshot.take(asked.lake, work)
        note(str(taken))
        service = stack.enter_context(Service(binary, taken.lake, work, READING))
        service.settle(looks_at_kpis=any(query.startswith("k") for query in titles))
        told = {**subjects(service), "files": str(taken.files), **service.told()}
        note(f"history until {told['end']}, city {told['city']}, invoice {told['invoice']}")
        works = {name: {"pid": service.process.pid} if name in OURS else {} for name in asked.engines}
        engines = {name: stack.enter_context(Engine(name, asked.python, told | own)) for name, own in works.items()}
        print(f"{taken}; " + ", ".join(f"{name} {engine.version}" for name, engine in engines.items()))
        if any(query.startswith("k") for query in titles):
            load_rollup(service, engines, work / "kpi_daily.parquet")
        rows = [measured(query, title, engines, asked) for query, title in titles.items()]
        peak = {name: service.peak_mib() if name in OURS else engine.peak_mib for name, engine in engines.items()}
    for kind, part in (("raw events", False), ("daily KPIs", True)):
        if chosen := [row for row in rows if row["query"].startswith("k") == part]:
            tell(f"{kind}: medians of {asked.runs} rounds, in ms", chosen, list(engines))
    measure.show("memory at most, MiB", [peak])
    measure.keep(asked, binary, rows=rows, peak_mib=peak, lake=str(taken))


def subjects(service: Service) -> dict:
    """What the queries ask about, found in the lake: the last midnight that all tables have passed, and so on."""
    newest = " UNION ALL ".join(f"SELECT max(time) AS newest FROM {table}" for table in snapshot.EVENTS)
    [[end]] = service.rows(f"SELECT min(newest) FROM ({newest}) t")
    end = end.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    [[city]] = service.rows("SELECT city FROM invoice_events GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    moment = f"TIMESTAMPTZ '{datetime.fromtimestamp(end.timestamp() - 100 * 86_400, UTC).isoformat()}'"
    some = f"SELECT max(invoice_id) FROM invoice_events WHERE time BETWEEN {moment} AND {moment} + INTERVAL '1 day'"
    return {"end": end.isoformat(), "city": city, "invoice": service.rows(some)[0][0]}


def load_rollup(service: Service, engines: dict[str, Engine], file: Path) -> None:
    """Hands the finished daily figures to the peers."""
    pq.write_table(pa.ipc.open_stream(service.arrow(ROLLUP)).read_all(), file)
    for engine in engines.values():
        if error := engine.order({"load": str(file)}).get("error"):
            raise SystemExit(f"{engine.name} did not take the daily figures: {error}")


def measured(query: str, title: str, engines: dict[str, Engine], asked: argparse.Namespace) -> dict:
    """One query by every engine in turn, and whether they agree with the first peer that answered."""
    note(f"{query} {title}")
    order = {"query": query, "warm": asked.warm, "runs": asked.runs}
    answers = {name: engine.order(order) for name, engine in engines.items()}
    truth = next((a["rows"] for name, a in answers.items() if name not in OURS and "rows" in a), None)
    row = {"query": query, "title": title, "engines": {}, "differences": []}
    for name, answer in answers.items():
        if "error" in answer:
            row["differences"].append(f"{name}: {answer['error']}")
            continue
        times = answer["times"]
        figures = {"p50": statistics.median(times), "p95": measure.percentile(times, 0.95), "cpu": answer["cpu"]}
        row["engines"][name] = {**figures, "times": times, "rows": len(answer["rows"])}
        if truth is not None and (difference := differ(answer["rows"], truth)):
            row["differences"].append(f"{name}: {difference}")
    return row


def differ(found: list[list], truth: list[list]) -> str | None:
    """How two answers differ, if they do."""
    if len(found) != len(truth):
        return f"{len(found)} rows, not {len(truth)}"
    wrong = [pair for pair in zip(found, truth, strict=True) if not all(map(alike, *pair))]
    return f"{len(wrong)} of {len(truth)} rows differ, such as {wrong[0][0]}, not {wrong[0][1]}" if wrong else None


def alike(one, other) -> bool:
    numbers = isinstance(one, float) and isinstance(other, float)
    return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=1e-9) if numbers else one == other


def tell(title: str, rows: list[dict], names: list[str]) -> None:
    """The medians, their ratios, the 95th percentiles, CPU, and what differed."""
    ratios = [ratio(row, "p50") for row in rows]
    shown = [{"query": f"{row['query']} {row['title']}"} | figures(row, names, "p50") | {"x best": found}
             for row, found in zip(rows, ratios, strict=True)]  # fmt: skip
    measure.show(title, shown)
    for kind, of in (("median", ratios), ("CPU", [ratio(row, "cpu") for row in rows])):
        known = [found for found in of if found]
        if known:
            mean = statistics.geometric_mean(known)
            print(f"geometric mean of x best by {kind}: {mean:.2f} over {len(known)} queries")
    for kind in ("p95", "cpu"):
        shown = [{"query": row["query"]} | figures(row, names, kind) | {"x best": ratio(row, kind)} for row in rows]
        measure.show(f"{title.partition(':')[0]}: {'CPU' if kind == 'cpu' else kind}, in ms", shown)
    for row in rows:
        for difference in row["differences"]:
            print(f"{row['query']} {difference}")


def figures(row: dict, names: list[str], kind: str) -> dict:
    return {name: row["engines"].get(name, {}).get(kind) for name in names}


def ratio(row: dict, kind: str) -> float | None:
    """Ours through PostgreSQL in parts of the best peer."""
    peers = [found[kind] for name, found in row["engines"].items() if name not in OURS]
    ours = row["engines"].get(OURS[0])
    return ours[kind] / min(peers) if ours and peers else None


if __name__ == "__main__":
    main()
