"""The log reader against tables that another Delta writer made: appends, an overwrite, a compaction, a checkpoint."""

from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from judges.deltalog import DeltaLog


def rows(start: int, city: str = "a/b c%=") -> pa.Table:
    """Ten rows in two partitions; one has a name that paths must escape, one is null."""
    cities = [city if number % 2 else None for number in range(start, start + 10)]
    return pa.table({"n": list(range(start, start + 10)), "city": pa.array(cities, pa.string())})


@pytest.fixture
def table(tmp_path) -> DeltaTable:
    for start in range(0, 50, 10):
        mark = CommitProperties(app_transactions=[Transaction("kafka/usage/usage/0", start + 10)])
        write_deltalake(tmp_path, rows(start), mode="append", partition_by=["city"], commit_properties=mark)
    return DeltaTable(tmp_path)


def names(table: DeltaTable) -> set[str]:
    return {Path(uri).name for uri in table.file_uris()}


def agrees(table: DeltaTable) -> None:
    state = DeltaLog(table.table_uri.removeprefix("file://")).last()
    assert state.number == table.version()
    assert {Path(path).name for path in state.live} == names(table)
    assert sum(file.num_records for file in state.live.values()) == 50
    assert all((Path(table.table_uri.removeprefix("file://")) / path).is_file() for path in state.live)
    assert {file.value("city") for file in state.live.values()} == {"a/b c%=", None}
    assert state.watermarks == {"kafka/usage/usage/0": 50}
    assert state.problems == []


def test_appends_are_read_as_another_reader_reads_them(table, tmp_path):
    agrees(table)
    assert [state.watermarks["kafka/usage/usage/0"] for state in DeltaLog(tmp_path).replay()] == [10, 20, 30, 40, 50]


def test_a_compaction_changes_files_and_no_data(table, tmp_path):
    table.optimize.compact()
    agrees(table)
    last = DeltaLog(tmp_path).last()
    assert (len(last.live), len(last.removed), last.data_change) == (2, 10, False)


def test_a_checkpoint_alone_gives_the_same_state(table, tmp_path):
    table.optimize.compact()
    table.create_checkpoint()
    log = DeltaLog(tmp_path)
    replayed, kept = log.last(), log.checkpoint(table.version())
    assert (kept.live, kept.watermarks) == (replayed.live, replayed.watermarks)
    for commit in (tmp_path / "_delta_log").glob("*.json"):
        commit.unlink()
    agrees(DeltaTable(tmp_path))
