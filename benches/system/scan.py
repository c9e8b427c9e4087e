"""The lake's scan beside plain DataFusion and DuckDB over the same Parquet files, at 10, 100 and 1,000 files.

`tidemark-bench scan` fills the tables and times the first two in one process; DuckDB then answers the same questions
over the same folders (Hive partitions, as many threads as cores, warm, median of the rounds).
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

import duckdb

from system import measure
from system.measure import note

FOLDED_ALIKE = {"date_bin(": "time_bucket(", "TIMESTAMP '": "TIMESTAMPTZ '"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of each table (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=11, help="rounds of each query (default: %(default)s)")
    asked, binary = measure.begin(parser)
    bench = binary.with_name("tidemark-bench")
    with tempfile.TemporaryDirectory() as folder:
        note("ours and plain DataFusion")
        command = [bench, "scan", "--json", "--dir", folder, "--rows", asked.rows, "--rounds", asked.rounds]
        done = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
        rows = json.loads(done.stdout)
        note("DuckDB")
        for row in rows:
            row["duckdb"] = by_duckdb(row["folder"], row["sql"], asked.rounds)
    title = f"{asked.rows:,} rows; medians of {asked.rounds} rounds, in ms"
    measure.show(title, [printed(row) for row in rows])
    measure.keep(asked, binary, rows=rows)


def by_duckdb(folder: str, sql: str, rounds: int) -> float:
    """The median time of a query, in ms; the first one, which reads every footer, does not count."""
    for ours, theirs in FOLDED_ALIKE.items():
        sql = sql.replace(ours, theirs)
    times = []
    with duckdb.connect(config={"threads": os.cpu_count()}) as connection:
        connection.execute("SET TimeZone = 'UTC'; SET enable_object_cache = true; SET parquet_metadata_cache = true")
        source = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)"
        connection.execute(f"CREATE VIEW invoice_events AS SELECT * FROM {source}")
        connection.execute(sql).fetchall()
        for _ in range(rounds):
            began = time.perf_counter()
            connection.execute(sql).fetchall()
            times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times)


def printed(row: dict) -> dict:
    ratios = {"ours / plain": row["ours"] / row["plain"], "ours / DuckDB": row["ours"] / row["duckdb"]}
    return {name: row[name] for name in ("files", "query", "ours", "plain", "duckdb")} | ratios


if __name__ == "__main__":
    main()
