"""Files to tables: `generate`, `load` of lines and of Parquet, and every figure of the truth by `tidemark sql` and by DuckDB."""

import hashlib
import json
import os
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow
from deltalake import DeltaTable
from pyarrow import parquet

from judges import identity, truth
from judges.deltalog import DeltaLog
from judges.identity import TABLES
from path.conftest import DAYS, SEED
from path.harness import landed_offsets, run, sql


def counts(directory) -> dict[str, str]:
    tables = [*TABLES.values(), "dead_letters"]
    return {table: sql(directory, f"SELECT count(*) FROM {table}")[0][0] for table in tables}


def test_generated_files_are_the_same_for_the_same_seed(generated, tmp_path):
    run("generate", "--days", DAYS, "--seed", SEED, "--out", tmp_path / "same")
    run("generate", "--days", DAYS, "--seed", SEED + 1, "--out", tmp_path / "other")
    digest = lambda path: hashlib.sha256(path.read_bytes()).hexdigest()  # noqa: E731
    for name in ("sessions.jsonl", "invoices.jsonl", "usage.jsonl", "truth.json"):
        assert digest(generated / name) == digest(tmp_path / "same" / name)
        assert digest(generated / name) != digest(tmp_path / "other" / name)


def test_the_truth_counts_the_lines_of_its_files(files, figures):
    for path in files:
        num_lines = sum(1 for line in path.read_bytes().split(b"\n") if line.strip())
        assert num_lines == figures["records"][path.stem]


def test_the_history_holds_what_the_tests_are_about(figures):
    assert all(figures["unique_events"][stream] > 0 for stream in TABLES)
    assert figures["dead_letters_total"] > 0
    assert sum(figures["duplicates"].values()) > 0
    assert figures["late"] > 0


def test_the_files_hold_every_figure_of_the_truth(loaded, figures):
    assert truth.compare_directory(figures, loaded) == []


def test_sql_answers_every_figure_of_the_truth(loaded, figures):
    assert truth.compare(figures, lambda query: sql(loaded, query), "cli") == []


def test_another_delta_reader_sees_the_same_files(loaded):
    for table in (*TABLES.values(), "dead_letters"):
        state, other = DeltaLog(loaded / table).last(), DeltaTable(loaded / table)
        assert other.version() == state.number
        assert {Path(uri).name for uri in other.file_uris()} == {Path(path).name for path in state.live}


def test_every_line_is_accounted_for(loaded):
    assert identity.check(loaded) == []


def test_loading_the_same_files_again_changes_nothing(loaded, files, figures, tmp_path):
    again = tmp_path / "lake"
    shutil.copytree(loaded, again)
    before = counts(again), landed_offsets(again)
    run("load", *files, "--dir", again)
    assert (counts(again), landed_offsets(again)) == before
    assert truth.compare_directory(figures, again) == []
    assert identity.check(again) == []


def test_events_that_come_again_in_another_file_are_skipped_and_kept_in_the_ledger(loaded, files, figures, tmp_path):
    again = tmp_path / "lake"
    shutil.copytree(loaded, again)
    usage = next(path for path in files if path.stem == "usage")
    other = tmp_path / "resent.jsonl"
    other.write_bytes(usage.read_bytes())
    run("load", other, "--stream", "usage", "--dir", again)
    [[rows]] = sql(again, "SELECT count(*) FROM usage_events")
    assert int(rows) == figures["unique_events"]["usage"]
    assert identity.check(again) == []


def test_formats_of_the_command_line_agree(loaded):
    query = "SELECT type, count(*) AS n FROM invoice_events GROUP BY type ORDER BY type"
    as_csv = [(kind, int(n)) for kind, n in sql(loaded, query)]
    as_json = json.loads(run("sql", query, "--dir", loaded, "--format", "json").stdout)
    lines = run("sql", query, "--dir", loaded, "--format", "jsonl").stdout.splitlines()
    assert as_csv == [(row["type"], row["n"]) for row in as_json]
    assert as_csv == [(row["type"], row["n"]) for row in map(json.loads, lines)]


def json_events(path: Path) -> list[dict]:
    """The lines that are JSON objects; what else a file holds is of no use to a table of rows."""
    found = []
    for line in path.read_bytes().split(b"\n"):
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            found.append(event)
    return found


def test_events_in_parquet_load_as_their_lines_do(files, figures, tmp_path):
    events = json_events(next(path for path in files if path.stem == "usage"))
    texts = lambda name: [event.get(name) if isinstance(event.get(name), str) else None for event in events]  # noqa: E731
    attributes = {name: texts(name) for name in ("id", "source", "type", "time", "city", "tenant", "subject")}
    data = [json.dumps(event.get("data")) for event in events]
    parquet.write_table(pyarrow.table({**attributes, "data": data}), tmp_path / "usage.parquet")
    run("load", tmp_path / "usage.parquet", "--dir", tmp_path / "lake")
    [[rows]] = sql(tmp_path / "lake", "SELECT count(*) FROM usage_events")
    assert int(rows) == figures["unique_events"]["usage"]
    assert identity.check(tmp_path / "lake") == []


def test_parquet_columns_become_members_with_their_exact_amounts(tmp_path):
    row = {"id": "p-1", "source": "/warehouse", "type": "usage.recorded", "city": "HKG", "meter": "llm.calls",
           "quantity": Decimal("3.000000001"), "cost": Decimal("12345678901.000000007"), "currency": "HKD",
           "time": datetime(2026, 3, 31, 15, 59, 58, 123456, tzinfo=UTC)}
    parquet.write_table(pyarrow.Table.from_pylist([row, {**row, "id": "p-2", "meter": None}]), tmp_path / "u.parquet")
    run("load", tmp_path / "u.parquet", "--stream", "usage", "--dir", tmp_path / "lake")
    query = "SELECT event_id, quantity, cost, CAST(time AS TEXT) FROM usage_events"
    [[event_id, quantity, cost, time]] = sql(tmp_path / "lake", query)
    assert (event_id, Decimal(quantity), Decimal(cost)) == ("p-1", row["quantity"], row["cost"])
    assert "15:59:58.123456" in time
    assert sql(tmp_path / "lake", "SELECT reason FROM dead_letters") == [["missing:meter"]]


def test_parquet_that_holds_no_events_is_refused_in_words(tmp_path):
    parquet.write_table(pyarrow.table({"city": ["HKG"]}), tmp_path / "usage.parquet")
    done = run("load", tmp_path / "usage.parquet", "--dir", tmp_path / "lake", code=1)
    assert 'no column "id"' in done.stderr


def test_a_pipe_is_refused_before_anything_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "usage.jsonl")
    done = run("load", tmp_path / "usage.jsonl", "--dir", tmp_path / "lake", code=1)
    assert "is not a file" in done.stderr
    assert not (tmp_path / "lake").exists()
