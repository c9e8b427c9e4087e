"""DuckDB over a data directory: one view a table, made of the live files that the Delta log names, never of a glob."""

import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from judges.deltalog import DeltaLog, File

TABLES = ("session_events", "invoice_events", "usage_events", "dead_letters", "forecasts", "capacity_advice",
          "anomaly_findings", "anomaly_marks", "experiment_results", "feedback_messages", "feedback_deliveries", "rule_states",
          "platform_minutes")
ARROW_TO_DUCK = {"string": "VARCHAR", "long": "BIGINT", "integer": "INTEGER", "boolean": "BOOLEAN",
                 "double": "DOUBLE", "binary": "BLOB", "timestamp": "TIMESTAMPTZ"}


def connect(directory: Path | str) -> duckdb.DuckDBPyConnection:
    """A connection with the tables as views; partition values come from the log. Times are shown in UTC."""
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET TimeZone = 'UTC'")
    for name in TABLES:
        log = DeltaLog(Path(directory) / name)
        if log.exists():
            state = log.last()
            files = [file for file in state.live.values() if file.num_records != 0]
            make_view(connection, name, log.table, files, state.metadata)
    return connection


def make_view(
    connection: duckdb.DuckDBPyConnection, name: str, folder: Path, files: list[File], metadata: dict
) -> None:
    partitions = list(metadata.get("partitionColumns") or [])
    if not files:
        return connection.execute(f"CREATE VIEW {name} AS {empty(metadata)}") and None
    connection.execute(f"CREATE TABLE files_of_{name} (filename VARCHAR, {columns(partitions)})")
    marks = ", ".join("?" * (1 + len(partitions)))
    rows = [[str(folder / file.path), *(file.value(column) for column in partitions)] for file in files]
    connection.executemany(f"INSERT INTO files_of_{name} VALUES ({marks})", rows)
    # A partition column may also stand in the files; the log's value is the one that counts.
    inside = set(pq.read_schema(folder / files[0].path).names)
    dropped = ", ".join(["filename", *(f'"{column}"' for column in partitions if column in inside)])
    paths = ", ".join("'" + row[0].replace("'", "''") + "'" for row in rows)
    chosen = ", ".join(["r.* EXCLUDE (" + dropped + ")", *(f'f."{column}"' for column in partitions)])
    options = "filename = true, union_by_name = true, hive_partitioning = false"
    source = f"read_parquet([{paths}], {options}) r JOIN files_of_{name} f USING (filename)"
    connection.execute(f"CREATE VIEW {name} AS SELECT {chosen} FROM {source}")


def columns(names: list[str]) -> str:
    return ", ".join(f'"{name}" VARCHAR' for name in names)


def empty(metadata: dict) -> str:
    """A relation of the table's columns without rows."""
    fields = json.loads(metadata.get("schemaString") or '{"fields":[]}')["fields"]
    if not fields:
        return "SELECT NULL AS nothing WHERE false"
    kinds = [ARROW_TO_DUCK.get(str(field["type"]), "VARCHAR") for field in fields]
    shown = [f'NULL::{kind} AS "{field["name"]}"' for field, kind in zip(fields, kinds, strict=True)]
    return f"SELECT {', '.join(shown)} WHERE false"
