"""The process of one engine: takes orders as lines of JSON on standard input, answers each with a line.

The first order says which engine and over what. `{"query", "warm", "runs"}` runs one query and answers its times and
CPU in milliseconds and its rows as plain values; `{"load"}` takes in a rollup.
"""

import json
import math
import resource
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from system.engines.dialect import Asked
from system.measure import cpu_s

# Columns of a query of every column that are compared.
COMPARED = {"12": ("time", "event_id")}


def engine(name: str, told: dict):
    from system.engines import ours, peers

    asked, files = Asked.read(told), Path(told["files"])
    match name:
        case "tidemark":
            return ours.Postgres(told["postgres"], asked)
        case "tidemark, Arrow":
            return ours.Http(told["http"], asked)
        case "DuckDB":
            return peers.DuckDB(files, asked)
        case "chDB":
            return peers.ClickHouse(files, asked)
        case "DataFusion":
            return peers.DataFusion(files, asked)
        case "DataFusion, pushed":
            return peers.DataFusion.pushed(files, asked)
    from system.engines.polar import Polars

    return {"Polars": Polars, "Polars, in memory": Polars.in_memory}[name](files, asked)


def plain(value):
    """A value as JSON has it: numbers alike whatever their types, moments in UTC, and no name for a missing city."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC).isoformat()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return None if math.isnan(value) else float(value)
    return None if value == "__HIVE_DEFAULT_PARTITION__" else value


def pick(row: dict, query: str) -> list:
    """The values of a row that are compared."""
    return [plain(row[name]) for name in COMPARED.get(query, row)]


def cpu_ms(pid: int | None) -> float:
    """CPU of the process that does the work, all its threads: this one, or the service."""
    return 1e3 * (time.process_time() if pid is None else cpu_s(pid))


def run(engine, pid: int | None, order: dict) -> dict:
    ask, times = engine.prepare(order["query"]), []
    for _ in range(order["warm"]):
        ask()
    before = cpu_ms(pid)
    for _ in range(order["runs"]):
        began = time.perf_counter()
        answer = ask()
        times.append((time.perf_counter() - began) * 1e3)
    cpu = (cpu_ms(pid) - before) / order["runs"]
    rows = sorted((pick(row, order["query"]) for row in engine.rows(answer)), key=repr)
    return {"times": times, "cpu": cpu, "rows": rows}


def main() -> None:
    told = json.loads(sys.stdin.readline())
    made = engine(told["engine"], told)
    print(json.dumps({"version": made.version}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            done = made.load(Path(order["load"])) or {} if "load" in order else run(made, told.get("pid"), order)
        except Exception as error:  # noqa: BLE001: whatever an engine raises is its answer.
            done = {"error": f"{type(error).__name__}: {error}"[:400]}
        done["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main()
